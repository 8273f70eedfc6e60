/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The self test: what can be told of the wiring without knowing the card: nothing is sent to a
 * slave but its address. SDA moves only while SCL is low, so that the steps
 * before that are neither START nor STOP.
 */
#include "ft232h_priv.h"

#include <stdarg.h>
#include <stdio.h>

#define RISE_SAMPLES 8u
/* Commands of at least 150 ns each: longer than any mode's low or high time. */
#define SETTLE 40u
/* Long enough that one USB round trip is small against it. */
#define CLOCK_TEST_US 200000u

struct report {
	struct ft232h *f;
	void (*line)(void *user, const char *text);
	void *user;
};

__attribute__((format(printf, 2, 3))) static void say(const struct report *r, const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	r->line(r->user, text);
}

static const char *level(uint8_t pins, uint8_t pin)
{
	return pins & pin ? "high" : "low";
}

static int check_idle(const struct report *r, struct cx3_error *err)
{
	uint8_t pins;
	int rc;

	mpsse_get_pins(&r->f->m);
	rc = mpsse_flush(&r->f->m, &pins, 1, err);
	if (rc != CX3_OK)
		return rc;
	say(r, "lines at rest: SCL %s, SDA %s", level(pins, MPSSE_SCL), level(pins, MPSSE_SDA_IN));
	return ft232h_judge_lines(r->f, pins, err);
}

static int lines_stuck(const struct report *r, const char *what, uint8_t pins,
		       struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_BUS, r->f->base.label,
			"%s AD0 (SCL) reads %s, AD1 (SDA) %s, AD2 (SDA) %s.\n"
			"Check that AD0 goes to SCL alone, that AD1 and AD2 are joined on SDA, and "
			"that neither wire touches 3.3 V.",
			what, level(pins, MPSSE_SCL), level(pins, MPSSE_SDA),
			level(pins, MPSSE_SDA_IN));
}

/* Samples after a line was released until it is high; RISE_SAMPLES if never. */
static unsigned rise_of(const uint8_t *samples, uint8_t pin)
{
	unsigned i = 0;

	while (i < RISE_SAMPLES && !(samples[i] & pin))
		i++;
	return i;
}

static void queue_samples(struct ft232h *f)
{
	for (unsigned i = 0; i < RISE_SAMPLES; i++)
		mpsse_get_pins(&f->m);
}

/* SCL down, SDA down, SDA up, SCL up: one clock pulse, seen by nobody. */
static int check_follow(const struct report *r, struct cx3_error *err)
{
	const uint8_t sda = MPSSE_SDA | MPSSE_SDA_IN;
	struct ft232h *f = r->f;
	uint8_t pins[2 + 2 * RISE_SAMPLES];
	unsigned rise_sda;
	unsigned rise_scl;
	int rc;

	mpsse_i2c_pins(&f->i2c, MPSSE_SDA, SETTLE);
	mpsse_get_pins(&f->m);
	mpsse_i2c_pins(&f->i2c, 0, SETTLE);
	mpsse_get_pins(&f->m);
	mpsse_i2c_pins(&f->i2c, MPSSE_SDA, 1);
	queue_samples(f);
	mpsse_i2c_pins(&f->i2c, MPSSE_SDA, SETTLE);
	mpsse_i2c_pins(&f->i2c, MPSSE_SCL | MPSSE_SDA, 1);
	queue_samples(f);
	mpsse_i2c_pins(&f->i2c, MPSSE_SCL | MPSSE_SDA, SETTLE);
	rc = mpsse_flush(&f->m, pins, sizeof(pins), err);
	if (rc != CX3_OK)
		return rc;
	if (pins[0] & MPSSE_SCL || (pins[0] & sda) != sda)
		return lines_stuck(r, "With SCL driven low,", pins[0], err);
	if (pins[1] & (MPSSE_SCL | sda))
		return lines_stuck(r, "With SCL and SDA driven low,", pins[1], err);
	rise_sda = rise_of(pins + 2, MPSSE_SDA_IN);
	rise_scl = rise_of(pins + 2 + RISE_SAMPLES, MPSSE_SCL);
	if (rise_sda == RISE_SAMPLES || rise_scl == RISE_SAMPLES)
		return cx3_fail(err, CX3_E_BUS, f->base.label,
				"%s does not come up again: it has no pull-up.\n"
				"Fit 4.7 kohm to 3.3 V on each line (2.2 kohm for 400 kHz).",
				rise_sda == RISE_SAMPLES ? "SDA" : "SCL");
	say(r,
	    "lines follow: each goes low alone; SDA is up after %u and SCL after %u samples of "
	    "0.15 us or more",
	    rise_sda + 1, rise_scl + 1);
	if (rise_sda + rise_scl > 2)
		say(r, "lines are slow to rise: the pull-ups are weak for a fast clock");
	return CX3_OK;
}

static int time_ones(struct ft232h *f, size_t bytes, uint64_t *us, struct cx3_error *err)
{
	const struct mpsse_usb *usb = f->usb;
	uint64_t start = usb->now_us(usb->user);
	uint8_t pins;
	int rc;

	mpsse_i2c_pins(&f->i2c, MPSSE_SDA, SETTLE);
	if (bytes)
		mpsse_clock_ones(&f->m, bytes);
	mpsse_i2c_pins(&f->i2c, MPSSE_SDA, SETTLE);
	mpsse_i2c_pins(&f->i2c, MPSSE_SCL | MPSSE_SDA, SETTLE);
	mpsse_get_pins(&f->m);
	rc = mpsse_send(&f->m, err);
	if (rc == CX3_OK)
		rc = mpsse_receive(&f->m, &pins, 1, (uint64_t)2 * CLOCK_TEST_US, err);
	*us = usb->now_us(usb->user) - start;
	return rc;
}

/* Clock pulses with SDA high are not a message to anybody. A round trip without
 * them is taken off. */
static int check_clock(const struct report *r, struct cx3_error *err)
{
	struct ft232h *f = r->f;
	size_t bytes = (size_t)f->i2c.hz * (CLOCK_TEST_US / 1000u) / 1000u / 8u;
	uint64_t idle_us;
	uint64_t us;
	double hz;
	int rc;

	if (bytes > 32768)
		bytes = 32768;
	rc = time_ones(f, 0, &idle_us, err);
	if (rc == CX3_OK)
		rc = time_ones(f, bytes, &us, err);
	if (rc != CX3_OK)
		return rc;
	hz = us > idle_us ? (double)bytes * 8e6 / (double)(us - idle_us) : 0;
	say(r, "clock: asked for %.1f kHz, set to %.1f kHz, measured %.1f kHz", f->asked_hz / 1e3,
	    f->i2c.hz / 1e3, hz / 1e3);
	/* The host's timing makes it look slower, never faster. */
	if (hz > 1.1 * f->i2c.hz)
		return cx3_fail(
			err, CX3_E_UNSUPPORTED, f->base.label,
			"The bus clock is %.1f kHz where %.1f kHz was set: the chip does not do "
			"three-phase clocking and is no FT232H, FT2232H or FT4232H.\n"
			"Use a board with one of these.",
			hz / 1e3, f->i2c.hz / 1e3);
	return CX3_OK;
}

/* The address alone, for writing, and a STOP. */
static int check_card(const struct report *r, struct cx3_error *err)
{
	struct ft232h *f = r->f;
	const struct mpsse_i2c_message message = {(uint8_t)(f->base.addr << 1), NULL, 0};
	uint8_t answer[16];
	size_t answers = mpsse_i2c_message_answer(&f->i2c, &message);
	size_t where;
	int rc;

	mpsse_i2c_start(&f->i2c);
	mpsse_i2c_message(&f->i2c, &message);
	mpsse_i2c_stop(&f->i2c);
	rc = mpsse_flush(&f->m, answer, answers, err);
	cx3_log(f->base.log, CX3_LOG_WIRE, "%s: 0x%02x write of no bytes", f->base.label,
		f->base.addr);
	if (rc != CX3_OK)
		return rc;
	if (mpsse_i2c_message_check(&f->i2c, &message, answer, NULL, &where) == MPSSE_I2C_OK) {
		say(r, "address 0x%02x: answers", f->base.addr);
		return CX3_OK;
	}
	say(r, "address 0x%02x: no answer", f->base.addr);
	return cx3_fail(
		err, CX3_E_NO_ACK, f->base.label,
		"The adapter and its lines are right, but nothing answers at 0x%02x.\n"
		"See that the card has power, that SCL and SDA are not swapped, and that the "
		"wires reach the card's management bus.",
		f->base.addr);
}

int ft232h_selftest(struct cx3_adapter *a, void (*line)(void *user, const char *text), void *user,
		    struct cx3_error *err)
{
	const struct report r = {(struct ft232h *)a, line, user};
	int rc = mpsse_sync(&r.f->m, err);

	if (rc != CX3_OK)
		return rc;
	mpsse_i2c_configure(&r.f->i2c);
	say(&r, "%s: the command processor answers", a->label);
	rc = check_idle(&r, err);
	if (rc == CX3_OK)
		rc = check_follow(&r, err);
	if (rc == CX3_OK)
		rc = ft232h_reset_slaves(r.f, err);
	if (rc == CX3_OK) {
		say(&r, "SDA follows at %.1f kHz", r.f->i2c.hz / 1e3);
		rc = check_clock(&r, err);
	}
	if (rc == CX3_OK)
		rc = check_card(&r, err);
	if (rc == CX3_OK)
		say(&r, "all right");
	return rc;
}
