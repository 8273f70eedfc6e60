/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of a job that writes: journal, one last look at the card, the plan's steps. */
#include "job_priv.h"
#include "records/manifest.h"

#include <stdio.h>

static void take_health(struct cx3_job *job, const struct cx3_plan_health *health)
{
	job->result->pages = health->pages;
	job->result->pages_again = health->pages_again;
	job->result->differences += health->differences;
}

/* The card is looked at and written within one hold of the semaphore: nobody else can
 * write in between. */
static int recheck_and_run(struct cx3_job *job, struct cx3_plan_health *health,
			   struct cx3_error *err)
{
	struct cx3_flash *flash = job->shadow->flash;
	int rc, rc_free;

	cx3_flash_keep(flash);
	rc = cx3_job_before_writing(job, cx3_job_recheck(job, false, err), err);
	if (rc == CX3_OK)
		rc = cx3_plan_run_kept(job->draft.plan, job->shadow, job->shadow->watch, health,
				       err);
	job->result->written = rc == CX3_OK;
	rc_free = cx3_flash_let_go(flash, rc == CX3_OK ? err : NULL);
	return rc == CX3_OK ? cx3_job_freed(job, rc_free, err) : rc;
}

int cx3_job_freed(const struct cx3_job *job, int rc, struct cx3_error *err)
{
	char before[sizeof(err->next)];

	if (rc == CX3_OK || !err || !job->result->written)
		return rc;
	snprintf(before, sizeof(before), "%s", err->next);
	cx3_fail_next(err, "The new content is complete. %.600s", before);
	return rc;
}

/* So that the backup is found as this card's when the card has another identity. */
static bool note_given(const struct cx3_job *job, struct cx3_identity *identity)
{
	if (!job->result->backup || !job->draft.has_new)
		return false;
	cx3_identity_from_info(&job->draft.new_info, CX3_IDENTITY_HOME, NULL, identity);
	return cx3_manifest_give(job->result->backup->path, identity);
}

static bool keeps_journal(const struct cx3_job *job)
{
	return !job->kind->changes_no_byte || job->draft.risks_protection;
}

int cx3_job_write(struct cx3_job *job, struct cx3_error *err)
{
	struct cx3_plan_health health = {.untouched = true};
	struct cx3_identity given;
	bool noted, lost;
	int rc;

	cx3_journal_first_backup(job, job->result->before, sizeof(job->result->before));
	rc = keeps_journal(job) ? cx3_journal_begin(job, err) : CX3_OK;
	if (rc != CX3_OK)
		return rc;
	noted = note_given(job, &given);
	rc = recheck_and_run(job, &health, err);
	take_health(job, &health);
	if (noted && health.untouched)
		cx3_manifest_take_back(job->result->backup->path, &given);
	/* no byte has changed then, but only the journal knows what was protected */
	lost = !job->result->written && (health.left_lifted || cx3_job_lost_protection(job));
	job->result->touched = !health.untouched || lost || job->kind->changes_no_byte;
	if (job->result->written)
		cx3_journal_end(job);
	else if (health.untouched && !job->resumes && !lost)
		cx3_journal_remove(&job->journal);
	return rc;
}
