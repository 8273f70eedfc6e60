/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a whole image and checking each of its CRCs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "fs2/crc16.h"
#include "fs2/header.h"
#include "fs2/query.h"
#include "fs2/walk.h"

struct check {
	struct fs2_view view;
	struct cx3_fs2_info *info; /* gets the ROM's versions */
	uint8_t *rom;		   /* the ROM while its piece passes by; else NULL */
	uint16_t image_crc;
	bool blank;
	unsigned bad;
	struct cx3_fs2_section first_bad;
	cx3_fs2_section_fn fn;
	void *user;
};

static void report(struct check *check, const struct cx3_fs2_section *piece)
{
	if (piece->check != CX3_FS2_CHECK_OK && piece->check != CX3_FS2_CHECK_BLANK &&
	    !check->bad++)
		check->first_bad = *piece;
	if (check->fn)
		check->fn(check->user, piece);
}

/* The ROM is kept while it passes by, so that it is not read twice over the bus. */
static bool wants_rom(const struct check *check, const struct cx3_fs2_section *piece)
{
	return check->info->has_rom && piece->data == check->info->rom_addr;
}

/* The bytes of a piece as they pass by. */
static void sum_bytes(void *user, uint32_t addr, const uint8_t *bytes, uint32_t len)
{
	struct check *check = user;

	check->image_crc = crc16_add(check->image_crc, bytes, len);
	if (check->rom && addr >= check->info->rom_addr)
		memcpy(check->rom + (addr - check->info->rom_addr), bytes, len);
}

/*
 * The full-image CRC covers the CRC dwords of the pieces too. As mstflint does it, a boot
 * section counts with the CRC that it has, any other section with the one that it should
 * have.
 */
static void sum_crc(struct check *check, const struct cx3_fs2_section *piece)
{
	uint8_t word[FS2_CRC_SIZE];

	put_be32(word, piece->type == CX3_FS2_BOOT2 ? piece->crc_found : piece->crc_computed);
	check->image_crc = crc16_add(check->image_crc, word, sizeof(word));
}

static int check_piece(void *user, struct cx3_fs2_section *piece, struct cx3_error *err)
{
	struct check *check = user;
	int rc;

	if (piece->check == CX3_FS2_CHECK_TOO_BIG) {
		report(check, piece);
		return CX3_OK;
	}
	if (wants_rom(check, piece)) {
		check->rom = malloc(piece->data_size);
		if (!check->rom)
			return cx3_fail(err, CX3_E_NO_MEMORY, "ROM",
					"There is no memory for the ROM (%" PRIu32
					" bytes).\nClose other programs and try again.",
					piece->data_size);
	}
	rc = fs2_read_piece(&check->view, piece, sum_bytes, check, err);
	if (!rc) {
		check->blank |= piece->check == CX3_FS2_CHECK_BLANK;
		sum_crc(check, piece);
		report(check, piece);
		if (check->rom)
			fs2_parse_rom(check->rom, piece->data_size, check->info);
	}
	free(check->rom);
	check->rom = NULL;
	return rc;
}

static int check_sections(struct check *check, const struct cx3_fs2_source *src, uint32_t start,
			  struct cx3_error *err)
{
	uint8_t header[CX3_FS2_HEADER_SIZE];
	struct fs2_view raw = {.src = src};
	int rc = fs2_view_read(&raw, start, header, sizeof(header), "header", err);

	if (rc)
		return rc;
	put_be32(header + CX3_FS2_OFF_CRC, be32(header + CX3_FS2_OFF_CRC) | 0xffff);
	check->image_crc = crc16_add(CRC16_START, header, sizeof(header));
	return fs2_walk(&check->view, check_piece, check, err);
}

static void check_whole(struct check *check)
{
	struct cx3_fs2_section piece = {.whole_image = true,
					.name = "Full Image",
					.size = check->info->end,
					.data_size = check->info->end,
					.crc_found = check->info->full_crc,
					.crc_computed = crc16_end(check->image_crc)};

	if (check->blank)
		piece.check = CX3_FS2_CHECK_BLANK;
	else if (piece.crc_found != piece.crc_computed)
		piece.check = CX3_FS2_CHECK_BAD_CRC;
	report(check, &piece);
}

static int name_bad(const struct cx3_fs2_section *bad, struct cx3_error *err)
{
	return fs2_bad(err, bad->addr,
		       "The %s at 0x%08" PRIx32 " has a wrong CRC (0x%" PRIx32 ", computed 0x%x).",
		       bad->name, bad->addr, bad->crc_found, bad->crc_computed);
}

/*
 * An image whose pointers or identity are broken still gets its pieces told, as
 * far as the list leads: that is what one verifies a broken image for. What the
 * outline found wrong is then the answer, unless a piece's CRC is.
 */
static int verify_outlined(const struct cx3_fs2_source *src, int outline, struct check *check,
			   struct cx3_error *err)
{
	struct cx3_error why = {.code = CX3_OK};
	int rc;

	check->view = fs2_view_of(src, check->info);
	rc = check_sections(check, src, check->info->start, &why);
	if (rc && !cx3_fs2_is_verdict(rc)) {
		if (err)
			*err = why;
		return rc;
	}
	if (!outline && !rc && cx3_fs2_has_tag(check->info, CX3_FS2_TAG_MIC_VERSION))
		check_whole(check);
	if (check->bad && check->first_bad.check == CX3_FS2_CHECK_BAD_CRC)
		return name_bad(&check->first_bad, err);
	if (outline)
		return outline;
	if (rc && err)
		*err = why;
	return rc;
}

int cx3_fs2_verify_at(const struct cx3_fs2_source *src, uint32_t start, enum cx3_fs2_layout layout,
		      struct cx3_fs2_info *info, cx3_fs2_section_fn fn, void *user,
		      struct cx3_error *err)
{
	struct check check = {.info = info, .fn = fn, .user = user};
	int rc = cx3_fs2_header_layout(src, start, info, err);

	if (rc)
		return rc;
	rc = fs2_query_outline(src, start, layout, info, err);
	if (rc && rc != CX3_E_IMAGE)
		return rc;
	return verify_outlined(src, rc, &check, err);
}

int cx3_fs2_verify(const struct cx3_fs2_source *src, enum cx3_fs2_layout layout,
		   struct cx3_fs2_info *info, cx3_fs2_section_fn fn, void *user,
		   struct cx3_error *err)
{
	uint32_t start;
	int rc;

	memset(info, 0, sizeof(*info));
	rc = fs2_first_start(src, &start, err);
	if (rc)
		return rc;
	return cx3_fs2_verify_at(src, start, layout, info, fn, user, err);
}
