/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the kernel's tree of devices (/sys): one attribute, one driver. */
#ifndef CX3_ADAPTERS_SYSFS_H
#define CX3_ADAPTERS_SYSFS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The first line of FOLDER/FILE without its newline, in `line` of `size` bytes
 * (cut if it is longer). False if the file is not there or is empty.
 */
bool cx3_sysfs_line(const char *folder, const char *file, char *line, size_t size);

/* The same for a number in this base. */
bool cx3_sysfs_number(const char *folder, const char *file, int base, unsigned *number);

/* The name of the driver that FOLDER/driver points to; false if there is none. */
bool cx3_sysfs_driver(const char *folder, char *driver, size_t size);

/* Whether a folder's name is that of a USB device on a port ("1-2.3"), and not of a
 * root hub ("usb1") or an interface ("1-2.3:1.0"). */
bool cx3_sysfs_is_usb_port(const char *name);

#endif
