/* SPDX-License-Identifier: BSD-2-Clause */
/* What an image says of itself: its header, its GUIDs and MACs, its Image Info. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "fs2/header.h"
#include "fs2/query.h"
#include "fs2/sections.h"
#include "fs2/walk.h"

/* The sections that the header's pointers and the ROM query need. */
struct outline {
	struct cx3_fs2_info *info;
	struct cx3_fs2_section guid;
	struct cx3_fs2_section tags;
};

static int note_piece(void *user, struct cx3_fs2_section *piece, struct cx3_error *err)
{
	struct outline *outline = user;
	struct cx3_fs2_info *info = outline->info;

	(void)err;
	if (piece->check == CX3_FS2_CHECK_TOO_BIG)
		return CX3_OK;
	info->end = piece->addr + piece->size;
	if (piece->type == CX3_FS2_GUID && piece->data == info->guid_ptr)
		outline->guid = *piece;
	if (piece->type == CX3_FS2_IMAGE_INFO && piece->data == info->info_ptr)
		outline->tags = *piece;
	if (piece->type == CX3_FS2_ROM && piece->data_size && !info->has_rom) {
		info->has_rom = true;
		info->rom_addr = piece->data;
		info->rom_size = piece->data_size;
	}
	return CX3_OK;
}

/* The Image Info was read whole, so its CRC is checked: the bus has none. */
static int query_tags(const struct fs2_view *view, const struct cx3_fs2_section *piece,
		      struct cx3_fs2_info *info, struct cx3_error *err)
{
	uint8_t *bytes;
	int rc = fs2_load_piece(view, piece, &bytes, err);

	info->info_size = piece->data_size;
	if (rc)
		return rc;
	rc = fs2_parse_info(bytes + FS2_SECTION_HEADER, piece->data_size, piece->data, info, err);
	free(bytes);
	return rc;
}

static int check_pointers(const struct outline *outline, struct cx3_error *err)
{
	const struct cx3_fs2_info *info = outline->info;

	if (!outline->guid.size)
		return fs2_bad(err, info->start + CX3_FS2_OFF_GUID_PTR,
			       "The header's GUID pointer 0x%08" PRIx32
			       " does not lead to a GUID section.",
			       info->guid_ptr);
	if (info->info_ptr && !outline->tags.size)
		return fs2_bad(err, info->start + CX3_FS2_OFF_INFO_PTR,
			       "The header's Image Info pointer 0x%06" PRIx32
			       " does not lead to an Image Info section.",
			       info->info_ptr);
	return CX3_OK;
}

static int query_as(const struct cx3_fs2_source *src, bool striped, struct cx3_fs2_info *info,
		    struct cx3_error *err)
{
	struct outline outline = {.info = info};
	struct fs2_view view;
	int rc;

	info->striped = striped && info->failsafe;
	if (!info->striped && info->start)
		return fs2_bad(
			err, info->start,
			"The image starts at 0x%" PRIx32
			", but a contiguous one starts at 0: this is the raw content of a flash.\n"
			"Read it as striped.",
			info->start);
	view = fs2_view_of(src, info);
	rc = fs2_walk(&view, note_piece, &outline, err);
	if (!rc)
		rc = check_pointers(&outline, err);
	if (!rc)
		rc = fs2_query_uids(&view, &outline.guid, info, err);
	if (!rc && info->info_ptr)
		rc = query_tags(&view, &outline.tags, info, err);
	return rc;
}

static bool source_failed(int rc)
{
	return rc && !cx3_fs2_is_verdict(rc);
}

/*
 * A file of unknown kind. Contiguous wins a tie: an image no longer than one
 * chunk is the same both ways. Both the lists of sections and their CRCs count,
 * since the other home of a striped file may hold something that looks like a
 * section where the contiguous list goes on.
 */
static int detect(const struct cx3_fs2_source *src, struct cx3_fs2_info *info,
		  struct cx3_error *err)
{
	const struct cx3_fs2_info header = *info;
	struct cx3_fs2_info other = header;
	bool fits = false, other_fits = false;
	struct cx3_error why = {.code = CX3_OK};
	int rc, other_rc, crcs = CX3_OK;

	if (header.start || !header.failsafe)
		return query_as(src, header.start != 0, info, err);
	rc = query_as(src, false, info, err);
	if (!rc)
		crcs = fs2_crcs_right(src, info, &fits, err);
	if ((!rc && fits) || source_failed(rc) || source_failed(crcs))
		return rc ? rc : crcs;
	other_rc = query_as(src, true, &other, &why);
	if (!other_rc && !rc)
		other_rc = fs2_crcs_right(src, &other, &other_fits, &why);
	if (source_failed(other_rc)) {
		if (err)
			*err = why;
		return other_rc;
	}
	if (!other_rc && (rc || other_fits)) {
		*info = other;
		rc = CX3_OK;
	}
	return rc;
}

int fs2_query_outline(const struct cx3_fs2_source *src, uint32_t start, enum cx3_fs2_layout layout,
		      struct cx3_fs2_info *info, struct cx3_error *err)
{
	uint8_t header[CX3_FS2_HEADER_SIZE];
	int rc;

	memset(info, 0, sizeof(*info));
	info->start = start;
	rc = fs2_read_header(src, info, header, err);
	if (rc)
		return rc;
	info->striped = info->failsafe && (layout == CX3_FS2_STRIPED || start);
	rc = fs2_read_info_ptr(header, info, err);
	if (rc)
		return rc;
	if (layout == CX3_FS2_DETECT)
		return detect(src, info, err);
	return query_as(src, layout == CX3_FS2_STRIPED, info, err);
}

int fs2_first_start(const struct cx3_fs2_source *src, uint32_t *start, struct cx3_error *err)
{
	uint32_t found[CX3_FS2_MAX_STARTS];
	unsigned count;
	int rc = cx3_fs2_locate(src, found, &count, err);

	if (rc)
		return rc;
	if (!count)
		return cx3_fail(err, CX3_E_NO_IMAGE, "offset 0x0",
				"There is no FS2 image in these 0x%" PRIx32 " bytes.", src->size);
	if (count > 2)
		return fs2_bad(err, found[2],
			       "Images start at 0x%" PRIx32 ", 0x%" PRIx32 " and 0x%" PRIx32
			       ", but a flash holds two at most.",
			       found[0], found[1], found[2]);
	*start = found[0];
	return CX3_OK;
}

static int let_go(const struct cx3_fs2_source *src, int rc, struct cx3_error *err)
{
	int rc_free = src->let_go ? src->let_go(src->user, rc ? NULL : err) : CX3_OK;

	return rc ? rc : rc_free;
}

int cx3_fs2_query_at(const struct cx3_fs2_source *src, uint32_t start, enum cx3_fs2_layout layout,
		     enum cx3_fs2_depth depth, struct cx3_fs2_info *info, struct cx3_error *err)
{
	struct fs2_view view;
	int rc;

	if (src->hold)
		src->hold(src->user);
	rc = fs2_query_outline(src, start, layout, info, err);
	if (!rc) {
		view = fs2_view_of(src, info);
		rc = fs2_query_rom(&view, depth, info, err);
	}
	return let_go(src, rc, err);
}

int cx3_fs2_query(const struct cx3_fs2_source *src, enum cx3_fs2_layout layout,
		  enum cx3_fs2_depth depth, struct cx3_fs2_info *info, struct cx3_error *err)
{
	uint32_t start = 0;
	int rc;

	if (src->hold)
		src->hold(src->user);
	rc = fs2_first_start(src, &start, err);
	if (!rc)
		rc = cx3_fs2_query_at(src, start, layout, depth, info, err);
	return let_go(src, rc, err);
}
