/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A Diolan U2C-12 (the vendor's MTUSB-1 is one), as the Linux driver i2c-diolan-u2c sees it, with
 * the simulated card on its bus: commands of a byte and operands, and for each an answer whose
 * last byte is the result. The firmware's own manual was not at hand: what that driver never
 * sends is refused. What the driver does not show is a variant here.
 */
#ifndef CX3_TEST_U2C_DONGLE_H
#define CX3_TEST_U2C_DONGLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/simcard.h"

#define DONGLE_ANSWERS 512u

struct dongle {
	struct simcard *card;
	/* Called ahead of each START, for the time that has passed meanwhile; may be NULL. */
	void (*at_start)(void *user);
	void *user;

	/* Variants. */
	unsigned queue;	  /* so many commands at once; those beyond are lost without a word */
	bool nack_loses;  /* behind a NACK, the answers to the commands of the same packet are lost
			   */
	unsigned nack_at; /* the n-th byte that is put is not acknowledged; 0: none */

	struct {
		uint8_t data[8], len;
		uint64_t ready_us; /* by the card's clock */
	} answer[DONGLE_ANSWERS];  /* a ring */
	unsigned first, count;
	bool addressing, losing;
	uint8_t speed;
	uint64_t commands, lost, bytes_put, transfers;
};

/* Bytes of a command with its operands. */
size_t dongle_length(uint8_t command);
/* One OUT transfer. False if it can't be one: too long, or a command is cut. */
bool dongle_put(struct dongle *d, const uint8_t *data, size_t len);
/* The next answer in `data`, of 8 bytes at least; its length, or 0 if there is none. */
size_t dongle_answer(struct dongle *d, uint8_t *data);

#endif
