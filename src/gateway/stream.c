/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One stream: the address once, then a command and its data for each block of 16 bytes (31 wire
 * bytes) with chip select held and without polling, in one batch.
 *
 * The address register and the first command are read back: were that lost or damaged, the
 * flash would not answer, and all blocks would look blank. After the last block the gateway
 * must be done. Where blank blocks are to be proven, each command is read back (41 wire bytes a
 * block).
 */
#include "gateway_priv.h"

#include <assert.h>
#include <string.h>

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
	uint32_t *echoes; /* of the commands between the first and the last; NULL: not read */
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
		else if (s->echoes && i + 1 < s->blocks)
			cx3_gw_read(gw, GW_COMMAND, &s->echoes[i], 1);
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

/* Of the first `sure` blocks. */
static bool echoes_right(const struct script *s, size_t sure)
{
	for (size_t i = 1; s->echoes && i < sure && i + 1 < s->blocks; i++) {
		if ((s->echoes[i] ^ s->middle) & ~GW_BUSY)
			return false;
	}
	return true;
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
		size_t blocks = s->echoes ? (steps + 1) / 3 : steps / 2;

		stream->sure = blocks < s->blocks ? blocks : s->blocks;
	}
	stream->suspect |= !echoes_right(s, stream->sure);
	if (stream->suspect)
		stream->sure = 0;
}

int cx3_gw_read_stream(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		       struct cx3_gw_stream *stream, struct cx3_error *err)
{
	struct script script = script_of(addr, blocks, stream->bare_head);
	struct cx3_progress_mark mark;
	int rc;

	if (stream->echoes)
		script.echoes = gw->group;
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
