/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "burn.h"

/*
 * Where the image that can't be read starts: the vendor's tool then still takes
 * the home that this start does not use.
 */
static int guess_start(struct cx3_burn_job *job, uint32_t *start, struct cx3_error *err)
{
	struct cx3_fs2_info info;
	int rc;

	*start = 0;
	if (job->start_count == 0 || job->start_count > 2)
		return CX3_OK;
	rc = cx3_fs2_header_layout(&job->flash, job->start[0], &info, err);
	if (rc == CX3_OK)
		*start = info.start;
	return cx3_fs2_is_verdict(rc) ? CX3_OK : rc;
}

static bool is_located(const struct cx3_burn_job *job, uint32_t start)
{
	for (unsigned i = 0; i < job->start_count; i++) {
		if (job->start[i] == start)
			return true;
	}
	return false;
}

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
static int is_there(struct cx3_burn_job *job, const struct cx3_fs2_extents *ranges, bool *same,
		    struct cx3_error *err)
{
	const uint8_t *image = job->burn->image;
	int rc = CX3_OK;

	*same = true;
	for (unsigned i = 0; i < ranges->count && *same && rc == CX3_OK; i++) {
		uint32_t lo = ranges->range[i].lo;
		uint32_t len = ranges->range[i].hi - lo;

		rc = holds(job->shadow, lo, image, len, same, err);
		image += len;
	}
	if (rc != CX3_OK)
		*same = false;
	return rc;
}

/*
 * Two signed homes: a burn stopped between the new signature and the end of the
 * old one. If the image is there in one of them, only the end is left to do.
 */
static int find_finished(struct cx3_burn_job *job, uint32_t current, uint32_t *target, bool *done,
			 struct cx3_error *err)
{
	const struct cx3_burn *burn = job->burn;
	uint32_t home[2] = {*target, current};
	struct cx3_fs2_extents ranges;
	int rc = CX3_OK;

	*done = false;
	if (!burn->new_info.failsafe || !is_located(job, *target))
		return CX3_OK;
	for (unsigned i = 0; i < 2 && rc == CX3_OK && !*done; i++) {
		if (!is_located(job, home[i]))
			continue;
		rc = cx3_fs2_extents(&burn->new_info, home[i], burn->image_len, job->shadow->size,
				     &ranges, err);
		if (rc == CX3_OK)
			rc = is_there(job, &ranges, done, err);
		if (*done)
			*target = home[i];
	}
	return rc;
}

/*
 * What becomes of the signatures on the flash: those whose image loses bytes die
 * before that (CLEAR), the others when the new image is complete (RETIRE).
 */
static int sort_signatures(struct cx3_burn_job *job, uint32_t target, bool done, uint32_t *retire,
			   unsigned *retire_count, struct cx3_error *err)
{
	struct cx3_plan *plan = job->burn->plan;
	uint32_t unit = cx3_erase_unit(job->shadow->flash);
	struct cx3_fs2_extents extents;

	*retire_count = 0;
	for (unsigned i = 0; i < job->start_count; i++) {
		uint32_t start = job->start[i];
		int rc = CX3_OK;

		if (done && start == target)
			continue;
		if (!done && start != target)
			rc = cx3_fs2_extents_at(&job->flash, start, &extents, err);
		if (rc != CX3_OK && !cx3_fs2_is_verdict(rc))
			return rc;
		if (!done && (start == target || rc != CX3_OK ||
			      cx3_fs2_extents_meet(&extents, &plan->care, unit)))
			plan->clear[plan->clear_count++] = start;
		else if (job->burn->new_info.failsafe)
			retire[(*retire_count)++] = start;
	}
	return CX3_OK;
}

/* What a power cut before the end would leave, where the card is not bootable throughout. */
static void warn(const struct cx3_burn_job *job, uint32_t target, bool cleared, bool livefish)
{
	struct cx3_plan_summary *s = &job->burn->plan->summary;

	if (!job->burn->has_old)
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
	else
		snprintf(s->warning, sizeof(s->warning),
			 "%s; if the power is cut before the %s is complete, run it again.",
			 livefish ? "The card is in recovery (livefish): it does not boot what is "
				    "on the flash"
				  : "The image on the flash is damaged and may not boot",
			 job->noun);
}

/* Whether the image that boots now can boot until the new one takes over. */
static void judge(struct cx3_burn_job *job, uint32_t target, bool done)
{
	const struct cx3_card *card = cx3_flash_card(job->shadow->flash);
	bool livefish = cx3_card_identity(card)->state == CX3_CARD_LIVEFISH;
	struct cx3_plan *plan = job->burn->plan;
	bool cleared = false;

	for (unsigned i = 0; i < plan->clear_count; i++)
		cleared = cleared || plan->clear[i] == job->burn->old_info.start;
	plan->summary.bootable_throughout = done || (job->burn->has_old && !cleared &&
						     !job->old_damaged && !livefish);
	if (!plan->summary.bootable_throughout)
		warn(job, target, cleared, livefish);
}

static int choose_target(struct cx3_burn_job *job, uint32_t *target, bool *done,
			 struct cx3_error *err)
{
	const struct cx3_burn *burn = job->burn;
	uint32_t current = burn->old_info.start;
	int rc = CX3_OK;

	if (!burn->has_old)
		rc = guess_start(job, &current, err);
	*target = burn->new_info.failsafe && current == 0 ? UINT32_C(1) << burn->new_info.log2_chunk
							  : 0;
	if (rc == CX3_OK)
		rc = find_finished(job, current, target, done, err);
	return rc;
}

int cx3_burn_plan(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_burn *burn = job->burn;
	uint32_t retire[CX3_FS2_MAX_STARTS];
	unsigned retire_count;
	struct cx3_plan *plan;
	uint32_t target;
	bool done;
	int rc = choose_target(job, &target, &done, err);

	if (rc == CX3_OK)
		rc = cx3_plan_new(job->shadow->size, job->noun, &burn->plan, err);
	if (rc != CX3_OK)
		return rc;
	plan = burn->plan;
	rc = cx3_fs2_extents(&burn->new_info, target, burn->image_len, job->shadow->size,
			     &plan->care, err);
	if (rc != CX3_OK)
		return rc;
	cx3_fs2_extents_fill(&plan->care, burn->image, plan->target);
	rc = sort_signatures(job, target, done, retire, &retire_count, err);
	if (rc != CX3_OK)
		return rc;
	judge(job, target, done);
	if (!done) {
		plan->sign[plan->sign_count++] = target;
		rc = cx3_plan_lay_out(plan, job->shadow, err);
	}
	cx3_plan_add(plan, CX3_STAGE_BOOT,
		     (struct cx3_step){CX3_STEP_BOOT_ADDRESS, target, 0, 0, "boot address"});
	for (unsigned i = 0; i < retire_count; i++)
		cx3_plan_kill(plan, CX3_STAGE_RETIRE, retire[i], "old signature");
	return rc == CX3_OK ? cx3_plan_seal(plan, job->shadow, err) : rc;
}
