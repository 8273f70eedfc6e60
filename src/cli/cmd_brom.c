/* SPDX-License-Identifier: BSD-2-Clause */
/* brom: "burn ROM". Another expansion ROM in the image on a card, or in a file. */
#include <stdlib.h>

#include "commands.h"
#include "edit_run.h"

static int run(struct cli *cli)
{
	struct cx3_edit edit = {.kind = CX3_EDIT_SET_ROM,
				.allow_rom_change = cli->options.allow_rom_change};
	uint8_t *rom;
	size_t len;
	int rc = cx3_file_read(cli->argv[0], CX3_FS2_MAX_IMAGE, &rom, &len, &cli->err);

	if (rc != CX3_OK)
		return rc;
	edit.rom = rom;
	edit.rom_len = (uint32_t)len;
	rc = edit_run(cli, &edit);
	free(rom);
	return rc;
}

const struct command cmd_brom = {
	.name = "brom",
	.args = "FILE",
	.summary = "put this expansion ROM in, on a card or in an image file",
	.help = "FILE is a ROM as rrom reads it. On a card its own image, with that ROM in it, is\n"
		"burnt beside the old one. An image file is changed in place and becomes longer or\n"
		"shorter. An image with a product version wants -allow_rom_change.",
	.example = "-d /dev/i2c-3 brom flexboot.rom",
	.group = GROUP_CHANGE,
	.target = TARGET_EITHER,
	.min_args = 1,
	.max_args = 1,
	.files = 1,
	.scope = SCOPE_ROM,
	.run = run,
};
