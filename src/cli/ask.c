/* SPDX-License-Identifier: BSD-2-Clause */
/* What a person or a script answers and gives: the question, output files, numbers. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "keep.h"
#include "screen.h"

/* Bytes of an answer, the zero included. */
#define ANSWER 64

/* Anything else, a bare Enter included, is no: "[n]" is the default. */
static bool means_yes(const char *answer)
{
	return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0;
}

static void print_question(FILE *out, const char *question)
{
	fprintf(out, "\n %s", question);
	fflush(out);
	screen_settle();
}

static int read_line(FILE *out, const char *question, char answer[ANSWER], struct cx3_error *err)
{
	ssize_t n = 0;

	print_question(out, question);
	/* read and not fgets: a signal must end the question */
	while (!signals_await_input(STDIN_FILENO) ||
	       (n = read(STDIN_FILENO, answer, ANSWER - 1)) < 0) {
		if (signals_seen(NULL) || !signals_pause_wanted(NULL))
			break;
		signals_pause();
		print_question(out, question);
	}
	if (signals_seen(NULL))
		return cx3_fail(err, CX3_E_INTERRUPTED, NULL, "Interrupted; nothing was written.");
	if (n == 0 && isatty(STDIN_FILENO)) /* Ctrl-D echoes no new line */
		fprintf(out, "\n");
	answer[n > 0 ? n : 0] = '\0';
	answer[strcspn(answer, "\r\n")] = '\0';
	return CX3_OK;
}

#define QUESTION "Do you want to continue ? (y/n) [n] : "
#define QUESTION_STEPS "Do you want to continue ? (y/n, s: step by step) [n] : "

static int stopped(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_REFUSED, NULL, "Stopped by your answer; nothing was written.");
}

/* `steps` may be NULL: then "s" is no answer. */
static int read_answer(FILE *out, const char *question, bool *steps, struct cx3_error *err)
{
	char answer[ANSWER];
	int rc = read_line(out, question, answer, err);

	if (rc != CX3_OK)
		return rc;
	if (steps)
		*steps = strcasecmp(answer, "s") == 0;
	return means_yes(answer) || (steps && *steps) ? CX3_OK : stopped(err);
}

static FILE *person(void)
{
	return isatty(STDOUT_FILENO) ? screen_out() : screen_err();
}

static int ask(struct cli *cli, const char *question, bool *steps, struct cx3_error *err)
{
	bool given = cli->options.yes || cli->options.no;
	/* on the terminal even when standard output goes to a file */
	FILE *out = isatty(STDOUT_FILENO) || given ? cli_out(cli) : cli_err(cli);

	if (cli->options.json && cli->options.yes)
		return CX3_OK;
	if (!given && (!isatty(STDIN_FILENO) || cli->options.json))
		return cx3_fail(err, CX3_E_REFUSED, NULL,
				"Nobody can be asked here, so nothing was written.\n"
				"Give -y to go on without a question.");
	if (given && !cli->options.json)
		fprintf(out, "\n " QUESTION "%c\n", cli->options.yes ? 'y' : 'n');
	if (cli->options.yes)
		return CX3_OK;
	if (cli->options.no)
		return cx3_fail(err, CX3_E_REFUSED, "--no", "Answered no; nothing was written.");
	fflush(screen_out());
	return read_answer(out, question, steps, err);
}

int ask_continue(struct cli *cli, struct cx3_error *err)
{
	return ask(cli, QUESTION, NULL, err);
}

int ask_continue_or_steps(struct cli *cli, bool *steps, struct cx3_error *err)
{
	*steps = false;
	return ask(cli, QUESTION_STEPS, steps, err);
}

int ask_person(const char *question, struct cx3_error *err)
{
	fflush(screen_out());
	return read_answer(person(), question, NULL, err);
}

int ask_step(const char *question, bool *yes, struct cx3_error *err)
{
	char answer[ANSWER];
	int rc;

	fflush(screen_out());
	rc = read_line(person(), question, answer, err);
	if (rc != CX3_OK)
		return rc;
	*yes = means_yes(answer);
	if (*yes || strcasecmp(answer, "n") == 0 || strcasecmp(answer, "no") == 0)
		return CX3_OK;
	return stopped(err);
}

int ask_number(const char *question, unsigned most, unsigned *number, struct cx3_error *err)
{
	char answer[ANSWER] = "", *end;
	int rc = read_line(person(), question, answer, err);
	unsigned long value;

	if (rc != CX3_OK)
		return rc;
	value = isdigit((unsigned char)answer[0]) ? strtoul(answer, &end, 10) : 0;
	if (value == 0 || value > most || *end)
		return stopped(err);
	*number = (unsigned)value;
	return CX3_OK;
}

/* What is written is not known yet: an image has at least this much. */
#define LEAST_ROOM 65536u

/* A yes is for what is asked about, and can't mean that: the only copy of a card would go. */
static int keep_input(struct cli *cli, const char *path, const struct stat *there)
{
	struct stat image;
	int rc;

	if (cli->options.image && stat(cli->options.image, &image) == 0 &&
	    image.st_dev == there->st_dev && image.st_ino == there->st_ino)
		return cx3_fail(&cli->err, CX3_E_FILE, path,
				"This file is the one that is read, so it is not overwritten.\n"
				"Give another name.");
	rc = keep_backup(cli, path);
	return rc == CX3_OK ? keep_content(cli, path) : rc;
}

int output_allowed(struct cli *cli, const char *path)
{
	struct stat there;
	int rc;

	if (strcmp(path, "-") == 0)
		return cx3_fail(&cli->err, CX3_E_USAGE, path,
				"What is read is not written to standard output, and a file named "
				"\"-\" is a trap for every command.\n"
				"Name a file.");
	/* tried before minutes of reading */
	if (stat(path, &there) != 0)
		return cx3_file_try(path, LEAST_ROOM, false, &cli->err);
	/* a file is written beside the old one and put in its place: never a device's */
	if (!S_ISREG(there.st_mode))
		return cx3_fail(&cli->err, CX3_E_FILE, path,
				"This is no plain file and can't be replaced by one.\n"
				"Give another name.");
	rc = keep_input(cli, path, &there);
	if (rc != CX3_OK)
		return rc;
	if (cli->options.yes)
		return cx3_file_try(path, LEAST_ROOM, true, &cli->err);
	return cx3_fail(&cli->err, CX3_E_EXISTS, path,
			"This file is there already.\nGive another name, or -y to overwrite it.");
}

int parse_number(const char *text, const char *what, uint64_t max, uint64_t *value,
		 struct cx3_error *err)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? text + 2 : text;
	unsigned long long number;
	char *end;

	/* octal to some programs (mstflint), decimal to others */
	if (!hex && text[0] == '0' && text[1])
		return cx3_fail(err, CX3_E_USAGE, what,
				"\"%s\" begins with a 0, so it could be octal or decimal.\n"
				"Write it in decimal without the 0, or as 0x...",
				text);
	errno = 0;
	number = strtoull(digits, &end, hex ? 16 : 10);
	if (errno || !isxdigit((unsigned char)digits[0]) || *end || number > max)
		return cx3_fail(err, CX3_E_USAGE, what,
				"\"%s\" is no number from 0 to 0x%llx.\n"
				"Write it in decimal or as 0x...",
				text, (unsigned long long)max);
	*value = number;
	return CX3_OK;
}
