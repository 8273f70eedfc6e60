/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must be true before an image gets its signature, and before the one that it
 * replaces loses its own. A plan leaves alone what one reading said to be right
 * already; here that is read once more. And the new image's CRCs are computed from
 * the bytes that were read back.
 */
#include "plan.h"

#include <stdio.h>
#include <string.h>

static bool covers(const struct cx3_plan *plan, size_t i, uint32_t addr)
{
	const struct cx3_step *step = &plan->step[i];

	return step->kind == CX3_STEP_VERIFY && addr >= step->addr && addr - step->addr < step->len;
}

/* The first byte from addr on, up to end, that a step of the lap reads back; *stop is
 * one past the bytes that it does. */
static uint32_t next_verified(const struct cx3_plan *plan, unsigned lap, uint32_t addr,
			      uint32_t end, uint32_t *stop)
{
	uint32_t first = end;

	*stop = end;
	for (size_t i = 0; i < plan->count; i++) {
		const struct cx3_step *step = &plan->step[i];

		if (plan->place[i].lap != lap || plan->place[i].stage > CX3_STAGE_SIGN)
			continue;
		if (covers(plan, i, addr)) {
			*stop = step->addr + step->len;
			return addr;
		}
		if (step->kind == CX3_STEP_VERIFY && step->addr >= addr && step->addr < first) {
			first = step->addr;
			*stop = step->addr + step->len;
		}
	}
	return first;
}

static int differs(uint32_t addr, struct cx3_error *err)
{
	char place[32];

	snprintf(place, sizeof(place), "flash 0x%x", addr);
	return cx3_fail(err, CX3_E_NOISE, place,
			"The flash near 0x%x was read twice, and the readings differ: the wires "
			"are noisy, or something else writes to it.\n"
			"Check the wires, the ground and the pull-ups, or lower the clock.",
			addr);
}

static int reread(const struct cx3_plan *plan, struct cx3_shadow *shadow, uint32_t addr,
		  uint32_t len, struct cx3_error *err)
{
	uint8_t wanted[CX3_FLASH_SECTOR];
	int rc = CX3_OK;

	for (uint32_t at = 0, part; at < len && rc == CX3_OK; at += part) {
		part = len - at < sizeof(wanted) ? len - at : (uint32_t)sizeof(wanted);
		cx3_plan_body(plan, addr + at, part, wanted);
		rc = cx3_shadow_reread(shadow, addr + at, part, err);
		if (rc == CX3_OK && memcmp(wanted, cx3_shadow_bytes(shadow) + addr + at, part) != 0)
			rc = differs(addr + at, err);
	}
	return rc;
}

int cx3_plan_recheck(const struct cx3_plan *plan, unsigned lap, bool all, struct cx3_shadow *shadow,
		     struct cx3_error *err)
{
	const struct cx3_fs2_extents *care = &plan->lap[lap].care;
	int rc = CX3_OK;

	for (unsigned i = 0; i < care->count && rc == CX3_OK; i++) {
		uint32_t addr = care->range[i].lo, end = care->range[i].hi;

		while (addr < end && rc == CX3_OK) {
			uint32_t stop = end, first = end;

			if (!all)
				first = next_verified(plan, lap, addr, end, &stop);

			if (first > addr)
				rc = reread(plan, shadow, addr, first - addr, err);
			addr = stop;
		}
	}
	return rc;
}

/* The cause is the image's; what it means here is said as well. */
static int not_whole(uint32_t start, const struct cx3_error *why, struct cx3_error *err)
{
	char place[32];

	snprintf(place, sizeof(place), "flash 0x%x", start);
	return cx3_fail(
		err, CX3_E_VERIFY, place,
		"The new image at 0x%x was read back right but does not verify (%.200s), so "
		"the old one was left as it is.\n"
		"Check the wires, or lower the clock.",
		start, why->cause);
}

int cx3_plan_check_signed(const struct cx3_plan *plan, unsigned lap, struct cx3_shadow *shadow,
			  struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_shadow_once(shadow);
	const struct cx3_lap *l = &plan->lap[lap];
	struct cx3_fs2_info info;
	struct cx3_error why = {0};

	for (unsigned i = 0; i < l->sign_count; i++) {
		int rc = cx3_fs2_verify_at(&src, l->sign[i], CX3_FS2_STRIPED, &info, NULL, NULL,
					   &why);

		if (rc == CX3_E_IMAGE || rc == CX3_E_NO_IMAGE)
			return not_whole(l->sign[i], &why, err);
		if (rc != CX3_OK && err)
			*err = why;
		if (rc != CX3_OK)
			return rc;
	}
	return CX3_OK;
}
