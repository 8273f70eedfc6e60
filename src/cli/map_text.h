/* SPDX-License-Identifier: BSD-2-Clause */
/* A flash as a picture: in the terminal, and as SVG. */
#ifndef CX3_CLI_MAP_TEXT_H
#define CX3_CLI_MAP_TEXT_H

#include "cli.h"
#include "cx3flash/map.h"

struct map {
	const struct cx3_map_piece *piece;
	size_t count;
	uint32_t size; /* bytes of the flash */
};

/* One letter for each cell, and below it the pieces. With colours on a terminal only. */
void map_show(struct cli *cli, const struct map *map);
/* The whole SVG text, malloc'd; NULL without memory. */
char *map_svg(const struct map *map, size_t *len);

/* The same for both: a line of 64 cells, and the letter of a piece. */
#define MAP_COLUMNS 64u
uint32_t map_cell(const struct map *map);
/* The piece that a cell is shown as: the gravest in it. */
const struct cx3_map_piece *map_piece_at(const struct map *map, uint32_t start, uint32_t len);
char map_letter(const struct map *map, const struct cx3_map_piece *piece);

#endif
