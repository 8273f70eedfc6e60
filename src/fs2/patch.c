/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes in place: GUIDs and MACs, VSD, and the CRC of the whole image. */
#include <inttypes.h>
#include <string.h>

#include "bytes.h"
#include "fs2/header.h"
#include "fs2/query.h"
#include "fs2/view.h"
#include "fs2/walk.h"

/* Header, `data_size` bytes of data at `data`, CRC: all inside the image. */
static int check_room(uint32_t len, uint32_t data, uint64_t data_size, const char *what,
		      struct cx3_error *err)
{
	if (data >= FS2_SECTION_HEADER && data + data_size + FS2_CRC_SIZE <= len)
		return CX3_OK;
	return fs2_bad(err, data,
		       "The %s at 0x%08" PRIx32 " (0x%" PRIx64
		       " bytes) does not lie in the image (0x%" PRIx32 " bytes).",
		       what, data, data_size, len);
}

static void seal(uint8_t *image, uint32_t data, uint32_t data_size)
{
	uint8_t *section = image + data - FS2_SECTION_HEADER;

	put_be32(image + data + data_size, cx3_fs2_crc16(section, FS2_SECTION_HEADER + data_size));
}

int cx3_fs2_set_uids(uint8_t *image, uint32_t len, const struct cx3_fs2_info *info,
		     const uint64_t *uid, struct cx3_error *err)
{
	uint32_t size = 8 * info->uid_count;
	int rc = check_room(len, info->guid_ptr, size, "GUID section", err);

	if (rc)
		return rc;
	for (unsigned i = 0; i < info->uid_count; i++)
		put_be64(image + info->guid_ptr + (size_t)8 * i, uid ? uid[i] : UINT64_MAX);
	/* Blank means erased flash: the CRC's low half stays all ones too, so that
	 * GUIDs can be programmed later without an erase. */
	if (uid)
		seal(image, info->guid_ptr, size);
	else
		put_be32(image + info->guid_ptr + size, 0xffff);
	return CX3_OK;
}

int cx3_fs2_set_vsd(uint8_t *image, uint32_t len, const struct cx3_fs2_info *info, const char *vsd,
		    struct cx3_error *err)
{
	size_t text = strnlen(vsd, (size_t)info->vsd_size + 1);
	int rc;

	if (!info->vsd_offset)
		return cx3_fail(err, CX3_E_IMAGE, "VSD",
				"The image has no room for a VSD.\nLeave the VSD as it is.");
	if (text > info->vsd_size)
		return cx3_fail(err, CX3_E_USAGE, "VSD",
				"The VSD is longer than the %" PRIu32
				" characters that the image has room for.\nShorten it.",
				info->vsd_size);
	rc = check_room(len, info->info_ptr, info->info_size, "Image Info", err);
	if (!rc)
		rc = check_room(len, info->vsd_offset, info->vsd_size, "VSD", err);
	if (rc)
		return rc;
	memset(image + info->vsd_offset, 0, info->vsd_size);
	memcpy(image + info->vsd_offset, vsd, text);
	seal(image, info->info_ptr, info->info_size);
	return CX3_OK;
}

int fs2_set_access_key(uint8_t *image, uint32_t len, const struct cx3_fs2_info *info, uint64_t key,
		       struct cx3_error *err)
{
	int rc;

	if (!info->access_key_offset)
		return cx3_fail(
			err, CX3_E_IMAGE, "key",
			"The image has no room for a hardware access key: its firmware knows "
			"no secure host.\n"
			"Nothing can be set there.");
	rc = check_room(len, info->info_ptr, info->info_size, "Image Info", err);
	if (!rc)
		rc = check_room(len, info->access_key_offset, 8, "key", err);
	if (rc)
		return rc;
	put_be64(image + info->access_key_offset, key);
	seal(image, info->info_ptr, info->info_size);
	return CX3_OK;
}

int cx3_fs2_set_full_crc(uint8_t *image, uint32_t len, bool blank, struct cx3_error *err)
{
	uint32_t word;

	if (len < CX3_FS2_HEADER_SIZE || len % 4)
		return fs2_bad(err, len,
			       "An image of 0x%" PRIx32
			       " bytes has no header, or does not end with a whole word.",
			       len);
	/* The CRC is taken with its own field all ones. */
	word = be32(image + CX3_FS2_OFF_CRC) | 0xffff;
	put_be32(image + CX3_FS2_OFF_CRC, word);
	if (!blank)
		put_be32(image + CX3_FS2_OFF_CRC, (word & 0xffff0000) | cx3_fs2_crc16(image, len));
	return CX3_OK;
}
