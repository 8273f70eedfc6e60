/* SPDX-License-Identifier: BSD-2-Clause */
/* I2C messages as commands of the MPSSE. */
#ifndef CX3_MPSSE_I2C_H
#define CX3_MPSSE_I2C_H

#include "mpsse.h"

/*
 * I2C as MPSSE commands: AD0 is SCL, AD1 drives SDA, AD2 reads it.
 *
 * A message of n bytes is one stream of 9n bits, clocked out and read back at
 * once: released (1) where the slave speaks, driven where we do. So one command
 * carries a message, there is no gap between bytes, every ACK comes back, and
 * each bit that we sent is seen as it was on the line.
 */

/* Timing of one of the modes of UM10204 (its table of the characteristics of the bus
 * lines), in ns: minima. */
struct mpsse_i2c_mode {
	const char *name;
	unsigned max_hz;
	unsigned hd_sta, low, high, su_sta, su_dat, su_sto, buf;
	/* The rise time that is reckoned with, and that the pull-ups must reach: less
	 * than the mode's own maximum, which would cost clock rate. */
	unsigned rise;
};

/* The slowest mode that a bus clock belongs to: Standard, Fast, Fast Plus. */
const struct mpsse_i2c_mode *mpsse_i2c_mode(unsigned hz);

struct mpsse_i2c {
	struct mpsse *m;
	const struct mpsse_i2c_mode *mode;
	unsigned hz;	   /* SCL rate that the divisor gives */
	uint16_t divisor;  /* for command 86, at the 60 MHz base */
	unsigned phase_ns; /* a third of a bit: SDA set, SCL high, SCL low again */
	uint8_t released;  /* pins that are not driven low now: bit 0 SCL, bit 1 SDA */
};

enum { MPSSE_SCL = 0x01, MPSSE_SDA = 0x02, MPSSE_SDA_IN = 0x04 };

/* The longest data of one message, for the buffers on the stack. */
#define MPSSE_I2C_MAX_DATA 512u

/*
 * Chooses the divisor for a bus clock of at most `hz`, and tells the real one
 * in i2c->hz. CX3_E_UNSUPPORTED below 1 kHz and above 1 MHz (Fast Plus).
 */
int mpsse_i2c_init(struct mpsse_i2c *i2c, struct mpsse *m, unsigned hz, struct cx3_error *err);

/* Queues the chip's settings and releases both lines. */
void mpsse_i2c_configure(struct mpsse_i2c *i2c);

/* Drives low what is not in `released` (MPSSE_SCL | MPSSE_SDA), `times` times
 * over: a command takes at least 150 ns, so this is also the way to wait. */
void mpsse_i2c_pins(struct mpsse_i2c *i2c, uint8_t released, unsigned times);

/* A START, also a repeated one: both lines may be in any state. */
void mpsse_i2c_start(struct mpsse_i2c *i2c);
void mpsse_i2c_stop(struct mpsse_i2c *i2c);

/* Clock pulses with SCL low before and after. */
void mpsse_i2c_bits(struct mpsse_i2c *i2c, const uint8_t *out, size_t bits);
/* The answer to that in bytes, and as a stream of bits as `out` is one. */
size_t mpsse_i2c_bits_answer(const struct mpsse_i2c *i2c, const uint8_t *out, size_t bits);
void mpsse_i2c_bits_decode(const struct mpsse_i2c *i2c, const uint8_t *out, size_t bits,
			   const uint8_t *answer, uint8_t *in);

/*
 * One message after a START: the address byte (with its read bit), then data
 * out, or `len` bytes in with an ACK for each but the last. `data` may be NULL
 * when reading.
 */
struct mpsse_i2c_message {
	uint8_t address;
	const uint8_t *data;
	size_t len;
};
void mpsse_i2c_message(struct mpsse_i2c *i2c, const struct mpsse_i2c_message *message);
size_t mpsse_i2c_message_answer(const struct mpsse_i2c *i2c,
				const struct mpsse_i2c_message *message);

enum mpsse_i2c_result {
	MPSSE_I2C_OK,
	MPSSE_I2C_NO_ACK,   /* none on the address */
	MPSSE_I2C_NACK,	    /* none on data byte `where` */
	MPSSE_I2C_DISTURBED /* byte `where` (0: address) was not on SDA what we sent */
};

/* What the answer says; the bytes read go to `rd` if the message reads. */
enum mpsse_i2c_result mpsse_i2c_message_check(const struct mpsse_i2c *i2c,
					      const struct mpsse_i2c_message *message,
					      const uint8_t *answer, uint8_t *rd, size_t *where);

#endif
