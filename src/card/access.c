/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "Secure host": the card's registers, shut and opened by a command to its firmware. From the
 * vendor's tool, which does it over PCIe (mflash/mflash.c, cmdif/tools_cif.c): opcode 0x60,
 * modifier 1 shuts, modifier 0 with the key opens. It gives its semaphores back before it
 * shuts, since a card that is shut refuses them: so is it here.
 */
#include "tools_command.h"

#include <string.h>

#define OP_ACCESS 0x60u
#define SHUT 1u
#define OPEN 0u

static int no_firmware(const struct cx3_card *card, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_COMMAND, card->adapter->label,
			"No firmware runs on the card (livefish), and it is the firmware that "
			"shuts the registers. No command was given.\n"
			"Write an image that the card starts, and switch its power off and on.");
}

/* Another tool in the middle of a write would be shut out. */
static int nobody_writes(struct cx3_card *card, struct cx3_error *err)
{
	bool held = false;
	int rc = cx3_card_ask_tools(card, &held, err);

	if (rc != CX3_OK || !held)
		return rc;
	return cx3_fail(err, CX3_E_OTHER_TOOL, cx3_card_place(card, REG_TOOLS_SEMAPHORE).text,
			"Another flash tool works on the card (register 0xf03a0 is taken), and "
			"would be shut out in the middle of its work. No command was given.\n"
			"Wait until it is done. Only if surely none is at work, free the "
			"semaphore.");
}

/* The state as it is now, into card->id. */
static int look(struct cx3_card *card, bool *is_open, struct cx3_error *err)
{
	bool accepts = card->options.accept_locked;
	int rc;

	/* 0xf0000 is not to be compared with what was read before, nor written */
	card->boot_known = false;
	card->options.accept_locked = true;
	rc = cx3_card_identify(card, err);
	card->options.accept_locked = accepts;
	*is_open = rc == CX3_OK && card->id.state != CX3_CARD_LOCKED;
	return rc;
}

static int refused(const struct cx3_card *card, bool open, unsigned status, struct cx3_error *err)
{
	const char *why = "The firmware refuses the command";
	const char *next = "Look at what the vendor says of this firmware's version";

	if (open && status == TOOLS_NO_SUCH_VALUE) {
		why = "The firmware says that this is not the key";
		next = "Try again with the right key. Where it is lost, fit the flash-not-present "
		       "jumper with the power off, power on, and write an image without a key";
	} else if (!open && status == TOOLS_NO_SUCH_COMMAND) {
		why = "The card has no key that could open its registers again, or a firmware "
		      "without this command";
		next = "Set a key first, and switch the card's power off and on";
	} else if (status == TOOLS_NO_SUCH_COMMAND) {
		why = "The card has no key, or a firmware without this command";
	}
	return cx3_fail(err, CX3_E_COMMAND, card->adapter->label,
			"%s (status %u). The registers are %s as before.\n%s.", why, status,
			card->id.state == CX3_CARD_LOCKED ? "shut" : "open", next);
}

static int no_effect(const struct cx3_card *card, bool open, bool unanswered, struct cx3_error *err)
{
	const char *said = unanswered ? "Whether the command arrived is not known, but"
				      : "The firmware says that the command is done, but";

	return cx3_fail(err, CX3_E_COMMAND, cx3_card_place(card, REG_HW_ID).text,
			"%s the registers %s.\n"
			"Run the command again. If it stays so, switch the card's power off and "
			"on.",
			said, open ? "are still shut (0xbad0cafe)" : "still answer");
}

int cx3_card_set_access(struct cx3_card *card, bool open, uint64_t key, struct cx3_error *err)
{
	struct tools_command command = {
		.in = open ? key : 0, .opcode = OP_ACCESS, .modifier = open ? OPEN : SHUT};
	bool is_open = true;
	int rc = CX3_OK;

	if (cx3_card_in_livefish(card))
		return no_firmware(card, err);
	if (!open)
		rc = nobody_writes(card, err);
	if (rc != CX3_OK)
		return rc;
	if (!open)
		cx3_card_abandon_lock(card);
	rc = cx3_tools_command(card, &command, err);
	explicit_bzero(&command.in, sizeof(command.in));
	if (rc != CX3_OK)
		return rc;
	rc = look(card, &is_open, err);
	if (rc != CX3_OK || is_open == open)
		return rc;
	if (!command.unanswered && command.status != TOOLS_DONE)
		return refused(card, open, command.status, err);
	return no_effect(card, open, command.unanswered, err);
}
