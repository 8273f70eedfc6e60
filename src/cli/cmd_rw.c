/* SPDX-License-Identifier: BSD-2-Clause */
/* rw: "read word", one of 32 bits, as mstflint prints it. */
#include "commands.h"

static int run(struct cli *cli)
{
	struct cli_source source;
	uint8_t data[4];
	uint64_t addr;
	uint32_t word;
	int rc = parse_number(cli->argv[0], "ADDR", CX3_FS2_MAX_IMAGE - 1, &addr, &cli->err);

	if (rc != CX3_OK)
		return rc;
	rc = source_open(cli, &source);
	if (rc == CX3_OK &&
	    (source.src.size < sizeof(data) || addr > source.src.size - sizeof(data)))
		rc = cx3_fail(&cli->err, CX3_E_USAGE, "ADDR",
			      "A word at 0x%x does not lie within the %s, which has 0x%x bytes.",
			      (unsigned)addr, cli->options.image ? "file" : "flash",
			      source.src.size);
	if (rc == CX3_OK)
		rc = source.src.read(source.src.user, (uint32_t)addr, data, sizeof(data),
				     &cli->err);
	if (rc == CX3_OK) {
		word = (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 |
		       data[3];
		say(cli, "0x%08x\n", word);
		json_hex(cli->json, "address", 8, addr);
		json_hex(cli->json, "word", 8, word);
	}
	source_close(&source);
	return rc;
}

const struct command cmd_rw = {
	.name = "rw",
	.args = "ADDR",
	.summary = "one word of 32 bits",
	.help = "ADDR is physical, decimal or 0x...",
	.example = "-d /dev/i2c-3 rw 0x24",
	.group = GROUP_LOOK,
	.target = TARGET_EITHER,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
