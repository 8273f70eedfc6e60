/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protect: the flash's own write protection, switched on or off for good; or its quad enable
 * bit; or a setting (setting.c). No byte of its content changes, so no backup is made. The status
 * registers are read back.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "draft.h"

static void area_text(const struct cx3_flash_protection *p, char *text, size_t size)
{
	if (p->len == 0)
		snprintf(text, size, "none (status 0x%02x 0x%02x)", p->status[0], p->status[1]);
	else
		snprintf(text, size, "0x%08" PRIx32 "-0x%08" PRIx32 " (status 0x%02x 0x%02x)",
			 p->start, p->start + p->len - 1, p->status[0], p->status[1]);
}

static void tell(struct cx3_draft *draft, const struct cx3_flash_protection *now,
		 const struct cx3_flash_protection *then)
{
	char before[64], after[64];

	area_text(now, before, sizeof(before));
	area_text(then, after, sizeof(after));
	cx3_draft_change(draft, "protection", "Write protection", before, after);
}

static int refuse_locked(const struct cx3_flash_protection *now, struct cx3_error *err)
{
	if (now->register_lock != CX3_REGISTER_LOCKED)
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_STATUS_LOCKED, "status register",
		"The flash's status registers are locked until power-off, or for good (SRP1 is "
		"set: status 0x%02x 0x%02x), so no bit of them can be changed.\n"
		"Switch the card's power off and on and try again. If it stays so, only "
		"another flash chip helps.",
		now->status[0], now->status[1]);
}

/* What the registers are to be. `then` begins as what they are. */
static int choose(const struct cx3_flash_part *part, const struct cx3_protect_options *what,
		  struct cx3_flash_protection *then, struct cx3_error *err)
{
	uint32_t start = what->on ? what->start : 0;
	uint32_t len = what->on ? what->len : 0;

	if (what->on && len == 0) {
		start = 0;
		len = part->size;
	}
	return cx3_flash_protection_of(part, start, len, then, err);
}

static int plan_bits(struct cx3_draft *draft, const struct cx3_flash_protection *now,
		     const struct cx3_flash_protection *then)
{
	struct cx3_plan *plan = draft->plan;

	tell(draft, now, then);
	if (now->len == then->len && (now->len == 0 || now->start == then->start))
		return CX3_OK;
	plan->puts_back = true;
	memcpy(plan->put_back, then->status, sizeof(plan->put_back));
	cx3_plan_add(
		plan, CX3_STAGE_CLOSE,
		(struct cx3_step){CX3_STEP_PROTECT, then->start, then->len, 0, "write protection"});
	return CX3_OK;
}

/* A lock for each block (WPS): all of them are opened, until power-off. */
static int plan_blocks(struct cx3_draft *draft, const struct cx3_flash_protection *now)
{
	struct cx3_flash_protection then = *now;

	then.len = 0;
	tell(draft, now, &then);
	if (now->len)
		cx3_plan_add(draft->plan, CX3_STAGE_OPEN,
			     (struct cx3_step){CX3_STEP_UNPROTECT, now->start, now->len, 0,
					       "block locks, until power-off"});
	return CX3_OK;
}

/* What the two pins are then. */
static void warn_of_pins(struct cx3_draft *draft, bool on)
{
	if (on)
		cx3_draft_note(
			draft, "quad",
			"With the quad enable bit set, the flash's WP# and HOLD# pins are data "
			"pins: a WP# that is wired low holds the status registers no more. "
			"These cards' chips read with one data line, as far as is known, and "
			"have no use for it.");
	else
		cx3_draft_note(
			draft, "quad",
			"With the quad enable bit clear, the flash's WP# and HOLD# pins have "
			"their usual meaning: on a board that holds HOLD# low the flash "
			"answers nothing from then on, and no command can set the bit again.");
}

static int plan_quad(struct cx3_draft *draft, const struct cx3_flash_part *part,
		     const struct cx3_flash_protection *now, bool on, struct cx3_error *err)
{
	static const char *const words[] = {"0 (clear)", "1 (set)"};
	bool is_on = cx3_flash_quad_enabled(part, now);

	if (part->quad != CX3_QUAD_STATUS1 && part->quad != CX3_QUAD_STATUS2)
		return cx3_fail(err, CX3_E_PART, part->name,
				"The flash has no quad enable bit in its status registers.\n"
				"Leave it as it is.");
	cx3_draft_change(draft, "quad_enable", "Quad enable bit", words[is_on], words[on]);
	if (is_on == on)
		return CX3_OK;
	warn_of_pins(draft, on);
	draft->risks_protection = now->len > 0;
	cx3_plan_add(draft->plan, CX3_STAGE_CLOSE,
		     (struct cx3_step){CX3_STEP_QUAD, 0, on, 0, "quad enable bit"});
	return CX3_OK;
}

static int plan_protection(struct cx3_draft *draft, const struct cx3_flash_part *part,
			   const struct cx3_protect_options *what,
			   const struct cx3_flash_protection *now, struct cx3_error *err)
{
	struct cx3_flash_protection then = *now;
	int rc;

	if (!what->on && now->lock_kind == CX3_LOCK_BLOCKS)
		return plan_blocks(draft, now);
	rc = choose(part, what, &then, err);
	return rc == CX3_OK ? plan_bits(draft, now, &then) : rc;
}

static int make_plan(const struct cx3_input *input, const struct cx3_protect_options *what,
		     struct cx3_draft *draft, struct cx3_error *err)
{
	struct cx3_shadow *shadow = input->shadow;
	const struct cx3_flash_part *part = cx3_flash_part(shadow->flash);
	bool quad = what->quad != CX3_PROTECT_QUAD_LEAVE;
	bool hw_set = quad || what->setting;
	struct cx3_flash_protection now;
	int rc = cx3_flash_protection_read(shadow->flash, &now, err);

	if (rc == CX3_OK)
		rc = refuse_locked(&now, err);
	if (rc == CX3_OK)
		rc = cx3_plan_new(shadow->size, hw_set ? "hw set" : "wp", &draft->plan, err);
	if (rc != CX3_OK)
		return rc;
	if (what->setting)
		rc = cx3_draft_setting(draft, shadow->flash, what->setting, what->number, err);
	else if (quad)
		rc = plan_quad(draft, part, &now, what->quad == CX3_PROTECT_QUAD_ON, err);
	else
		rc = plan_protection(draft, part, what, &now, err);
	/* no image is written to, so none has to be checked before */
	draft->plan->summary.bootable_throughout = false;
	return rc == CX3_OK ? cx3_plan_seal(draft->plan, shadow, false, err) : rc;
}

int cx3_draft_protect(const struct cx3_input *input, const struct cx3_protect_options *what,
		      struct cx3_draft *draft, struct cx3_error *err)
{
	struct cx3_fs2_source now = cx3_shadow_source(input->shadow);
	const struct cx3_judged *home;
	int rc;

	memset(draft, 0, sizeof(*draft));
	/* so that another card is noticed before the first write */
	rc = cx3_draft_judge(input, &now, &draft->homes, err);
	/* whose journal it is */
	home = rc == CX3_OK ? cx3_homes_best(&draft->homes) : NULL;
	draft->has_old = (what->quad || what->setting) && home;
	if (draft->has_old)
		draft->old_info = home->home.info;
	if (rc == CX3_OK)
		rc = make_plan(input, what, draft, err);
	if (rc != CX3_OK)
		cx3_draft_free(draft);
	return rc;
}
