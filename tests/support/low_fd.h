/* SPDX-License-Identifier: BSD-2-Clause */
/* Closes one of the descriptors 0, 1 and 2 for a while, as a careless caller does. */
#ifndef CX3_TESTS_LOW_FD_H
#define CX3_TESTS_LOW_FD_H

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* Returns a copy for low_fd_restore(). A descriptor that is closed already (a test
 * run without standard input) counts as /dev/null. */
static inline int low_fd_close(int fd)
{
	int saved = fcntl(fd, F_DUPFD_CLOEXEC, 10);

	if (saved < 0)
		saved = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (saved < 0)
		abort();
	close(fd);
	return saved;
}

/* Between the two calls nothing can be printed: assert only after this one. */
static inline void low_fd_restore(int fd, int saved)
{
	if (dup2(saved, fd) != fd)
		abort();
	close(saved);
}

#endif
