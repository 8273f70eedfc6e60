/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "bytes.h"
#include "fs2/header.h"

/* Where the boot loader looks for a header: 0, then 64 KiB and its doubles. */
static const uint32_t candidate[CX3_FS2_MAX_STARTS] = {
	0, 0x10000, 0x20000, 0x40000, 0x80000, 0x100000, 0x200000, 0x400000, 0x800000, 0x1000000,
};

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

int cx3_fs2_locate(const struct cx3_fs2_source *src, uint32_t start[CX3_FS2_MAX_STARTS],
		   unsigned *count, struct cx3_error *err)
{
	uint8_t bytes[CX3_FS2_SIGNATURE_SIZE];

	*count = 0;
	for (size_t i = 0; i < CX3_FS2_MAX_STARTS; i++) {
		int rc;

		if (src->size < sizeof(bytes) || candidate[i] > src->size - sizeof(bytes))
			break;
		rc = src->read(src->user, candidate[i], bytes, sizeof(bytes), err);
		if (rc)
			return rc;
		if (fs2_is_magic(bytes))
			start[(*count)++] = candidate[i];
	}
	return CX3_OK;
}
