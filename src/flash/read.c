/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading any range of the flash: whole blocks through the gateway, cut to the bytes asked for. */
#include "flash_priv.h"

/* Blocks with the bytes [addr, addr + len) in them, at most `most`. */
static size_t blocks_of(uint32_t addr, uint32_t len, size_t most)
{
	size_t blocks = (addr % GW_BLOCK + (size_t)len + GW_BLOCK - 1) / GW_BLOCK;

	return blocks < most ? blocks : most;
}

bool cx3_flash_blank_is_sure(const struct cx3_flash *flash)
{
	return cx3_gw_blank_is_sure(flash->gw);
}

int cx3_flash_read(struct cx3_flash *flash, uint32_t addr, void *buf, uint32_t len,
		   struct cx3_error *err)
{
	struct cx3_gateway *gw = flash->gw;
	struct cx3_gw_patience patience = {0};
	uint8_t *out = buf;

	if (addr > flash->part->size || len > flash->part->size - addr)
		return cx3_fail(err, CX3_E_INTERNAL, cx3_gw_place(gw, addr).text,
				"A read of 0x%x bytes at 0x%x leaves the flash (0x%x bytes).\n"
				"Please report this.",
				(unsigned)len, (unsigned)addr, (unsigned)flash->part->size);
	while (len > 0) {
		size_t got, blocks = blocks_of(addr, len, cx3_gw_stream_blocks(gw));
		uint32_t skip = addr % GW_BLOCK, bytes;
		int rc = cx3_gw_read_some(gw, addr - skip, flash->data, blocks, &got, err);

		/* The plain way has spent its retries in the card layer already. */
		if (rc && (!gw->ways.streamed || !cx3_gw_try_again(gw, &patience, rc, got > 0)))
			return rc;
		gw->counts.repeats += rc != CX3_OK;
		if (got == 0)
			continue;
		bytes = (uint32_t)got * GW_BLOCK - skip;
		bytes = bytes < len ? bytes : len;
		for (uint32_t i = 0; i < bytes; i++)
			out[i] = cx3_byte_of(flash->data, skip + i);
		out += bytes;
		addr += bytes;
		len -= bytes;
	}
	return CX3_OK;
}
