/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status: the card from the adapter to its images, what state it is in, and what to do next.
 * The first thing to run on an unknown card.
 */
#include "commands.h"
#include "look_show.h"

const struct command cmd_status = {
	.name = "status",
	.args = "",
	.summary = "what the card is, what state it is in, what to do next",
	.help = "From the adapter to the images, layer by layer, and a diagnosis with a line to copy.\n"
		"The images' CRCs are checked, a minute or more on slow wires: not with --qq. The exit\n"
		"code is 0 where nothing needs to be done, 11 where something does, and that of the\n"
		"cause where a layer does not answer.",
	.example = "-d /dev/i2c-3 status",
	.group = GROUP_LOOK,
	.target = TARGET_DEVICE,
	.side_by_side = true,
	.scope = SCOPE_STATUS,
	.run = look_show,
};
