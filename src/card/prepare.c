/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers outside of the gateway that a change of the flash writes: boot address, link
 * reset. One flipped bit of a register address makes 0xf0000, the boot address, of 0xf0400,
 * even in a backup: so it is read when the card is opened, and put back at close.
 */
#include "card_priv.h"

#define TRIES 3u

/* Writes a register and reads it back, since I2C has no checksum. Only the bits of
 * `mask` are compared: the others may be the hardware's own. */
static int write_checked(struct cx3_card *card, uint32_t reg, uint32_t word, uint32_t mask,
			 const char *advice, struct cx3_error *err)
{
	struct place place = cx3_card_place(card, reg);
	uint32_t back = 0;

	for (unsigned i = 0; i < TRIES; i++) {
		struct cx3_regop ops[] = {
			{.reg = reg, .words = &word, .count = 1, .write = true},
			{.reg = reg, .words = &back, .count = 1},
		};
		int rc = cx3_card_run(card, ops, 2, CX3_REPEATABLE, NULL, err);

		if (rc)
			return rc;
		if (((back ^ word) & mask) == 0)
			return CX3_OK;
	}
	return cx3_fail(err, CX3_E_VERIFY, place.text,
			"Register 0x%x reads back as 0x%08x where 0x%08x was written.\n%s.",
			(unsigned)reg, (unsigned)back, (unsigned)word, advice);
}

#define LINK_RESET_MASK (3u << 27)
#define LINK_RESET_ADVICE "Check the wires, or lower the clock"
#define BOOT_ADDRESS_MASK 0xffffff00u
#define BOOT_ADDRESS_ADVICE                                                                        \
	"Switch the card's power off and on, so that it looks for its image itself"

/* A word that was read twice tells something. */
static bool is_boot_address(uint32_t word)
{
	return word == 0 || !cx3_card_is_no_register(word);
}

/* The register, read twice: false if that fails, or tells nothing for sure. */
static bool read_boot_address(struct cx3_card *card, uint32_t *word)
{
	uint32_t again = 0;
	struct cx3_regop ops[] = {
		{.reg = REG_BOOT_ADDRESS, .words = word, .count = 1},
		{.reg = REG_BOOT_ADDRESS, .words = &again, .count = 1},
	};
	int rc = CX3_OK;

	for (unsigned i = 0; i < TRIES && rc == CX3_OK; i++) {
		rc = cx3_card_run(card, ops, 2, CX3_REPEATABLE, NULL, NULL);
		if (rc == CX3_OK && *word == again)
			return is_boot_address(again);
	}
	return false;
}

void cx3_card_note_boot_address(struct cx3_card *card)
{
	card->boot_address = card->boot_read[0];
	if (card->id.state == CX3_CARD_LOCKED)
		card->boot_known = false;
	else if (card->boot_read[0] == card->boot_read[1])
		card->boot_known = is_boot_address(card->boot_address);
	else
		card->boot_known = read_boot_address(card, &card->boot_address);
	card->wrote = false;
}

int cx3_card_set_boot_address(struct cx3_card *card, uint32_t image_start, struct cx3_error *err)
{
	int rc = write_checked(card, REG_BOOT_ADDRESS, image_start << 8, BOOT_ADDRESS_MASK,
			       BOOT_ADDRESS_ADVICE, err);

	/* after a failure it is neither this nor what it was */
	card->boot_known = rc == CX3_OK;
	card->boot_address = image_start << 8;
	return rc;
}

int cx3_card_prove_write(struct cx3_card *card, struct cx3_error *err)
{
	int rc = CX3_OK;

	if (card->write_proven || !card->adapter->limits_unsure || !card->boot_known)
		return CX3_OK;
	rc = cx3_card_write(card, REG_BOOT_ADDRESS, card->boot_address, err);
	card->write_proven = rc == CX3_OK;
	return rc;
}

void cx3_card_restore_boot_address(struct cx3_card *card)
{
	uint32_t now;
	int rc;

	if (!card->boot_known || !card->wrote || !read_boot_address(card, &now) ||
	    ((now ^ card->boot_address) & BOOT_ADDRESS_MASK) == 0)
		return;
	rc = write_checked(card, REG_BOOT_ADDRESS, card->boot_address, BOOT_ADDRESS_MASK,
			   BOOT_ADDRESS_ADVICE, NULL);
	cx3_log(card->adapter->log, CX3_LOG_WARN,
		"%s: the boot address (register 0xf0000) read 0x%08x, where 0x%08x was: a command "
		"went astray on noisy wires, or the card was reset. %s",
		card->adapter->label, (unsigned)now, (unsigned)card->boot_address,
		rc ? "It could not be put back: switch the card's power off and on."
		   : "It was put back.");
}

int cx3_card_prepare_write(struct cx3_card *card, struct cx3_error *err)
{
	uint32_t word = 0, again = 0;
	struct cx3_regop ops[] = {
		{.reg = REG_LINK_RESET, .words = &word, .count = 1},
		{.reg = REG_LINK_RESET, .words = &again, .count = 1},
	};
	int rc;

	if (card->write_prepared || !cx3_card_in_livefish(card))
		return CX3_OK;
	for (unsigned i = 0; i < TRIES; i++) {
		rc = cx3_card_run(card, ops, 2, CX3_REPEATABLE, NULL, err);
		if (rc)
			return rc;
		if (word == again)
			break;
	}
	/* The other bits go back as they were read: they must have been read right. */
	if (word != again)
		return cx3_fail(err, CX3_E_IO, cx3_card_place(card, REG_LINK_RESET).text,
				"Register 0xf3834 reads 0x%08x, then 0x%08x.\n"
				"Check the wires, or lower the clock.",
				(unsigned)word, (unsigned)again);
	if ((word >> 27 & 3u) != 2u) {
		card->link_changed = true;
		card->link_before = word;
		rc = write_checked(card, REG_LINK_RESET, (word & ~LINK_RESET_MASK) | 2u << 27,
				   LINK_RESET_MASK, LINK_RESET_ADVICE, err);
	}
	if (!rc)
		card->write_prepared = true;
	return rc;
}

int cx3_card_undo_prepare(struct cx3_card *card, struct cx3_error *err)
{
	int rc = CX3_OK;

	if (card->link_changed)
		rc = write_checked(card, REG_LINK_RESET, card->link_before, LINK_RESET_MASK,
				   LINK_RESET_ADVICE, err);
	if (rc == CX3_OK)
		card->link_changed = card->write_prepared = false;
	return rc;
}
