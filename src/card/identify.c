/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which chip answers, and in which state it is. Registers from the vendor's driver
 * source: 0xf0014 (id), 0x41270 (livefish), 0x1f064 (version of the running firmware).
 */
#include "card_priv.h"

#include <string.h>

#include "chips.h"

/*
 * The id is read alone this many times, and once more as the first word of a block. The
 * second word of the block is 0xf0018, which is read alone too: so the register address
 * counts up in a message. Not 0xf0010 in front of it: the vendor has taken that off the list
 * of registers that may be read.
 */
#define ID_READS 3u
/* The readings are repeated so often, since one flipped bit spoils them. */
#define ROUNDS 3u

struct answers {
	uint32_t id[ID_READS + 1]; /* the last one from the block */
	uint32_t after[2];	   /* 0xf0018 before and after the block */
	uint32_t after_in_block;
};

static int read_answers(struct cx3_card *card, struct answers *a, struct cx3_error *err)
{
	struct cx3_regop ops[ID_READS + 3];
	uint32_t block[2] = {0};
	int rc;

	for (size_t i = 0; i < ID_READS; i++)
		ops[i] = (struct cx3_regop){.reg = REG_HW_ID, .words = &a->id[i], .count = 1};
	ops[ID_READS] = (struct cx3_regop){.reg = REG_AFTER_ID, .words = &a->after[0], .count = 1};
	ops[ID_READS + 1] = (struct cx3_regop){.reg = REG_HW_ID, .words = block, .count = 2};
	ops[ID_READS + 2] = (struct cx3_regop){
		.reg = REG_AFTER_ID, .words = &a->after[1], .count = 1};
	rc = cx3_card_run(card, ops, ID_READS + 3, CX3_REPEATABLE, NULL, err);
	a->id[ID_READS] = block[0];
	a->after_in_block = block[1];
	return rc;
}

bool cx3_card_is_no_register(uint32_t word)
{
	return word == 0 || word == UINT32_MAX || word == 0xbadacce5u || word == 0xbadacce6u;
}

static bool any_is_ours(const uint32_t id[ID_READS + 1])
{
	bool any = false;

	for (size_t i = 0; i <= ID_READS; i++)
		any = any || cx3_chip_by_hw_id((uint16_t)id[i]);
	return any;
}

/* Is it one of ours, the same each time? */
static int judge_id(const struct cx3_card *card, const uint32_t id[ID_READS + 1],
		    struct cx3_error *err)
{
	const char *place = card->adapter->label;
	unsigned addr = card->adapter->addr;

	for (size_t i = 1; i <= ID_READS; i++) {
		if (id[i] != id[0])
			return cx3_fail(err, any_is_ours(id) ? CX3_E_NOISE : CX3_E_WRONG_ID, place,
					"The id register (0xf0014) at address 0x%02x reads 0x%08x, "
					"then 0x%08x: either no ConnectX-3 answers there, or the "
					"wires are noisy.\n"
					"Check the bus, the pull-ups and the ground, or lower the "
					"clock.",
					addr, (unsigned)id[0], (unsigned)id[i]);
	}
	if (id[0] == HW_ID_LOCKED)
		return cx3_fail(
			err, CX3_E_LOCKED, place,
			"The card's registers are locked (0xf0014 reads 0xbad0cafe, "
			"\"secure host\").\n"
			"Open them with the card's key. Or fit the flash-not-present jumper with "
			"the power off, power on, and try again.");
	if (cx3_card_is_no_register(id[0]))
		return cx3_fail(err, CX3_E_NO_REGISTERS, place,
				"Something answers at address 0x%02x, but its registers do not "
				"(0xf0014 reads 0x%08x).\n"
				"If it is the card: look for its 3.3 V, its reset (PERST# must be "
				"high) and its clock, then switch its power off and on. Else name "
				"the bus that the card is on.",
				addr, (unsigned)id[0]);
	if (!cx3_chip_by_hw_id((uint16_t)id[0]))
		return cx3_fail(
			err, CX3_E_WRONG_ID, place,
			"The id register (0xf0014) at address 0x%02x reads 0x%08x, which "
			"is not the id of a ConnectX-3 (0x01f5) or a ConnectX-3 Pro "
			"(0x01f7).\nCheck the marking on the chip and where the wires lead, or "
			"name the bus and the address (addr=) that the card is at.",
			addr, (unsigned)id[0]);
	return CX3_OK;
}

/* The second word of the block is the first one again, or all ones: the address does not count
 * up in a message, or messages end after one word. No sensor that answers at the same address
 * has an id that is ours three times, so this is the card. The gateway finds out the rest. */
static bool single_words(const struct answers *a)
{
	return cx3_chip_by_hw_id((uint16_t)a->id[0]) &&
	       (a->after_in_block == a->id[0] || a->after_in_block == UINT32_MAX);
}

/* 0xf0018 may be one that changes by itself: then it tells nothing. */
static int judge(const struct cx3_card *card, const struct answers *a, struct cx3_error *err)
{
	int rc = judge_id(card, a->id, err);

	if (rc || a->after[0] != a->after[1] || a->after_in_block == a->after[0] || single_words(a))
		return rc;
	return cx3_fail(err, CX3_E_WRONG_ID, card->adapter->label,
			"Register 0xf0018 at address 0x%02x reads 0x%08x alone and 0x%08x in a "
			"block: either no ConnectX-3 answers there, or the wires are noisy.\n"
			"Check the bus, the pull-ups and the ground, or lower the clock.",
			card->adapter->addr, (unsigned)a->after[0], (unsigned)a->after_in_block);
}

/* Livefish register and firmware version, the same twice. With them the boot address, which
 * prepare.c judges. */
static int read_state_words(struct cx3_card *card, uint32_t word[3], struct cx3_error *err)
{
	static const uint32_t reg[] = {REG_LIVEFISH, REG_FW_MAJOR, REG_FW_MAJOR + 4,
				       REG_BOOT_ADDRESS};
	uint32_t reading[2][4] = {{0}};
	struct cx3_regop ops[8];

	for (unsigned i = 0; i < 8; i++)
		ops[i] = (struct cx3_regop){
			.reg = reg[i % 4], .words = &reading[i / 4][i % 4], .count = 1};
	for (unsigned i = 0; i < ROUNDS; i++) {
		int rc = cx3_card_run(card, ops, 8, CX3_REPEATABLE, NULL, err);

		if (rc)
			return rc;
		card->boot_read[0] = reading[0][3];
		card->boot_read[1] = reading[1][3];
		memcpy(word, reading[1], 3 * sizeof(*word));
		if (memcmp(word, reading[0], 3 * sizeof(*word)) == 0)
			return CX3_OK;
	}
	return cx3_fail(err, CX3_E_NOISE, card->adapter->label,
			"The registers that tell the card's state (0x41270, 0x1f064, 0x1f068) read "
			"differently each time: the wires are noisy.\n"
			"Check the wires, the ground and the pull-ups, or lower the clock.");
}

static int read_state(struct cx3_card *card, struct cx3_error *err)
{
	struct cx3_card_id *id = &card->id;
	uint32_t word[3] = {0};
	int rc = read_state_words(card, word, err);

	if (rc)
		return rc;
	if (word[0] == HW_ID_LOCKED && word[1] == HW_ID_LOCKED)
		return cx3_fail(
			err, CX3_E_LOCKED, card->adapter->label,
			"All registers of the card but its id are locked (0x41270 reads "
			"0xbad0cafe, \"secure host\").\n"
			"Open them with the card's key. Or fit the flash-not-present jumper with "
			"the power off, power on, and try again.");
	if (word[0] > 0xfff00000u) {
		id->state = CX3_CARD_LIVEFISH;
		return CX3_OK;
	}
	id->state = CX3_CARD_FUNCTIONAL;
	id->running_fw[0] = (uint16_t)(word[1] >> 16);
	id->running_fw[1] = (uint16_t)(word[2] >> 16);
	id->running_fw[2] = (uint16_t)word[2];
	return CX3_OK;
}

/* Which chip it is can't be read. */
static int locked(struct cx3_card *card)
{
	card->id = (struct cx3_card_id){.name = "card", .state = CX3_CARD_LOCKED};
	card->id_word = HW_ID_LOCKED;
	return CX3_OK;
}

int cx3_card_identify(struct cx3_card *card, struct cx3_error *err)
{
	struct answers answers = {0};
	const uint32_t *id = answers.id;
	int rc = CX3_OK;

	for (unsigned i = 0; i < ROUNDS; i++) {
		rc = read_answers(card, &answers, err);
		if (rc)
			return rc;
		rc = judge(card, &answers, err);
		if (rc != CX3_E_WRONG_ID && rc != CX3_E_NO_REGISTERS && rc != CX3_E_NOISE)
			break;
	}
	if (rc == CX3_E_LOCKED && card->options.accept_locked)
		return locked(card);
	if (rc)
		return rc;
	card->id_word = id[0];
	card->id.hw_id = (uint16_t)id[0];
	card->id.hw_rev = (uint8_t)(id[0] >> 16);
	card->id.name = cx3_chip_by_hw_id(card->id.hw_id)->name;
	rc = read_state(card, err);
	if (rc == CX3_E_LOCKED && card->options.accept_locked) {
		card->id.state = CX3_CARD_LOCKED;
		return CX3_OK;
	}
	return rc;
}
