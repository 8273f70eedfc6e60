/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a run: the error and what leads on, the JSON document, the exit code. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice.h"
#include "cli.h"
#include "exit_code.h"
#include "fleet.h"
#include "log_file.h"
#include "printable.h"
#include "progress_json.h"
#include "screen.h"

/* "-E- PLACE: sentence": one line, so that a log can be searched for it. */
static void print_error(FILE *out, const struct cx3_error *err)
{
	fprintf(out, "-E- %s%s%s%s%s\n", shown(err->place), err->place[0] ? ": " : "",
		shown(err->cause), err->next[0] ? " " : "", shown(err->next));
}

/* A last line that can be copied: what leads on from here. */
static void print_advice(const struct cli *cli, FILE *out)
{
	struct advice advice;
	char *line;

	advice_find(cli, &advice);
	line = advice.count ? advice_line(&advice) : NULL;
	if (line)
		fprintf(out, "-I- Try: %s\n", shown(line));
	free(line);
}

static void advice_json(const struct cli *cli, cJSON *error)
{
	struct advice advice;
	cJSON *item;
	cJSON *words;
	char *line;

	advice_find(cli, &advice);
	if (!advice.count) {
		json_text(error, "try", NULL);
		return;
	}
	line = advice_line(&advice);
	item = json_object(error, "try");
	json_text(item, "line", line);
	words = json_array(item, "words");
	for (size_t i = 0; words && i < advice.count; i++)
		cJSON_AddItemToArray(words, json_string(advice.word[i]));
	free(line);
}

/* "ok" is true and first already; an error adds its cause and the exit code. */
static void error_json(struct cli *cli, int rc)
{
	cJSON *error;

	cJSON_ReplaceItemInObject(cli->json, "ok", cJSON_CreateFalse());
	error = json_object(cli->json, "error");
	json_text(error, "code", cx3_code_name((enum cx3_code)rc));
	json_text(error, "place", cli->err.place[0] ? cli->err.place : NULL);
	json_text(error, "text", cli->err.cause);
	json_text(error, "next", cli->err.next[0] ? cli->err.next : NULL);
	json_number(error, "exit", exit_code_of(rc));
	advice_json(cli, error);
}

static void print_document(const struct cli *cli)
{
	char *text = cJSON_Print(cli->json);

	if (text)
		puts(text);
	cJSON_free(text);
}

/* Why not all of standard output could be written; 0 if it was. A full disk or a closed
 * pipe shows only at the flush. */
static int output_failure(int number)
{
	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout))
		return errno ? errno : EIO;
	return number;
}

/* Of several devices, or of the cards of a station: the command itself has not failed then. */
static bool cards_failed(const struct cli *cli)
{
	return cli->answer != EXIT_DONE && cli->answer != EXIT_NEEDS && cli->answer != EXIT_DIFFERS;
}

/* An answer that nobody got is no success; and a failure stays the failure that it was. */
static int output_lost(struct cli *cli, int rc, int number)
{
	struct cx3_error lost;
	enum cx3_code code = number == ENOSPC ? CX3_E_DISK_FULL : CX3_E_FILE;
	bool done = rc == CX3_OK && !cards_failed(cli);

	if (rc != CX3_OK && cli->json) /* the document that had the error is not whole */
		print_error(stderr, &cli->err);
	cx3_fail(&lost, code, "standard output", "Not all of the output could be written (%s).\n%s",
		 cx3_errno_text(number),
		 done ? "What the command was to do is done; only its text is lost."
		      : "What the command said there is lost.");
	print_error(stderr, &lost);
	return done ? code : rc;
}

/* Where in the flash is told by the library; which card's it is, only here. */
static void name_card(struct cli *cli)
{
	char place[sizeof(cli->err.place)];

	if (!cli->options.device || strncmp(cli->err.place, "offset ", 7) != 0)
		return;
	snprintf(place, sizeof(place), "%.60s, %.30s", cli->options.device, cli->err.place);
	memcpy(cli->err.place, place, sizeof(place));
}

/* What the command was to do does not fail for its log. */
static void close_log(struct cli *cli, int rc, FILE *out)
{
	struct cx3_error err;

	if (log_close(cli, rc, &err) != CX3_OK)
		fprintf(out, "-W- %s: %s\n", shown(err.place), shown(err.cause));
}

void report_error(struct cli *cli)
{
	if (cli->options.json)
		return;
	name_card(cli);
	fflush(cli_out(cli));
	print_error(cli_err(cli), &cli->err);
	fflush(cli_err(cli));
	cli->error_told = true;
}

/* What went wrong, if anything did, to `out` or into the document. */
static void tell_end(struct cli *cli, int rc, FILE *out)
{
	if (rc != CX3_OK && cli->err.code == CX3_OK)
		cx3_fail(&cli->err, (enum cx3_code)rc, NULL, "%s",
			 cx3_code_name((enum cx3_code)rc));
	name_card(cli);
	close_log(cli, rc, out);
	if (rc == CX3_OK)
		return;
	if (cli->json) {
		error_json(cli, rc);
		return;
	}
	if (!cli->error_told)
		print_error(out, &cli->err);
	if (!cli->diagnosed)
		print_advice(cli, out);
}

int report_part(struct cli *cli, int rc)
{
	progress_end(&cli->progress);
	tell_end(cli, rc, cli_err(cli));
	return rc == CX3_OK ? cli->answer : (int)exit_code_of(rc);
}

int report_end(struct cli *cli, int rc)
{
	int number, code;

	progress_end(&cli->progress);
	signals_release();
	number = screen_settle();
	tell_end(cli, rc, stderr);
	if (cli->json)
		print_document(cli);
	number = output_failure(number);
	if (number)
		rc = output_lost(cli, rc, number);
	code = rc == CX3_OK ? cli->answer : (int)exit_code_of(rc);
	if (cli->options.progress_json)
		progress_json_end(stderr, fleet_wanted(cli) ? NULL : cli->options.device, code);
	return code;
}
