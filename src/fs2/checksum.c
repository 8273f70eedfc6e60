/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "cx3flash/fs2.h"
#include "fs2/header.h"

#define SECTION_HEADER 16u
#define CRC_SIZE 4u

static void blank(uint8_t *image, uint32_t len, uint32_t from, uint32_t size)
{
	if (from < len)
		memset(image + from, 0xff, len - from < size ? len - from : size);
}

/* What differs from card to card under the same firmware. */
static void blank_identity(uint8_t *image, uint32_t len, const struct cx3_fs2_info *info)
{
	blank(image, len, CX3_FS2_OFF_CRC, 4);
	if (info->guid_ptr >= SECTION_HEADER)
		blank(image, len, info->guid_ptr - SECTION_HEADER,
		      SECTION_HEADER + 8 * info->uid_count + CRC_SIZE);
	/* without a VSD mstflint blanks the head of the Image Info */
	blank(image, len, info->vsd_offset ? info->vsd_offset : info->info_ptr, CX3_FS2_VSD_LEN);
	blank(image, len, info->info_ptr + info->info_size, CRC_SIZE);
}

int cx3_fs2_checksum(const uint8_t *image, uint32_t len, const struct cx3_fs2_info *info,
		     char hex[33], struct cx3_error *err)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	uint8_t *copy = malloc(len ? len : 1);
	int ok;

	if (!copy)
		return cx3_fail(err, CX3_E_NO_MEMORY, "image",
				"No memory for a copy of the image's %u bytes: free some and try "
				"again.",
				(unsigned)len);
	memcpy(copy, image, len);
	blank_identity(copy, len, info);
	ok = EVP_Digest(copy, len, digest, &size, EVP_md5(), NULL) == 1 && size == 16;
	free(copy);
	if (!ok)
		return cx3_fail(err, CX3_E_UNSUPPORTED, "image",
				"OpenSSL refuses to compute an MD5; its configuration may forbid "
				"it: check openssl.cnf.");
	/* mstflint prints the digest's last byte first, and its sums are what people compare with
	 */
	for (unsigned i = 0; i < size; i++)
		snprintf(hex + 2 * (size_t)i, 3, "%02x", digest[size - 1 - i]);
	return CX3_OK;
}
