/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two semaphores, of which a read that answers 0 takes, later reads answer something
 * else, and writing 0 frees. Nothing in them tells who holds them.
 *
 * 0xf03fc, the flash's, is shared with the running firmware. 0xf03a0 keeps flash tools out
 * of each other's way: the vendor's takes it before 0xf03fc and keeps it until it is done
 * (40 tries, 500 ms apart; from its published source). That the register is a semaphore on
 * each card is not known: where it is none, that is said, and done without.
 *
 * Two failures of the bus leave a doubt:
 *
 * - A taking read whose answer was lost: perhaps it is ours, and then our next
 *   reads find it taken. In livefish no firmware runs, so it is ours. On a
 *   functional card we wait: the firmware gives it back in much less than 5 s,
 *   and then the next read takes it for sure. If it stays taken, the tools'
 *   semaphore decides: whoever has that knows that no other tool works, so the flash's is
 *   ours. If that can't be had, we stop and say so; to write 0 is the user's decision,
 *   since somebody else may be stuck in the middle of an erase.
 * - A freeing write whose ACK was lost: to write 0 again might free it under the
 *   firmware, which may have taken it since. So we look first: if a read
 *   answers 0, it was free (and is ours now); if it stays taken for longer than
 *   the firmware would hold it, the write never arrived. In both cases it is
 *   ours to free.
 *
 * A flipped bit in a freeing write can't be asked about: a read to look whether it was
 * freed would take it again. In livefish 0 is simply written twice. On a functional card
 * that could free it under the firmware, which may be waiting for just this moment:
 * there a damaged write leaves it taken, and the next take finds out as after a lost answer.
 *
 * A flipped bit in a taking read's address can make it read another register. So after
 * an answer 0 it is read once more: if it is ours, it does not read 0 any more.
 */
#include "semaphore.h"

#include <assert.h>

#define FIRST_POLL_US 500u
#define LONGEST_POLL_US 50000u
/* Zeros in a row before a register is no semaphore. */
#define MOST_ZEROS 4u
/* The same word, neither 0 nor 1, so often in a row: no semaphore either. */
#define ODD_WORDS 8u

static uint64_t now_us(const struct cx3_card *card)
{
	return card->adapter->ops->now_us(card->adapter);
}

/*
 * A taking read that answered 0 may have come as something else, by one flipped
 * bit. Then it is the odd one out: later reads agree with each other.
 */
struct answers {
	unsigned count, in_a_row;
	uint32_t first, last;
};

static void add_answer(struct answers *a, uint32_t value)
{
	if (a->count++ == 0)
		a->first = value;
	a->in_a_row = a->count > 1 && value == a->last ? a->in_a_row + 1 : 1;
	a->last = value;
}

static bool first_was_odd(const struct answers *a)
{
	return a->count == 3 && a->first != a->last && a->in_a_row == 2;
}

static bool is_no_semaphore(const struct semaphore *sem, const struct answers *a)
{
	return sem->may_be_none && a->last > 1 && a->in_a_row >= ODD_WORDS;
}

/*
 * A taking read, and another one in the same call. *value is 0 if one of them took the semaphore.
 * *after is what was read after that one, 0 where that did not come; else the two are the same.
 */
static int take_once(struct cx3_card *card, struct semaphore *sem, uint32_t *value, uint32_t *after,
		     struct cx3_error *err)
{
	struct cx3_progress_mark mark;
	uint32_t word[2] = {1, 1};
	struct cx3_regop ops[] = {{.reg = sem->reg, .words = &word[0], .count = 1},
				  {.reg = sem->reg, .words = &word[1], .count = 1}};
	int rc = cx3_card_run(card, ops, 2, CX3_ONCE, &mark, err);
	bool first = rc == CX3_OK || mark.done > 0;

	*value = *after = 0;
	/* the first one's answer has come, and it has taken it */
	if (first && word[0] == 0) {
		*after = rc == CX3_OK ? word[1] : 0;
		return CX3_OK;
	}
	if (rc && mark.unsure > 0)
		sem->maybe_ours = true;
	if (rc || word[1] == 0)
		return rc;
	*value = word[0];
	*after = word[1];
	return CX3_OK;
}

static int none(struct cx3_card *card, struct semaphore *sem, uint32_t word)
{
	if (sem->tells_none)
		cx3_log(card->adapter->log, CX3_LOG_WARN,
			"%s: register 0x%x reads 0x%x each time, so it is no semaphore on this "
			"card. Nothing keeps another flash tool away now: run none.",
			card->adapter->label, (unsigned)sem->reg, (unsigned)word);
	sem->odd_word = word;
	sem->none = true;
	sem->maybe_ours = false;
	return CX3_OK;
}

/*
 * After an answer 0, and `after` behind it: read on while the next answers 0 as well, for then the
 * first did not reach the semaphore, and this one may have taken it. CX3_E_GATEWAY where the
 * flash's never reads otherwise; in livefish nobody else wants it, so that is no harm.
 */
static int confirm(struct cx3_card *card, struct semaphore *sem, uint32_t after,
		   struct cx3_error *err)
{
	struct place place = cx3_card_place(card, sem->reg);
	unsigned zeros = 1;
	uint32_t value = after;

	if (value != 0)
		sem->maybe_ours = false;
	while (value == 0 && zeros < MOST_ZEROS) {
		int rc = cx3_card_read(card, sem->reg, &value, err);

		sem->maybe_ours = rc != CX3_OK;
		if (rc)
			return rc;
		zeros += value == 0;
	}
	sem->sticks = value != 0;
	if (value != 0 || cx3_card_in_livefish(card))
		return CX3_OK;
	if (sem->may_be_none)
		return none(card, sem, value);
	return cx3_fail(err, CX3_E_GATEWAY, place.text,
			"The flash semaphore reads 0 each time, so it can't be taken, and the "
			"firmware can't be kept away from the flash.\n"
			"Switch the card's power off and on, and try again.");
}

static bool is_cancelled(const struct cx3_card *card, const struct semaphore *sem)
{
	return sem->may_be_none && card->cancelled && card->cancelled(card->cancelled_user);
}

static int interrupted(const struct cx3_card *card, const struct semaphore *sem,
		       struct cx3_error *err)
{
	struct place place = cx3_card_place(card, sem->reg);

	return cx3_fail(err, CX3_E_INTERRUPTED, place.text,
			"Stopped while another flash tool was waited for.\n"
			"The command can be run again when that is done.");
}

int cx3_semaphore_take(struct cx3_card *card, struct semaphore *sem, uint64_t patience_us,
		       struct cx3_error *err)
{
	uint64_t deadline_us = now_us(card) + patience_us;
	uint64_t pause_us = FIRST_POLL_US;
	struct answers answers = {0};
	unsigned fails = 0;
	int rc = cx3_card_prove_write(card, err);

	if (rc)
		return rc;
	for (;;) {
		uint32_t value, after;

		rc = take_once(card, sem, &value, &after, err);
		if (rc && (!cx3_code_may_pass(rc) || fails++ >= card->adapter->retries))
			return rc;
		if (!rc) {
			fails = 0;
			add_answer(&answers, value);
			if (first_was_odd(&answers))
				sem->maybe_ours = true;
			if (value == 0)
				return confirm(card, sem, after, err);
			if (sem->maybe_ours && cx3_card_in_livefish(card))
				return CX3_OK;
			if (is_no_semaphore(sem, &answers))
				return none(card, sem, value);
			if (!sem->maybe_ours)
				sem->met_taken = true;
		}
		if (is_cancelled(card, sem))
			return interrupted(card, sem, err);
		if (!cx3_card_pause(card, pause_us, deadline_us))
			return rc ? rc : CX3_E_SEMAPHORE;
		pause_us = pause_us * 2 < LONGEST_POLL_US ? pause_us * 2 : LONGEST_POLL_US;
	}
}

int cx3_semaphore_stuck(const struct cx3_card *card, const struct semaphore *sem,
			struct cx3_error *err)
{
	struct place place = cx3_card_place(card, sem->reg);
	unsigned seconds = (unsigned)(sem->patience_us / 1000000);

	if (sem->maybe_ours || sem->freed)
		return cx3_fail(
			err, CX3_E_SEMAPHORE_OURS, place.text,
			"%s stayed taken for %u s. %s\n"
			"Check the wires. Wait a minute and run the command again. If it is still "
			"taken then and nothing uses the flash, switch the card's power off and "
			"on.",
			sem->name, seconds,
			sem->maybe_ours ? "An answer was lost on the wires before, so this tool "
					  "may hold it itself."
					: "This tool has used and freed it before: perhaps that "
					  "write arrived damaged and it is still this tool's own, "
					  "perhaps the firmware or another tool holds it.");
	if (sem->may_be_none)
		return cx3_fail(err, CX3_E_OTHER_TOOL, place.text,
				"%s stayed taken for %u s: another flash tool works on the card, "
				"on its host or over I2C, one that was stopped has left it taken, "
				"or bad wires have damaged the answer that gave it to this one.\n"
				"Wait until it is done. Only if surely none is at work, free the "
				"semaphore.",
				sem->name, seconds);
	return cx3_fail(err, CX3_E_SEMAPHORE, place.text,
			"%s stayed taken for %u s: %s, a tool that was stopped has left it taken, "
			"or bad wires have damaged the answer that gave it to this one.\n"
			"Wait until whatever uses the flash is done. If nothing uses it, free the "
			"semaphore.",
			sem->name, seconds,
			cx3_card_in_livefish(card) ? "no firmware runs, so another tool holds it"
						   : "the firmware or another tool holds it");
}

int cx3_semaphore_break(struct cx3_card *card, const struct semaphore *sem, struct cx3_error *err)
{
	uint32_t zero = 0;
	struct cx3_regop op = {.reg = sem->reg, .words = &zero, .count = 1, .write = true};

	return cx3_card_run(card, &op, 1, CX3_REPEATABLE, NULL, err);
}

int cx3_semaphore_release(struct cx3_card *card, struct semaphore *sem, struct cx3_error *err)
{
	uint32_t zero = 0;
	struct cx3_regop op = {.reg = sem->reg, .words = &zero, .count = 1, .write = true};
	struct cx3_regop ops[] = {op, op};
	uint64_t deadline_us = now_us(card) + PATIENCE_US;
	unsigned fails = 0;

	for (;;) {
		struct cx3_progress_mark mark;
		int rc = cx3_card_run(card, ops, cx3_card_in_livefish(card) ? 2 : 1, CX3_ONCE,
				      &mark, err);

		if (rc == CX3_OK || !cx3_code_may_pass(rc) || fails++ >= card->adapter->retries)
			return rc;
		if (mark.unsure > 0 && !cx3_card_in_livefish(card))
			(void)cx3_semaphore_take(card, sem, FIRMWARE_HOLD_US, NULL);
		if (!cx3_card_pause(card, FIRST_POLL_US << (fails < 10 ? fails : 10), deadline_us))
			return rc;
	}
}

int cx3_semaphore_unlock(struct cx3_card *card, struct semaphore *sem, struct cx3_error *err)
{
	struct cx3_error cause = {0};
	struct place place = cx3_card_place(card, sem->reg);
	int rc;

	assert(sem->depth > 0);
	if (--sem->depth > 0 || sem->none)
		return CX3_OK;
	rc = cx3_semaphore_release(card, sem, &cause);
	sem->owed = rc != CX3_OK;
	if (rc)
		return cx3_fail(err, (enum cx3_code)rc, place.text,
				"%s could not be freed, and whoever wants the flash waits "
				"for it. %.300s\n"
				"Free the semaphore, or switch the card's power off and on.",
				sem->name, cause.cause);
	sem->maybe_ours = false;
	sem->freed = !cx3_card_in_livefish(card);
	return CX3_OK;
}
