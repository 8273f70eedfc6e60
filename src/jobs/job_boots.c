/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a draft promises of what boots, seen with what is known of the card: an image that is for
 * another chip is whole and does not boot, and in recovery the chip boots nothing at all.
 */
#include "job_priv.h"

#include <stdio.h>

/* The kept one stays as it is, and the other one is written over first. */
static bool frees_kept(const struct cx3_job *job, uint32_t others, uint32_t kept)
{
	const struct cx3_lap *lap = &job->draft.plan->lap[0];
	bool clears = false;

	for (unsigned i = 0; i < lap->clear_count; i++) {
		if (lap->clear[i] == kept)
			return false;
		clears = clears || lap->clear[i] == others;
	}
	return clears && others != kept;
}

static void say_other_chips(const struct cx3_job *job, uint32_t start)
{
	struct cx3_plan_summary *s = &job->draft.plan->summary;

	if (frees_kept(job, start, s->bootable_start))
		snprintf(s->warning, sizeof(s->warning),
			 "The image at 0x%x is for another chip: the card does not boot it. The %s "
			 "writes over that one, and leaves the image at 0x%x, which is for this "
			 "chip, as it is until it is complete; after a power cut run it again.",
			 start, job->kind->noun, s->bootable_start);
	else if (job->result->other_chips || !job->kind->makes_image)
		snprintf(s->warning, sizeof(s->warning),
			 "The image at 0x%x is for another chip: the card does not boot it, and "
			 "this %s does not change that.",
			 start, job->kind->noun);
	else
		snprintf(s->warning, sizeof(s->warning),
			 "The image at 0x%x is for another chip: the card does not boot it, and "
			 "boots nothing until the %s is complete; after a power cut run it again.",
			 start, job->kind->noun);
}

/* The image that the chip comes to first, up to the kept one, where it is another chip's; or NULL.
 * The chip goes by the signatures from the lowest on, so the kept one's turn comes behind it. */
static const struct cx3_judged *others_before(const struct cx3_job *job, uint32_t kept)
{
	const struct cx3_draft *draft = &job->draft;

	for (unsigned i = 0; i < draft->homes.count; i++) {
		const struct cx3_home *home = &draft->homes.home[i].home;

		if (home->start <= kept && home->readable &&
		    cx3_draft_is_others(&job->input, &home->info))
			return &draft->homes.home[i];
	}
	return NULL;
}

static bool names_chip(const struct cx3_fs2_info *info, const struct cx3_card_id *id)
{
	return cx3_fs2_fits(info, id->hw_id, id->hw_rev, NULL) == CX3_OK;
}

void cx3_job_doubt_kept(struct cx3_job *job)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_device_card(job->device));
	struct cx3_draft *draft = &job->draft;
	struct cx3_plan_summary *s = &draft->plan->summary;
	const struct cx3_judged *others = others_before(job, s->bootable_start);

	job->result->other_chips = draft->has_new &&
				   (draft->others_first ||
				    cx3_draft_is_others(&job->input, &draft->new_info));
	job->result->other_revision = draft->has_new && !job->result->other_chips &&
				      !names_chip(&draft->new_info, id) &&
				      !(draft->has_old && id->state != CX3_CARD_LIVEFISH &&
					!names_chip(&draft->old_info, id));
	if (!s->bootable_throughout || (!others && id->state != CX3_CARD_LIVEFISH))
		return;
	s->bootable_throughout = s->bootable_checked = false;
	for (unsigned i = 0; i < draft->plan->laps; i++) {
		struct cx3_lap *lap = &draft->plan->lap[i];

		lap->keeps = lap->keeps && lap->keeps_start != s->bootable_start;
	}
	if (others)
		say_other_chips(job, others->home.start);
	else
		cx3_draft_warn_livefish(draft, job->kind->noun);
}
