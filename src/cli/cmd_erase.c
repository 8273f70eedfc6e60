/* SPDX-License-Identifier: BSD-2-Clause */
/* erase: the sector that an address is in. */
#include "commands.h"
#include "raw_run.h"

static int run(struct cli *cli)
{
	struct cx3_raw raw = {.kind = CX3_RAW_ERASE};
	uint64_t addr;
	int rc = parse_number(cli->argv[0], "ADDR", CX3_FS2_MAX_IMAGE - 1, &addr, &cli->err);

	if (rc != CX3_OK)
		return rc;
	raw.addr = (uint32_t)addr;
	return raw_run(cli, &raw);
}

const struct command cmd_erase = {
	.name = "erase",
	.alias = "e",
	.args = "ADDR",
	.summary = "erase the sector that ADDR is in",
	.help = "4 KiB, or 64 KiB where the part has no smaller erase: the range is shown first. In a\n"
		"file it is 4 KiB. A card that boots, and would not without that sector, wants\n"
		"--allow-unbootable.",
	.example = "-d /dev/i2c-3 erase 0x1f0000",
	.group = GROUP_CHANGE,
	.target = TARGET_EITHER,
	.min_args = 1,
	.max_args = 1,
	.scope = SCOPE_RAW,
	.run = run,
};
