/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command processor of an FT232H, FT2232H or FT4232H (FTDI AN_108), with its
 * FIFOs, in MPSSE mode: bytes in, levels on SCL and SDA out, with the time that
 * each step takes. What a driver of an I2C bus has no use for is a violation.
 */
#ifndef CX3_TEST_MPSSE_INTERP_H
#define CX3_TEST_MPSSE_INTERP_H

#include <stddef.h>

#include "mpsse_wire.h"

struct mpsse_interp {
	struct wire wire;
	bool drive_zero_chip; /* knows 9E and has one channel: FT232H */
	unsigned command_ns;  /* what each command takes beside its clocks */

	/* FIFOs; what the chip does not take stays with the host. */
	size_t room;
	uint8_t in[4096]; /* commands not yet run */
	size_t in_len;
	uint8_t out[4096]; /* answers not yet fetched */
	size_t out_len;
	bool send_now;

	bool mpsse_mode;
	uint8_t level, direction; /* of the low byte, command 80 */
	uint8_t drive_zero;
	bool three_phase, loopback, divide_by_5, adaptive;
	uint16_t divisor;
};

enum mpsse_chip { CHIP_FT232H, CHIP_FT2232H, CHIP_FT4232H };

void mpsse_interp_init(struct mpsse_interp *p, enum mpsse_chip chip, unsigned command_ns,
		       const struct mpsse_i2c_mode *mode, const struct wire_slave_ops *ops,
		       void *user);

/* A control request: bit mode (0 reset, 2 MPSSE) with its direction mask. */
void mpsse_interp_bitmode(struct mpsse_interp *p, uint8_t mask, uint8_t mode);
void mpsse_interp_purge(struct mpsse_interp *p);

/* Returns how many bytes were taken: 0 when the chip waits for the host to fetch
 * answers and its FIFO is full. */
size_t mpsse_interp_write(struct mpsse_interp *p, const uint8_t *data, size_t len);
size_t mpsse_interp_read(struct mpsse_interp *p, uint8_t *data, size_t len);

/* SCL's period as it is programmed now, in ns. */
uint64_t mpsse_interp_period_ns(const struct mpsse_interp *p);

#endif
