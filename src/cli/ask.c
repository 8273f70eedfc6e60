/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

/* Anything else, a bare Enter included, is no: "[n]" is the default. */
static bool means_yes(const char *answer)
{
	return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0;
}

static int read_answer(struct cx3_error *err)
{
	char answer[64];

	/* read and not fgets: a signal must end the question */
	ssize_t n = read(STDIN_FILENO, answer, sizeof(answer) - 1);

	if (signals_seen(NULL))
		return cx3_fail(err, CX3_E_INTERRUPTED, NULL, "Interrupted; nothing was written.");
	answer[n > 0 ? n : 0] = '\0';
	answer[strcspn(answer, "\r\n")] = '\0';
	if (means_yes(answer))
		return CX3_OK;
	return cx3_fail(err, CX3_E_REFUSED, NULL, "Stopped by your answer; nothing was written.");
}

int ask_continue(struct cli *cli, struct cx3_error *err)
{
	/* on the terminal even when standard output goes to a file */
	FILE *out = isatty(STDOUT_FILENO) || cli->options.yes || cli->options.no ? stdout : stderr;

	if (cli->options.json && cli->options.yes)
		return CX3_OK;
	if (!cli->options.yes && !cli->options.no && (!isatty(STDIN_FILENO) || cli->options.json))
		return cx3_fail(
			err, CX3_E_REFUSED, NULL,
			"Nobody can be asked here, so nothing was written; give -y to go on "
			"without a question.");
	if (!cli->options.json) {
		fflush(stdout);
		fprintf(out, "\n Do you want to continue ? (y/n) [n] : ");
		if (cli->options.yes || cli->options.no)
			fprintf(out, "%c\n", cli->options.yes ? 'y' : 'n');
		fflush(out);
	}
	if (cli->options.yes)
		return CX3_OK;
	if (cli->options.no)
		return cx3_fail(err, CX3_E_REFUSED, "--no", "Answered no; nothing was written.");
	return read_answer(err);
}

/* Asked before minutes of reading. */
static int folder_allowed(struct cli *cli, const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096] = ".";

	if (slash)
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path + 1), path);
	if (access(folder, W_OK | X_OK) == 0)
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_FILE, path,
			"No file can be made there (%s); give another folder, or make it first.",
			strerror(errno));
}

int output_allowed(struct cli *cli, const char *path)
{
	struct stat there;

	if (stat(path, &there) != 0)
		return folder_allowed(cli, path);
	/* a file is written beside the old one and put in its place: never a device's */
	if (!S_ISREG(there.st_mode))
		return cx3_fail(
			&cli->err, CX3_E_FILE, path,
			"This is no plain file and can't be replaced by one; give another name.");
	if (cli->options.yes)
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_EXISTS, path,
			"This file is there already; give another name, or -y to overwrite it.");
}

int parse_number(const char *text, const char *what, uint64_t max, uint64_t *value,
		 struct cx3_error *err)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 0);
	if (errno || end == text || *end || strchr(text, '-') || number > max)
		return cx3_fail(
			err, CX3_E_USAGE, what,
			"\"%s\" is no number from 0 to 0x%llx; write it in decimal or as 0x...",
			text, (unsigned long long)max);
	*value = number;
	return CX3_OK;
}
