/* SPDX-License-Identifier: BSD-2-Clause */
/* hw: chip and flash, and the flash's settings, in mstflint's words. */
#include <string.h>

#include "commands.h"
#include "hw_setting.h"
#include "protect_run.h"
#include "shapes.h"

/* mstflint's numbers for its command sets. */
#define COMMANDS_ST 0x80u
#define COMMANDS_SST 0x81u

/* What the flash's registers hold. */
struct found {
	struct cx3_flash_status status;
	struct cx3_flash_value strength, cycles;
};

/* A setting in a register of its own: a line where the chip has it. */
static void tell_value(struct cli *cli, const struct cx3_flash_value *value, const char *label,
		       const char *key)
{
	if (!value->there) {
		json_text(cli->json, key, NULL);
		return;
	}
	json_number(cli->json, key, value->number);
	say(cli, "  %-23s %u%s\n", label, value->number,
	    value->sure ? "" : ", or the chip has no such register");
}

/* As mstflint, of the kinds of parts that it can set them on; or `all` that is known. */
static void tell_settings(struct cli *cli, const struct cx3_flash_part *part,
			  const struct found *found, bool all)
{
	const struct cx3_flash_status *status = &found->status;
	bool in_status = part->quad == CX3_QUAD_STATUS1 || part->quad == CX3_QUAD_STATUS2;
	bool quad = cx3_flash_quad_enabled(part, &status->protection);
	char word[40];

	if (in_status) {
		say(cli, "  QuadEn                  %d\n", quad);
		json_flag(cli->json, "quad_enable", quad);
	} else {
		json_text(cli->json, "quad_enable", NULL);
	}
	tell_value(cli, &found->cycles, "DummyCycles", "dummy_cycles");
	protection_json(cli, status);
	if ((all || part->quad != CX3_QUAD_NONE) &&
	    hw_protection_word(part, &status->protection, word, sizeof(word)))
		say(cli, "  Flash0.WriteProtected   %s%s\n", word,
		    status->protection.exact ? "" : ", or less");
	tell_value(cli, &found->strength, "DriverStrength", "driver_strength");
}

static void tell(struct cli *cli, const struct found *found, bool all)
{
	const struct cx3_card_id *id = cx3_card_identity(cli->session.card);
	const struct cx3_flash_part *part = cx3_flash_part(cli->session.flash);
	unsigned sector = part->sector_erase ? CX3_FLASH_SECTOR : CX3_FLASH_BLOCK;
	unsigned jedec = (unsigned)part->jedec[2] << 16 | (unsigned)part->jedec[1] << 8 |
			 part->jedec[0];

	say(cli,
	    "HW Info:\n  HwDevId                 %u\n  HwRevId                 0x%x\n"
	    "Flash Info:\n  Type                    %s\n  TotalSize               0x%x\n"
	    "  Banks                   0x1\n  SectorSize              0x%x\n"
	    "  WriteBlockSize          0x10\n  CmdSet                  0x%x\n",
	    id->hw_id, id->hw_rev, part->name, part->size, sector,
	    part->byte_program ? COMMANDS_SST : COMMANDS_ST);
	json_hex(cli->json, "hw_id", 4, id->hw_id);
	json_hex(cli->json, "hw_rev", 2, id->hw_rev);
	json_text(cli->json, "flash", part->name);
	json_number(cli->json, "size", part->size);
	json_number(cli->json, "sector_size", sector);
	tell_settings(cli, part, found, all);
	say(cli, "  JEDEC_ID                0x%06x\n", jedec);
}

static int query(struct cli *cli, bool all)
{
	struct found found = {.status = {.size = sizeof(found.status)}};
	int rc = session_open(cli, CX3_OPEN_FLASH);

	if (rc == CX3_OK)
		rc = cx3_flash_status(cli->session.flash, &found.status, &cli->err);
	if (rc == CX3_OK)
		rc = cx3_flash_setting_read(cli->session.flash, CX3_SETTING_DRIVER_STRENGTH,
					    &found.strength, &cli->err);
	if (rc == CX3_OK)
		rc = cx3_flash_setting_read(cli->session.flash, CX3_SETTING_DUMMY_CYCLES,
					    &found.cycles, &cli->err);
	if (rc == CX3_OK)
		tell(cli, &found, all);
	return rc;
}

static int set(struct cli *cli)
{
	struct cx3_protect_options what;
	bool wrote = false;
	int rc;

	if (cli->argc < 2)
		return cx3_fail(&cli->err, CX3_E_USAGE, "hw set",
				"What is to be set is missing.\n"
				"Write hw set QuadEn=0|1, DriverStrength=25|50|75|100, "
				"DummyCycles=1 to 15, or Flash0.WriteProtected=VALUE.");
	rc = hw_setting_check(cli->argv[1], &cli->err);
	if (rc == CX3_OK)
		rc = session_open(cli, CX3_OPEN_FLASH);
	if (rc == CX3_OK)
		rc = hw_setting(cli->argv[1], cx3_flash_part(cli->session.flash), &what, &cli->err);
	if (rc == CX3_OK)
		rc = protect_run(cli, &what, &wrote);
	return wrote ? query(cli, true) : rc;
}

static int run(struct cli *cli)
{
	if (strcmp(cli->argv[0], "set") == 0)
		return set(cli);
	if (strcmp(cli->argv[0], "query") != 0)
		return cx3_fail(&cli->err, CX3_E_USAGE, "hw",
				"\"hw %.40s\" is not here.\nWrite \"hw query\", or \"hw set\".",
				cli->argv[0]);
	if (cli->argc > 1)
		return cx3_fail(&cli->err, CX3_E_USAGE, "hw",
				"\"%.40s\" is one argument too many; use: hw query", cli->argv[1]);
	if (cli->options.dry_run)
		return cx3_fail(&cli->err, CX3_E_USAGE, "hw",
				"hw query changes nothing, with --dry-run or without; leave it "
				"out.");
	return query(cli, false);
}

const struct command cmd_hw = {
	.name = "hw",
	.args = "query|set NAME=VALUE",
	.summary = "chip and flash, as mstflint tells and sets them",
	.help = "HwDevId and HwRevId are the chip's own; JEDEC_ID has the maker in its last byte.\n"
		"What can be set, where the flash has it:\n"
		"  set QuadEn=0|1                    the quad enable bit of its status registers\n"
		"  set DriverStrength=25|50|75|100   per cent: of W25Q chips that have it\n"
		"  set DummyCycles=1..15             of fast reads, on N25Q, from the next power-on\n"
		"  set WriteProtected=Top,8-Sectors  as wp does, for good; Bottom; SubSectors of 4 KiB\n"
		"  set WriteProtected=Disabled       as wp off does\n"
		"Flash0. may stand before a name. No other bit changes; the registers are read back.",
	.example = "-d /dev/i2c-3 hw set QuadEn=1",
	.group = GROUP_CHANGE,
	.target = TARGET_DEVICE,
	.min_args = 1,
	.max_args = 2,
	.scope = SCOPE_WP,
	.run = run,
};
