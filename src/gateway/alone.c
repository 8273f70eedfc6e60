/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is the tool alone at the gateway while it holds the flash semaphore?
 *
 * That the firmware takes the semaphore each time is what the vendor's sources lead one to think,
 * and not known of each firmware. If it does not, then it may change the address between its
 * read-back and the erase that uses it, and nothing can prevent that. So before the first write
 * the registers are watched for a while: they hold a pattern and nothing is done to them. What
 * uses the gateway more seldom than that is noticed by what it changes, and told as what it is:
 * after a failure the registers are watched again.
 */
#include "gateway_priv.h"

#include <string.h>

#include "cx3flash/link.h"

#define TURN_US 200000u /* a hold of the semaphore */
#define PAUSE_US 10000u
#define TRIES 3u
#define MOST_BITS_OF_NOISE 3u
#define NOISE_READINGS 8000u /* 80 bits each: at one wrong bit in 10^5 some are seen */
#define PATTERN_STEP 0x31415927u

/* Four data words, and the address. */
#define WORDS (GW_BLOCK_WORDS + 1u)

static int write_pattern(struct cx3_gateway *gw, uint32_t *words, struct cx3_error *err)
{
	gw->pattern += PATTERN_STEP;
	for (unsigned i = 0; i < WORDS; i++)
		words[i] = gw->pattern * (2 * i + 1);
	words[GW_BLOCK_WORDS] &= 0xffffffu;
	cx3_gw_start(gw);
	cx3_gw_write(gw, GW_DATA, words, GW_BLOCK_WORDS);
	cx3_gw_write(gw, GW_ADDRESS, &words[GW_BLOCK_WORDS], 1);
	return cx3_gw_run(gw, CX3_REPEATABLE, NULL, err);
}

/* *now: what reads otherwise, 0 in place of what reads as it should. *other: it differs in more
 * bits than noise changes. */
static int compare(struct cx3_gateway *gw, const uint32_t *words, uint32_t *now, bool *other,
		   struct cx3_error *err)
{
	bool echoes = cx3_way_works(gw, CX3_WAY_ADDRESS_ECHO);
	unsigned bits = 0;
	int rc;

	memcpy(now, words, WORDS * sizeof(*now));
	cx3_gw_start(gw);
	cx3_gw_read(gw, GW_DATA, now, GW_BLOCK_WORDS);
	if (echoes)
		cx3_gw_read(gw, GW_ADDRESS, &now[GW_BLOCK_WORDS], 1);
	rc = cx3_gw_run(gw, CX3_REPEATABLE, NULL, err);
	for (unsigned i = 0; i < WORDS; i++) {
		bits += (unsigned)__builtin_popcount(now[i] ^ words[i]);
		now[i] = now[i] == words[i] ? 0 : now[i];
	}
	*other = rc == CX3_OK && bits > MOST_BITS_OF_NOISE;
	return rc;
}

/*
 * Writes a pattern until it reads back: *kept. Where it never does, either somebody is so quick
 * that he always comes between, and then it reads otherwise each time (*other), or the registers
 * do not keep what is written, and nothing can be told.
 */
static int place_pattern(struct cx3_gateway *gw, uint32_t *words, bool *kept, bool *other,
			 struct cx3_error *err)
{
	uint32_t now[2][WORDS];
	bool differs = true;
	int rc = CX3_OK;

	for (unsigned i = 0; i < TRIES && differs && rc == CX3_OK; i++) {
		rc = write_pattern(gw, words, err);
		if (rc == CX3_OK)
			rc = compare(gw, words, now[i % 2], &differs, err);
	}
	*kept = !differs;
	*other = rc == CX3_OK && differs && memcmp(now[0], now[1], sizeof(now[0])) != 0;
	return rc;
}

/* One hold, in which the registers are written once and looked at again and again. *reset: what
 * was seen is a reset of the chip, which frees the semaphore as well. */
static int one_turn(struct cx3_gateway *gw, bool *other, bool *reset, struct cx3_error *err)
{
	uint64_t started = cx3_gw_now_us(gw);
	uint32_t words[WORDS], now[WORDS], busy;
	bool kept = false, twice = false;
	int rc = cx3_gw_wait(gw, &busy, err);

	*other = *reset = false;
	if (rc == CX3_OK)
		rc = place_pattern(gw, words, &kept, other, err);
	while (rc == CX3_OK && kept && !*other && cx3_gw_now_us(gw) - started < TURN_US) {
		cx3_gw_wait_us(gw, PAUSE_US);
		rc = compare(gw, words, now, other, err);
		if (rc == CX3_OK && *other)
			rc = compare(gw, words, now, &twice, err);
		*other = *other && twice;
	}
	if (rc == CX3_OK && (*other || !kept))
		rc = cx3_card_lost_semaphore(gw->card, reset, err);
	*other = *other || *reset;
	return rc;
}

/*
 * One wrong bit in a register's address changes whole words, and one that makes a read a write
 * changes them for good. So before others are named, the wires are tried: they may be it.
 */
static bool may_be_noise(const struct cx3_gateway *gw)
{
	struct cx3_link link = {0};

	return cx3_link_read(gw->card, NOISE_READINGS, &link, NULL) != CX3_OK || link.wrong > 0;
}

static int somebody(const struct cx3_gateway *gw, bool reset, struct cx3_error *err)
{
	if (reset)
		return cx3_fail(
			err, CX3_E_CHANGED, cx3_gw_label(gw),
			"The card is being reset: the flash gateway's registers (0xf0404 to "
			"0xf041c) have lost what this tool has written there, and the flash "
			"semaphore that it holds reads as free.\n"
			"Keep the host's driver away from the card (unload it, or hold the host in "
			"its setup), check the card's power, and run the command again.");
	if (!cx3_gw_firmware_runs(gw))
		return cx3_fail(
			err, CX3_E_GATEWAY, cx3_gw_label(gw),
			"The flash gateway's registers (0xf0404 to 0xf041c) change while this tool "
			"holds the flash semaphore, and no firmware runs: something on the card's "
			"host uses them without asking.\n"
			"Keep the host's driver and tools away from the card, or hold the host in its "
			"setup, and run the command again.");
	return cx3_fail(err, CX3_E_GATEWAY, cx3_gw_label(gw),
			"The flash gateway's registers (0xf0404 to 0xf041c) change while this tool "
			"holds the flash semaphore: the card's firmware, or something on its host, "
			"uses them without asking.\n"
			"Start the card with its flash-not-present pins shorted, so that no "
			"firmware runs, keep the host's driver and tools away from it, and run the "
			"command again.");
}

int cx3_gw_watch(struct cx3_gateway *gw, uint64_t us, struct cx3_error *err)
{
	bool other = false, reset = false;

	for (uint64_t watched = 0; watched < us; watched += TURN_US) {
		int rc = cx3_gw_begin(gw, TURN_US, err);

		if (rc)
			return rc;
		rc = cx3_gw_end(gw, one_turn(gw, &other, &reset, err), err);
		if (rc)
			return rc;
		if (other && !may_be_noise(gw))
			return somebody(gw, reset, err);
	}
	return CX3_OK;
}

int cx3_gw_blame(struct cx3_gateway *gw, int rc, uint64_t us, struct cx3_error *err)
{
	struct cx3_error why = {0};
	int seen = cx3_gw_watch(gw, us, &why);

	if (seen != CX3_E_GATEWAY && seen != CX3_E_CHANGED)
		return rc;
	if (err)
		*err = why;
	return seen;
}
