/* SPDX-License-Identifier: BSD-2-Clause */
/* The adapter: opening by name, listing, clock, closing. */
#include "adapters.h"
#include "ft232h_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Both fit the answers that the smallest chip has room for, with and without
 * open drain; the card's own limit is lower. */
#define MAX_WRITE 128u
#define MAX_READ 256u
#define FAST_HZ 400000u

/*
 * What clock=auto chooses from. No document tells a card's highest clock; those of its
 * maker's switches end at 400 kHz, and so does this list. A faster one is taken only where
 * it is asked for: beyond a slave's limit it may take one register's address for another.
 */
static const unsigned auto_hz[] = {100000, 200000, FAST_HZ, 0};

const struct cx3_usb_kind ft232h_kind = {
	.scheme = "ft232h",
	.chips = "FT232H, FT2232H or FT4232H",
	.vid = 0x0403,
	.pids = {0x6014, 0x6010, 0x6011},
};

static void ft232h_wait_us(struct cx3_adapter *a, uint64_t us)
{
	const struct mpsse_usb *usb = ((struct ft232h *)a)->usb;

	usb->wait_us(usb->user, us);
}

static uint64_t ft232h_now_us(struct cx3_adapter *a)
{
	const struct ft232h *f = (const struct ft232h *)a;

	return f->usb->now_us(f->usb->user) - f->opened_us;
}

static void ft232h_close(struct cx3_adapter *a)
{
	struct ft232h *f = (struct ft232h *)a;

	f->usb->close(f->usb->user);
	mpsse_free(&f->m);
	free(f);
}

/* Everything that has to hold before the first transfer. */
static int bring_up(struct ft232h *f, unsigned hz, struct cx3_error *err)
{
	int rc = mpsse_i2c_init(&f->i2c, &f->m, hz, err);

	if (rc == CX3_OK)
		rc = mpsse_sync(&f->m, err);
	if (rc != CX3_OK)
		return rc;
	f->base.clock_hz = f->i2c.hz;
	mpsse_i2c_configure(&f->i2c);
	rc = ft232h_free_bus(f, err);
	if (rc == CX3_OK)
		rc = ft232h_reset_slaves(f, err);
	return rc;
}

/* The divisor of the chip can be changed at any time: no need to open the board anew. */
static int ft232h_set_clock(struct cx3_adapter *a, unsigned hz, struct cx3_error *err)
{
	struct ft232h *f = (struct ft232h *)a;
	const struct mpsse_i2c before = f->i2c;
	int rc = mpsse_i2c_init(&f->i2c, &f->m, hz, err);

	if (rc == CX3_OK)
		rc = ft232h_recover(f, err);
	if (rc == CX3_OK)
		rc = ft232h_reset_slaves(f, err);
	if (rc == CX3_OK) {
		f->asked_hz = hz;
		a->clock_hz = f->i2c.hz;
		return CX3_OK;
	}
	f->i2c = before;
	/* If the board does not take that either, the next transfer tells why. */
	(void)ft232h_recover(f, NULL);
	return rc;
}

int ft232h_attach(struct mpsse_usb *usb, const struct cx3_adapter *head, unsigned hz,
		  struct cx3_adapter **out, struct cx3_error *err)
{
	struct ft232h *f = calloc(1, sizeof(*f));
	int rc;

	if (!f) {
		usb->close(usb->user);
		return cx3_fail(err, CX3_E_NO_MEMORY, usb->place,
				"There is no memory for the adapter.\n"
				"Close other programs and try again.");
	}
	f->base = *head;
	f->base.ops = &cx3_ft232h_ops;
	f->base.max_write = MAX_WRITE;
	f->base.max_read = MAX_READ;
	f->usb = usb;
	f->asked_hz = hz;
	f->opened_us = usb->now_us(usb->user);
	rc = mpsse_init(&f->m, usb, err);
	if (rc == CX3_OK)
		rc = bring_up(f, hz, err);
	if (rc != CX3_OK) {
		ft232h_close(&f->base);
		return rc;
	}
	if (f->i2c.hz != hz)
		cx3_log(f->base.log, CX3_LOG_INFO,
			"%s: the bus runs at %u Hz (%u Hz asked for; SCL is high for a third of a bit, "
			"and %s wants %u ns)",
			f->base.label, f->i2c.hz, hz, f->i2c.mode->name, f->i2c.mode->high);
	*out = &f->base;
	return CX3_OK;
}

static int ft232h_open(struct cx3_devname *name, const struct cx3_log *log,
		       struct cx3_adapter **out, struct cx3_error *err)
{
	struct cx3_adapter head = {.log = log};
	struct mpsse_usb *usb;
	unsigned hz = auto_hz[0];
	bool automatic = true;
	int rc;

	if (!cx3_usb_is_meant(&ft232h_kind, name))
		return CX3_E_NOT_MINE;
	if (name->scheme[0] && name->head[0])
		return cx3_fail(err, CX3_E_USAGE, name->head,
				"\"ft232h:%s\" names no board.\n"
				"Write ft232h:serial=%s or ft232h:usb=BUS-PORT.",
				name->head, name->head);
	rc = cx3_adapter_take_common(&head, name, err);
	if (rc == CX3_OK)
		rc = cx3_devname_take_clock(name, &hz, &automatic, err);
	if (automatic)
		head.auto_hz = auto_hz;
	if (rc == CX3_OK)
		rc = ft232h_board_open(name, log, &usb, head.label, sizeof(head.label), err);
	if (rc == CX3_OK)
		rc = ft232h_attach(usb, &head, hz, out, err);
	return rc;
}

static int ft232h_list(struct cx3_devname *name, struct cx3_listed **devices, size_t *count,
		       struct cx3_error *err)
{
	return cx3_usb_list_devices(&ft232h_kind, name, devices, count, err);
}

static bool ft232h_hint(struct cx3_adapter *a, char *words, size_t size)
{
	return cx3_usb_clock_hint(a, FAST_HZ, words, size);
}

const struct cx3_adapter_ops cx3_ft232h_ops = {
	.name = "ft232h",
	.syntax =
		"ft232h[:serial=TEXT|usb=BUS-PORT|vid=0x0403,pid=0x6014|channel=A,clock=auto|100k]",
	.open = ft232h_open,
	.transfer = ft232h_transfer,
	.wait_us = ft232h_wait_us,
	.now_us = ft232h_now_us,
	.close = ft232h_close,
	.selftest = ft232h_selftest,
	.list = ft232h_list,
	.hint = ft232h_hint,
	.set_clock = ft232h_set_clock,
};
