/* SPDX-License-Identifier: BSD-2-Clause */
#include "cx3flash/fs2.h"

#define DEFAULT_SECTOR 0x10000u /* ConnectX-3, where the image does not say */
#define MOST_RESERVED 0x10000u	/* the non-volatile configuration takes no more */

static uint64_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/*
 * The non-volatile configuration lies at the end of each home, and survives a
 * burn. Its size is the larger of what the two images say, its padding what the
 * image on the flash says: that is mstflint's rule, and both tools must agree
 * on what may be burnt.
 */
uint32_t cx3_fs2_max_image(uint32_t flash_size, const struct cx3_fs2_info *old,
			   const struct cx3_fs2_info *fresh)
{
	uint64_t sector = larger(old ? old->sector_size : 0, fresh->sector_size);
	uint64_t reserved = larger(old ? old->config_sectors : 0, fresh->config_sectors);
	uint64_t home = fresh->failsafe ? flash_size / 2 : flash_size;

	if (!sector)
		sector = DEFAULT_SECTOR;
	reserved *= sector;
	if (reserved > MOST_RESERVED)
		reserved = MOST_RESERVED;
	if (!fresh->failsafe)
		reserved *= 2;
	if (old)
		reserved += old->config_pad * sector;
	return reserved < home ? (uint32_t)(home - reserved) : 0;
}
