/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a card's non-volatile configuration lies, and what it looks like. */
#ifndef CX3_FS2_CONFIG_AREA_H
#define CX3_FS2_CONFIG_AREA_H

#include "cx3flash/homes.h"

/*
 * The configuration areas of both homes of a flash whose image is `info`: physical addresses.
 * The last config_sectors of each home, 64 KiB at most, config_pad sectors before its end; of
 * an image that is not fail-safe two such areas at the end of the flash (published vendor
 * source). 0 where the image has none.
 */
unsigned cx3_config_areas(const struct cx3_fs2_info *info, uint32_t flash_size,
			  struct cx3_fs2_range area[CX3_CONFIG_AREAS]);

/*
 * What `len` bytes of an area look like; `sector` is its erase unit. A store in NOR flash is
 * written from a sector's beginning on, and what follows is blank. An area is called damaged
 * if a sector of it begins blank and is not, if it holds an image's signature or nothing but
 * one value, or if no sector of it has a blank end.
 */
enum cx3_config_state cx3_config_judge(const uint8_t *bytes, uint32_t len, uint32_t sector);

/* Reads one area and judges it. CX3_E_NO_MEMORY, and what the source fails with. */
int cx3_config_look(const struct cx3_fs2_source *src, const struct cx3_fs2_range *area,
		    uint32_t sector, struct cx3_config_facts *facts, struct cx3_error *err);

/* The erase unit of an image's areas, bytes. */
uint32_t cx3_config_sector(const struct cx3_fs2_info *info);

#endif
