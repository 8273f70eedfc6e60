/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A scan: asks every adapter for the devices that are plugged in, and the card's id
 * behind those that may be asked.
 */
#include "cx3flash/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/adapterops.h"
#include "sized.h"

const char *cx3_bus_finding_name(enum cx3_bus_finding finding)
{
	static const char *const names[] = {"card", "nothing", "other", "left-alone", "failed"};

	return names[finding];
}

static void describe(const struct cx3_listed *device, struct cx3_bus *out)
{
	memset(out, 0, sizeof(*out));
	snprintf(out->device, sizeof(out->device), "%s", device->device);
	snprintf(out->by_name, sizeof(out->by_name), "%s", device->by_port);
	snprintf(out->name, sizeof(out->name), "%s", device->name);
	snprintf(out->driver, sizeof(out->driver), "%s", device->driver);
	snprintf(out->usb, sizeof(out->usb), "%s", device->usb);
	out->clock_hz = device->clock_hz;
	out->plain_i2c = device->plain_i2c;
}

static void leave_alone(struct cx3_bus *out, const char *why)
{
	out->finding = CX3_BUS_LEFT_ALONE;
	snprintf(out->words, sizeof(out->words),
		 "left alone: %s; if the card is there, ask for it with `cx3flash -d %s scan`", why,
		 out->device);
}

/* What an error of opening or asking comes to. */
static void tell_failure(struct cx3_bus *out, const struct cx3_error *err)
{
	out->code = err->code;
	switch (err->code) {
	case CX3_E_NO_ACK:
		out->finding = CX3_BUS_NOTHING;
		snprintf(out->words, sizeof(out->words), "nothing answers at 0x48");
		break;
	case CX3_E_WRONG_ID:
	case CX3_E_NO_REGISTERS:
	case CX3_E_LOCKED:
		out->finding = CX3_BUS_OTHER;
		cx3_error_text(err, out->words, sizeof(out->words));
		break;
	default:
		out->finding = CX3_BUS_FAILED;
		cx3_error_text(err, out->words, sizeof(out->words));
	}
}

static void tell_card(struct cx3_bus *out, const struct cx3_card_id *id)
{
	out->finding = CX3_BUS_CARD;
	out->id = *id;
	snprintf(out->words, sizeof(out->words),
		 "%s (id 0x%x, revision 0x%x), %s: use it with `-d %s`", id->name, id->hw_id,
		 id->hw_rev,
		 id->state == CX3_CARD_LIVEFISH ? "in recovery (livefish)" : "its firmware runs",
		 out->device);
}

/* Reads the id, as cx3_card_open does it. *err: why that could not be done. */
static void ask(const char *device, const struct cx3_log *log, struct cx3_bus *out,
		struct cx3_error *err)
{
	const struct cx3_card_options look = {.size = sizeof(look), .short_look = true};
	struct cx3_adapter *adapter = NULL;
	struct cx3_card *card = NULL;
	int rc = cx3_adapter_open(device, log, &adapter, err);

	if (rc == CX3_OK) {
		out->clock_hz = adapter->clock_hz;
		rc = cx3_card_open(adapter, &look, &card, err);
	}
	if (rc == CX3_OK)
		tell_card(out, cx3_card_identity(card));
	else
		tell_failure(out, err);
	cx3_card_close(card);
	cx3_adapter_close(adapter);
}

static int no_memory(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NO_MEMORY, "scan",
			"There is no memory for the list of buses.\n"
			"Close other programs and try again.");
}

/* One retry: an empty bus is the usual case and shall not take seconds. */
static void scan_device(const struct cx3_listed *device, const struct cx3_scan_options *options,
			const struct cx3_log *log, struct cx3_bus *out)
{
	struct cx3_error err = {.code = CX3_OK};
	char name[96];

	describe(device, out);
	if (device->keep_off[0] && !(options->ask_boards && device->usb_board)) {
		leave_alone(out, device->keep_off);
		return;
	}
	snprintf(name, sizeof(name), "%s,retries=1", device->device);
	ask(name, log, out, &err);
}

/* The devices of one kind, at the end of the list. */
static int scan_kind(const struct cx3_adapter_ops *ops, const struct cx3_scan_options *options,
		     const struct cx3_log *log, struct cx3_bus **buses, size_t *count,
		     struct cx3_error *err)
{
	struct cx3_listed *devices;
	struct cx3_bus *more;
	size_t found;
	int rc = ops->list(NULL, &devices, &found, err);

	if (rc != CX3_OK || found == 0)
		return rc;
	more = realloc(*buses, (*count + found) * sizeof(**buses));
	if (!more) {
		free(devices);
		return no_memory(err);
	}
	*buses = more;
	for (size_t i = 0; i < found; i++)
		scan_device(&devices[i], options, log, &more[(*count)++]);
	free(devices);
	return CX3_OK;
}

static int scan_all(const struct cx3_scan_options *options, const struct cx3_log *log,
		    struct cx3_bus **buses, size_t *count, struct cx3_error *err)
{
	int rc = CX3_OK;

	for (size_t i = 0; rc == CX3_OK && cx3_adapter_kind(i); i++) {
		if (cx3_adapter_kind(i)->list)
			rc = scan_kind(cx3_adapter_kind(i), options, log, buses, count, err);
	}
	return rc;
}

/* What is known of a named device; CX3_E_NOT_MINE if no adapter lists such names. */
static int find_named(const struct cx3_devname *name, struct cx3_bus *out, struct cx3_error *err)
{
	int rc = CX3_E_NOT_MINE;

	for (size_t i = 0; rc == CX3_E_NOT_MINE && cx3_adapter_kind(i); i++) {
		struct cx3_devname copy = *name;
		struct cx3_listed *devices;
		size_t found;

		if (!cx3_adapter_kind(i)->list)
			continue;
		rc = cx3_adapter_kind(i)->list(&copy, &devices, &found, err);
		if (rc == CX3_OK) {
			describe(&devices[0], out);
			free(devices);
		}
	}
	return rc;
}

/* A device that the user names is asked whatever it is. One that is none, or is not there, is an
 * error: no bus was found that could be told of. */
static int scan_named(const char *device, const struct cx3_log *log, struct cx3_bus *out,
		      struct cx3_error *err)
{
	struct cx3_error why = {.code = CX3_OK};
	struct cx3_devname name;
	int rc = cx3_devname_parse(device, &name, err);

	if (rc != CX3_OK)
		return rc;
	rc = find_named(&name, out, err);
	if (rc == CX3_E_NOT_MINE) {
		memset(out, 0, sizeof(*out));
		snprintf(out->device, sizeof(out->device), "%s", device);
		snprintf(out->name, sizeof(out->name), "%s", device);
	} else if (rc != CX3_OK) {
		return rc;
	}
	ask(device, log, out, &why);
	if (why.code != CX3_E_USAGE && why.code != CX3_E_NO_DEVICE)
		return CX3_OK;
	if (err)
		*err = why;
	return why.code;
}

int cx3_scan(const struct cx3_scan_options *options, const struct cx3_log *log,
	     struct cx3_bus **buses, size_t *count, struct cx3_error *err)
{
	struct cx3_scan_options own;
	int rc = CX3_TAKE(cx3_scan_options, &own, options, err);

	*buses = NULL;
	*count = 0;
	if (rc != CX3_OK)
		return rc;
	if (!own.device) {
		rc = scan_all(&own, log, buses, count, err);
	} else {
		*buses = calloc(1, sizeof(**buses));
		if (!*buses)
			return no_memory(err);
		rc = scan_named(own.device, log, *buses, err);
		*count = 1;
	}
	if (rc == CX3_OK)
		return rc;
	free(*buses);
	*buses = NULL;
	*count = 0;
	return rc;
}

bool cx3_scan_speed_hint(struct cx3_adapter *adapter, char *words, size_t size)
{
	return adapter->ops->hint && adapter->ops->hint(adapter, words, size);
}
