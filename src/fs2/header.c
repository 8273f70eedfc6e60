/* SPDX-License-Identifier: BSD-2-Clause */
/* The image's header: where one can be, its signature, and the words that we know. */
#include "fs2/header.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "fs2/view.h"

static const uint32_t magic[4] = {0x4d544657, 0x8cdfd000, 0xdead9270, 0x4154beef};

bool fs2_is_magic(const uint8_t bytes[CX3_FS2_SIGNATURE_SIZE])
{
	for (size_t i = 0; i < 4; i++)
		if (be32(bytes + 4 * i) != magic[i])
			return false;
	return true;
}

void fs2_put_magic(uint8_t bytes[CX3_FS2_SIGNATURE_SIZE])
{
	for (size_t i = 0; i < 4; i++)
		put_be32(bytes + 4 * i, magic[i]);
}

uint32_t cx3_fs2_next_start(uint32_t start)
{
	return start ? start * 2 : UINT32_C(0x10000);
}

static bool is_half_voided(const uint8_t bytes[CX3_FS2_SIGNATURE_SIZE])
{
	uint32_t first = be32(bytes);

	for (size_t i = 1; i < 4; i++)
		if (be32(bytes + 4 * i) != magic[i])
			return false;
	return first != 0 && first != magic[0] && (first & magic[0]) == first;
}

static int find_starts(const struct cx3_fs2_source *src,
		       bool (*fits)(const uint8_t bytes[CX3_FS2_SIGNATURE_SIZE]),
		       uint32_t start[CX3_FS2_MAX_STARTS], unsigned *count, struct cx3_error *err)
{
	uint8_t bytes[CX3_FS2_SIGNATURE_SIZE];
	struct cx3_fs2_range place[CX3_FS2_MAX_STARTS];
	uint32_t at = 0;
	unsigned places = 0;
	int rc = CX3_OK;

	*count = 0;
	for (; places < CX3_FS2_MAX_STARTS; at = cx3_fs2_next_start(at)) {
		if (src->size < sizeof(bytes) || at > src->size - sizeof(bytes))
			break;
		place[places++] = (struct cx3_fs2_range){at, at + sizeof(bytes)};
	}
	/* most images begin here: the rest of the header is wanted next */
	if (places > 1)
		place[0].hi = CX3_FS2_HEADER_SIZE;
	if (src->expect)
		rc = src->expect(src->user, place, places, err);
	for (unsigned i = 0; i < places && !rc; i++) {
		rc = src->read(src->user, place[i].lo, bytes, sizeof(bytes), err);
		if (!rc && fits(bytes))
			start[(*count)++] = place[i].lo;
	}
	return rc;
}

int cx3_fs2_locate(const struct cx3_fs2_source *src, uint32_t start[CX3_FS2_MAX_STARTS],
		   unsigned *count, struct cx3_error *err)
{
	return find_starts(src, fs2_is_magic, start, count, err);
}

int cx3_fs2_locate_half_voided(const struct cx3_fs2_source *src, uint32_t start[CX3_FS2_MAX_STARTS],
			       unsigned *count, struct cx3_error *err)
{
	return find_starts(src, is_half_voided, start, count, err);
}

static unsigned byte_sum(uint32_t word)
{
	return ((word >> 24) + (word >> 16) + (word >> 8) + word) & 0xff;
}

uint32_t fs2_with_checksum(uint32_t low24)
{
	low24 &= 0xffffff;
	return low24 | (0x100u - byte_sum(low24)) << 24;
}

static int parse_failsafe(uint32_t word, struct cx3_fs2_info *info, struct cx3_error *err)
{
	uint32_t at = info->start + CX3_FS2_OFF_FAILSAFE;

	info->failsafe = word & 8;
	info->log2_chunk = info->failsafe ? (word & 7) + 16 : 0;
	if (byte_sum(word))
		return fs2_bad(err, at,
			       "The fail-safe word 0x%08" PRIx32 " at 0x%" PRIx32
			       " has a wrong checksum.",
			       word, at);
	if (!info->failsafe && info->start)
		return fs2_bad(err, info->start,
			       "A non-fail-safe image starts at 0x%" PRIx32
			       ", but such an image can only start at 0.",
			       info->start);
	if (info->failsafe && info->start && info->start != UINT32_C(1) << info->log2_chunk)
		return fs2_bad(err, info->start,
			       "A fail-safe image starts at 0x%" PRIx32
			       ", but with chunks of 0x%x bytes only 0 or one chunk is possible.",
			       info->start, 1u << info->log2_chunk);
	return CX3_OK;
}

/* Not part of reading the header: a walk over the sections does without it. */
int fs2_read_info_ptr(const uint8_t header[CX3_FS2_HEADER_SIZE], struct cx3_fs2_info *info,
		      struct cx3_error *err)
{
	uint32_t word = be32(header + CX3_FS2_OFF_INFO_PTR);
	uint32_t at = info->start + CX3_FS2_OFF_INFO_PTR;

	if (byte_sum(word))
		return fs2_bad(err, at,
			       "The Image Info pointer 0x%08" PRIx32 " at 0x%" PRIx32
			       " has a wrong checksum.",
			       word, at);
	info->info_ptr = word & 0xffffff;
	return CX3_OK;
}

int fs2_read_header(const struct cx3_fs2_source *src, struct cx3_fs2_info *info,
		    uint8_t header[CX3_FS2_HEADER_SIZE], struct cx3_error *err)
{
	/* The header lies in one chunk, so physical addresses do. */
	struct fs2_view raw = {.src = src};
	int rc = fs2_view_read(&raw, info->start, header, CX3_FS2_HEADER_SIZE, "header", err);

	if (rc)
		return rc;
	if (!fs2_is_magic(header)) {
		char place[32];

		snprintf(place, sizeof(place), "offset 0x%" PRIx32, info->start);
		return cx3_fail(err, CX3_E_NO_IMAGE, place,
				"There is no FS2 image at 0x%" PRIx32 ".", info->start);
	}
	if (header[CX3_FS2_OFF_VERSION] == 3)
		return fs2_bad(err, info->start + CX3_FS2_OFF_VERSION,
			       "This is an FS3 image, for cards newer than ConnectX-3 Pro.");
	info->device_rev = header[CX3_FS2_OFF_CRC];
	info->full_crc = (uint16_t)be32(header + CX3_FS2_OFF_CRC);
	info->image_size = be32(header + CX3_FS2_OFF_SIZE);
	info->guid_ptr = be32(header + CX3_FS2_OFF_GUID_PTR);
	return parse_failsafe(be32(header + CX3_FS2_OFF_FAILSAFE), info, err);
}

int cx3_fs2_header_layout(const struct cx3_fs2_source *src, uint32_t start,
			  struct cx3_fs2_info *info, struct cx3_error *err)
{
	uint8_t header[CX3_FS2_HEADER_SIZE];

	memset(info, 0, sizeof(*info));
	info->start = start;
	return fs2_read_header(src, info, header, err);
}

bool cx3_fs2_is_verdict(int rc)
{
	return rc == CX3_E_IMAGE || rc == CX3_E_NO_IMAGE || rc == CX3_E_TOO_BIG;
}
