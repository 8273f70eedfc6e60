/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_CARD_PRIV_H
#define CX3_CARD_PRIV_H

/* What the files of src/card share: registers, struct cx3_card. */
#include "card/card.h"
#include "cx3flash/link.h"

/* CR-space registers of ConnectX-3 that this layer touches. */
#define REG_BOOT_ADDRESS 0xf0000u
#define REG_SEMAPHORE 0xf03fcu
#define REG_TOOLS_SEMAPHORE 0xf03a0u   /* the vendor's name: "HCR flash programming" */
#define REG_COMMAND_SEMAPHORE 0xf03bcu /* of the command interface: tools_command.c */
#define REG_RESET 0xf0010u /* 1 resets the chip (vendor script, mlx4); never to be read */
#define REG_HW_ID 0xf0014u
#define REG_AFTER_ID 0xf0018u	/* known to be harmless, and not what it is */
#define REG_LIVEFISH 0x41270u	/* above 0xfff00000: livefish */
#define REG_FW_MAJOR 0x1f064u	/* [31:16] */
#define REG_LINK_RESET 0xf3834u /* [28:27] = 2: a PCIe link that drops does not reset the chip */

#define HW_ID_LOCKED 0xbad0cafeu

/* The vendor's code for this chip never reads more nor writes more in a message. */
#define MAX_READ_WORDS 16u
#define MAX_WRITE_WORDS 8u

/* How long retries and a wait for the semaphore may last, in all. */
#define PATIENCE_US 5000000u

/* A firmware access that we might meet between a lost write and our next look. */
#define FIRMWARE_HOLD_US 1000000u

/* semaphore.h */
struct semaphore {
	uint32_t reg;
	const char *name; /* begins a sentence */
	uint64_t patience_us;
	unsigned depth;	   /* calls nest */
	bool owed;	   /* freeing it has failed: once more at close */
	bool maybe_ours;   /* a taking read whose answer was lost */
	bool freed;	   /* it was ours, and the write that freed it can't be asked about */
	bool met_taken;	   /* by somebody else */
	bool sticks;	   /* while it was ours it was seen to read otherwise than 0 */
	bool may_be_none;  /* whether the register is a semaphore is not known for sure ... */
	bool none;	   /* ... and it is not: */
	uint32_t odd_word; /* ... it reads this each time */
	bool tells_none;   /* that is logged: others do without it */
};

/* One transfer of a compiled script: `count` words of step `step` from word `first` on. */
struct piece {
	size_t step;
	uint16_t first, count;
	bool flush;  /* a reading of 0xf0014 before the step, to be thrown away */
	bool secret; /* the step's words are in no log */
};

struct cx3_card {
	struct cx3_adapter *adapter;
	struct cx3_card_options options;
	struct cx3_card_id id;
	uint32_t id_word; /* 0xf0014 as it was believed */
	uint64_t repeats; /* reads sent again: see cx3_card_repeats */
	bool write_prepared;
	bool link_changed; /* 0xf3834 was this before: */
	uint32_t link_before;
	bool wrote;	   /* any register */
	bool just_wrote;   /* ... and nothing was read since */
	bool boot_known;   /* ... and boot_address is what 0xf0000 is to be at close */
	bool write_proven; /* the adapter carries what writes a register */
	uint32_t boot_address;
	uint32_t boot_read[2]; /* identify.c: the register, read twice */

	struct semaphore flash_sem, tools_sem, command_sem;
	unsigned tools_depth; /* while it is suspended */
	bool (*cancelled)(void *user);
	void *cancelled_user;

	struct cx3_card_manners manners;

	/* bus.c: a compiled script; grows to the longest one seen */
	struct cx3_xfer *xfer;
	struct piece *piece;
	uint8_t *wire; /* all messages' bytes, one after the other */
	size_t pieces, pieces_cap;
	size_t wire_len, wire_cap;
	uint64_t patience_us; /* PATIENCE_US but while a card is looked for */
};

/* No firmware runs, so nobody on the card wants what we have. */
static inline bool cx3_card_in_livefish(const struct cx3_card *card)
{
	return card->id.state == CX3_CARD_LIVEFISH;
}

/* The place of an error, by value: "register 0xf0014 on /dev/i2c-3 (i2c-diolan-u2c)". */
struct place {
	char text[96];
};
struct place cx3_card_place(const struct cx3_card *card, uint32_t reg);

/* Waits `us`, if that ends before `deadline_us` on the adapter's clock; else false at once. */
bool cx3_card_pause(struct cx3_card *card, uint64_t us, uint64_t deadline_us);

/* link.c: cx3_link_read, also without sending again what failed. */
#define CX3_LINK_BATCH 100u
int cx3_card_link(struct cx3_card *card, unsigned readings, enum cx3_repeat repeat,
		  struct cx3_link *link, struct cx3_error *err);

int cx3_card_identify(struct cx3_card *card, struct cx3_error *err);

/* identify.c: what a chip answers whose registers are dead, and what an empty bus reads. */
bool cx3_card_is_no_register(uint32_t word);

/* prepare.c: reads 0xf0000, and counts what is written from now on. */
void cx3_card_note_boot_address(struct cx3_card *card);
/*
 * prepare.c: before a read that takes a semaphore, which only a write can free. An adapter may
 * refuse the eight bytes of a write though it carries reads: so 0xf0000 is written as it was
 * read, once. CX3_E_UNSUPPORTED, or a bus error.
 */
int cx3_card_prove_write(struct cx3_card *card, struct cx3_error *err);
/* prepare.c: if 0xf0000 is not what it was at open, or what was set since, it is put back. */
void cx3_card_restore_boot_address(struct cx3_card *card);

void cx3_card_semaphores_init(struct cx3_card *card);
/*
 * The semaphore of the command interface (0xf03bc): waits up to 5 s; CX3_E_COMMAND after that,
 * CX3_E_INTERRUPTED in between, or a bus error. Where it turns out to be none: CX3_OK, and
 * command_sem.none.
 */
int cx3_card_lock_command(struct cx3_card *card, struct cx3_error *err);
int cx3_card_unlock_command(struct cx3_card *card, struct cx3_error *err);
/* Frees all semaphores, however deep the calls are nested, as well as the bus allows. */
void cx3_card_abandon_lock(struct cx3_card *card);

#endif
