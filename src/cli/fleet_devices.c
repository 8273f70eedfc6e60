/* SPDX-License-Identifier: BSD-2-Clause */
/* Which devices a line with several names: all boards of a kind, and none of them twice. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/adapterops.h"
#include "fleet_priv.h"

#define ALL "all:"
/* Of a device as an adapter lists it, and of a simulated card's path. */
#define KEY (PATH_MAX + 32)

static int no_memory(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NO_MEMORY, NULL,
			"There is no memory left; close other programs and try again.");
}

static int add(struct fleet_list *list, const char *device, const char *options,
	       struct cx3_error *err)
{
	char *text;

	if (list->count == MOST_DEVICES)
		return cx3_fail(err, CX3_E_USAGE, "-d",
				"There are more than %u devices.\nName at most so many at once.",
				MOST_DEVICES);
	if (asprintf(&text, "%s%s", device, options) < 0)
		return no_memory(err);
	list->device[list->count++] = text;
	return CX3_OK;
}

/* The adapter of boards that are this program's alone: not the kernel's buses, which may have
 * anything on them. */
static const struct cx3_adapter_ops *boards_of(const char *kind, size_t len)
{
	for (size_t i = 0; cx3_adapter_kind(i); i++) {
		const char *name = cx3_adapter_kind(i)->name;

		if (cx3_adapter_kind(i)->list && strlen(name) == len &&
		    strncmp(name, kind, len) == 0 && strcmp(name, "i2c-dev") != 0)
			return cx3_adapter_kind(i);
	}
	return NULL;
}

/* "all:ft232h,clock=100k": each board, with these options. */
static int add_all(struct fleet_list *list, const char *device, struct cx3_error *err)
{
	const char *kind = device + strlen(ALL);
	size_t len = strcspn(kind, ","), count = 0;
	const struct cx3_adapter_ops *ops = boards_of(kind, len);
	struct cx3_listed *listed = NULL;
	int rc;

	if (!ops)
		return cx3_fail(err, CX3_E_USAGE, device,
				"There is no list of all devices of this kind.\n"
				"Write all:ft232h or all:mtusb1, or name each device.");
	rc = ops->list(NULL, &listed, &count, err);
	if (rc == CX3_OK && count == 0)
		rc = cx3_fail(err, CX3_E_NO_DEVICE, device,
			      "No such board is plugged in.\nLook at the cables.");
	for (size_t i = 0; rc == CX3_OK && i < count; i++)
		rc = add(list, listed[i].device, kind + len, err);
	free(listed);
	return rc;
}

/* The device as its adapter lists it: two names of one bus or board have the same. */
static bool listed_key(const char *device, char key[KEY])
{
	bool found = false;

	for (size_t i = 0; cx3_adapter_kind(i) && !found; i++) {
		struct cx3_listed *listed = NULL;
		struct cx3_devname name;
		size_t count = 0;

		if (!cx3_adapter_kind(i)->list ||
		    cx3_devname_parse(device, &name, NULL) != CX3_OK ||
		    cx3_adapter_kind(i)->list(&name, &listed, &count, NULL) != CX3_OK)
			continue;
		found = count == 1;
		if (found)
			snprintf(key, KEY, "%s", listed[0].device);
		free(listed);
	}
	return found;
}

static void key_of(const char *device, char key[KEY])
{
	char real[PATH_MAX];
	struct cx3_devname name;

	if (listed_key(device, key))
		return;
	if (cx3_devname_parse(device, &name, NULL) == CX3_OK && strcmp(name.scheme, "sim") == 0 &&
	    realpath(name.head, real))
		snprintf(key, KEY, "sim:%s", real);
	else
		snprintf(key, KEY, "%s", device);
}

static int check_doubles(const struct fleet_list *list, struct cx3_error *err)
{
	char(*key)[KEY] = malloc((list->count + 1) * sizeof(*key));
	int rc = CX3_OK;

	if (!key)
		return no_memory(err);
	for (unsigned i = 0; rc == CX3_OK && i < list->count; i++) {
		key_of(list->device[i], key[i]);
		for (unsigned j = 0; rc == CX3_OK && j < i; j++) {
			if (strcmp(key[i], key[j]) == 0)
				rc = cx3_fail(err, CX3_E_USAGE, list->device[i],
					      "This is the same device as %.200s.\n"
					      "Name each device once.",
					      list->device[j]);
		}
	}
	free(key);
	return rc;
}

int fleet_devices(const struct cli_options *options, struct fleet_list *list, struct cx3_error *err)
{
	int rc = CX3_OK;

	list->count = 0;
	for (unsigned i = 0; rc == CX3_OK && i < options->device_count; i++) {
		const char *device = options->devices[i];

		if (strncmp(device, ALL, strlen(ALL)) == 0)
			rc = add_all(list, device, err);
		else
			rc = add(list, device, "", err);
	}
	if (rc == CX3_OK)
		rc = check_doubles(list, err);
	while (rc != CX3_OK && list->count > 0)
		free(list->device[--list->count]);
	return rc;
}
