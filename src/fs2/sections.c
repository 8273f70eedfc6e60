/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading one section, or the whole image, into memory. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "fs2/query.h"
#include "fs2/sections.h"
#include "fs2/walk.h"

struct search {
	uint32_t type;
	struct cx3_fs2_section found;
};

static int match(void *user, struct cx3_fs2_section *piece, struct cx3_error *err)
{
	struct search *search = user;

	(void)err;
	if (piece->type == search->type && piece->data_size && !search->found.size)
		search->found = *piece;
	return CX3_OK;
}

static int check_crc(const uint8_t *bytes, const struct cx3_fs2_section *piece,
		     struct cx3_error *err)
{
	uint32_t found = be32(bytes + piece->size - FS2_CRC_SIZE);
	uint16_t computed = cx3_fs2_crc16(bytes, piece->size - FS2_CRC_SIZE);

	if (found == computed)
		return CX3_OK;
	return fs2_bad(err, piece->addr,
		       "The %s at 0x%08" PRIx32 " has a wrong CRC (0x%" PRIx32 ", computed 0x%x).",
		       piece->name, piece->addr, found, computed);
}

int fs2_load_piece(const struct fs2_view *view, const struct cx3_fs2_section *piece,
		   uint8_t **bytes, struct cx3_error *err)
{
	struct fs2_view once = *view;
	int rc;

	once.once = true;
	rc = fs2_view_load(&once, piece->addr, piece->size, piece->name, bytes, err);
	if (rc)
		return rc;
	if (check_crc(*bytes, piece, NULL) == CX3_OK) {
		fs2_view_vouch(view, piece->addr, piece->size);
		return CX3_OK;
	}
	rc = fs2_view_confirm(view, piece->addr, piece->size, piece->name, err);
	if (!rc)
		rc = fs2_view_read(&once, piece->addr, *bytes, piece->size, piece->name, err);
	if (!rc)
		rc = check_crc(*bytes, piece, err);
	if (rc) {
		free(*bytes);
		*bytes = NULL;
	}
	return rc;
}

int fs2_load_section_at(const struct cx3_fs2_source *src, uint32_t start,
			enum cx3_fs2_layout layout, uint32_t type, uint8_t **bytes,
			struct cx3_fs2_section *piece, struct cx3_error *err)
{
	struct search search = {.type = type};
	struct cx3_fs2_info info;
	struct fs2_view view;
	int rc = fs2_query_outline(src, start, layout, &info, err);

	if (rc)
		return rc;
	view = fs2_view_of(src, &info);
	rc = fs2_walk(&view, match, &search, err);
	if (rc)
		return rc;
	if (!search.found.size && type == CX3_FS2_HASH_FILE)
		return cx3_fail(err, CX3_E_NO_IMAGE, fs2_type_name(type),
				"The image has no %s section.\n"
				"The published images have none: nothing is damaged.",
				fs2_type_name(type));
	if (!search.found.size)
		return cx3_fail(err, CX3_E_NO_IMAGE, fs2_type_name(type),
				"The image has no %s section.\nChoose an image that has one.",
				fs2_type_name(type));
	*piece = search.found;
	return fs2_load_piece(&view, piece, bytes, err);
}

int fs2_load_section(const struct cx3_fs2_source *src, enum cx3_fs2_layout layout, uint32_t type,
		     uint8_t **bytes, struct cx3_fs2_section *piece, struct cx3_error *err)
{
	uint32_t start = 0;
	int rc = fs2_first_start(src, &start, err);

	return rc ? rc : fs2_load_section_at(src, start, layout, type, bytes, piece, err);
}

/* The data of a section that was loaded with its header, in the same memory. */
static void keep_data(uint8_t *bytes, const struct cx3_fs2_section *piece, uint32_t *len)
{
	assert(bytes);
	memmove(bytes, bytes + FS2_SECTION_HEADER, piece->data_size);
	*len = piece->data_size;
}

int cx3_fs2_rom_of(const struct cx3_fs2_source *src, const struct cx3_fs2_info *info, uint8_t **rom,
		   uint32_t *len, struct cx3_error *err)
{
	const struct cx3_fs2_section piece = {
		.name = "ROM",
		.type = CX3_FS2_ROM,
		.addr = info->rom_addr - FS2_SECTION_HEADER,
		.size = FS2_SECTION_HEADER + info->rom_size + FS2_CRC_SIZE,
		.data = info->rom_addr,
		.data_size = info->rom_size,
	};
	struct fs2_view view = fs2_view_of(src, info);
	int rc;

	*rom = NULL;
	*len = 0;
	rc = fs2_load_piece(&view, &piece, rom, err);
	if (rc == CX3_OK)
		keep_data(*rom, &piece, len);
	return rc;
}

int cx3_fs2_rom_data(const struct cx3_fs2_source *src, enum cx3_fs2_layout layout, uint8_t **rom,
		     uint32_t *len, struct cx3_error *err)
{
	struct cx3_fs2_section piece = {.size = 0};
	int rc;

	*rom = NULL;
	*len = 0;
	rc = fs2_load_section(src, layout, CX3_FS2_ROM, rom, &piece, err);
	if (rc)
		return rc;
	keep_data(*rom, &piece, len);
	return CX3_OK;
}

int cx3_fs2_extract(const struct cx3_fs2_source *src, const struct cx3_fs2_info *info,
		    uint8_t **image, uint32_t *len, struct cx3_error *err)
{
	struct fs2_view view = fs2_view_of(src, info);
	int rc;

	*image = NULL;
	*len = 0;
	rc = fs2_view_load(&view, 0, info->end, "image", image, err);
	if (!rc)
		*len = info->end;
	return rc;
}
