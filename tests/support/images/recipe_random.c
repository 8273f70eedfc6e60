/* SPDX-License-Identifier: BSD-2-Clause */
/* Recipes of any shape, chosen by a seed. */
#include <stdio.h>
#include <string.h>

#include "fs2/query.h"
#include "images/build.h"

static bool chance(uint64_t *random, uint32_t one_in)
{
	return fs2_random_below(random, one_in) == 0;
}

static void pick_uids(struct cx3_fs2_recipe *r, uint64_t *random)
{
	uint64_t base = UINT64_C(0x0002c90300000000) | (fs2_random(random) & 0xfffffff0);

	r->uid_count = chance(random, 5) ? 4 : 6;
	r->blank_uids = chance(random, 6);
	cx3_fs2_guids_from_base(base, r->uid);
	cx3_fs2_macs_from_base(cx3_fs2_mac_from_guid(base), r->uid + 4);
	/* Ethernet-only firmware: GUIDs all ones beside real MACs, and no blank CRC. */
	if (r->uid_count == 6 && chance(random, 6))
		memset(r->uid, 0xff, 4 * sizeof(r->uid[0]));
}

static void pick_one_rom(struct cx3_fs2_recipe *r, struct cx3_fs2_rom *rom, uint64_t *random)
{
	static const uint16_t products[] = {0x10, 0x10, 0x11, 0x12, 1, 2, 3, 4, 0xf};
	static const uint8_t protos[] = {0, 1, 2, 0xff};

	memset(rom, 0, sizeof(*rom));
	rom->product_id = products[fs2_random_below(random, 9)];
	rom->proto = 0xff;
	rom->version[0] = (uint16_t)fs2_random_below(random, 100);
	if (rom->product_id == 0xf) {
		snprintf(rom->text, sizeof(rom->text), "%u", rom->version[0]);
		return;
	}
	rom->version[1] = (uint16_t)fs2_random_below(random, 256);
	rom->version[2] = (uint16_t)fs2_random_below(random, 10000);
	if (rom->product_id < 0x10)
		return;
	rom->has_target = true;
	rom->device_id = r->device_type;
	rom->cpu = (uint8_t)fs2_random_below(random, 4);
	if (rom->product_id == 0x12)
		return;
	rom->port = (uint8_t)fs2_random_below(random, 3);
	rom->proto = protos[fs2_random_below(random, 4)];
}

static void pick_rom(struct cx3_fs2_recipe *r, uint64_t *random)
{
	r->rom_size = 0;
	r->rom_count = 0;
	if (chance(random, 4))
		return;
	r->rom_count = chance(random, 8) ? 0 : 1 + fs2_random_below(random, CX3_FS2_MAX_ROMS);
	for (unsigned i = 0; i < r->rom_count; i++)
		pick_one_rom(r, &r->rom[i], random);
	r->rom_size = fs2_rom_least(r) + 4 * fs2_random_below(random, 5000);
}

static void pick_info(struct cx3_fs2_recipe *r, uint64_t *random)
{
	static const uint16_t devices[] = {4099, 4100, 4103, 4103, 4107};
	static const char *const owners[] = {"MT_", "HP_", "DEL", "IBM", "LNV", "CX_", "ZZZ"};

	r->device_type = devices[fs2_random_below(random, 5)];
	r->hw_id_count = 1 + fs2_random_below(random, 3);
	for (unsigned i = 0; i < r->hw_id_count; i++)
		r->hw_id[i] = (r->device_type == 4103 ? 0x1f7 : 0x1f5) | i << 16;
	/* Each tag is left out once in eight. */
	r->omit_tags = ~(UINT32_C(1) << CX3_FS2_TAG_FW_VERSION);
	for (int i = 0; i < 3; i++)
		r->omit_tags &= (uint32_t)fs2_random(random);
	snprintf(r->psid, sizeof(r->psid), "%s%010u", owners[fs2_random_below(random, 7)],
		 (unsigned)(fs2_random(random) & 0xffffff));
	snprintf(r->vsd, sizeof(r->vsd), "%.*s", (int)fs2_random_below(random, 61),
		 "a vendor's own words of up to sixty characters, cut anywhere");
	snprintf(r->prs_name, sizeof(r->prs_name), "made_up_%u.prs",
		 (unsigned)(fs2_random(random) & 0xffff));
	r->fw_version[1] = (uint16_t)fs2_random_below(random, 100);
	r->fw_version[2] = (uint16_t)fs2_random_below(random, 10000);
	snprintf(r->product_version, sizeof(r->product_version), "02.%02u.%04u", r->fw_version[1],
		 r->fw_version[2]);
	for (unsigned i = 0; i < 4; i++)
		r->min_fit[i] = (uint16_t)fs2_random_below(random, 3);
	r->access_key = chance(random, 2) ? 0 : fs2_random(random);
	r->config_sectors = fs2_random_below(random, 4);
	r->config_pad = fs2_random_below(random, 3);
	r->log2_sector_kib = chance(random, 3) ? 0xff : fs2_random_below(random, 7);
}

void cx3_fs2_recipe_random(struct cx3_fs2_recipe *recipe, uint64_t seed)
{
	uint64_t random = seed;

	cx3_fs2_recipe_default(recipe);
	recipe->seed = fs2_random(&random);
	recipe->failsafe = !chance(&random, 5);
	recipe->log2_chunk = 16 + fs2_random_below(&random, 5);
	recipe->code_sections = fs2_random_below(&random, 8);
	recipe->code_size = recipe->code_sections ? 4 * fs2_random_below(&random, 40000) : 0;
	recipe->second_boot = chance(&random, 2);
	recipe->emt = chance(&random, 4);
	recipe->board_id = chance(&random, 4);
	recipe->user_data = chance(&random, 4);
	recipe->ddrz = chance(&random, 4);
	recipe->hash_file = chance(&random, 3);
	recipe->unknown_section = chance(&random, 6);
	pick_info(recipe, &random);
	pick_uids(recipe, &random);
	pick_rom(recipe, &random);
}
