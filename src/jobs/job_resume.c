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
