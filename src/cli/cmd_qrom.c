/* SPDX-License-Identifier: BSD-2-Clause */
/* qrom: "query ROM", of a file that rrom has read; or of the ROM in an image, or on a card. */
#include <stdlib.h>

#include "commands.h"
#include "rom_text.h"

/* *rom stays NULL where the file is none. */
static int read_rom_file(struct cli *cli, uint8_t **rom, uint32_t *len)
{
	uint8_t *bytes;
	size_t size;
	int rc = cx3_file_read(cli->options.image, CX3_FS2_MAX_IMAGE, &bytes, &size, &cli->err);

	if (rc != CX3_OK)
		return rc;
	if (size < 3 || bytes[0] != 0x55 || bytes[1] != 0xaa) {
		free(bytes);
		return CX3_OK;
	}
	*rom = bytes;
	*len = (uint32_t)size;
	return CX3_OK;
}

static int read_rom(struct cli *cli, uint8_t **rom, uint32_t *len)
{
	struct cli_source source;
	int rc = source_open(cli, &source);

	if (rc == CX3_OK)
		rc = cx3_fs2_rom_data(&source.src, source.layout, rom, len, &cli->err);
	source_close(&source);
	return rc;
}

static int tell(struct cli *cli, const uint8_t *rom, uint32_t len)
{
	struct cx3_fs2_info info;

	cx3_fs2_rom_parse(rom, len, &info);
	rom_json(cli->json, &info);
	if (info.rom_count == 0)
		return cx3_fail(&cli->err, CX3_E_IMAGE, "ROM",
				"There is no vendor's mark in this ROM, so nothing tells its "
				"version.\n"
				"It may be another vendor's, or cut short.");
	rom_print_alone(cli, rom, len, &info);
	return CX3_OK;
}

static int run(struct cli *cli)
{
	uint8_t *rom = NULL;
	uint32_t len = 0;
	int rc = cli->options.image ? read_rom_file(cli, &rom, &len) : CX3_OK;

	if (rc == CX3_OK && !rom)
		rc = read_rom(cli, &rom, &len);
	if (rc == CX3_OK)
		rc = tell(cli, rom, len);
	free(rom);
	return rc;
}

const struct command cmd_qrom = {
	.name = "qrom",
	.args = "",
	.summary = "versions in a ROM file, or of the ROM in an image",
	.help = "-i FILE is a ROM as rrom reads it, or an image; -d reads the card's. (mstflint takes\n"
		"a file only, and warns of a bad checksum where the file is an image.)",
	.example = "-i flexboot.rom qrom",
	.group = GROUP_LOOK,
	.target = TARGET_EITHER,
	.scope = SCOPE_READ,
	.run = run,
};
