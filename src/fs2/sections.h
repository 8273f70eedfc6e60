/* SPDX-License-Identifier: BSD-2-Clause */
/* The content of single sections. */
#ifndef CX3FLASH_FS2_SECTIONS_H
#define CX3FLASH_FS2_SECTIONS_H

#include "fs2/view.h"

/*
 * The first section of `type` that is not empty: header, data and CRC, malloc'd,
 * its CRC checked. CX3_E_NO_IMAGE if the image has none.
 */
int fs2_load_section(const struct cx3_fs2_source *src, enum cx3_fs2_layout layout, uint32_t type,
		     uint8_t **bytes, struct cx3_fs2_section *piece, struct cx3_error *err);

/* The same of the image at `start` instead of the lowest. */
int fs2_load_section_at(const struct cx3_fs2_source *src, uint32_t start,
			enum cx3_fs2_layout layout, uint32_t type, uint8_t **bytes,
			struct cx3_fs2_section *piece, struct cx3_error *err);

/*
 * Header, data and CRC of a piece that a walk has found, malloc'd, its CRC checked: with
 * one reading if it is right, else with bytes that the source is sure of. CX3_E_IMAGE.
 */
int fs2_load_piece(const struct fs2_view *view, const struct cx3_fs2_section *piece,
		   uint8_t **bytes, struct cx3_error *err);

/* The reverse, of a text for an image: *data is malloc'd, *size a multiple of 4. CX3_E_USAGE: it is
 * too long; CX3_E_NO_MEMORY. */
int fs2_deflate(const char *text, size_t len, uint8_t **data, uint32_t *size,
		struct cx3_error *err);

/* Inflates `data` into *text, malloc'd and NUL-terminated, of at most `most` bytes. */
int fs2_inflate(const uint8_t *data, uint32_t size, size_t most, const char *name, char **text,
		size_t *len, struct cx3_error *err);

#endif
