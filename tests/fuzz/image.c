/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as an image, through all of the FS2 library. The first byte says
 * whether CRCs are made right first, so that the code behind them is reached.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "cx3flash/fs2.h"
#include "cx3flash/salvage.h"
#include "fs2/walk.h"
#include "images/build.h"
#include "said.h"

#define MAKE_CRCS_RIGHT 1u
#define TEXT_MOST (1u << 20)

struct seal {
	uint8_t *image;
};

static int seal_piece(void *user, struct cx3_fs2_section *piece, struct cx3_error *err)
{
	struct seal *seal = user;
	uint8_t *from = seal->image + piece->addr;

	(void)err;
	if (piece->check != CX3_FS2_CHECK_TOO_BIG)
		put_be32(from + piece->size - FS2_CRC_SIZE,
			 cx3_fs2_crc16(from, piece->size - FS2_CRC_SIZE));
	return CX3_OK;
}

static void make_crcs_right(uint8_t *image, uint32_t len)
{
	struct cx3_fs2_source src = cx3_fs2_memory(image, len);
	struct fs2_view view = {.src = &src};
	struct seal seal = {.image = image};

	fs2_walk(&view, seal_piece, &seal, NULL);
}

/* An error always has words and a place; a success, an image inside of its bytes. */
static void check(int rc, const struct cx3_error *err, const struct cx3_fs2_info *info,
		  uint32_t len)
{
	if (rc) {
		assert((int)err->code == rc && said(err)[0]);
		return;
	}
	assert(info->end <= len && info->uid_count <= CX3_FS2_MAX_UIDS);
	assert(info->rom_count <= CX3_FS2_MAX_ROMS && info->hw_id_count <= CX3_FS2_MAX_HW_IDS);
	assert(info->psid[CX3_FS2_PSID_LEN] == '\0' && info->vsd[CX3_FS2_VSD_LEN] == '\0');
}

static void read_contents(const struct cx3_fs2_source *src, enum cx3_fs2_layout layout)
{
	uint8_t *rom;
	uint32_t rom_len;
	size_t len;
	char *text;

	if (cx3_fs2_rom_data(src, layout, &rom, &rom_len, NULL) == CX3_OK)
		assert(rom_len < src->size);
	free(rom);
	if (cx3_fs2_text(src, layout, CX3_FS2_FW_CONFIG, &text, &len, NULL) == CX3_OK)
		assert(len <= TEXT_MOST && text[len] == '\0');
	free(text);
}

/* An image's extents lie in its source, whatever its header says. */
static void locate(const struct cx3_fs2_source *src)
{
	uint32_t start[CX3_FS2_MAX_STARTS];
	struct cx3_fs2_extents extents;
	struct cx3_fs2_info info;
	unsigned count;

	if (cx3_fs2_locate(src, start, &count, NULL) != CX3_OK)
		return;
	for (unsigned i = 0; i < count; i++) {
		cx3_fs2_header_layout(src, start[i], &info, NULL);
		if (cx3_fs2_extents_at(src, start[i], &extents, NULL) != CX3_OK)
			continue;
		for (unsigned k = 0; k < extents.count; k++)
			assert(extents.range[k].lo < extents.range[k].hi &&
			       extents.range[k].hi <= src->size);
	}
}

/* What may be changed must be valid after the change. */
static void change(const struct cx3_fs2_source *src, const struct cx3_fs2_info *info)
{
	static const uint8_t rom[512] = {0x55, 0xaa, 1};
	struct cx3_fs2_info again;
	uint8_t *image, *other;
	uint32_t len, other_len;

	if (cx3_fs2_extract(src, info, &image, &len, NULL) != CX3_OK)
		return;
	cx3_fs2_set_uids(image, len, info, info->uid, NULL);
	cx3_fs2_set_vsd(image, len, info, "fuzz", NULL);
	cx3_fs2_set_full_crc(image, len, info->blank_uids, NULL);
	if (cx3_fs2_replace_rom(image, len, rom, sizeof(rom), &other, &other_len, NULL) == CX3_OK) {
		struct cx3_fs2_source from = cx3_fs2_memory(other, other_len);

		assert(cx3_fs2_query(&from, CX3_FS2_CONTIGUOUS, CX3_FS2_FULL, &again, NULL) ==
		       CX3_OK);
		assert(again.has_rom && again.rom_size == sizeof(rom));
	}
	free(other);
	free(image);
}

/* What is found lies in the source, and what is sure comes first. */
static void salvage(const uint8_t *image, uint32_t len)
{
	struct cx3_salvage found;

	assert(cx3_salvage(image, len, &found, NULL) == CX3_OK);
	assert(found.checked <= found.count && found.count <= CX3_SALVAGE_MOST);
	for (unsigned i = 0; i < found.count; i++) {
		const struct cx3_salvaged *item = &found.item[i];

		assert(item->addr < len && item->len <= len - item->addr);
		assert(item->identity.checked == (i < found.checked));
	}
}

static void read_image(const uint8_t *image, uint32_t len)
{
	struct cx3_fs2_source src = cx3_fs2_memory(image, len);

	locate(&src);
	salvage(image, len);
	for (int layout = CX3_FS2_CONTIGUOUS; layout <= CX3_FS2_DETECT; layout++) {
		struct cx3_error err = {.code = CX3_OK};
		struct cx3_fs2_info info;
		int rc;

		rc = cx3_fs2_query(&src, (enum cx3_fs2_layout)layout, CX3_FS2_QUICK, &info, &err);
		check(rc, &err, &info, len);
		rc = cx3_fs2_verify(&src, (enum cx3_fs2_layout)layout, &info, NULL, NULL, &err);
		check(rc, &err, &info, len);
		if (!rc)
			change(&src, &info);
		read_contents(&src, (enum cx3_fs2_layout)layout);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy;
	uint32_t len;

	if (size < 1 || size > CX3_FS2_MAX_IMAGE)
		return 0;
	len = (uint32_t)size - 1;
	copy = malloc(len ? len : 1);
	if (!copy)
		return 0;
	memcpy(copy, data + 1, len);
	if (data[0] & MAKE_CRCS_RIGHT)
		make_crcs_right(copy, len);
	read_image(copy, len);
	free(copy);
	return 0;
}

/* Values that parsers get wrong: limits, sign bits, constants of the format. */
static uint32_t nasty_word(uint64_t *random)
{
	static const uint32_t words[] = {0,	     1,		 3,	     0xff,
					 0xffff,     0xff000000, 0xffffffff, 0x7fffffff,
					 0x80000000, 0x100000,	 0x40000001, 0x00ffffff};

	if (fuzz_below(random, 2))
		return (uint32_t)fuzz_random(random) >> fuzz_below(random, 32);
	return words[fuzz_below(random, sizeof(words) / sizeof(words[0]))];
}

/* Most of what is parsed lies before 0x4000 in an image without a ROM. */
static uint32_t place(uint64_t *random, uint32_t len)
{
	uint32_t room = fuzz_below(random, 4) ? 0x4000 : len;

	if (fuzz_below(random, 3) == 0)
		room = 0x80;
	return fuzz_below(random, (room < len ? room : len) / 4) * 4;
}

/* A made-up image with a few words changed. */
size_t fuzz_seed(uint64_t seed, uint8_t *out, size_t room)
{
	struct cx3_fs2_recipe recipe;
	uint64_t random = seed;
	uint8_t *image;
	uint32_t len;

	cx3_fs2_recipe_random(&recipe, seed);
	recipe.code_size = recipe.code_sections ? 4096 : 0;
	recipe.rom_size = recipe.rom_count ? 2048 : 0;
	if (cx3_fs2_build(&recipe, &image, &len, NULL) != CX3_OK || len + 1u > room)
		abort();
	out[0] = (uint8_t)fuzz_random(&random);
	for (uint32_t changes = fuzz_below(&random, 6); changes; changes--)
		put_be32(image + place(&random, len), nasty_word(&random));
	if (fuzz_below(&random, 8) == 0)
		len = fuzz_below(&random, len);
	memcpy(out + 1, image, len);
	free(image);
	return (size_t)len + 1;
}
