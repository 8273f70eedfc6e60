/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The user stops the process for a while (Ctrl-Z). Nobody may have to wait for the
 * flash semaphore meanwhile, and after it the card must still be the same one.
 */
#include "card/card.h"
#include "flash/flash.h"
#include "meter.h"

int cx3_pause_if_wanted(const struct cx3_watch *watch, struct cx3_flash *flash, bool *paused,
			struct cx3_error *err)
{
	int rc;

	if (!watch || !watch->pause_wanted || !watch->pause || !watch->pause_wanted(watch->user))
		return CX3_OK;
	rc = cx3_flash_suspend(flash, err);
	if (rc != CX3_OK)
		return rc;
	watch->pause(watch->user);
	*paused = true;
	rc = cx3_flash_resume(flash, err);
	if (rc == CX3_OK)
		rc = cx3_card_recheck(cx3_flash_card(flash), err);
	return rc == CX3_OK ? cx3_flash_recheck(flash, err) : rc;
}
