/* SPDX-License-Identifier: BSD-2-Clause */
/* dc: "dump configuration", as in mstflint: the INI text that the image was made from. */
#include "commands.h"
#include "text_dump.h"

static int run(struct cli *cli)
{
	return text_dump(cli, CX3_FS2_FW_CONFIG, "configuration");
}

const struct command cmd_dc = {
	.name = "dc",
	.args = "[FILE]",
	.summary = "the image's configuration (INI text)",
	.help = "The text that the image was made from. It is no backup of the card: that is backup.",
	.example = "-d /dev/i2c-3 dc card.ini",
	.group = GROUP_LOOK,
	.target = TARGET_EITHER,
	.max_args = 1,
	.scope = SCOPE_READ,
	.run = run,
};
