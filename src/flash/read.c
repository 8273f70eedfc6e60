/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading any range of the flash: whole blocks through the gateway, cut to the bytes asked for. */
#include "flash_priv.h"

#include <assert.h>
#include <string.h>

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

/* One reading of all ones may be noise. */
int cx3_flash_still_answers(struct cx3_flash *flash, const uint8_t *end, struct cx3_error *err)
{
	struct cx3_gateway *gw = flash->gw;
	uint8_t first = 0, second = 0;
	int rc;

	if (!cx3_is_blank(end - GW_BLOCK, GW_BLOCK) || (gw->anchored && cx3_gw_streams(gw)))
		return CX3_OK;
	rc = cx3_gw_begin(gw, 0, err);
	if (rc != CX3_OK)
		return rc;
	rc = cx3_flash_read_status(flash, SPI_READ_STATUS, &first, err);
	if (rc == CX3_OK && first == 0xff)
		rc = cx3_flash_read_status(flash, SPI_READ_STATUS, &second, err);
	if (rc == CX3_OK && (first & second) == 0xff)
		rc = cx3_flash_is_lost(flash, err);
	return cx3_gw_end(gw, rc, err);
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

		/* Commands one by one have spent their retries in the card layer already. */
		if (rc && (!cx3_gw_groups(gw) || !cx3_gw_try_again(gw, &patience, rc, got > 0)))
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

int cx3_flash_read_proving(struct cx3_flash *flash, uint32_t addr, void *buf, uint32_t len,
			   bool *proven, struct cx3_error *err)
{
	int rc;

	cx3_gw_prove_blank(flash->gw);
	rc = cx3_flash_read(flash, addr, buf, len, err);
	*proven = cx3_gw_prove_blank_end(flash->gw) && rc == CX3_OK;
	return rc;
}

/* Streams show by themselves when a block was lost in them. */
static bool needs_care(const struct cx3_flash *flash)
{
	const struct cx3_gateway *gw = flash->gw;

	return !cx3_gw_streams(gw) || gw->counts.repeats > 0 || cx3_card_repeats(gw->card) > 0;
}

/* Of the blocks [first, end) the last ones, in one hold of the semaphore; how many is *got. */
static int read_last(struct cx3_flash *flash, uint32_t first, uint32_t end, size_t *got,
		     struct cx3_error *err)
{
	struct cx3_gateway *gw = flash->gw;
	size_t most = cx3_gw_down_blocks(gw), blocks = end - first < most ? end - first : most;
	struct cx3_flash_cost cost = cx3_flash_read_cost(flash, (uint32_t)blocks * GW_BLOCK);
	int rc = cx3_gw_begin(gw, cost.us, err);

	*got = 0;
	if (rc)
		return rc;
	rc = cx3_gw_read_down(gw, (end - (uint32_t)blocks) * GW_BLOCK, flash->data, blocks, got,
			      err);
	/* what has arrived lies at the end; it begins the buffer */
	if (*got < blocks)
		memmove(flash->data, flash->data + (blocks - *got) * GW_BLOCK_WORDS,
			*got * GW_BLOCK);
	return cx3_gw_end(gw, rc, err);
}

/* Bytes of blocks [block, block + count), which are in flash->data, that lie in the range. */
static void copy_out(const struct cx3_flash *flash, uint32_t block, size_t count, uint32_t addr,
		     uint8_t *out, uint32_t len)
{
	for (size_t i = 0; i < count * GW_BLOCK; i++) {
		uint32_t at = block * GW_BLOCK + (uint32_t)i;

		if (at >= addr && at - addr < len)
			out[at - addr] = cx3_byte_of(flash->data, i);
	}
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
	uint32_t last = flash->part->size / GW_BLOCK;
	struct cx3_gw_patience patience = {0};
	int rc = check_range(flash, addr, len, err);
	size_t got;

	if (rc || len == 0)
		return rc;
	if (!needs_care(flash))
		return cx3_flash_read(flash, addr, buf, len, err);
	if (end < last)
		end++;
	else
		rc = read_last(flash, 0, 1, &got, err);
	while (end > first && rc == CX3_OK) {
		rc = read_last(flash, first, end, &got, err);
		end -= (uint32_t)got;
		copy_out(flash, end, got, addr, buf, len);
		if (rc && cx3_gw_groups(flash->gw) &&
		    cx3_gw_try_again(flash->gw, &patience, rc, got > 0)) {
			flash->gw->counts.repeats++;
			rc = CX3_OK;
		}
	}
	return rc;
}

/* Streams of single blocks cost more of each than one long reading. */
#define MOST_PAIR_BLOCKS 4u
#define MOST_PAIRS (GW_MAX_PARTS / 2u)

int cx3_flash_read_pairs(struct cx3_flash *flash, const struct cx3_flash_piece *piece, size_t n,
			 uint8_t *first, uint8_t *second, bool *both, struct cx3_error *err)
{
	struct cx3_gw_part part[2 * MOST_PAIRS];
	uint32_t *words = flash->data;
	size_t bytes = 0;
	int rc;

	*both = false;
	if (n == 0 || n > MOST_PAIRS || needs_care(flash))
		return CX3_OK;
	for (size_t i = 0; i < n; i++) {
		size_t blocks = piece[i].len / GW_BLOCK;

		assert(piece[i].addr % GW_BLOCK == 0 && piece[i].len % GW_BLOCK == 0);
		if (blocks == 0 || blocks > MOST_PAIR_BLOCKS)
			return CX3_OK;
		part[i] = (struct cx3_gw_part){piece[i].addr, words + bytes / 4, blocks};
		bytes += piece[i].len;
	}
	/* backwards, so that what begins the flash is read after what may be blank */
	for (size_t i = 0; i < n; i++)
		part[2 * n - 1 - i] = (struct cx3_gw_part){part[i].addr, part[i].words + bytes / 4,
							   part[i].blocks};
	rc = cx3_gw_begin(flash->gw, cx3_flash_read_cost(flash, 2 * (uint32_t)bytes).us, err);
	if (rc)
		return rc;
	rc = cx3_gw_end(flash->gw, cx3_gw_read_parts(flash->gw, part, 2 * n, both, err), err);
	for (size_t i = 0; i < bytes; i++) {
		first[i] = cx3_byte_of(words, i);
		second[i] = cx3_byte_of(words, bytes + i);
	}
	/* what did not arrive is asked for alone, and more carefully */
	flash->gw->counts.repeats += rc == CX3_OK && !*both;
	return rc;
}
