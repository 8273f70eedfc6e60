/* SPDX-License-Identifier: BSD-2-Clause */
/* One image, looked at by mstflint and by the library. */
#ifndef TESTS_INTEROP_IMAGES_COMPARE_H
#define TESTS_INTEROP_IMAGES_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

struct compare_stats {
	unsigned valid;	  /* both say so */
	unsigned invalid; /* both say so */
	unsigned by_design[8];
};

extern const char *const compare_reasons[8];

/*
 * Writes the image into a file and holds what mstflint says of it against what
 * the library says: verify and query full, and for a valid image the texts, the
 * ROM. Returns false after telling what differs.
 */
bool compare_image(const uint8_t *image, uint32_t len, bool striped, struct compare_stats *stats);

/* GUIDs, MACs and VSD set by mstflint and by us: the same bytes. */
bool compare_patches(const uint8_t *image, uint32_t len, uint64_t seed);

#endif
