/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3FLASH_CARD_H
#define CX3FLASH_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/adapter.h"

#pragma GCC visibility push(default)

/*
 * The card behind an adapter: 32-bit registers in CR-space, its identity, the
 * flash semaphore. A card does not own its adapter.
 */
struct cx3_card;

enum cx3_card_state {
	CX3_CARD_FUNCTIONAL, /* firmware runs */
	CX3_CARD_LIVEFISH,   /* recovery: no valid image, or the flash-not-present jumper is on */
	CX3_CARD_LOCKED	     /* CR-space answers 0xbad0cafe ("secure host") */
};

struct cx3_card_id {
	uint16_t hw_id; /* 0x1F5 ConnectX-3, 0x1F7 ConnectX-3 Pro */
	uint8_t hw_rev;
	const char *name; /* "ConnectX-3 Pro" */
	enum cx3_card_state state;
	uint16_t running_fw[3]; /* all 0 in livefish */
	/* Somebody else held it when we came to take it. Known once something has been
	 * locked: to look at a free semaphore is to take it. */
	bool semaphore_taken;
};

struct cx3_card_options {
	/* Free a semaphore that another still holds after 5 s: only when the user asks. */
	bool break_semaphore;
};

/*
 * Reads the id register (0xf0014) three times alone and once as part of a block
 * and believes only four equal, known answers. Writes nothing but what reading
 * a register takes.
 * CX3_E_NO_ACK, CX3_E_WRONG_ID (the text tells what was read), CX3_E_LOCKED,
 * or a bus error.
 */
int cx3_card_open(struct cx3_adapter *adapter, const struct cx3_card_options *options,
		  struct cx3_card **out, struct cx3_error *err);

/* Frees the semaphore if it is held. NULL is allowed. */
void cx3_card_close(struct cx3_card *card);

const struct cx3_card_id *cx3_card_identity(const struct cx3_card *card);
struct cx3_adapter *cx3_card_adapter(struct cx3_card *card);

/* One step of a register script: `count` words (host order) from register `reg` on. */
struct cx3_regop {
	uint32_t *words; /* read into, or written from as they are when the run begins */
	uint32_t reg;
	uint16_t count;
	bool write;
};

enum cx3_repeat {
	CX3_ONCE, /* a repetition would do harm: a failure is returned at once, with the mark */
	CX3_REPEATABLE /* may be sent again from the first uncertain step on */
};

/*
 * Runs the script in order in as few batches as the adapter allows, splitting
 * what is longer than its messages. With CX3_REPEATABLE, NACKs, lost
 * arbitration, time-outs and other failures to move bytes are retried with
 * growing pauses, from the first uncertain step on: adapter->retries times in a
 * row, and at most 5 s, without a step gained. *mark (may be NULL) counts steps;
 * what sure reading steps have read is in their words even if the rest failed.
 */
int cx3_card_run(struct cx3_card *card, struct cx3_regop *ops, size_t n, enum cx3_repeat repeat,
		 struct cx3_progress_mark *mark, struct cx3_error *err);

int cx3_card_read(struct cx3_card *card, uint32_t reg, uint32_t *word, struct cx3_error *err);
int cx3_card_write(struct cx3_card *card, uint32_t reg, uint32_t word, struct cx3_error *err);

/*
 * The flash semaphore (0xf03fc; reading 0 takes it, writing 0 frees it), shared
 * with the running firmware. Taking waits up to 5 s; CX3_E_SEMAPHORE after.
 * Calls nest.
 */
int cx3_card_lock(struct cx3_card *card, struct cx3_error *err);
int cx3_card_unlock(struct cx3_card *card, struct cx3_error *err);

/*
 * To be called before the first erase or program; later calls do nothing. In
 * livefish it sets 0xf3834 [28:27] to 2, as the vendor's tool does on any way in:
 * without it a PCIe link that drops resets the chip, perhaps in the middle of a
 * page. On a functional card it does nothing.
 */
int cx3_card_prepare_write(struct cx3_card *card, struct cx3_error *err);

/* Boot address register (0xf0000): image start << 8. Read back and compared:
 * CX3_E_VERIFY if it does not take the value. */
int cx3_card_set_boot_address(struct cx3_card *card, uint32_t image_start, struct cx3_error *err);

#pragma GCC visibility pop

#endif
