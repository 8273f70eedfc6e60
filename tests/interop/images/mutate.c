/* SPDX-License-Identifier: BSD-2-Clause */
/* Damages of valid images, each made from a seed. */
#include "mutate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "fs2/header.h"
#include "images/build.h"

struct pieces {
	struct cx3_fs2_section at[64];
	uint32_t count;
};

static void note(void *user, const struct cx3_fs2_section *section)
{
	struct pieces *pieces = user;

	if (!section->whole_image && pieces->count < 64)
		pieces->at[pieces->count++] = *section;
}

static void flip_bit(uint8_t *image, const struct cx3_fs2_section *s, uint64_t *random, char *what)
{
	uint32_t at = s->addr + fs2_random_below(random, s->size);

	image[at] ^= (uint8_t)(1u << fs2_random_below(random, 8));
	snprintf(what, 96, "a bit at 0x%" PRIx32 " in %s", at, s->name);
}

/* A word of a section's header: type, size, parameter, next. */
static void change_head(uint8_t *image, const struct cx3_fs2_section *s, uint64_t *random,
			char *what)
{
	static const uint32_t words[] = {0,	  1,	      5,	  0xff,
					 0x10000, 0xff000000, 0xffffffff, 0x40000001};
	uint32_t at = s->addr + 4 * fs2_random_below(random, 4);
	uint32_t value = words[fs2_random_below(random, 8)];

	if (fs2_random_below(random, 3) == 0)
		value = s->addr;
	if (fs2_random_below(random, 3) == 0)
		value = be32(image + at) + 4 * (fs2_random_below(random, 9) - 4);
	put_be32(image + at, value);
	snprintf(what, 96, "0x%" PRIx32 " at 0x%" PRIx32 " in the header of %s", value, at,
		 s->name);
}

static void change_header(uint8_t *image, uint64_t *random, char *what)
{
	uint32_t at = 4 * fs2_random_below(random, CX3_FS2_HEADER_SIZE / 4);
	uint32_t value = be32(image + at) ^ UINT32_C(1) << fs2_random_below(random, 32);

	if (fs2_random_below(random, 3) == 0)
		value = (uint32_t)fs2_random(random);
	put_be32(image + at, value);
	snprintf(what, 96, "0x%" PRIx32 " at 0x%" PRIx32 " in the header", value, at);
}

/* The words of the Image Info, so that the CRC alone does not give it away. */
static void change_tags(uint8_t *image, const struct pieces *pieces, uint64_t *random, char *what)
{
	for (uint32_t i = 0; i < pieces->count; i++) {
		const struct cx3_fs2_section *s = &pieces->at[i];
		uint32_t at;

		if (s->type != CX3_FS2_IMAGE_INFO)
			continue;
		at = s->data + 4 * fs2_random_below(random, s->data_size / 4);
		image[at + fs2_random_below(random, 4)] ^= (uint8_t)(1u << fs2_random_below(random,
											    8));
		put_be32(image + s->addr + s->size - 4,
			 cx3_fs2_crc16(image + s->addr, s->size - 4));
		snprintf(what, 96, "a bit of the tags near 0x%" PRIx32 ", CRC made right", at);
	}
}

/* A list that goes elsewhere under a right CRC: back, in a ring, on, into a section. */
static void change_next(uint8_t *image, const struct pieces *pieces, uint64_t *random, char *what)
{
	const struct cx3_fs2_section *s = &pieces->at[fs2_random_below(random, pieces->count)];
	uint32_t next = pieces->at[fs2_random_below(random, pieces->count)].addr;

	/* Rings cost a second of mstflint's time each: few of them will do. */
	if (next <= s->addr && fs2_random_below(random, 4))
		next = pieces->at[pieces->count - 1].addr;
	if (s->type == CX3_FS2_BOOT2)
		return;
	if (fs2_random_below(random, 8) == 0)
		next += 4 * fs2_random_below(random, 4);
	put_be32(image + s->addr + 12, next);
	put_be32(image + s->addr + s->size - 4, cx3_fs2_crc16(image + s->addr, s->size - 4));
	snprintf(what, 96, "%s at 0x%" PRIx32 " leads to 0x%" PRIx32 ", CRC made right", s->name,
		 s->addr, next);
}

void mutate(uint8_t *image, uint32_t *len, uint64_t seed, char what[96])
{
	struct cx3_fs2_source src = cx3_fs2_memory(image, *len);
	struct pieces pieces = {.count = 0};
	struct cx3_fs2_info info;
	const struct cx3_fs2_section *s;
	uint64_t random = seed;

	snprintf(what, 96, "nothing");
	cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &info, note, &pieces, NULL);
	if (!pieces.count)
		return;
	s = &pieces.at[fs2_random_below(&random, pieces.count)];
	switch (fs2_random_below(&random, 8)) {
	case 0:
	case 1:
		flip_bit(image, s, &random, what);
		break;
	case 2:
		change_head(image, s, &random, what);
		break;
	case 3:
		change_header(image, &random, what);
		break;
	case 4:
		change_tags(image, &pieces, &random, what);
		break;
	case 5:
		change_next(image, &pieces, &random, what);
		break;
	default:
		*len = 4 * fs2_random_below(&random, *len / 4);
		snprintf(what, 96, "cut to 0x%" PRIx32 " bytes", *len);
		break;
	}
}
