/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flash semaphore, register 0xf03fc: a read that answers 0 takes it, later
 * reads answer something else, writing 0 frees it. It is shared with the running
 * firmware, and nothing in it tells who holds it. So two failures of the bus
 * leave a doubt:
 *
 * - A taking read whose answer was lost: perhaps it is ours, and then our next
 *   reads find it taken. In livefish no firmware runs, so it is ours. On a
 *   functional card we wait: the firmware gives it back in much less than 5 s,
 *   and then the next read takes it for sure. If it stays taken we stop and say
 *   so; to write 0 is the user's decision, since somebody else may be stuck in
 *   the middle of an erase.
 * - A freeing write whose ACK was lost: to write 0 again might free it under the
 *   firmware, which may have taken it since. So we look first: if a read
 *   answers 0, it was free (and is ours now); if it stays taken for longer than
 *   the firmware would hold it, the write never arrived. In both cases it is
 *   ours to free.
 *
 * A flipped bit in a freeing write can't be asked about: a read to look whether it was
 * freed would take it again. In livefish 0 is simply written twice. On a functional card
 * that could free it under the firmware, which may be waiting for just this moment:
 * there a damaged write leaves it taken, and the next take says that it may be ours.
 *
 * A flipped bit in a taking read's address can make it read another register. So after
 * an answer 0 it is read once more: if it is ours, it does not read 0 any more.
 */
#include "card_priv.h"

#include <assert.h>

#define FIRST_POLL_US 500u
#define LONGEST_POLL_US 50000u
/* A firmware access that we might meet between a lost write and our next look. */
#define FIRMWARE_HOLD_US 1000000u

static bool livefish(const struct cx3_card *card)
{
	return card->id.state == CX3_CARD_LIVEFISH;
}

static uint64_t now_us(const struct cx3_card *card)
{
	return card->adapter->ops->now_us(card->adapter);
}

/*
 * A taking read that answered 0 may have come as something else, by one flipped
 * bit. Then it is the odd one out: later reads agree with each other.
 */
struct answers {
	unsigned count;
	uint32_t first, second;
};

static bool first_was_odd(struct answers *a, uint32_t value)
{
	a->count++;
	if (a->count == 1)
		a->first = value;
	else if (a->count == 2)
		a->second = value;
	return a->count == 3 && a->first != a->second && value == a->second;
}

/* Zeros in a row before a register is no semaphore. */
#define MOST_ZEROS 4u

/* One taking read. *value is 0 if it took the semaphore. */
static int take_once(struct cx3_card *card, uint32_t *value, struct cx3_error *err)
{
	struct cx3_progress_mark mark;
	struct cx3_regop op = {.reg = REG_SEMAPHORE, .count = 1};
	int rc;

	op.words = value;
	rc = cx3_card_run(card, &op, 1, CX3_ONCE, &mark, err);
	if (rc && mark.unsure > 0)
		card->maybe_ours = true;
	return rc;
}

/*
 * After an answer 0: false while the next read answers 0 as well, for then the first did
 * not reach the semaphore, and this one may have taken it. CX3_E_GATEWAY where it never
 * reads otherwise; in livefish nobody else wants it, so that is no harm.
 */
static int confirm(struct cx3_card *card, struct cx3_error *err)
{
	struct place place = cx3_card_place(card, REG_SEMAPHORE);
	unsigned zeros = 1;
	uint32_t value = 0;

	while (value == 0 && zeros < MOST_ZEROS) {
		int rc = cx3_card_read(card, REG_SEMAPHORE, &value, err);

		card->maybe_ours = rc != CX3_OK;
		if (rc)
			return rc;
		zeros += value == 0;
	}
	if (value != 0 || livefish(card))
		return CX3_OK;
	return cx3_fail(err, CX3_E_GATEWAY, place.text,
			"The flash semaphore reads 0 each time, so it can't be taken, and the "
			"firmware can't be kept away from the flash.\n"
			"Switch the card's power off and on, and try again.");
}

/*
 * Reads until the semaphore is surely ours, at most `patience_us`. CX3_E_SEMAPHORE: it
 * stayed taken; any other code: the bus failed more often than it may.
 */
static int take(struct cx3_card *card, uint64_t patience_us, struct cx3_error *err)
{
	uint64_t deadline_us = now_us(card) + patience_us;
	uint64_t pause_us = FIRST_POLL_US;
	struct answers answers = {0};
	unsigned fails = 0;

	for (;;) {
		uint32_t value = 1;
		int rc = take_once(card, &value, err);

		if (rc && (!cx3_code_may_pass(rc) || fails++ >= card->adapter->retries))
			return rc;
		if (!rc) {
			fails = 0;
			if (first_was_odd(&answers, value))
				card->maybe_ours = true;
			if (value == 0)
				return confirm(card, err);
			if (card->maybe_ours && livefish(card))
				return CX3_OK;
			if (!card->maybe_ours)
				card->id.semaphore_taken = true;
		}
		if (!cx3_card_pause(card, pause_us, deadline_us))
			return rc ? rc : CX3_E_SEMAPHORE;
		pause_us = pause_us * 2 < LONGEST_POLL_US ? pause_us * 2 : LONGEST_POLL_US;
	}
}

static int stuck(const struct cx3_card *card, struct cx3_error *err)
{
	struct place place = cx3_card_place(card, REG_SEMAPHORE);

	if (card->maybe_ours || card->freed)
		return cx3_fail(
			err, CX3_E_SEMAPHORE_OURS, place.text,
			"The flash semaphore stayed taken for 5 s. %s\n"
			"Check the wires. Wait a minute and run the command again. If it is still "
			"taken then and nothing uses the flash, switch the card's power off and "
			"on.",
			card->maybe_ours ? "An answer was lost on the wires before, so this tool "
					   "may hold it itself."
					 : "This tool has used and freed it before: perhaps that "
					   "write arrived damaged and it is still this tool's own, "
					   "perhaps the firmware or another tool holds it.");
	return cx3_fail(err, CX3_E_SEMAPHORE, place.text,
			"The flash semaphore stayed taken for 5 s: the firmware or another tool "
			"holds it, or a tool that was stopped has left it taken.\n"
			"Wait until whatever uses the flash is done. If nothing uses it, free the "
			"semaphore.");
}

static int take_for_caller(struct cx3_card *card, struct cx3_error *err)
{
	int rc = take(card, PATIENCE_US, err);

	if (rc == CX3_E_SEMAPHORE)
		return stuck(card, err);
	if (rc)
		return rc;
	card->maybe_ours = false;
	card->lock_depth = 1;
	return CX3_OK;
}

int cx3_card_lock(struct cx3_card *card, struct cx3_error *err)
{
	if (card->lock_depth > 0) {
		card->lock_depth++;
		return CX3_OK;
	}
	return take_for_caller(card, err);
}

bool cx3_card_may_take_over(const struct cx3_card *card)
{
	return card->options.break_semaphore;
}

int cx3_card_take_over(struct cx3_card *card, struct cx3_error *err)
{
	uint32_t zero = 0;
	struct cx3_regop op = {.reg = REG_SEMAPHORE, .words = &zero, .count = 1, .write = true};
	int rc;

	assert(card->lock_depth == 0);
	rc = cx3_card_run(card, &op, 1, CX3_REPEATABLE, NULL, err);
	return rc ? rc : take_for_caller(card, err);
}

/*
 * Writes 0 until one write has surely arrived. When it is not known whether a write
 * has arrived, the semaphore is looked at before the next one, so that a hold of the
 * firmware that began in between is not ended.
 */
static int release(struct cx3_card *card, struct cx3_error *err)
{
	uint32_t zero = 0;
	struct cx3_regop op = {.reg = REG_SEMAPHORE, .words = &zero, .count = 1, .write = true};
	struct cx3_regop ops[] = {op, op};
	uint64_t deadline_us = now_us(card) + PATIENCE_US;
	unsigned fails = 0;

	for (;;) {
		struct cx3_progress_mark mark;
		int rc = cx3_card_run(card, ops, livefish(card) ? 2 : 1, CX3_ONCE, &mark, err);

		if (rc == CX3_OK || !cx3_code_may_pass(rc) || fails++ >= card->adapter->retries)
			return rc;
		if (mark.unsure > 0 && !livefish(card))
			(void)take(card, FIRMWARE_HOLD_US, NULL);
		if (!cx3_card_pause(card, FIRST_POLL_US << (fails < 10 ? fails : 10), deadline_us))
			return rc;
	}
}

int cx3_card_unlock(struct cx3_card *card, struct cx3_error *err)
{
	struct cx3_error cause = {0};
	struct place place = cx3_card_place(card, REG_SEMAPHORE);
	int rc;

	assert(card->lock_depth > 0);
	if (--card->lock_depth > 0)
		return CX3_OK;
	rc = release(card, &cause);
	card->owed = rc != CX3_OK;
	if (rc)
		return cx3_fail(err, (enum cx3_code)rc, place.text,
				"The flash semaphore could not be freed, and the firmware waits "
				"for it. %.300s\n"
				"Free the semaphore, or switch the card's power off and on.",
				cause.cause);
	card->maybe_ours = false;
	card->freed = !livefish(card);
	return CX3_OK;
}

void cx3_card_abandon_lock(struct cx3_card *card)
{
	/* After a lost answer in livefish nobody else can hold it: it is freed. On a
	 * functional card that is for the user to decide, who must know of it. */
	if (card->lock_depth == 0 && !card->owed && card->maybe_ours && !livefish(card))
		cx3_log(card->adapter->log, CX3_LOG_WARN,
			"%s: the answer to taking the flash semaphore was lost, so this tool may "
			"have left it taken",
			card->adapter->label);
	if (card->lock_depth == 0 && !card->owed && !(card->maybe_ours && livefish(card)))
		return;
	/* An earlier attempt to free it may have arrived: see above. */
	if (card->owed && !livefish(card))
		(void)take(card, FIRMWARE_HOLD_US, NULL);
	card->owed = false;
	card->lock_depth = 0;
	card->maybe_ours = false;
	if (release(card, NULL) != CX3_OK)
		cx3_log(card->adapter->log, CX3_LOG_WARN,
			"%s: the flash semaphore could not be freed; free it, or switch the "
			"card's power off and on",
			card->adapter->label);
}
