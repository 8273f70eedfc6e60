/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_CARD_CARD_H
#define CX3_CARD_CARD_H

/*
 * The card's registers and its flash semaphore, for the rooms above: what can change
 * a card. None of it is public: programs change a card through the library's jobs, and its flash
 * through cx3_serprog_serve (with `writes`).
 *
 * All functions return CX3_OK or a negative code and fill *err (which may be NULL).
 */
#include "cx3flash/adapterops.h"
#include "cx3flash/card.h"

/* One step of a register script: `count` words (host order) from register `reg` on. */
struct cx3_regop {
	uint32_t *words; /* read into, or written from as they are when the run begins */
	uint32_t reg;
	uint16_t count;
	bool write;
	bool blind;  /* see struct cx3_xfer */
	bool secret; /* its words are in no log */
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

/*
 * What of messages to the registers does not work on this card, or with this adapter: the
 * gateway finds it out. All false: everything works. The card's own, to be changed at will.
 */
struct cx3_card_manners {
	bool alone; /* each transfer is a call of its own, so that a STOP ends it */
	bool flush; /* a reading that is thrown away goes between a write and a read */
	bool single_reads, single_writes; /* one register a message */
};
struct cx3_card_manners *cx3_card_manners(struct cx3_card *card);

/* Writes one register, repeated like CX3_REPEATABLE. Not read back. */
int cx3_card_write(struct cx3_card *card, uint32_t reg, uint32_t word, struct cx3_error *err);

/* Reads the id and the state again: CX3_E_CHANGED if they are not those of
 * cx3_card_open, or what that fails with. */
int cx3_card_recheck(struct cx3_card *card, struct cx3_error *err);

/*
 * The flash semaphore (0xf03fc; reading 0 takes it, writing 0 frees it), shared with
 * the running firmware. Taking waits up to 5 s; CX3_E_SEMAPHORE after that, or
 * CX3_E_SEMAPHORE_OURS where a damaged write or a lost answer of our own may be why;
 * CX3_E_GATEWAY where it reads 0 each time; or a bus error. Calls nest. cx3_card_close
 * frees what is left.
 */
int cx3_card_lock(struct cx3_card *card, struct cx3_error *err);
int cx3_card_unlock(struct cx3_card *card, struct cx3_error *err);

/*
 * Frees the semaphore whoever holds it, then takes it, as cx3_card_lock does. For
 * the gateway, which must first end a command that a killed tool has left with chip
 * select held. cx3_card_may_take_over: the card's options allow it (break_semaphore).
 */
int cx3_card_take_over(struct cx3_card *card, struct cx3_error *err);
bool cx3_card_may_take_over(const struct cx3_card *card);
/* From now on they do: the user was asked. */
void cx3_card_allow_take_over(struct cx3_card *card);

/* What is asked while another flash tool is waited for: true ends that with
 * CX3_E_INTERRUPTED. NULL: nothing is asked. */
void cx3_card_set_cancelled(struct cx3_card *card, bool (*cancelled)(void *user), void *user);

/*
 * The semaphore of the flash tools (0xf03a0), to be taken before the flash's by whoever is
 * going to write, and kept until that is done. Waits up to 20 s (CX3_E_INTERRUPTED in
 * between); CX3_E_OTHER_TOOL or CX3_E_SEMAPHORE_OURS after that, but with break_semaphore it
 * is freed then, whoever has it.
 * Where the register turns out to be no semaphore, that is logged, and CX3_OK. Or a bus
 * error. Calls nest. cx3_card_close frees what is left.
 */
int cx3_card_lock_tools(struct cx3_card *card, struct cx3_error *err);
int cx3_card_unlock_tools(struct cx3_card *card, struct cx3_error *err);
/* Between the two it is free, however often it was taken: for a process that is stopped. */
int cx3_card_suspend_tools(struct cx3_card *card, struct cx3_error *err);
int cx3_card_resume_tools(struct cx3_card *card, struct cx3_error *err);
/* Frees it whoever has it; *was_taken: somebody had it. */
int cx3_card_clear_tools(struct cx3_card *card, bool *was_taken, struct cx3_error *err);

/*
 * Has the chip been reset while both semaphores were ours? Asks the registers of those that
 * were seen to stick. CX3_E_CHANGED; they are ours again then. Or a bus error.
 */
int cx3_card_check_reset(struct cx3_card *card, struct cx3_error *err);

/*
 * The same while only the flash semaphore is held, for a caller that has seen another sign of a
 * reset: *lost if it reads as free. Then it is ours again. A bus error.
 */
int cx3_card_lost_semaphore(struct cx3_card *card, bool *lost, struct cx3_error *err);

/*
 * To be called before the first erase or program; later calls do nothing. In
 * livefish it sets 0xf3834 [28:27] to 2, as the vendor's tool does on any way in:
 * without it a PCIe link that drops resets the chip, perhaps in the middle of a
 * page. On a functional card it does nothing. CX3_E_IO, CX3_E_VERIFY, or a bus error.
 */
int cx3_card_prepare_write(struct cx3_card *card, struct cx3_error *err);
/* Puts those bits back as cx3_card_prepare_write has found them. CX3_E_VERIFY, or a bus error. */
int cx3_card_undo_prepare(struct cx3_card *card, struct cx3_error *err);

/*
 * Sets the boot address register (0xf0000): image start (bytes) << 8, where the chip
 * looks for its image at the next reset. Read back and compared: CX3_E_VERIFY if it
 * does not take the value.
 */
int cx3_card_set_boot_address(struct cx3_card *card, uint32_t image_start, struct cx3_error *err);

#endif
