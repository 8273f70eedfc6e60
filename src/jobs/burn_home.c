/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which home the new image goes to, what becomes of the signatures that are on the
 * flash, and what stays bootable meanwhile.
 */
#include "burn_priv.h"

#include <stdio.h>
#include <string.h>

/* Whether [lo, lo + len) holds these bytes; reads no further than the first that differ. */
static int holds(struct cx3_shadow *shadow, uint32_t lo, const uint8_t *bytes, uint32_t len,
		 bool *same, struct cx3_error *err)
{
	uint32_t part;

	*same = true;
	for (uint32_t at = 0; at < len && *same; at += part) {
		int rc;

		part = len - at < CX3_FLASH_SECTOR ? len - at : CX3_FLASH_SECTOR;
		rc = cx3_shadow_want(shadow, lo + at, part, err);
		if (rc != CX3_OK)
			return rc;
		*same = memcmp(cx3_shadow_bytes(shadow) + lo + at, bytes + at, part) == 0;
	}
	return CX3_OK;
}

/* Whether the image already lies in these ranges, signature and all. */
static int is_there(struct cx3_burn_job *job, const struct cx3_fs2_extents *extents, bool *same,
		    struct cx3_error *err)
{
	const uint8_t *image = job->draft->image;
	int rc = CX3_OK;

	*same = true;
	for (unsigned i = 0; i < extents->count && *same && rc == CX3_OK; i++) {
		uint32_t lo = extents->range[i].lo;
		uint32_t len = extents->range[i].hi - lo;

		rc = holds(job->shadow, lo, image, len, same, err);
		image += len;
	}
	if (rc != CX3_OK)
		*same = false;
	return rc;
}

static bool all_known(const struct cx3_shadow *shadow, const struct cx3_fs2_extents *extents)
{
	for (unsigned i = 0; i < extents->count; i++) {
		uint32_t lo = extents->range[i].lo;

		if (!cx3_shadow_known(shadow, lo, extents->range[i].hi - lo, NULL))
			return false;
	}
	return true;
}

/*
 * Whether the new image lies whole in one of the homes already (*done): then only the
 * boot address and another home's signature are left to do. Two signed homes are what
 * a burn leaves that was stopped between the new signature and the end of the old one;
 * then it is worth reading for. One signed home is looked at if it is known anyway.
 */
static int find_finished(struct cx3_burn_job *job, uint32_t current, uint32_t *target, bool *done,
			 struct cx3_error *err)
{
	const struct cx3_draft *draft = job->draft;
	bool both = cx3_homes_at(&draft->homes, *target) != NULL;
	uint32_t home[2] = {*target, current};
	struct cx3_fs2_extents extents;
	int rc = CX3_OK;

	*done = false;
	for (unsigned i = 0; i < 2 && rc == CX3_OK && !*done; i++) {
		if (!draft->new_info.failsafe || !cx3_homes_at(&draft->homes, home[i]))
			continue;
		rc = cx3_fs2_extents(&draft->new_info, home[i], draft->image_len, job->shadow->size,
				     &extents, err);
		if (rc == CX3_OK && (both || all_known(job->shadow, &extents)))
			rc = is_there(job, &extents, done, err);
		if (*done)
			*target = home[i];
	}
	return rc;
}

/*
 * Where the image that can't be read starts: the vendor's tool then still takes the
 * home that this start does not use, if the header makes sense there.
 */
static int guess_start(struct cx3_burn_job *job, uint32_t *start, struct cx3_error *err)
{
	const struct cx3_homes *homes = &job->draft->homes;
	struct cx3_fs2_source now = cx3_shadow_source(job->shadow);
	struct cx3_fs2_info info;
	struct cx3_error why = {0};
	int rc;

	*start = 0;
	if (homes->count == 0 || homes->count > 2)
		return CX3_OK;
	rc = cx3_fs2_header_layout(&now, homes->home[0].home.start, &info, &why);
	if (rc == CX3_OK && info.failsafe && info.start == UINT32_C(1) << info.log2_chunk)
		*start = info.start;
	if (rc == CX3_OK || rc == CX3_E_IMAGE || rc == CX3_E_NO_IMAGE)
		return CX3_OK;
	if (err)
		*err = why;
	return rc;
}

/* Where an image would start that what is to be spared lies in. */
static uint32_t spared_start(const struct cx3_burn_job *job)
{
	unsigned log2 = job->draft->new_info.log2_chunk;

	return job->spared >> log2 & 1 ? UINT32_C(1) << log2 : 0;
}

/* The home that is not kept. */
static int choose_target(struct cx3_burn_job *job, uint32_t *target, bool *done,
			 struct cx3_error *err)
{
	const struct cx3_draft *draft = job->draft;
	uint32_t current = job->keep ? job->keep->home.start : 0;
	int rc = CX3_OK;

	if (!job->keep)
		rc = guess_start(job, &current, err);
	if (job->spares && !(job->keep && job->keep->home.health == CX3_HOME_WHOLE))
		current = spared_start(job);
	*target = draft->new_info.failsafe && current == 0
			  ? UINT32_C(1) << draft->new_info.log2_chunk
			  : 0;
	if (rc == CX3_OK)
		rc = find_finished(job, current, target, done, err);
	return rc;
}

/* What a cut has left of a signature goes: bits that have only half fallen may rise again. */
static void retire_half_voided(const struct cx3_burn_job *job, const struct cx3_lap *lap,
			       uint32_t *retire, unsigned *retire_count)
{
	const struct cx3_homes *homes = &job->draft->homes;

	for (unsigned i = 0; i < homes->half_voided_count; i++) {
		if (!cx3_fs2_extents_hold(&lap->care, homes->half_voided[i],
					  homes->half_voided[i] + 1))
			retire[(*retire_count)++] = homes->half_voided[i];
	}
}

/* With the image around it retired, a signature that was data of it would be taken for an
 * image's, if it lies below the new one: it goes as well, but where the new image
 * overwrites it anyway. */
static void retire_inner(const struct cx3_burn_job *job, const struct cx3_lap *lap, uint32_t target,
			 uint32_t *retire, unsigned *retire_count)
{
	const struct cx3_homes *homes = &job->draft->homes;

	for (unsigned i = 0; i < homes->inner_count && *retire_count; i++) {
		if (homes->inner[i] <= target &&
		    !cx3_fs2_extents_hold(&lap->care, homes->inner[i], homes->inner[i] + 1))
			retire[(*retire_count)++] = homes->inner[i];
	}
}

/*
 * What becomes of the signatures on the flash: those whose image loses bytes are
 * zeroed before that (CLEAR), the others when the new image is complete (RETIRE).
 */
static void sort_signatures(struct cx3_burn_job *job, uint32_t target, bool done, uint32_t *retire,
			    unsigned *retire_count)
{
	const struct cx3_homes *homes = &job->draft->homes;
	struct cx3_lap *lap = cx3_plan_lap(job->draft->plan);
	uint32_t unit = cx3_erase_unit(job->shadow->flash);

	*retire_count = 0;
	for (unsigned i = 0; i < homes->count; i++) {
		const struct cx3_judged *judged = &homes->home[i];
		uint32_t start = judged->home.start;

		if (done && start == target)
			continue;
		if (!done && (start == target || !judged->home.readable ||
			      cx3_fs2_extents_meet(&judged->extents, &lap->care, unit)))
			lap->clear[lap->clear_count++] = start;
		else if (job->draft->new_info.failsafe)
			retire[(*retire_count)++] = start;
	}
	retire_inner(job, lap, target, retire, retire_count);
	retire_half_voided(job, lap, retire, retire_count);
}

/* What a power cut before the end would leave, where the card is not bootable throughout. */
static void warn(const struct cx3_burn_job *job, uint32_t target, bool cleared, bool livefish)
{
	struct cx3_plan_summary *s = &job->draft->plan->summary;

	if (!job->keep)
		snprintf(s->warning, sizeof(s->warning),
			 "The flash has no image that boots, and has none until the %s is "
			 "complete; after a power cut run it again.",
			 job->noun);
	else if (cleared)
		snprintf(s->warning, sizeof(s->warning),
			 "The new image at 0x%x overwrites the one that boots now; if the power "
			 "is cut before the %s is complete, the card boots nothing and comes up "
			 "in recovery (livefish): run the %s again then.",
			 target, job->noun, job->noun);
	else if (livefish)
		cx3_draft_warn_livefish(job->draft, job->noun);
	else
		snprintf(s->warning, sizeof(s->warning),
			 "The image on the flash at 0x%x is damaged and may not boot (%.120s); if "
			 "the power is cut before the %s is complete, run it again.",
			 job->keep->home.start, job->keep->home.problem, job->noun);
}

/* The new image takes over at the end, and with blank GUIDs no card boots it. */
static void blank_warning(struct cx3_plan_summary *s)
{
	s->bootable_throughout = false;
	snprintf(s->warning, sizeof(s->warning),
		 "The new image gets blank GUIDs and MACs: a card does not boot it until they are "
		 "set.");
}

/* Whether the image that boots now can boot until the new one takes over. */
static void judge(struct cx3_burn_job *job, uint32_t target, bool done)
{
	const struct cx3_card *card = cx3_flash_card(job->shadow->flash);
	bool livefish = cx3_card_identity(card)->state == CX3_CARD_LIVEFISH;
	const struct cx3_home *keep = job->keep ? &job->keep->home : NULL;
	struct cx3_plan *plan = job->draft->plan;
	struct cx3_lap *lap = cx3_plan_lap(plan);
	bool cleared = false;

	for (unsigned i = 0; keep && i < lap->clear_count; i++)
		cleared = cleared || lap->clear[i] == keep->start;
	lap->keeps = done || (keep && !cleared && keep->health != CX3_HOME_DAMAGED && !livefish);
	lap->keeps_start = done ? target : keep ? keep->start : 0;
	plan->summary.bootable_throughout = lap->keeps && !livefish;
	plan->summary.bootable_start = lap->keeps_start;
	plan->summary.bootable_checked = plan->summary.bootable_throughout &&
					 (done || keep->health == CX3_HOME_WHOLE);
	if (!plan->summary.bootable_throughout)
		warn(job, target, cleared, livefish);
	if (job->draft->new_info.blank_uids)
		blank_warning(&plan->summary);
}

int cx3_burn_plan(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_draft *draft = job->draft;
	uint32_t retire[CX3_FS2_MAX_STARTS];
	unsigned retire_count;
	struct cx3_lap *lap;
	uint32_t target;
	bool done;
	int rc = choose_target(job, &target, &done, err);

	if (rc == CX3_OK)
		rc = cx3_plan_new(job->shadow->size, job->noun, &draft->plan, err);
	if (rc != CX3_OK)
		return rc;
	draft->plan->found = job->input->found;
	draft->plan->found_known = job->input->found_known;
	lap = cx3_plan_lap(draft->plan);
	rc = cx3_fs2_extents(&draft->new_info, target, draft->image_len, job->shadow->size,
			     &lap->care, err);
	if (rc != CX3_OK)
		return rc;
	cx3_fs2_extents_fill(&lap->care, draft->image, draft->plan->target);
	sort_signatures(job, target, done, retire, &retire_count);
	judge(job, target, done);
	if (!done) {
		lap->sign[lap->sign_count++] = target;
		rc = cx3_plan_lay_out(draft->plan, job->shadow, err);
	}
	if (!done || retire_count)
		cx3_plan_set_boot(draft->plan, target);
	for (unsigned i = 0; i < retire_count; i++)
		cx3_plan_void_signature(draft->plan, CX3_STAGE_RETIRE, retire[i], "old signature");
	return rc == CX3_OK ? cx3_plan_seal(draft->plan, job->shadow, job->input->unprotect, err)
			    : rc;
}
