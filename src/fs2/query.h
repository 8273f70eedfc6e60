/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of a query: what an image says of itself, piece by piece. */
#ifndef CX3FLASH_FS2_QUERY_H
#define CX3FLASH_FS2_QUERY_H

#include "cx3flash/fs2.h"
#include "fs2/view.h"

/* query.c: the start of the image that boots. */
int fs2_first_start(const struct cx3_fs2_source *src, uint32_t *start, struct cx3_error *err);

/* query.c: everything but the ROM's content. */
int fs2_query_outline(const struct cx3_fs2_source *src, uint32_t start, enum cx3_fs2_layout layout,
		      struct cx3_fs2_info *info, struct cx3_error *err);

/* identity.c: reads the GUID section at `piece`, checks its CRC, fills uid_count, uid,
 * blank_uids. */
int fs2_query_uids(const struct fs2_view *view, const struct cx3_fs2_section *piece,
		   struct cx3_fs2_info *info, struct cx3_error *err);

/* rom.c: the ROM's versions, from its end only if `depth` and what is there allow. */
int fs2_query_rom(const struct fs2_view *view, enum cx3_fs2_depth depth, struct cx3_fs2_info *info,
		  struct cx3_error *err);

/* rom.c: the same from the whole ROM in memory, with its checksum. */
void fs2_parse_rom(const uint8_t *rom, uint32_t size, struct cx3_fs2_info *info);

/* mstflint shows no more of the PRS name, whatever the tag holds. */
#define FS2_PRS_NAME_MAX 99u
#define FS2_PRODUCT_VERSION_LEN 16u

/*
 * rebuild.c: a new image, malloc'd, with this text as its FW Configuration (section 9), deflated.
 * All pointers, sizes and CRCs are right. The firmware does not read that text: it reads the
 * Configuration section beside it, which stays. CX3_E_IMAGE: the image is damaged, or has no such
 * section. CX3_E_USAGE: the text is longer than 1 MiB. CX3_E_NO_MEMORY.
 */
int fs2_replace_config(const uint8_t *image, uint32_t len, const char *text, size_t text_len,
		       uint8_t **out, uint32_t *out_len, struct cx3_error *err);

/* patch.c: writes the hardware access key, and the Image Info's CRC. CX3_E_IMAGE: no room for one.
 */
int fs2_set_access_key(uint8_t *image, uint32_t len, const struct cx3_fs2_info *info, uint64_t key,
		       struct cx3_error *err);

/* info_tags.c: fills the fields of *info from the tags in `data`, which lies at logical addr. */
int fs2_parse_info(const uint8_t *data, uint32_t size, uint32_t addr, struct cx3_fs2_info *info,
		   struct cx3_error *err);

#endif
