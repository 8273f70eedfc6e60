/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts an image together: header, boot code, sections, CRCs. */
#include "images/build.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "fs2/header.h"
#include "fs2/walk.h"

#define UNKNOWN_TYPE 77u
#define BOOT_WORDS 0x185u /* as in the published images */
#define SECOND_BOOT_WORDS 0x8c5u
#define HEADER_WORD_24 4u /* as in the published images; an FS3 image has 3 in [31:24] */

struct build {
	const struct cx3_fs2_recipe *recipe;
	struct fs2_out out;
	uint64_t random;
	uint32_t last; /* the section that still needs its link and CRC; 0: none */
	uint32_t guid_ptr;
	uint32_t info_ptr;
};

/* Some blank stretches too, as real firmware has: a burn may skip those. */
static void fill(struct build *b, uint32_t len)
{
	uint8_t *to = fs2_out_add(&b->out, len);

	for (uint32_t at = 0; to && at < len; at += 1024) {
		uint32_t part = len - at < 1024 ? len - at : 1024;

		if (fs2_random_below(&b->random, 16) == 0) {
			memset(to + at, 0xff, part);
			continue;
		}
		for (uint32_t i = 0; i < part; i++)
			to[at + i] = (uint8_t)(fs2_random(&b->random) >> 56);
	}
}

static void add_header(struct build *b)
{
	const struct cx3_fs2_recipe *recipe = b->recipe;
	uint8_t *to;

	fill(b, CX3_FS2_HEADER_SIZE);
	if (b->out.failed)
		return;
	to = b->out.bytes;
	fs2_put_magic(to);
	put_be32(to + CX3_FS2_OFF_CRC, 0xffff);
	put_be32(to + CX3_FS2_OFF_VERSION, HEADER_WORD_24);
	put_be32(to + CX3_FS2_OFF_FAILSAFE,
		 fs2_with_checksum(recipe->failsafe ? 8 | (recipe->log2_chunk - 16) : 0));
}

/* The first word's top bit keeps a second boot section from looking like a section. */
static void add_boot(struct build *b, uint32_t words)
{
	uint32_t addr = b->out.len;
	uint32_t crc_at = (words + 3) * 4;
	uint8_t *boot;

	fill(b, crc_at + 4);
	if (b->out.failed)
		return;
	boot = b->out.bytes + addr;
	boot[0] |= 0x80;
	put_be32(boot + 4, words);
	put_be32(boot + crc_at, cx3_fs2_crc16(boot, crc_at));
}

/* Closes the section that ends here: its link is known only now. */
static void close_section(struct build *b, uint32_t next)
{
	uint8_t *section = b->out.bytes + b->last;
	uint32_t len = b->out.len - b->last - FS2_CRC_SIZE;
	uint32_t crc = 0xffff;

	if (b->out.failed || !b->last)
		return;
	put_be32(section + 12, next);
	if (b->last + FS2_SECTION_HEADER != b->guid_ptr || !b->recipe->blank_uids)
		crc = cx3_fs2_crc16(section, len);
	put_be32(section + len, crc);
}

static void open_section(struct build *b, uint32_t type)
{
	close_section(b, b->out.len);
	b->last = b->out.len;
	fs2_out_word(&b->out, type);
	fs2_out_word(&b->out, 0);
	fs2_out_word(&b->out, type == CX3_FS2_DDR ? (uint32_t)fs2_random(&b->random) : 0);
	fs2_out_word(&b->out, 0);
}

/* The size that the header names, from what was added, and room for the CRC. */
static void end_data(struct build *b)
{
	uint32_t bytes = b->out.len - b->last - FS2_SECTION_HEADER;
	uint8_t *section;

	if (b->out.failed)
		return;
	section = b->out.bytes + b->last;
	put_be32(section + 4, be32(section) == CX3_FS2_EMT ? bytes : bytes / 4);
	fs2_out_add(&b->out, (4 - bytes % 4) % 4 + FS2_CRC_SIZE);
}

static void add_filled(struct build *b, bool wanted, uint32_t type, uint32_t bytes)
{
	if (!wanted)
		return;
	open_section(b, type);
	fill(b, bytes);
	end_data(b);
}

static void add_uids(struct build *b)
{
	const struct cx3_fs2_recipe *recipe = b->recipe;

	open_section(b, CX3_FS2_GUID);
	b->guid_ptr = b->out.len;
	for (unsigned i = 0; i < recipe->uid_count; i++) {
		uint64_t uid = recipe->blank_uids ? UINT64_MAX : recipe->uid[i];

		fs2_out_word(&b->out, (uint32_t)(uid >> 32));
		fs2_out_word(&b->out, (uint32_t)uid);
	}
	end_data(b);
}

/* Uneven sections, as real ones are, of `code_size` bytes in all. */
static void add_code(struct build *b)
{
	uint32_t left = b->recipe->code_size;

	for (unsigned i = b->recipe->code_sections; i; i--) {
		uint32_t even = left / i;
		uint32_t part = i == 1 ? left
				       : even / 2 + fs2_random_below(&b->random, even / 2 + 1);

		part -= part % 4;
		add_filled(b, true, CX3_FS2_DDR, part);
		left -= part;
	}
}

static void add_texts(struct build *b)
{
	char *made = NULL;
	const char *text = b->recipe->config_text;

	if (!text)
		text = made = fs2_make_ini(b->recipe);
	if (!text)
		b->out.failed = CX3_E_NO_MEMORY;
	if (b->recipe->hash_file) {
		open_section(b, CX3_FS2_HASH_FILE);
		fs2_make_text("hash of nothing: 0123456789abcdef\n", &b->out);
		end_data(b);
	}
	if (text) {
		open_section(b, CX3_FS2_FW_CONFIG);
		fs2_make_text(text, &b->out);
		end_data(b);
	}
	free(made);
}

/* The order of the sections is that of the published images. */
static void add_sections(struct build *b)
{
	const struct cx3_fs2_recipe *recipe = b->recipe;

	add_filled(b, true, CX3_FS2_CONFIGURATION, 0xf90);
	if (recipe->rom_size) {
		open_section(b, CX3_FS2_ROM);
		fs2_make_rom(recipe, &b->out);
		end_data(b);
	}
	add_uids(b);
	open_section(b, CX3_FS2_IMAGE_INFO);
	b->info_ptr = b->out.len;
	fs2_make_info(recipe, &b->out);
	end_data(b);
	add_filled(b, recipe->board_id, CX3_FS2_BOARD_ID, 128);
	add_filled(b, recipe->user_data, CX3_FS2_USER_DATA, 256);
	add_code(b);
	add_filled(b, recipe->ddrz, CX3_FS2_DDRZ, 2048);
	add_filled(b, recipe->emt, CX3_FS2_EMT, 1001); /* sized in bytes, so of any length */
	add_filled(b, recipe->unknown_section, UNKNOWN_TYPE, 100);
	add_filled(b, true, CX3_FS2_CONFIGURATION, 0x17e8);
	add_filled(b, true, CX3_FS2_JUMP, 0x60);
	add_texts(b);
	close_section(b, FS2_END_OF_LIST);
}

static void finish_header(struct build *b)
{
	uint8_t *image = b->out.bytes;

	if (b->out.failed)
		return;
	put_be32(image + CX3_FS2_OFF_SIZE, b->out.len);
	put_be32(image + CX3_FS2_OFF_GUID_PTR, b->guid_ptr);
	put_be32(image + CX3_FS2_OFF_INFO_PTR, fs2_with_checksum(b->info_ptr));
	cx3_fs2_set_full_crc(image, b->out.len, b->recipe->blank_uids, NULL);
}

int cx3_fs2_build(const struct cx3_fs2_recipe *recipe, uint8_t **image, uint32_t *len,
		  struct cx3_error *err)
{
	struct build b = {.recipe = recipe, .random = recipe->seed};
	int rc = fs2_check_recipe(recipe, err);

	*image = NULL;
	*len = 0;
	if (rc)
		return rc;
	add_header(&b);
	add_boot(&b, BOOT_WORDS);
	if (recipe->second_boot)
		add_boot(&b, SECOND_BOOT_WORDS);
	add_sections(&b);
	finish_header(&b);
	if (b.out.failed) {
		free(b.out.bytes);
		return cx3_fail(err, b.out.failed, "code_size",
				"The image would be larger than 16 MiB, or there is no memory for "
				"it: make code_size smaller.");
	}
	*image = b.out.bytes;
	*len = b.out.len;
	return CX3_OK;
}
