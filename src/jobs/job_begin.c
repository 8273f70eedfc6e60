/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the plan and the first write minutes may have passed: another card may hang
 * on the wires, or another tool may have written. So what identifies the card and what
 * the plan counts on is read again and compared.
 */
#include "job_priv.h"

#include <stdio.h>

#include "card/card.h"

static int changed(uint32_t addr, const char *what, struct cx3_error *err)
{
	char place[32];

	snprintf(place, sizeof(place), "flash 0x%x", addr);
	return cx3_fail(err, CX3_E_CHANGED, place,
			"The card is not as it was when the plan was made: %s at 0x%x has changed. "
			"Another card is on the wires, or another tool has written to it.\n"
			"Look at what is connected, and run the command again.",
			what, addr);
}

static int same(struct cx3_job *job, uint32_t addr, uint32_t len, const char *what,
		struct cx3_error *err)
{
	bool as_before;
	int rc = cx3_shadow_compare(job->shadow, addr, len, &as_before, err);

	return rc == CX3_OK && !as_before ? changed(addr, what, err) : rc;
}

/* Each place where an image may start. */
static int same_signatures(struct cx3_job *job, struct cx3_error *err)
{
	uint32_t size = job->shadow->size;
	int rc = CX3_OK;

	for (uint32_t at = 0; at < size && rc == CX3_OK; at = cx3_fs2_next_start(at))
		rc = same(job, at, CX3_FS2_SIGNATURE_SIZE, "a signature", err);
	return rc;
}

static int same_identity(struct cx3_job *job, struct cx3_error *err)
{
	const struct cx3_homes *homes = &job->draft.homes;
	int rc = CX3_OK;

	for (unsigned i = 0; i < homes->count && rc == CX3_OK; i++) {
		const struct cx3_home *home = &homes->home[i].home;
		uint32_t addr;

		if (!home->readable || home->info.guid_ptr == 0)
			continue;
		addr = cx3_fs2_addr(&home->info, home->info.guid_ptr) / 16 * 16;
		rc = same(job, addr, 64, "the GUID section", err);
	}
	return rc;
}

/* Where the plan is going to write first. */
static int same_target(struct cx3_job *job, struct cx3_error *err)
{
	size_t count;
	const struct cx3_step *step = cx3_plan_steps(job->draft.plan, &count);

	for (size_t i = 0; i < count; i++) {
		uint32_t len = step[i].len < CX3_FLASH_SECTOR ? step[i].len : CX3_FLASH_SECTOR;

		if (step[i].kind == CX3_STEP_ERASE || step[i].kind == CX3_STEP_PROGRAM)
			return same(job, step[i].addr, len, "the first sector to be written", err);
	}
	return CX3_OK;
}

static int recheck(struct cx3_job *job, struct cx3_error *err)
{
	int rc = cx3_card_recheck(cx3_flash_card(job->shadow->flash), err);

	if (rc == CX3_OK)
		rc = cx3_flash_recheck(job->shadow->flash, err);
	if (rc == CX3_OK)
		rc = same_signatures(job, err);
	if (rc == CX3_OK)
		rc = same_identity(job, err);
	return rc == CX3_OK ? same_target(job, err) : rc;
}

int cx3_job_recheck(struct cx3_job *job, struct cx3_error *err)
{
	int rc = recheck(job, err);

	/* the rooms below do not know what came before */
	if (rc == CX3_E_CHANGED)
		cx3_fail_next(err,
			      "Nothing was written. Look at what is connected, keep the host's "
			      "driver away from the card, and run the command again.");
	return rc;
}
