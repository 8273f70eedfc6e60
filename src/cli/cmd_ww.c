/* SPDX-License-Identifier: BSD-2-Clause */
/* ww: "write word", one of 32 bits. */
#include "commands.h"
#include "raw_run.h"

static int run(struct cli *cli)
{
	return raw_run_word(cli, CX3_RAW_WRITE);
}

const struct command cmd_ww = {
	.name = "ww",
	.args = "ADDR DATA",
	.summary = "write one word of 32 bits",
	.help = "ADDR is physical, as for rw. Where bits must go from 0 to 1 the sector is erased, and\n"
		"the rest of it put back. Nothing makes CRCs right: in an image that boots this wants\n"
		"--allow-unbootable, and fix_crc mends a file.",
	.example = "-d /dev/i2c-3 ww 0x1f0008 0x5a445a44",
	.group = GROUP_CHANGE,
	.target = TARGET_EITHER,
	.min_args = 2,
	.max_args = 2,
	.scope = SCOPE_RAW,
	.run = run,
};
