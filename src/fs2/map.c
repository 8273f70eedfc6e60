/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The map of a flash: each block of 16 bytes gets a label, that of the section, area or
 * nothing that it belongs to; then blocks of the same label become pieces.
 */
#include "cx3flash/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fs2/config_area.h"
#include "fs2/homes.h"

#define GRAIN 16u
#define MOST_LABELS 512u

struct label {
	enum cx3_map_kind kind;
	uint32_t image;
	char name[32];
};

struct painter {
	const uint8_t *bytes;
	uint32_t size;
	uint16_t *grain; /* index of a label, one for each 16 bytes */
	struct label label[MOST_LABELS];
	unsigned labels;
	const struct cx3_fs2_info *info; /* of the image that is painted */
};

enum { LABEL_BLANK, LABEL_OTHER };

const char *cx3_map_kind_name(enum cx3_map_kind kind)
{
	static const char *const names[] = {
		[CX3_MAP_BLANK] = "blank",     [CX3_MAP_OTHER] = "other",
		[CX3_MAP_SECTION] = "section", [CX3_MAP_CONFIG] = "configuration",
		[CX3_MAP_DAMAGED] = "damaged",
	};

	return names[kind];
}

static uint16_t add_label(struct painter *p, enum cx3_map_kind kind, uint32_t image,
			  const char *name)
{
	struct label *to = &p->label[p->labels];

	/* an image with more sections than that is a hostile one */
	if (p->labels == MOST_LABELS)
		return LABEL_OTHER;
	*to = (struct label){.kind = kind, .image = image};
	snprintf(to->name, sizeof(to->name), "%s", name);
	return (uint16_t)p->labels++;
}

static bool is_blank(const struct painter *p, uint32_t grain)
{
	for (uint32_t i = 0; i < GRAIN; i++) {
		if (p->bytes[grain * GRAIN + i] != 0xff)
			return false;
	}
	return true;
}

static void paint_ground(struct painter *p)
{
	for (uint32_t g = 0; g < p->size / GRAIN; g++)
		p->grain[g] = is_blank(p, g) ? LABEL_BLANK : LABEL_OTHER;
}

static void paint(struct painter *p, uint32_t lo, uint32_t len, uint16_t label)
{
	for (uint32_t g = lo / GRAIN; g < p->size / GRAIN && g * GRAIN < lo + len; g++)
		p->grain[g] = label;
}

/* A section lies in as many pieces as it has chunks. */
static void paint_section(void *user, const struct cx3_fs2_section *section)
{
	struct painter *p = user;
	uint16_t label;

	if (section->whole_image)
		return;
	label = add_label(p,
			  section->check == CX3_FS2_CHECK_OK ||
					  section->check == CX3_FS2_CHECK_BLANK
				  ? CX3_MAP_SECTION
				  : CX3_MAP_DAMAGED,
			  p->info->start, section->name);
	for (uint32_t at = section->addr, end = at + section->size; at < end;) {
		uint32_t step = GRAIN - at % GRAIN < end - at ? GRAIN - at % GRAIN : end - at;
		uint32_t addr = cx3_fs2_addr(p->info, at);

		if (addr < p->size)
			paint(p, addr, 1, label);
		at += step;
	}
}

static void paint_home(struct painter *p, const struct cx3_fs2_source *src,
		       const struct cx3_home *home)
{
	struct cx3_fs2_info info;

	p->info = &home->info;
	if (!home->readable) {
		paint(p, home->start, CX3_FS2_HEADER_SIZE,
		      add_label(p, CX3_MAP_DAMAGED, home->start, "header"));
		return;
	}
	paint(p, home->start, CX3_FS2_HEADER_SIZE,
	      add_label(p, CX3_MAP_SECTION, home->start, "header"));
	(void)cx3_fs2_verify_at(src, home->start, CX3_FS2_STRIPED, &info, paint_section, p, NULL);
}

static void paint_config(struct painter *p, const struct cx3_fs2_info *info)
{
	struct cx3_fs2_range area[CX3_CONFIG_AREAS];
	unsigned count = cx3_config_areas(info, p->size, area);

	for (unsigned i = 0; i < count; i++) {
		uint32_t len = area[i].hi - area[i].lo;
		enum cx3_config_state state = cx3_config_judge(p->bytes + area[i].lo, len,
							       cx3_config_sector(info));

		paint(p, area[i].lo, len,
		      state == CX3_CONFIG_BLANK
			      ? add_label(p, CX3_MAP_BLANK, 0, "configuration, blank")
		      : state == CX3_CONFIG_USED
			      ? add_label(p, CX3_MAP_CONFIG, 0, "configuration")
			      : add_label(p, CX3_MAP_DAMAGED, area[i].lo, "configuration"));
	}
}

static int paint_all(struct painter *p, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_fs2_memory(p->bytes, p->size);
	const struct cx3_judged *best;
	struct cx3_homes homes;
	int rc = cx3_homes_judge(&src, &homes, err);

	if (rc != CX3_OK)
		return rc;
	add_label(p, CX3_MAP_BLANK, 0, "blank");
	add_label(p, CX3_MAP_OTHER, 0, "other data");
	paint_ground(p);
	best = cx3_homes_best(&homes);
	if (best)
		paint_config(p, &best->home.info);
	for (unsigned i = homes.count; i-- > 0;)
		paint_home(p, &src, &homes.home[i].home);
	return CX3_OK;
}

static int collect(const struct painter *p, struct cx3_map_piece **piece, size_t *count,
		   struct cx3_error *err)
{
	uint32_t grains = p->size / GRAIN;
	size_t runs = 0;

	for (uint32_t g = 0; g < grains; g++)
		runs += g == 0 || p->grain[g] != p->grain[g - 1];
	*piece = calloc(runs ? runs : 1, sizeof(**piece));
	*count = 0;
	if (!*piece)
		return cx3_fail(
			err, CX3_E_NO_MEMORY, "map",
			"There is no memory for the map.\nClose other programs and try again.");
	for (uint32_t g = 0; g < grains; g++) {
		const struct label *label = &p->label[p->grain[g]];
		struct cx3_map_piece *to;

		if (g == 0 || p->grain[g] != p->grain[g - 1]) {
			to = &(*piece)[(*count)++];
			*to = (struct cx3_map_piece){
				.start = g * GRAIN, .kind = label->kind, .image = label->image};
			memcpy(to->name, label->name, sizeof(to->name));
		}
		(*piece)[*count - 1].len += GRAIN;
	}
	return CX3_OK;
}

int cx3_map_make(const uint8_t *bytes, uint32_t size, struct cx3_map_piece **piece, size_t *count,
		 struct cx3_error *err)
{
	struct painter *p = calloc(1, sizeof(*p));
	int rc;

	*piece = NULL;
	*count = 0;
	if (p)
		p->grain = calloc(size / GRAIN + 1, sizeof(*p->grain));
	if (!p || !p->grain) {
		free(p);
		return cx3_fail(
			err, CX3_E_NO_MEMORY, "map",
			"There is no memory for the map.\nClose other programs and try again.");
	}
	p->bytes = bytes;
	p->size = size;
	rc = paint_all(p, err);
	if (rc == CX3_OK)
		rc = collect(p, piece, count, err);
	free(p->grain);
	free(p);
	return rc;
}
