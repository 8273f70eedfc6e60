/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Write protection over an interruption. A job that lifts it puts it back at its end. If
 * the power goes before that, the bits stay lifted: they are not volatile. So the
 * journal names them, and the same job on the same card puts them back.
 */
#include <string.h>
#include <sys/stat.h>

#include "flash/flash.h"
#include "job_priv.h"

bool cx3_job_is_named(const struct cx3_job *job, const struct cx3_journal *journal)
{
	const char *named = job->options->journal;
	struct stat a, b;

	/* its folder may be spelt in another way now */
	return named && stat(journal->path, &a) == 0 && stat(named, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool cx3_job_owns(const struct cx3_job *job, const struct cx3_journal *journal)
{
	return cx3_job_is_named(job, journal) || cx3_job_proves(job, journal);
}

bool cx3_job_proves(const struct cx3_job *job, const struct cx3_journal *journal)
{
	char owner[CX3_JOURNAL_OWNER];

	if (job->resumes && strcmp(journal->path, job->resumed.path) == 0)
		return true;
	/* what is given is for one card only */
	if (job->gives_identity && cx3_job_same_request(job, journal))
		return true;
	cx3_job_owner(job, owner);
	/* no image tells: what the job brings has the GUIDs that the card had */
	if (!owner[0] && !job->draft.has_old && job->draft.has_new)
		cx3_journal_owner(&job->draft.new_info, owner);
	return owner[0] && strcmp(owner, journal->owner) == 0;
}

/* A job that makes an image ends all interrupted ones of its card: what they had lifted, too. */
static bool has_lifted(const void *user, const struct cx3_journal *j)
{
	const struct cx3_job *job = user;

	return j->lifted && cx3_journal_of_kind(j, job->shadow) && cx3_job_proves(job, j);
}

static void find_of_others(struct cx3_job *job)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_journal j;

	/* newest first: the oldest knows what was there before all of them */
	while (job->kind->makes_image &&
	       cx3_journal_next_of(job->options->backup_folder, has_lifted, job, name, &j)) {
		job->puts_back = true;
		memcpy(job->protection, j.status, sizeof(job->protection));
	}
}

int cx3_job_find_protection(struct cx3_job *job, struct cx3_error *err)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_flash_status status = {.size = sizeof(status)};
	struct cx3_journal j;
	int rc;

	while (!job->puts_back && cx3_journal_next(job, name, &j)) {
		job->puts_back = j.lifted && cx3_job_owns(job, &j);
		memcpy(job->protection, j.status, sizeof(job->protection));
	}
	if (!job->puts_back)
		find_of_others(job);
	if (!job->puts_back)
		return CX3_OK;
	job->ends_lifted = true;
	rc = cx3_flash_status(job->shadow->flash, &status, err);
	/* somebody has set it since: that is what counts */
	if (rc == CX3_OK && status.protected_len)
		job->puts_back = false;
	return rc;
}

void cx3_job_put_back(struct cx3_job *job)
{
	struct cx3_plan *plan = job->draft.plan;

	if (!job->puts_back || job->choice.leave_unprotected ||
	    (plan->count && plan->step[0].kind == CX3_STEP_UNPROTECT))
		return;
	memcpy(plan->put_back, job->protection, sizeof(plan->put_back));
	plan->puts_back = true;
	cx3_plan_add(plan, CX3_STAGE_CLOSE,
		     (struct cx3_step){CX3_STEP_PROTECT, 0, 0, 0, "write protection"});
}

bool cx3_job_lost_protection(struct cx3_job *job)
{
	struct cx3_flash_protection now;

	if (!job->draft.risks_protection)
		return false;
	return cx3_flash_protection_read(job->shadow->flash, &now, NULL) != CX3_OK ||
	       memcmp(now.status, job->journal.status, sizeof(now.status)) != 0;
}

int cx3_job_note_protection(struct cx3_job *job, struct cx3_journal *journal, struct cx3_error *err)
{
	const struct cx3_plan *plan = job->draft.plan;
	struct cx3_flash_protection now;
	int rc = CX3_OK;

	cx3_job_owner(job, journal->owner);
	/* a write of the quad enable bit writes the protection bits as well: cut off in its
	 * middle, it may leave any of them */
	if (plan->step[0].kind == CX3_STEP_UNPROTECT || plan->step[0].kind == CX3_STEP_QUAD) {
		rc = cx3_flash_protection_read(job->shadow->flash, &now, err);
		memcpy(journal->status, now.status, sizeof(journal->status));
		journal->lifted = rc == CX3_OK;
	} else if (job->puts_back) {
		memcpy(journal->status, job->protection, sizeof(journal->status));
		journal->lifted = true;
	}
	return rc;
}
