/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is it still the same card? And the user stops the process for a while (Ctrl-Z): nobody may
 * have to wait for the flash semaphore meanwhile, and after it the card must be the same one.
 */
#include <stdio.h>

#include "card/card.h"
#include "flash/flash.h"
#include "meter.h"
#include "settle.h"
#include "shadow.h"

/*
 * An image's header has the CRC over all of it, GUIDs included. It has 16 bits: one card in 65536
 * with the same firmware shares it. Before its first write a job compares the GUIDs too
 * (job_begin.c).
 */
#define HEADER 64u

int cx3_same_bytes(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, const char *since,
		   struct cx3_error *err)
{
	char place[32];
	bool same;
	int rc = cx3_shadow_compare(shadow, addr, len, &same, err);

	if (rc != CX3_OK || same)
		return rc;
	snprintf(place, sizeof(place), "flash 0x%x", addr);
	if (!cx3_shadow_is_sure(shadow, addr, len))
		return cx3_fail(err, CX3_E_NOISE, place,
				"The flash at 0x%x does not read as it did when it was read once: "
				"the wires are noisy, another card is on them, or something has "
				"written to it since.\n"
				"Check the wires, the ground and the pull-ups, or lower the clock.",
				addr);
	return cx3_fail(err, CX3_E_CHANGED, place,
			"The flash at 0x%x has changed since %s: another card is on the wires, or "
			"another tool has written to it.\n"
			"Look at what is connected, and run the command again.",
			addr, since);
}

int cx3_same_card(struct cx3_shadow *shadow, const char *since, struct cx3_error *err)
{
	int rc = cx3_card_recheck(cx3_flash_card(shadow->flash), err);

	if (rc == CX3_OK)
		rc = cx3_flash_recheck(shadow->flash, err);
	for (uint32_t at = 0; at < shadow->size && rc == CX3_OK; at = cx3_fs2_next_start(at))
		rc = cx3_same_bytes(shadow, at, HEADER, since, err);
	return rc;
}

int cx3_pause_if_wanted(struct cx3_shadow *shadow, const struct cx3_watch *watch, bool *paused,
			struct cx3_error *err)
{
	int rc;

	if (!watch || !watch->pause_wanted || !watch->pause || !watch->pause_wanted(watch->user))
		return CX3_OK;
	rc = cx3_flash_suspend(shadow->flash, err);
	if (rc != CX3_OK)
		return rc;
	watch->pause(watch->user);
	*paused = true;
	rc = cx3_flash_resume(shadow->flash, err);
	return rc == CX3_OK ? cx3_same_card(shadow, "the program was stopped", err) : rc;
}
