/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "burn.h"

/*
 * A raw content back onto the flash. Signatures of images that change die
 * first and are written last, so that a half-restored flash boots nothing
 * rather than a half-written image.
 */

static bool listed(const uint32_t *start, unsigned count, uint32_t value)
{
	for (unsigned i = 0; i < count; i++) {
		if (start[i] == value)
			return true;
	}
	return false;
}

static bool differs(const struct cx3_shadow *shadow, const struct cx3_plan *plan,
		    const struct cx3_fs2_extents *ranges)
{
	for (unsigned i = 0; i < ranges->count; i++) {
		uint32_t lo = ranges->range[i].lo;

		if (memcmp(cx3_shadow_bytes(shadow) + lo, plan->target + lo,
			   ranges->range[i].hi - lo) != 0)
			return true;
	}
	return false;
}

static int sort_signatures(struct cx3_plan *plan, struct cx3_shadow *shadow, struct cx3_error *err)
{
	struct cx3_fs2_source now = cx3_shadow_source(shadow);
	struct cx3_fs2_source then = cx3_fs2_memory(plan->target, plan->flash_size);
	uint32_t old[CX3_FS2_MAX_STARTS], fresh[CX3_FS2_MAX_STARTS];
	unsigned old_count, fresh_count;
	struct cx3_fs2_extents extents;
	int rc = cx3_fs2_locate(&now, old, &old_count, err);

	if (rc == CX3_OK)
		rc = cx3_fs2_locate(&then, fresh, &fresh_count, err);
	if (rc != CX3_OK)
		return rc;
	for (unsigned i = 0; i < old_count; i++) {
		rc = cx3_fs2_extents_at(&now, old[i], &extents, err);
		if (rc != CX3_OK && !cx3_fs2_is_verdict(rc))
			return rc;
		if (rc != CX3_OK || differs(shadow, plan, &extents))
			plan->clear[plan->clear_count++] = old[i];
	}
	/* the lowest, which boots, comes last */
	for (unsigned i = fresh_count; i-- > 0;) {
		if (!listed(old, old_count, fresh[i]) ||
		    listed(plan->clear, plan->clear_count, fresh[i]))
			plan->sign[plan->sign_count++] = fresh[i];
	}
	return CX3_OK;
}

static int plan_steps(struct cx3_plan *plan, struct cx3_shadow *shadow, struct cx3_error *err)
{
	struct cx3_plan_summary *s = &plan->summary;
	int rc;

	if (memcmp(cx3_shadow_bytes(shadow), plan->target, plan->flash_size) == 0)
		return CX3_OK;
	s->bootable_throughout = false;
	snprintf(s->warning, sizeof(s->warning),
		 "A restore overwrites the images that boot now; if the power is cut before it is "
		 "complete, the card may boot nothing and come up in recovery (livefish): run the "
		 "same restore again then.");
	rc = sort_signatures(plan, shadow, err);
	if (rc == CX3_OK)
		rc = cx3_plan_lay_out(plan, shadow, err);
	if (rc == CX3_OK && plan->sign_count)
		cx3_plan_add(plan, CX3_STAGE_BOOT,
			     (struct cx3_step){CX3_STEP_BOOT_ADDRESS,
					       plan->sign[plan->sign_count - 1], 0, 0,
					       "boot address"});
	return rc;
}

int cx3_restore_prepare(struct cx3_shadow *shadow, const uint8_t *content, uint32_t size,
			struct cx3_plan **plan, struct cx3_error *err)
{
	const uint8_t *now;
	int rc;

	if (size != shadow->size)
		return cx3_fail(
			err, CX3_E_USAGE, "restore",
			"The content has %u bytes but the flash %u: it is not of this card, or "
			"no raw content; take a file that backup wrote from it.",
			size, shadow->size);
	rc = cx3_shadow_read_all(shadow, &now, err);
	if (rc == CX3_OK)
		rc = cx3_plan_new(size, "restore", plan, err);
	if (rc != CX3_OK)
		return rc;
	memcpy((*plan)->target, content, size);
	(*plan)->care.count = 1;
	(*plan)->care.range[0] = (struct cx3_fs2_range){0, size};
	rc = plan_steps(*plan, shadow, err);
	if (rc == CX3_OK)
		rc = cx3_plan_seal(*plan, shadow, err);
	if (rc != CX3_OK) {
		cx3_plan_free(*plan);
		*plan = NULL;
	}
	return rc;
}
