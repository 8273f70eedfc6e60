/* SPDX-License-Identifier: BSD-2-Clause */
/* Adapter, card, flash and shadow, opened in that order and closed backwards. */
#include "cx3flash/device.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "card/card.h"
#include "cx3flash/adapterops.h"
#include "flash/flash.h"
#include "look.h"
#include "sized.h"

/* The link test at open: at most so many readings, in steps, and no step begun after so long. A
 * reading takes 0.93 ms at 100 kHz, and some adapters need 20 ms for one. */
#define OPEN_STEPS 5u
#define OPEN_STEP_READINGS 20u
#define OPEN_US 100000u
/* A card that starts does not acknowledge for up to a few seconds (an OCP card; Linux commit
 * 2938b2978a70). */
#define STARTING_US 3000000u
#define STARTING_PAUSE_US 200000u

struct cx3_device {
	struct cx3_device_options options; /* its `card` and `flash` are these: */
	struct cx3_card_options card_options;
	struct cx3_flash_options flash_options;
	struct cx3_backup backup; /* of its last job */
	struct cx3_adapter *adapter;
	struct cx3_card *card;
	struct cx3_flash *flash;
	struct cx3_shadow *shadow;
	struct cx3_link link;
};

static int take(struct cx3_device *device, const struct cx3_device_options *options,
		struct cx3_error *err)
{
	struct cx3_device_options *own = &device->options;
	int rc = CX3_TAKE(cx3_device_options, own, options, err);

	if (rc == CX3_OK)
		rc = CX3_TAKE(cx3_card_options, &device->card_options, own->card, err);
	if (rc == CX3_OK)
		rc = CX3_TAKE(cx3_flash_options, &device->flash_options, own->flash, err);
	own->card = &device->card_options;
	own->flash = &device->flash_options;
	return rc;
}

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
	rc = take(device, options, err);
	if (rc == CX3_OK)
		rc = cx3_adapter_open(name, device->options.log, &device->adapter, err);
	if (rc != CX3_OK)
		free(device);
	else
		*out = device;
	return rc;
}

static int test_link(struct cx3_device *device, struct cx3_error *err)
{
	struct cx3_adapter *adapter = device->adapter;
	uint64_t started = adapter->ops->now_us(adapter);
	int rc = CX3_OK;

	for (unsigned i = 0; i < OPEN_STEPS && rc == CX3_OK; i++) {
		if (adapter->ops->now_us(adapter) - started >= OPEN_US)
			break;
		rc = cx3_link_read(device->card, OPEN_STEP_READINGS, &device->link, err);
	}
	return rc;
}

static int choose_clock(struct cx3_device *device, struct cx3_error *err)
{
	const struct cx3_watch *watch = device->options.watch;
	bool is_short = device->options.short_proof;

	return cx3_link_choose_clock(device->card, is_short ? CX3_LINK_SHORT_PROOF : CX3_LINK_PROOF,
				     watch ? watch->cancelled : NULL, watch ? watch->user : NULL,
				     &device->link, err);
}

static int open_card(struct cx3_device *device, struct cx3_error *err)
{
	struct cx3_adapter *adapter = device->adapter;
	int rc = cx3_card_open(adapter, device->options.card, &device->card, err);

	if (rc != CX3_OK)
		return rc;
	if (device->options.watch)
		cx3_card_set_cancelled(device->card, device->options.watch->cancelled,
				       device->options.watch->user);
	rc = adapter->auto_hz ? choose_clock(device, err) : test_link(device, err);
	if (rc != CX3_OK) {
		cx3_card_close(device->card);
		device->card = NULL;
	} else if (device->link.wrong > 0) {
		cx3_log(adapter->log, CX3_LOG_WARN,
			"%s: of %" PRIu64 " bits %" PRIu64 " were read wrong: check the wires, the "
			"ground and the pull-ups, or lower the clock.",
			adapter->label, device->link.bits, device->link.wrong);
	}
	return rc;
}

int cx3_device_await_card(struct cx3_device *device, bool *late, struct cx3_error *err)
{
	struct cx3_adapter *adapter = device->adapter;
	uint64_t started = adapter->ops->now_us(adapter);
	int rc;

	for (;;) {
		rc = device->card ? CX3_OK : open_card(device, err);
		if (rc != CX3_E_NO_ACK || adapter->ops->now_us(adapter) - started > STARTING_US)
			return rc;
		*late = true;
		adapter->ops->wait_us(adapter, STARTING_PAUSE_US);
	}
}

int cx3_device_deepen(struct cx3_device *device, enum cx3_device_depth depth, struct cx3_error *err)
{
	const struct cx3_device_options *o = &device->options;
	bool late;
	int rc = CX3_OK;

	if (depth >= CX3_OPEN_CARD && !device->card)
		rc = o->patient ? cx3_device_await_card(device, &late, err)
				: open_card(device, err);
	if (rc == CX3_OK && depth >= CX3_OPEN_FLASH && !device->flash)
		rc = cx3_flash_open(device->card, o->flash, &device->flash, err);
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

struct cx3_link *cx3_device_link(struct cx3_device *device)
{
	return &device->link;
}

struct cx3_backup *cx3_device_backup(struct cx3_device *device)
{
	return &device->backup;
}

int cx3_device_verdict(const struct cx3_device *device, int rc, struct cx3_error *err)
{
	const struct cx3_link *link = &device->link;
	char why[sizeof(err->cause)];

	if (rc == CX3_OK)
		return cx3_flash_watch_if_odd(device->flash, err);
	rc = cx3_flash_blame(device->flash, cx3_shadow_verdict(device->shadow, rc, err), err);
	if (!err || !cx3_fs2_is_verdict(rc) || !cx3_link_noisy(link))
		return rc;
	snprintf(why, sizeof(why), "%.300s", err->cause);
	if (why[0] && why[strlen(why) - 1] == '.')
		why[strlen(why) - 1] = '\0';
	return cx3_fail(err, CX3_E_NOISE, "flash",
			"The wires are noisy (%" PRIu64 " of %" PRIu64
			" bits were read wrong), so it is not known whether the flash holds a "
			"valid image. It read like this: %s.\n"
			"Check the wires, the ground and the pull-ups, or lower the clock.",
			link->wrong, link->bits, why);
}

uint64_t cx3_device_repeats(const struct cx3_device *device)
{
	return (device->card ? cx3_card_repeats(device->card) : 0) +
	       (device->flash ? cx3_flash_counts(device->flash)->repeats : 0);
}
