/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that was started with standard descriptors closed gets no device there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "device_fd.h"
#include "low_fd.h"

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void low_descriptors_move_up(void **state)
{
	(void)state;
	for (int low = 0; low < 3; low++) {
		int saved = low_fd_close(low);
		int opened = open("/dev/null", O_RDWR | O_CLOEXEC);
		int fd = cx3_device_fd(opened);
		bool low_is_open = is_open(low);
		int flags = fcntl(fd, F_GETFD);

		low_fd_restore(low, saved);
		assert_int_equal(opened, low);
		assert_true(fd > 2);
		assert_false(low_is_open);
		assert_true(flags & FD_CLOEXEC);
		close(fd);
	}
}

static void others_stay(void **state)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)state;
	assert_int_equal(cx3_device_fd(fd), fd);
	assert_true(is_open(fd));
	close(fd);
	errno = EACCES;
	assert_int_equal(cx3_device_fd(-1), -1);
	assert_int_equal(errno, EACCES);
}

/* Each set of closed descriptors: all three are open meanwhile, and the same ones
 * closed again afterwards. */
static void free_ones_are_taken_for_a_while(void **state)
{
	(void)state;
	for (unsigned closed = 0; closed < 8; closed++) {
		struct cx3_low_fds low;
		int saved[3], rc, next;
		bool before[3], after[3];

		for (int fd = 0; fd < 3; fd++)
			saved[fd] = closed >> fd & 1 ? low_fd_close(fd) : -1;
		rc = cx3_low_fds_take(&low, NULL);
		next = open("/dev/null", O_RDWR | O_CLOEXEC);
		for (int fd = 0; fd < 3; fd++)
			before[fd] = is_open(fd);
		cx3_low_fds_free(&low);
		for (int fd = 0; fd < 3; fd++)
			after[fd] = is_open(fd);
		for (int fd = 0; fd < 3; fd++) {
			if (closed >> fd & 1)
				low_fd_restore(fd, saved[fd]);
		}
		assert_int_equal(rc, CX3_OK);
		assert_true(next > 2);
		close(next);
		for (int fd = 0; fd < 3; fd++) {
			assert_true(before[fd]);
			assert_int_equal(after[fd], !(closed >> fd & 1));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(low_descriptors_move_up),
		cmocka_unit_test(others_stay),
		cmocka_unit_test(free_ones_are_taken_for_a_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
