/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "exit_code.h"
#include "screen.h"

/* "-E- PLACE: sentence": one line, so that a log can be searched for it. */
static void print_error(const struct cx3_error *err)
{
	fprintf(stderr, "-E- %s%s%s%s%s\n", err->place, err->place[0] ? ": " : "", err->cause,
		err->next[0] ? " " : "", err->next);
}

/* "ok" is true and first already; an error adds its cause and the exit code. */
static void print_document(struct cli *cli, int rc)
{
	cJSON *error;
	char *text;

	if (rc != CX3_OK) {
		cJSON_ReplaceItemInObject(cli->json, "ok", cJSON_CreateFalse());
		error = json_object(cli->json, "error");
		json_text(error, "code", cx3_code_name((enum cx3_code)rc));
		json_text(error, "place", cli->err.place);
		json_text(error, "text", cli->err.cause);
		json_text(error, "next", cli->err.next[0] ? cli->err.next : NULL);
		json_number(error, "exit", exit_code_of(rc));
	}
	text = cJSON_Print(cli->json);
	if (text)
		puts(text);
	cJSON_free(text);
}

/* A full disk or a closed pipe behind stdout shows only at the flush. */
static int flush_output(struct cli *cli, int rc, int number)
{
	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout))
		number = errno;
	if (number == 0 || rc != CX3_OK)
		return rc;
	rc = cx3_fail(&cli->err, number == ENOSPC ? CX3_E_DISK_FULL : CX3_E_FILE, "standard output",
		      "Not all of the output could be written (%s).", strerror(number));
	print_error(&cli->err);
	return rc;
}

int report_end(struct cli *cli, int rc)
{
	int number;

	progress_end(&cli->progress);
	signals_release();
	number = screen_settle();
	if (rc != CX3_OK && cli->err.code == CX3_OK)
		cx3_fail(&cli->err, (enum cx3_code)rc, NULL, "%s",
			 cx3_code_name((enum cx3_code)rc));
	if (cli->json)
		print_document(cli, rc);
	else if (rc != CX3_OK)
		print_error(&cli->err);
	return (int)exit_code_of(flush_output(cli, rc, number));
}
