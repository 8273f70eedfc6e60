/* SPDX-License-Identifier: BSD-2-Clause */
/* The simulated card: opening it, and the three ways to talk to it. */
#ifndef CX3_SIMCARD_H
#define CX3_SIMCARD_H

/* The simulated card, for the adapter, the tests and the emulators. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/adapterops.h"

/*
 * The model of a ConnectX-3 (Pro) card: CR-space registers, flash gateway,
 * semaphore, SPI NOR flash, firmware, faults. It is stricter than hardware: what
 * a careful tool never does is counted as a violation and told.
 *
 * Three ways in: whole registers (the preload for mstflint), I2C bytes (the
 * emulated adapters, the pin-level slave), and the adapter of `-d sim:FILE`.
 */
struct simcard;

/* The flash content is FILE; options that are left over in `name` (livefish=1,
 * part=M25PX16, ...) and FILE.state set the rest. See options.c for the list. */
int simcard_open(struct cx3_devname *name, struct simcard **out, struct cx3_error *err);

/* The card behind an adapter of `-d sim:FILE`, which keeps it. */
struct simcard *simcard_behind(const struct cx3_adapter *adapter);

/* Writes FILE and FILE.state back if they changed. */
int simcard_sync(struct simcard *card, struct cx3_error *err);

/* Syncs, then frees. NULL is allowed. */
void simcard_close(struct simcard *card);

/* Whole registers. Model time moves on by what one such access takes over I2C, so
 * that polls count as they would there. */
uint32_t simcard_reg_read(struct simcard *card, uint32_t reg);
void simcard_reg_write(struct simcard *card, uint32_t reg, uint32_t value);

/* The I2C slave at byte level. Each returns true for an ACK. A START in the
 * middle of a transfer is a repeated START. Model time moves on by the clocks of
 * each (clock=); with realtime=1 it never falls behind the real clock either. */
bool simcard_i2c_start(struct simcard *card, uint8_t address_and_read_bit);
bool simcard_i2c_write(struct simcard *card, uint8_t byte);
uint8_t simcard_i2c_read(struct simcard *card, bool master_acks);
void simcard_i2c_stop(struct simcard *card);

/* For who models the lines: SCL is to be held low for so many ns from now on (stretch=), after
 * which the card itself counts no such time any more. 0: not held. */
uint64_t simcard_hand_over_stretch(struct simcard *card);

/* Model time: moves erases, programs and the firmware on. */
void simcard_advance_us(struct simcard *card, uint64_t us);
uint64_t simcard_now_us(const struct simcard *card);

/* What the card saw since it was opened. */
struct simcard_counts {
	uint64_t reg_reads, reg_writes;	  /* 32-bit registers */
	uint64_t i2c_messages, i2c_bytes; /* address bytes included */
	uint64_t gateway_commands, sector_erases, block_erases, page_programs;
	uint64_t longest_hold_us; /* of the semaphore by the tool */
	uint64_t violations;	  /* things that real hardware might forgive; among them: */
	uint64_t out_of_order;	  /* an image boots that was not read back */
	uint64_t out_of_place;	  /* a change outside of simcard_limit's ranges */
};
const struct simcard_counts *simcard_counts(const struct simcard *card);

/* The first violation in words ("programmed 0x1234 from 0x00 to 0xff without an
 * erase"), or NULL. */
const char *simcard_violation(const struct simcard *card);

/* Flash addresses [lo, hi). */
struct simcard_range {
	uint32_t lo, hi;
};

/* From now on a program or an erase that touches a byte outside of these ranges is a
 * violation. The ranges are copied; 0 of them: nothing may change. */
void simcard_limit(struct simcard *card, const struct simcard_range *range, size_t count);

/* True if the transfers of one call are to be joined by repeated STARTs, as i2c-dev does. */
bool simcard_joins(const struct simcard *card);

/* The positions of the card's switches (habits.c), one by one: "NAME=" where a number or a yes
 * follows, "NAME=WORD" where one word of several does. False behind the last. So that a test
 * can want a case of each. */
bool simcard_habit(size_t index, char *text, size_t size);

/* True once the fault plan has cut the power or unplugged the adapter. */
bool simcard_gone(const struct simcard *card);

/* For tests that fork while a job runs. `before` is called ahead of each of these on any card,
 * which the card's counts have counted but for the register write. NULL: no more. Of all
 * cards of the calling thread, for one that is just being opened is known to nobody. */
enum simcard_event { SIMCARD_MESSAGE, SIMCARD_WORD_READ, SIMCARD_REG_WRITE };
typedef void simcard_watch_fn(void *user, struct simcard *card, enum simcard_event event);
void simcard_before(simcard_watch_fn *before, void *user);
/* As the options of these names ("nack", "gone", ...) do it; 0: never, and no more. False: there is
 * no such fault. */
bool simcard_fail_at(struct simcard *card, const char *fault, uint64_t n);
/* This bit of the n-th register word that is read; n = 0: of none. */
void simcard_flip_at(struct simcard *card, uint64_t n, unsigned bit);
/* In the child: what the flash holds and the card's state are those of `path` from now on, a copy
 * of its file. 0, or -1 with errno set. */
int simcard_move(struct simcard *card, const char *path);
/* The power goes. What is being erased or programmed is undefined then, by `seed`. */
void simcard_power_off(struct simcard *card, uint64_t seed);
/* Nothing is being erased, programmed or written to a status register. */
bool simcard_at_rest(const struct simcard *card);

#endif
