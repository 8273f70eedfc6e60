/* SPDX-License-Identifier: BSD-2-Clause */
/* wwne: "write word, no erase". */
#include "commands.h"
#include "raw_run.h"

static int run(struct cli *cli)
{
	uint8_t bytes[4];
	struct cx3_raw raw = {.kind = CX3_RAW_PROGRAM, .bytes = bytes, .len = sizeof(bytes)};
	int rc = raw_address(cli, cli->argv[0], &raw.addr);

	if (rc == CX3_OK)
		rc = raw_words(cli, cli->argv + 1, 1, bytes);
	return rc == CX3_OK ? raw_run(cli, &raw) : rc;
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
