/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "cx3flash/fs2.h"

int cx3_fs2_stripe(const uint8_t *image, uint32_t len, unsigned log2_chunk, bool odd,
		   uint8_t *flash, uint32_t flash_size, struct cx3_error *err)
{
	uint32_t chunk, last;

	if (log2_chunk < 16 || log2_chunk > 23)
		return cx3_fail(err, CX3_E_USAGE, "chunk size",
				"A chunk of 2^%u bytes is not possible: it has 2^16 to 2^23.",
				log2_chunk);
	if (!len)
		return CX3_OK;
	chunk = UINT32_C(1) << log2_chunk;
	last = len > flash_size ? 0 : cx3_fs2_phys(len - 1, log2_chunk, odd);
	if (len > flash_size || last >= flash_size)
		return cx3_fail(err, CX3_E_TOO_BIG, "flash",
				"The image (0x%" PRIx32 " bytes) does not fit the %s home of a "
				"flash of 0x%" PRIx32 " bytes: use a larger flash or a smaller "
				"image.",
				len, odd ? "odd" : "even", flash_size);
	for (uint32_t addr = 0; addr < len; addr += chunk) {
		uint32_t part = len - addr < chunk ? len - addr : chunk;

		memcpy(flash + cx3_fs2_phys(addr, log2_chunk, odd), image + addr, part);
	}
	return CX3_OK;
}
