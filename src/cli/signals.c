/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static volatile sig_atomic_t seen;

/* Only async-signal-safe calls. The job stops at the end of its page by itself. */
static void on_signal(int number)
{
	static const char first[] =
		"\n-W- stopping at the next safe point; a page in hand is finished first\n";
	static const char again[] = "\n-W- still on the way to it; this takes a moment\n";
	ssize_t n;

	(void)number;
	n = seen ? write(STDERR_FILENO, again, sizeof(again) - 1)
		 : write(STDERR_FILENO, first, sizeof(first) - 1);
	(void)n;
	seen = 1;
}

void signals_catch(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal; /* no SA_RESTART: a question must end */
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction old;

		/* under nohup SIGHUP stays ignored */
		if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN)
			continue;
		sigaction(numbers[i], &action, NULL);
	}
}

bool signals_seen(void *user)
{
	(void)user;
	return seen != 0;
}
