/* SPDX-License-Identifier: BSD-2-Clause */
/* drom: "delete ROM". The machine that has the card then starts without it. */
#include "commands.h"
#include "edit_run.h"

static int run(struct cli *cli)
{
	struct cx3_edit edit = {.kind = CX3_EDIT_REMOVE_ROM,
				.allow_rom_change = cli->options.allow_rom_change};

	return edit_run(cli, &edit);
}

const struct command cmd_drom = {
	.name = "drom",
	.args = "",
	.summary = "take the expansion ROM out, on a card or in an image file",
	.help = "A card without a ROM does not boot from the network, and its machine starts faster.\n"
		"The card's own image, without its ROM, is burnt beside the old one. Keep the ROM\n"
		"with rrom first.",
	.example = "-d /dev/i2c-3 drom",
	.group = GROUP_CHANGE,
	.target = TARGET_EITHER,
	.scope = SCOPE_ROM,
	.run = run,
};
