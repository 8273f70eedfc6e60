/* SPDX-License-Identifier: BSD-2-Clause */
/* Attributes and drivers in the kernel's tree of devices. */
#include "sysfs.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool cx3_sysfs_line(const char *folder, const char *file, char *line, size_t size)
{
	char path[PATH_MAX];
	FILE *f;
	bool ok;

	if (snprintf(path, sizeof(path), "%s/%s", folder, file) >= (int)sizeof(path))
		return false;
	f = fopen(path, "re");
	if (!f)
		return false;
	ok = fgets(line, (int)size, f) != NULL;
	fclose(f);
	if (ok)
		line[strcspn(line, "\n")] = '\0';
	return ok;
}

bool cx3_sysfs_number(const char *folder, const char *file, int base, unsigned *number)
{
	char line[32], *end;
	unsigned long value;

	if (!cx3_sysfs_line(folder, file, line, sizeof(line)))
		return false;
	value = strtoul(line, &end, base);
	*number = (unsigned)value;
	return end != line && value <= UINT_MAX;
}

bool cx3_sysfs_driver(const char *folder, char *driver, size_t size)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *base;
	ssize_t len;

	if (snprintf(path, sizeof(path), "%s/driver", folder) >= (int)sizeof(path))
		return false;
	len = readlink(path, target, sizeof(target) - 1);
	if (len <= 0)
		return false;
	target[len] = '\0';
	base = strrchr(target, '/');
	snprintf(driver, size, "%s", base ? base + 1 : target);
	return true;
}

bool cx3_sysfs_is_usb_port(const char *name)
{
	size_t bus = strspn(name, "0123456789");

	if (bus == 0 || name[bus] != '-' || !isdigit((unsigned char)name[bus + 1]))
		return false;
	return name[bus + 1 + strspn(name + bus + 1, "0123456789.")] == '\0';
}
