/* SPDX-License-Identifier: BSD-2-Clause */
/* A source seen by the logical addresses of an image. */
#ifndef CX3FLASH_FS2_VIEW_H
#define CX3FLASH_FS2_VIEW_H

#include "cx3flash/fs2.h"

/* Bytes of one read of a long piece: large enough that a card's batches are full, small
 * enough for the stack. */
#define FS2_STEP 8192u

/* A source seen by logical image addresses. */
struct fs2_view {
	const struct cx3_fs2_source *src;
	unsigned log2_chunk; /* 0: contiguous */
	bool odd;	     /* the image starts at one chunk */
	bool once;	     /* a CRC vouches for what is read: see struct cx3_fs2_source */
};

/* CX3_E_IMAGE if [addr, addr + len) does not lie in the source. `what` names
 * the thing that lies there. */
int fs2_view_check(const struct fs2_view *view, uint32_t addr, uint64_t len, const char *what,
		   struct cx3_error *err);

/* Reads, after the same check. */
int fs2_view_read(const struct fs2_view *view, uint32_t addr, void *buf, uint32_t len,
		  const char *what, struct cx3_error *err);

/* A wrong CRC over [addr, addr + len) is believed when the source is sure of the bytes and has
 * looked once more. Read them again then. */
int fs2_view_confirm(const struct fs2_view *view, uint32_t addr, uint32_t len, const char *what,
		     struct cx3_error *err);

/* The CRC of [addr, addr + len), which were read, is right: tells the source. */
void fs2_view_vouch(const struct fs2_view *view, uint32_t addr, uint32_t len);

/* As fs2_view_read, into *buf, malloc'd after the check: never more than the source has. */
int fs2_view_load(const struct fs2_view *view, uint32_t addr, uint32_t len, const char *what,
		  uint8_t **buf, struct cx3_error *err);

/* The view that an image's own info describes. */
struct fs2_view fs2_view_of(const struct cx3_fs2_source *src, const struct cx3_fs2_info *info);

/* CX3_E_IMAGE with "offset 0x..." as the place. */
int fs2_bad(struct cx3_error *err, uint32_t addr, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* "Image Info": the section types' names as mstflint prints them; NULL if unknown. */
const char *fs2_type_name(uint32_t type);

#endif
