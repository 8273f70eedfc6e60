/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does a flash look like one that an interrupted job has left? A job writes block after
 * block: those that it has passed hold what it leaves, then one block was in work, and
 * the rest is as before. Any other flash is of another card, or somebody else has
 * written to it; then its content must be kept before it is overwritten.
 */
#include "job_priv.h"

#include <stdlib.h>
#include <string.h>

/* What a block of 64 KiB may hold, of which only some bytes are known. */
struct block {
	uint8_t before[CX3_FLASH_BLOCK], after[CX3_FLASH_BLOCK];
	bool known[CX3_FLASH_BLOCK]; /* `before` means something */
	bool cared[CX3_FLASH_BLOCK]; /* `after` is the job's */
};

/* Signatures come and go on their own, before and after all else. */
static bool is_signature(uint32_t addr)
{
	uint32_t start = addr / CX3_FS2_SIGNATURE_SIZE * CX3_FS2_SIGNATURE_SIZE;

	return start == 0 || (start >= CX3_FLASH_BLOCK && (start & (start - 1)) == 0);
}

/* Marks the part of [lo, hi) that lies in the block at `base`. */
static void mark(bool *flags, uint32_t base, uint32_t lo, uint32_t hi)
{
	uint32_t end = base + CX3_FLASH_BLOCK;

	lo = lo > base ? lo : base;
	hi = hi < end ? hi : end;
	if (lo < hi)
		memset(flags + (lo - base), 1, hi - lo);
}

static void mark_cared(const struct cx3_plan *plan, uint32_t base, bool *cared)
{
	const struct cx3_fs2_extents *care = &plan->lap[0].care;

	for (unsigned i = 0; i < care->count; i++)
		mark(cared, base, care->range[i].lo, care->range[i].hi);
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->place[i].stage == CX3_STAGE_IN_PLACE)
			mark(cared, base, plan->step[i].addr,
			     plan->step[i].addr + plan->step[i].len);
	}
}

static void load(const struct cx3_job *job, uint32_t base, struct block *b)
{
	const struct cx3_journal *j = &job->resumed;
	const struct cx3_plan *plan = job->draft.plan;

	memset(b->known, 0, sizeof(b->known));
	memset(b->cared, 0, sizeof(b->cared));
	for (unsigned i = 0; i < j->known.count; i++)
		mark(b->known, base, j->known.range[i].lo, j->known.range[i].hi);
	mark_cared(plan, base, b->cared);
	memcpy(b->before, job->before_bytes + base, CX3_FLASH_BLOCK);
	memcpy(b->after, b->before, CX3_FLASH_BLOCK);
	for (uint32_t i = 0; i < CX3_FLASH_BLOCK; i++) {
		if (b->cared[i])
			b->after[i] = plan->target[base + i];
	}
}

struct verdict {
	bool before, after; /* the block is as before the job, or as it leaves it */
};

static struct verdict look(const uint8_t *now, uint32_t base, const struct block *b)
{
	struct verdict v = {true, true};

	for (uint32_t i = 0; i < CX3_FLASH_BLOCK; i++) {
		if (is_signature(base + i))
			continue;
		if (b->known[i] && now[base + i] != b->before[i])
			v.before = false;
		if ((b->known[i] || b->cared[i]) && now[base + i] != b->after[i])
			v.after = false;
	}
	return v;
}

static bool was_cut_here(const struct cx3_job *job, struct block *b)
{
	const uint8_t *now = cx3_shadow_bytes(job->shadow);
	bool in_order = job->draft.plan->lap[0].care.count > 0;
	bool waiting = false; /* a block that the job has not come to yet was passed */
	unsigned in_work = 0;

	for (uint32_t base = 0; base < job->resumed.size; base += CX3_FLASH_BLOCK) {
		struct verdict v;

		load(job, base, b);
		v = look(now, base, b);
		if (v.before && v.after)
			continue;
		if (!v.before && in_order && waiting)
			return false;
		in_work += !v.before && !v.after;
		waiting = waiting || !v.after;
	}
	return in_work <= 1;
}

/* Without memory nothing is known of it, and the job does not go on from it. */
bool cx3_job_was_cut_here(const struct cx3_job *job)
{
	struct block *b = malloc(sizeof(*b));
	bool cut = b && was_cut_here(job, b);

	free(b);
	return cut;
}
