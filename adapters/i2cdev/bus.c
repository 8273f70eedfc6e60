/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What sysfs tells of the I2C buses. Each adapter is a folder
 * SYS/bus/i2c/devices/i2c-N, a link into the tree of devices: the folders above
 * it are the device that it is part of, and what that hangs from.
 */
#include "i2cdev_priv.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "sysfs.h"

/* Looks at one folder on the way up from the adapter; the nearest fact counts. */
static void look_at_ancestor(const char *path, struct i2cdev_bus *bus)
{
	const char *folder = strrchr(path, '/') + 1;
	char line[32];

	if (!bus->driver[0])
		cx3_sysfs_driver(path, bus->driver, sizeof(bus->driver));
	if (!bus->usb[0] && cx3_sysfs_is_usb_port(folder) && strlen(folder) < sizeof(bus->usb))
		snprintf(bus->usb, sizeof(bus->usb), "%.31s", folder);
	if (!bus->pci_class && cx3_sysfs_line(path, "class", line, sizeof(line)))
		bus->pci_class = (uint32_t)strtoul(line, NULL, 16);
	if (strcmp(folder, "drm") == 0)
		bus->drm = true;
}

/* The clock, where somebody tells: a device tree, or the driver's parameter. */
static unsigned clock_of(const struct i2cdev_system *sys, const char *adapter,
			 const struct i2cdev_bus *bus)
{
	unsigned char be[4];
	char path[PATH_MAX], line[32];
	FILE *f;

	snprintf(path, sizeof(path), "%s/module/i2c_diolan_u2c/parameters", sys->sys);
	if (strcmp(bus->driver, "i2c-diolan-u2c") == 0 &&
	    cx3_sysfs_line(path, "frequency", line, sizeof(line)))
		return (unsigned)strtoul(line, NULL, 10);
	if (snprintf(path, sizeof(path), "%s/of_node/clock-frequency", adapter) >=
	    (int)sizeof(path))
		return 0;
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fread(be, 1, sizeof(be), f) != sizeof(be))
		memset(be, 0, sizeof(be));
	fclose(f);
	return be32(be);
}

bool i2cdev_look(const struct i2cdev_system *sys, unsigned number, struct i2cdev_bus *bus)
{
	char link[PATH_MAX], path[PATH_MAX], root[PATH_MAX];
	char *slash;

	memset(bus, 0, sizeof(*bus));
	bus->number = number;
	snprintf(link, sizeof(link), "%s/bus/i2c/devices/i2c-%u", sys->sys, number);
	if (!realpath(link, path) || !realpath(sys->sys, root))
		return false;
	if (!cx3_sysfs_line(path, "name", bus->name, sizeof(bus->name)))
		return false;
	while ((slash = strrchr(path, '/')) && (size_t)(slash - path) > strlen(root)) {
		*slash = '\0';
		look_at_ancestor(path, bus);
	}
	bus->clock_hz = clock_of(sys, link, bus);
	return true;
}

bool i2cdev_holder(const struct i2cdev_system *sys, unsigned number, unsigned addr, char *driver,
		   size_t size)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/bus/i2c/devices/%u-%04x", sys->sys, number, addr);
	return cx3_sysfs_driver(path, driver, size);
}

bool i2cdev_parse_node(const char *text, unsigned *number)
{
	unsigned long value;
	char *end;

	if (strncmp(text, "i2c-", 4) != 0 || !isdigit((unsigned char)text[4]))
		return false;
	value = strtoul(text + 4, &end, 10);
	if (*end || value > INT_MAX)
		return false;
	*number = (unsigned)value;
	return true;
}

static int compare_numbers(const void *a, const void *b)
{
	const unsigned *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int i2cdev_list(const struct i2cdev_system *sys, unsigned **numbers, size_t *count,
		struct cx3_error *err)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	*numbers = NULL;
	*count = 0;
	snprintf(path, sizeof(path), "%s/bus/i2c/devices", sys->sys);
	dir = opendir(path);
	if (!dir)
		return CX3_OK; /* a kernel without I2C has no buses */
	while ((entry = readdir(dir))) {
		unsigned number, *more;

		if (!i2cdev_parse_node(entry->d_name, &number))
			continue;
		more = realloc(*numbers, (*count + 1) * sizeof(**numbers));
		if (!more) {
			free(*numbers);
			*numbers = NULL;
			closedir(dir);
			return i2cdev_no_memory(err);
		}
		*numbers = more;
		more[(*count)++] = number;
	}
	closedir(dir);
	if (*count)
		qsort(*numbers, *count, sizeof(**numbers), compare_numbers);
	return CX3_OK;
}
