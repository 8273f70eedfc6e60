/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The digest that tells two firmwares apart on whatever card they lie: an MD5 over the
 * image without what differs from card to card.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/fs2.h"
#include "digest.h"
#include "fs2/walk.h"

static void blank(uint8_t *image, uint32_t len, uint32_t from, uint32_t size)
{
	if (from < len)
		memset(image + from, 0xff, len - from < size ? len - from : size);
}

/* What differs from card to card under the same firmware. */
static void blank_identity(uint8_t *image, uint32_t len, const struct cx3_fs2_info *info)
{
	blank(image, len, CX3_FS2_OFF_CRC, 4);
	if (info->guid_ptr >= FS2_SECTION_HEADER)
		blank(image, len, info->guid_ptr - FS2_SECTION_HEADER,
		      FS2_SECTION_HEADER + 8 * info->uid_count + FS2_CRC_SIZE);
	/* without a VSD mstflint blanks the head of the Image Info */
	blank(image, len, info->vsd_offset ? info->vsd_offset : info->info_ptr, CX3_FS2_VSD_LEN);
	blank(image, len, info->info_ptr + info->info_size, FS2_CRC_SIZE);
}

int cx3_fs2_checksum(const uint8_t *image, uint32_t len, const struct cx3_fs2_info *info,
		     char hex[33], struct cx3_error *err)
{
	uint8_t digest[16];
	uint8_t *copy = malloc(len ? len : 1);
	int rc;

	if (!copy)
		return cx3_fail(err, CX3_E_NO_MEMORY, "image",
				"There is no memory for a copy of the image (%" PRIu32
				" bytes).\nClose other programs and try again.",
				len);
	memcpy(copy, image, len);
	blank_identity(copy, len, info);
	rc = cx3_md5(copy, len, digest, err);
	free(copy);
	if (rc != CX3_OK)
		return rc;
	/* mstflint prints the digest's last byte first, and people compare with its sums */
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[sizeof(digest) - 1 - i]);
	return CX3_OK;
}
