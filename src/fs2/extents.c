/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where an image lies on flash. A fail-safe image uses every second chunk of the
 * flash, from its start on; an image that is not fail-safe lies in one piece.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cx3flash/fs2.h"

uint32_t cx3_fs2_addr(const struct cx3_fs2_info *info, uint32_t logical)
{
	return info->failsafe ? cx3_fs2_phys(logical, info->log2_chunk, info->start != 0) : logical;
}

int cx3_fs2_extents(const struct cx3_fs2_info *info, uint32_t start, uint32_t len,
		    uint32_t flash_size, struct cx3_fs2_extents *out, struct cx3_error *err)
{
	uint32_t chunk = info->failsafe ? UINT32_C(1) << info->log2_chunk : len;
	uint32_t size;

	out->count = 0;
	for (uint32_t at = 0; at < len; at += size) {
		uint64_t lo = info->failsafe ? cx3_fs2_phys(at, info->log2_chunk, start != 0) : at;

		size = len - at < chunk ? len - at : chunk;
		if (at >= flash_size || lo + size > flash_size || out->count == CX3_FS2_MAX_RANGES)
			return cx3_fail(err, CX3_E_TOO_BIG, "image",
					"The image has 0x%" PRIx32 " bytes, and from 0x%" PRIx32
					" on it would pass the end of the flash (0x%" PRIx32
					" bytes).\nTake an image that is made for this card.",
					len, start, flash_size);
		out->range[out->count].lo = (uint32_t)lo;
		out->range[out->count].hi = (uint32_t)lo + size;
		out->count++;
	}
	return CX3_OK;
}

int cx3_fs2_extents_at(const struct cx3_fs2_source *src, uint32_t start,
		       struct cx3_fs2_extents *out, struct cx3_error *err)
{
	struct cx3_fs2_info info;
	uint32_t len;
	int rc = cx3_fs2_query_at(src, start, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, err);

	out->count = 0;
	if (rc != CX3_OK)
		return rc;
	len = info.end > info.image_size ? info.end : info.image_size;
	return cx3_fs2_extents(&info, start, len, src->size, out, err);
}

bool cx3_fs2_extents_hold(const struct cx3_fs2_extents *extents, uint32_t lo, uint32_t hi)
{
	for (unsigned i = 0; i < extents->count; i++) {
		if (lo >= extents->range[i].lo && hi <= extents->range[i].hi)
			return true;
	}
	return false;
}

static uint64_t down(uint32_t value, uint32_t unit)
{
	return value - value % unit;
}

static uint64_t up(uint32_t value, uint32_t unit)
{
	return ((uint64_t)value + unit - 1) / unit * unit;
}

bool cx3_fs2_extents_meet(const struct cx3_fs2_extents *a, const struct cx3_fs2_extents *b,
			  uint32_t unit)
{
	for (unsigned i = 0; i < a->count; i++) {
		for (unsigned k = 0; k < b->count; k++) {
			if (down(a->range[i].lo, unit) < up(b->range[k].hi, unit) &&
			    down(b->range[k].lo, unit) < up(a->range[i].hi, unit))
				return true;
		}
	}
	return false;
}

void cx3_fs2_extents_fill(const struct cx3_fs2_extents *extents, const uint8_t *image,
			  uint8_t *flash)
{
	for (unsigned i = 0; i < extents->count; i++) {
		uint32_t len = extents->range[i].hi - extents->range[i].lo;

		memcpy(flash + extents->range[i].lo, image, len);
		image += len;
	}
}
