/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the bytes that shall be on flash to the steps that bring them there, block by
 * block (64 KiB), each sector of a block erased only if it must be.
 */
#include "plan.h"
#include "settle.h"

#include <stdlib.h>
#include <string.h>

#define SECTORS (CX3_FLASH_BLOCK / CX3_FLASH_SECTOR)
#define PAGES (CX3_FLASH_BLOCK / CX3_FLASH_PAGE)

enum need {
	NEED_NOTHING, /* known to be right */
	NEED_PROGRAM, /* known, and bits need only go from 1 to 0 */
	NEED_ERASE    /* not known, or a bit must go from 0 to 1 */
};

struct block {
	struct cx3_plan *plan;
	struct cx3_lap *lap;
	struct cx3_shadow *shadow;
	uint32_t base;
	uint32_t begin, end; /* the bytes that the plan decides on; begin is a multiple of unit */
	uint32_t unit;	     /* smallest erase */
	enum need need[SECTORS]; /* by unit; only the first if the unit is a block */
	uint8_t wanted[CX3_FLASH_BLOCK];
	uint8_t have[CX3_FLASH_BLOCK];
};

/* How much of the unit at `offset` the plan decides on. */
static uint32_t cared(const struct block *b, uint32_t offset, uint32_t unit)
{
	uint32_t end = b->end - b->base;

	if (offset >= end || b->base + offset < b->begin)
		return 0;
	return end - offset < unit ? end - offset : unit;
}

static enum need need_of(const struct block *b, uint32_t offset)
{
	uint32_t len = cared(b, offset, b->unit);

	if (len == 0)
		return NEED_NOTHING;
	if (!cx3_shadow_known(b->shadow, b->base + offset, len, NULL))
		return NEED_ERASE;
	if (memcmp(b->have + offset, b->wanted + offset, len) == 0)
		return NEED_NOTHING;
	return cx3_bits_allow(b->have + offset, b->wanted + offset, len) ? NEED_PROGRAM
									 : NEED_ERASE;
}

/* What lies in the block once the CLEAR stage is done. */
static void load_have(struct block *b)
{
	const struct cx3_lap *lap = b->lap;

	memcpy(b->have, cx3_shadow_bytes(b->shadow) + b->base, CX3_FLASH_BLOCK);
	for (unsigned i = 0; i < lap->clear_count; i++) {
		if (lap->clear[i] == b->base)
			memset(b->have, 0, 4);
	}
}

/*
 * An interrupted job that has worked on this block had the rest in memory only. What it
 * found there is put back, unless the block is still as it was.
 */
static bool rest_was_lost(const struct block *b, uint32_t len)
{
	const uint8_t *found = b->plan->found;
	uint32_t own = b->end - b->base;

	if (memcmp(b->have + own, found + b->end, len) == 0)
		return false;
	/* cut right after the erase: where the image's part was blank before, only this tells */
	return cx3_is_blank(b->have + own, len) || memcmp(b->have, found + b->base, own) != 0;
}

/*
 * A part without 4 KiB erases: what lies behind the image's end in its last
 * block would be lost with the erase, so it becomes part of the target.
 */
static int keep_rest(struct block *b, struct cx3_error *err)
{
	uint32_t len = b->base + CX3_FLASH_BLOCK - b->end;
	uint32_t offset = b->end - b->base;
	const uint8_t *rest = cx3_shadow_bytes(b->shadow) + b->end;
	bool found = b->plan->found &&
		     cx3_fs2_extents_hold(b->plan->found_known, b->base, b->end + len);
	int rc;

	if (b->unit == CX3_FLASH_SECTOR || len == 0 || (b->need[0] != NEED_ERASE && !found))
		return CX3_OK;
	/* no CRC covers it, and it is written back */
	rc = cx3_shadow_make_sure(b->shadow, b->end, len, err);
	if (rc != CX3_OK)
		return rc;
	memcpy(b->have + offset, rest, len);
	if (found && rest_was_lost(b, len))
		rest = b->plan->found + b->end;
	else if (b->need[0] != NEED_ERASE)
		return CX3_OK;
	memcpy(b->plan->target + b->end, rest, len);
	memcpy(b->wanted + offset, rest, len);
	b->end += len;
	if (b->need[0] != NEED_ERASE)
		b->need[0] = need_of(b, 0);
	return CX3_OK;
}

/* Whether the sectors of the block that are not the plan's are known to be blank. */
static bool rest_is_blank(const struct block *b)
{
	for (uint32_t s = 0; s < CX3_FLASH_BLOCK; s += CX3_FLASH_SECTOR) {
		if (cared(b, s, CX3_FLASH_SECTOR) != 0)
			continue;
		if (!cx3_shadow_known(b->shadow, b->base + s, CX3_FLASH_SECTOR, NULL) ||
		    !cx3_is_blank(b->have + s, CX3_FLASH_SECTOR))
			return false;
	}
	return true;
}

/*
 * A block erase also blanks sectors that are right already. This is the time that it
 * takes to program one of them again and read it back, in microseconds.
 */
static uint64_t redo_us(const struct block *b, uint32_t sector)
{
	const struct cx3_flash *flash = b->shadow->flash;
	uint32_t len = cared(b, sector, CX3_FLASH_SECTOR);
	uint64_t us = 0;
	uint32_t skip;

	if (len == 0)
		return 0;
	for (uint32_t p = sector; p < sector + len; p += CX3_FLASH_PAGE) {
		uint32_t size = cx3_trim_blank(b->wanted + p, cx3_page_part(p, sector + len),
					       &skip);

		if (size)
			us += cx3_flash_program_cost(flash, size).us;
	}
	return us + cx3_flash_read_cost(flash, len).us;
}

/*
 * One erase of the whole block instead of several of sectors, if that takes less time.
 * Never where the block's begin is not this lap's: another lap may have written there.
 */
static bool prefer_block(const struct block *b)
{
	const struct cx3_flash *flash = b->shadow->flash;
	uint64_t sectors = 0;
	uint64_t whole = cx3_flash_erase_cost(flash, CX3_FLASH_BLOCK).us;

	if (b->begin != b->base)
		return false;
	for (unsigned i = 0; i < SECTORS; i++) {
		if (b->need[i] == NEED_ERASE)
			sectors += cx3_flash_erase_cost(flash, CX3_FLASH_SECTOR).us;
		else
			whole += redo_us(b, i * CX3_FLASH_SECTOR);
	}
	return whole < sectors && rest_is_blank(b);
}

static void add_step(struct block *b, enum cx3_step_kind kind, uint32_t offset, uint32_t len)
{
	uint32_t addr = b->base + offset;
	struct cx3_step step = {kind, addr, len, addr, "image"};

	cx3_plan_add(b->plan, CX3_STAGE_BODY, step);
}

static void add_erases(struct block *b)
{
	if (b->unit == CX3_FLASH_SECTOR && prefer_block(b)) {
		for (unsigned i = 0; i < SECTORS; i++)
			b->need[i] = NEED_ERASE;
		add_step(b, CX3_STEP_ERASE, 0, CX3_FLASH_BLOCK);
		return;
	}
	for (uint32_t offset = 0; offset < CX3_FLASH_BLOCK; offset += b->unit) {
		if (b->need[offset / b->unit] == NEED_ERASE)
			add_step(b, CX3_STEP_ERASE, offset, b->unit);
	}
}

/* The signature's bytes are the SIGN stage's. */
static uint32_t signature_at(const struct block *b, uint32_t offset)
{
	for (unsigned i = 0; i < b->lap->sign_count && offset == 0; i++) {
		if (b->lap->sign[i] == b->base)
			return CX3_FS2_SIGNATURE_SIZE;
	}
	return 0;
}

static bool must_program(const struct block *b, uint32_t page, uint32_t len)
{
	if (b->need[page / b->unit] == NEED_ERASE)
		return !cx3_is_blank(b->wanted + page, len);
	return b->need[page / b->unit] == NEED_PROGRAM &&
	       memcmp(b->have + page, b->wanted + page, len) != 0;
}

static bool must_verify(const struct block *b, uint32_t page, uint32_t len)
{
	return b->need[page / b->unit] == NEED_ERASE || must_program(b, page, len);
}

/* One step for each run of pages that need it. */
static void add_runs(struct block *b, enum cx3_step_kind kind,
		     bool (*needed)(const struct block *b, uint32_t page, uint32_t len))
{
	uint32_t end = b->end - b->base;
	uint32_t first = 0, page, len;
	bool open = false;

	for (page = b->begin - b->base; page < end; page += len) {
		len = cx3_page_part(page, end);
		if (needed(b, page, len)) {
			if (!open)
				first = page + signature_at(b, page);
			open = true;
		} else if (open) {
			add_step(b, kind, first, page - first);
			open = false;
		}
	}
	if (open)
		add_step(b, kind, first, end - first);
}

static int lay_out_block(struct block *b, struct cx3_error *err)
{
	int rc;

	cx3_plan_body(b->plan, b->base, CX3_FLASH_BLOCK, b->wanted);
	load_have(b);
	for (uint32_t offset = 0; offset < CX3_FLASH_BLOCK; offset += b->unit)
		b->need[offset / b->unit] = need_of(b, offset);
	rc = keep_rest(b, err);
	if (rc != CX3_OK)
		return rc;
	add_erases(b);
	add_runs(b, CX3_STEP_PROGRAM, must_program);
	add_runs(b, CX3_STEP_VERIFY, must_verify);
	return CX3_OK;
}

static int lay_out_range(struct block *b, struct cx3_fs2_range *range, struct cx3_error *err)
{
	int rc = CX3_OK;

	for (uint32_t base = range->lo / CX3_FLASH_BLOCK * CX3_FLASH_BLOCK;
	     base < range->hi && rc == CX3_OK; base += CX3_FLASH_BLOCK) {
		b->base = base;
		b->begin = base < range->lo ? range->lo : base;
		b->end = range->hi - base < CX3_FLASH_BLOCK ? range->hi : base + CX3_FLASH_BLOCK;
		rc = lay_out_block(b, err);
		if (b->end > range->hi)
			range->hi = b->end;
	}
	return rc;
}

int cx3_plan_lay_out(struct cx3_plan *plan, struct cx3_shadow *shadow, struct cx3_error *err)
{
	struct cx3_lap *lap = cx3_plan_lap(plan);
	struct block *b = malloc(sizeof(*b));
	int rc = CX3_OK;

	if (!b)
		return cx3_fail(err, CX3_E_NO_MEMORY, "plan",
				"There is no memory to plan the %s.\n"
				"Close other programs and try again.",
				plan->noun);
	b->plan = plan;
	b->lap = lap;
	b->shadow = shadow;
	b->unit = cx3_erase_unit(shadow->flash);
	for (unsigned i = 0; i < lap->clear_count; i++)
		cx3_plan_void_signature(plan, CX3_STAGE_CLEAR, lap->clear[i],
					"signature of an image that is overwritten");
	for (unsigned i = 0; i < lap->care.count && rc == CX3_OK; i++)
		rc = lay_out_range(b, &lap->care.range[i], err);
	free(b);
	for (unsigned i = 0; i < lap->sign_count; i++)
		cx3_plan_write(plan, CX3_STAGE_SIGN, lap->sign[i], CX3_FS2_SIGNATURE_SIZE,
			       "new signature");
	return rc;
}
