/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the plan and the first write minutes may have passed: another card may hang
 * on the wires, or another tool may have written. So what identifies the card and what
 * the plan counts on is read again and compared.
 */
#include "job_priv.h"
#include "plan/settle.h"

#include <stdio.h>
#include <string.h>

#define SINCE "the plan was made"

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
		rc = cx3_same_bytes(job->shadow, addr, 64, SINCE, err);
	}
	return rc;
}

/* Bytes that may have been read once only, and wrong. */
static int same_or_settled(struct cx3_shadow *shadow, uint32_t addr, uint32_t len,
			   struct cx3_error *err)
{
	bool same;
	int rc = cx3_shadow_compare(shadow, addr, len, &same, err);

	return rc != CX3_OK || same ? rc : cx3_shadow_make_sure(shadow, addr, len, err);
}

/* Where the plan is going to write first. */
static int same_target(struct cx3_job *job, bool plans_again, struct cx3_error *err)
{
	size_t count;
	const struct cx3_step *step = cx3_plan_steps(job->draft.plan, &count);

	for (size_t i = 0; i < count; i++) {
		uint32_t len = step[i].len < CX3_FLASH_SECTOR ? step[i].len : CX3_FLASH_SECTOR;

		if (step[i].kind != CX3_STEP_ERASE && step[i].kind != CX3_STEP_PROGRAM)
			continue;
		if (plans_again && !cx3_shadow_is_sure(job->shadow, step[i].addr, len))
			return same_or_settled(job->shadow, step[i].addr, len, err);
		return cx3_same_bytes(job->shadow, step[i].addr, len, SINCE, err);
	}
	return CX3_OK;
}

static int recheck(struct cx3_job *job, bool plans_again, struct cx3_error *err)
{
	int rc = cx3_same_card(job->shadow, SINCE, err);

	if (rc == CX3_OK)
		rc = same_identity(job, err);
	return rc == CX3_OK ? same_target(job, plans_again, err) : rc;
}

int cx3_job_recheck(struct cx3_job *job, bool plans_again, struct cx3_error *err)
{
	int rc = recheck(job, plans_again, err);

	/* the rooms below do not know what came before */
	if (rc == CX3_E_CHANGED)
		cx3_fail_next(err,
			      "Nothing was written. Look at what is connected, keep the host's "
			      "driver away from the card, and run the command again.");
	return rc;
}

int cx3_job_before_writing(struct cx3_job *job, int rc, struct cx3_error *err)
{
	char next[sizeof(err->next)];

	rc = cx3_flash_blame(cx3_device_flash(job->device), rc, err);
	if (rc == CX3_OK || !err || strstr(err->next, "othing was written") ||
	    strstr(err->cause, "othing was written"))
		return rc;
	snprintf(next, sizeof(next), "%s", err->next);
	cx3_fail_next(err, "Nothing was written. %.600s", next);
	return rc;
}
