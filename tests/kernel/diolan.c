/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dongle of tests/support on USB: one-byte commands on bulk endpoint 2 OUT, and the answers
 * on 4 IN.
 */
#include "emul.h"

/* More than the Linux driver ever queues. */
#define QUEUE 128u

static void at_start(void *user)
{
	emul_pass_time(&((struct diolan *)user)->clock);
}

void diolan_init(struct diolan *d, struct simcard *card)
{
	d->clock.card = card;
	d->dongle = (struct dongle){.card = card, .at_start = at_start, .user = d, .queue = QUEUE};
}

static int bulk_out(void *user, unsigned ep, const uint8_t *data, size_t len)
{
	struct diolan *d = user;

	if (ep != 2 || !dongle_put(&d->dongle, data, len))
		return GADGET_STALL;
	return simcard_gone(d->dongle.card) ? GADGET_UNPLUG : 0;
}

static int bulk_in(void *user, unsigned ep, uint8_t *data, size_t max, uint64_t waited_us)
{
	struct diolan *d = user;
	size_t len;

	(void)waited_us;
	if (ep != 4 || max < sizeof(d->dongle.answer[0].data))
		return GADGET_STALL;
	len = dongle_answer(&d->dongle, data);
	return len > 0 ? (int)len : GADGET_AGAIN;
}

static const uint8_t device_descriptor[18] = {
	18,   1,    0x00, 0x02, 0xff, 0, 0, 64, /* USB 2.0, vendor class */
	0xbf, 0x0a, 0x70, 0x33,			/* 0abf:3370 */
	0x00, 0x01, 1,	  2,	0,    1,
};

static const uint8_t config_descriptor[32] = {
	9, 2, 32,   0, 1,  1,	 0, 0x80, 50,			 /* one interface, 100 mA */
	9, 4, 0,    0, 2,  0xff, 0, 0,	  0,			 /* two endpoints */
	7, 5, 0x02, 2, 64, 0,	 0, 7,	  5,  0x84, 2, 64, 0, 0, /* bulk, 64 bytes */
};

static const char *const strings[] = {"Diolan", "U2C-12"};

const struct gadget_device diolan_device = {
	.device_descriptor = device_descriptor,
	.config_descriptor = config_descriptor,
	.strings = strings,
	.string_count = 2,
	.bulk_out = bulk_out,
	.bulk_in = bulk_in,
	.early_ep = 4,
};
