/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware's command interface for tools: seven registers from 0x80780 on, and the
 * semaphore 0xf03bc. From the published source of the vendor's tool, which uses it over PCIe
 * (mtcr_ul/mtcr_tools_cif.c): two words of input, the input modifier, two words of output, the
 * token, the control word. Over I2C nobody has told of it. So nothing is taken for granted: the
 * semaphore must behave like one, and what is posted must read back before it is started.
 *
 * The messages are the plainest there are, each a call of its own with one register, and a
 * reading that is thrown away between a write and a read: no proof of other ways was made here.
 *
 * One flipped bit in the control word that starts the command would make another command of
 * it, and no reading back helps against that. It is one word of 32 bits, once.
 */
#include "tools_command.h"

#include <string.h>

#define FIRST 0x80780u
#define WORDS 7u
#define INPUT_WORDS 2u /* a key, perhaps: in no log */
#define CONTROL 6u
#define REG_CONTROL (FIRST + 4 * CONTROL)

#define GO 0x00800000u /* set: starts the command; reads 1 until it is done */
#define MODIFIER(m) ((uint32_t)(m) << 12)
#define STATUS(word) ((uint8_t)((word) >> 24))

#define TRIES 3u
#define FIRST_PAUSE_US 1000u
#define LONGEST_PAUSE_US 50000u
/* For somebody else's command to end before ours; the vendor's tool waits up to 16 s. */
#define IDLE_US 5000000u
#define RUN_US 10000000u

static bool is_cancelled(const struct cx3_card *card)
{
	return card->cancelled && card->cancelled(card->cancelled_user);
}

static int no_interface(const struct cx3_card *card, const char *why, uint32_t reg, uint32_t word,
			struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_COMMAND, cx3_card_place(card, reg).text,
			"The firmware's command interface does not answer as one: %s (register "
			"0x%x reads 0x%08x). No command was given.\n"
			"%s.",
			why, (unsigned)reg, (unsigned)word,
			card->id.state == CX3_CARD_LOCKED
				? "Use the vendor's tool on the card's host, or fit the "
				  "flash-not-present jumper with the power off and power on: then "
				  "the flash can be read and written"
				: "Use the vendor's tool on the card's host");
}

/* As they lie in the interface. */
struct registers {
	uint32_t word[WORDS];
};

static int read_words(struct cx3_card *card, struct registers *r, struct cx3_error *err)
{
	struct cx3_regop ops[WORDS];

	for (unsigned i = 0; i < WORDS; i++)
		ops[i] = (struct cx3_regop){.reg = FIRST + 4 * i,
					    .words = &r->word[i],
					    .count = 1,
					    .secret = i < INPUT_WORDS};
	return cx3_card_run(card, ops, WORDS, CX3_REPEATABLE, NULL, err);
}

static int write_words(struct cx3_card *card, struct registers *r, struct cx3_error *err)
{
	struct cx3_regop ops[WORDS];

	for (unsigned i = 0; i < WORDS; i++)
		ops[i] = (struct cx3_regop){.reg = FIRST + 4 * i,
					    .words = &r->word[i],
					    .count = 1,
					    .write = true,
					    .secret = i < INPUT_WORDS};
	return cx3_card_run(card, ops, WORDS, CX3_REPEATABLE, NULL, err);
}

/* The control word, the same twice in a row. */
static int read_control(struct cx3_card *card, uint32_t *word, struct cx3_error *err)
{
	uint32_t again = 0;
	struct cx3_regop ops[] = {
		{.reg = REG_CONTROL, .words = word, .count = 1},
		{.reg = REG_CONTROL, .words = &again, .count = 1},
	};

	for (unsigned i = 0; i < TRIES; i++) {
		int rc = cx3_card_run(card, ops, 2, CX3_REPEATABLE, NULL, err);

		if (rc != CX3_OK || *word == again)
			return rc;
	}
	/* it has changed each time: as good as busy */
	*word = again | GO;
	return CX3_OK;
}

static bool is_shut(uint32_t word)
{
	return word == HW_ID_LOCKED || (word != 0 && cx3_card_is_no_register(word));
}

/* Until the go bit is clear, or the word tells nothing. CX3_E_COMMAND, without a text: it stays
 * set. */
static int await(struct cx3_card *card, uint64_t patience_us, uint32_t *word, struct cx3_error *err)
{
	uint64_t deadline = card->adapter->ops->now_us(card->adapter) + patience_us;
	uint64_t pause_us = FIRST_PAUSE_US;

	for (;;) {
		int rc = read_control(card, word, err);

		if (rc != CX3_OK || is_shut(*word) || !(*word & GO))
			return rc;
		if (is_cancelled(card))
			return CX3_E_INTERRUPTED;
		if (!cx3_card_pause(card, pause_us, deadline))
			return CX3_E_COMMAND;
		pause_us = pause_us * 2 < LONGEST_PAUSE_US ? pause_us * 2 : LONGEST_PAUSE_US;
	}
}

static int await_idle(struct cx3_card *card, struct cx3_error *err)
{
	struct place place = cx3_card_place(card, REG_CONTROL);
	uint32_t word = 0;
	int rc = await(card, IDLE_US, &word, err);

	if (rc == CX3_E_COMMAND)
		return cx3_fail(err, CX3_E_COMMAND, place.text,
				"The firmware's command interface is busy with another command, "
				"still after 5 s. No command was given.\n"
				"Try again when no other tool is at work. If it stays so, switch "
				"the card's power off and on.");
	if (rc == CX3_E_INTERRUPTED)
		return cx3_fail(err, CX3_E_INTERRUPTED, place.text,
				"Stopped while the firmware's command interface was busy; no "
				"command was given.\n"
				"The command can be run again.");
	if (rc == CX3_OK && is_shut(word))
		return no_interface(card, "its registers are not to be read", REG_CONTROL, word,
				    err);
	return rc;
}

static void fill(const struct tools_command *command, struct registers *r)
{
	memset(r, 0, sizeof(*r));
	r->word[0] = (uint32_t)(command->in >> 32);
	r->word[1] = (uint32_t)command->in;
	r->word[CONTROL] = MODIFIER(command->modifier) | command->opcode;
}

/* What is not ours: the two words of output, which the firmware fills. */
static bool reads_back(const struct registers *r, const struct registers *back)
{
	return memcmp(r->word, back->word, 3 * sizeof(r->word[0])) == 0 &&
	       r->word[CONTROL] == back->word[CONTROL];
}

static int post(struct cx3_card *card, const struct tools_command *command, struct cx3_error *err)
{
	struct registers r, back = {0};
	int rc = CX3_OK;
	bool same = false;

	fill(command, &r);
	for (unsigned i = 0; i < TRIES && rc == CX3_OK && !same; i++) {
		rc = write_words(card, &r, err);
		if (rc == CX3_OK)
			rc = read_words(card, &back, err);
		same = rc == CX3_OK && reads_back(&r, &back);
	}
	if (rc == CX3_OK && !same)
		rc = no_interface(card, "it does not keep what is written to it", REG_CONTROL,
				  back.word[CONTROL], err);
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(&back, sizeof(back));
	return rc;
}

/* A message that fails here may have arrived: what the interface says is looked at all the same. */
static int start(struct cx3_card *card, struct tools_command *command, struct cx3_error *err)
{
	struct place place = cx3_card_place(card, REG_CONTROL);
	uint32_t word = GO | MODIFIER(command->modifier) | command->opcode;
	struct cx3_regop op = {.reg = REG_CONTROL, .words = &word, .count = 1, .write = true};
	int sent = cx3_card_run(card, &op, 1, CX3_ONCE, NULL, err);
	int rc;

	if (sent != CX3_OK && !cx3_code_may_pass(sent))
		return sent;
	rc = await(card, RUN_US, &word, err);
	if (rc == CX3_E_COMMAND)
		return cx3_fail(err, CX3_E_COMMAND, place.text,
				"The firmware has not answered the command within 10 s. It may "
				"still carry it out.\n"
				"Look at the card's state in a minute. If its firmware hangs, "
				"switch the card's power off and on.");
	if (rc == CX3_E_INTERRUPTED)
		return cx3_fail(err, CX3_E_INTERRUPTED, place.text,
				"Stopped before the firmware has answered the command. It may "
				"still carry it out.\n"
				"Look at the card's state.");
	command->unanswered = sent != CX3_OK || is_shut(word);
	command->status = STATUS(word);
	return rc;
}

/* The input was a secret, perhaps. A command that may still run keeps it. */
static void forget(struct cx3_card *card, bool is_idle)
{
	uint32_t zero[2] = {0, 0};
	struct cx3_regop ops[] = {
		{.reg = FIRST, .words = &zero[0], .count = 1, .write = true},
		{.reg = FIRST + 4, .words = &zero[1], .count = 1, .write = true},
	};

	if (is_idle)
		(void)cx3_card_run(card, ops, 2, CX3_REPEATABLE, NULL, NULL);
	if (card->wire)
		explicit_bzero(card->wire, card->wire_cap);
}

static int carry_out(struct cx3_card *card, struct tools_command *command, struct cx3_error *err)
{
	bool is_idle = true;
	int rc;

	if (card->command_sem.none)
		return no_interface(card, "its semaphore is none", card->command_sem.reg,
				    card->command_sem.odd_word, err);
	rc = await_idle(card, err);
	if (rc != CX3_OK)
		return rc;
	rc = post(card, command, err);
	if (rc == CX3_OK) {
		rc = start(card, command, err);
		is_idle = rc == CX3_OK;
	}
	forget(card, is_idle);
	return rc;
}

int cx3_tools_command(struct cx3_card *card, struct tools_command *command, struct cx3_error *err)
{
	static const struct cx3_card_manners plainest = {true, true, true, true};
	struct cx3_card_manners before = card->manners;
	struct cx3_error last = {0};
	int rc, freed;

	command->status = TOOLS_DONE;
	command->unanswered = false;
	card->manners = plainest;
	rc = cx3_card_lock_command(card, err);
	if (rc == CX3_OK) {
		rc = carry_out(card, command, err);
		freed = cx3_card_unlock_command(card, &last);
		if (rc == CX3_OK && freed != CX3_OK) {
			rc = freed;
			if (err)
				*err = last;
		}
	}
	card->manners = before;
	return rc;
}
