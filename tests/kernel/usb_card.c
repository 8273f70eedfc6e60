/* SPDX-License-Identifier: BSD-2-Clause */
/* Plugs an emulated adapter with a simulated card into the kernel, and serves it. */
#include "usb_card.h"
#include "said.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

void emul_pass_time(struct emul_clock *clock)
{
	struct timespec t;
	uint64_t now;

	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
	if (clock->last_us)
		simcard_advance_us(clock->card, now - clock->last_us);
	clock->last_us = now;
}

static bool tell(const struct cx3_error *err)
{
	fprintf(stderr, "usb_card: %s: %s\n", err->place, said(err));
	return false;
}

/* The dongle's variants (u2c_dongle.h) are given beside the card's. */
static int take_variant(struct usb_card *u, struct cx3_devname *name, struct cx3_error *err)
{
	uint64_t loses = 0;
	int rc = cx3_devname_take_uint(name, "queue", 1, DONGLE_ANSWERS, &u->queue, err);

	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "loses", 0, 1, &loses, err);
	u->loses = loses != 0;
	return rc;
}

static bool open_card(struct usb_card *u, const char *text)
{
	struct cx3_devname name;
	struct cx3_error err;
	char sim[512];

	/* A Diolan runs a packet of commands at once: the wire's own time must pass
	 * in the model, or the flash gateway would have none to finish in. */
	snprintf(sim, sizeof(sim), "sim:%s,clock=400k", text);
	if (cx3_devname_parse(sim, &name, &err) != CX3_OK ||
	    take_variant(u, &name, &err) != CX3_OK || simcard_open(&name, &u->card, &err) != CX3_OK)
		return tell(&err);
	for (unsigned i = 0; i < name.count; i++) {
		if (!name.option[i].taken) {
			fprintf(stderr, "usb_card: what is %s=?\n", name.option[i].key);
			return false;
		}
	}
	return true;
}

bool usb_card_plug(struct usb_card *u, const char *adapter, unsigned port, const char *card)
{
	enum gadget_speed speed = GADGET_LOW;

	memset(u, 0, sizeof(*u));
	if (!open_card(u, card))
		return false;
	if (strcmp(adapter, "diolan") == 0 || strcmp(adapter, "mtusb1") == 0) {
		diolan_init(&u->adapter.diolan, u->card);
		if (u->queue)
			u->adapter.diolan.dongle.queue = (unsigned)u->queue;
		u->adapter.diolan.dongle.nack_loses = u->loses;
		u->device = diolan_device;
		if (strcmp(adapter, "mtusb1") == 0) /* its reads wait before there is an answer */
			u->device.early_ep = 0;
		speed = GADGET_FULL;
	} else {
		u->adapter.tiny_usb.card = u->adapter.tiny_usb.clock.card = u->card;
		u->device = tiny_usb_device;
	}
	u->device.user = &u->adapter;
	u->fd = gadget_plug(port, speed);
	if (u->fd < 0)
		fprintf(stderr, "usb_card: can't plug into port %u: %s\n", port, strerror(-u->fd));
	return u->fd >= 0;
}

int usb_card_serve(struct usb_card *u)
{
	return gadget_serve(u->fd, &u->device);
}

void usb_card_pull(const struct usb_card *u)
{
	gadget_pull(u->fd);
}

static void write_counts(const struct usb_card *u, const char *path)
{
	const struct simcard_counts *c = simcard_counts(u->card);
	const char *violation = simcard_violation(u->card);
	FILE *f = fopen(path, "w");

	if (!f)
		return;
	fprintf(f,
		"messages=%" PRIu64 " bytes=%" PRIu64 " gateway=%" PRIu64 " erases=%" PRIu64
		" programs=%" PRIu64 " violations=%" PRIu64 "%s%s\n",
		c->i2c_messages, c->i2c_bytes, c->gateway_commands,
		c->sector_erases + c->block_erases, c->page_programs, c->violations,
		violation ? " first: " : "", violation ? violation : "");
	fclose(f);
}

bool usb_card_close(struct usb_card *u, const char *counts)
{
	struct cx3_error err;
	bool ok = true;

	if (counts)
		write_counts(u, counts);
	if (simcard_sync(u->card, &err) != CX3_OK)
		ok = tell(&err);
	simcard_close(u->card);
	return ok;
}
