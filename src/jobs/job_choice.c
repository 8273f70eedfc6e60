/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps that a job's user can leave out: which of them a job has, and what becomes of its plan
 * without them. What each costs is said at struct cx3_job_choice.
 */
#include <string.h>

#include "flash/flash.h"
#include "job_priv.h"

static bool has_step(const struct cx3_job *job, enum cx3_step_kind kind)
{
	size_t count;
	const struct cx3_step *step = cx3_plan_steps(job->draft.plan, &count);

	for (size_t i = 0; i < count; i++) {
		if (step[i].kind == kind)
			return true;
	}
	return false;
}

struct cx3_job_choice cx3_job_may_choose(const struct cx3_job *job)
{
	const struct cx3_way_row *link = &cx3_flash_ways(job->shadow->flash)[CX3_WAY_LIVEFISH_LINK];
	struct cx3_job_choice may = {0};

	if (job->kind->changes_no_byte)
		return may;
	may.no_backup = cx3_job_makes_backup(job);
	may.leave_link = link->state == CX3_WAY_PROVEN;
	may.leave_boot_address = has_step(job, CX3_STEP_BOOT_ADDRESS);
	may.leave_unprotected = has_step(job, CX3_STEP_PROTECT);
	may.free_tools = job->tools_held && !cx3_card_may_take_over(cx3_device_card(job->device));
	return may;
}

void cx3_job_leave_out(struct cx3_job *job)
{
	const struct cx3_flash *flash = job->shadow->flash;

	if (job->kind->changes_no_byte)
		return;
	if (job->choice.leave_boot_address)
		cx3_plan_leave_out(job->draft.plan, CX3_STEP_BOOT_ADDRESS, flash);
	if (job->choice.leave_unprotected)
		cx3_plan_leave_out(job->draft.plan, CX3_STEP_PROTECT, flash);
}

int cx3_job_take_choice(struct cx3_job *job, const struct cx3_job_choice *before,
			struct cx3_error *err)
{
	const struct cx3_job_choice *now = &job->choice;
	int rc = CX3_OK;

	if (memcmp(before, now, sizeof(*now)) == 0)
		return CX3_OK;
	job->input.no_backup = now->no_backup;
	if (now->free_tools)
		cx3_card_allow_take_over(cx3_device_card(job->device));
	if (now->leave_link)
		rc = cx3_flash_leave_link(job->shadow->flash, err);
	return rc == CX3_OK ? cx3_job_draft(job, err) : rc;
}
