/* SPDX-License-Identifier: BSD-2-Clause */
/* dh: "dump hash", the text of the section "Hash File". */
#include "commands.h"
#include "text_dump.h"

static int run(struct cli *cli)
{
	return text_dump(cli, CX3_FS2_HASH_FILE, "hash_file");
}

const struct command cmd_dh = {
	.name = "dh",
	.args = "[FILE]",
	.summary = "the image's hash file, where it has one",
	.help = "The text of the section \"Hash File\". The published images have none.",
	.example = "-i fw.bin dh",
	.group = GROUP_LOOK,
	.target = TARGET_EITHER,
	.max_args = 1,
	.scope = SCOPE_READ,
	.run = run,
};
