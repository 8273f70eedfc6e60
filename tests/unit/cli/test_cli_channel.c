/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing without waiting: to a pipe that is full, to a terminal that is stopped. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/channel.h"

/*
 * A write that waits, which is the fault looked for, ends the test program instead of
 * hanging it.
 */
#define PATIENCE 20

static int arm(void **state)
{
	(void)state;
	alarm(PATIENCE);
	return 0;
}

static void put(struct channel *channel, const char *text)
{
	channel_put(channel, text, strlen(text));
}

/* Leaves no room at all. */
static size_t fill(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	size_t total = 0;
	char block[512];
	ssize_t n;

	memset(block, '.', sizeof(block));
	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	while ((n = write(fd, block, sizeof(block))) > 0)
		total += (size_t)n;
	while ((n = write(fd, block, 1)) > 0)
		total += (size_t)n;
	fcntl(fd, F_SETFL, flags);
	return total;
}

static void take(int fd, char *buf, size_t len)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n = read(fd, buf + have, len - have);

		assert_true(n > 0);
		have += (size_t)n;
	}
	buf[len] = '\0';
}

static bool empty(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) == 0;
}

/* Lines are kept in order; of the bar only the newest picture, where it was drawn. */
static void check_full(int reader, int writer)
{
	static const char expected[] = "\rbar 2-W- one\n-W- two\n\rbar 4";
	struct channel channel;
	size_t dots = fill(writer);
	char *buf = malloc(dots + 1);
	char text[64];

	assert_non_null(buf);
	channel_open(&channel, writer, 1000);
	put(&channel, "\rbar 1");
	put(&channel, "\rbar 2");
	put(&channel, "-W- one\n");
	put(&channel, "-W- two\n");
	put(&channel, "\rbar 3");
	put(&channel, "\rbar 4");
	take(reader, buf, dots);
	free(buf);
	assert_true(channel_settle(&channel));
	take(reader, text, sizeof(expected) - 1);
	assert_string_equal(text, expected);
	assert_true(empty(reader));
	assert_int_equal(channel.lost, 0);
	assert_int_equal(channel.error, 0);
	/* with room again, texts go out at once */
	put(&channel, "x");
	take(reader, text, 1);
	channel_close(&channel);
	close(reader);
	close(writer);
}

static void a_full_pipe_does_not_wait(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	check_full(fds[0], fds[1]);
}

/* A socket can't be opened a second time: the way that asks poll first. */
static void a_full_socket_does_not_wait(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	check_full(fds[0], fds[1]);
}

static void a_stopped_terminal_does_not_wait(void **state)
{
	struct channel channel;
	int master, slave;
	char text[64];

	(void)state;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	channel_open(&channel, slave, 100000);
	assert_int_equal(tcflow(slave, TCOOFF), 0);
	for (unsigned i = 0; i < 1000; i++) {
		put(&channel, "\rbar");
		channel_put_now(&channel, "late", 4);
	}
	put(&channel, "-W- noise");
	assert_true(empty(master));
	assert_int_equal(tcflow(slave, TCOON), 0);
	assert_true(channel_settle(&channel));
	take(master, text, strlen("\rbar-W- noise"));
	assert_string_equal(text, "\rbar-W- noise");
	channel_close(&channel);
	close(slave);
	close(master);
}

/* The shell's own descriptor must not become non-blocking. */
static void the_descriptor_itself_is_left_alone(void **state)
{
	struct channel channel;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	channel_open(&channel, fds[1], 0);
	assert_int_equal(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	channel_close(&channel);
	close(fds[0]);
	close(fds[1]);
}

/* A log file that something was in: it goes on at its end. */
static void a_file_is_not_written_over(void **state)
{
	char name[] = "/tmp/test_cli_channel.XXXXXX";
	struct channel channel;
	char text[8] = "";
	int fd = mkstemp(name);

	(void)state;
	assert_true(fd >= 0);
	unlink(name);
	assert_int_equal(write(fd, "abc", 3), 3);
	channel_open(&channel, fd, 0);
	put(&channel, "def");
	assert_int_equal(pread(fd, text, 7, 0), 6);
	assert_string_equal(text, "abcdef");
	channel_close(&channel);
	close(fd);
}

static void what_is_lost_is_counted(void **state)
{
	struct channel channel;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	fill(fds[1]);
	channel_open(&channel, fds[1], 10);
	put(&channel, "12345678");
	put(&channel, "123");
	put(&channel, "12");
	assert_int_equal(channel.lost, 1);
	channel_close(&channel);
	close(fds[0]);
	close(fds[1]);
}

static void errors_are_remembered(void **state)
{
	struct channel channel;
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	assert_true(fd >= 0);
	channel_open(&channel, fd, 0);
	put(&channel, "x");
	assert_int_equal(channel.error, ENOSPC);
	assert_true(channel_settle(&channel));
	channel_close(&channel);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_full_pipe_does_not_wait, arm),
		cmocka_unit_test_setup(a_full_socket_does_not_wait, arm),
		cmocka_unit_test_setup(a_stopped_terminal_does_not_wait, arm),
		cmocka_unit_test_setup(the_descriptor_itself_is_left_alone, arm),
		cmocka_unit_test_setup(a_file_is_not_written_over, arm),
		cmocka_unit_test_setup(what_is_lost_is_counted, arm),
		cmocka_unit_test_setup(errors_are_remembered, arm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
