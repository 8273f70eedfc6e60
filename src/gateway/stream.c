/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading blocks of 16 bytes, in the best way that is known to work.
 *
 * Plain: address, command, poll and data for each block: 50 wire bytes. group.c sends many
 * of them in one batch where a card bears that.
 *
 * Streamed: the address once, then a command and its data for each block (31 wire
 * bytes) with chip select held and without polling, the whole stream in one batch.
 * The address register and the first command are read back: were that lost or damaged, the
 * flash would not answer, and all blocks would look blank. After the last block the gateway
 * must be done. If one of these is wrong, the blocks are read again the plain way. When that has
 * happened three times, the rest is read the plain way. Pages go on being programmed as
 * before: that way contains what a flipped bit can do, and each is read back.
 *
 * A stream that breaks can't be continued in the middle: nobody knows whether the
 * last command has moved the flash on. It is ended, and a new stream begins at the
 * first block that has not surely arrived.
 */
#include "gateway_priv.h"

#include <assert.h>
#include <string.h>

#define FIRST_PAUSE_US 4000u
#define LONGEST_BREAK_US 5000000u
#define SHORTEST_STREAM_SHIFT 6u
/* Streams that slipped by a block one after the other, before the plain way is taken. */
#define MOST_SLIPS 3u
#define SUSPECTS 3u
#define MOST_SLIPPERY 2u

static const uint32_t stream_head = GW_OP(SPI_READ) | GW_SEND_ADDR;
static const uint32_t stream_body = GW_READ | GW_HAS_DATA | GW_LOG2_BYTES(GW_BLOCK_LOG2);

int cx3_gw_read_alone(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		      struct cx3_error *err)
{
	for (size_t i = 0; i < blocks; i++) {
		uint32_t at = addr + (uint32_t)i * GW_BLOCK;
		int rc = cx3_gw_exec(gw, stream_head | stream_body, &at, words + i * GW_BLOCK_WORDS,
				     GW_BLOCK_WORDS, err);

		if (rc)
			return rc;
	}
	gw->counts.bytes_read += blocks * GW_BLOCK;
	gw->read_plain |= cx3_gw_streams(gw);
	return CX3_OK;
}

/* After the last block: busy, or holding chip select (where the command register
 * reads as it was written). */
static bool not_ended(const struct cx3_gateway *gw, uint32_t command)
{
	bool held = (command & GW_ENABLE) && (command & GW_HOLD_CS);

	return (command & GW_BUSY) || (held && !cx3_way_is_given_up(gw, CX3_WAY_COMMAND_ECHO));
}

/* Steps before the head: address write, read back. The echo of the head is one more among the
 * blocks, and a bare head another one. */
#define HEAD_STEPS 2u

/* What a stream sends beside its blocks, and what comes back beside them. */
struct script {
	uint32_t addr;
	bool bare_head;
	size_t blocks;
	uint32_t bare, first, middle, last; /* commands */
	uint32_t echo, head;
	uint32_t end[2]; /* 0xf0400; of a running card 0xf0404 as well */
};

static struct script script_of(uint32_t addr, size_t blocks, bool bare_head)
{
	return (struct script){
		.addr = addr,
		.blocks = blocks,
		.bare_head = bare_head,
		.bare = cx3_gw_word(stream_head | GW_HOLD_CS),
		.first = cx3_gw_word(stream_head | stream_body | (blocks > 1 ? GW_HOLD_CS : 0)),
		.middle = cx3_gw_word(stream_body | GW_HOLD_CS),
		.last = cx3_gw_word(stream_body),
		.echo = ~addr,
		.end = {GW_BUSY, addr},
	};
}

static void add_stream(struct cx3_gateway *gw, struct script *s, uint32_t *words)
{
	cx3_gw_write(gw, GW_ADDRESS, &s->addr, 1);
	cx3_gw_blind(gw); /* it starts nothing */
	cx3_gw_read(gw, GW_ADDRESS, &s->echo, 1);
	if (s->bare_head) {
		cx3_gw_command(gw, &s->bare);
		cx3_gw_read(gw, GW_COMMAND, &s->head, 1);
	}
	for (size_t i = 0; i < s->blocks; i++) {
		bool is_first = i == 0 && !s->bare_head;

		cx3_gw_command(gw, is_first	       ? &s->first
				   : i + 1 < s->blocks ? &s->middle
						       : &s->last);
		if (is_first && s->blocks > 1)
			cx3_gw_read(gw, GW_COMMAND, &s->head, 1);
		cx3_gw_read(gw, GW_DATA, words + i * GW_BLOCK_WORDS, GW_BLOCK_WORDS);
	}
	cx3_gw_read(gw, GW_COMMAND, s->end, cx3_gw_firmware_runs(gw) ? 2 : 1);
}

/* Somebody else has used the gateway. On some cards the address counts up with the data. */
static bool is_foreign(const struct cx3_gateway *gw, const struct script *s)
{
	return cx3_way_works(gw, CX3_WAY_ADDRESS_ECHO) &&
	       s->end[1] - s->addr > s->blocks * GW_BLOCK;
}

/* After `done` steps of it, which are all if `whole`. */
static void judge_stream(const struct cx3_gateway *gw, struct script *s, bool whole, size_t done,
			 struct cx3_gw_stream *stream)
{
	bool checks = !cx3_way_is_given_up(gw, CX3_WAY_ADDRESS_ECHO);

	stream->sure = s->blocks;
	stream->suspect = (checks && done > 1 && s->echo != s->addr) ||
			  (whole && (not_ended(gw, s->end[0]) || is_foreign(gw, s)));
	if (s->blocks == 1 && !s->bare_head)
		s->head = s->end[0]; /* the only command is the last one as well */
	stream->head_echo = ((s->head ^ (s->bare_head ? s->bare : s->first)) & ~GW_BUSY) == 0;
	if ((s->blocks == 1 ? whole : done > HEAD_STEPS + 1) && !stream->head_echo)
		stream->suspect |= cx3_way_works(gw, CX3_WAY_COMMAND_ECHO);
	if (!whole) {
		size_t before = HEAD_STEPS + (s->blocks > 1) + s->bare_head;
		size_t steps = done > before ? done - before : 0;

		stream->sure = steps / 2 < s->blocks ? steps / 2 : s->blocks;
	}
	if (stream->suspect)
		stream->sure = 0;
}

int cx3_gw_read_stream(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		       struct cx3_gw_stream *stream, struct cx3_error *err)
{
	struct script script = script_of(addr, blocks, stream->bare_head);
	struct cx3_progress_mark mark;
	int rc;

	cx3_gw_start(gw);
	add_stream(gw, &script, words);
	rc = cx3_gw_run(gw, CX3_ONCE, &mark, err);
	judge_stream(gw, &script, rc == CX3_OK, mark.done, stream);
	gw->last_word = script.last;
	/* Best effort: if the bus is gone, nothing more can be done from here. */
	if (rc || stream->suspect)
		(void)cx3_gw_end_command(gw, true, NULL);
	gw->counts.bytes_read += stream->sure * GW_BLOCK;
	return rc;
}

int cx3_gw_read_parts(struct cx3_gateway *gw, const struct cx3_gw_part *part, size_t n, bool *right,
		      struct cx3_error *err)
{
	struct script script[GW_MAX_PARTS];
	const uint32_t *last;
	int rc;

	assert(n > 0 && n <= GW_MAX_PARTS);
	cx3_gw_start(gw);
	for (size_t i = 0; i < n; i++) {
		script[i] = script_of(part[i].addr, part[i].blocks, false);
		add_stream(gw, &script[i], part[i].words);
	}
	rc = cx3_gw_run(gw, CX3_ONCE, NULL, err);
	*right = rc == CX3_OK;
	for (size_t i = 0; i < n && rc == CX3_OK; i++) {
		struct cx3_gw_stream stream = {0};

		judge_stream(gw, &script[i], true, gw->n_ops, &stream);
		*right = *right && !stream.suspect;
	}
	gw->last_word = script[n - 1].last;
	if (!*right) {
		(void)cx3_gw_end_command(gw, true, NULL);
		return cx3_code_may_pass(rc) ? CX3_OK : rc;
	}
	for (size_t i = 0; i < n; i++)
		gw->counts.bytes_read += part[i].blocks * GW_BLOCK;
	last = part[n - 1].words + (part[n - 1].blocks - 1) * GW_BLOCK_WORDS;
	return cx3_gw_check_anchor(gw, last, err);
}

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

/*
 * How many of the blocks can be believed. If chip select rises by itself after so many blocks,
 * or after so long, all that follows looks blank. So a blank end is believed only as far as
 * chip select was seen to stay low: up to a block that is not blank, in this stream or another.
 */
static size_t believed(struct cx3_gateway *gw, const uint32_t *words, size_t blocks)
{
	size_t filled = blocks;

	while (filled > 0 && cx3_gw_is_blank(words + (filled - 1) * GW_BLOCK_WORDS))
		filled--;
	if (filled > gw->proven_blocks)
		gw->proven_blocks = filled;
	return blocks < gw->proven_blocks ? blocks : gw->proven_blocks;
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

/* One stream, checked. *got is 0 where it has to be read again. */
static int read_checked(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
			size_t *got, struct cx3_error *err)
{
	struct cx3_gw_stream stream = {0};
	bool right = true;
	int rc = cx3_gw_read_stream(gw, addr, words, blocks, &stream, err);

	*got = stream.sure;
	if (rc)
		return rc;
	if (stream.suspect)
		return read_suspect(gw, addr, words, blocks, got, err);
	rc = check_tail(gw, addr, words, blocks, &right, err);
	if (right)
		gw->slips = 0;
	if (right && !rc) {
		*got = believed(gw, words, blocks);
		gw->counts.bytes_read -= (blocks - *got) * GW_BLOCK;
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
