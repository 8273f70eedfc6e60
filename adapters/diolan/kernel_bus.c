/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks in /sys for the bus, and tries its lock: see kernel_bus.h. */
#include "kernel_bus.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device_fd.h"
#include "lock.h"

/* The kernel does not let a driver go while its bus is open, so the node is closed at once. */
static int try_lock(const char *node, const char *label, const struct cx3_log *log,
		    struct cx3_error *err)
{
	char name[160];
	int fd = cx3_device_fd(open(node, O_RDONLY | O_CLOEXEC));
	int rc;

	if (fd < 0)
		return CX3_OK;
	snprintf(name, sizeof(name), "%.90s (%.60s)", label, node);
	rc = cx3_device_lock(fd, name, log, err);
	close(fd);
	return rc;
}

int cx3_kernel_bus_is_free(const struct cx3_usb_system *system, const struct cx3_usb_board *board,
			   const char *label, const struct cx3_log *log, struct cx3_error *err)
{
	char folder[160], node[160];
	struct dirent *entry;
	int rc = CX3_OK;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%.90s/bus/usb/devices/%s:1.0", system->sys, board->port);
	dir = opendir(folder);
	if (!dir)
		return CX3_OK;
	while (rc == CX3_OK && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "i2c-", 4) != 0)
			continue;
		snprintf(node, sizeof(node), "%.100s/%.40s", system->dev, entry->d_name);
		rc = try_lock(node, label, log, err);
	}
	closedir(dir);
	return rc;
}
