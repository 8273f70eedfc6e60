/* SPDX-License-Identifier: BSD-2-Clause */
/* Adapter, card, flash and shadow, opened in that order and closed backwards. */
#include "cx3flash/device.h"

#include <assert.h>
#include <stdlib.h>

struct cx3_device {
	struct cx3_device_options options;
	struct cx3_adapter *adapter;
	struct cx3_card *card;
	struct cx3_flash *flash;
	struct cx3_shadow *shadow;
};

int cx3_device_open(const char *name, const struct cx3_device_options *options,
		    struct cx3_device **out, struct cx3_error *err)
{
	struct cx3_device *device = calloc(1, sizeof(*device));
	int rc;

	assert(name && out);
	*out = NULL;
	if (!device)
		return cx3_fail(err, CX3_E_NO_MEMORY, name,
				"There is no memory to open the device.\n"
				"Close other programs and try again.");
	if (options)
		device->options = *options;
	rc = cx3_adapter_open(name, device->options.log, &device->adapter, err);
	if (rc != CX3_OK)
		free(device);
	else
		*out = device;
	return rc;
}

int cx3_device_deepen(struct cx3_device *device, enum cx3_device_depth depth, struct cx3_error *err)
{
	const struct cx3_device_options *o = &device->options;
	int rc = CX3_OK;

	if (depth >= CX3_OPEN_CARD && !device->card)
		rc = cx3_card_open(device->adapter, &o->card, &device->card, err);
	if (rc == CX3_OK && depth >= CX3_OPEN_FLASH && !device->flash)
		rc = cx3_flash_open(device->card, &o->flash, &device->flash, err);
	if (rc == CX3_OK && depth >= CX3_OPEN_SHADOW && !device->shadow)
		rc = cx3_shadow_open(device->flash, o->watch, &device->shadow, err);
	return rc;
}

void cx3_device_close(struct cx3_device *device)
{
	if (!device)
		return;
	cx3_shadow_close(device->shadow);
	cx3_flash_close(device->flash);
	cx3_card_close(device->card);
	cx3_adapter_close(device->adapter);
	free(device);
}

struct cx3_adapter *cx3_device_adapter(const struct cx3_device *device)
{
	return device->adapter;
}

struct cx3_card *cx3_device_card(const struct cx3_device *device)
{
	return device->card;
}

struct cx3_flash *cx3_device_flash(const struct cx3_device *device)
{
	return device->flash;
}

struct cx3_shadow *cx3_device_shadow(const struct cx3_device *device)
{
	return device->shadow;
}
