/* SPDX-License-Identifier: BSD-2-Clause */
/* From a device name to a bus number. */
#include "i2cdev_priv.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMED 160u /* bytes of "i2c-3 (name), i2c-4 (name)" in a message */

/* "/dev/i2c-3", or a link that udev made to it. */
static bool parse_path(const struct i2cdev_system *sys, const char *head, unsigned *number)
{
	size_t len = strlen(sys->dev);
	char path[PATH_MAX];
	const char *base;

	if (strncmp(head, sys->dev, len) != 0 || head[len] != '/')
		return false;
	if (i2cdev_parse_node(head + len + 1, number))
		return true;
	if (!realpath(head, path))
		return false;
	base = strrchr(path, '/');
	return base && i2cdev_parse_node(base + 1, number);
}

static bool matches(const struct i2cdev_bus *bus, const char *name, const char *usb)
{
	return (!name || strcasestr(bus->name, name) || strcasestr(bus->driver, name)) &&
	       (!usb || strcmp(bus->usb, usb) == 0);
}

static void add_name(char *list, const struct i2cdev_bus *bus)
{
	size_t len = strlen(list);

	snprintf(list + len, NAMED - len, "%si2c-%u (%.40s)", len ? ", " : "", bus->number,
		 bus->name);
}

static int complain(unsigned hits, const char *what, const char *found, const char *all,
		    struct cx3_error *err)
{
	if (hits > 1)
		return cx3_fail(err, CX3_E_USAGE, what,
				"%u I2C buses fit this name: %s.\n"
				"Give the one that you mean as /dev/i2c-N, or by its USB port with "
				"i2c:usb=PORT.",
				hits, found);
	return cx3_fail(err, CX3_E_NO_DEVICE, what,
			"No I2C bus fits this name; there %s%s.\n"
			"Plug the adapter in, or load its driver.",
			*all ? "are " : "is no bus at all", all);
}

/* i2c:name=diolan, i2c:usb=1-2.3, or both. */
static int find_by_options(const struct i2cdev_system *sys, struct cx3_devname *name,
			   unsigned *number, struct cx3_error *err)
{
	const char *want = cx3_devname_take(name, "name");
	const char *usb = cx3_devname_take(name, "usb");
	char found[NAMED] = "", all[NAMED] = "", what[96];
	unsigned *numbers, hits = 0;
	size_t count;
	int rc;

	if (!want && !usb)
		return cx3_fail(err, CX3_E_USAGE, "i2c:",
				"The device name does not say which adapter.\n"
				"Write i2c:name=diolan (a part of its name) or i2c:usb=1-2.3 (its "
				"USB port).");
	rc = i2cdev_list(sys, &numbers, &count, err);
	if (rc != CX3_OK)
		return rc;
	for (size_t i = 0; i < count; i++) {
		struct i2cdev_bus bus;

		if (!i2cdev_look(sys, numbers[i], &bus))
			continue;
		add_name(all, &bus);
		if (!matches(&bus, want, usb))
			continue;
		add_name(found, &bus);
		*number = bus.number;
		hits++;
	}
	free(numbers);
	if (hits == 1)
		return CX3_OK;
	snprintf(what, sizeof(what), "i2c:%s%.32s%s%s%.32s", want ? "name=" : "", want ? want : "",
		 want && usb ? "," : "", usb ? "usb=" : "", usb ? usb : "");
	return complain(hits, what, found, all, err);
}

int i2cdev_find(const struct i2cdev_system *sys, struct cx3_devname *name, unsigned *number,
		struct cx3_error *err)
{
	if (strcmp(name->scheme, "i2c") == 0 && !name->head[0])
		return find_by_options(sys, name, number, err);
	if (name->scheme[0])
		return CX3_E_NOT_MINE;
	if (i2cdev_parse_node(name->head, number) || parse_path(sys, name->head, number))
		return CX3_OK;
	return CX3_E_NOT_MINE;
}
