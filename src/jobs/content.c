/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A raw content onto the flash, byte for byte: restore brings one, a raw write makes one of what
 * is there. A signature is zeroed before its image loses a byte, and written when its image is
 * whole. Where both the flash and the content hold a whole image, and not in the same place, the
 * content's comes first: so one of them boots at each moment.
 */
#include "content.h"

#include <stdio.h>
#include <string.h>

static bool differs(const struct cx3_shadow *shadow, const struct cx3_plan *plan,
		    const struct cx3_fs2_extents *extents)
{
	for (unsigned i = 0; i < extents->count; i++) {
		uint32_t lo = extents->range[i].lo;

		if (memcmp(cx3_shadow_bytes(shadow) + lo, plan->target + lo,
			   extents->range[i].hi - lo) != 0)
			return true;
	}
	return false;
}

/* What lies beside the image in a sector or block of it can only be written with an erase: that
 * takes the image's bytes there as well. */
static bool is_erased(const struct cx3_shadow *shadow, const struct cx3_plan *plan,
		      const struct cx3_fs2_extents *extents)
{
	uint32_t unit = cx3_erase_unit(shadow->flash);

	for (unsigned i = 0; i < extents->count; i++) {
		const struct cx3_fs2_range *range = &extents->range[i];

		for (uint32_t at = range->lo / unit * unit; at < range->hi; at += unit) {
			if (!cx3_bits_allow(cx3_shadow_bytes(shadow) + at, plan->target + at, unit))
				return true;
		}
	}
	return false;
}

/* How far an image goes that can't be read is not known. It may boot all the same: a few bytes that
 * are written elsewhere are no reason to take its signature. */
static bool loses_bytes(const struct cx3_content *job, const struct cx3_judged *judged)
{
	const struct cx3_shadow *shadow = job->input->shadow;
	struct cx3_fs2_extents extents = judged->extents;
	uint32_t start = judged->home.start;

	if (!judged->home.readable && !job->few_bytes)
		return true;
	if (!judged->home.readable && extents.count == 0)
		extents = (struct cx3_fs2_extents){.count = 1,
						   .range = {{start, start + CX3_FLASH_SECTOR}}};
	return differs(shadow, job->draft->plan, &extents) ||
	       is_erased(shadow, job->draft->plan, &extents);
}

static bool listed(const uint32_t *start, unsigned count, uint32_t value)
{
	for (unsigned i = 0; i < count; i++) {
		if (start[i] == value)
			return true;
	}
	return false;
}

/*
 * Signatures of the flash that go in this lap: those whose image loses bytes in it, but
 * `skip` and those that the lap before it has zeroed.
 */
static void list_cleared(const struct cx3_content *job, struct cx3_lap *lap, uint32_t skip)
{
	const struct cx3_homes *now = &job->draft->homes;
	const struct cx3_lap *first = &job->draft->plan->lap[0];

	for (unsigned i = 0; i < now->count; i++) {
		uint32_t start = now->home[i].home.start;

		if (lap != first && listed(first->clear, first->clear_count, start))
			continue;
		if (start != skip && loses_bytes(job, &now->home[i]))
			lap->clear[lap->clear_count++] = start;
	}
}

/* Signatures of the content that this lap writes. The lowest, which boots, comes last. */
static void list_signed(const struct cx3_content *job, struct cx3_lap *lap, uint32_t skip)
{
	const struct cx3_homes *then = &job->homes;

	for (unsigned i = then->count; i-- > 0;) {
		uint32_t start = then->home[i].home.start;
		bool stays = cx3_homes_at(&job->draft->homes, start) &&
			     !listed(lap->clear, lap->clear_count, start);

		if (start != skip && !stays)
			lap->sign[lap->sign_count++] = start;
	}
}

static void round_out(struct cx3_fs2_extents *extents, uint32_t unit, uint32_t flash_size)
{
	for (unsigned i = 0; i < extents->count; i++) {
		struct cx3_fs2_range *range = &extents->range[i];

		range->lo = range->lo / unit * unit;
		range->hi = (range->hi + unit - 1) / unit * unit;
		if (range->hi > flash_size)
			range->hi = flash_size;
	}
}

/* All of the flash but `taken`, whose ranges are in the order of their addresses. */
static void complement(const struct cx3_fs2_extents *taken, uint32_t flash_size,
		       struct cx3_fs2_extents *out)
{
	uint32_t at = 0;

	out->count = 0;
	for (unsigned i = 0; i <= taken->count; i++) {
		uint32_t lo = i < taken->count ? taken->range[i].lo : flash_size;

		if (lo > at)
			out->range[out->count++] = (struct cx3_fs2_range){at, lo};
		if (i < taken->count)
			at = taken->range[i].hi;
	}
}

/* Stands for "no home" where the start of one is expected. */
#define NO_HOME UINT32_MAX

static int plan_one_lap(struct cx3_content *job, struct cx3_error *err)
{
	struct cx3_plan *plan = job->draft->plan;
	struct cx3_lap *lap = cx3_plan_lap(plan);

	lap->care.count = 1;
	lap->care.range[0] = (struct cx3_fs2_range){0, plan->flash_size};
	list_cleared(job, lap, NO_HOME);
	list_signed(job, lap, NO_HOME);
	lap->keeps = job->keep && !listed(lap->clear, lap->clear_count, job->keep->home.start);
	lap->keeps_start = lap->keeps ? job->keep->home.start : 0;
	return cx3_plan_lay_out(plan, job->input->shadow, err);
}

/* All signatures in the lap's range go before a byte of it does: the range gets the
 * content's bytes, and later laps leave it alone. */
static void clear_within(const struct cx3_content *job, struct cx3_lap *lap)
{
	const struct cx3_homes *now = &job->draft->homes;

	for (unsigned i = 0; i < now->count; i++) {
		uint32_t start = now->home[i].home.start;

		for (unsigned k = 0; k < lap->care.count; k++) {
			if (start >= lap->care.range[k].lo && start < lap->care.range[k].hi &&
			    loses_bytes(job, &now->home[i]))
				lap->clear[lap->clear_count++] = start;
		}
	}
}

/* First the content's image at `first`, then all else. */
static int plan_two_laps(struct cx3_content *job, const struct cx3_judged *first,
			 struct cx3_error *err)
{
	struct cx3_plan *plan = job->draft->plan;
	struct cx3_shadow *shadow = job->input->shadow;
	struct cx3_lap *lap = cx3_plan_lap(plan);
	const struct cx3_judged *there = cx3_homes_at(&job->draft->homes, first->home.start);
	int rc;

	lap->care = first->extents;
	round_out(&lap->care, cx3_erase_unit(shadow->flash), plan->flash_size);
	clear_within(job, lap);
	if (!there || listed(lap->clear, lap->clear_count, first->home.start))
		lap->sign[lap->sign_count++] = first->home.start;
	lap->keeps = true;
	lap->keeps_start = job->keep->home.start;
	rc = cx3_plan_lay_out(plan, shadow, err);
	if (rc != CX3_OK)
		return rc;
	cx3_plan_set_boot(plan, first->home.start);
	cx3_plan_next_lap(plan);
	complement(&plan->lap[0].care, plan->flash_size, &cx3_plan_lap(plan)->care);
	lap = cx3_plan_lap(plan);
	list_cleared(job, lap, first->home.start);
	list_signed(job, lap, first->home.start);
	lap->keeps = true;
	lap->keeps_start = first->home.start;
	return cx3_plan_lay_out(plan, shadow, err);
}

/* The content's image that can be written while the flash's own stays; NULL if none can. */
static const struct cx3_judged *first_lap(const struct cx3_content *job)
{
	const struct cx3_homes *then = &job->homes;
	uint32_t unit = cx3_erase_unit(job->input->shadow->flash);

	if (!job->keep || !loses_bytes(job, job->keep))
		return NULL;
	for (unsigned i = 0; i < then->count; i++) {
		const struct cx3_judged *judged = &then->home[i];

		if (judged->home.health == CX3_HOME_WHOLE &&
		    !cx3_fs2_extents_meet(&judged->extents, &job->keep->extents, unit))
			return judged;
	}
	return NULL;
}

/* A content that was allowed although no card boots it: said, whatever else is. */
static bool boots_nothing(const struct cx3_content *job, struct cx3_plan_summary *s)
{
	const struct cx3_homes *then = &job->homes;

	if (then->count && then->home[0].home.health == CX3_HOME_WHOLE)
		return false;
	s->bootable_throughout = false;
	snprintf(s->warning, sizeof(s->warning),
		 "%s: after this %s the card does not boot, and comes up in recovery (livefish).",
		 then->count ? job->damaged : job->no_image, job->noun);
	return true;
}

static void judge(struct cx3_content *job)
{
	struct cx3_plan *plan = job->draft->plan;
	struct cx3_plan_summary *s = &plan->summary;
	const struct cx3_card *card = cx3_flash_card(job->input->shadow->flash);
	bool livefish = cx3_card_identity(card)->state == CX3_CARD_LIVEFISH;

	if (livefish)
		plan->lap[0].keeps = plan->lap[1].keeps = false;
	s->bootable_throughout = plan->lap[0].keeps;
	s->bootable_checked = s->bootable_throughout;
	s->bootable_start = plan->lap[0].keeps_start;
	if (boots_nothing(job, s))
		return;
	if (s->bootable_throughout)
		return;
	if (livefish)
		snprintf(s->warning, sizeof(s->warning),
			 "The card is in recovery (livefish): it does not boot what is on the "
			 "flash; if the power is cut before the %s is complete, run the same %s "
			 "again.",
			 job->noun, job->noun);
	else
		snprintf(s->warning, sizeof(s->warning),
			 "The %s overwrites the images that boot now; if the power is cut before "
			 "it is complete, the card may boot nothing and come up in recovery "
			 "(livefish): run the same %s again then.",
			 job->noun, job->noun);
}

/* There is nothing to write. */
static void stays_as_it_is(struct cx3_content *job)
{
	struct cx3_plan_summary *s = &job->draft->plan->summary;

	s->bootable_throughout = s->bootable_checked = job->keep != NULL;
	s->bootable_start = job->keep ? job->keep->home.start : 0;
}

static int plan_steps(struct cx3_content *job, struct cx3_error *err)
{
	struct cx3_plan *plan = job->draft->plan;
	const struct cx3_judged *first = first_lap(job);
	bool moved = false;
	int rc;

	if (memcmp(cx3_shadow_bytes(job->input->shadow), plan->target, plan->flash_size) == 0) {
		stays_as_it_is(job);
		return CX3_OK;
	}
	rc = first ? plan_two_laps(job, first, err) : plan_one_lap(job, err);
	for (unsigned i = 0; i < plan->laps; i++)
		moved = moved || plan->lap[i].clear_count || plan->lap[i].sign_count;
	if (moved && job->homes.count)
		cx3_plan_set_boot(plan, job->homes.home[0].home.start);
	judge(job);
	return rc;
}

int cx3_content_plan(struct cx3_content *job, struct cx3_error *err)
{
	struct cx3_draft *draft = job->draft;
	const struct cx3_judged *best = cx3_homes_best(&draft->homes);
	uint32_t size = job->input->shadow->size;
	int rc = cx3_plan_new(size, job->noun, &draft->plan, err);

	if (rc != CX3_OK)
		return rc;
	memcpy(draft->plan->target, job->bytes, size);
	if (best && best->home.health == CX3_HOME_WHOLE)
		job->keep = best;
	rc = plan_steps(job, err);
	return rc == CX3_OK
		       ? cx3_plan_seal(draft->plan, job->input->shadow, job->input->unprotect, err)
		       : rc;
}

/* What the card holds, and what it held before an interrupted job. */
int cx3_content_look(struct cx3_content *job, struct cx3_error *err)
{
	struct cx3_fs2_source now = cx3_shadow_source(job->input->shadow);
	struct cx3_draft *draft = job->draft;
	struct cx3_homes before;
	const struct cx3_judged *old;
	int rc = cx3_draft_judge(job->input, &now, &draft->homes, err);

	if (rc != CX3_OK)
		return rc;
	before = draft->homes;
	if (job->input->before)
		rc = cx3_draft_judge(job->input, job->input->before, &before, err);
	old = cx3_homes_best(&before);
	draft->has_old = rc == CX3_OK && old;
	if (draft->has_old)
		draft->old_info = old->home.info;
	return rc;
}
