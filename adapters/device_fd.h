/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device never gets the descriptors 0, 1 or 2. A program may be started with one
 * of them closed; the next open() would get it, and what the program prints would
 * then go to the device.
 */
#ifndef CX3_ADAPTERS_DEVICE_FD_H
#define CX3_ADAPTERS_DEVICE_FD_H

#include "cx3flash/error.h"

/*
 * Moves a descriptor of 0, 1 or 2 up, and closes the low one; any other value
 * (also -1) is returned as it is. -1 with errno set if it can't be moved; `fd` is
 * closed then too.
 */
int cx3_device_fd(int fd);

/*
 * Takes those of the descriptors 0, 1 and 2 that are free, so that a library that
 * opens devices on its own gets none of them. cx3_low_fds_free() frees exactly
 * those again. CX3_E_IO if /dev/null can't be opened; nothing is taken then.
 */
struct cx3_low_fds {
	int fd[3];
	unsigned count;
};
int cx3_low_fds_take(struct cx3_low_fds *low, struct cx3_error *err);
void cx3_low_fds_free(struct cx3_low_fds *low);

#endif
