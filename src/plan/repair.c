/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What to do about a page that did not read back as it was written. I2C has no
 * checksum, so a wrong byte may be the bus's and not the flash's: look again first.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan_priv.h"

#define ATTEMPTS 3

/* Only what the plan itself fills may be erased again: never a sector that
 * holds a signature which is just being zeroed, or a booting image's fields. */
static bool may_erase(enum cx3_stage stage)
{
	return stage == CX3_STAGE_BODY || stage == CX3_STAGE_SIGN;
}

/* Lays the plan's bytes over what the sector holds now; the rest is kept. */
static void overlay(const struct cx3_plan *plan, const struct cx3_lap *lap, uint32_t base,
		    uint32_t unit, uint8_t *sector, uint8_t *scratch)
{
	cx3_plan_body(plan, base, unit, scratch);
	for (unsigned i = 0; i < lap->care.count; i++) {
		const struct cx3_fs2_range *care = &lap->care.range[i];
		uint32_t lo = care->lo > base ? care->lo : base;
		uint32_t hi = care->hi < base + unit ? care->hi : base + unit;

		if (lo < hi)
			memcpy(sector + (lo - base), scratch + (lo - base), hi - lo);
	}
}

/* One page on its way to being right. */
struct repair {
	struct cx3_writer *w;
	struct cx3_plan_place place;
	const uint8_t *wanted;
	uint32_t addr, len;
	bool sector_wrong; /* the last rewrite of its sector left a wrong byte */
	bool unsteady;	   /* it came out wrong in different ways: not the flash, but the wires */
	uint8_t last[CX3_FLASH_PAGE]; /* as it came out the time before */
	uint32_t rewrites, last_sum;  /* CRC of the sector as its last rewrite came out */
	uint8_t *sector;	      /* ... and as it was before the first: what must survive */
};

/* A worn cell reads back the same each time. */
static void compare_sectors(struct repair *r, const uint8_t *now, uint32_t unit)
{
	uint32_t sum = cx3_fs2_crc16(now, unit);

	if (r->rewrites++ > 0 && sum != r->last_sum)
		r->unsteady = true;
	r->last_sum = sum;
}

/*
 * The sector as it is to be: what must survive is read before the first rewrite and not again,
 * for a rewrite that came out wrong has changed it.
 */
static int prepare_sector(struct repair *r, uint32_t base, uint32_t unit, struct cx3_error *err)
{
	const struct cx3_plan *plan = r->w->plan;
	int rc;

	if (r->sector)
		return CX3_OK;
	r->sector = malloc(2 * (size_t)unit);
	if (!r->sector)
		return cx3_fail(err, CX3_E_NO_MEMORY, "plan",
				"There is no memory to write a sector again.\n"
				"Close other programs.");
	rc = cx3_plan_read_kept(r->w->shadow, base, unit, r->sector, err);
	if (rc == CX3_OK)
		overlay(plan, &plan->lap[r->place.lap], base, unit, r->sector, r->sector + unit);
	return rc;
}

/* Erases the page's sector and writes all of it anew, signatures of the SIGN stage left blank. */
static int rewrite_sector(struct repair *r, struct cx3_error *err)
{
	uint32_t unit = cx3_erase_unit(r->w->shadow->flash);
	uint32_t base = r->addr / unit * unit;
	bool right = false;
	int rc = prepare_sector(r, base, unit, err);

	if (rc == CX3_OK)
		rc = cx3_plan_write_sector(r->w, base, r->sector, &right, err);
	if (rc == CX3_OK)
		r->sector_wrong = !right;
	if (r->sector_wrong)
		compare_sectors(r, cx3_shadow_bytes(r->w->shadow) + base, unit);
	return rc;
}

static int write_again(struct repair *r, struct cx3_error *err)
{
	const uint8_t *have = cx3_shadow_bytes(r->w->shadow) + r->addr;
	int rc;

	if (may_erase(r->place.stage) &&
	    (r->sector_wrong || !cx3_bits_allow(have, r->wanted, r->len))) {
		rc = rewrite_sector(r, err);
		if (rc != CX3_OK || r->sector_wrong || r->place.stage != CX3_STAGE_SIGN)
			return rc;
	}
	r->w->health->pages_again++;
	if (cx3_stage_in_place(r->place.stage))
		return cx3_plan_write_in_place(r->w, r->addr, r->wanted, r->len,
					       r->place.stage == CX3_STAGE_IN_PLACE, err);
	return cx3_plan_program(r->w, r->addr, r->wanted, r->len, false, err);
}

/* Bytes that are not there though they were programmed may lie elsewhere. */
static int look_elsewhere(const struct repair *r, struct cx3_error *err)
{
	bool in_place = cx3_stage_in_place(r->place.stage);
	struct cx3_flash_doubt doubt = cx3_flash_missing(r->w->shadow->flash, in_place);

	int rc;

	/* those of an in-place write were looked at right after it */
	if (in_place)
		return CX3_OK;
	rc = cx3_plan_find_astray(r->w, r->addr, r->wanted, r->len, &doubt, err);
	if (rc == CX3_OK && cx3_flash_missing_before(r->w->shadow->flash, &doubt))
		rc = cx3_plan_find_astray(r->w, r->addr, r->wanted, r->len, &doubt, err);
	return rc;
}

/* Twice wrong in the same manner: perhaps the card does not program pages as it is asked to. */
static bool step_down(const struct repair *r, int attempt)
{
	return attempt > 1 && !r->unsteady && may_erase(r->place.stage) &&
	       !cx3_stage_in_place(r->place.stage) && cx3_flash_step_down(r->w->shadow->flash);
}

static void compare_pages(struct repair *r, int attempt)
{
	const uint8_t *have = cx3_shadow_bytes(r->w->shadow) + r->addr;

	if (attempt > 1 && memcmp(have, r->last, r->len) != 0)
		r->unsteady = true;
	memcpy(r->last, have, r->len);
}

static int blame_wires(const struct repair *r, struct cx3_error *err)
{
	char place[32];

	snprintf(place, sizeof(place), "flash 0x%x", r->addr);
	return cx3_fail(
		err, CX3_E_NOISE, place,
		"The flash near 0x%x was written %d times and came out wrong, each time "
		"differently: the wires are noisy, or somebody else uses the flash gateway.\n"
		"Check the wires, the ground and the pull-ups, or lower the clock.",
		r->addr, ATTEMPTS);
}

static int give_up(const struct repair *r, struct cx3_error *err)
{
	const uint8_t *have = cx3_shadow_bytes(r->w->shadow) + r->addr;
	char place[32];
	uint32_t i = 0;
	bool page_right;

	if (r->unsteady)
		return blame_wires(r, err);
	while (i < r->len && have[i] == r->wanted[i])
		i++;
	page_right = i == r->len;
	if (page_right)
		i = 0;
	snprintf(place, sizeof(place), "flash 0x%x", r->addr + i);
	if (page_right)
		return cx3_fail(
			err, CX3_E_VERIFY, place,
			"The sector of 0x%x was written %d times and never read back right.\n"
			"Check the wiring and the clock. If it stays so, the flash is worn "
			"out.",
			r->addr, ATTEMPTS);
	return cx3_fail(err, CX3_E_VERIFY, place,
			"The flash at 0x%x reads 0x%02x where 0x%02x was written, after %d "
			"attempts.\n"
			"Check the wiring and the clock. If it stays so, the flash is worn out.",
			r->addr + i, have[i], r->wanted[i], ATTEMPTS);
}

static int repair(struct repair *r, struct cx3_error *err)
{
	for (int attempt = 0; attempt <= ATTEMPTS; attempt++) {
		int rc = attempt > 0 ? write_again(r, err) : CX3_OK;

		/* spoilt by a broken command: wrong once more, which is seen below */
		if (rc == CX3_E_VERIFY && r->w->spoilt && may_erase(r->place.stage))
			rc = CX3_OK;
		if (rc == CX3_OK)
			rc = cx3_plan_see_twice(r->w->shadow, r->addr, r->len, err);
		if (rc != CX3_OK)
			return rc;
		if (!r->sector_wrong &&
		    memcmp(cx3_shadow_bytes(r->w->shadow) + r->addr, r->wanted, r->len) == 0)
			return CX3_OK;
		compare_pages(r, attempt);
		rc = look_elsewhere(r, err);
		if (rc != CX3_OK)
			return rc;
		if (step_down(r, attempt))
			attempt = 0;
	}
	return give_up(r, err);
}

int cx3_plan_repair(struct cx3_writer *w, const struct cx3_step *step, struct cx3_plan_place place,
		    uint32_t addr, uint32_t len, struct cx3_error *err)
{
	struct repair r = {
		.w = w,
		.place = place,
		.wanted = w->plan->target + step->data + (addr - step->addr),
		.addr = addr,
		.len = len,
	};

	int rc;

	assert(addr / CX3_FLASH_PAGE == (addr + len - 1) / CX3_FLASH_PAGE);
	rc = repair(&r, err);
	free(r.sector);
	return rc;
}
