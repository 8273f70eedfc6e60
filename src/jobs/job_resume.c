/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Going on after an interruption. Where an image on the flash is whole, the job plans
 * anew and skips what is right already: nothing more is needed. Where the job has left
 * no whole image, the card's identity and ROM are not on the flash any more: they come
 * from what it held before, which the journal names.
 */
#include "job_priv.h"
#include "plan/settle.h"

#include <stdlib.h>
#include <string.h>

static bool in_ranges(const struct cx3_fs2_extents *extents, uint32_t lo, uint32_t hi)
{
	for (unsigned i = 0; i < extents->count; i++) {
		if (lo < extents->range[i].hi && extents->range[i].lo < hi)
			return true;
	}
	return false;
}

/* If an image on the flash is whole, identity and ROM come from that one. */
static int has_whole_image(struct cx3_job *job, bool *whole, struct cx3_error *err)
{
	struct cx3_fs2_source now = cx3_shadow_source(job->shadow);
	const struct cx3_judged *best;
	struct cx3_homes homes;
	int rc = cx3_draft_judge(&job->input, &now, &homes, err);

	best = cx3_homes_best(&homes);
	*whole = rc == CX3_OK && best && best->home.health == CX3_HOME_WHOLE;
	return rc;
}

/* What the interrupted job has not touched is as it was before it. */
static bool rest_is_the_same(const struct cx3_job *job, const struct cx3_journal *j,
			     const uint8_t *before)
{
	const uint8_t *now = cx3_shadow_bytes(job->shadow);

	for (uint32_t at = 0; at < j->size; at += CX3_FLASH_SECTOR) {
		if (in_ranges(&j->touched, at, at + CX3_FLASH_SECTOR) ||
		    !cx3_fs2_extents_hold(&j->known, at, at + CX3_FLASH_SECTOR))
			continue;
		if (memcmp(now + at, before + at, CX3_FLASH_SECTOR) != 0)
			return false;
	}
	return true;
}

/* Whether it is worth reading the flash for: a journal may name nothing from before. */
static bool any_journal(const struct cx3_job *job)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_journal j;

	while (cx3_journal_next(job, name, &j)) {
		if (j.backup[0])
			return true;
	}
	return false;
}

/* Each byte of the flash decides now whether a journal is this card's: read until two agree. */
static int settle(struct cx3_job *job, struct cx3_error *err)
{
	struct cx3_shadow *shadow = job->shadow;
	struct cx3_meter meter;

	cx3_meter_start(&meter, shadow->watch, cx3_card_adapter(cx3_flash_card(shadow->flash)),
			(struct cx3_flash_cost){0, 0});
	return cx3_shadow_settle(shadow, &meter, err);
}

/* Is there a journal, and no whole image to go on from? Then reads the whole flash. */
static int may_resume(struct cx3_job *job, bool *may, struct cx3_error *err)
{
	const uint8_t *now;
	bool whole = true;
	int rc = CX3_OK;

	if (job->kind->needs_before && any_journal(job)) {
		rc = cx3_shadow_read_all(job->shadow, &now, err);
		if (rc == CX3_OK)
			rc = has_whole_image(job, &whole, err);
		if (rc == CX3_OK && !whole)
			rc = settle(job, err);
	}
	*may = job->no_image = rc == CX3_OK && !whole;
	return rc;
}

/* An image on the flash that can be read is from before, or is the job's. One for another chip does
 * not tell which card this is. */
static bool homes_are_known(const struct cx3_job *job)
{
	const struct cx3_draft *draft = &job->draft;

	for (unsigned i = 0; i < draft->homes.count; i++) {
		const struct cx3_home *home = &draft->homes.home[i].home;

		if (home->readable && !draft->homes.home[i].other_chips &&
		    !(draft->has_old && cx3_same_uids(&home->info, &draft->old_info)) &&
		    !(draft->has_new && cx3_same_uids(&home->info, &draft->new_info)))
			return false;
	}
	return true;
}

/* Something on the flash that is not blank is as it was before the job. */
static bool a_sector_is_as_before(const struct cx3_job *job)
{
	const uint8_t *now = cx3_shadow_bytes(job->shadow);

	for (uint32_t at = 0; at < job->resumed.size; at += CX3_FLASH_SECTOR) {
		if (!cx3_is_blank(now + at, CX3_FLASH_SECTOR) &&
		    memcmp(now + at, job->before_bytes + at, CX3_FLASH_SECTOR) == 0)
			return true;
	}
	return false;
}

/* The GUIDs of the image that `info` describes lie on the flash as they do in `bytes`; with
 * `begun`, they may still be blank in part. */
static bool guids_lie_as_in(const struct cx3_job *job, const struct cx3_fs2_info *info,
			    const uint8_t *bytes, bool begun)
{
	const uint8_t *now = cx3_shadow_bytes(job->shadow);

	for (uint32_t at = 0; at < info->uid_count * 8; at++) {
		uint32_t addr = cx3_fs2_addr(info, info->guid_ptr + at);

		if (addr >= job->resumed.size)
			return false;
		if (now[addr] != bytes[addr] && !(begun && now[addr] == 0xff))
			return false;
	}
	return true;
}

/*
 * Around the GUIDs and their CRC, their page is neither as before nor as the job makes it:
 * the cut was in the middle of it. A few bytes are not enough: the full-image CRC too is a
 * card's own.
 */
static bool guid_page_is_torn(const struct cx3_job *job, const struct cx3_fs2_info *info)
{
	enum { ENOUGH = 16 };
	const uint8_t *now = cx3_shadow_bytes(job->shadow), *target = job->draft.plan->target;
	uint32_t first = cx3_fs2_addr(info, info->guid_ptr);
	uint32_t page = first & ~(CX3_FLASH_PAGE - 1u);
	uint32_t after_crc = first + info->uid_count * 8 + 4;
	unsigned not_old = 0, not_new = 0;

	if (page + CX3_FLASH_PAGE > job->resumed.size)
		return false;
	for (uint32_t at = page; at < page + CX3_FLASH_PAGE; at++) {
		if (at >= first && at < after_crc)
			continue;
		not_old += now[at] != job->before_bytes[at];
		not_new += now[at] != target[at];
	}
	return not_old >= ENOUGH && not_new >= ENOUGH;
}

/*
 * Firmware is the same on many cards, so a sector that holds nothing but firmware proves
 * nothing. What is a card's own are its GUIDs: those from before must still be there, or
 * those that the job has written already, or the cut must have been in the middle of
 * them. Where the fields were blank, the job burns nothing that came of the card.
 */
static bool is_this_card(const struct cx3_job *job)
{
	const struct cx3_draft *draft = &job->draft;
	struct cx3_fs2_info fresh = draft->new_info;

	if (!draft->image ||
	    (draft->has_old ? draft->old_info.blank_uids : !job->kind->names_new_owner))
		return a_sector_is_as_before(job);
	fresh.start = draft->plan->lap[0].sign_count ? draft->plan->lap[0].sign[0] : 0;
	if (!draft->has_old)
		return a_sector_is_as_before(job) &&
		       (guids_lie_as_in(job, &fresh, draft->plan->target, true) ||
			guid_page_is_torn(job, &fresh));
	return guids_lie_as_in(job, &draft->old_info, job->before_bytes, false) ||
	       guids_lie_as_in(job, &fresh, draft->plan->target, true) ||
	       guid_page_is_torn(job, &draft->old_info) || guid_page_is_torn(job, &fresh);
}

/* The job is none that goes on. */
static void stop(struct cx3_job *job)
{
	job->resumes = false;
	job->input.before = NULL;
}

/*
 * Makes the draft from what the journal's card held, and looks whether the flash holds
 * what an interruption of that draft leaves. Where the journal can be a card's of this
 * kind, job->before_bytes is set, whatever the answer.
 */
static bool is_right(struct cx3_job *job, const struct cx3_journal *j)
{
	struct cx3_error ignored;

	cx3_draft_free(&job->draft);
	cx3_job_resume_free(job);
	if (!cx3_journal_load(j, &job->before_bytes)) {
		job->lost = *j;
		return false;
	}
	if (!rest_is_the_same(job, j, job->before_bytes)) {
		cx3_job_resume_free(job);
		return false;
	}
	job->resumed = *j;
	job->before = cx3_fs2_memory(job->before_bytes, j->size);
	job->input.before = &job->before;
	job->resumes = true;
	if (cx3_job_draft(job, &ignored) != CX3_OK || !homes_are_known(job) ||
	    !cx3_job_was_cut_here(job) || !is_this_card(job))
		stop(job);
	return job->resumes;
}

/*
 * Two journals that prove right are of one card. A job that was interrupted twice has two, and the
 * second may name the card by what the first has given it.
 */
static bool same_owner(const struct cx3_job *job, const struct cx3_journal *a,
		       const struct cx3_fs2_info *owner, const struct cx3_journal *b)
{
	struct cx3_fs2_info other;

	if (job->gives_identity || (a->owner[0] && strcmp(a->owner, b->owner) == 0))
		return true;
	return owner && cx3_journal_identity(b, job->before_bytes, &other) &&
	       cx3_same_uids(owner, &other);
}

/*
 * The newest journal that proves right. If two do, of cards that differ, nothing tells
 * which one is this card's: then none is taken.
 */
int cx3_job_resume(struct cx3_job *job, struct cx3_error *err)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_journal j, mine = {0}, newest = {0};
	struct cx3_fs2_info owner;
	bool may, owned = false, one = true;
	int rc = may_resume(job, &may, err);

	while (may && one && cx3_journal_next(job, name, &j)) {
		bool right = is_right(job, &j);

		if (job->before_bytes && job->candidates++ == 0)
			newest = j;
		if (right && !mine.path[0]) {
			mine = j;
			owned = cx3_journal_identity(&j, job->before_bytes, &owner);
		} else if (right) {
			one = same_owner(job, &mine, owned ? &owner : NULL, &j);
		}
	}
	/* the draft that stands may be another one's, tried after it */
	if (one && mine.path[0] && job->resumes && strcmp(job->resumed.path, mine.path) == 0)
		return rc;
	if (!one || !mine.path[0] || !is_right(job, &mine)) {
		stop(job);
		job->resumed = newest;
	}
	return rc;
}

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
					some_image(job, job->gives_identity);
	if (job->no_image || *fits || draft->plan->lap[0].care.count == 0)
		return CX3_OK;
	rc = cx3_shadow_read_all(job->shadow, &now, err);
	if (rc != CX3_OK)
		return rc;
	before = held_before(job);
	/* without a backup the old GUIDs are all there is to go by */
	*fits = left_traces(job, before) || (!before && some_image(job, false));
	free(before);
	return rc;
}

void cx3_job_resume_hint(const struct cx3_job *job, struct cx3_error *err)
{
	const struct cx3_journal *lost = &job->lost;

	if (job->candidates == 1 && job->resumed.own_copy)
		cx3_fail_next(
			err,
			"An interrupted %s of a card of this kind has kept the image that the "
			"card held in '%.200s'. If it is this card, take the identity from that "
			"file.",
			job->kind->noun, job->resumed.backup);
	else if (job->candidates == 1)
		cx3_fail_next(
			err,
			"An interrupted %s of a card of this kind has kept what that card held in "
			"'%.200s'. If it is this card, restore that first.",
			job->kind->noun, job->resumed.backup);
	else if (job->candidates > 1)
		cx3_fail_next(
			err,
			"Interrupted jobs (%s) of %u cards of this kind have kept what those "
			"cards held, the newest in '%.200s'. If one of these is of this card, "
			"restore that first.",
			job->kind->noun, job->candidates, job->resumed.backup);
	else if (lost->path[0])
		cx3_fail_next(
			err,
			"An interrupted %s of a card of this kind had kept what that card held in "
			"'%.200s', which can't be read: put that file back. The card's GUID and "
			"MAC were %s.",
			job->kind->noun, lost->backup,
			lost->owner[0] ? lost->owner : "not known either");
}

void cx3_job_resume_free(struct cx3_job *job)
{
	stop(job);
	free(job->before_bytes);
	job->before_bytes = NULL;
}
