/* SPDX-License-Identifier: BSD-2-Clause */
/* sv: "set VSD", the text that a vendor or an owner keeps in the image. */
#include "commands.h"
#include "edit_run.h"

static int run(struct cli *cli)
{
	struct cx3_edit edit = {.kind = CX3_EDIT_SET_VSD, .vsd = cli->options.burn.vsd};

	if (!edit.vsd)
		return cx3_fail(&cli->err, CX3_E_USAGE, "sv", "No VSD was given: use -vsd TEXT.");
	return edit_run(cli, &edit);
}

const struct command cmd_sv = {
	.name = "sv",
	.args = "",
	.summary = "set the VSD, on a card or in an image file",
	.help = "The vendor specific data: up to 208 characters that the firmware does not use. On a\n"
		"card its own image, with that text in it, is burnt beside the old one. An image\n"
		"file is changed in place.",
	.example = "-d /dev/i2c-3 -vsd rack-4 sv",
	.group = GROUP_CHANGE,
	.target = TARGET_EITHER,
	.scope = SCOPE_VSD,
	.run = run,
};
