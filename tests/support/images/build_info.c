/* SPDX-License-Identifier: BSD-2-Clause */
/* The Image Info section of a made-up image, tag by tag. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "bytes.h"
#include "fs2/query.h"
#include "images/build.h"

#define VENDOR_MELLANOX 0x15b3u

static bool wanted(const struct cx3_fs2_recipe *recipe, enum cx3_fs2_tag id)
{
	return !(recipe->omit_tags & UINT32_C(1) << id);
}

static void add_words(const struct cx3_fs2_recipe *recipe, struct fs2_out *out, enum cx3_fs2_tag id,
		      const uint32_t *word, uint32_t count)
{
	if (!wanted(recipe, id))
		return;
	fs2_out_word(out, (uint32_t)id << 24 | 4 * count);
	for (uint32_t i = 0; i < count; i++)
		fs2_out_word(out, word[i]);
}

/* `size` bytes, the text at their start. */
static void add_text(const struct cx3_fs2_recipe *recipe, struct fs2_out *out, enum cx3_fs2_tag id,
		     const char *text, uint32_t size)
{
	uint8_t *to;

	if (!wanted(recipe, id))
		return;
	fs2_out_word(out, (uint32_t)id << 24 | size);
	to = fs2_out_add(out, size);
	if (to)
		memcpy(to, text, strnlen(text, size));
}

static void add_version(const struct cx3_fs2_recipe *recipe, struct fs2_out *out,
			enum cx3_fs2_tag id, const uint16_t version[3])
{
	uint32_t word[2] = {(uint32_t)version[0] << 16, (uint32_t)version[1] << 16 | version[2]};

	add_words(recipe, out, id, word, 2);
}

static void add_build_time(const struct cx3_fs2_recipe *recipe, struct fs2_out *out)
{
	const uint16_t *date = recipe->fw_date;
	uint32_t word[2] = {0x00120000, /* noon */
			    (uint32_t)date[2] << 16 | (date[1] & 0xffu) << 8 | (date[0] & 0xffu)};

	add_words(recipe, out, CX3_FS2_TAG_BUILD_TIME, word, 2);
}

static void add_hw_ids(const struct cx3_fs2_recipe *recipe, struct fs2_out *out)
{
	uint32_t word[CX3_FS2_MAX_HW_IDS + 1] = {0};

	if (!recipe->hw_id_count)
		return;
	memcpy(word, recipe->hw_id, sizeof(word[0]) * recipe->hw_id_count);
	add_words(recipe, out, CX3_FS2_TAG_HW_IDS, word, recipe->hw_id_count + 1);
}

static void add_min_fit(const struct cx3_fs2_recipe *recipe, struct fs2_out *out)
{
	const uint16_t *fit = recipe->min_fit;
	uint32_t word[2] = {(uint32_t)fit[0] << 16 | fit[1], (uint32_t)fit[2] << 16 | fit[3]};

	if (word[0] || word[1])
		add_words(recipe, out, CX3_FS2_TAG_MIN_FIT, word, 2);
}

static void add_config_area(const struct cx3_fs2_recipe *recipe, struct fs2_out *out)
{
	uint32_t word[3] = {recipe->config_sectors, recipe->config_pad, recipe->log2_sector_kib};

	add_words(recipe, out, CX3_FS2_TAG_CONFIG_AREA, word,
		  recipe->log2_sector_kib == 0xff ? 2 : 3);
}

/* The order of the tags is that of the published images. */
void fs2_make_info(const struct cx3_fs2_recipe *recipe, struct fs2_out *out)
{
	const uint32_t format = 1, device = recipe->device_type, vendor = VENDOR_MELLANOX;
	const uint32_t key[2] = {(uint32_t)(recipe->access_key >> 32),
				 (uint32_t)recipe->access_key};

	add_words(recipe, out, CX3_FS2_TAG_FORMAT, &format, 1);
	add_version(recipe, out, CX3_FS2_TAG_FW_VERSION, recipe->fw_version);
	add_build_time(recipe, out);
	add_words(recipe, out, CX3_FS2_TAG_DEVICE_TYPE, &device, 1);
	add_hw_ids(recipe, out);
	add_words(recipe, out, CX3_FS2_TAG_VSD_VENDOR, &vendor, 1);
	add_text(recipe, out, CX3_FS2_TAG_PSID, recipe->psid, CX3_FS2_PSID_LEN);
	add_text(recipe, out, CX3_FS2_TAG_VSD, recipe->vsd, CX3_FS2_VSD_LEN);
	add_text(recipe, out, CX3_FS2_TAG_PRODUCT_VERSION, recipe->product_version,
		 FS2_PRODUCT_VERSION_LEN);
	add_version(recipe, out, CX3_FS2_TAG_MIC_VERSION, recipe->mic_version);
	add_min_fit(recipe, out);
	add_words(recipe, out, CX3_FS2_TAG_ACCESS_KEY, key, 2);
	add_config_area(recipe, out);
	add_text(recipe, out, CX3_FS2_TAG_PRS_NAME, recipe->prs_name,
		 (uint32_t)(strlen(recipe->prs_name) / 4 + 1) * 4);
	fs2_out_word(out, (uint32_t)CX3_FS2_TAG_END << 24);
}

char *fs2_make_ini(const struct cx3_fs2_recipe *recipe)
{
	char *text = NULL;
	int len = asprintf(&text,
			   ";; Made by cx3flash's image builder: no card runs this.\n"
			   "[PS_INFO]\n"
			   "Name = %s\n"
			   "Description = a made-up image for tests\n"
			   "PRS_name = %s\n\n"
			   "[ADAPTER]\n"
			   "PSID = %s\n"
			   "adapter_dev_id = 0x%x\n"
			   "nv_config_sectors = %u\n",
			   recipe->psid, recipe->prs_name, recipe->psid, recipe->device_type,
			   recipe->config_sectors);

	return len < 0 ? NULL : text;
}

void fs2_make_text(const char *text, struct fs2_out *out)
{
	uLong len = (uLong)strlen(text);
	uLongf packed = compressBound(len);
	uint32_t before = out->len;
	uint8_t *to = fs2_out_add(out, (uint32_t)packed);

	if (!to)
		return;
	if (compress(to, &packed, (const Bytef *)text, len) != Z_OK) {
		out->failed = CX3_E_NO_MEMORY;
		return;
	}
	out->len = before + ((uint32_t)packed + 3) / 4 * 4;
	/* The section has whole words; zlib's reader stops at its own end. */
	memset(out->bytes + before + packed, 0, out->len - before - packed);
}
