/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose is an interrupted job that would give its GUIDs to the card here? What the job has
 * written tells: a page of it, or an image with those GUIDs. An image with GUIDs of before tells
 * less, for cards are cloned with them.
 */
#include <stdlib.h>
#include <string.h>

#include "job_priv.h"

/* The page as the plan writes it; or its bytes that are not blank, and enough of those: its
 * signature comes last, and where the job was cut it ends. */
static bool is_page(const uint8_t *now, const uint8_t *target)
{
	enum { ENOUGH = 16 };
	unsigned written = 0;

	if (cx3_is_blank(now, CX3_FLASH_PAGE))
		return false;
	if (memcmp(now, target, CX3_FLASH_PAGE) == 0)
		return true;
	for (unsigned i = 0; i < CX3_FLASH_PAGE; i++) {
		if (now[i] != 0xff && now[i] != target[i])
			return false;
		written += now[i] != 0xff;
	}
	return written >= ENOUGH;
}

/* It lies in an image with other GUIDs: two versions of firmware have many pages in common. */
static bool is_of_another(const struct cx3_job *job, uint32_t page)
{
	const struct cx3_fs2_extents one = {.count = 1, .range = {{page, page + CX3_FLASH_PAGE}}};
	const struct cx3_draft *draft = &job->draft;
	bool other = false;

	for (unsigned i = 0; i < draft->homes.count && !other; i++) {
		const struct cx3_judged *judged = &draft->homes.home[i];

		other = judged->home.readable &&
			!cx3_same_uids(&judged->home.info, &draft->new_info) &&
			cx3_fs2_extents_meet(&judged->extents, &one, CX3_FLASH_PAGE);
	}
	return other;
}

/* A page of what the plan writes lies on the flash, `shift` bytes above the place that it has now
 * (below it, where that wraps), and did not before. `before`: the flash then; NULL: not known. */
static bool a_page_is_there(const struct cx3_job *job, const uint8_t *before, uint32_t shift)
{
	const struct cx3_plan *plan = job->draft.plan;
	const struct cx3_fs2_extents *care = &plan->lap[0].care;
	const uint8_t *now = cx3_shadow_bytes(job->shadow);

	for (unsigned i = 0; i < care->count; i++) {
		uint32_t at = (care->range[i].lo + CX3_FLASH_PAGE - 1) & ~(CX3_FLASH_PAGE - 1u);

		for (; at + CX3_FLASH_PAGE <= care->range[i].hi; at += CX3_FLASH_PAGE) {
			uint32_t there = at + shift;

			if (there < job->shadow->size && is_page(now + there, plan->target + at) &&
			    !is_of_another(job, there) &&
			    (!before || memcmp(before + there, now + there, CX3_FLASH_PAGE) != 0))
				return true;
		}
	}
	return false;
}

/* With the whole flash known: something on it is as this job leaves it.
 * What the interrupted job has written may be found as an image now, and left where it is: then the
 * plan is for another home. */
static bool left_traces(const struct cx3_job *job, const uint8_t *before)
{
	const struct cx3_lap *lap = &job->draft.plan->lap[0];
	uint32_t start = lap->sign_count ? lap->sign[0] : 0, other = 0;

	if (lap->care.count == 0)
		return true;
	for (unsigned i = 0; i < CX3_FS2_MAX_STARTS; i++, other = cx3_fs2_next_start(other)) {
		if (a_page_is_there(job, before, other - start))
			return true;
	}
	return false;
}

/* Some interrupted job of this request was on a card with this identity before. */
static bool was_before(const struct cx3_job *job, const struct cx3_fs2_info *info)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_fs2_info before;
	struct cx3_journal j;
	bool same = false;

	while (!same && cx3_journal_next(job, name, &j))
		same = cx3_journal_before(&j, &before) && cx3_same_uids(&before, info);
	return same;
}

bool cx3_job_holds_other_card(const struct cx3_job *job)
{
	const struct cx3_draft *draft = &job->draft;
	unsigned known = 0, others = 0;

	for (unsigned i = 0; i < draft->homes.count; i++) {
		const struct cx3_home *home = &draft->homes.home[i].home;

		if (!home->readable || home->info.blank_uids)
			continue;
		if ((draft->has_new && cx3_same_uids(&home->info, &draft->new_info)) ||
		    was_before(job, &home->info))
			known++;
		else
			others++;
	}
	/* beside an image that is known, an old one that is left over may have others */
	return others > 0 && (job->no_image || known == 0);
}

/* An image with GUIDs: those that the job brings, or any. */
static bool some_image(const struct cx3_job *job, bool with_new)
{
	const struct cx3_draft *draft = &job->draft;
	bool any = false;

	for (unsigned i = 0; i < draft->homes.count && !any; i++) {
		const struct cx3_home *home = &draft->homes.home[i].home;

		any = home->readable && !home->info.blank_uids &&
		      (!with_new || cx3_same_uids(&home->info, &draft->new_info));
	}
	return any;
}

/* What the named journal's card held before; NULL without a backup. malloc'd. */
static uint8_t *held_before(const struct cx3_job *job)
{
	char name[CX3_JOURNAL_NAME] = "";
	uint8_t *before = NULL;
	struct cx3_journal j;

	while (!before && cx3_journal_next(job, name, &j)) {
		if (cx3_job_is_named(job, &j) && !j.own_copy && j.size == job->shadow->size)
			(void)cx3_journal_load(&j, &before);
	}
	return before;
}

/*
 * Blank GUIDs do not tell which card it is. What this job writes in place is not there while they
 * are blank. And cards are cloned: GUIDs of before are on each copy, so they do not tell who is to
 * get those that the job brings.
 */
int cx3_job_may_be_its(struct cx3_job *job, bool *fits, struct cx3_error *err)
{
	const struct cx3_draft *draft = &job->draft;
	const uint8_t *now;
	uint8_t *before;
	int rc;

	*fits = job->no_image ? left_traces(job, NULL)
			      : !draft->has_new || draft->new_info.blank_uids ||
					some_image(job, job->gives_identity ||
								job->kind->brings_identity);
	if (job->no_image || *fits || draft->plan->lap[0].care.count == 0)
		return CX3_OK;
	rc = cx3_shadow_read_all(job->shadow, &now, err);
	if (rc != CX3_OK)
		return rc;
	before = held_before(job);
	*fits = left_traces(job, before);
	free(before);
	return rc;
}
