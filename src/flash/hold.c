/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who holds the semaphore for how long. In livefish nobody else wants it: it is
 * taken at open and freed at close. A functional card's firmware does: there each
 * operation takes and frees it, or, between cx3_flash_hold and cx3_flash_let_go,
 * operations share it until max_hold_ms is up.
 */
#include "flash_priv.h"

#include <assert.h>

/* Between two holds: time for the firmware to find the semaphore free. */
#define FIRMWARE_TURN_US 2000u

static uint64_t max_hold_us(const struct cx3_flash *flash)
{
	return 1000u * (uint64_t)flash->options.max_hold_ms;
}

int cx3_flash_begin(struct cx3_flash *flash, uint64_t need_us, struct cx3_error *err)
{
	int rc;

	if (!flash->kept)
		return cx3_card_lock(flash->card, err);
	if (flash->keep_locked && !flash->session &&
	    cx3_flash_now_us(flash) - flash->held_since_us + need_us > max_hold_us(flash)) {
		flash->keep_locked = false;
		rc = cx3_card_unlock(flash->card, err);
		if (rc)
			return rc;
		cx3_flash_wait_us(flash, FIRMWARE_TURN_US);
	}
	if (flash->keep_locked)
		return CX3_OK;
	rc = cx3_card_lock(flash->card, err);
	if (rc)
		return rc;
	flash->keep_locked = true;
	flash->held_since_us = cx3_flash_now_us(flash);
	return CX3_OK;
}

int cx3_flash_end(struct cx3_flash *flash, int rc, struct cx3_error *err)
{
	int rc_unlock;

	if (flash->kept)
		return rc;
	rc_unlock = cx3_card_unlock(flash->card, rc ? NULL : err);
	return rc ? rc : rc_unlock;
}

void cx3_flash_hold(struct cx3_flash *flash)
{
	assert(!flash->kept);
	flash->kept = true;
}

int cx3_flash_let_go(struct cx3_flash *flash, struct cx3_error *err)
{
	assert(flash->kept);
	flash->kept = false;
	if (!flash->keep_locked)
		return CX3_OK;
	flash->keep_locked = false;
	return cx3_card_unlock(flash->card, err);
}
