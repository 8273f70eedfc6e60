/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A Diolan U2C-12 (the vendor's dongle MTUSB-1 is one), as the kernel's driver
 * i2c-diolan-u2c sees it: one-byte commands on bulk endpoint 2 OUT, and for each
 * command one answer on 4 IN whose last byte is the result. The firmware's own
 * manual was not at hand: what the driver never sends is refused.
 */
#include "emul.h"

enum {
	CMD_FW_VERSION = 0x0a,
	CMD_SERIAL = 0x0b,
	CMD_START = 0x0c,
	CMD_STOP = 0x0d,
	CMD_REPEATED_START = 0x0e,
	CMD_PUT_BYTE_ACK = 0x13,
	CMD_GET_BYTE_ACK = 0x14,
	CMD_SET_SPEED = 0x1b,
	CMD_SET_CLK_SYNC = 0x24,
	CMD_SET_CLK_SYNC_TIMEOUT = 0x26
};
enum { RESULT_OK = 0x00, RESULT_NOT_IMPLEMENTED = 0x06, RESULT_NACK = 0x07 };

static void answer(struct diolan *d, const uint8_t *data, unsigned len, uint8_t result)
{
	unsigned at = (d->first + d->count) % DIOLAN_ANSWERS;

	for (unsigned i = 0; i < len; i++)
		d->answer[at].data[i] = data[i];
	d->answer[at].data[len] = result;
	d->answer[at].len = (uint8_t)(len + 1);
	d->count++;
}

static uint8_t put_byte(struct diolan *d, uint8_t byte)
{
	bool ack = d->addressing ? simcard_i2c_start(d->card, byte)
				 : simcard_i2c_write(d->card, byte);

	d->addressing = false;
	return ack ? RESULT_OK : RESULT_NACK;
}

/* One command at `c`; returns how many bytes it took. */
static size_t run_command(struct diolan *d, const uint8_t *c)
{
	static const uint8_t version[] = {2, 1}, serial[] = {0x39, 0x30, 0, 0};
	uint8_t byte;

	switch (c[0]) {
	case CMD_FW_VERSION:
		answer(d, version, sizeof(version), RESULT_OK);
		return 1;
	case CMD_SERIAL:
		answer(d, serial, sizeof(serial), RESULT_OK);
		return 1;
	case CMD_START:
	case CMD_REPEATED_START:
		emul_pass_time(&d->clock);
		d->addressing = true; /* the model takes START and address as one */
		answer(d, NULL, 0, RESULT_OK);
		return 1;
	case CMD_STOP:
		simcard_i2c_stop(d->card);
		answer(d, NULL, 0, RESULT_OK);
		return 1;
	case CMD_PUT_BYTE_ACK:
		answer(d, NULL, 0, put_byte(d, c[1]));
		return 2;
	case CMD_GET_BYTE_ACK:
		byte = simcard_i2c_read(d->card, c[1]);
		answer(d, &byte, 1, RESULT_OK);
		return 2;
	case CMD_SET_SPEED:
	case CMD_SET_CLK_SYNC:
		answer(d, NULL, 0, RESULT_OK);
		return 2;
	case CMD_SET_CLK_SYNC_TIMEOUT:
		answer(d, NULL, 0, RESULT_OK);
		return 3;
	default:
		answer(d, NULL, 0, RESULT_NOT_IMPLEMENTED);
		return 1;
	}
}

static int bulk_out(void *user, unsigned ep, const uint8_t *data, size_t len)
{
	struct diolan *d = user;
	uint8_t padded[256] = {0};

	if (ep != 2 || len > sizeof(padded) - 2)
		return GADGET_STALL;
	for (size_t i = 0; i < len; i++)
		padded[i] = data[i];
	for (size_t at = 0; at < len && d->count < DIOLAN_ANSWERS;)
		at += run_command(d, padded + at);
	return simcard_gone(d->card) ? GADGET_UNPLUG : 0;
}

static int bulk_in(void *user, unsigned ep, uint8_t *data, size_t max, uint64_t waited_us)
{
	struct diolan *d = user;
	unsigned len;

	(void)waited_us;
	if (ep != 4)
		return GADGET_STALL;
	if (!d->count)
		return GADGET_AGAIN;
	len = d->answer[d->first].len;
	if (len > max)
		return GADGET_STALL;
	for (unsigned i = 0; i < len; i++)
		data[i] = d->answer[d->first].data[i];
	d->first = (d->first + 1) % DIOLAN_ANSWERS;
	d->count--;
	return (int)len;
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
