/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals only set a flag; the process stops and goes on where it is asked to. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cli.h"

/* Runs `body` in a process group of its own, as a shell starts a job. */
static pid_t start(int (*body)(void))
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		setpgid(0, 0);
		alarm(20);
		_exit(body());
	}
	setpgid(pid, pid);
	return pid;
}

static int answer_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status))
		fail_msg("ended by signal %d", WTERMSIG(status));
	return WEXITSTATUS(status);
}

/* Ctrl-Z is heard, followed only at the call, and heard again after it. */
static int pauses(void)
{
	signal(SIGTSTP, SIG_DFL);
	signals_catch();
	if (signals_pause_wanted(NULL))
		return 1;
	raise(SIGTSTP);
	if (!signals_pause_wanted(NULL) || signals_seen(NULL))
		return 2;
	signals_pause();
	if (signals_pause_wanted(NULL))
		return 3;
	raise(SIGTSTP);
	return signals_pause_wanted(NULL) ? 0 : 4;
}

static void a_pause_stops_and_goes_on(void **state)
{
	pid_t pid = start(pauses);
	int status;

	(void)state;
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(WSTOPSIG(status), SIGTSTP);
	kill(pid, SIGCONT);
	assert_int_equal(answer_of(pid), 0);
}

/* One that came too late for the job stops the process once the card is closed. */
static int pauses_late(void)
{
	signal(SIGTSTP, SIG_DFL);
	signals_catch();
	raise(SIGTSTP);
	signals_release();
	return signals_pause_wanted(NULL);
}

static void a_late_pause_is_followed(void **state)
{
	pid_t pid = start(pauses_late);
	int status;

	(void)state;
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
	kill(pid, SIGCONT);
	assert_int_equal(answer_of(pid), 0);
}

/* Where job control is off, SIGTSTP is ignored, and stays so. */
static int ignores(void)
{
	signal(SIGTSTP, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signals_catch();
	raise(SIGTSTP);
	raise(SIGHUP);
	signals_release();
	raise(SIGTSTP);
	return signals_pause_wanted(NULL) || signals_seen(NULL);
}

static void what_is_ignored_stays_ignored(void **state)
{
	(void)state;
	assert_int_equal(answer_of(start(ignores)), 0);
}

static int stops(int number)
{
	signal(number, SIG_DFL);
	signals_catch();
	if (signals_seen(NULL))
		return 1;
	raise(number);
	raise(number);
	return signals_seen(NULL) && !signals_pause_wanted(NULL) ? 0 : 2;
}

static int stops_int(void)
{
	return stops(SIGINT);
}

static int stops_quit(void)
{
	return stops(SIGQUIT);
}

static int stops_term(void)
{
	return stops(SIGTERM);
}

static int stops_hup(void)
{
	return stops(SIGHUP);
}

static void these_end_a_job(void **state)
{
	(void)state;
	assert_int_equal(answer_of(start(stops_int)), 0);
	assert_int_equal(answer_of(start(stops_quit)), 0);
	assert_int_equal(answer_of(start(stops_term)), 0);
	assert_int_equal(answer_of(start(stops_hup)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pause_stops_and_goes_on),
		cmocka_unit_test(a_late_pause_is_followed),
		cmocka_unit_test(what_is_ignored_stays_ignored),
		cmocka_unit_test(these_end_a_job),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
