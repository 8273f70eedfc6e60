/* SPDX-License-Identifier: BSD-2-Clause */
/* I2C as MPSSE commands: the clock, START, STOP, and messages with their ACKs. */
#include "mpsse_i2c.h"

#include <assert.h>
#include <string.h>

/*
 * The time that one "set pins" command takes at least. FTDI's application
 * notes AN_113 and AN_255 send four for 600 ns; pyftdi reckons with 500 ns for
 * one. A longer time only makes the pauses around START and STOP longer.
 */
#define COMMAND_NS 150u
#define BASE_HZ 60000000u

static const struct mpsse_i2c_mode modes[] = {
	{"Standard-mode", 100000, 4000, 4700, 4000, 4700, 250, 4000, 4700, 400},
	{"Fast-mode", 400000, 600, 1300, 600, 600, 100, 600, 1300, 230},
	{"Fast-mode Plus", 1000000, 260, 500, 260, 260, 50, 260, 500, 70},
};

const struct mpsse_i2c_mode *mpsse_i2c_mode(unsigned hz)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (hz <= modes[i].max_hz)
			return &modes[i];
	}
	return NULL;
}

/* With three-phase clocking a bit is three halves of the programmed period
 * 2 (1 + divisor) / 60 MHz: (1 + divisor) periods of 60 MHz in each phase. */
static unsigned phase_ns(unsigned ticks)
{
	return (unsigned)((uint64_t)ticks * 1000000000u / BASE_HZ);
}

int mpsse_i2c_init(struct mpsse_i2c *i2c, struct mpsse *m, unsigned hz, struct cx3_error *err)
{
	unsigned ticks;

	memset(i2c, 0, sizeof(*i2c));
	i2c->m = m;
	i2c->released = MPSSE_SCL | MPSSE_SDA;
	i2c->mode = mpsse_i2c_mode(hz);
	if (!i2c->mode || hz < 1000)
		return cx3_fail(err, CX3_E_UNSUPPORTED, m->usb->place,
				"A bus clock of %u Hz is not possible here.\n"
				"Use 1k to 1M.",
				hz);
	ticks = (BASE_HZ / 3 + hz - 1) / hz;
	/* SCL is high for one phase, less its rise, and low for two. Standard-mode is
	 * not that lopsided: it wants 4 us high, so it ends at 75.8 kHz here. */
	while (phase_ns(ticks) < i2c->mode->high + i2c->mode->rise ||
	       2 * phase_ns(ticks) < i2c->mode->low)
		ticks++;
	i2c->phase_ns = phase_ns(ticks);
	i2c->divisor = (uint16_t)(ticks - 1);
	i2c->hz = BASE_HZ / (3 * ticks);
	return CX3_OK;
}

/*
 * With drive-zero a high level is a released pin. Without it the level stays 0
 * and the direction does the work, so that no line is ever driven high but SCL
 * by the clock itself.
 */
void mpsse_i2c_pins(struct mpsse_i2c *i2c, uint8_t released, unsigned times)
{
	const uint8_t both = MPSSE_SCL | MPSSE_SDA;

	i2c->released = released;
	while (times--) {
		if (i2c->m->usb->drive_zero)
			mpsse_set_pins(i2c->m, released, both);
		else
			mpsse_set_pins(i2c->m, 0, (uint8_t)(both & ~released));
	}
}

static unsigned commands_for(unsigned ns)
{
	return (ns + COMMAND_NS - 1) / COMMAND_NS;
}

void mpsse_i2c_configure(struct mpsse_i2c *i2c)
{
	const uint8_t settings[] = {
		0x8a, /* 60 MHz base, not 12 */
		0x97, /* adaptive clock off */
		0x8c, /* three-phase clocking: SDA changes only in the middle of SCL low */
		0x85, /* loopback off */
		0x86, (uint8_t)i2c->divisor, (uint8_t)(i2c->divisor >> 8),
	};

	/* First, so that no pin is ever driven high. */
	if (i2c->m->usb->drive_zero)
		mpsse_put(i2c->m, (const uint8_t[]){0x9e, 0x07, 0x00}, 3, 0);
	mpsse_put(i2c->m, settings, sizeof(settings), 0);
	/* After a failure the lines may be anywhere: SCL first, so that this is a STOP. */
	mpsse_i2c_pins(i2c, i2c->released | MPSSE_SCL,
		       commands_for(i2c->mode->su_sto + i2c->mode->rise));
	mpsse_i2c_pins(i2c, MPSSE_SCL | MPSSE_SDA, commands_for(i2c->mode->buf + i2c->mode->rise));
}

/* After a bit SCL has been low for one phase; this makes it a whole low time, and
 * at least the set-up time of SDA. */
static unsigned rest_of_low(const struct mpsse_i2c *i2c)
{
	unsigned low = i2c->mode->low;
	unsigned rest = low > i2c->phase_ns ? low - i2c->phase_ns : 0;

	return commands_for(rest > i2c->mode->su_dat ? rest : i2c->mode->su_dat);
}

void mpsse_i2c_start(struct mpsse_i2c *i2c)
{
	const struct mpsse_i2c_mode *mode = i2c->mode;

	if (!(i2c->released & MPSSE_SCL)) {
		mpsse_i2c_pins(i2c, MPSSE_SDA, rest_of_low(i2c));
		mpsse_i2c_pins(i2c, MPSSE_SCL | MPSSE_SDA, commands_for(mode->su_sta + mode->rise));
	}
	mpsse_i2c_pins(i2c, MPSSE_SCL, commands_for(mode->hd_sta));
	/* One more: SCL falls only at the end of the first. */
	mpsse_i2c_pins(i2c, 0, rest_of_low(i2c) + 1);
}

void mpsse_i2c_stop(struct mpsse_i2c *i2c)
{
	const struct mpsse_i2c_mode *mode = i2c->mode;

	mpsse_i2c_pins(i2c, 0, rest_of_low(i2c));
	mpsse_i2c_pins(i2c, MPSSE_SCL, commands_for(mode->su_sto + mode->rise));
	mpsse_i2c_pins(i2c, MPSSE_SCL | MPSSE_SDA, commands_for(mode->buf + mode->rise));
}

static bool bit_at(const uint8_t *stream, size_t bit)
{
	return stream[bit / 8] >> (7 - bit % 8) & 1;
}

static void put_bit(uint8_t *stream, size_t bit, bool value)
{
	uint8_t mask = (uint8_t)(0x80 >> bit % 8);

	stream[bit / 8] = (uint8_t)((stream[bit / 8] & ~mask) | (value ? mask : 0));
}

/* How many bits from `bit` on are equal: at most eight, which one command takes. */
static size_t run_at(const uint8_t *out, size_t bit, size_t bits)
{
	size_t run = 1;

	while (run < 8 && bit + run < bits && bit_at(out, bit + run) == bit_at(out, bit))
		run++;
	return run;
}

/* Without drive-zero: zeroes are clocked out, and the direction makes them bits.
 * The pins stay as the last bit left them, SCL low. */
void mpsse_i2c_bits(struct mpsse_i2c *i2c, const uint8_t *out, size_t bits)
{
	const uint8_t zero = 0;
	size_t run;

	if (i2c->m->usb->drive_zero) {
		mpsse_clock_bits(i2c->m, out, bits);
		i2c->released = bit_at(out, bits - 1) ? MPSSE_SDA : 0;
		return;
	}
	for (size_t bit = 0; bit < bits; bit += run) {
		run = run_at(out, bit, bits);
		mpsse_i2c_pins(i2c, bit_at(out, bit) ? MPSSE_SDA : 0, 1);
		mpsse_clock_bits(i2c->m, &zero, run);
	}
}

size_t mpsse_i2c_bits_answer(const struct mpsse_i2c *i2c, const uint8_t *out, size_t bits)
{
	size_t answers = 0;

	if (i2c->m->usb->drive_zero)
		return mpsse_bits_answer(bits);
	for (size_t bit = 0; bit < bits; bit += run_at(out, bit, bits))
		answers++;
	return answers;
}

void mpsse_i2c_bits_decode(const struct mpsse_i2c *i2c, const uint8_t *out, size_t bits,
			   const uint8_t *answer, uint8_t *in)
{
	bool whole = i2c->m->usb->drive_zero;
	size_t run;

	for (size_t bit = 0; bit < bits; bit += run, answer++) {
		run = whole ? (bits - bit < 8 ? bits - bit : 8) : run_at(out, bit, bits);
		for (size_t i = 0; i < run; i++)
			put_bit(in, bit + i, *answer >> (run - 1 - i) & 1);
	}
}

/* The address byte and the data, with a bit after each byte for the ACK:
 * released for the slave's, driven low for ours. Returns the number of bits. */
static size_t message_bits(const struct mpsse_i2c_message *message, uint8_t *out)
{
	bool reading = message->address & 1;
	size_t bit = 0;

	assert(message->len <= MPSSE_I2C_MAX_DATA);
	for (size_t i = 0; i <= message->len; i++) {
		uint8_t byte = 0xff;

		if (i == 0)
			byte = message->address;
		else if (!reading)
			byte = message->data[i - 1];
		for (unsigned b = 0; b < 8; b++)
			put_bit(out, bit++, byte >> (7 - b) & 1);
		put_bit(out, bit++, !reading || i == 0 || i == message->len);
	}
	return bit;
}

#define STREAM_BYTES ((MPSSE_I2C_MAX_DATA + 1) * 9 / 8 + 1)

void mpsse_i2c_message(struct mpsse_i2c *i2c, const struct mpsse_i2c_message *message)
{
	uint8_t out[STREAM_BYTES] = {0};
	size_t bits = message_bits(message, out);

	mpsse_i2c_bits(i2c, out, bits);
}

size_t mpsse_i2c_message_answer(const struct mpsse_i2c *i2c,
				const struct mpsse_i2c_message *message)
{
	uint8_t out[STREAM_BYTES] = {0};

	if (i2c->m->usb->drive_zero)
		return mpsse_bits_answer(9 * (message->len + 1));
	return mpsse_i2c_bits_answer(i2c, out, message_bits(message, out));
}

static uint8_t byte_at(const uint8_t *stream, size_t bit)
{
	unsigned value = 0;

	for (size_t i = 0; i < 8; i++)
		value = value << 1 | bit_at(stream, bit + i);
	return (uint8_t)value;
}

enum mpsse_i2c_result mpsse_i2c_message_check(const struct mpsse_i2c *i2c,
					      const struct mpsse_i2c_message *message,
					      const uint8_t *answer, uint8_t *rd, size_t *where)
{
	uint8_t out[STREAM_BYTES] = {0};
	uint8_t in[STREAM_BYTES] = {0};
	size_t bits = message_bits(message, out);
	bool reading = message->address & 1;

	mpsse_i2c_bits_decode(i2c, out, bits, answer, in);
	for (size_t i = 0; i <= message->len; i++) {
		bool ours = i == 0 || !reading; /* we drive the byte, the slave its ACK */

		*where = i;
		if (ours && byte_at(in, 9 * i) != byte_at(out, 9 * i))
			return MPSSE_I2C_DISTURBED;
		if (!ours)
			rd[i - 1] = byte_at(in, 9 * i);
		if (!ours && bit_at(in, 9 * i + 8) != bit_at(out, 9 * i + 8))
			return MPSSE_I2C_DISTURBED;
		if (ours && bit_at(in, 9 * i + 8))
			return i == 0 ? MPSSE_I2C_NO_ACK : MPSSE_I2C_NACK;
	}
	return MPSSE_I2C_OK;
}
