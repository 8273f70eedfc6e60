/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock of a device: who gets it, who is told to hold it, and when it is free again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lock.h"
#include "process.h"
#include "said.h"

static char path[64];
static struct cx3_error err;

static int setup(void **state)
{
	int fd;

	(void)state;
	prctl(PR_SET_NAME, "test_lock"); /* under valgrind it has another name */
	strcpy(path, "/tmp/cx3-lock-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	memset(&err, 0, sizeof(err));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static int open_device(void)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static int lock(int fd)
{
	return cx3_device_lock(fd, "bus 3", NULL, &err);
}

static void says(const char *format, ...)
{
	char words[128];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	if (!strstr(said(&err), words))
		fail_msg("\"%s\" lacks \"%s\"", said(&err), words);
}

static void one_open_of_two_gets_it(void **state)
{
	int first = open_device(), second = open_device();

	(void)state;
	assert_int_equal(cx3_lock_holder(second), 0);
	assert_int_equal(lock(first), CX3_OK);
	assert_int_equal(lock(second), CX3_E_IN_USE);
	assert_string_equal(err.place, "bus 3");
	says("in use by process %d (test_lock)", (int)getpid());
	assert_string_equal(err.next, "Wait until that process is done, then try again.");
	assert_int_equal(cx3_lock_holder(second), getpid());
	close(first);
	assert_int_equal(lock(second), CX3_OK);
	close(second);
}

/* A process that locks the device, calls itself `name` and waits to be killed. */
static pid_t start_holder(const char *name)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* also stopped, and after a check that failed */
		prctl(PR_SET_NAME, name);
		byte = lock(open_device()) == CX3_OK ? 1 : 0;
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_true(pid > 0);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void kill_holder(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void a_killed_holder_frees_it(void **state)
{
	pid_t pid = start_holder("burner");
	int fd = open_device();

	(void)state;
	assert_int_equal(lock(fd), CX3_E_IN_USE);
	says("process %d (burner)", (int)pid);
	kill_holder(pid);
	assert_int_equal(lock(fd), CX3_OK);
	close(fd);
}

/* As after Ctrl-Z. The name looks like the end of a name in /proc/PID/stat. */
static void a_stopped_holder_is_told(void **state)
{
	pid_t pid = start_holder(") R 1");
	int fd = open_device();
	char line[32];

	(void)state;
	kill(pid, SIGSTOP);
	assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
	assert_int_equal(lock(fd), CX3_E_IN_USE);
	says("process %d () R 1), which is stopped.", (int)pid);
	snprintf(line, sizeof(line), "`kill -CONT %d`", (int)pid);
	assert_non_null(strstr(err.next, line));
	assert_non_null(strstr(err.next, "`fg`"));
	kill(pid, SIGCONT);
	assert_int_equal(waitpid(pid, NULL, WCONTINUED), pid);
	assert_int_equal(lock(fd), CX3_E_IN_USE);
	assert_string_equal(err.next, "Wait until that process is done, then try again.");
	kill_holder(pid);
	close(fd);
}

static void a_name_reaches_no_terminal(void **state)
{
	pid_t pid = start_holder("\033[2Jx\xc3\xa9\n");
	int fd = open_device();

	(void)state;
	assert_int_equal(lock(fd), CX3_E_IN_USE);
	says("(?[2Jx?\?\?)");
	kill_holder(pid);
	close(fd);
}

static void a_process_that_is_gone_has_no_name(void **state)
{
	pid_t pid = fork();
	char name[32] = "untouched";

	(void)state;
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	assert_false(cx3_process_name(pid, name, sizeof(name)));
	assert_true(cx3_process_name(getpid(), name, 5));
	assert_string_equal(name, "test");
}

static unsigned warnings;

static void count_warning(void *user, enum cx3_log_level level, const char *line)
{
	(void)user;
	warnings += level == CX3_LOG_WARN && strstr(line, "can't be locked") != NULL;
}

static void without_locks_the_log_says_so(void **state)
{
	static const struct cx3_log log = {count_warning, NULL, CX3_LOG_WARN};
	int fd = open(path, O_PATH | O_CLOEXEC); /* such a descriptor takes no lock */

	(void)state;
	assert_int_equal(cx3_device_lock(fd, "bus 3", &log, &err), CX3_OK);
	assert_int_equal(warnings, 1);
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_open_of_two_gets_it),
		TEST(a_killed_holder_frees_it),
		TEST(a_stopped_holder_is_told),
		TEST(a_name_reaches_no_terminal),
		TEST(a_process_that_is_gone_has_no_name),
		TEST(without_locks_the_log_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
