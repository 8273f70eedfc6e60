/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What to do about a page that did not read back as it was written. I2C has no
 * checksum, so a wrong byte may be the bus's and not the flash's: look again first.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

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

static int program_sector(struct cx3_shadow *shadow, uint32_t base, uint32_t unit,
			  const uint8_t *sector, struct cx3_error *err)
{
	int rc = cx3_flash_erase(shadow->flash, base, unit, err);

	for (uint32_t p = 0; p < unit && rc == CX3_OK; p += CX3_FLASH_PAGE) {
		uint32_t skip;
		uint32_t len = cx3_trim_blank(sector + p, CX3_FLASH_PAGE, &skip);

		if (len)
			rc = cx3_flash_program(shadow->flash, base + p + skip, sector + p + skip,
					       len, err);
	}
	return rc;
}

/* One page on its way to being right. */
struct repair {
	const struct cx3_plan *plan;
	struct cx3_shadow *shadow;
	struct cx3_plan_place place;
	struct cx3_plan_health *health;
	const uint8_t *wanted;
	uint32_t addr, len;
	bool sector_wrong; /* the last rewrite of its sector left a wrong byte */
};

/* Erases the page's sector and writes all of it anew, signatures of the SIGN stage left blank. */
static int rewrite_sector(struct repair *r, struct cx3_error *err)
{
	uint32_t unit = cx3_erase_unit(r->shadow->flash);
	uint32_t base = r->addr / unit * unit;
	const uint8_t *have = cx3_shadow_bytes(r->shadow) + base;
	uint8_t *sector = malloc(2 * (size_t)unit);
	int rc;

	if (!sector)
		return cx3_fail(err, CX3_E_NO_MEMORY, "plan",
				"There is no memory to write a sector again.\n"
				"Close other programs.");
	rc = cx3_shadow_reread(r->shadow, base, unit, err);
	if (rc == CX3_OK) {
		memcpy(sector, have, unit);
		overlay(r->plan, &r->plan->lap[r->place.lap], base, unit, sector, sector + unit);
		cx3_shadow_forget(r->shadow, base, unit);
		rc = program_sector(r->shadow, base, unit, sector, err);
	}
	if (rc == CX3_OK)
		rc = cx3_shadow_reread(r->shadow, base, unit, err);
	if (rc == CX3_OK)
		r->sector_wrong = memcmp(have, sector, unit) != 0;
	free(sector);
	return rc;
}

static int write_again(struct repair *r, struct cx3_error *err)
{
	const uint8_t *have = cx3_shadow_bytes(r->shadow) + r->addr;
	int rc;

	if (may_erase(r->place.stage) &&
	    (r->sector_wrong || !cx3_bits_allow(have, r->wanted, r->len))) {
		rc = rewrite_sector(r, err);
		if (rc != CX3_OK || r->sector_wrong || r->place.stage != CX3_STAGE_SIGN)
			return rc;
	}
	cx3_shadow_forget(r->shadow, r->addr, r->len);
	r->health->pages_again++;
	return cx3_flash_program(r->shadow->flash, r->addr, r->wanted, r->len, err);
}

static int give_up(const struct repair *r, struct cx3_error *err)
{
	const uint8_t *have = cx3_shadow_bytes(r->shadow) + r->addr;
	char place[32];
	uint32_t i = 0;
	bool page_right;

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

int cx3_plan_repair(const struct cx3_plan *plan, struct cx3_shadow *shadow,
		    const struct cx3_step *step, struct cx3_plan_place place, uint32_t addr,
		    uint32_t len, struct cx3_plan_health *health, struct cx3_error *err)
{
	struct repair r = {
		.plan = plan,
		.shadow = shadow,
		.place = place,
		.health = health,
		.wanted = plan->target + step->data + (addr - step->addr),
		.addr = addr,
		.len = len,
	};

	assert(addr / CX3_FLASH_PAGE == (addr + len - 1) / CX3_FLASH_PAGE);
	for (int attempt = 0; attempt <= ATTEMPTS; attempt++) {
		int rc = attempt > 0 ? write_again(&r, err) : CX3_OK;

		if (rc == CX3_OK)
			rc = cx3_shadow_reread(shadow, addr, len, err);
		if (rc != CX3_OK)
			return rc;
		if (!r.sector_wrong && memcmp(cx3_shadow_bytes(shadow) + addr, r.wanted, len) == 0)
			return CX3_OK;
	}
	return give_up(&r, err);
}
