/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The USB side that libftdi is for a real board: the interpreter behind a cable,
 * with a model of the time that each USB call takes. Chip and host run at the
 * same time; a call returns when the chip has got as far as it has to for that.
 */
#ifndef CX3_TEST_MPSSE_HOST_H
#define CX3_TEST_MPSSE_HOST_H

#include "mpsse_interp.h"
#include "sim/simcard.h"

#define HOST_CALL_NS 250000u /* of a bulk transfer: two microframes, a scheduler */

struct mpsse_host {
	struct mpsse_usb usb; /* for ft232h_attach(); close() frees nothing */
	struct mpsse_interp chip;
	uint64_t now_ns; /* the host's clock; the chip's is chip.wire.now_ns */

	/* When the chip has produced how many answers, counted from the start. */
	struct {
		uint64_t answers, at_ns;
	} mark[64];
	unsigned marks;
	uint64_t answers_read;

	uint64_t writes, reads, bytes_out, bytes_in;
	uint64_t unplug_at; /* the n-th call fails, and all after it; 0: never */
	uint64_t mute_at;   /* from the n-th call on the chip takes all and answers nothing */
	bool closed;
};

void mpsse_host_init(struct mpsse_host *host, enum mpsse_chip chip, unsigned command_ns,
		     unsigned mode_hz, const struct wire_slave_ops *ops, void *user);

/* The simulated card behind the pins. Its model time follows the wire's. */
struct mpsse_card {
	struct simcard *card;
	const struct wire *wire;
};
extern const struct wire_slave_ops mpsse_card_ops;

#endif
