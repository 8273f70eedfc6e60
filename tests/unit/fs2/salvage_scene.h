/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flashes with two images, for the tests of salvage. What may be called sure is judged by a
 * search of the tests' own: it knows the format, and nothing of the library.
 */
#ifndef TESTS_UNIT_FS2_SALVAGE_SCENE_H
#define TESTS_UNIT_FS2_SALVAGE_SCENE_H

#include "fixture.h"

#include <stdio.h>

#include "cx3flash/salvage.h"

#define SIZE 0x80000u
#define CHUNK 0x10000u
#define ENTRIES 6u
#define MOST_SEEN 64u

/* --- The test's own search --- */

/* As the format has it: shift a bit in, and take the polynomial off what falls out. */
static inline uint32_t own_crc(const uint8_t *p, uint32_t len)
{
	uint32_t crc = 0xffff;

	for (uint32_t bit = 0; bit < len * 8 + 16; bit++) {
		uint32_t in = bit < len * 8 ? (uint32_t)p[bit / 8] >> (7 - bit % 8) & 1 : 0;
		uint32_t out = crc >> 15 & 1;

		crc = (crc << 1 | in) & 0xffff;
		if (out)
			crc ^= 0x100b;
	}
	return crc ^ 0xffff;
}

struct seen {
	unsigned count;
	uint8_t uids[MOST_SEEN][ENTRIES * 8];
};

/* 64 KiB chunks, as all images of this test have: one piece, or a chunk left out. */
static inline bool own_read(const uint8_t *flash, uint32_t at, bool skip, uint8_t *to, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		uint32_t from = at + i;

		if (skip && from / CHUNK != at / CHUNK)
			from += CHUNK;
		if (from >= SIZE)
			return false;
		to[i] = flash[from];
	}
	return true;
}

static inline void own_search(const uint8_t *flash, struct seen *seen)
{
	static const uint8_t head[8] = {0, 0, 0, 6, 0, 0, 0, ENTRIES * 2};
	uint8_t s[16 + ENTRIES * 8 + 4];

	seen->count = 0;
	for (uint32_t at = 0; at < SIZE; at += 4) {
		/* a word never lies in two chunks */
		for (unsigned skip = memcmp(flash + at, head, 4) ? 2 : 0; skip < 2; skip++) {
			if (!own_read(flash, at, skip, s, sizeof(s)) ||
			    memcmp(s, head, sizeof(head)) != 0)
				continue;
			if (be32(s + sizeof(s) - 4) != own_crc(s, sizeof(s) - 4))
				continue;
			assert_true(seen->count < MOST_SEEN);
			memcpy(seen->uids[seen->count++], s + 16, ENTRIES * 8);
		}
	}
}

static inline bool was_seen(const struct seen *seen, const struct cx3_identity *identity)
{
	uint8_t uids[ENTRIES * 8];

	for (unsigned i = 0; i < 4; i++)
		put_be64(uids + (size_t)8 * i, identity->guid[i]);
	for (unsigned i = 0; i < 2; i++)
		put_be64(uids + (size_t)8 * (4 + i), identity->mac[i]);
	for (unsigned i = 0; i < seen->count; i++) {
		if (memcmp(uids, seen->uids[i], sizeof(uids)) == 0)
			return true;
	}
	return false;
}

/* --- Flashes --- */

struct scene {
	struct cx3_fs2_recipe recipe[2]; /* of the even home, of the odd one */
	uint8_t flash[SIZE];
	struct cx3_salvage found;
	struct seen seen;
};

static inline void lay(struct scene *s, unsigned home)
{
	struct cx3_error err = {0};
	uint8_t *image;
	uint32_t len;

	if (cx3_fs2_build(&s->recipe[home], &image, &len, &err) != CX3_OK ||
	    cx3_fs2_stripe(image, len, 16, home == 1, s->flash, SIZE, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	free(image);
}

static inline void begin(struct scene *s, uint64_t seed)
{
	memset(s->flash, 0xff, SIZE);
	for (unsigned home = 0; home < 2; home++) {
		struct cx3_fs2_recipe *r = &s->recipe[home];

		cx3_fs2_recipe_default(r);
		r->seed = seed + home;
		r->log2_chunk = 16;
		r->code_size = 60000;
		r->code_sections = 3;
		r->rom_size = 4096;
		r->fw_version[1] = (uint16_t)(42 - home);
		snprintf(r->psid, sizeof(r->psid), "MT_SALVAGE_00%u", home);
		cx3_fs2_guids_from_base(UINT64_C(0x0002c90300100000) + seed * 256 + home * 16,
					r->uid);
		cx3_fs2_macs_from_base(UINT64_C(0x0002c9100000) + seed * 256 + home * 16,
				       r->uid + 4);
	}
}

static inline struct scene *empty_scene(void)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	return s;
}

static inline void search(struct scene *s)
{
	struct cx3_error err = {0};

	if (cx3_salvage(s->flash, SIZE, &s->found, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	own_search(s->flash, &s->seen);
}

static inline bool is_of(const struct cx3_salvaged *item, const struct cx3_fs2_recipe *recipe)
{
	return memcmp(item->identity.guid, recipe->uid, 32) == 0 &&
	       memcmp(item->identity.mac, recipe->uid + 4, 16) == 0;
}

static inline struct cx3_salvaged *item_of(struct scene *s, unsigned home)
{
	for (unsigned i = 0; i < s->found.count; i++) {
		if (is_of(&s->found.item[i], &s->recipe[home]))
			return &s->found.item[i];
	}
	return NULL;
}

static inline uint32_t uids_of(const struct scene *s, unsigned home)
{
	struct cx3_fs2_source src = cx3_fs2_memory(s->flash, SIZE);
	struct cx3_fs2_info info;

	assert_int_equal(cx3_fs2_query_at(&src, home ? CHUNK : 0, CX3_FS2_STRIPED, CX3_FS2_QUICK,
					  &info, NULL),
			 CX3_OK);
	return cx3_fs2_addr(&info, info.guid_ptr);
}

#endif
