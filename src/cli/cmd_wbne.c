/* SPDX-License-Identifier: BSD-2-Clause */
/* wbne: "write block, no erase", of words on the command line. */
#include "commands.h"
#include "raw_run.h"

#define MOST_WORDS 1024u

static int check_size(struct cli *cli, uint64_t size)
{
	if (size == 4 * (uint64_t)(cli->argc - 2))
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_USAGE, "SIZE",
			"SIZE is %u bytes, and %d words of 4 bytes follow it.\n"
			"Give as many words as SIZE has.",
			(unsigned)size, cli->argc - 2);
}

static int run(struct cli *cli)
{
	uint8_t bytes[4 * MOST_WORDS];
	struct cx3_raw raw = {.kind = CX3_RAW_PROGRAM, .bytes = bytes};
	uint64_t size = 0;
	int rc = raw_address(cli, cli->argv[0], &raw.addr);

	if (rc == CX3_OK)
		rc = parse_number(cli->argv[1], "SIZE", sizeof(bytes), &size, &cli->err);
	if (rc == CX3_OK)
		rc = check_size(cli, size);
	raw.len = (uint32_t)size;
	if (rc == CX3_OK)
		rc = raw_words(cli, cli->argv + 2, (unsigned)(size / 4), bytes);
	return rc == CX3_OK ? raw_run(cli, &raw) : rc;
}

const struct command cmd_wbne = {
	.name = "wbne",
	.args = "ADDR SIZE DATA...",
	.summary = "write words, never with an erase",
	.help = "SIZE is in bytes: 4 for each word of DATA. Without an erase bits only go from 1 to 0.\n"
		"Where a word needs more, nothing is written, and the line with ww is printed for it.",
	.example = "-d /dev/i2c-3 wbne 0x1f0000 8 0x30000 0x76800",
	.group = GROUP_CHANGE,
	.target = TARGET_EITHER,
	.min_args = 3,
	.max_args = 2 + MOST_WORDS,
	.scope = SCOPE_RAW,
	.run = run,
};
