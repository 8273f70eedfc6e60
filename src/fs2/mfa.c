/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An archive is "MFAR", a version, and three sections, each with a header of 8 bytes and most often
 * packed by XZ: a map from PSIDs to entries of a table, the table, and the images one after the
 * other. Where that is from: two descriptions that people have made of such files, and that agree
 * (mft-scripts, mlx_fwextract). No such file is at hand here. So what they leave open is not relied
 * on: an image counts only if it has the PSID that the map says.
 */
#include "mfa.h"

#include <assert.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "fs2/query.h"

#define HEADER 16u
#define SECTION 8u /* type, 2 reserved, flags, size */
#define PACKED 1u  /* of the flags */
#define MAP_ENTRY 36u
#define MAP_IMAGE 40u
#define PSID_ROOM 32u
#define TABLE_ENTRY 24u
#define MOST_TABLE (UINT32_C(4) << 20)
#define MOST_MEMORY (UINT64_C(256) << 20)
#define STEP 65536u
#define MOST_NAMED 8u
/* All that is unpacked on the way to one image: the largest archives have some 300 MB. */
#define MOST_UNPACKED (UINT64_C(2) << 30)

enum kind { KIND_MAP = 1, KIND_TABLE = 2, KIND_DATA = 3 };

struct section {
	const uint8_t *data;
	size_t len;
	bool packed;
};

struct archive {
	struct section part[4]; /* by kind */
	uint8_t *map, *table;
	uint32_t map_len, table_len;
	uint64_t unpacked;
};

static int bad(struct cx3_error *err, const char *why)
{
	return cx3_fail(err, CX3_E_IMAGE, "archive",
			"The firmware archive can't be used: %s.\nGet it again, or give the image "
			"itself.",
			why);
}

static int no_memory(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NO_MEMORY, "archive",
			"There is no memory to unpack the firmware archive.\n"
			"Close other programs and try again.");
}

bool fs2_is_mfa(const uint8_t *data, size_t len)
{
	return len >= HEADER && memcmp(data, "MFAR", 4) == 0;
}

/* --- Sections --- */

static int find_sections(const uint8_t *data, size_t len, struct archive *a, struct cx3_error *err)
{
	for (size_t at = HEADER; len - at >= SECTION;) {
		uint32_t size = be32(data + at + 4);
		unsigned kind = data[at];

		/* the other order of bytes, where only that can be right */
		if (size > len - at - SECTION)
			size = le32(data + at + 4);
		if (size > len - at - SECTION)
			return bad(err, "a section of it is cut off");
		if (kind >= KIND_MAP && kind <= KIND_DATA && !a->part[kind].data)
			a->part[kind] = (struct section){data + at + SECTION, size,
							 (data[at + 3] & PACKED) != 0};
		at += SECTION + size;
		if (kind == KIND_DATA)
			break;
	}
	if (!a->part[KIND_MAP].data || !a->part[KIND_TABLE].data || !a->part[KIND_DATA].data)
		return bad(err, "it lacks a section");
	return CX3_OK;
}

/* What is wanted of a section: `most` bytes from `from` on. */
struct piece {
	uint64_t from;
	uint32_t most;
	uint8_t *bytes; /* malloc'd */
	uint32_t len;
};

static bool take(struct piece *piece, uint64_t at, const uint8_t *data, size_t len)
{
	size_t skip = at < piece->from ? (size_t)(piece->from - at < len ? piece->from - at : len)
				       : 0;
	size_t room = piece->most - piece->len, n = len - skip < room ? len - skip : room;

	if (n > 0)
		memcpy(piece->bytes + piece->len, data + skip, n);
	piece->len += (uint32_t)n;
	return piece->len < piece->most;
}

static int unpack(struct archive *a, const struct section *s, struct piece *piece,
		  struct cx3_error *err)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_ret ret = lzma_stream_decoder(&stream, MOST_MEMORY, 0);
	uint8_t *buf = malloc(STEP);
	uint64_t at = 0;
	bool more = true;

	assert(s->data);
	stream.next_in = s->data;
	stream.avail_in = s->len;
	while (buf && ret == LZMA_OK && more) {
		size_t n;

		stream.next_out = buf;
		stream.avail_out = STEP;
		ret = lzma_code(&stream, LZMA_FINISH);
		n = STEP - stream.avail_out;
		a->unpacked += n;
		more = take(piece, at, buf, n) && a->unpacked < MOST_UNPACKED;
		at += n;
	}
	lzma_end(&stream);
	free(buf);
	if (!buf || ret == LZMA_MEM_ERROR)
		return no_memory(err);
	return ret == LZMA_OK || ret == LZMA_STREAM_END ? CX3_OK : bad(err, "it can't be unpacked");
}

/* piece->bytes is freed after a failure. */
static int read_piece(struct archive *a, enum kind kind, struct piece *piece, struct cx3_error *err)
{
	const struct section *s = &a->part[kind];
	int rc;

	piece->len = 0;
	piece->bytes = malloc(piece->most ? piece->most : 1);
	if (!piece->bytes)
		return no_memory(err);
	if (s->packed) {
		rc = unpack(a, s, piece, err);
	} else {
		take(piece, 0, s->data, s->len);
		rc = CX3_OK;
	}
	if (rc != CX3_OK) {
		free(piece->bytes);
		piece->bytes = NULL;
	}
	return rc;
}

static int read_table(struct archive *a, enum kind kind, uint8_t **bytes, uint32_t *len,
		      struct cx3_error *err)
{
	struct piece piece = {.most = MOST_TABLE};
	int rc = read_piece(a, kind, &piece, err);

	*bytes = piece.bytes;
	*len = piece.len;
	return rc;
}

/* --- The map --- */

struct entry {
	char psid[PSID_ROOM + 1];
	unsigned index;
	const uint8_t *image; /* `images` of MAP_IMAGE bytes */
	unsigned images;
};

/* False at the end of the map, or where it is no map any more. */
static bool next_entry(const struct archive *a, uint32_t *at, struct entry *entry)
{
	const uint8_t *e = a->map + *at;
	uint32_t left = a->map_len - *at, size;

	if (left < MAP_ENTRY)
		return false;
	size = MAP_ENTRY + be16(e + 34) + e[32] * MAP_IMAGE;
	if (size > left || !e[0])
		return false;
	memcpy(entry->psid, e, PSID_ROOM);
	entry->psid[PSID_ROOM] = '\0';
	entry->images = e[32];
	entry->image = e + MAP_ENTRY + be16(e + 34);
	*at += size;
	return true;
}

/* Of all boards: "MT_1, MT_2 and 40 others". *count: how many there are. */
static void name_all(const struct archive *a, char *text, size_t size, unsigned *count)
{
	struct entry entry;
	size_t len = 0;

	text[0] = '\0';
	*count = 0;
	for (uint32_t at = 0; next_entry(a, &at, &entry); (*count)++) {
		if (*count < MOST_NAMED)
			len += (size_t)snprintf(text + len, size - len, "%s%s", *count ? ", " : "",
						entry.psid);
	}
	if (*count > MOST_NAMED)
		snprintf(text + len, size - len, " and %u others", *count - MOST_NAMED);
}

/* --- One image --- */

static bool has_psid(const uint8_t *image, uint32_t len, const char *psid)
{
	struct cx3_fs2_source src = cx3_fs2_memory(image, len);
	struct cx3_fs2_info info;

	return cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &info, NULL) == CX3_OK &&
	       strcmp(info.psid, psid) == 0;
}

/* The image that the table's entry at this offset describes; *image stays NULL if it is not
 * `psid`'s. */
static int try_table(struct archive *a, uint64_t offset, const char *psid, uint8_t **image,
		     uint32_t *len, struct cx3_error *err)
{
	struct piece piece;
	const uint8_t *e;
	int rc;

	if (offset + TABLE_ENTRY > a->table_len)
		return CX3_OK;
	e = a->table + offset;
	piece = (struct piece){.from = (uint64_t)be16(e + 20) << 32 | be32(e), .most = be32(e + 4)};
	if (piece.most == 0 || piece.most > CX3_FS2_MAX_IMAGE)
		return CX3_OK;
	rc = read_piece(a, KIND_DATA, &piece, err);
	if (rc != CX3_OK)
		return rc;
	if (piece.len < piece.most || !has_psid(piece.bytes, piece.len, psid)) {
		free(piece.bytes);
		return CX3_OK;
	}
	*image = piece.bytes;
	*len = piece.len;
	return CX3_OK;
}

/* Where the map points to is an offset, or a number; or it is the entry with the same number. */
static int take_entry(struct archive *a, const struct entry *entry, uint8_t **image, uint32_t *len,
		      struct cx3_error *err)
{
	int rc = CX3_OK;

	for (unsigned i = 0; i < entry->images; i++) {
		uint64_t to = be32(entry->image + (size_t)i * MAP_IMAGE);
		const uint64_t offset[] = {to, to * TABLE_ENTRY,
					   (uint64_t)entry->index * TABLE_ENTRY};

		for (unsigned k = 0; k < 3 && rc == CX3_OK && !*image; k++)
			rc = try_table(a, offset[k], entry->psid, image, len, err);
	}
	return rc;
}

static int choose(struct archive *a, const char *psid, uint8_t **image, uint32_t *len,
		  struct cx3_error *err)
{
	struct entry entry;
	char names[400];
	unsigned count;
	uint32_t at = 0;
	int rc = CX3_OK;

	name_all(a, names, sizeof(names), &count);
	if (!psid && count > 1)
		return cx3_fail(err, CX3_E_PSID, "archive",
				"It holds the images of %u boards: %s.\nSay which by its PSID.",
				count, names);
	for (entry.index = 0; rc == CX3_OK && !*image && next_entry(a, &at, &entry);
	     entry.index++) {
		if (!psid || strcmp(entry.psid, psid) == 0)
			rc = take_entry(a, &entry, image, len, err);
	}
	if (rc != CX3_OK || *image)
		return rc;
	return cx3_fail(err, CX3_E_IMAGE, "archive",
			"It holds no FS2 image with the PSID %s. Those of its boards: %s.\n"
			"Check the PSID: the card's query and its label have it.",
			psid ? psid : "that it names", count ? names : "none");
}

int fs2_mfa_unpack(const uint8_t *data, size_t len, const char *psid, uint8_t **image,
		   uint32_t *image_len, struct cx3_error *err)
{
	struct archive a = {0};
	int rc = find_sections(data, len, &a, err);

	*image = NULL;
	if (rc == CX3_OK)
		rc = read_table(&a, KIND_MAP, &a.map, &a.map_len, err);
	if (rc == CX3_OK)
		rc = read_table(&a, KIND_TABLE, &a.table, &a.table_len, err);
	if (rc == CX3_OK)
		rc = choose(&a, psid, image, image_len, err);
	free(a.map);
	free(a.table);
	return rc;
}
