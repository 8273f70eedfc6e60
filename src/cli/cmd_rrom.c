/* SPDX-License-Identifier: BSD-2-Clause */
/* rrom: the expansion ROM into a file. */
#include <stdlib.h>

#include "commands.h"

/* rrom: "read ROM". The bytes as PCI firmware sees them, 0x55 0xAA first. */
static int run(struct cli *cli)
{
	const char *path = cli->argv[0];
	struct cli_source source;
	struct cx3_fs2_info info;
	uint8_t *rom = NULL;
	uint32_t len = 0;
	int rc = output_allowed(cli, path);

	if (rc != CX3_OK)
		return rc;
	rc = source_open(cli, &source);
	/* a quick look tells how much there is to read, for the bar */
	if (rc == CX3_OK && cli->session.shadow &&
	    cx3_fs2_query(&source.src, source.layout, CX3_FS2_QUICK, &info, NULL) == CX3_OK)
		source_progress(&source, info.rom_size);
	if (rc == CX3_OK)
		rc = cx3_fs2_rom_data(&source.src, source.layout, &rom, &len, &cli->err);
	if (rc == CX3_OK)
		rc = cx3_file_write(path, rom, len, cli->options.yes, &cli->err);
	if (rc == CX3_OK) {
		json_text(cli->json, "file", path);
		json_number(cli->json, "bytes", len);
	}
	free(rom);
	source_close(&source);
	return rc;
}

const struct command cmd_rrom = {
	.name = "rrom",
	.args = "FILE",
	.summary = "the expansion ROM (PXE, UEFI)",
	.help = "The bytes as the PCI firmware sees them, from 0x55 0xaa on.",
	.example = "-i fw.bin rrom flexboot.rom",
	.group = GROUP_KEEP,
	.target = TARGET_EITHER,
	.min_args = 1,
	.max_args = 1,
	.scope = SCOPE_READ,
	.run = run,
};
