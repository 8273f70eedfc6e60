/* SPDX-License-Identifier: BSD-2-Clause */
/* Following an image's list of sections. */
#ifndef CX3FLASH_FS2_WALK_H
#define CX3FLASH_FS2_WALK_H

#include "cx3flash/fs2.h"
#include "fs2/view.h"

#define FS2_SECTION_HEADER 16u
#define FS2_CRC_SIZE 4u
#define FS2_MAX_SECTION 0x400000u
#define FS2_END_OF_LIST 0xff000000u
/* The CRC dword of a GUID section that was left erased. */
#define FS2_BLANK_CRC 0xffffu

/*
 * Called for each boot section and section, in order, once it is known to lie
 * in the source (or with check CX3_FS2_CHECK_TOO_BIG, then the walk fails).
 * CRCs are not looked at. What it returns, if not CX3_OK, ends the walk.
 */
typedef int (*fs2_piece_fn)(void *user, struct cx3_fs2_section *piece, struct cx3_error *err);

/*
 * Follows the list of sections, reading headers only. Sections must not
 * overlap, so that a hostile list can't make us read more than the image once.
 */
int fs2_walk(const struct fs2_view *view, fs2_piece_fn fn, void *user, struct cx3_error *err);

/* The verdict on a piece whose CRCs are filled in; first_uid is its first 8 data bytes. */
enum cx3_fs2_check fs2_judge(const struct cx3_fs2_section *piece, uint64_t first_uid);

/* Gets a piece's bytes in order, all but its CRC. No call has bytes of both the section
 * header and the data. */
typedef void (*fs2_bytes_fn)(void *user, uint32_t addr, const uint8_t *bytes, uint32_t len);

/* Reads a whole piece; fills crc_found, crc_computed and check. `fn` may be NULL. */
int fs2_read_piece(const struct fs2_view *view, struct cx3_fs2_section *piece, fs2_bytes_fn fn,
		   void *user, struct cx3_error *err);

/* Reads the whole image: are all the CRCs of its sections right? */
int fs2_crcs_right(const struct cx3_fs2_source *src, const struct cx3_fs2_info *info, bool *right,
		   struct cx3_error *err);

#endif
