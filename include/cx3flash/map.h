/* SPDX-License-Identifier: BSD-2-Clause */
/* What lies where on a flash, and where two contents differ. Bytes in, no I/O. */
#ifndef CX3FLASH_MAP_H
#define CX3FLASH_MAP_H

#include "cx3flash/fs2.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum cx3_map_kind {
	CX3_MAP_BLANK,
	CX3_MAP_OTHER,	 /* something that belongs to no image */
	CX3_MAP_SECTION, /* of an image, its CRC right */
	CX3_MAP_CONFIG,	 /* a configuration area that is in use, or not blank */
	CX3_MAP_DAMAGED	 /* of an image, its CRC wrong; or a header that makes no sense */
};

/* The kind's name for programs ("blank", "section", ...): stable. */
const char *cx3_map_kind_name(enum cx3_map_kind kind);

/* A stretch of the flash. Those of a map follow each other without a gap. */
struct cx3_map_piece {
	uint32_t start, len; /* flash addresses, bytes */
	enum cx3_map_kind kind;
	uint32_t image; /* SECTION, DAMAGED: flash address where its image starts */
	char name[32];	/* "DDR", "GUID", "blank", "configuration" */
};

/*
 * The map of `size` bytes of raw flash content. *piece is the caller's to free().
 * CX3_E_NO_MEMORY.
 */
int cx3_map_make(const uint8_t *bytes, uint32_t size, struct cx3_map_piece **piece, size_t *count,
		 struct cx3_error *err);

/* A piece of the first content, and how the second differs there. */
struct cx3_difference {
	char name[32];
	uint32_t start;	       /* raw contents: flash address; images: logical, in the first */
	uint32_t len, other;   /* bytes in the first, and in the second; 0: it is not there */
	uint32_t differ;       /* bytes that are not the same; of what both have */
	uint32_t first_differ; /* where the first of them is; `start` if there is none */
};

/* Two raw contents of the same size, piece by piece of the first one's map; only those that
 * differ. *list is the caller's to free(). CX3_E_NO_MEMORY. */
int cx3_diff_raw(const uint8_t *a, const uint8_t *b, uint32_t size, struct cx3_difference **list,
		 size_t *count, struct cx3_error *err);

/* Two images, section by section, the n-th of a type against the n-th: only those that differ.
 * CX3_E_NO_MEMORY, or a verdict (see cx3_fs2_is_verdict) where one can't be read. */
int cx3_diff_images(const struct cx3_fs2_source *a, enum cx3_fs2_layout a_layout,
		    const struct cx3_fs2_source *b, enum cx3_fs2_layout b_layout,
		    struct cx3_difference **list, size_t *count, struct cx3_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
