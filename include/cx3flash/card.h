/* SPDX-License-Identifier: BSD-2-Clause */
/* Cards: identified, and their registers read. */
#ifndef CX3FLASH_CARD_H
#define CX3FLASH_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/adapter.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * The card behind an adapter: what it is, in which state, and its 32-bit registers
 * in CR-space, for reading. A card does not own its adapter.
 *
 * Threads: a card and everything opened on it (its flash, its jobs) are for one
 * thread at a time. Different cards may be used from different threads.
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
	/* Somebody else held the flash semaphore when we came to take it. Known only after
	 * it has been taken once: to look at a free semaphore is to take it. */
	bool semaphore_taken;
	bool semaphore_freed; /* ... and still after 5 s, and it was taken over from them */
};

struct cx3_card_options {
	size_t size; /* sizeof, or 0: cx3flash/version.h */
	/* Take over a semaphore that another still holds after 5 s. Only when the user asks:
	 * the holder may be in the middle of an erase. */
	bool break_semaphore;
	/* What does not acknowledge is given 60 ms, not 2 s: for who looks at many places. */
	bool short_look;
	/* A card whose registers are locked opens as well, in the state CX3_CARD_LOCKED: hw_id and
	 * hw_rev are 0 then. Only for cx3_card_set_access. */
	bool accept_locked;
};

/*
 * Opens the card behind `adapter`; `options` may be NULL. Reads the id register
 * (0xf0014) three times alone and once as part of a block, and believes only four
 * equal, known answers. Writes nothing but what reading a register takes.
 * On CX3_OK *out is the caller's until cx3_card_close; the adapter must outlive it.
 * CX3_E_NO_ACK, CX3_E_WRONG_ID (the text has what was read), CX3_E_NO_REGISTERS, CX3_E_LOCKED,
 * CX3_E_NO_MEMORY, CX3_E_USAGE (options->size), or a bus error.
 */
int cx3_card_open(struct cx3_adapter *adapter, const struct cx3_card_options *options,
		  struct cx3_card **out, struct cx3_error *err);

/* Frees the card, and the semaphore if it is held. NULL is allowed. */
void cx3_card_close(struct cx3_card *card);

/* The card's identity and its adapter. Both live as long as the card. */
const struct cx3_card_id *cx3_card_identity(const struct cx3_card *card);
struct cx3_adapter *cx3_card_adapter(struct cx3_card *card);

/* How often registers were read again since open because a message was not acknowledged,
 * lost or broken off: each repetition counts once, however much it sent. */
uint64_t cx3_card_repeats(const struct cx3_card *card);

/*
 * Reads the 32-bit register at CR-space address `reg` (a multiple of 4) into *word,
 * in host order. A bus error if retries do not help. To read a semaphore (0xf0300 to
 * 0xf03fc) is to take it.
 */
int cx3_card_read(struct cx3_card *card, uint32_t reg, uint32_t *word, struct cx3_error *err);

/* The semaphores that someone else holds, or held before they were cleared: the flash's (0xf03fc),
 * the flash tools' (0xf03a0). */
struct cx3_cleared {
	bool flash, tools;
};

/*
 * Frees both semaphores even if another still holds the flash's after 5 s, and ends an SPI command
 * that a killed tool has left in the middle. Only for a user who knows that nothing else uses the
 * flash. CX3_E_SEMAPHORE if it is taken again at once, or a bus error.
 */
int cx3_card_clear_semaphore(struct cx3_card *card, struct cx3_cleared *cleared,
			     struct cx3_error *err);

/*
 * Who holds what, without freeing anything: each semaphore is taken for a moment where it is free.
 * Waits for the flash's as a command does, 5 s. A bus error.
 */
int cx3_card_ask_semaphores(struct cx3_card *card, struct cx3_cleared *held, struct cx3_error *err);

/*
 * *held: somebody else has the semaphore of the flash tools (0xf03a0), which is taken for a moment
 * where it is free. False where the register is no semaphore. A bus error.
 */
int cx3_card_ask_tools(struct cx3_card *card, bool *held, struct cx3_error *err);

/*
 * Resets the chip through register 0xf0010, as the host's driver does over PCIe; over I2C nobody
 * has told of it. Takes both semaphores before, so that no other tool is in the middle of a write.
 * *seen: the reset was seen, since it frees the semaphore of the flash tools; false says nothing
 * where the card has no such semaphore. What was known of the card holds no more: close it.
 * CX3_E_OTHER_TOOL, CX3_E_SEMAPHORE, CX3_E_SEMAPHORE_OURS; after the write CX3_E_NO_ACK and
 * other bus errors where no register is answered for 10 s.
 */
int cx3_card_reset(struct cx3_card *card, bool *seen, struct cx3_error *err);

/*
 * "Secure host": opens the card's registers with `key`, or shuts them, by a command to the running
 * firmware, through registers 0x80780 to 0x80798, as the vendor's tool does over PCIe; over I2C
 * nobody has told of it. Shutting gives both flash semaphores back first, whoever of this program
 * has them: the card must have no flash open. CX3_OK: the registers were read after it and are as
 * wanted; the card's identity and state are what they are now. `key` is kept nowhere.
 * CX3_E_COMMAND: no firmware runs, the registers are no command interface, it is busy, or the
 * firmware refuses (a wrong key, no key); the text says which. CX3_E_OTHER_TOOL,
 * CX3_E_INTERRUPTED, or a bus error, after which the state is to be looked at.
 */
int cx3_card_set_access(struct cx3_card *card, bool open, uint64_t key, struct cx3_error *err);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
