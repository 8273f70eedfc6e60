/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The running firmware's command interface for tools, seven registers from 0x80780 on, of
 * which the model knows one command: 0x60, which shuts and opens the card's registers to
 * tools ("hw_access"). As the vendor's published tool uses it: two words of input, the input
 * modifier, two of output, the token, then [11:0] opcode, [15:12] modifier, [23] go, [31:24]
 * status. Modifier 1 shuts, 0 opens, with the key of the image that was started (tag 13 of
 * its Image Info). 0xf03bc is the semaphore that goes with it.
 *
 * These eight registers answer on a card that is shut too: else no tool could open it.
 *
 *   hcr=none    the registers read 0, and so does the semaphore
 *   hcr=busy    the interface is busy with a command of somebody else's, for ever
 *   hcr=hangs   a command that was started never ends
 *   hcr=held    another tool has the semaphore, for ever
 *   hcr=shut    on a card that is shut these registers are shut as well
 *   hcr=deaf    commands are done and have no effect
 */
#include "model.h"

#include <string.h>

#define FIRST 0x80780u
#define SEMAPHORE 0xf03bcu
#define SEMAPHORE_BIT (1ull << 47)

#define CONTROL 6u
#define GO 0x00800000u

#define OP_ACCESS 0x60u
#define DONE 0u
#define NO_SUCH_COMMAND 2u
#define NO_SUCH_VALUE 3u

/* What the firmware takes for it. */
#define RUN_NS 3000000u

bool sim_hcr_is(const struct simcard *card, uint32_t reg)
{
	if (card->boot.livefish)
		return false;
	return reg == SEMAPHORE || (reg >= FIRST && reg < FIRST + 4 * SIM_HCR_WORDS);
}

bool sim_hcr_passes(const struct simcard *card, uint32_t reg)
{
	return card->hcr.state != SIM_HCR_SHUT && sim_hcr_is(card, reg);
}

static uint32_t access(struct simcard *card, uint32_t modifier)
{
	const struct hcr *hcr = &card->hcr;
	uint64_t key = (uint64_t)hcr->word[0] << 32 | hcr->word[1];

	if (modifier > 1)
		return NO_SUCH_VALUE;
	if (card->boot.key == 0)
		return NO_SUCH_COMMAND;
	if (modifier == 0 && key != card->boot.key)
		return NO_SUCH_VALUE;
	if (hcr->state == SIM_HCR_DEAF)
		return DONE;
	if (modifier == 1 && card->semaphore.holder == SIM_TOOL)
		sim_violation(card, "registers shut with the flash semaphore still taken");
	card->boot.locked = modifier == 1;
	if (modifier == 0)
		card->habits.locked_but_id = false;
	return DONE;
}

/* Time has moved on. */
static void tick(struct simcard *card)
{
	struct hcr *hcr = &card->hcr;
	uint32_t word = hcr->word[CONTROL];
	uint32_t status = NO_SUCH_COMMAND;

	if (!(word & GO) || card->now_ns < hcr->done_ns || hcr->state == SIM_HCR_HANGS)
		return;
	if ((word & 0xfff) == OP_ACCESS)
		status = access(card, word >> 12 & 0xf);
	hcr->word[CONTROL] = (word & 0xffffff & ~GO) | status << 24;
}

uint32_t sim_hcr_read(struct simcard *card, uint32_t reg)
{
	const struct hcr *hcr = &card->hcr;
	uint32_t taken = card->other_semaphores & SEMAPHORE_BIT ? 1 : 0;

	tick(card);
	if (hcr->state == SIM_HCR_NONE)
		return 0;
	if (reg == SEMAPHORE) {
		card->other_semaphores |= SEMAPHORE_BIT;
		return hcr->state == SIM_HCR_HELD ? 1 : taken;
	}
	if (reg == FIRST + 4 * CONTROL && hcr->state == SIM_HCR_BUSY)
		return hcr->word[CONTROL] | GO;
	return hcr->word[(reg - FIRST) / 4];
}

void sim_hcr_write(struct simcard *card, uint32_t reg, uint32_t value)
{
	struct hcr *hcr = &card->hcr;

	tick(card);
	if (hcr->state == SIM_HCR_NONE)
		return;
	if (reg == SEMAPHORE) {
		if (hcr->state == SIM_HCR_HELD || value != 0)
			sim_violation(card, "0x%x written to the command interface's semaphore",
				      value);
		card->other_semaphores &= ~SEMAPHORE_BIT;
		return;
	}
	if (!(card->other_semaphores & SEMAPHORE_BIT) || hcr->state == SIM_HCR_HELD)
		sim_violation(card, "command interface written without its semaphore");
	if ((hcr->word[CONTROL] & GO) || hcr->state == SIM_HCR_BUSY) {
		sim_violation(card, "command interface written while it is busy");
		return;
	}
	hcr->word[(reg - FIRST) / 4] = value;
	hcr->done_ns = card->now_ns + RUN_NS;
}

void sim_hcr_reset(struct simcard *card)
{
	memset(card->hcr.word, 0, sizeof(card->hcr.word));
}

int sim_hcr_take(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	static const char *const words[] = {
		[SIM_HCR_WORKS] = "works", [SIM_HCR_NONE] = "none", [SIM_HCR_BUSY] = "busy",
		[SIM_HCR_HANGS] = "hangs", [SIM_HCR_HELD] = "held", [SIM_HCR_SHUT] = "shut",
		[SIM_HCR_DEAF] = "deaf",
	};
	const char *word = cx3_devname_take(name, "hcr");

	for (unsigned i = 0; word && i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i]) == 0) {
			card->hcr.state = (enum sim_hcr_state)i;
			return CX3_OK;
		}
	}
	if (!word)
		return CX3_OK;
	return cx3_fail(err, CX3_E_USAGE, "hcr",
			"%s=%s is not understood.\n"
			"Write hcr=works, none, busy, hangs, held, shut or deaf.",
			"hcr", word);
}
