/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals set a flag, and the job looks at the flags between two pages, when the
 * flash is in order and the card's semaphore is free. The default actions would
 * end or stop the process at once, with the semaphore held.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "cli.h"
#include "screen.h"

/* Set in the thread that the signal comes to, and looked at by all. */
static atomic_bool stop_seen;  /* Ctrl-C, Ctrl-\, kill, a closed terminal */
static atomic_bool pause_seen; /* Ctrl-Z */

/* Only async-signal-safe calls. The job stops at the end of its page by itself. */
static void on_stop(int number)
{
	static const char first[] = "\n-W- stopping at the next safe point\n";
	static const char again[] = "\n-W- still on the way to it; this takes a moment\n";
	int saved = errno;

	(void)number;
	if (stop_seen)
		screen_signal(again, sizeof(again) - 1);
	else
		screen_signal(first, sizeof(first) - 1);
	stop_seen = true;
	errno = saved;
}

/* An assertion of the library has failed: the process ends right after this. */
static void on_abort(int number)
{
	static const char text[] =
		"\n-E- The program has found a fault in itself and stops here. If the card's flash "
		"semaphore is still taken, the next command says so and how to free it.\n";

	screen_signal(text, sizeof(text) - 1);
	/* the default action comes when this returns */
	signal(number, SIG_DFL);
	raise(number);
}

static void on_pause(int number)
{
	(void)number;
	pause_seen = true;
}

/* What is ignored stays ignored: SIGHUP under nohup, SIGTSTP under some shells. */
static void catch_one(int number, void (*handler)(int))
{
	struct sigaction action;
	struct sigaction old;

	memset(&action, 0, sizeof(action));
	action.sa_handler = handler; /* no SA_RESTART: a question must end */
	sigemptyset(&action.sa_mask);
	if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
		return;
	sigaction(number, &action, NULL);
}

void signals_catch(void)
{
	static const int stops[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

	screen_open();
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		catch_one(stops[i], on_stop);
	catch_one(SIGTSTP, on_pause);
	catch_one(SIGABRT, on_abort);
	/* with `stty tostop` a message of a job in the background would stop it anywhere */
	catch_one(SIGTTOU, SIG_IGN);
}

bool signals_seen(void *user)
{
	(void)user;
	return stop_seen;
}

bool signals_pause_wanted(void *user)
{
	(void)user;
	return pause_seen;
}

/*
 * The default action of SIGTSTP, and not SIGSTOP: where no shell could ever
 * continue the process (an orphaned process group), the kernel then does nothing.
 */
void signals_pause(void)
{
	pause_seen = false;
	signal(SIGTSTP, SIG_DFL);
	raise(SIGTSTP);
	/* it was stopped here, and was continued */
	catch_one(SIGTSTP, on_pause);
}

/*
 * A signal between a look at the flags and read(2) would be seen by neither: so it is held back
 * from before the look, and let through only while ppoll waits, which it then ends.
 */
bool signals_await_input(int fd)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
	struct pollfd input = {.fd = fd, .events = POLLIN};
	sigset_t held, before;
	int n = -1;

	sigemptyset(&held);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&held, numbers[i]);
	sigprocmask(SIG_BLOCK, &held, &before);
	errno = EINTR; /* that of no earlier call */
	while (!stop_seen && !pause_seen && n < 0 && errno == EINTR)
		n = ppoll(&input, 1, NULL, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return !stop_seen && !pause_seen;
}

void signals_release(void)
{
	struct sigaction now;

	if (sigaction(SIGTSTP, NULL, &now) != 0 || now.sa_handler != on_pause)
		return;
	signal(SIGTSTP, SIG_DFL);
	if (pause_seen)
		raise(SIGTSTP);
	pause_seen = false;
}
