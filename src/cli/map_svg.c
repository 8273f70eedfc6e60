/* SPDX-License-Identifier: BSD-2-Clause */
/* A flash as SVG: the same cells as in the terminal, with a legend. */
#include <inttypes.h>
#include <stdio.h>

#include "map_text.h"

/* Pixels. */
#define CELL 12u
#define LEFT 100u
#define TOP 40u
#define LEGEND 30u

static const char *fill(char letter)
{
	switch (letter) {
	case 'A':
		return "#2e7d32";
	case 'c':
		return "#f9a825";
	case '!':
		return "#c62828";
	case '+':
		return "#8e24aa";
	case '.':
		return "#eeeeee";
	default:
		return "#1565c0";
	}
}

static void cell(FILE *out, const struct map *map, uint32_t start, uint32_t bytes, unsigned column,
		 unsigned row)
{
	const struct cx3_map_piece *piece = map_piece_at(map, start, bytes);

	fprintf(out,
		"<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" fill=\"%s\"><title>0x%08" PRIx32
		" %s</title></rect>\n",
		LEFT + column * CELL, TOP + row * CELL, CELL - 1, CELL - 1,
		fill(map_letter(map, piece)), start, piece->name);
}

static void legend(FILE *out, unsigned y)
{
	static const struct {
		char letter;
		const char *text;
	} entries[] = {
		{'A', "first image"}, {'B', "second image"}, {'c', "settings"},
		{'+', "other data"},  {'.', "blank"},	     {'!', "damaged"},
	};

	for (unsigned i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		fprintf(out,
			"<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" fill=\"%s\"/>"
			"<text x=\"%u\" y=\"%u\">%s</text>\n",
			LEFT + i * 130, y, CELL, CELL, fill(entries[i].letter), LEFT + i * 130 + 18,
			y + 10, entries[i].text);
}

char *map_svg(const struct map *map, size_t *len)
{
	uint32_t bytes = map_cell(map);
	unsigned rows = (map->size + MAP_COLUMNS * bytes - 1) / (MAP_COLUMNS * bytes);
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	if (!out)
		return NULL;
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
		"font-family=\"monospace\" font-size=\"11\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
		"<text x=\"10\" y=\"20\">Flash of %" PRIu32 " KiB; each square is %" PRIu32
		" KiB</text>\n",
		LEFT + MAP_COLUMNS * CELL + 20, TOP + rows * CELL + 2 * LEGEND, map->size / 1024,
		bytes / 1024);
	for (unsigned row = 0; row < rows; row++) {
		uint32_t start = row * MAP_COLUMNS * bytes;

		fprintf(out, "<text x=\"10\" y=\"%u\">0x%08" PRIx32 "</text>\n",
			TOP + row * CELL + 10, start);
		for (unsigned i = 0; i < MAP_COLUMNS && start + i * bytes < map->size; i++)
			cell(out, map, start + i * bytes, bytes, i, row);
	}
	legend(out, TOP + rows * CELL + LEGEND / 2);
	fputs("</svg>\n", out);
	return fclose(out) == 0 ? text : NULL;
}
