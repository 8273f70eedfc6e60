/* SPDX-License-Identifier: BSD-2-Clause */
/* The requests that libftdi1, pyftdi and the kernel's ftdi_sio send. */
#include "ft232h_usb.h"

#include <string.h>
#include <time.h>

#define PACKET 512u

enum {
	REQ_RESET = 0,
	REQ_MODEM_STATUS = 5,
	REQ_SET_LATENCY = 9,
	REQ_GET_LATENCY = 10,
	REQ_SET_BITMODE = 11,
	REQ_READ_PINS = 12,
	REQ_READ_EEPROM = 0x90
};

/* Modem status: CTS, DSR as an idle UART; then the line status: both empty. */
static const uint8_t status_bytes[2] = {0x31, 0x60};

static void reset(struct ft232h_usb *u, uint16_t what)
{
	if (what == 0 || what == 2)
		u->chip.out_len = 0;
	if (what == 0 || what == 1) {
		u->chip.in_len = 0;
		u->backlog_len = 0;
	}
}

static int to_host(struct ft232h_usb *u, const struct gadget_setup *setup, uint8_t *data)
{
	switch (setup->request) {
	case REQ_MODEM_STATUS:
		memcpy(data, status_bytes, 2);
		return 2;
	case REQ_GET_LATENCY:
		data[0] = u->latency_ms;
		return 1;
	case REQ_READ_PINS:
		data[0] = 0xff;
		return 1;
	case REQ_READ_EEPROM: /* the board has none */
		data[0] = data[1] = 0xff;
		return 2;
	default:
		return GADGET_STALL;
	}
}

static int control(void *user, const struct gadget_setup *setup, uint8_t *data)
{
	struct ft232h_usb *u = user;

	if (setup->request_type & 0x80)
		return to_host(u, setup, data);
	switch (setup->request) {
	case REQ_RESET:
		reset(u, setup->value);
		return 0;
	case REQ_SET_LATENCY:
		u->latency_ms = (uint8_t)setup->value;
		return 0;
	case REQ_SET_BITMODE:
		mpsse_interp_bitmode(&u->chip, (uint8_t)setup->value, (uint8_t)(setup->value >> 8));
		return 0;
	default: /* baud rate, line, flow control, characters: nothing to the MPSSE */
		return setup->request <= 8 ? 0 : GADGET_STALL;
	}
}

static bool gone(struct ft232h_usb *u)
{
	u->calls++;
	return (u->unplug_at && u->calls >= u->unplug_at) || simcard_gone(u->behind.card);
}

static uint64_t real_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The wire is not faster than its clock: what it has clocked out ahead of the real
 * time is not answered yet, and after a rest it goes on from now. */
static bool wire_is_ahead(struct ft232h_usb *u)
{
	uint64_t now = real_ns();

	if (!u->started_ns)
		u->started_ns = now - u->chip.wire.now_ns;
	return u->chip.wire.now_ns > now - u->started_ns;
}

static void feed(struct ft232h_usb *u)
{
	if (u->backlog_len && !wire_is_ahead(u))
		wire_advance(&u->chip.wire, real_ns() - u->started_ns - u->chip.wire.now_ns);
	size_t taken = mpsse_interp_write(&u->chip, u->backlog, u->backlog_len);

	memmove(u->backlog, u->backlog + taken, u->backlog_len - taken);
	u->backlog_len -= taken;
}

static int bulk_out(void *user, unsigned ep, const uint8_t *data, size_t len)
{
	struct ft232h_usb *u = user;

	if (gone(u))
		return GADGET_UNPLUG;
	if (ep != 2 || len > FT232H_BACKLOG - u->backlog_len)
		return GADGET_STALL;
	u->requests_out++;
	u->bytes_out += len;
	memcpy(u->backlog + u->backlog_len, data, len);
	u->backlog_len += len;
	feed(u);
	return 0;
}

/* Full packets at once; what is left after a "send now" or a latency time. */
static int bulk_in(void *user, unsigned ep, uint8_t *data, size_t max, uint64_t waited_us)
{
	struct ft232h_usb *u = user;
	size_t len = 0;
	bool waited = waited_us >= (uint64_t)u->latency_ms * 1000;
	bool ahead;

	if (ep != 1)
		return GADGET_STALL;
	feed(u);
	ahead = wire_is_ahead(u);
	if (!waited && (ahead || u->chip.out_len < PACKET - 2) &&
	    (ahead || !(u->chip.out_len && u->chip.send_now)))
		return GADGET_AGAIN;
	if (gone(u))
		return GADGET_UNPLUG;
	if (ahead) {
		memcpy(data, status_bytes, 2);
		return 2;
	}
	do {
		memcpy(data + len, status_bytes, 2);
		len += 2;
		len += mpsse_interp_read(&u->chip, data + len, PACKET - 2);
		feed(u);
	} while (len % PACKET == 0 && len + PACKET <= max && u->chip.out_len);
	u->requests_in++;
	u->bytes_in += len;
	return (int)len;
}

static const uint8_t device_descriptor[18] = {
	18,   1,    0x00, 0x02, 0, 0, 0, 64, /* USB 2.0 */
	0x03, 0x04, 0x14, 0x60,		     /* 0403:6014 */
	0x00, 0x09, 1,	  2,	3, 1,	     /* version 9.00: an FT232H */
};

static const uint8_t config_descriptor[32] = {
	9,
	2,
	32,
	0,
	1,
	1,
	0,
	0xa0,
	45, /* one interface, 90 mA */
	9,
	4,
	0,
	0,
	2,
	0xff,
	0xff,
	0xff,
	2, /* vendor class */
	7,
	5,
	0x81,
	2,
	PACKET & 0xff,
	PACKET >> 8,
	0,
	7,
	5,
	0x02,
	2,
	PACKET & 0xff,
	PACKET >> 8,
	0,
};

static const char *const strings[] = {"FTDI", "Single RS232-HS", "CX0FT232"};

const struct gadget_device ft232h_usb_device = {
	.device_descriptor = device_descriptor,
	.config_descriptor = config_descriptor,
	.strings = strings,
	.string_count = 3,
	.control = control,
	.bulk_out = bulk_out,
	.bulk_in = bulk_in,
	.retry_us = 1000,
};
