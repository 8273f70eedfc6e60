/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protect's settings in registers of their own: the drive strength and the dummy cycles. What a
 * wrong one breaks is said before the question.
 */
#include <stdio.h>

#include "draft.h"

static void warn_of_strength(struct cx3_draft *draft)
{
	cx3_draft_note(
		draft, "driver_strength",
		"This is how hard the flash drives its data line to the card's chip. With one "
		"that does not suit the board the chip reads wrong bytes: the card does not "
		"start, and this program may not read the flash either. Then only a "
		"programmer at the flash's pins sets it back.");
	cx3_draft_note(
		draft, "trial",
		"Not all chips of this id have this setting. That is found out first, with "
		"another drive strength that lasts until power-off and is put back at once.");
	cx3_draft_note(
		draft, "power_cut",
		"A power cut while it is written can leave any drive strength, and what else "
		"is in status register 3: block locks (WPS) and the HOLD# pin's use.");
}

static void warn_of_cycles(struct cx3_draft *draft)
{
	cx3_draft_note(
		draft, "dummy_cycles",
		"These are the clocks that the flash waits in fast reads, from its next "
		"power-on. This program reads with opcode 03, which has none. What the card "
		"starts with is not known: if it is a fast read, a number that does not suit "
		"it makes a card that does not start until this is set back.");
	cx3_draft_note(draft, "power_cut",
		       "The register also has the flash's XIP mode and its quad and dual protocol. "
		       "A power cut while it is written, for 0.2 s or longer, can switch one of "
		       "them on. Then neither the card nor this program can read the flash.");
}

/* The card reads this chip with one data line, so it can't be on in quad, dual or XIP mode. */
static int is_odd(struct cx3_flash *flash, const struct cx3_flash_value *value,
		  struct cx3_error *err)
{
	return cx3_fail(
		err, CX3_E_PART, cx3_flash_part(flash)->name,
		"The flash's nonvolatile configuration register reads 0x%04x: quad, dual or "
		"XIP mode would be on after the next power-on, or this chip has no such "
		"register. Nothing was written.\n"
		"Make a backup before the card's power goes off, and look at the chip's "
		"marking and its data sheet.",
		(unsigned)value->raw);
}

static int has_none(const char *name, struct cx3_flash *flash, const struct cx3_flash_value *value,
		    struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_PART, cx3_flash_part(flash)->name,
			"This flash chip has no such setting (%s: its register reads 0x%02x). "
			"Nothing was written.\nLeave it as it is.",
			name, (unsigned)value->raw);
}

int cx3_draft_setting(struct cx3_draft *draft, struct cx3_flash *flash,
		      enum cx3_flash_setting setting, unsigned number, struct cx3_error *err)
{
	const struct cx3_flash_setting_words *words = cx3_flash_setting_words(setting);
	struct cx3_flash_value now;
	char before[24], after[24];
	int rc = cx3_flash_setting_check(cx3_flash_part(flash), setting, number, err);

	if (rc == CX3_OK)
		rc = cx3_flash_setting_read(flash, setting, &now, err);
	if (rc != CX3_OK)
		return rc;
	if (!now.there)
		return has_none(words->name, flash, &now, err);
	if (setting == CX3_SETTING_DUMMY_CYCLES && !now.sure)
		return is_odd(flash, &now, err);
	snprintf(before, sizeof(before), "%u%s", now.number, words->unit);
	snprintf(after, sizeof(after), "%u%s", number, words->unit);
	cx3_draft_change(draft, words->key, words->name, before, after);
	if (now.number == number)
		return CX3_OK;
	if (setting == CX3_SETTING_DRIVER_STRENGTH)
		warn_of_strength(draft);
	else
		warn_of_cycles(draft);
	cx3_plan_add(
		draft->plan, CX3_STAGE_CLOSE,
		(struct cx3_step){CX3_STEP_SETTING, 0, number, (uint32_t)setting, words->name});
	return CX3_OK;
}
