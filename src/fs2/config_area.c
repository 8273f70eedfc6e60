/* SPDX-License-Identifier: BSD-2-Clause */
/* The non-volatile configuration at the end of each home: where it is, what it looks like. */
#include "fs2/config_area.h"

#include <stdlib.h>
#include <string.h>

#include "fs2/header.h"

#define KIB64 0x10000u
#define GRAIN 16u

uint32_t cx3_config_sector(const struct cx3_fs2_info *info)
{
	return info->sector_size ? info->sector_size : KIB64;
}

unsigned cx3_config_areas(const struct cx3_fs2_info *info, uint32_t flash_size,
			  struct cx3_fs2_range area[CX3_CONFIG_AREAS])
{
	uint64_t sector = cx3_config_sector(info);
	uint64_t len = info->config_sectors * sector;
	uint64_t pad = info->config_pad * sector;
	uint64_t home = info->failsafe ? flash_size / 2 : flash_size;
	unsigned count = 0;

	if (len > KIB64)
		len = KIB64;
	if (len == 0 || 2 * len + pad > home)
		return 0;
	for (unsigned i = 0; i < CX3_CONFIG_AREAS; i++) {
		uint64_t from_end = info->failsafe ? len : (CX3_CONFIG_AREAS - i) * len;
		uint32_t lo = (uint32_t)(home - pad - from_end);
		uint32_t last = lo + (uint32_t)len - 1;

		if (info->failsafe) {
			last = cx3_fs2_phys(last, info->log2_chunk, i);
			lo = cx3_fs2_phys(lo, info->log2_chunk, i);
		}
		/* an area across two chunks is none that is known */
		if (last >= lo && last - lo == len - 1 && last < flash_size)
			area[count++] = (struct cx3_fs2_range){lo, last + 1};
	}
	return count;
}

static bool is_all(const uint8_t *bytes, uint32_t len, uint8_t value)
{
	for (uint32_t i = 0; i < len; i++) {
		if (bytes[i] != value)
			return false;
	}
	return true;
}

static bool has_signature(const uint8_t *bytes, uint32_t len)
{
	for (uint32_t at = 0; at + CX3_FS2_SIGNATURE_SIZE <= len; at += GRAIN) {
		if (fs2_is_magic(bytes + at))
			return true;
	}
	return false;
}

enum cx3_config_state cx3_config_judge(const uint8_t *bytes, uint32_t len, uint32_t sector)
{
	bool blank_end = false;

	if (is_all(bytes, len, 0xff))
		return CX3_CONFIG_BLANK;
	if (is_all(bytes, len, bytes[0]) || has_signature(bytes, len))
		return CX3_CONFIG_DAMAGED;
	for (uint32_t at = 0; at < len; at += sector) {
		uint32_t part = len - at < sector ? len - at : sector;

		if (is_all(bytes + at, GRAIN, 0xff) && !is_all(bytes + at, part, 0xff))
			return CX3_CONFIG_DAMAGED;
		blank_end = blank_end || is_all(bytes + at + part - GRAIN, GRAIN, 0xff);
	}
	return blank_end ? CX3_CONFIG_USED : CX3_CONFIG_DAMAGED;
}

int cx3_config_look(const struct cx3_fs2_source *src, const struct cx3_fs2_range *area,
		    uint32_t sector, struct cx3_config_facts *facts, struct cx3_error *err)
{
	uint32_t len = area->hi - area->lo;
	uint8_t *bytes = malloc(len);
	int rc;

	if (!bytes)
		return cx3_fail(err, CX3_E_NO_MEMORY, "flash",
				"There is no memory for the configuration area.\n"
				"Close other programs and try again.");
	*facts = (struct cx3_config_facts){.start = area->lo, .len = len};
	rc = src->read(src->user, area->lo, bytes, len, err);
	if (rc == CX3_OK)
		facts->state = cx3_config_judge(bytes, len, sector);
	free(bytes);
	return rc;
}
