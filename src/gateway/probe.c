/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Probes of hardware behaviour that no document describes, on data that the flash holds.
 *
 * Held reads, a bare head and a top address byte are used only after they have read the same
 * bytes as the plain way, from data in which a lost, doubled or late block would show. Such
 * data is looked for where images start. A flash that is blank in all those places proves
 * nothing: then reading begins the plain way, and the first data that can prove it decides.
 */
#include "gateway_priv.h"

#include <stdio.h>
#include <string.h>

#define PROOF_WORDS (PROOF_BLOCKS * GW_BLOCK_WORDS)
#define PROOF_TRIES 2u
#define FIRST_BLOCKS 2u /* read to see whether there are data: the others fill one call */
#define FIRST_WORDS ((size_t)FIRST_BLOCKS * GW_BLOCK_WORDS)
#define TOP_BYTE_TRIES 3u /* one wrong reading is noise */
#define TOP_BYTE_PROBE 0x5a000000u
#define ECHO_TRIES 4u
#define STREAM_NACKS 3u /* in a row: not a matter of the wires */
/* Of PROOF_BLOCKS blocks, at least so many must differ from all others. */
#define DISTINCT_BLOCKS 5u

static bool blank(const uint32_t *words, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (words[i] != words[0])
			return false;
	}
	return true;
}

/* Would a block that is lost, doubled or moved by one show in this data? */
static bool can_prove(const uint32_t *words)
{
	unsigned distinct = 0;

	for (size_t i = 0; i < PROOF_BLOCKS; i++) {
		bool alone = true;

		for (size_t j = 0; j < PROOF_BLOCKS && alone; j++)
			alone = i == j || memcmp(words + i * GW_BLOCK_WORDS,
						 words + j * GW_BLOCK_WORDS, GW_BLOCK) != 0;
		distinct += alone;
	}
	return distinct >= DISTINCT_BLOCKS;
}

/* Does 0xf0404 count up with the data? Groups look at it as well. */
static int note_moved(struct cx3_gateway *gw, uint32_t written, struct cx3_error *err)
{
	uint32_t now = 0;
	int rc = cx3_card_read(gw->card, GW_ADDRESS, &now, err);

	if (rc == CX3_OK)
		gw->moved = now == written + GW_BLOCK ? gw->moved + 1 : 0;
	return rc;
}

/* One trial: *right if the address read back whole and the block read the same. In one batch at
 * first; where the command was not in time for that, waited for. */
static int try_top_byte(struct cx3_gateway *gw, uint32_t reg, const uint32_t *expected, bool first,
			bool *right, struct cx3_error *err)
{
	const uint32_t bits = GW_OP(SPI_READ) | GW_SEND_ADDR | GW_READ | GW_HAS_DATA |
			      GW_LOG2_BYTES(GW_BLOCK_LOG2);
	uint32_t words[GW_BLOCK_WORDS] = {0}, echo = 0, busy = GW_BUSY, word = cx3_gw_word(bits);
	int rc;

	cx3_gw_start(gw);
	cx3_gw_write(gw, GW_ADDRESS, &reg, 1);
	cx3_gw_read(gw, GW_ADDRESS, &echo, 1);
	if (first && cx3_gw_groups(gw) && !cx3_way_is_given_up(gw, CX3_WAY_ACK_BUSY)) {
		cx3_gw_command(gw, &word);
		cx3_gw_read(gw, GW_COMMAND, &busy, 1);
		cx3_gw_read(gw, GW_DATA, words, GW_BLOCK_WORDS);
		gw->last_word = word;
	}
	rc = cx3_gw_run(gw, CX3_REPEATABLE, NULL, err);
	if (!rc && (busy & GW_BUSY))
		rc = cx3_gw_exec(gw, bits, &reg, words, GW_BLOCK_WORDS, err);
	*right = echo == reg && memcmp(words, expected, GW_BLOCK) == 0;
	return rc;
}

/*
 * Does the address register keep what is written to [31:24], and does a read with a
 * 3-byte address ignore it? command.c says what these bits are used for.
 */
static int probe_top_byte(struct cx3_gateway *gw, uint32_t addr, const uint32_t *expected,
			  struct cx3_error *err)
{
	uint32_t reg = addr | TOP_BYTE_PROBE;
	bool right = false;
	int rc = CX3_OK;

	if (!cx3_way_is_open(gw, CX3_WAY_TOP_BYTE))
		return CX3_OK;
	for (unsigned i = 0; i < TOP_BYTE_TRIES && !rc; i++) {
		rc = try_top_byte(gw, reg, expected, i == 0, &right, err);
		if (!rc && !cx3_gw_groups(gw))
			rc = note_moved(gw, reg, err);
		/* seen once only, that the address moves may be noise: look again */
		if (!rc && right && gw->moved != 1) {
			cx3_way_proven(gw, CX3_WAY_TOP_BYTE, "it read back, and a read ignored it");
			return CX3_OK;
		}
	}
	if (!rc)
		cx3_way_give_up(gw, CX3_WAY_TOP_BYTE, "it did not read back, or changed a read");
	return rc;
}

/* A stream of the proof's blocks, begun anew when the bus breaks it. Where it never comes
 * through though the card answers otherwise, that is an answer too: *came is false. */
static int one_stream(struct cx3_gateway *gw, uint32_t addr, uint32_t *words,
		      struct cx3_gw_stream *stream, bool *came, struct cx3_error *err)
{
	struct cx3_gw_patience patience = {0};
	int rc;

	do {
		rc = cx3_gw_read_stream(gw, addr, words, PROOF_BLOCKS, stream, err);
		if (rc == CX3_E_NO_ACK && patience.fails >= STREAM_NACKS)
			break;
	} while (rc && cx3_gw_try_again(gw, &patience, rc, false));
	*came = rc == CX3_OK;
	return rc == CX3_E_NO_ACK ? CX3_OK : rc;
}

/*
 * After a stream that did not read right: its command may have left chip select held, also
 * where the command register does not tell. A whole command without a hold ends that; its
 * answer may be anything.
 */
static int end_stream(struct cx3_gateway *gw, struct cx3_error *err)
{
	uint32_t answer = 0;
	int rc = cx3_gw_end_command(gw, true, err);

	return rc ? rc
		  : cx3_gw_exec(gw,
				GW_OP(SPI_READ_STATUS) | GW_READ | GW_HAS_DATA | GW_LOG2_BYTES(2),
				NULL, &answer, 1, err);
}

/* Held reads (`bare` false), or the same with a bare head, as pages are programmed. */
static int prove_held(struct cx3_gateway *gw, uint32_t addr, uint32_t *expected, bool bare,
		      struct cx3_error *err)
{
	enum cx3_way way = bare ? CX3_WAY_BARE_HEAD : CX3_WAY_HELD_READ;
	uint32_t words[PROOF_WORDS];
	unsigned tries = PROOF_TRIES;
	char why[64];

	for (unsigned i = 0; i < tries && cx3_way_is_open(gw, way); i++) {
		struct cx3_gw_stream stream = {.bare_head = bare};
		bool came;
		int rc = one_stream(gw, addr, words, &stream, &came, err);

		if (rc)
			return rc;
		if (came && !stream.suspect && memcmp(words, expected, sizeof(words)) == 0) {
			snprintf(why, sizeof(why), "it read the same %u bytes at 0x%x",
				 (unsigned)sizeof(words), (unsigned)addr);
			cx3_way_proven(gw, way, why);
			return CX3_OK;
		}
		/* a register that echoes plain commands only is not to be relied on: once more
		 * without */
		if (came && !stream.head_echo && i + 1 == PROOF_TRIES &&
		    cx3_way_works(gw, CX3_WAY_COMMAND_ECHO)) {
			cx3_way_give_up(gw, CX3_WAY_COMMAND_ECHO,
					"a command that holds chip select read back otherwise");
			tries++;
		}
		/* One of the two is wrong, perhaps by noise. */
		rc = end_stream(gw, err);
		if (!rc)
			rc = cx3_gw_read_alone(gw, addr, expected, PROOF_BLOCKS, err);
		if (rc)
			return rc;
	}
	if (cx3_way_is_open(gw, way))
		cx3_way_give_up(gw, way, "it did not read what the plain way read");
	return CX3_OK;
}

static int prove_at(struct cx3_gateway *gw, uint32_t addr, const uint32_t *words,
		    struct cx3_error *err)
{
	uint32_t expected[PROOF_WORDS];
	int rc;

	memcpy(expected, words, sizeof(expected));
	rc = probe_top_byte(gw, addr, expected, err);
	if (!rc)
		rc = prove_held(gw, addr, expected, false, err);
	if (!rc)
		rc = prove_held(gw, addr, expected, true, err);
	if (!rc && cx3_way_works(gw, CX3_WAY_BARE_HEAD))
		cx3_way_assumed(gw, CX3_WAY_HELD_PROGRAM, "reads hold chip select");
	if (!rc && cx3_gw_streams(gw)) {
		if (gw->proven_blocks < PROOF_BLOCKS)
			gw->proven_blocks = PROOF_BLOCKS;
		cx3_way_assumed(gw, CX3_WAY_HELD_PROGRAM, "reads hold chip select");
		cx3_way_assumed(gw, CX3_WAY_NO_POLL, "held reads work");
		cx3_gw_take_anchor(gw, addr, expected);
	}
	return rc;
}

int cx3_gw_prove(struct cx3_gateway *gw, uint32_t addr, const uint32_t *words, size_t blocks,
		 struct cx3_error *err)
{
	for (size_t i = 0; i + PROOF_BLOCKS <= blocks; i++) {
		if (can_prove(words + i * GW_BLOCK_WORDS))
			return prove_at(gw, addr + (uint32_t)(i * GW_BLOCK),
					words + i * GW_BLOCK_WORDS, err);
	}
	return CX3_OK;
}

/* Data at addr: `first` are its first blocks. */
static int try_out(struct cx3_gateway *gw, uint32_t addr, const uint32_t *first,
		   struct cx3_error *err)
{
	uint32_t words[PROOF_WORDS];
	int rc = probe_top_byte(gw, addr, first, err);

	if (rc || !cx3_gw_undecided(gw))
		return rc;
	memcpy(words, first, FIRST_WORDS * sizeof(*words));
	rc = cx3_gw_read_plain(gw, addr + FIRST_BLOCKS * GW_BLOCK, words + FIRST_WORDS,
			       PROOF_BLOCKS - FIRST_BLOCKS, err);
	return rc ? rc : cx3_gw_prove(gw, addr, words, PROOF_BLOCKS, err);
}

/* Commands before this one have shown it on most cards: see cx3_gw_exec. */
static int decide_echo(struct cx3_gateway *gw, struct cx3_error *err)
{
	static const uint32_t opcodes[] = {SPI_READ_STATUS, SPI_READ_ID};
	uint32_t answer = 0;
	int rc = CX3_OK;

	for (unsigned i = 0; i < ECHO_TRIES && !rc && cx3_way_is_open(gw, CX3_WAY_COMMAND_ECHO);
	     i++)
		rc = cx3_gw_exec(gw,
				 GW_OP(opcodes[i % 2]) | GW_READ | GW_HAS_DATA | GW_LOG2_BYTES(2),
				 NULL, &answer, 1, err);
	if (!rc && cx3_way_is_open(gw, CX3_WAY_COMMAND_ECHO))
		cx3_way_give_up(gw, CX3_WAY_COMMAND_ECHO, "no command read back as it was written");
	return rc;
}

int cx3_gw_probe(struct cx3_gateway *gw, uint32_t size, struct cx3_error *err)
{
	uint32_t first[FIRST_WORDS];
	uint32_t addr = 0;
	int rc = decide_echo(gw, err);

	/* FS2 looks for its image at 0, 0x10000, 0x20000, 0x40000, ... */
	while (addr < size && !rc &&
	       (cx3_gw_undecided(gw) || cx3_way_is_open(gw, CX3_WAY_TOP_BYTE))) {
		rc = cx3_gw_read_plain(gw, addr, first, FIRST_BLOCKS, err);
		if (!rc && !blank(first, GW_BLOCK_WORDS))
			rc = try_out(gw, addr, first, err);
		addr = addr ? addr * 2 : 0x10000u;
	}
	return rc;
}
