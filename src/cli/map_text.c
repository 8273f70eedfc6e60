/* SPDX-License-Identifier: BSD-2-Clause */
/* A flash as letters in the terminal: see map_text.h. */
#include "map_text.h"

#include <inttypes.h>

#define LEAST_CELL 1024u
#define MOST_CELLS 2048u

uint32_t map_cell(const struct map *map)
{
	uint32_t cell = map->size / MOST_CELLS;

	return cell < LEAST_CELL ? LEAST_CELL : cell;
}

const struct cx3_map_piece *map_piece_at(const struct map *map, uint32_t start, uint32_t len)
{
	const struct cx3_map_piece *gravest = NULL;

	for (size_t i = 0; i < map->count; i++) {
		const struct cx3_map_piece *piece = &map->piece[i];

		if (piece->start >= start + len || piece->start + piece->len <= start)
			continue;
		if (!gravest || piece->kind > gravest->kind)
			gravest = piece;
	}
	return gravest;
}

/* Images are A, B, ... in the order of their starts. */
static char image_letter(const struct map *map, uint32_t start)
{
	uint32_t seen[26];
	unsigned count = 0, before = 0;

	for (size_t i = 0; i < map->count; i++) {
		const struct cx3_map_piece *piece = &map->piece[i];
		bool known = piece->kind != CX3_MAP_SECTION;

		for (unsigned k = 0; k < count && !known; k++)
			known = seen[k] == piece->image;
		if (known || count == 26)
			continue;
		seen[count++] = piece->image;
		before += piece->image < start;
	}
	return (char)('A' + (before < 26 ? before : 25));
}

char map_letter(const struct map *map, const struct cx3_map_piece *piece)
{
	switch (piece->kind) {
	case CX3_MAP_SECTION:
		return image_letter(map, piece->image);
	case CX3_MAP_CONFIG:
		return 'c';
	case CX3_MAP_DAMAGED:
		return '!';
	case CX3_MAP_OTHER:
		return '+';
	case CX3_MAP_BLANK:
		break;
	}
	return '.';
}

static const char *colour(char letter)
{
	/* the same test as for bold letters: a terminal, and no NO_COLOR */
	if (!bold()[0])
		return "";
	return letter == '!'   ? "\033[31m"
	       : letter == 'c' ? "\033[33m"
	       : letter == '+' ? "\033[35m"
	       : letter == 'A' ? "\033[32m"
	       : letter == '.' ? ""
			       : "\033[36m";
}

static void show_line(struct cli *cli, const struct map *map, uint32_t start, uint32_t cell)
{
	say(cli, "  0x%08" PRIx32 "  ", start);
	for (unsigned i = 0; i < MAP_COLUMNS && start + i * cell < map->size; i++) {
		char letter = map_letter(map, map_piece_at(map, start + i * cell, cell));

		say(cli, "%s%c%s", colour(letter), letter, colour(letter)[0] ? plain() : "");
	}
	say(cli, "\n");
}

static void show_pieces(struct cli *cli, const struct map *map)
{
	cJSON *array = json_array(cli->json, "pieces");

	for (size_t i = 0; i < map->count; i++) {
		const struct cx3_map_piece *piece = &map->piece[i];
		bool of_image = piece->kind == CX3_MAP_SECTION;
		cJSON *item = json_append(array);

		say(cli, "  %c  0x%08" PRIx32 "-0x%08" PRIx32 "  %8" PRIu32 "  %s%s\n",
		    map_letter(map, piece), piece->start, piece->start + piece->len - 1, piece->len,
		    piece->name, piece->kind == CX3_MAP_DAMAGED ? ", damaged" : "");
		json_hex(item, "start", 8, piece->start);
		json_number(item, "size", piece->len);
		json_text(item, "kind", cx3_map_kind_name(piece->kind));
		json_text(item, "name", piece->name);
		if (of_image)
			json_hex(item, "image", 8, piece->image);
		else
			json_text(item, "image", NULL);
	}
}

void map_show(struct cli *cli, const struct map *map)
{
	uint32_t cell = map_cell(map);

	json_number(cli->json, "size", map->size);
	say(cli,
	    "Each letter is %" PRIu32 " KiB. A, B: images; c: settings; +: other data; "
	    ".: blank; !: damaged.\n\n",
	    cell / 1024);
	for (uint32_t at = 0; at < map->size; at += MAP_COLUMNS * cell)
		show_line(cli, map, at, cell);
	say(cli, "\n");
	show_pieces(cli, map);
}
