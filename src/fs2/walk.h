/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3FLASH_FS2_WALK_H
#define CX3FLASH_FS2_WALK_H

#include "cx3flash/fs2.h"
#include "fs2/view.h"

#define FS2_SECTION_HEADER 16u
#define FS2_CRC_SIZE 4u
#define FS2_MAX_SECTION 0x400000u
#define FS2_END_OF_LIST 0xff000000u

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

#endif
