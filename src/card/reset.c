/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reset that is asked for. The write may be carried out before it is acknowledged, so a failure
 * to send it tells nothing: what is looked at is the semaphore of the flash tools, which was ours
 * and which a reset frees. The firmware has no use for that one, so that nobody else takes it.
 */
#include "card_priv.h"

/* No register is asked for before. (A card of the same maker does not acknowledge while it starts:
 * Linux commit 2938b2978a70.) */
#define RESET_PAUSE_US 1000000u
#define RESET_PATIENCE_US 10000000u
#define RESET_STEP_US 500000u

static int take_both(struct cx3_card *card, struct cx3_error *err)
{
	int rc = cx3_card_lock_tools(card, err);

	return rc == CX3_OK ? cx3_card_lock(card, err) : rc;
}

/* Each failed look has its own patience for a bus that is busy. */
static int look(struct cx3_card *card, uint32_t *tools, struct cx3_error *err)
{
	uint64_t deadline = card->adapter->ops->now_us(card->adapter) + RESET_PATIENCE_US;
	int rc;

	cx3_card_pause(card, RESET_PAUSE_US, deadline);
	do {
		rc = cx3_card_read(card, card->tools_sem.none ? REG_HW_ID : REG_TOOLS_SEMAPHORE,
				   tools, err);
	} while (rc != CX3_OK && cx3_card_pause(card, RESET_STEP_US, deadline));
	return rc;
}

/* The chip has freed them, and somebody else may have the flash's already. */
static void forget_hold(struct cx3_card *card)
{
	card->flash_sem.depth = 0;
	card->flash_sem.owed = false;
	card->flash_sem.maybe_ours = false;
}

int cx3_card_reset(struct cx3_card *card, bool *seen, struct cx3_error *err)
{
	uint32_t one = 1, tools = 1;
	struct cx3_regop op = {.reg = REG_RESET, .words = &one, .count = 1, .write = true};
	int rc = take_both(card, err);

	*seen = false;
	if (rc != CX3_OK)
		return rc;
	/* what the chip sets it to is right from now on */
	card->boot_known = false;
	(void)cx3_card_run(card, &op, 1, CX3_ONCE, NULL, NULL);
	rc = look(card, &tools, err);
	if (rc != CX3_OK)
		return rc;
	*seen = !card->tools_sem.none && tools == 0;
	if (*seen || card->tools_sem.none)
		forget_hold(card);
	else
		rc = cx3_card_unlock(card, err);
	/* where it was free, the look has taken it */
	return rc == CX3_OK ? cx3_card_unlock_tools(card, err) : rc;
}
