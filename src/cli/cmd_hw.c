/* SPDX-License-Identifier: BSD-2-Clause */
/* hw query: chip and flash, in mstflint's words. status says the same in more. */
#include <string.h>

#include "commands.h"

static void tell(struct cli *cli, const struct cx3_card_id *id, const struct cx3_flash_part *part)
{
	unsigned sector = part->sector_erase ? CX3_FLASH_SECTOR : CX3_FLASH_BLOCK;
	unsigned write = part->byte_program ? 1 : 16;
	unsigned jedec = (unsigned)part->jedec[2] << 16 | (unsigned)part->jedec[1] << 8 |
			 part->jedec[0];

	say(cli,
	    "HW Info:\n  HwDevId                 %u\n  HwRevId                 0x%x\n"
	    "Flash Info:\n  Type                    %s\n  TotalSize               0x%x\n"
	    "  Banks                   0x1\n  SectorSize              0x%x\n"
	    "  WriteBlockSize          0x%x\n  JEDEC_ID                0x%06x\n",
	    id->hw_id, id->hw_rev, part->name, part->size, sector, write, jedec);
	json_number(cli->json, "hw_id", id->hw_id);
	json_number(cli->json, "hw_rev", id->hw_rev);
	json_text(cli->json, "flash", part->name);
	json_number(cli->json, "size", part->size);
	json_number(cli->json, "sector_size", sector);
}

/*
 * Older tools of the vendor set these; 4.21 has "hw query" only. Of a part's configuration
 * registers no fact is in the parts table but what protects.
 */
static const char *const settings[][2] = {
	{"WriteProtected",
	 "The flash's write protection is set with wp: wp ranges tells which settings the part has, "
	 "wp on and wp off change it"},
	{"QuadEn",
	 "Quad mode uses the WP# and HOLD# pins for data; what each part needs for it, and whether "
	 "these chips read with it, is not known here"},
	{"DriverStrength", "No fact is known here on the drive strength of these parts"},
	{"DummyCycles", "These chips read with opcode 03, which has no dummy cycles"},
};

/* "Flash0.QuadEn=1" and "QuadEn=1". */
static int refuse_setting(struct cli *cli)
{
	const char *word = cli->argc > 1 ? cli->argv[1] : "";
	const char *dot = strchr(word, '.');

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (strncmp(dot ? dot + 1 : word, settings[i][0], strlen(settings[i][0])) == 0)
			return cx3_fail(&cli->err, CX3_E_USAGE, settings[i][0],
					"%s. Nothing was written.", settings[i][1]);
	}
	return cx3_fail(
		&cli->err, CX3_E_USAGE, "hw set",
		"Of the flash's settings only the write protection can be changed here, with "
		"wp; mstflint 4.21 has no hw set either.\n"
		"Write \"hw query\", or \"wp\".");
}

static int run(struct cli *cli)
{
	int rc = CX3_OK;

	if (strcmp(cli->argv[0], "set") == 0)
		return refuse_setting(cli);
	if (cli->argc > 1)
		return cx3_fail(&cli->err, CX3_E_USAGE, "hw",
				"\"%.40s\" is one argument too many; use: hw query", cli->argv[1]);
	if (strcmp(cli->argv[0], "query") != 0)
		return cx3_fail(&cli->err, CX3_E_USAGE, "hw",
				"\"hw %.40s\" is not here.\nWrite \"hw query\".", cli->argv[0]);
	rc = session_open(cli, CX3_OPEN_FLASH);
	if (rc == CX3_OK)
		tell(cli, cx3_card_identity(cli->session.card), cx3_flash_part(cli->session.flash));
	return rc;
}

const struct command cmd_hw = {
	.name = "hw",
	.args = "query",
	.summary = "chip and flash, as mstflint tells them",
	.help = "HwDevId and HwRevId are the chip's own; JEDEC_ID has the maker in its last byte.",
	.example = "-d /dev/i2c-3 hw query",
	.group = GROUP_LOOK,
	.target = TARGET_DEVICE,
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
