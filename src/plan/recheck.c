/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must be true before an image gets its signature, and before the one that it
 * replaces loses its own. A plan leaves alone what was right already when it was made;
 * here that is read once more, and written where it is not right after all. And the new
 * image's CRCs are computed from the bytes that were read back.
 */
#include "plan_priv.h"

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

/* The page part at `addr` that did not read as it should. A signature of the SIGN stage is
 * not there yet. */
static int mend(struct cx3_writer *w, unsigned lap, uint32_t addr, uint32_t len,
		struct cx3_error *err)
{
	const struct cx3_plan_place body = {CX3_STAGE_BODY, lap};
	struct cx3_step step = {CX3_STEP_VERIFY, addr, len, addr, "image"};
	const struct cx3_lap *l = &w->plan->lap[lap];

	for (unsigned i = 0; i < l->sign_count; i++) {
		if (l->sign[i] != addr)
			continue;
		step.addr = step.data = addr + CX3_FS2_SIGNATURE_SIZE;
		step.len = len > CX3_FS2_SIGNATURE_SIZE ? len - CX3_FS2_SIGNATURE_SIZE : 0;
	}
	w->health->differences++;
	return step.len ? cx3_plan_repair(w, &step, body, step.addr, step.len, err) : CX3_OK;
}

/* The pages of [addr, addr + len), which were read just now. */
static int compare(struct cx3_writer *w, unsigned lap, uint32_t addr, uint32_t len,
		   struct cx3_error *err)
{
	uint8_t wanted[CX3_FLASH_PAGE];
	int rc = CX3_OK;

	for (uint32_t end = addr + len, part; addr < end && rc == CX3_OK; addr += part) {
		part = cx3_page_part(addr, end);
		cx3_plan_body(w->plan, addr, part, wanted);
		if (memcmp(wanted, cx3_shadow_bytes(w->shadow) + addr, part) != 0)
			rc = mend(w, lap, addr, part, err);
	}
	return rc;
}

static int reread(struct cx3_writer *w, unsigned lap, uint32_t addr, uint32_t len,
		  struct cx3_error *err)
{
	int rc = CX3_OK;

	for (uint32_t at = 0, part; at < len && rc == CX3_OK; at += part) {
		part = len - at < CX3_FLASH_SECTOR ? len - at : CX3_FLASH_SECTOR;
		rc = cx3_shadow_reread(w->shadow, addr + at, part, err);
		if (rc == CX3_OK)
			rc = compare(w, lap, addr + at, part, err);
	}
	return rc;
}

int cx3_plan_recheck(struct cx3_writer *w, unsigned lap, bool all, struct cx3_error *err)
{
	const struct cx3_fs2_extents *care = &w->plan->lap[lap].care;
	int rc = CX3_OK;

	for (unsigned i = 0; i < care->count && rc == CX3_OK; i++) {
		uint32_t addr = care->range[i].lo, end = care->range[i].hi;

		while (addr < end && rc == CX3_OK) {
			uint32_t stop = end, first = end;

			if (!all)
				first = next_verified(w->plan, lap, addr, end, &stop);

			if (first > addr)
				rc = reread(w, lap, addr, first - addr, err);
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

/* *why: what is wrong with the image at `start`, where that is CX3_E_IMAGE or CX3_E_NO_IMAGE. */
static int verify(struct cx3_shadow *shadow, uint32_t start, struct cx3_error *why,
		  struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_shadow_once(shadow);
	struct cx3_fs2_info info;
	int rc = cx3_fs2_verify_at(&src, start, CX3_FS2_STRIPED, &info, NULL, NULL, why);

	if (rc != CX3_OK && rc != CX3_E_IMAGE && rc != CX3_E_NO_IMAGE && err)
		*err = *why;
	return rc;
}

int cx3_plan_check_signed(const struct cx3_plan *plan, unsigned lap, struct cx3_shadow *shadow,
			  struct cx3_error *err)
{
	const struct cx3_lap *l = &plan->lap[lap];
	struct cx3_error why = {0};

	for (unsigned i = 0; i < l->sign_count; i++) {
		int rc = verify(shadow, l->sign[i], &why, err);

		if (rc == CX3_E_IMAGE || rc == CX3_E_NO_IMAGE)
			return not_whole(l->sign[i], &why, err);
		if (rc != CX3_OK)
			return rc;
	}
	return CX3_OK;
}

int cx3_plan_check_filled(const struct cx3_plan *plan, struct cx3_shadow *shadow,
			  struct cx3_error *err)
{
	struct cx3_error why = {0};
	char place[32];
	int rc = plan->fills_image ? verify(shadow, plan->filled_start, &why, err) : CX3_OK;

	if (rc != CX3_E_IMAGE && rc != CX3_E_NO_IMAGE)
		return rc;
	snprintf(place, sizeof(place), "flash 0x%x", plan->filled_start);
	return cx3_fail(err, CX3_E_VERIFY, place,
			"The fields are written, but the image at 0x%x does not verify (%.200s).\n"
			"Leave the card's power on, and restore a backup of this card.",
			plan->filled_start, why.cause);
}
