/* SPDX-License-Identifier: BSD-2-Clause */
/* The dongle's commands: see u2c_dongle.h. */
#include "u2c_dongle.h"

#include <string.h>

#include "sim/model.h"

#define LONGEST_OUT 126u

enum { RESULT_OK = 0x00, RESULT_NOT_IMPLEMENTED = 0x06, RESULT_NACK = 0x07 };

size_t dongle_length(uint8_t command)
{
	switch (command) {
	case 0x13: /* put a byte, get its ACK */
	case 0x14: /* get a byte, give an ACK */
	case 0x1b: /* speed */
	case 0x24: /* clock sync on or off */
		return 2;
	case 0x26: /* its limit */
		return 3;
	default:
		return 1;
	}
}

static void answer(struct dongle *d, const void *data, unsigned len, uint8_t result)
{
	unsigned at = (d->first + d->count) % DONGLE_ANSWERS;

	if (d->losing)
		return;
	if (len)
		memcpy(d->answer[at].data, data, len);
	d->answer[at].data[len] = result;
	d->answer[at].len = (uint8_t)(len + 1);
	d->answer[at].ready_us = simcard_now_us(d->card);
	d->count++;
}

static uint8_t put_byte(struct dongle *d, uint8_t byte)
{
	bool is_address = d->addressing, ack;

	d->bytes_put++;
	d->addressing = false;
	ack = is_address ? simcard_i2c_start(d->card, byte) : simcard_i2c_write(d->card, byte);
	if (d->nack_at && d->bytes_put == d->nack_at) {
		ack = false;
		d->card->slave.phase = SLAVE_DEAF;
	}
	d->transfers += ack && is_address && !(byte & 1);
	return ack ? RESULT_OK : RESULT_NACK;
}

/* 400 kHz, 100 kHz, or 1 MHz / (2 (n - 1) + 10), as the driver computes it. */
static void set_speed(struct dongle *d, uint8_t n)
{
	d->speed = n;
	d->card->clock_hz = n == 0 ? 400000u : n == 1 ? 100000u : 1000000u / (2u * (n - 1u) + 10u);
}

static void run_command(struct dongle *d, const uint8_t *c)
{
	static const uint8_t version[] = {2, 1}, serial[] = {0x39, 0x30, 0, 0};
	uint8_t byte, result;

	switch (c[0]) {
	case 0x0a:
		answer(d, version, sizeof(version), RESULT_OK);
		break;
	case 0x0b:
		answer(d, serial, sizeof(serial), RESULT_OK);
		break;
	case 0x0c: /* START */
	case 0x0e: /* repeated START */
		if (d->at_start)
			d->at_start(d->user);
		d->addressing = true; /* the model takes START and address as one */
		answer(d, NULL, 0, RESULT_OK);
		break;
	case 0x0d:
		simcard_i2c_stop(d->card);
		d->addressing = false;
		answer(d, NULL, 0, RESULT_OK);
		break;
	case 0x13:
		result = put_byte(d, c[1]);
		answer(d, NULL, 0, result);
		d->losing |= d->nack_loses && result == RESULT_NACK;
		break;
	case 0x14:
		byte = simcard_i2c_read(d->card, c[1]);
		answer(d, &byte, 1, RESULT_OK);
		break;
	case 0x1b:
		set_speed(d, c[1]);
		answer(d, NULL, 0, RESULT_OK);
		break;
	case 0x24:
	case 0x26:
		answer(d, NULL, 0, RESULT_OK);
		break;
	default:
		answer(d, NULL, 0, RESULT_NOT_IMPLEMENTED);
		break;
	}
}

bool dongle_put(struct dongle *d, const uint8_t *data, size_t len)
{
	d->losing = false;
	if (len == 0 || len > LONGEST_OUT)
		return false;
	for (size_t at = 0; at < len;) {
		size_t size = dongle_length(data[at]);

		if (at + size > len)
			return false;
		d->commands++;
		if (d->count >= d->queue || d->count >= DONGLE_ANSWERS)
			d->lost++;
		else
			run_command(d, data + at);
		at += size;
	}
	return true;
}

size_t dongle_answer(struct dongle *d, uint8_t *data)
{
	size_t len;

	if (d->count == 0)
		return 0;
	len = d->answer[d->first].len;
	memcpy(data, d->answer[d->first].data, len);
	d->first = (d->first + 1) % DONGLE_ANSWERS;
	d->count--;
	return len;
}
