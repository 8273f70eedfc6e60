/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes valid FS2 images of any shape, for tests and the demo. No vendor firmware is in
 * them, and no card would run them.
 */
#ifndef CX3FLASH_FS2_BUILD_H
#define CX3FLASH_FS2_BUILD_H

#include "cx3flash/fs2.h"

struct cx3_fs2_recipe {
	uint64_t seed; /* fills the code sections; same recipe, same bytes */
	bool failsafe;
	unsigned log2_chunk; /* 16..23, fail-safe only */
	uint32_t code_size;  /* total bytes of DDR sections */
	unsigned code_sections;
	bool second_boot;
	bool emt, board_id, user_data, ddrz, hash_file; /* optional sections */
	bool unknown_section;				/* one of a type that nobody knows */

	unsigned uid_count; /* 4 or 6 */
	bool blank_uids;
	uint64_t uid[6];

	uint32_t rom_size; /* 0: no ROM; else a multiple of 4 */
	unsigned rom_count;
	struct cx3_fs2_rom rom[CX3_FS2_MAX_ROMS];

	uint32_t omit_tags; /* bit n: leave Image Info tag n out */
	char psid[CX3_FS2_PSID_LEN + 1];
	char vsd[CX3_FS2_VSD_LEN + 1];
	char product_version[17];
	char prs_name[101];
	uint16_t fw_version[3];
	uint16_t fw_date[3];
	uint16_t mic_version[3];
	uint16_t min_fit[4]; /* all 0: tag 12 is left out */
	uint16_t device_type;
	unsigned hw_id_count;
	uint32_t hw_id[CX3_FS2_MAX_HW_IDS];
	uint64_t access_key;
	uint32_t config_sectors;
	uint32_t config_pad;
	unsigned log2_sector_kib; /* third word of tag 19; 0xff: leave it out */
	const char *config_text; /* the FW Configuration's INI text; NULL: one made from the rest */
};

/* A ConnectX-3 Pro image like the published ones: 512 KiB chunks, one ROM, six
 * entries, PSID MT_1200111023's shape under a name of its own. */
void cx3_fs2_recipe_default(struct cx3_fs2_recipe *recipe);

/* Any shape at all, chosen by seed; always valid. */
void cx3_fs2_recipe_random(struct cx3_fs2_recipe *recipe, uint64_t seed);

/* *image is malloc'd. CX3_E_USAGE names the field that makes no image. */
int cx3_fs2_build(const struct cx3_fs2_recipe *recipe, uint8_t **image, uint32_t *len,
		  struct cx3_error *err);

#endif
