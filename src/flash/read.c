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

static int check_range(const struct cx3_flash *flash, uint32_t addr, uint32_t len,
		       struct cx3_error *err)
{
	if (addr <= flash->part->size && len <= flash->part->size - addr)
		return CX3_OK;
	return cx3_fail(err, CX3_E_INTERNAL, cx3_gw_place(flash->gw, addr).text,
			"A read of 0x%x bytes at 0x%x leaves the flash (0x%x bytes).\n"
			"Please report this.",
			(unsigned)len, (unsigned)addr, (unsigned)flash->part->size);
}

int cx3_flash_read(struct cx3_flash *flash, uint32_t addr, void *buf, uint32_t len,
		   struct cx3_error *err)
{
	struct cx3_gateway *gw = flash->gw;
	struct cx3_gw_patience patience = {0};
	uint8_t *out = buf;
	int rc_range = check_range(flash, addr, len, err);

	if (rc_range)
		return rc_range;
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

/* Streams show by themselves when a block was lost in them. */
static bool needs_care(const struct cx3_flash *flash)
{
	const struct cx3_gateway *gw = flash->gw;

	return !gw->ways.streamed || gw->counts.repeats > 0 || cx3_card_repeats(gw->card) > 0;
}

static int read_alone(struct cx3_flash *flash, uint32_t block, uint32_t *words,
		      struct cx3_error *err)
{
	int rc = cx3_gw_begin(flash->gw, cx3_flash_read_cost(flash, GW_BLOCK).us, err);

	if (rc)
		return rc;
	rc = cx3_gw_read_plain(flash->gw, block * GW_BLOCK, words, 1, err);
	return cx3_gw_end(flash->gw, rc, err);
}

/*
 * A command that does not arrive leaves the block before it in the data registers. In the
 * same order that is the same wrong block once more. So the way goes down, and begins with
 * a block that is not asked for.
 */
int cx3_flash_read_again(struct cx3_flash *flash, uint32_t addr, void *buf, uint32_t len,
			 struct cx3_error *err)
{
	uint32_t first = addr / GW_BLOCK, end = (addr + len + GW_BLOCK - 1) / GW_BLOCK;
	uint32_t words[GW_BLOCK_WORDS];
	uint8_t *out = buf;
	int rc = check_range(flash, addr, len, err);

	if (rc || len == 0)
		return rc;
	if (!needs_care(flash))
		return cx3_flash_read(flash, addr, buf, len, err);
	rc = read_alone(flash, end * GW_BLOCK < flash->part->size ? end : 0, words, err);
	for (uint32_t block = end; block-- > first && rc == CX3_OK;) {
		rc = read_alone(flash, block, words, err);
		for (uint32_t i = 0; i < GW_BLOCK && rc == CX3_OK; i++) {
			uint32_t at = block * GW_BLOCK + i;

			if (at >= addr && at - addr < len)
				out[at - addr] = cx3_byte_of(words, i);
		}
	}
	return rc;
}
