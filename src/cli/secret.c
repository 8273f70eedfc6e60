/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a key: without an echo on a terminal, which gets its echo back whatever happens. */
#include "secret.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli.h"
#include "screen.h"

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
