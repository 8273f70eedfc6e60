/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "burn.h"

int cx3_extents(const struct cx3_fs2_info *info, uint32_t start, uint32_t len, uint32_t flash_size,
		struct cx3_ranges *out, struct cx3_error *err)
{
	uint32_t chunk = info->failsafe ? UINT32_C(1) << info->log2_chunk : len;

	out->count = 0;
	for (uint32_t at = 0; at < len; at += chunk) {
		uint32_t size = len - at < chunk ? len - at : chunk;
		uint64_t lo = info->failsafe ? cx3_fs2_phys(at, info->log2_chunk, start != 0) : at;

		if (lo + size > flash_size || out->count == CX3_MAX_RANGES)
			return cx3_fail(
				err, CX3_E_TOO_BIG, "image",
				"The image has %u bytes and from 0x%x on it would pass the end "
				"of the flash (0x%x bytes); take an image made for this card.",
				len, start, flash_size);
		out->range[out->count].lo = (uint32_t)lo;
		out->range[out->count].hi = (uint32_t)lo + size;
		out->count++;
	}
	return CX3_OK;
}

static uint32_t up(uint32_t value, uint32_t unit)
{
	return (value + unit - 1) / unit * unit;
}

bool cx3_extents_meet(const struct cx3_ranges *a, const struct cx3_ranges *b, uint32_t unit)
{
	for (unsigned i = 0; i < a->count; i++) {
		for (unsigned k = 0; k < b->count; k++) {
			if (a->range[i].lo / unit * unit < up(b->range[k].hi, unit) &&
			    b->range[k].lo / unit * unit < up(a->range[i].hi, unit))
				return true;
		}
	}
	return false;
}

bool cx3_extents_of(struct cx3_shadow *shadow, uint32_t start, struct cx3_ranges *out)
{
	struct cx3_fs2_source src = cx3_shadow_source(shadow);
	struct cx3_fs2_info info;
	uint32_t len;

	if (cx3_fs2_query_at(&src, start, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, NULL) != CX3_OK)
		return false;
	len = info.end > info.image_size ? info.end : info.image_size;
	return cx3_extents(&info, start, len, shadow->size, out, NULL) == CX3_OK;
}

void cx3_extents_fill(const struct cx3_ranges *ranges, const uint8_t *image, uint8_t *flash)
{
	for (unsigned i = 0; i < ranges->count; i++) {
		uint32_t len = ranges->range[i].hi - ranges->range[i].lo;

		memcpy(flash + ranges->range[i].lo, image, len);
		image += len;
	}
}
