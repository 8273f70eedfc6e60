/* SPDX-License-Identifier: BSD-2-Clause */
/* A new image with another ROM in it, or without one; or with another FW Configuration. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "fs2/header.h"
#include "fs2/query.h"
#include "fs2/sections.h"
#include "fs2/walk.h"

#define ROM_PLACE 2u /* the ROM is the second section, unless one stood before */

/* The image as it grows: sections back to back, each linked to the next. */
struct rebuild {
	const uint8_t *image;
	const struct cx3_fs2_info *info;
	bool for_text; /* the FW Configuration is replaced, else the ROM */
	const uint8_t *data;
	uint32_t data_len;
	uint8_t *out;
	uint32_t len;
	uint32_t last;	   /* where the last section was put; 0: none yet */
	unsigned sections; /* of the old image, seen so far */
	bool done;	   /* the new section is in */
	bool last_blank;   /* the last section is the blank GUID section */
};

static void append(struct rebuild *b, const uint8_t *head, const uint8_t *data, uint32_t data_size)
{
	uint8_t *to = b->out + b->len;

	b->last = b->len;
	b->last_blank = false;
	memcpy(to, head, FS2_SECTION_HEADER);
	if (data_size)
		memcpy(to + FS2_SECTION_HEADER, data, data_size);
	b->len += FS2_SECTION_HEADER + data_size + FS2_CRC_SIZE;
	put_be32(to + 12, b->len);
}

/* A section's CRC is due when it is known whether another one follows. */
static void seal_last(struct rebuild *b, bool end_of_list)
{
	uint8_t *section = b->out + b->last;
	uint32_t crc = 0xffff;

	if (!b->last)
		return;
	if (end_of_list)
		put_be32(section + 12, FS2_END_OF_LIST);
	if (!b->last_blank)
		crc = cx3_fs2_crc16(section, b->len - FS2_CRC_SIZE - b->last);
	put_be32(b->out + b->len - FS2_CRC_SIZE, crc);
}

static void append_new(struct rebuild *b)
{
	uint8_t head[FS2_SECTION_HEADER] = {0};

	b->done = true;
	put_be32(head, b->for_text ? CX3_FS2_FW_CONFIG : CX3_FS2_ROM);
	put_be32(head + 4, b->data_len / 4);
	seal_last(b, false);
	append(b, head, b->data, b->data_len);
}

/* Where the new section comes before this one, or in its place. */
static bool comes_here(const struct rebuild *b, uint32_t type)
{
	return b->for_text ? type == CX3_FS2_FW_CONFIG
			   : b->sections == ROM_PLACE || type == CX3_FS2_ROM;
}

static int rebuild_piece(void *user, struct cx3_fs2_section *piece, struct cx3_error *err)
{
	struct rebuild *b = user;
	const uint8_t *head = b->image + piece->addr;

	(void)err;
	if (piece->data == piece->addr) { /* a boot section has no header */
		memcpy(b->out + b->len, head, piece->size);
		b->len += piece->size;
		return CX3_OK;
	}
	b->sections++;
	if (!b->done && comes_here(b, piece->type))
		append_new(b);
	if (piece->type == (b->for_text ? CX3_FS2_FW_CONFIG : CX3_FS2_ROM))
		return CX3_OK;
	if (piece->data == b->info->guid_ptr)
		put_be32(b->out + CX3_FS2_OFF_GUID_PTR, b->len + FS2_SECTION_HEADER);
	if (piece->data == b->info->info_ptr)
		put_be32(b->out + CX3_FS2_OFF_INFO_PTR,
			 fs2_with_checksum(b->len + FS2_SECTION_HEADER));
	seal_last(b, false);
	append(b, head, head + FS2_SECTION_HEADER, piece->data_size);
	b->last_blank = piece->data == b->info->guid_ptr && b->info->blank_uids;
	return CX3_OK;
}

static int check_rom(const uint8_t *rom, uint32_t rom_len, struct cx3_error *err)
{
	if (!rom)
		return CX3_OK;
	if (rom_len && rom_len % 4 == 0 && rom_len <= FS2_MAX_SECTION)
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_USAGE, "ROM",
		"A ROM of %" PRIu32
		" bytes can't be put into an image: its size must be a multiple of 4, up to 4 MiB.\n"
		"Check that it is a ROM image.",
		rom_len);
}

/* Rewriting the CRCs would hide damage, so there must be none. */
static int check_image(const struct cx3_fs2_source *src, struct cx3_fs2_info *info,
		       struct cx3_error *err)
{
	bool right = false;
	int rc = fs2_query_outline(src, 0, CX3_FS2_CONTIGUOUS, info, err);

	if (!rc)
		rc = fs2_crcs_right(src, info, &right, err);
	if (!rc && !right)
		rc = fs2_bad(
			err, 0,
			"A section of the image has a wrong CRC, so nothing in it is changed.");
	return rc;
}

static int rebuild(struct rebuild *b, const struct cx3_fs2_source *src, struct cx3_error *err)
{
	struct fs2_view view = {.src = src};
	uint8_t *out = b->out;
	int rc;

	memcpy(out, b->image, CX3_FS2_HEADER_SIZE);
	b->len = CX3_FS2_HEADER_SIZE;
	rc = fs2_walk(&view, rebuild_piece, b, err);
	if (rc)
		return rc;
	if (!b->done && !b->for_text)
		append_new(b);
	if (!b->done)
		return cx3_fail(err, CX3_E_IMAGE, "FW Configuration",
				"There is no FW Configuration in the image to replace.\n"
				"Take the image that the text belongs to.");
	seal_last(b, true);
	put_be32(out + CX3_FS2_OFF_SIZE, b->len);
	/* Bits [23:16] are cleared by mstflint too when it changes the ROM. */
	put_be32(out + CX3_FS2_OFF_CRC, be32(out + CX3_FS2_OFF_CRC) & 0xff00ffff);
	return cx3_fs2_set_full_crc(out, b->len, b->info->blank_uids, err);
}

static int replace(struct rebuild *b, uint32_t len, uint8_t **out, uint32_t *out_len,
		   struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_fs2_memory(b->image, len);
	struct cx3_fs2_info info;
	int rc = check_image(&src, &info, err);

	*out = NULL;
	*out_len = 0;
	if (rc)
		return rc;
	b->out = malloc((size_t)len + b->data_len + FS2_SECTION_HEADER + FS2_CRC_SIZE);
	if (!b->out)
		return cx3_fail(err, CX3_E_NO_MEMORY, "image",
				"There is no memory for an image of %" PRIu32
				" bytes.\nClose other programs and try again.",
				len);
	b->info = &info;
	rc = rebuild(b, &src, err);
	b->info = NULL;
	if (rc) {
		free(b->out);
		return rc;
	}
	*out = b->out;
	*out_len = b->len;
	return CX3_OK;
}

int cx3_fs2_replace_rom(const uint8_t *image, uint32_t len, const uint8_t *rom, uint32_t rom_len,
			uint8_t **out, uint32_t *out_len, struct cx3_error *err)
{
	struct rebuild b = {.image = image, .data = rom, .data_len = rom_len, .done = !rom};
	int rc = check_rom(rom, rom_len, err);

	*out = NULL;
	*out_len = 0;
	return rc ? rc : replace(&b, len, out, out_len, err);
}

int fs2_replace_config(const uint8_t *image, uint32_t len, const char *text, size_t text_len,
		       uint8_t **out, uint32_t *out_len, struct cx3_error *err)
{
	struct rebuild b = {.image = image, .for_text = true};
	uint32_t packed_len;
	uint8_t *packed;
	int rc = fs2_deflate(text, text_len, &packed, &packed_len, err);

	*out = NULL;
	*out_len = 0;
	if (rc)
		return rc;
	b.data = packed;
	b.data_len = packed_len;
	rc = replace(&b, len, out, out_len, err);
	free(packed);
	return rc;
}
