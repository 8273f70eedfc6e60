/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing a few bytes among others that must stay: signatures, zeroed signatures, blank
 * fields of the booting image. Nothing around them is written again, so a flipped bit in
 * such a write would stay. What is known of the page, of the places that the command can
 * hit by mistake and, in an image that boots, of the 64 KiB block is therefore compared
 * after it with two equal readings from before. The same holds for what comes behind the
 * last byte of an image in its page.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan_priv.h"

bool cx3_stage_in_place(enum cx3_stage stage)
{
	return stage == CX3_STAGE_CLEAR || stage == CX3_STAGE_SIGN || stage == CX3_STAGE_RETIRE ||
	       stage == CX3_STAGE_IN_PLACE;
}

static int know(struct cx3_writer *w, const struct cx3_flash_stray *stray, void *user,
		struct cx3_error *err)
{
	int rc = CX3_OK;

	(void)user;
	for (uint32_t g = 0; g < CX3_FLASH_PAGE && rc == CX3_OK; g += CX3_SHADOW_GRAIN) {
		if (!cx3_is_blank(stray->left + g, CX3_SHADOW_GRAIN))
			rc = cx3_plan_be_sure(w->shadow, stray->page + g, CX3_SHADOW_GRAIN, err);
	}
	return rc;
}

/* [base, base + len) but the bytes that were written just now: `before` has what was there. */
static int hold(struct cx3_writer *w, uint32_t base, uint32_t len, const uint8_t *before,
		uint32_t addr, uint32_t size, struct cx3_error *err)
{
	uint8_t left[CX3_FLASH_PAGE];
	int rc = CX3_OK;

	for (uint32_t p = 0; p < len && rc == CX3_OK; p += CX3_FLASH_PAGE) {
		for (uint32_t b = 0; b < CX3_FLASH_PAGE; b++)
			left[b] = base + p + b >= addr && base + p + b - addr < size ? 0xff : 0;
		rc = cx3_plan_check_page(w, base + p, before + p, left, err);
	}
	return rc;
}

/* The bytes themselves: programmed again by the verify step if they are not there. */
static int write_known(struct cx3_writer *w, uint32_t addr, const uint8_t *data, uint32_t len,
		       struct cx3_error *err)
{
	const struct cx3_flash_doubt any = cx3_flash_missing(w->shadow->flash, true);
	int rc = cx3_plan_each_stray(w, addr, data, len, &any, know, NULL, err);

	if (rc == CX3_OK)
		rc = cx3_plan_program(w, addr, data, len, true, err);
	if (rc == CX3_OK)
		rc = cx3_plan_find_astray(w, addr, data, len, &any, err);
	return rc;
}

int cx3_plan_write_in_place(struct cx3_writer *w, uint32_t addr, const uint8_t *data, uint32_t len,
			    bool block, struct cx3_error *err)
{
	uint32_t around = block ? CX3_FLASH_BLOCK : CX3_FLASH_PAGE;
	uint32_t base = addr / around * around;
	uint8_t *before;
	int rc = cx3_plan_be_sure(w->shadow, base, around, err);

	if (rc != CX3_OK)
		return rc;
	before = malloc(around);
	if (!before)
		return cx3_fail(err, CX3_E_NO_MEMORY, "plan",
				"There is no memory for a copy of what is written to.\n"
				"Close other programs and try again.");
	memcpy(before, cx3_shadow_bytes(w->shadow) + base, around);
	rc = write_known(w, addr, data, len, err);
	if (rc == CX3_OK)
		rc = hold(w, base, around, before, addr, len, err);
	free(before);
	return rc;
}

/* An erase of this lap has made the byte at `addr` FF. */
static bool erased(const struct cx3_plan *plan, unsigned lap, uint32_t addr)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct cx3_step *step = &plan->step[i];

		if (step->kind == CX3_STEP_ERASE && plan->place[i].lap == lap &&
		    addr >= step->addr && addr - step->addr < step->len)
			return true;
	}
	return false;
}

int cx3_plan_check_rest(struct cx3_writer *w, unsigned lap, uint32_t addr, struct cx3_error *err)
{
	uint32_t page = addr / CX3_FLASH_PAGE * CX3_FLASH_PAGE;
	uint8_t expected[CX3_FLASH_PAGE], left[CX3_FLASH_PAGE];
	uint32_t grain_end = (addr + CX3_SHADOW_GRAIN - 1) / CX3_SHADOW_GRAIN * CX3_SHADOW_GRAIN;
	bool blank = erased(w->plan, lap, page), any = false;

	memset(left, 0xff, sizeof(left));
	memcpy(expected, cx3_shadow_bytes(w->shadow) + page, sizeof(expected));
	for (uint32_t b = addr - page; b < CX3_FLASH_PAGE; b++) {
		/* the rest of the last grain was known until that was programmed */
		if (!blank && page + b >= grain_end &&
		    !cx3_shadow_known(w->shadow, page + b, 1, NULL))
			continue;
		left[b] = 0;
		any = true;
		if (blank)
			expected[b] = 0xff;
	}
	return any ? cx3_plan_check_page(w, page, expected, left, err) : CX3_OK;
}

/* Or what a cut has left of one while it was zeroed. */
static bool is_signature(const uint8_t *bytes)
{
	struct cx3_fs2_source src = cx3_fs2_memory(bytes, CX3_FS2_SIGNATURE_SIZE);
	uint32_t start[CX3_FS2_MAX_STARTS];
	unsigned count = 0, half = 0;

	return cx3_fs2_locate(&src, start, &count, NULL) == CX3_OK &&
	       cx3_fs2_locate_half_voided(&src, start, &half, NULL) == CX3_OK && count + half == 1;
}

int cx3_plan_must_be_signed(struct cx3_writer *w, uint32_t start, struct cx3_error *err)
{
	uint8_t bytes[CX3_FS2_SIGNATURE_SIZE];
	char place[32];
	int rc = cx3_plan_read_sure(w->shadow->flash, start, sizeof(bytes), bytes, err);

	if (rc != CX3_OK || is_signature(bytes))
		return rc;
	snprintf(place, sizeof(place), "flash 0x%x", start);
	return cx3_fail(err, CX3_E_NOISE, place,
			"At 0x%x a signature was to be zeroed, but two readings show none there: "
			"an earlier reading was wrong, or something else writes to the flash.\n"
			"Check the wires, the ground and the pull-ups, or lower the clock.",
			start);
}
