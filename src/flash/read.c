/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading, in one of two ways.
 *
 * Plain: address, command, poll, data for each 16 bytes: 50 wire bytes.
 *
 * Streamed: the address once; then a command and its data for each 16 bytes (31
 * wire bytes) with chip select held, no polling, a whole stream in one batch. The
 * address is read back, and after the last block the gateway must be done: if
 * either is wrong, the stretch is read again in the plain way; the third time,
 * that stays the way for the rest.
 *
 * A stream that breaks can't be taken up in the middle: nobody knows whether the
 * last command has moved the flash on. It is ended, and a new one begins at the
 * first block that has not surely arrived.
 */
#include "flash_priv.h"

#include <string.h>

#define FIRST_PAUSE_US 4000u
#define LONGEST_BREAK_US 5000000u
#define SHORTEST_STREAM_SHIFT 6u
#define SUSPECTS 3u

static const uint32_t stream_head = GW_OP(SPI_READ) | GW_SEND_ADDR;
static const uint32_t stream_body = GW_READ | GW_HAS_DATA | GW_LOG2_BYTES(GW_BLOCK_LOG2);

int cx3_flash_read_plain(struct cx3_flash *flash, uint32_t addr, uint32_t *words, size_t blocks,
			 struct cx3_error *err)
{
	for (size_t i = 0; i < blocks; i++) {
		uint32_t at = addr + (uint32_t)i * GW_BLOCK;
		int rc = cx3_gw_exec(flash, stream_head | stream_body, &at,
				     words + i * GW_BLOCK_WORDS, GW_BLOCK_WORDS, err);

		if (rc)
			return rc;
	}
	flash->counts.bytes_read += blocks * GW_BLOCK;
	return CX3_OK;
}

/* After the last block: busy, or holding chip select (where the command register
 * reads as it was written). */
static bool not_ended(uint32_t command)
{
	return (command & GW_BUSY) || ((command & GW_ENABLE) && (command & GW_HOLD_CS));
}

/* Steps before the first block's command: address write, read back; a bare head is one more. */
#define HEAD_STEPS 2u

int cx3_flash_read_stream(struct cx3_flash *flash, uint32_t addr, uint32_t *words, size_t blocks,
			  struct cx3_flash_stream *stream, struct cx3_error *err)
{
	uint32_t bare = cx3_gw_word(stream_head | GW_HOLD_CS);
	uint32_t hold = blocks > 1 ? GW_HOLD_CS : 0;
	uint32_t first = cx3_gw_word(stream_head | stream_body | hold);
	uint32_t middle = cx3_gw_word(stream_body | GW_HOLD_CS);
	uint32_t last = cx3_gw_word(stream_body);
	uint32_t echo = ~addr, end = GW_BUSY;
	struct cx3_progress_mark mark;
	int rc;

	cx3_gw_start(flash);
	cx3_gw_write(flash, GW_ADDRESS, &addr, 1);
	cx3_gw_read(flash, GW_ADDRESS, &echo, 1);
	if (stream->bare_head)
		cx3_gw_command(flash, &bare);
	for (size_t i = 0; i < blocks; i++) {
		bool is_first = i == 0 && !stream->bare_head;

		cx3_gw_command(flash, is_first ? &first : i + 1 < blocks ? &middle : &last);
		cx3_gw_read(flash, GW_DATA, words + i * GW_BLOCK_WORDS, GW_BLOCK_WORDS);
	}
	cx3_gw_read(flash, GW_COMMAND, &end, 1);
	rc = cx3_gw_run(flash, CX3_ONCE, &mark, err);
	stream->sure = blocks;
	stream->suspect = (mark.done > 1 && echo != addr) || (!rc && not_ended(end));
	flash->echoes |= !rc && (end & GW_ENABLE);
	if (rc) {
		size_t head = HEAD_STEPS + stream->bare_head;
		size_t steps = mark.done > head ? mark.done - head : 0;

		stream->sure = steps / 2 < blocks ? steps / 2 : blocks;
	}
	if (stream->suspect)
		stream->sure = 0;
	/* Best effort: if the bus is gone, nothing more can be done from here. */
	if (rc || stream->suspect)
		(void)cx3_gw_end_command(flash, true, NULL);
	flash->counts.bytes_read += stream->sure * GW_BLOCK;
	return rc;
}

void cx3_flash_distrust(struct cx3_flash *flash, const char *why)
{
	flash->ways.streamed = false;
	flash->undecided = false;
	strncpy(flash->ways.why, why, sizeof(flash->ways.why) - 1);
	cx3_log(cx3_card_adapter(flash->card)->log, CX3_LOG_WARN, "%s: reading the plain way: %s",
		cx3_flash_label(flash), why);
}

/*
 * A stream that came through but can't be right: the first blocks the plain way.
 * One may be noise; more of them mean that the streamed way does not work here.
 */
static int read_suspect(struct cx3_flash *flash, uint32_t addr, size_t blocks, size_t *got,
			struct cx3_error *err)
{
	int rc;

	blocks = (blocks + 1) / 2; /* a plain block takes nearly twice as long */
	rc = cx3_flash_read_plain(flash, addr, flash->data, blocks, err);
	if (!rc)
		*got = blocks;
	if (++flash->suspects == SUSPECTS)
		cx3_flash_distrust(flash, "streams ended with the gateway busy or chip select "
					  "held, or began at another address");
	return rc;
}

/* The clock that an adapter tells may be wrong, or unknown: a stream that kept the
 * firmware waiting for too long makes the next ones shorter. */
static void watch_hold(struct cx3_flash *flash, uint64_t took_us)
{
	uint64_t most_us = 1000u * (uint64_t)flash->options.max_hold_ms;

	if (!flash->session && took_us > most_us + most_us / 4 &&
	    flash->stream_shift < SHORTEST_STREAM_SHIFT)
		flash->stream_shift++;
}

static uint64_t stream_us(const struct cx3_flash *flash, size_t blocks)
{
	return cx3_flash_read_cost(flash, (uint32_t)blocks * GW_BLOCK).us;
}

/* One hold of the semaphore: up to `blocks` at addr, *got of them arrive. */
static int read_some(struct cx3_flash *flash, uint32_t addr, size_t blocks, size_t *got,
		     struct cx3_error *err)
{
	struct cx3_flash_stream stream = {0};
	int rc = cx3_flash_begin(flash, stream_us(flash, blocks), err);
	uint64_t start_us = cx3_flash_now_us(flash);

	*got = 0;
	if (rc)
		return rc;
	if (flash->ways.streamed) {
		rc = cx3_flash_read_stream(flash, addr, flash->data, blocks, &stream, err);
		*got = stream.sure;
		if (stream.suspect && !rc)
			rc = read_suspect(flash, addr, blocks, got, err);
	} else {
		if (flash->undecided && blocks > PROOF_BLOCKS)
			blocks = PROOF_BLOCKS;
		rc = cx3_flash_read_plain(flash, addr, flash->data, blocks, err);
		if (!rc && flash->undecided && blocks == PROOF_BLOCKS)
			rc = cx3_flash_prove(flash, addr, flash->data, err);
		if (!rc)
			*got = blocks;
	}
	if (!rc)
		watch_hold(flash, cx3_flash_now_us(flash) - start_us);
	return cx3_flash_end(flash, rc, err);
}

/* Blocks with the bytes [addr, addr + len) in them, at most `most`. */
static size_t blocks_of(uint32_t addr, uint32_t len, size_t most)
{
	size_t blocks = (addr % GW_BLOCK + (size_t)len + GW_BLOCK - 1) / GW_BLOCK;

	return blocks < most ? blocks : most;
}

bool cx3_flash_try_again(struct cx3_flash *flash, struct cx3_flash_patience *patience, int rc,
			 bool gained)
{
	struct cx3_adapter *adapter = cx3_card_adapter(flash->card);
	uint64_t pause_us;

	if (!cx3_code_may_pass(rc))
		return false;
	if (gained || patience->fails == 0) {
		patience->fails = 0;
		patience->deadline_us = cx3_flash_now_us(flash) + LONGEST_BREAK_US;
	}
	pause_us = (uint64_t)FIRST_PAUSE_US << (patience->fails < 16 ? patience->fails : 16);
	if (patience->fails++ >= adapter->retries ||
	    cx3_flash_now_us(flash) + pause_us > patience->deadline_us)
		return false;
	cx3_flash_wait_us(flash, pause_us);
	return true;
}

int cx3_flash_read(struct cx3_flash *flash, uint32_t addr, void *buf, uint32_t len,
		   struct cx3_error *err)
{
	struct cx3_flash_patience patience = {0};
	uint8_t *out = buf;

	if (addr > flash->part->size || len > flash->part->size - addr)
		return cx3_fail(
			err, CX3_E_INTERNAL, cx3_flash_place(flash, addr).text,
			"A read of 0x%x bytes at 0x%x leaves the flash (0x%x bytes): please "
			"report this.",
			(unsigned)len, (unsigned)addr, (unsigned)flash->part->size);
	while (len > 0) {
		size_t got, blocks = blocks_of(addr, len, cx3_flash_stream_blocks(flash));
		uint32_t skip = addr % GW_BLOCK, bytes;
		int rc = read_some(flash, addr - skip, blocks, &got, err);

		/* What is not streamed has spent its retries in the card layer already. */
		if (rc &&
		    (!flash->ways.streamed || !cx3_flash_try_again(flash, &patience, rc, got > 0)))
			return rc;
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
