/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long the semaphore is held. In livefish no firmware runs, so nobody else
 * wants it: it is taken at open and freed at close. The firmware of a functional
 * card uses it too. There each operation takes and frees it; between cx3_gw_hold
 * and cx3_gw_let_go, operations share it until max_hold_ms is up.
 */
#include "gateway_priv.h"

#include <assert.h>

/* Between two holds: time for the firmware to find the semaphore free. */
#define FIRMWARE_TURN_US 2000u

/*
 * Takes the semaphore over from whoever holds it. A tool that was killed in the
 * middle of a read or a program has left chip select low. One more byte FF, which
 * changes nothing in either case, ends that command first.
 */
static int take_over(struct cx3_gateway *gw, struct cx3_error *err)
{
	uint32_t end = cx3_gw_word(GW_HAS_DATA), ones = 0xff000000u, command = 0;
	int rc = cx3_card_read(gw->card, GW_COMMAND, &command, err);

	cx3_log(cx3_card_adapter(gw->card)->log, CX3_LOG_WARN, "%s: freeing the flash semaphore",
		cx3_gw_label(gw));
	if (!rc && (command & GW_HOLD_CS) && !(command & GW_BUSY)) {
		cx3_gw_start(gw);
		cx3_gw_write(gw, GW_DATA, &ones, 1);
		cx3_gw_command(gw, &end);
		cx3_gw_read(gw, GW_COMMAND, &command, 1);
		rc = cx3_gw_run(gw, CX3_ONCE, NULL, err);
	}
	return rc ? rc : cx3_card_take_over(gw->card, err);
}

static bool stays_taken(int rc)
{
	return rc == CX3_E_SEMAPHORE || rc == CX3_E_SEMAPHORE_OURS;
}

int cx3_gw_lock(struct cx3_gateway *gw, struct cx3_error *err)
{
	int rc = cx3_card_lock(gw->card, err);

	if (stays_taken(rc) && cx3_card_may_take_over(gw->card))
		rc = take_over(gw, err);
	return rc;
}

/* Public, see cx3flash/card.h. It is here because a held chip select must be ended first. */
int cx3_card_clear_semaphore(struct cx3_card *card, struct cx3_cleared *cleared,
			     struct cx3_error *err)
{
	struct cx3_regop ops[3];
	struct cx3_gateway gw = {
		.card = card, .ops = ops, .ops_room = sizeof(ops) / sizeof(ops[0])};
	int rc = cx3_card_lock(card, err);

	if (stays_taken(rc))
		rc = take_over(&gw, err);
	if (rc)
		return rc;
	*cleared = (struct cx3_cleared){.flash = cx3_card_identity(card)->semaphore_taken};
	rc = cx3_card_clear_tools(card, &cleared->tools, err);
	if (rc) {
		(void)cx3_card_unlock(card, NULL);
		return rc;
	}
	return cx3_card_unlock(card, err);
}

static uint64_t max_hold_us(const struct cx3_gateway *gw)
{
	return 1000u * (uint64_t)gw->options.max_hold_ms;
}

int cx3_gw_begin(struct cx3_gateway *gw, uint64_t need_us, struct cx3_error *err)
{
	int rc;

	if (!gw->holding)
		return cx3_gw_lock(gw, err);
	if (gw->hold_locked && !cx3_gw_unbound(gw) &&
	    cx3_gw_now_us(gw) - gw->held_since_us + need_us > max_hold_us(gw)) {
		gw->hold_locked = false;
		rc = cx3_card_unlock(gw->card, err);
		if (rc)
			return rc;
		cx3_gw_wait_us(gw, FIRMWARE_TURN_US);
	}
	if (gw->hold_locked)
		return CX3_OK;
	rc = cx3_gw_lock(gw, err);
	if (rc)
		return rc;
	gw->hold_locked = true;
	gw->held_since_us = cx3_gw_now_us(gw);
	return CX3_OK;
}

int cx3_gw_end(struct cx3_gateway *gw, int rc, struct cx3_error *err)
{
	int rc_unlock;

	if (gw->holding)
		return rc;
	rc_unlock = cx3_card_unlock(gw->card, rc ? NULL : err);
	return rc ? rc : rc_unlock;
}

void cx3_gw_hold(struct cx3_gateway *gw)
{
	assert(!gw->holding);
	gw->holding = true;
}

int cx3_gw_let_go(struct cx3_gateway *gw, struct cx3_error *err)
{
	assert(gw->holding);
	gw->holding = false;
	gw->keeping = false;
	if (!gw->hold_locked)
		return CX3_OK;
	gw->hold_locked = false;
	return cx3_card_unlock(gw->card, err);
}

void cx3_gw_keep(struct cx3_gateway *gw)
{
	cx3_gw_hold(gw);
	gw->keeping = true;
}

int cx3_gw_suspend(struct cx3_gateway *gw, struct cx3_error *err)
{
	int rc = CX3_OK;

	if (gw->hold_locked) {
		gw->hold_locked = false;
		rc = cx3_card_unlock(gw->card, err);
	}
	if (rc == CX3_OK && gw->locked_from_open) {
		gw->locked_from_open = false;
		gw->suspended = true;
		rc = cx3_card_unlock(gw->card, err);
	}
	if (rc == CX3_OK)
		rc = cx3_card_suspend_tools(gw->card, err);
	return rc;
}

int cx3_gw_resume(struct cx3_gateway *gw, struct cx3_error *err)
{
	int rc = cx3_card_resume_tools(gw->card, err);

	if (rc || !gw->suspended)
		return rc;
	rc = cx3_gw_lock(gw, err);
	gw->suspended = false;
	gw->locked_from_open = rc == CX3_OK;
	return rc;
}
