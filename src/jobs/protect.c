/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protect: the flash's own write protection, switched on or off for good. No byte of its
 * content changes, so no backup is made. The status registers are read back.
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
		"set: status 0x%02x 0x%02x), so its protection can't be changed.\n"
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

static int make_plan(const struct cx3_input *input, const struct cx3_protect_options *what,
		     struct cx3_draft *draft, struct cx3_error *err)
{
	struct cx3_shadow *shadow = input->shadow;
	struct cx3_flash_protection now, then;
	int rc = cx3_flash_protection_read(shadow->flash, &now, err);

	if (rc == CX3_OK)
		rc = refuse_locked(&now, err);
	if (rc == CX3_OK)
		rc = cx3_plan_new(shadow->size, "wp", &draft->plan, err);
	if (rc != CX3_OK)
		return rc;
	then = now;
	if (!what->on && now.lock_kind == CX3_LOCK_BLOCKS)
		rc = plan_blocks(draft, &now);
	else
		rc = choose(cx3_flash_part(shadow->flash), what, &then, err);
	if (rc == CX3_OK && (what->on || now.lock_kind != CX3_LOCK_BLOCKS))
		rc = plan_bits(draft, &now, &then);
	/* no image is written to, so none has to be checked before */
	draft->plan->summary.bootable_throughout = false;
	return rc == CX3_OK ? cx3_plan_seal(draft->plan, shadow, false, err) : rc;
}

int cx3_draft_protect(const struct cx3_input *input, const struct cx3_protect_options *what,
		      struct cx3_draft *draft, struct cx3_error *err)
{
	struct cx3_fs2_source now = cx3_shadow_source(input->shadow);
	int rc;

	memset(draft, 0, sizeof(*draft));
	/* so that another card is noticed before the first write */
	rc = cx3_homes_judge(&now, &draft->homes, err);
	if (rc == CX3_OK)
		rc = make_plan(input, what, draft, err);
	if (rc != CX3_OK)
		cx3_draft_free(draft);
	return rc;
}
