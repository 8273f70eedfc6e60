/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a key: without an echo on a terminal, which gets its echo back whatever happens. */
#include "secret.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "screen.h"

#define KEY_DIGITS 16u
#define KEY_TEXT 64u

struct hidden {
	bool is_terminal;
	struct termios before;
	const char *question;
};

static void hide(struct hidden *h)
{
	struct termios quiet;

	h->is_terminal = tcgetattr(STDIN_FILENO, &h->before) == 0;
	if (!h->is_terminal)
		return;
	quiet = h->before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	fprintf(screen_err(), "\n %s", h->question);
	fflush(screen_err());
	screen_settle();
}

static void reveal(const struct hidden *h)
{
	if (!h->is_terminal)
		return;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &h->before);
	fprintf(screen_err(), "\n");
	fflush(screen_err());
}

/* A byte, or 0 at the end of the input: -1 where a signal ends the question. */
static int next_byte(struct hidden *h, char *byte)
{
	ssize_t n = 0;

	/* read and not fgets: a signal must end the question */
	while (!signals_await_input(STDIN_FILENO) || (n = read(STDIN_FILENO, byte, 1)) < 0) {
		if (signals_seen(NULL) || !signals_pause_wanted(NULL))
			break;
		reveal(h);
		signals_pause();
		hide(h);
	}
	return signals_seen(NULL) ? -1 : (int)n;
}

int secret_read(const char *question, char *text, size_t size, struct cx3_error *err)
{
	struct hidden h = {.question = question};
	size_t len = 0;
	bool fits = true;
	int n;

	signals_catch();
	hide(&h);
	while ((n = next_byte(&h, text + len)) > 0 && text[len] != '\n') {
		fits = fits && len + 1 < size;
		len += fits;
	}
	reveal(&h);
	text[len] = '\0';
	text[strcspn(text, "\r")] = '\0';
	if (n < 0)
		return cx3_fail(err, CX3_E_INTERRUPTED, NULL, "Interrupted; nothing was written.");
	if (!fits)
		return cx3_fail(err, CX3_E_USAGE, "standard input",
				"The line is too long for a key.");
	return CX3_OK;
}

/* No word of the key is in the text. */
static int parse_key(const char *text, uint64_t *key, struct cx3_error *err)
{
	const char *digits = text[0] == '0' && tolower((unsigned char)text[1]) == 'x' ? text + 2
										      : text;
	size_t len = strlen(digits);

	if (len == 0 || len > KEY_DIGITS || digits[strspn(digits, "0123456789abcdefABCDEF")])
		return cx3_fail(err, CX3_E_USAGE, "key", "A key is 1 to 16 hexadecimal digits.");
	*key = strtoull(digits, NULL, 16);
	return CX3_OK;
}

/* Twice, since nobody sees what is typed; from a pipe once. */
static int type_key(char text[KEY_TEXT], bool twice, struct cx3_error *err)
{
	char again[KEY_TEXT];
	int rc = secret_read("Enter Key : ", text, KEY_TEXT, err);
	bool same;

	if (rc != CX3_OK || !twice || !isatty(STDIN_FILENO))
		return rc;
	rc = secret_read("Verify Key : ", again, sizeof(again), err);
	same = strcmp(text, again) == 0;
	explicit_bzero(again, sizeof(again));
	if (rc == CX3_OK && !same)
		rc = cx3_fail(err, CX3_E_USAGE, "key",
			      "The keys that were typed are not the same; nothing was written.");
	return rc;
}

int secret_key(struct cli *cli, const char *word, bool twice, uint64_t *key)
{
	char text[KEY_TEXT] = "";
	int rc;

	if (word) {
		say(cli,
		    "-W- A key on the command line can be seen by who lists the processes, and "
		    "stays in the shell's history: without it, %s asks for it.\n",
		    cli->command->name);
		return parse_key(word, key, &cli->err);
	}
	rc = type_key(text, twice, &cli->err);
	if (rc == CX3_OK)
		rc = parse_key(text, key, &cli->err);
	explicit_bzero(text, sizeof(text));
	return rc;
}
