/* SPDX-License-Identifier: BSD-2-Clause */
/* The journals that belong to a job, and which of them go when it is complete. */
#include "job_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool cx3_job_same_request(const void *user, const struct cx3_journal *j)
{
	const struct cx3_job *job = user;

	return strcmp(j->job, job->kind->noun) == 0 && strcmp(j->digest, job->digest) == 0 &&
	       cx3_journal_of_kind(j, job->shadow);
}

bool cx3_journal_next(const struct cx3_job *job, char name[CX3_JOURNAL_NAME],
		      struct cx3_journal *journal)
{
	return cx3_journal_next_of(job->options->backup_folder, cx3_job_same_request, job, name,
				   journal);
}

void cx3_job_owner(const struct cx3_job *job, char owner[CX3_JOURNAL_OWNER])
{
	const struct cx3_draft *draft = &job->draft;

	owner[0] = '\0';
	if (job->kind->names_new_owner && draft->has_new)
		cx3_journal_owner(&draft->new_info, owner);
	else if (!job->kind->names_new_owner && draft->has_old)
		cx3_journal_owner(&draft->old_info, owner);
}

/* What the journal's card held before had the GUIDs and MACs of this image. Blank ones, which many
 * cards have, tell nothing; nor does `vsd_too` take a clone with another VSD for the same card. */
static bool was_on(const struct cx3_journal *j, const struct cx3_fs2_info *image, bool vsd_too)
{
	struct cx3_fs2_info before;

	return cx3_journal_before(j, &before) && !before.blank_uids &&
	       cx3_same_uids(&before, image) && (!vsd_too || strcmp(before.vsd, image->vsd) == 0);
}

/* This card's, now that the job is complete; or one that names nothing from before, which
 * is of no use to anybody. */
static bool is_spent(const struct cx3_job *job, const struct cx3_journal *j)
{
	if (strcmp(j->path, job->journal.path) == 0)
		return true;
	if (j->lifted && !cx3_job_owns(job, j))
		return false;
	if (!j->backup[0] || job->gives_identity)
		return true;
	/* it needs nothing from before, and the backup that is named stays */
	if (!job->kind->needs_before && !j->own_copy)
		return true;
	if (job->kind->names_new_owner)
		return cx3_job_proves(job, j);
	if (job->resumes && strcmp(j->path, job->resumed.path) == 0)
		return true;
	/* a backup stays, but an own copy may be all that a clone with another VSD has */
	return job->draft.has_old && was_on(j, &job->draft.old_info, j->own_copy);
}

/*
 * Gone on with by name, and done: an interrupted job no more. That is on a card with the same
 * GUIDs whose VSD has changed since; or on one that has all that the job brings, GUIDs among it.
 * What it keeps of the flash may be all that a clone of the card has, so that file stays.
 */
static bool is_settled(const struct cx3_job *job, const struct cx3_journal *j)
{
	if (!cx3_job_is_named(job, j) || j->lifted)
		return false;
	if (job->result->unchanged && (job->gives_identity || job->kind->brings_identity))
		return true;
	return j->own_copy && job->draft.has_old && was_on(j, &job->draft.old_info, false);
}

void cx3_journal_first_backup(const struct cx3_job *job, char *path, size_t size)
{
	char name[CX3_JOURNAL_NAME] = "", owner[CX3_JOURNAL_OWNER] = "";
	struct cx3_journal j;
	uint8_t *bytes;

	path[0] = '\0';
	if (job->draft.has_old)
		cx3_journal_owner(&job->draft.old_info, owner);
	/* newest first: the last that fits is the oldest */
	while (cx3_journal_next(job, name, &j)) {
		bool same = owner[0] ? strcmp(owner, j.owner) == 0 : cx3_job_proves(job, &j);
		bool resumed = cx3_job_is_named(job, &j) ||
			       (job->resumes && strcmp(j.path, job->resumed.path) == 0);

		/* what somebody has removed since is no way back */
		if (j.backup[0] && !j.own_copy && (same || resumed) &&
		    cx3_journal_load(&j, &bytes)) {
			snprintf(path, size, "%s", j.backup);
			free(bytes);
		}
	}
}

struct finished {
	const struct cx3_job *job;
	char before[CX3_JOURNAL_OWNER], after[CX3_JOURNAL_OWNER];
};

/*
 * An interrupted job of this card, of whatever kind: what it was to leave is overwritten. Not
 * one that is all that knows of an identity that the card has no more, or of a protection.
 */
static bool is_overtaken(const void *user, const struct cx3_journal *j)
{
	const struct finished *f = user;
	bool after = j->owner[0] && strcmp(j->owner, f->after) == 0;
	bool before = j->owner[0] && strcmp(j->owner, f->before) == 0;

	if (!cx3_journal_of_kind(j, f->job->shadow) ||
	    (j->lifted && !(f->job->ends_lifted && cx3_job_proves(f->job, j))))
		return false;
	if (j->own_copy)
		return after && was_on(j, &f->job->draft.new_info, true);
	return after || before;
}

/* A whole image was written: nothing that began before it is to be gone on with. */
static void end_overtaken(struct cx3_job *job)
{
	struct finished f = {.job = job};
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_journal j;

	if (!job->kind->makes_image || !job->result->written || !job->draft.has_new)
		return;
	cx3_journal_owner(&job->draft.new_info, f.after);
	if (job->draft.has_old)
		cx3_journal_owner(&job->draft.old_info, f.before);
	while (cx3_journal_next_of(job->options->backup_folder, is_overtaken, &f, name, &j))
		cx3_journal_remove(&j);
}

void cx3_journal_end(struct cx3_job *job)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_journal j;

	/* what an interrupted run has done is all that there was to do */
	if (job->result->unchanged)
		cx3_journal_first_backup(job, job->result->before, sizeof(job->result->before));
	while (cx3_journal_next(job, name, &j)) {
		if (is_spent(job, &j))
			cx3_journal_remove(&j);
		else if (is_settled(job, &j))
			(void)unlink(j.path);
	}
	end_overtaken(job);
}
