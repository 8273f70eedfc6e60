/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading blocks of 16 bytes, in the best way that is known to work.
 *
 * Plain: address, command, poll and data for each block: 50 wire bytes. group.c sends many
 * of them in one batch where a card bears that.
 *
 * Streamed: see stream.c. If a stream can't be right, its blocks are read again the plain way.
 * When that has happened three times, the rest is read the plain way. Pages go on being
 * programmed as before: that way contains what a flipped bit can do, and each is read back.
 *
 * Where blank blocks are to be proven, a stream that ends blank counts only up to its last block
 * that is not, and from there on each command is read back.
 *
 * A stream that breaks can't be continued in the middle: nobody knows whether the
 * last command has moved the flash on. It is ended, and a new stream begins at the
 * first block that has not surely arrived.
 */
#include "gateway_priv.h"

#include <string.h>

#define FIRST_PAUSE_US 4000u
#define LONGEST_BREAK_US 5000000u
#define SHORTEST_STREAM_SHIFT 6u
/* Streams that slipped by a block one after the other, before the plain way is taken. */
#define MOST_SLIPS 3u
#define SUSPECTS 3u
#define MOST_SLIPPERY 2u
/* On the wire, of a stream's block without and with its command read back: see stream.c. */
#define BLOCK_BYTES 31u
#define ECHOED_BYTES 41u

/*
 * After a stream that arrived complete but can't be right: reads its first blocks the
 * plain way. One such stream may be noise; more of them mean that the streamed way
 * does not work on this card.
 */
static int read_suspect(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
			size_t *got, struct cx3_error *err)
{
	int rc;

	gw->counts.repeats++;
	gw->unproven = true;
	blocks = (blocks + 1) / 2; /* a plain block takes nearly twice as long */
	rc = cx3_gw_read_plain(gw, addr, words, blocks, err);
	if (!rc)
		*got = blocks;
	if (++gw->suspects == SUSPECTS)
		cx3_way_give_up(gw, CX3_WAY_HELD_READ,
				"streams ended busy or held, or began at another address");
	return rc;
}

/* An adapter's clock_hz may be wrong or unknown. If a stream held the semaphore for too
 * long, the next ones are made shorter. */
static void watch_hold(struct cx3_gateway *gw, uint64_t took_us)
{
	uint64_t most_us = 1000u * (uint64_t)gw->options.max_hold_ms;

	if (!cx3_gw_unbound(gw) && took_us > most_us + most_us / 4 &&
	    gw->stream_shift < SHORTEST_STREAM_SHIFT)
		gw->stream_shift++;
}

static uint64_t stream_us(const struct cx3_gateway *gw, size_t blocks)
{
	return cx3_gw_read_cost(gw, (uint32_t)blocks * GW_BLOCK).us;
}

/* The last block that differs from the one before it; 0 if they are all the same. */
static size_t last_change(const uint32_t *words, size_t blocks)
{
	size_t i = blocks - 1;

	while (i > 0 &&
	       memcmp(words + i * GW_BLOCK_WORDS, words + (i - 1) * GW_BLOCK_WORDS, GW_BLOCK) == 0)
		i--;
	return i;
}

/*
 * A command that got lost on the wire, or was doubled, moves all blocks after it by one,
 * and nothing in the stream tells. Two streams can do so alike, so reading all twice
 * does not help. What does is to read the last two blocks that differ once more, with
 * an address of their own. One of the two is not blank, so this also shows that the flash
 * still answers. If all blocks are the same, none can have moved, and if they are blank the
 * anchor has to show that the flash answers.
 */
static int check_tail(struct cx3_gateway *gw, uint32_t addr, const uint32_t *words, size_t blocks,
		      bool *right, struct cx3_error *err)
{
	uint32_t pair[2 * GW_BLOCK_WORDS];
	struct cx3_gw_stream stream = {0};
	size_t i = last_change(words, blocks);
	int rc;

	*right = true;
	if (i == 0 || blocks < GW_TAIL_CHECK_BLOCKS)
		return cx3_gw_check_anchor(gw, words + (blocks - 1) * GW_BLOCK_WORDS, err);
	i--;
	rc = cx3_gw_read_stream(gw, addr + (uint32_t)(i * GW_BLOCK), pair, 2, &stream, err);
	gw->counts.bytes_read -= stream.sure * GW_BLOCK; /* read twice, counted once */
	*right = !rc && !stream.suspect &&
		 memcmp(pair, words + i * GW_BLOCK_WORDS, sizeof(pair)) == 0;
	return rc;
}

/* The blocks up to the last one that is not blank. */
static size_t filled_blocks(const uint32_t *words, size_t blocks)
{
	while (blocks > 0 && cx3_gw_is_blank(words + (blocks - 1) * GW_BLOCK_WORDS))
		blocks--;
	return blocks;
}

/* For so many blocks chip select was seen to stay low. With its echoes a block takes a third
 * longer, so that fewer are done in the same time. */
static size_t held_blocks(const struct cx3_gateway *gw, bool echoes)
{
	size_t held = gw->proven_blocks;

	return echoes && held > 1 ? held * BLOCK_BYTES / ECHOED_BYTES : held;
}

/*
 * How many of the blocks can be believed. If chip select rises by itself after so many blocks,
 * or after so long, all that follows looks blank. So a blank end is believed only as far as
 * chip select was seen to stay low: up to a block that is not blank, in this stream or another.
 */
static size_t believed(struct cx3_gateway *gw, const uint32_t *words, size_t blocks, bool echoes)
{
	size_t filled = filled_blocks(words, blocks), most;

	if (filled > gw->proven_blocks)
		gw->proven_blocks = filled;
	most = held_blocks(gw, echoes);
	if (filled > most)
		most = filled;
	return blocks < most ? blocks : most;
}

/*
 * A flash that begins blank proves nothing, and of each stream all but a few blocks would be read
 * in vain. So once, for this length, a stream is read that ends at the anchor. Its last block
 * reads right only if chip select has stayed low and no block was lost or doubled.
 */
static int prove_length(struct cx3_gateway *gw, uint32_t *words, size_t blocks,
			struct cx3_error *err)
{
	size_t before = gw->anchor_addr / GW_BLOCK;
	struct cx3_gw_stream stream = {0};
	int rc;

	gw->tried_blocks = blocks;
	blocks = blocks <= before + 1 ? blocks : before + 1;
	rc = cx3_gw_read_stream(gw, gw->anchor_addr - (uint32_t)((blocks - 1) * GW_BLOCK), words,
				blocks, &stream, err);
	gw->counts.bytes_read -= stream.sure * GW_BLOCK; /* not asked for */
	if (!rc && !stream.suspect && blocks > gw->proven_blocks &&
	    memcmp(words + (blocks - 1) * GW_BLOCK_WORDS, gw->anchor, GW_BLOCK) == 0)
		gw->proven_blocks = blocks;
	return rc;
}

/* Streams whose blocks move, time and again: not noise. */
static void count_slips(struct cx3_gateway *gw)
{
	gw->slips = 0;
	if (++gw->slippery >= MOST_SLIPPERY)
		cx3_way_give_up(gw, CX3_WAY_HELD_READ,
				"long streams did not read what short ones read");
}

static bool can_prove(const struct cx3_gateway *gw)
{
	return cx3_gw_streams(gw) && cx3_way_works(gw, CX3_WAY_COMMAND_ECHO) &&
	       cx3_way_works(gw, CX3_WAY_ADDRESS_ECHO);
}

struct cx3_flash_cost cx3_gw_proof_cost(const struct cx3_gateway *gw, uint32_t len)
{
	struct cx3_wire wire = {0, 0};

	if (can_prove(gw))
		cx3_wire_read_register(&wire, len / GW_BLOCK);
	return cx3_gw_cost(gw, wire, 0, 0);
}

void cx3_gw_prove_blank(struct cx3_gateway *gw)
{
	gw->proving = can_prove(gw);
	gw->unproven = !gw->proving;
}

bool cx3_gw_prove_blank_end(struct cx3_gateway *gw)
{
	bool proven = !gw->unproven && gw->anchored;

	gw->proving = false;
	return proven;
}

/* Of `got` blocks that were read without echoes: those up to the last one that is not blank. */
static size_t without_blank_end(struct cx3_gateway *gw, const uint32_t *words, size_t got)
{
	size_t filled = filled_blocks(words, got);

	gw->counts.bytes_read -= (got - filled) * GW_BLOCK;
	return filled;
}

/* One stream, checked. *got is 0 where it has to be read again. */
static int read_checked(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
			size_t *got, struct cx3_error *err)
{
	struct cx3_gw_stream stream = {.echoes = gw->proving && gw->ended_blank};
	size_t most = cx3_gw_stream_blocks(gw), held = held_blocks(gw, stream.echoes);
	bool right = true;
	int rc;

	if (stream.echoes && blocks > most - most / 3)
		blocks -= blocks / 3; /* in the same time */
	if (stream.echoes && held > 0 && blocks > held)
		blocks = held; /* what lies behind would have to be read again */
	rc = cx3_gw_read_stream(gw, addr, words, blocks, &stream, err);
	*got = stream.sure;
	if (*got > 0)
		gw->ended_blank = cx3_gw_is_blank(words + (*got - 1) * GW_BLOCK_WORDS);
	if (gw->proving && !stream.echoes)
		*got = without_blank_end(gw, words, *got);
	if (rc)
		return rc;
	if (stream.suspect)
		return read_suspect(gw, addr, words, blocks, got, err);
	rc = check_tail(gw, addr, words, blocks, &right, err);
	if (right)
		gw->slips = 0;
	if (right && !rc) {
		size_t arrived = *got;

		*got = believed(gw, words, arrived, stream.echoes);
		gw->counts.bytes_read -= (arrived - *got) * GW_BLOCK;
		if (arrived < blocks) /* without its blank end */
			return CX3_OK;
		if (*got == blocks || !gw->anchored || blocks <= gw->tried_blocks)
			return CX3_OK;
		gw->counts.bytes_read -= *got * GW_BLOCK;
		*got = 0;
		return prove_length(gw, words, blocks, err);
	}
	*got = 0;
	gw->counts.repeats += !rc; /* a failure is counted by cx3_flash_read */
	if (rc || ++gw->slips < MOST_SLIPS)
		return rc;
	count_slips(gw);
	gw->unproven = true;
	blocks = (blocks + 1) / 2;
	rc = cx3_gw_read_plain(gw, addr, words, blocks, err);
	*got = rc ? 0 : blocks;
	return rc;
}

/* The plain way. What was read may show that a better one works. */
static int read_commands(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
			 size_t *got, struct cx3_error *err)
{
	int rc;

	gw->unproven = true;
	if (cx3_gw_groups(gw)) {
		if (blocks > GW_MAX_GROUP)
			blocks = GW_MAX_GROUP;
		rc = cx3_gw_read_group(gw, addr, words, blocks, false, got, err);
	} else {
		rc = cx3_gw_read_alone(gw, addr, words, blocks, err);
		*got = rc ? 0 : blocks;
	}
	/* NACKs while a command runs: one block alone, so that it comes on */
	if (*got == 0 && (rc == CX3_E_NO_ACK || rc == CX3_E_NACK_DATA)) {
		rc = cx3_gw_read_alone(gw, addr, words, 1, err);
		*got = rc == CX3_OK;
	}
	if (rc == CX3_OK && cx3_gw_undecided(gw))
		rc = cx3_gw_prove(gw, addr, words, *got, err);
	return rc;
}

int cx3_gw_read_some(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		     size_t *got, struct cx3_error *err)
{
	int rc = cx3_gw_begin(gw, stream_us(gw, blocks), err);
	uint64_t start_us = cx3_gw_now_us(gw);

	*got = 0;
	if (rc)
		return rc;
	if (cx3_gw_streams(gw))
		rc = read_checked(gw, addr, words, blocks, got, err);
	else
		rc = read_commands(gw, addr, words, blocks, got, err);
	if (!rc)
		watch_hold(gw, cx3_gw_now_us(gw) - start_us);
	return cx3_gw_end(gw, rc, err);
}

bool cx3_gw_try_again(struct cx3_gateway *gw, struct cx3_gw_patience *patience, int rc, bool gained)
{
	struct cx3_adapter *adapter = cx3_card_adapter(gw->card);
	uint64_t pause_us;

	if (!cx3_code_may_pass(rc))
		return false;
	if (gained || patience->fails == 0) {
		patience->fails = 0;
		patience->deadline_us = cx3_gw_now_us(gw) + LONGEST_BREAK_US;
	}
	pause_us = (uint64_t)FIRST_PAUSE_US << (patience->fails < 16 ? patience->fails : 16);
	if (patience->fails++ >= adapter->retries ||
	    cx3_gw_now_us(gw) + pause_us > patience->deadline_us)
		return false;
	cx3_gw_wait_us(gw, pause_us);
	return true;
}
