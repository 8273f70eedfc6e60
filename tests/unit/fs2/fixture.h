/* SPDX-License-Identifier: BSD-2-Clause */
/* Made-up images in memory, and sources that count and fail. */
#ifndef TESTS_UNIT_FS2_FIXTURE_H
#define TESTS_UNIT_FS2_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"
#include "fs2/header.h"
#include "fs2/walk.h"
#include "images/fs2_build.h"
#include "said.h"

/* A made-up image in memory and how it is read. */
struct image {
	struct cx3_fs2_recipe recipe;
	uint8_t *bytes;
	uint32_t len;
	struct cx3_fs2_source src;
	struct cx3_fs2_info info;
	struct cx3_error err;
};

/* The default recipe, but small: 64 KiB chunks and little code. */
static inline void image_recipe(struct image *image)
{
	memset(image, 0, sizeof(*image));
	cx3_fs2_recipe_default(&image->recipe);
	image->recipe.log2_chunk = 16;
	image->recipe.code_size = 120000;
	image->recipe.code_sections = 3;
	image->recipe.rom_size = 4096;
}

static inline void image_build(struct image *image)
{
	int rc = cx3_fs2_build(&image->recipe, &image->bytes, &image->len, &image->err);

	if (rc)
		fail_msg("%s", said(&image->err));
	image->src = cx3_fs2_memory(image->bytes, image->len);
	assert_int_equal(cx3_fs2_query(&image->src, CX3_FS2_CONTIGUOUS, CX3_FS2_FULL, &image->info,
				       &image->err),
			 CX3_OK);
}

static inline void image_default(struct image *image)
{
	image_recipe(image);
	image_build(image);
}

static inline void image_free(struct image *image)
{
	free(image->bytes);
	image->bytes = NULL;
}

/* Makes the CRC of the section whose data lie at `data` right again. */
static inline void image_seal(struct image *image, uint32_t data)
{
	uint8_t *section = image->bytes + data - FS2_SECTION_HEADER;
	uint32_t size = be32(section) == CX3_FS2_EMT ? (be32(section + 4) + 3) / 4 * 4
						     : be32(section + 4) * 4;

	put_be32(section + FS2_SECTION_HEADER + size,
		 cx3_fs2_crc16(section, FS2_SECTION_HEADER + size));
}

/* A source that counts, and that fails from its fail_at-th read on (0: never). */
struct counting {
	struct cx3_fs2_source inner;
	unsigned reads;
	unsigned long bytes;
	unsigned fail_at;
};

static inline int counting_read(void *user, uint32_t addr, void *buf, uint32_t len,
				struct cx3_error *err)
{
	struct counting *c = user;

	c->reads++;
	c->bytes += len;
	assert_true(addr <= c->inner.size && len <= c->inner.size - addr);
	if (c->fail_at && c->reads >= c->fail_at)
		return cx3_fail(err, CX3_E_IO, "wire", "The wire was cut.");
	return c->inner.read(c->inner.user, addr, buf, len, err);
}

static inline struct cx3_fs2_source counting_source(struct counting *c,
						    const struct cx3_fs2_source *inner)
{
	memset(c, 0, sizeof(*c));
	c->inner = *inner;
	return (struct cx3_fs2_source){.read = counting_read, .user = c, .size = inner->size};
}

struct pieces {
	struct cx3_fs2_section at[64];
	unsigned count;
};

static inline void pieces_note(void *user, const struct cx3_fs2_section *section)
{
	struct pieces *pieces = user;

	assert_true(pieces->count < 64);
	pieces->at[pieces->count++] = *section;
}

#endif
