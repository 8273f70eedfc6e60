/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3FLASH_FS2_PARSE_H
#define CX3FLASH_FS2_PARSE_H

#include "cx3flash/fs2.h"
#include "fs2/view.h"

/* mstflint shows no more of the PRS name, whatever the tag holds. */
#define FS2_PRS_NAME_MAX 99u
#define FS2_PRODUCT_VERSION_LEN 16u

/* Fills the fields of *info from the tags in `data`, which lies at logical addr. */
int fs2_parse_info(const uint8_t *data, uint32_t size, uint32_t addr, struct cx3_fs2_info *info,
		   struct cx3_error *err);

/* Reads the GUID section at `piece`, checks its CRC, fills uid_count, uid, blank_uids. */
int fs2_query_uids(const struct fs2_view *view, const struct cx3_fs2_section *piece,
		   struct cx3_fs2_info *info, struct cx3_error *err);

/* The ROM's versions: from its end only, if `depth` and what is there allow. */
int fs2_query_rom(const struct fs2_view *view, enum cx3_fs2_depth depth, struct cx3_fs2_info *info,
		  struct cx3_error *err);

/* The same from the whole ROM in memory, with its checksum. */
void fs2_parse_rom(const uint8_t *rom, uint32_t size, struct cx3_fs2_info *info);

/* "BLANK" rule and CRC verdict for a piece whose CRCs are filled in. */
enum cx3_fs2_check fs2_judge(const struct cx3_fs2_section *piece, uint64_t first_uid);

/* Everything but the ROM's content. */
int fs2_query_outline(const struct cx3_fs2_source *src, uint32_t start, enum cx3_fs2_layout layout,
		      struct cx3_fs2_info *info, struct cx3_error *err);

/* Reads the whole image: are all the CRCs of its sections right? */
int fs2_crcs_right(const struct cx3_fs2_source *src, const struct cx3_fs2_info *info, bool *right,
		   struct cx3_error *err);

/* The start of the image that boots. */
int fs2_first_start(const struct cx3_fs2_source *src, uint32_t *start, struct cx3_error *err);

#endif
