/* SPDX-License-Identifier: BSD-2-Clause */
/* wwne: "write word, no erase". */
#include "commands.h"
#include "raw_run.h"

static int run(struct cli *cli)
{
	return raw_run_word(cli, CX3_RAW_PROGRAM);
}

const struct command cmd_wwne = {
	.name = "wwne",
	.args = "ADDR DATA",
	.summary = "write one word, never with an erase",
	.help = "Without an erase bits only go from 1 to 0. A word that needs more is refused, and\n"
		"the line with ww is printed. (mstflint writes the AND of old and new word.)",
	.example = "-d /dev/i2c-3 wwne 0x1f0008 0x5a445a44",
	.group = GROUP_CHANGE,
	.target = TARGET_EITHER,
	.min_args = 2,
	.max_args = 2,
	.scope = SCOPE_RAW,
	.run = run,
};
