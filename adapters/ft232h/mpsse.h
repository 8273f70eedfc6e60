/* SPDX-License-Identifier: BSD-2-Clause */
/* A queue of MPSSE commands, and the USB side that it is sent through. */
#ifndef CX3_MPSSE_H
#define CX3_MPSSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/error.h"

/*
 * A queue of MPSSE commands. Small calls append; mpsse_send() does the USB
 * write, mpsse_receive() fetches the answers, mpsse_flush() does both. An error
 * in an append sticks until the next send tells it. Once the USB side has
 * failed, the stream of answers is out of step: everything fails with the same
 * error until mpsse_sync() has found the chip again.
 *
 * Command bytes: FTDI AN_108, "Command Processor for MPSSE and MCU Host Bus
 * Emulation Modes".
 */

/* The USB side: libftdi1, or an emulated chip in the tests. */
struct mpsse_usb {
	void *user;
	const char *place; /* the board, for messages */
	/* Bytes of answers that the chip holds until the host fetches them: 1024 on
	 * FT232H, 2048 on FT4232H, 4096 on FT2232H. */
	size_t answer_room;
	bool drive_zero; /* has command 9E (open drain): FT232H only */

	/* Writes all of `data`; blocks while the chip is busy with earlier commands. */
	int (*write)(void *user, const uint8_t *data, size_t len, struct cx3_error *err);
	/* Reads what is there, up to `len`; waits for at most some milliseconds.
	 * *got may be 0. */
	int (*read)(void *user, uint8_t *data, size_t len, size_t *got, struct cx3_error *err);
	/* Forgets all commands and answers that are on their way. */
	int (*purge)(void *user, struct cx3_error *err);
	/* One clock for both. */
	uint64_t (*now_us)(void *user);
	void (*wait_us)(void *user, uint64_t us);
	/* Puts the chip and the kernel's driver back; frees `user`. */
	void (*close)(void *user);
};

#define MPSSE_QUEUE_SIZE 65536u

struct mpsse {
	const struct mpsse_usb *usb;
	uint8_t *queue;	       /* MPSSE_QUEUE_SIZE bytes */
	size_t queued;	       /* bytes of commands in the queue */
	size_t queued_answers; /* bytes that the chip will answer to them */
	size_t awaited;	       /* bytes of answers to what has been sent */
	uint64_t usb_bytes;    /* both ways; the two status bytes a packet are not seen here */
	bool out_of_step;
	struct cx3_error failure; /* sticks; code CX3_OK: none */
};

/* Owns nothing of `usb`. CX3_E_NO_MEMORY. */
int mpsse_init(struct mpsse *m, const struct mpsse_usb *usb, struct cx3_error *err);
void mpsse_free(struct mpsse *m);

/* Bytes that still fit in the queue. */
size_t mpsse_queue_room(const struct mpsse *m);

/* Appends a command that the chip answers with `answers` bytes. */
void mpsse_put(struct mpsse *m, const uint8_t *command, size_t len, size_t answers);

/* SCL, SDA and whatever else is on the low byte: levels, and 1 = output (80). */
void mpsse_set_pins(struct mpsse *m, uint8_t level, uint8_t direction);
/* Levels of the low byte, one byte of answer (81). */
void mpsse_get_pins(struct mpsse *m);

/*
 * `bits` clock pulses, most significant bit first, out on the falling and in on
 * the rising edge (31, 33). The answer is one byte for each eight bits, and one
 * more, right-aligned, for a rest.
 */
void mpsse_clock_bits(struct mpsse *m, const uint8_t *out, size_t bits);
size_t mpsse_bits_answer(size_t bits);

/* `len` bytes of ones out, nothing in (11): to measure the clock. */
void mpsse_clock_ones(struct mpsse *m, size_t len);

/* Sends the queue, with 87 at its end so that the answers come at once. */
int mpsse_send(struct mpsse *m, struct cx3_error *err);

/*
 * Fetches `len` bytes of answers. `busy_us` is the time that the chip needs for
 * the commands in front of them; a second more than that without a byte is a
 * stall (CX3_E_TIMEOUT).
 */
int mpsse_receive(struct mpsse *m, uint8_t *answer, size_t len, uint64_t busy_us,
		  struct cx3_error *err);

/* Sends, then receives all that is awaited: `len` must say exactly that. */
int mpsse_flush(struct mpsse *m, uint8_t *answer, size_t len, struct cx3_error *err);

/*
 * Empties queue and FIFOs and asks for the answer to a command that does not
 * exist (AA -> FA AA, AB -> FA AB): proof that the chip is in MPSSE mode and in
 * step. Ends the sticking error.
 */
int mpsse_sync(struct mpsse *m, struct cx3_error *err);

#endif
