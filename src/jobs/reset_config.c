/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reset_config: the non-volatile configuration areas of both homes are erased. A burn keeps
 * them; so where one is corrupt, in-band tools fail for good ("Failed to query device current
 * configuration"), and nothing in band mends that (mstflint issues 33 and 590). The vendor's
 * own reset erases both areas. On a real card this was not tried yet.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "fs2/config_area.h"
#include "plan/settle.h"

struct reset {
	const struct cx3_input *input;
	struct cx3_draft *draft;
	const struct cx3_judged *keep;
	struct cx3_fs2_range area[CX3_CONFIG_AREAS];
	unsigned areas;
};

static int find_areas(struct reset *r, struct cx3_error *err)
{
	struct cx3_shadow *shadow = r->input->shadow;
	struct cx3_fs2_source now = cx3_shadow_source(shadow);
	struct cx3_homes *homes = &r->draft->homes;
	int rc = cx3_draft_judge(r->input, &now, homes, err);

	if (rc != CX3_OK)
		return rc;
	r->keep = cx3_homes_best(homes);
	if (!r->keep) {
		rc = cx3_fail(err, CX3_E_NO_IMAGE, "flash",
			      "There is no readable image on the flash, and only an image tells "
			      "where the configuration lies.\n"
			      "Burn the card's image first.");
		return cx3_shadow_verdict(shadow, rc, err);
	}
	r->draft->has_old = true;
	r->draft->old_info = r->keep->home.info;
	r->areas = cx3_config_areas(&r->keep->home.info, shadow->size, r->area);
	if (r->areas == 0)
		return cx3_fail(err, CX3_E_NO_IMAGE, "flash",
				"The image on the flash has no configuration area.\n"
				"There is nothing to reset.");
	return CX3_OK;
}

/* An image that reaches into an area, or into a block that is erased with it, would be lost. */
static int check_images(const struct reset *r, struct cx3_error *err)
{
	const struct cx3_homes *homes = &r->draft->homes;
	uint32_t unit = cx3_erase_unit(r->input->shadow->flash);
	struct cx3_fs2_extents care = {.count = r->areas};

	memcpy(care.range, r->area, r->areas * sizeof(r->area[0]));
	for (unsigned i = 0; i < homes->count; i++) {
		if (cx3_fs2_extents_meet(&homes->home[i].extents, &care, unit))
			return cx3_fail(
				err, CX3_E_TOO_BIG, "flash",
				"The image at 0x%x reaches into the configuration area, or into "
				"a block that would be erased with it.\n"
				"Burn the card's image first.",
				(unsigned)homes->home[i].home.start);
	}
	return CX3_OK;
}

static const char *const states[] = {
	[CX3_CONFIG_UNREAD] = "not read",
	[CX3_CONFIG_BLANK] = "blank",
	[CX3_CONFIG_USED] = "in use",
	[CX3_CONFIG_DAMAGED] = "does not look like a configuration",
};

static int tell_area(struct reset *r, unsigned i, struct cx3_error *err)
{
	uint32_t sector = cx3_config_sector(&r->keep->home.info);
	struct cx3_config_facts facts;
	struct cx3_fs2_source src = cx3_shadow_source(r->input->shadow);
	char key[32], what[24];
	int rc = cx3_config_look(&src, &r->area[i], sector, &facts, err);

	snprintf(key, sizeof(key), "configuration_%u", i);
	snprintf(what, sizeof(what), "Settings at 0x%06x", (unsigned)r->area[i].lo);
	if (rc == CX3_OK)
		cx3_draft_change(r->draft, key, what, states[facts.state],
				 states[CX3_CONFIG_BLANK]);
	return rc;
}

/* Nothing of an image is touched: what boots now boots at each moment. */
static void judge(const struct reset *r)
{
	const struct cx3_card *card = cx3_flash_card(r->input->shadow->flash);
	const struct cx3_home *home = &r->keep->home;
	struct cx3_plan *plan = r->draft->plan;
	struct cx3_lap *lap = cx3_plan_lap(plan);
	struct cx3_plan_summary *s = &plan->summary;

	lap->keeps = home->health != CX3_HOME_DAMAGED &&
		     cx3_card_identity(card)->state != CX3_CARD_LIVEFISH;
	lap->keeps_start = home->start;
	s->bootable_throughout = lap->keeps;
	s->bootable_start = home->start;
	s->bootable_checked = lap->keeps && home->health == CX3_HOME_WHOLE;
	if (!lap->keeps)
		snprintf(
			s->warning, sizeof(s->warning),
			"The card does not boot what is on its flash, and this does not change that: "
			"the images stay as they are.");
}

/* An interrupted job of this card has found something else before the area, and had it in memory
 * only when the block was erased. */
static bool head_was_lost(const struct reset *r, uint32_t base, const struct cx3_fs2_range *area)
{
	const uint8_t *now = cx3_shadow_bytes(r->input->shadow), *found = r->input->found;

	return found && cx3_fs2_extents_hold(r->input->found_known, base, area->hi) &&
	       memcmp(now + base, found + base, area->lo - base) != 0 &&
	       memcmp(now + area->lo, found + area->lo, area->hi - area->lo) != 0;
}

/* A part without 4 KiB erases: what lies before the area in its block is part of the target. */
static int keep_head(const struct reset *r, struct cx3_fs2_range *area, struct cx3_error *err)
{
	struct cx3_shadow *shadow = r->input->shadow;
	uint32_t unit = cx3_erase_unit(shadow->flash);
	uint32_t base = area->lo / unit * unit;
	const uint8_t *head;
	int rc = cx3_shadow_want(shadow, base, area->hi - base, err);

	/* no CRC covers it, and it is written back */
	if (rc == CX3_OK)
		rc = cx3_shadow_make_sure(shadow, base, area->lo - base, err);
	if (rc != CX3_OK)
		return rc;
	head = head_was_lost(r, base, area) ? r->input->found : cx3_shadow_bytes(shadow);
	memcpy(r->draft->plan->target + base, head + base, area->lo - base);
	area->lo = base;
	return CX3_OK;
}

static int make_plan(struct reset *r, struct cx3_error *err)
{
	struct cx3_shadow *shadow = r->input->shadow;
	struct cx3_draft *draft = r->draft;
	int rc = cx3_plan_new(shadow->size, "reset_config", &draft->plan, err);
	struct cx3_lap *lap;

	if (rc != CX3_OK)
		return rc;
	/* the target of a new plan is blank */
	lap = cx3_plan_lap(draft->plan);
	lap->care.count = r->areas;
	draft->plan->found = r->input->found;
	draft->plan->found_known = r->input->found_known;
	for (unsigned i = 0; i < r->areas && rc == CX3_OK; i++) {
		lap->care.range[i] = r->area[i];
		rc = keep_head(r, &lap->care.range[i], err);
	}
	judge(r);
	if (rc == CX3_OK)
		rc = cx3_plan_lay_out(draft->plan, shadow, err);
	return rc == CX3_OK ? cx3_plan_seal(draft->plan, shadow, r->input->unprotect, err) : rc;
}

int cx3_draft_reset_config(const struct cx3_input *input, struct cx3_draft *draft,
			   struct cx3_error *err)
{
	struct reset r = {.input = input, .draft = draft};
	int rc;

	memset(draft, 0, sizeof(*draft));
	rc = find_areas(&r, err);
	if (rc == CX3_OK)
		rc = check_images(&r, err);
	for (unsigned i = 0; i < r.areas && rc == CX3_OK; i++)
		rc = tell_area(&r, i, err);
	if (rc == CX3_OK)
		rc = make_plan(&r, err);
	if (rc != CX3_OK)
		cx3_draft_free(draft);
	return rc;
}
