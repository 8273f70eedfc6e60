/* SPDX-License-Identifier: BSD-2-Clause */
/* Recipes for images: which make sense, and the usual one. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fs2/query.h"
#include "fs2/walk.h"
#include "images/build.h"

#define MOST_CODE_SECTIONS 256u

static int refuse(struct cx3_error *err, const char *field, const char *why)
{
	return cx3_fail(err, CX3_E_USAGE, field, "No image can be built with this %s: %s.", field,
			why);
}

static int check_texts(const struct cx3_fs2_recipe *r, struct cx3_error *err)
{
	if (!memchr(r->psid, 0, sizeof(r->psid)))
		return refuse(err, "psid", "it must end within 16 characters");
	if (!memchr(r->vsd, 0, sizeof(r->vsd)))
		return refuse(err, "vsd", "it must end within 208 characters");
	if (!memchr(r->product_version, 0, sizeof(r->product_version)))
		return refuse(err, "product_version", "it must end within 16 characters");
	if (!memchr(r->prs_name, 0, sizeof(r->prs_name)))
		return refuse(err, "prs_name", "it must end within 100 characters");
	return CX3_OK;
}

static int check_rom(const struct cx3_fs2_recipe *r, struct cx3_error *err)
{
	if (r->rom_count > CX3_FS2_MAX_ROMS)
		return refuse(err, "rom_count", "there are 5 at most");
	if (!r->rom_size)
		return r->rom_count ? refuse(err, "rom_count", "there is no ROM to hold them")
				    : CX3_OK;
	if (r->rom_size % 4 || r->rom_size > FS2_MAX_SECTION || r->rom_size < fs2_rom_least(r))
		return refuse(err, "rom_size",
			      "it must be a multiple of 4 with room for the versions, up to 4 MiB");
	return CX3_OK;
}

static int check_code(const struct cx3_fs2_recipe *r, struct cx3_error *err)
{
	uint64_t most = (uint64_t)r->code_sections * (FS2_MAX_SECTION / 2);

	if (r->code_sections > MOST_CODE_SECTIONS)
		return refuse(err, "code_sections", "there are 256 at most");
	if (r->code_size % 4 || r->code_size > CX3_FS2_MAX_IMAGE || r->code_size > most)
		return refuse(err, "code_size",
			      "it must be a multiple of 4, up to 16 MiB, in sections of 2 MiB on "
			      "average");
	return CX3_OK;
}

int fs2_check_recipe(const struct cx3_fs2_recipe *r, struct cx3_error *err)
{
	int rc = check_texts(r, err);

	if (!rc)
		rc = check_rom(r, err);
	if (!rc)
		rc = check_code(r, err);
	if (rc)
		return rc;
	if (r->failsafe && (r->log2_chunk < 16 || r->log2_chunk > 23))
		return refuse(err, "log2_chunk", "it must be 16 to 23");
	if (r->uid_count != 4 && r->uid_count != 6)
		return refuse(err, "uid_count", "it must be 4 or 6");
	if (r->hw_id_count > CX3_FS2_MAX_HW_IDS)
		return refuse(err, "hw_id_count", "there are 16 at most");
	if (r->log2_sector_kib != 0xff && r->log2_sector_kib > 14)
		return refuse(err, "log2_sector_kib", "it must be up to 14, or 0xff for none");
	return CX3_OK;
}

void cx3_fs2_recipe_default(struct cx3_fs2_recipe *r)
{
	*r = (struct cx3_fs2_recipe){
		.seed = 1,
		.failsafe = true,
		.log2_chunk = 19,
		.code_size = 670000,
		.code_sections = 12,
		.second_boot = true,
		.uid_count = 6,
		.rom_size = 104468,
		.rom_count = 1,
		.rom = {{.product_id = 0x10,
			 .version = {3, 4, 752},
			 .device_id = 4103,
			 .proto = 0xff,
			 .has_target = true}},
		.omit_tags = UINT32_C(1) << CX3_FS2_TAG_ACCESS_KEY,
		.psid = "CX_1200111023",
		.vsd = "n/a",
		.product_version = "02.42.50.00",
		.prs_name = "cx3pro_made_up_2mb.prs",
		.fw_version = {2, 42, 5000},
		.fw_date = {0x5, 0x9, 0x2017},
		.mic_version = {2, 0, 0},
		.device_type = 4103,
		.hw_id_count = 1,
		.hw_id = {0x1f7},
		.config_sectors = 2,
		.log2_sector_kib = 2,
	};
	cx3_fs2_guids_from_base(UINT64_C(0x0002c9030a0b0c00), r->uid);
	cx3_fs2_macs_from_base(UINT64_C(0x0002c90b0c00), r->uid + 4);
}
