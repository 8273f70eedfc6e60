/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing documents that the gateway keeps chip select low between commands for
 * as long as we like, or that it is done before the next I2C message can arrive.
 * The vendor's tool relies on both, each in another place. So the streamed way is
 * used only after it gave the same bytes as the plain way did, on data where a
 * block lost, doubled or late would show. Where images start is such data: it is
 * looked for there. A flash that is blank in all those places proves nothing:
 * then reading begins the plain way, and the first data that can prove decides.
 */
#include "flash_priv.h"

#include <stdio.h>
#include <string.h>

#define PROOF_WORDS (PROOF_BLOCKS * GW_BLOCK_WORDS)
#define PROOF_TRIES 2u
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
 * Do the address register's top 8 bits keep what they are given, and mean nothing?
 * See gateway.c for what they are good for.
 */
static int probe_top_byte(struct cx3_flash *flash, uint32_t addr, const uint32_t *expected,
			  struct cx3_error *err)
{
	uint32_t words[GW_BLOCK_WORDS], reg = addr | TOP_BYTE_PROBE, echo = 0;
	int rc = cx3_gw_exec(flash,
			     GW_OP(SPI_READ) | GW_SEND_ADDR | GW_READ | GW_HAS_DATA |
				     GW_LOG2_BYTES(GW_BLOCK_LOG2),
			     &reg, words, GW_BLOCK_WORDS, err);

	if (!rc)
		rc = cx3_card_read(flash->card, GW_ADDRESS, &echo, err);
	flash->top_byte = !rc && echo == reg && memcmp(words, expected, GW_BLOCK) == 0;
	return rc;
}

/* A stream of the proof's blocks, begun anew when the bus breaks it. */
static int one_stream(struct cx3_flash *flash, uint32_t addr, uint32_t *words, bool bare_head,
		      bool *suspect, struct cx3_error *err)
{
	struct cx3_flash_patience patience = {0};
	struct cx3_flash_stream stream = {.bare_head = bare_head};
	int rc;

	do {
		rc = cx3_flash_read_stream(flash, addr, words, PROOF_BLOCKS, &stream, err);
	} while (rc && cx3_flash_try_again(flash, &patience, rc, false));
	*suspect = stream.suspect;
	return rc;
}

/* Once as streams are read, and once with a bare head, as pages are programmed. */
static int stream_proof(struct cx3_flash *flash, uint32_t addr, uint32_t *words, bool *suspect,
			struct cx3_error *err)
{
	uint32_t bare[PROOF_WORDS] = {0};
	bool bare_suspect = false;
	int rc = one_stream(flash, addr, words, false, suspect, err);

	if (!rc && !*suspect)
		rc = one_stream(flash, addr, bare, true, &bare_suspect, err);
	*suspect |= bare_suspect || (!rc && memcmp(bare, words, sizeof(bare)) != 0);
	return rc;
}

int cx3_flash_prove(struct cx3_flash *flash, uint32_t addr, const uint32_t *plain,
		    struct cx3_error *err)
{
	uint32_t expected[PROOF_WORDS], streamed[PROOF_WORDS];
	int rc;

	memcpy(expected, plain, sizeof(expected));
	if (!can_prove(expected))
		return CX3_OK;
	rc = probe_top_byte(flash, addr, expected, err);
	for (unsigned i = 0; !rc && i < PROOF_TRIES; i++) {
		bool suspect;

		rc = stream_proof(flash, addr, streamed, &suspect, err);
		if (rc)
			return rc;
		if (!suspect && memcmp(streamed, expected, sizeof(expected)) == 0) {
			flash->ways.streamed = true;
			flash->undecided = false;
			snprintf(flash->ways.why, sizeof(flash->ways.why),
				 "both ways read the same %u bytes at 0x%x",
				 (unsigned)sizeof(expected), (unsigned)addr);
			return CX3_OK;
		}
		/* One of the two is wrong, perhaps by noise. A command that was lost in a
		 * busy gateway may have left chip select held. */
		rc = cx3_gw_end_command(flash, true, err);
		if (!rc)
			rc = cx3_flash_read_plain(flash, addr, expected, PROOF_BLOCKS, err);
	}
	if (rc)
		return rc;
	cx3_flash_distrust(flash, "the streamed way did not read what the plain way read");
	return CX3_OK;
}

int cx3_flash_probe_ways(struct cx3_flash *flash, struct cx3_error *err)
{
	uint32_t words[PROOF_WORDS];
	uint32_t addr = 0;

	flash->undecided = true;
	snprintf(flash->ways.why, sizeof(flash->ways.why),
		 "blank where images start: not proven yet, the plain way is used until it is");
	/* FS2 looks for its image at 0, 0x10000, 0x20000, 0x40000, ... */
	while (flash->undecided && addr < flash->part->size) {
		int rc = cx3_flash_read_plain(flash, addr, words, 1, err);

		if (!rc && !blank(words, GW_BLOCK_WORDS)) {
			rc = cx3_flash_read_plain(flash, addr + GW_BLOCK, words + GW_BLOCK_WORDS,
						  PROOF_BLOCKS - 1, err);
			if (!rc)
				rc = cx3_flash_prove(flash, addr, words, err);
		}
		if (rc)
			return rc;
		addr = addr ? addr * 2 : 0x10000u;
	}
	return CX3_OK;
}
