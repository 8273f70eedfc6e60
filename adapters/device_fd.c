/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps devices off the descriptors of standard input, output and error. */
#include "device_fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FIRST_FREE (STDERR_FILENO + 1)

int cx3_device_fd(int fd)
{
	int moved, error;

	if (fd < 0 || fd >= FIRST_FREE)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE);
	error = errno;
	close(fd);
	errno = error;
	return moved;
}

/* open() gives the lowest free number: one past 2 means that 0 to 2 are taken. */
int cx3_low_fds_take(struct cx3_low_fds *low, struct cx3_error *err)
{
	int fd;

	low->count = 0;
	while ((fd = open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0 && fd < FIRST_FREE)
		low->fd[low->count++] = fd;
	if (fd >= 0) {
		close(fd);
		return CX3_OK;
	}
	cx3_fail(err, CX3_E_IO, "/dev/null",
		 "The file /dev/null can't be opened (%s).\n"
		 "Start the program with its standard input, output and error open.",
		 cx3_errno_text(errno));
	cx3_low_fds_free(low);
	return CX3_E_IO;
}

void cx3_low_fds_free(struct cx3_low_fds *low)
{
	while (low->count > 0)
		close(low->fd[--low->count]);
}
