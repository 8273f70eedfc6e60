/* SPDX-License-Identifier: BSD-2-Clause */
/* What was agreed to, compared with the plan that is made when all is known. */
#include "job_priv.h"

#include <stdio.h>
#include <string.h>

void cx3_job_remember(const struct cx3_job *job, struct cx3_agreed *agreed)
{
	agreed->plan = *cx3_plan_summary(job->draft.plan);
	agreed->change_count = job->draft.change_count;
	memcpy(agreed->change, job->draft.change, sizeof(agreed->change));
}

/* What the card gets: what it is known to hold before may be told better meanwhile. */
static bool same_outcome(const struct cx3_agreed *agreed, const struct cx3_draft *draft)
{
	if (agreed->change_count != draft->change_count)
		return false;
	for (unsigned i = 0; i < draft->change_count; i++) {
		const struct cx3_change *then = &agreed->change[i], *now = &draft->change[i];

		if (strcmp(then->key, now->key) != 0 || strcmp(then->after, now->after) != 0)
			return false;
	}
	return true;
}

void cx3_job_compare(struct cx3_job *job, const struct cx3_agreed *agreed)
{
	const struct cx3_draft *draft = &job->draft;
	const struct cx3_plan_summary *now = cx3_plan_summary(draft->plan);

	job->worse[0] = '\0';
	if (!same_outcome(agreed, draft)) {
		job->worse_code = CX3_E_CHANGED;
		snprintf(job->worse, sizeof(job->worse),
			 "What the card would hold in the end is not what the first look told.");
	} else if (agreed->plan.bootable_throughout && !now->bootable_throughout) {
		job->worse_code = CX3_E_UNBOOTABLE;
		snprintf(job->worse, sizeof(job->worse),
			 "The image at 0x%x, which was to stay bootable, does not verify.",
			 agreed->plan.bootable_start);
	}
}
