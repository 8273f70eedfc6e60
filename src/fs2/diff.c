/* SPDX-License-Identifier: BSD-2-Clause */
/* Where two contents of a flash, or two images, differ: by section. */
#include "cx3flash/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NO_MEMORY, "diff",
			"There is no memory to compare.\nClose other programs and try again.");
}

/* Of [0, len) of two byte strings; *first: where the first one is. */
static uint32_t count_differing(const uint8_t *a, const uint8_t *b, uint32_t len, uint32_t *first)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < len; i++) {
		if (a[i] == b[i])
			continue;
		if (count++ == 0)
			*first = i;
	}
	return count;
}

int cx3_diff_raw(const uint8_t *a, const uint8_t *b, uint32_t size, struct cx3_difference **list,
		 size_t *count, struct cx3_error *err)
{
	struct cx3_map_piece *piece = NULL;
	size_t pieces = 0;
	int rc = cx3_map_make(a, size, &piece, &pieces, err);

	*count = 0;
	*list = rc == CX3_OK ? calloc(pieces ? pieces : 1, sizeof(**list)) : NULL;
	if (rc == CX3_OK && !*list)
		rc = no_memory(err);
	for (size_t i = 0; *list && i < pieces && rc == CX3_OK; i++) {
		struct cx3_difference *to = &(*list)[*count];
		uint32_t first = 0;

		*to = (struct cx3_difference){
			.start = piece[i].start, .len = piece[i].len, .other = piece[i].len};
		to->differ = count_differing(a + to->start, b + to->start, to->len, &first);
		to->first_differ = to->start + first;
		memcpy(to->name, piece[i].name, sizeof(to->name));
		*count += to->differ > 0;
	}
	free(piece);
	return rc;
}

/* The sections of an image, as bytes. */
#define MOST_SECTIONS 256u
struct sections {
	const struct cx3_fs2_source *src;
	struct cx3_fs2_info info;
	struct cx3_fs2_section section[MOST_SECTIONS];
	unsigned count;
	uint8_t *image;
	uint32_t len;
};

static void keep(void *user, const struct cx3_fs2_section *section)
{
	struct sections *s = user;

	if (!section->whole_image && s->count < MOST_SECTIONS)
		s->section[s->count++] = *section;
}

static int load(struct sections *s, enum cx3_fs2_layout layout, struct cx3_error *err)
{
	int rc = cx3_fs2_verify(s->src, layout, &s->info, keep, s, err);

	/* a wrong CRC is what may be looked for here */
	if (cx3_fs2_is_verdict(rc) && s->count > 0)
		rc = cx3_fs2_query(s->src, layout, CX3_FS2_QUICK, &s->info, err);
	if (rc == CX3_OK)
		rc = cx3_fs2_extract(s->src, &s->info, &s->image, &s->len, err);
	return rc;
}

static unsigned nth_of(const struct sections *s, unsigned index)
{
	unsigned n = 0;

	for (unsigned i = 0; i < index; i++)
		n += s->section[i].type == s->section[index].type;
	return n;
}

/* The n-th section of a type, or NULL. */
static const struct cx3_fs2_section *find(const struct sections *s, uint32_t type, unsigned n)
{
	for (unsigned i = 0; i < s->count; i++) {
		if (s->section[i].type == type && n-- == 0)
			return &s->section[i];
	}
	return NULL;
}

static bool inside(const struct sections *s, const struct cx3_fs2_section *section)
{
	return section->addr <= s->len && section->size <= s->len - section->addr;
}

/* The header's `next` moves when a section before it grows: data and size are compared. */
static void compare(const struct sections *a, const struct cx3_fs2_section *one,
		    const struct sections *b, const struct cx3_fs2_section *two,
		    struct cx3_difference *to)
{
	uint32_t len = one->data_size < two->data_size ? one->data_size : two->data_size;
	uint32_t first = 0;

	to->start = one->addr;
	to->len = one->size;
	to->other = two->size;
	if (inside(a, one) && inside(b, two))
		to->differ = count_differing(a->image + one->data, b->image + two->data, len,
					     &first);
	to->first_differ = one->data + first;
}

static void pair_up(const struct sections *a, const struct sections *b, struct cx3_difference *list,
		    size_t *count)
{
	for (unsigned i = 0; i < a->count; i++) {
		const struct cx3_fs2_section *one = &a->section[i];
		const struct cx3_fs2_section *two = find(b, one->type, nth_of(a, i));
		struct cx3_difference *to = &list[*count];

		*to = (struct cx3_difference){
			.start = one->addr, .len = one->size, .first_differ = one->addr};
		snprintf(to->name, sizeof(to->name), "%s", one->name);
		if (two)
			compare(a, one, b, two, to);
		*count += !two || to->differ || to->len != to->other;
	}
	for (unsigned i = 0; i < b->count; i++) {
		const struct cx3_fs2_section *two = &b->section[i];
		struct cx3_difference *to = &list[*count];

		if (find(a, two->type, nth_of(b, i)))
			continue;
		*to = (struct cx3_difference){.start = two->addr, .other = two->size};
		snprintf(to->name, sizeof(to->name), "%s", two->name);
		(*count)++;
	}
}

int cx3_diff_images(const struct cx3_fs2_source *a, enum cx3_fs2_layout a_layout,
		    const struct cx3_fs2_source *b, enum cx3_fs2_layout b_layout,
		    struct cx3_difference **list, size_t *count, struct cx3_error *err)
{
	struct sections *both = calloc(2, sizeof(*both));
	int rc;

	*count = 0;
	*list = calloc(2 * (size_t)MOST_SECTIONS, sizeof(**list));
	if (!both || !*list) {
		free(both);
		return no_memory(err);
	}
	both[0].src = a;
	both[1].src = b;
	rc = load(&both[0], a_layout, err);
	if (rc == CX3_OK)
		rc = load(&both[1], b_layout, err);
	if (rc == CX3_OK)
		pair_up(&both[0], &both[1], *list, count);
	free(both[0].image);
	free(both[1].image);
	free(both);
	return rc;
}
