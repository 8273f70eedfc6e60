/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of SCL and SDA at rest: judged, and set free where a slave holds SDA. */
#include "ft232h_priv.h"

/* AD1 and AD2 are joined, so either being low is SDA being low. */
int ft232h_judge_lines(const struct ft232h *f, uint8_t pins, struct cx3_error *err)
{
	const char *place = f->base.label;
	bool scl = pins & MPSSE_SCL;
	bool sda_out = pins & MPSSE_SDA;
	bool sda_in = pins & MPSSE_SDA_IN;

	if (scl && sda_out && sda_in)
		return CX3_OK;
	if (!scl && !sda_in)
		return cx3_fail(
			err, CX3_E_BUS, place,
			"SCL and SDA are both low: there is no pull-up to 3.3 V, the card has "
			"no power and pulls them down, or the wires are shorted to ground.\n"
			"Check the pull-ups and the card's 3.3 V.");
	if (!scl)
		return cx3_fail(
			err, CX3_E_BUS, place,
			"SCL is low while nobody should drive it: its pull-up is missing, the "
			"wire touches ground, another master holds the bus, or the card stretches "
			"the clock, which this adapter does not wait for.\n"
			"Check AD0's wire. If it is right, use another adapter.");
	if (sda_out != sda_in)
		return cx3_fail(err, CX3_E_BUS, place,
				"AD1 is %s while AD2 is %s: they must be joined, both on SDA.\n"
				"Check that wire.",
				sda_out ? "high" : "low", sda_in ? "high" : "low");
	return cx3_fail(err, CX3_E_BUS, place,
			"SDA stays low, also after nine clocks and a STOP: its pull-up is missing, "
			"the wire touches ground, or the card holds it.\n"
			"Check AD1's and AD2's wire, then switch the card off and on.");
}

static int read_pins(struct ft232h *f, uint8_t *pins, struct cx3_error *err)
{
	mpsse_get_pins(&f->m);
	return mpsse_flush(&f->m, pins, 1, err);
}

/*
 * A slave that was cut off in the middle of a read holds SDA until it has been
 * clocked to its next 1 or past its ACK: nine clocks at most (UM10204, 3.1.16).
 */
static void queue_nine_clocks(struct ft232h *f, uint8_t ones[2])
{
	ones[0] = 0xff;
	ones[1] = 0xff;
	mpsse_i2c_pins(&f->i2c, MPSSE_SDA, 1);
	mpsse_i2c_bits(&f->i2c, ones, 9);
	mpsse_i2c_stop(&f->i2c);
}

int ft232h_free_bus(struct ft232h *f, struct cx3_error *err)
{
	uint8_t ones[2];
	uint8_t answer[16];
	uint8_t pins;
	size_t clocks;
	int rc = read_pins(f, &pins, err);

	if (rc != CX3_OK || ft232h_judge_lines(f, pins, NULL) == CX3_OK)
		return rc;
	/* Clocks help against a held SDA only. */
	if (pins & MPSSE_SCL && !(pins & MPSSE_SDA_IN)) {
		cx3_log(f->base.log, CX3_LOG_WARN,
			"%s: SDA is low; sending nine clocks and a STOP to free it", f->base.label);
		queue_nine_clocks(f, ones);
		clocks = mpsse_i2c_bits_answer(&f->i2c, ones, 9);
		mpsse_get_pins(&f->m);
		rc = mpsse_flush(&f->m, answer, clocks + 1, err);
		pins = answer[clocks];
	}
	return rc == CX3_OK ? ft232h_judge_lines(f, pins, err) : rc;
}

int ft232h_reset_slaves(struct ft232h *f, struct cx3_error *err)
{
	/* The START byte and a released ACK: 0000 0001 1 */
	static const uint8_t start_byte[2] = {0x01, 0x80};
	uint8_t answer[16];
	uint8_t in[2] = {0, 0};
	size_t answers = mpsse_i2c_bits_answer(&f->i2c, start_byte, 9);
	int rc;

	mpsse_i2c_start(&f->i2c);
	mpsse_i2c_bits(&f->i2c, start_byte, 9);
	mpsse_i2c_stop(&f->i2c);
	mpsse_get_pins(&f->m);
	rc = mpsse_flush(&f->m, answer, answers + 1, err);
	cx3_log(f->base.log, CX3_LOG_WIRE, "%s: START byte 01, to nobody", f->base.label);
	if (rc == CX3_OK)
		rc = ft232h_judge_lines(f, answer[answers], err);
	if (rc != CX3_OK)
		return rc;
	mpsse_i2c_bits_decode(&f->i2c, start_byte, 9, answer, in);
	if (in[0] != start_byte[0] || !(in[1] & 0x80))
		return cx3_fail(
			err, CX3_E_BUS, f->base.label,
			"SDA does not follow at %u Hz: 01 was sent and %02x read back (ACK "
			"bit %s): the pull-ups are too weak for this clock, AD1 and AD2 are "
			"not joined, or another master is on the bus.\n"
			"Use stronger pull-ups, or a lower clock= in the device name.",
			f->i2c.hz, in[0], in[1] & 0x80 ? "high" : "low");
	return CX3_OK;
}

int ft232h_recover(struct ft232h *f, struct cx3_error *err)
{
	int rc = mpsse_sync(&f->m, err);

	if (rc != CX3_OK)
		return rc;
	mpsse_i2c_configure(&f->i2c);
	return ft232h_free_bus(f, err);
}
