/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Probes of hardware behaviour that no document describes.
 *
 * Two things make reading fast: the gateway keeps chip select low between commands for
 * as long as we like, and it is done before the next I2C message can arrive. The
 * vendor's tool relies on both, but in different places. So the streamed way is used
 * only after it has read the same bytes as the plain way, from data in which a lost,
 * doubled or late block would show. Such data is looked for where images start. A
 * flash that is blank in all those places proves nothing: then reading begins the
 * plain way, and the first data that can prove it decides.
 */
#include "gateway_priv.h"

#include <stdio.h>
#include <string.h>

#define PROOF_WORDS (PROOF_BLOCKS * GW_BLOCK_WORDS)
#define PROOF_TRIES 2u
#define TOP_BYTE_TRIES 3u /* one wrong reading is noise */
#define TOP_BYTE_PROBE 0x5a000000u
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

/*
 * Does the address register keep what is written to [31:24], and does a read with a
 * 3-byte address ignore it? command.c says what these bits are used for.
 */
static int probe_top_byte(struct cx3_gateway *gw, uint32_t addr, const uint32_t *expected,
			  struct cx3_error *err)
{
	uint32_t words[GW_BLOCK_WORDS], reg = addr | TOP_BYTE_PROBE, echo = 0;
	int rc = CX3_OK;

	for (unsigned i = 0; i < TOP_BYTE_TRIES && !rc && !gw->top_byte; i++) {
		rc = cx3_gw_exec(gw,
				 GW_OP(SPI_READ) | GW_SEND_ADDR | GW_READ | GW_HAS_DATA |
					 GW_LOG2_BYTES(GW_BLOCK_LOG2),
				 &reg, words, GW_BLOCK_WORDS, err);
		if (!rc)
			rc = cx3_card_read(gw->card, GW_ADDRESS, &echo, err);
		gw->top_byte = !rc && echo == reg && memcmp(words, expected, GW_BLOCK) == 0;
	}
	return rc;
}

/* A stream of the proof's blocks, begun anew when the bus breaks it. */
static int one_stream(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, bool bare_head,
		      bool *suspect, struct cx3_error *err)
{
	struct cx3_gw_patience patience = {0};
	struct cx3_gw_stream stream = {.bare_head = bare_head};
	int rc;

	do {
		rc = cx3_gw_read_stream(gw, addr, words, PROOF_BLOCKS, &stream, err);
	} while (rc && cx3_gw_try_again(gw, &patience, rc, false));
	*suspect = stream.suspect;
	return rc;
}

/* Once as streams are read, and once with a bare head, as pages are programmed. */
static int stream_proof(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, bool *suspect,
			struct cx3_error *err)
{
	uint32_t bare[PROOF_WORDS] = {0};
	bool bare_suspect = false;
	int rc = one_stream(gw, addr, words, false, suspect, err);

	if (!rc && !*suspect)
		rc = one_stream(gw, addr, bare, true, &bare_suspect, err);
	*suspect |= bare_suspect || (!rc && memcmp(bare, words, sizeof(bare)) != 0);
	return rc;
}

int cx3_gw_prove(struct cx3_gateway *gw, uint32_t addr, const uint32_t *plain,
		 struct cx3_error *err)
{
	uint32_t expected[PROOF_WORDS], streamed[PROOF_WORDS];
	int rc;

	memcpy(expected, plain, sizeof(expected));
	if (!can_prove(expected))
		return CX3_OK;
	rc = probe_top_byte(gw, addr, expected, err);
	for (unsigned i = 0; !rc && i < PROOF_TRIES; i++) {
		bool suspect;

		rc = stream_proof(gw, addr, streamed, &suspect, err);
		if (rc)
			return rc;
		if (!suspect && memcmp(streamed, expected, sizeof(expected)) == 0) {
			gw->ways.streamed = true;
			gw->pages = true;
			cx3_gw_take_anchor(gw, addr, expected);
			gw->undecided = false;
			snprintf(gw->ways.why, sizeof(gw->ways.why),
				 "both ways read the same %u bytes at 0x%x",
				 (unsigned)sizeof(expected), (unsigned)addr);
			return CX3_OK;
		}
		/* One of the two is wrong, perhaps by noise. A command that was lost in a
		 * busy gateway may have left chip select held. */
		rc = cx3_gw_end_command(gw, true, err);
		if (!rc)
			rc = cx3_gw_read_plain(gw, addr, expected, PROOF_BLOCKS, err);
	}
	if (rc)
		return rc;
	cx3_gw_distrust(gw, "the streamed way did not read what the plain way read");
	return CX3_OK;
}

/* Logged, because a report of this from a real card is worth having. */
static void log_findings(const struct cx3_gateway *gw)
{
	const struct cx3_log *log = cx3_card_adapter(gw->card)->log;

	cx3_log(log, CX3_LOG_INFO, "%s: reading %s: %s", cx3_gw_label(gw),
		gw->ways.streamed ? "streams" : "the plain way", gw->ways.why);
	cx3_log(log, CX3_LOG_INFO, "%s: the command register (0xf0400) %s as it was written",
		cx3_gw_label(gw), gw->echoes ? "reads back" : "was not seen to read back");
	cx3_log(log, CX3_LOG_INFO, "%s: a top address byte is %s", cx3_gw_label(gw),
		gw->top_byte ? "kept and not used" : "not known to be harmless");
}

/* Data at addr: `first` is its first block. */
static int try_out(struct cx3_gateway *gw, uint32_t addr, const uint32_t *first,
		   struct cx3_error *err)
{
	uint32_t words[PROOF_WORDS];
	int rc;

	if (gw->options.reading == CX3_READ_PLAIN)
		return probe_top_byte(gw, addr, first, err);
	memcpy(words, first, GW_BLOCK);
	rc = cx3_gw_read_plain(gw, addr + GW_BLOCK, words + GW_BLOCK_WORDS, PROOF_BLOCKS - 1, err);
	return rc ? rc : cx3_gw_prove(gw, addr, words, err);
}

static int look_for_proof(struct cx3_gateway *gw, uint32_t size, struct cx3_error *err)
{
	bool plain = gw->options.reading == CX3_READ_PLAIN;
	uint32_t first[GW_BLOCK_WORDS];
	uint32_t addr = 0;
	int rc = CX3_OK;

	/* FS2 looks for its image at 0, 0x10000, 0x20000, 0x40000, ... */
	while (addr < size && !rc && (plain ? !gw->top_byte : gw->undecided)) {
		rc = cx3_gw_read_plain(gw, addr, first, 1, err);
		if (!rc && !blank(first, GW_BLOCK_WORDS))
			rc = try_out(gw, addr, first, err);
		addr = addr ? addr * 2 : 0x10000u;
	}
	return rc;
}

int cx3_gw_probe(struct cx3_gateway *gw, uint32_t size, struct cx3_error *err)
{
	int rc;

	if (gw->options.reading == CX3_READ_PROBE) {
		gw->undecided = true;
		snprintf(gw->ways.why, sizeof(gw->ways.why),
			 "blank where images start: not proven yet, the plain way is used until "
			 "it is");
	}
	rc = look_for_proof(gw, size, err);

	log_findings(gw);
	return rc;
}
