/* SPDX-License-Identifier: BSD-2-Clause */
/* map: what lies where on a flash, as a picture. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "content.h"
#include "map_text.h"

static int draw(struct cli *cli, const struct map *map)
{
	size_t len = 0;
	char *text = map_svg(map, &len);
	int rc;

	if (!text)
		return cx3_fail(&cli->err, CX3_E_NO_MEMORY, "map",
				"There is no memory left; close other programs and try again.");
	rc = cx3_file_write(cli->options.svg, text, len, cli->options.yes, &cli->err);
	free(text);
	if (rc == CX3_OK)
		say(cli, "-I- The picture is in %s\n", cli->options.svg);
	return rc;
}

/* "Damaged" is a verdict. */
static int judge(struct cli *cli, const struct content *content, const struct map *map)
{
	char why[96];

	for (size_t i = 0; i < map->count; i++) {
		if (map->piece[i].kind != CX3_MAP_DAMAGED)
			continue;
		snprintf(why, sizeof(why), "%s at 0x%08" PRIx32 " is damaged", map->piece[i].name,
			 map->piece[i].start);
		return content_verdict(cli, content, why);
	}
	return CX3_OK;
}

static int show(struct cli *cli, const struct content *content)
{
	struct cx3_map_piece *piece;
	struct map map = {.size = content->len};
	int rc;

	if (!content_is_flash(content))
		return cx3_fail(
			&cli->err, CX3_E_IMAGE, cli->options.image,
			"This is no raw content of a flash, but 0x%x bytes of another kind.\n"
			"Give a backup, or a card; verify shows an image's sections.",
			(unsigned)content->len);
	rc = cx3_map_make(content->bytes, content->len, &piece, &map.count, &cli->err);
	map.piece = piece;
	if (rc == CX3_OK)
		rc = judge(cli, content, &map);
	if (rc == CX3_OK) {
		map_show(cli, &map);
		json_text(cli->json, "svg", cli->options.svg);
	}
	if (rc == CX3_OK && cli->options.svg)
		rc = draw(cli, &map);
	free(piece);
	return rc;
}

static int run(struct cli *cli)
{
	struct content content = {0};
	int rc = cli->options.svg ? output_allowed(cli, cli->options.svg) : CX3_OK;

	if (rc == CX3_OK)
		rc = content_load(cli, &content);
	if (rc == CX3_OK)
		rc = show(cli, &content);
	content_free(&content);
	return rc;
}

const struct command cmd_map = {
	.name = "map",
	.args = "",
	.summary = "the flash as a picture: images, settings, blank, damaged",
	.help = "Of a card, whose whole flash is read, or of a backup. A letter for each KiB, and what\n"
		"lies where below it; --svg draws the same for a page.",
	.example = "-d /dev/i2c-3 map",
	.group = GROUP_LOOK,
	.target = TARGET_EITHER,
	.scope = SCOPE_MAP,
	.run = run,
};
