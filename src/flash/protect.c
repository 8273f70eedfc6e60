/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Write protection as a table of schemes: which bits of the status registers protect
 * which part of the flash, and which bits protect a wanted part. No I/O: registers.c
 * reads and writes the registers.
 *
 * A JEDEC id may stand for several chips whose bits mean different things. Then the
 * area is the largest that any of them would protect, and `exact` is false. What such
 * a chip really protects is never guessed.
 *
 * Sources: the parts' data sheets, and flashrom's tables as facts (writeprotect_ranges.c
 * for the lengths, the chips' rows for the places of the bits).
 */
#include "flash_priv.h"

#include <string.h>

#define KIB 1024ull
#define STATUS_QE 0x40u
#define STATUS2_QE 0x02u
#define STATUS3_WPS 0x04u
#define MOST_SECTORS (32 * KIB)

/* Bits that a part lacks are 0. */
struct scheme {
	uint8_t bp[4];	  /* status 1: BP0 to BP3 */
	uint8_t tb, sec;  /* status 1 */
	uint8_t cmp, srl; /* status 2 */
	bool by_64ths;	  /* one unit is the larger of 64 KiB and size / 64; else 64 KiB */
	bool bp3_unsure;  /* BP3 is a length bit on some chips, on others it inverts the area */
	bool any_is_all;  /* with any BP bit set, anything may be protected */
};

static const struct scheme schemes[] = {
	[CX3_PROTECT_BP3] = {.bp = {0x04, 0x08, 0x10}, .by_64ths = true},
	[CX3_PROTECT_BP3_TB] = {.bp = {0x04, 0x08, 0x10}, .tb = 0x20, .by_64ths = true},
	[CX3_PROTECT_BP3_TB_SEC] = {.bp = {0x04, 0x08, 0x10},
				    .tb = 0x20,
				    .sec = 0x40,
				    .cmp = 0x40,
				    .srl = 0x01,
				    .by_64ths = true},
	[CX3_PROTECT_BP4_TB] = {.bp = {0x04, 0x08, 0x10, 0x40}, .tb = 0x20},
	[CX3_PROTECT_BP4] = {.bp = {0x04, 0x08, 0x10, 0x20}, .by_64ths = true, .bp3_unsure = true},
	[CX3_PROTECT_GLOBAL] = {.bp = {0x04, 0x08}, .any_is_all = true},
	[CX3_PROTECT_SST] = {.bp = {0x04, 0x08, 0x10, 0x20}, .any_is_all = true},
};

static const struct scheme *scheme_of(const struct cx3_flash_part *part)
{
	return &schemes[part->protect];
}

static uint8_t bp_mask(const struct scheme *s)
{
	return s->bp[0] | s->bp[1] | s->bp[2] | s->bp[3];
}

static unsigned bp_value(const struct scheme *s, uint8_t status)
{
	unsigned value = 0;

	for (unsigned i = 0; i < 4; i++)
		value |= status & s->bp[i] ? 1u << i : 0;
	return value;
}

/* Bytes that BP bits of the value v (not 0) protect, before CMP. False if that is not exact. */
static bool length(const struct cx3_flash_part *part, unsigned v, bool sec, uint32_t *bytes)
{
	const struct scheme *s = scheme_of(part);
	uint64_t unit = 64 * KIB, most = part->size, len;

	*bytes = part->size;
	if (s->any_is_all)
		return v == (part->protect == CX3_PROTECT_GLOBAL ? 3 : 7);
	/* top or bottom, and on some ids how much, depends on bits that are not read */
	if (part->quirks & CX3_QUIRK_HIDDEN_TB)
		return !s->bp[3] && v == 7;
	if (s->bp3_unsure && v >= 8)
		return false;
	if (s->by_64ths && part->size / 64 > unit)
		unit = part->size / 64;
	if (sec && v >= 6)
		return false; /* 32 KiB or all: the makers' tables differ */
	if (sec) {
		unit = 4 * KIB;
		most = MOST_SECTORS;
	}
	len = unit << (v - 1);
	*bytes = (uint32_t)(len < most ? len : most);
	return true;
}

bool cx3_flash_protected_area(const struct cx3_flash_part *part, const uint8_t status[2],
			      uint32_t *start, uint32_t *len)
{
	const struct scheme *s = scheme_of(part);
	unsigned v = bp_value(s, status[0]);
	bool bottom = status[0] & s->tb, exact = true;

	*len = 0;
	if (v)
		exact = length(part, v, status[0] & s->sec, len);
	if (status[1] & s->cmp) {
		*len = exact ? part->size - *len : part->size;
		bottom = !bottom;
	}
	*start = bottom || *len == 0 ? 0 : part->size - *len;
	return exact;
}

bool cx3_flash_power_on_protected(const struct cx3_flash_part *part)
{
	return part->protect == CX3_PROTECT_GLOBAL || part->protect == CX3_PROTECT_SST;
}

static enum cx3_flash_register_lock register_lock(const struct scheme *s, const uint8_t *status)
{
	if (status[1] & s->srl)
		return CX3_REGISTER_LOCKED;
	return status[0] & STATUS_SRWD ? CX3_REGISTER_PIN : CX3_REGISTER_FREE;
}

/* A register that the chip does not have reads as all ones. */
static bool block_locks_on(const struct cx3_flash_part *part, const uint8_t *status)
{
	return (part->quirks & CX3_QUIRK_WPS) && (status[2] & STATUS3_WPS) && status[2] != 0xff;
}

void cx3_flash_protection_decode(const struct cx3_flash_part *part, bool blocks_unlocked,
				 struct cx3_flash_protection *p)
{
	p->register_lock = register_lock(scheme_of(part), p->status);
	p->lock_kind = CX3_LOCK_BITS;
	p->exact = cx3_flash_protected_area(part, p->status, &p->start, &p->len);
	if (part->protect == CX3_PROTECT_GLOBAL)
		p->lock_kind = CX3_LOCK_SECTORS;
	else if (part->quirks & CX3_QUIRK_HIDDEN_LOCKS)
		p->lock_kind = CX3_LOCK_BITS_OR_BLOCKS;
	if (!block_locks_on(part, p->status))
		return;
	/* Each block has a lock, set at power-on; they are not read one by one. */
	p->lock_kind = CX3_LOCK_BLOCKS;
	p->start = 0;
	p->len = blocks_unlocked ? 0 : part->size;
	p->exact = false;
}

void cx3_flash_protection_mask(const struct cx3_flash_part *part, uint8_t mask[2])
{
	mask[0] = bp_mask(scheme_of(part));
	mask[1] = scheme_of(part)->cmp;
}

void cx3_flash_protection_full_mask(const struct cx3_flash_part *part, uint8_t mask[2])
{
	const struct scheme *s = scheme_of(part);

	mask[0] = bp_mask(s) | s->tb | s->sec;
	mask[1] = s->cmp;
}

int cx3_flash_protection_of(const struct cx3_flash_part *part, uint32_t start, uint32_t len,
			    struct cx3_flash_protection *p, struct cx3_error *err)
{
	const struct scheme *s = scheme_of(part);
	uint8_t mask = bp_mask(s) | s->tb | s->sec, bits = 0;
	uint8_t trial[CX3_FLASH_STATUS_REGISTERS];

	if (p->lock_kind == CX3_LOCK_BLOCKS)
		return cx3_fail(err, CX3_E_PART, part->name,
				"The flash protects by a lock for each block (WPS is set), so its "
				"block protection bits have no effect.\n"
				"Clear WPS first.");
	/* Without CMP first; of the rest the smallest value. */
	for (unsigned cmp = 0; cmp <= s->cmp; cmp += s->cmp ? s->cmp : 1u) {
		do {
			uint32_t at, bytes;
			bool exact;

			memcpy(trial, p->status, sizeof(trial));
			trial[0] = (uint8_t)((trial[0] & ~mask) | bits);
			trial[1] = (uint8_t)((trial[1] & ~s->cmp) | cmp);
			exact = cx3_flash_protected_area(part, trial, &at, &bytes);
			if (exact && bytes == len && (at == start || len == 0)) {
				memcpy(p->status, trial, sizeof(trial));
				p->start = at;
				p->len = bytes;
				p->exact = true;
				return CX3_OK;
			}
			bits = (uint8_t)((bits - mask) & mask); /* the next value of these bits */
		} while (bits);
	}
	return cx3_fail(err, CX3_E_USAGE, part->name,
			"A %s has no known setting that protects 0x%x bytes from 0x%x on and "
			"nothing else.\nChoose one of the ranges that it has.",
			part->name, (unsigned)len, (unsigned)start);
}

static bool is_listed(const struct cx3_flash_range *range, size_t count, uint32_t start,
		      uint32_t len)
{
	for (size_t i = 0; i < count; i++) {
		if (range[i].start == start && range[i].len == len)
			return true;
	}
	return false;
}

/* Before all that are shorter. */
static void insert(struct cx3_flash_range *range, size_t count, uint32_t start, uint32_t len)
{
	size_t at = count;

	for (; at > 0 && range[at - 1].len < len; at--)
		range[at] = range[at - 1];
	range[at] = (struct cx3_flash_range){start, len};
}

size_t cx3_flash_protect_ranges(const struct cx3_flash_part *part, struct cx3_flash_range *range,
				size_t room)
{
	const struct scheme *s = scheme_of(part);
	uint8_t mask = bp_mask(s) | s->tb | s->sec, bits = 0;
	size_t count = 0;

	for (unsigned cmp = 0; cmp <= s->cmp; cmp += s->cmp ? s->cmp : 1u) {
		do {
			const uint8_t status[2] = {bits, (uint8_t)cmp};
			uint32_t start, len;

			if (cx3_flash_protected_area(part, status, &start, &len) && len &&
			    count < room && !is_listed(range, count, start, len))
				insert(range, count++, start, len);
			bits = (uint8_t)((bits - mask) & mask); /* the next value of these bits */
		} while (bits);
	}
	return count;
}

void cx3_flash_quad_mask(const struct cx3_flash_part *part, uint8_t mask[2])
{
	mask[0] = part->quad == CX3_QUAD_STATUS1 ? STATUS_QE : 0;
	mask[1] = part->quad == CX3_QUAD_STATUS2 ? STATUS2_QE : 0;
}

bool cx3_flash_quad_enabled(const struct cx3_flash_part *part, const struct cx3_flash_protection *p)
{
	uint8_t mask[2];

	cx3_flash_quad_mask(part, mask);
	return (p->status[0] & mask[0]) || (p->status[1] & mask[1]);
}
