/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The link test: readings of what is known, and the wrong bits among them. It reads nothing
 * but 0xf0014, the one register that is known never to change and known to be harmless.
 */
#include "card_priv.h"

#include <string.h>

/* Two slave addresses, a register's address, its word. */
#define BITS_A_READING (UINT64_C(8) * (1 + 4 + 1 + 4))
#define MOST_BITS_OF_NOISE 3u
#define FLASH_BLOCK 16u

bool cx3_link_above(const struct cx3_link *link, uint64_t limit)
{
	return link->wrong > 1 && link->wrong * limit > link->bits;
}

bool cx3_link_noisy(const struct cx3_link *link)
{
	return cx3_link_above(link, CX3_LINK_LIMIT);
}

/* As few as explain it: what was read from elsewhere differs in any number of bits. */
static unsigned wrong_bits(unsigned different)
{
	return different > MOST_BITS_OF_NOISE ? 1 : different;
}

static void count(const struct cx3_card *card, const uint32_t *word, unsigned readings,
		  struct cx3_link *link)
{
	for (unsigned i = 0; i < readings; i++)
		link->wrong += wrong_bits((unsigned)__builtin_popcount(word[i] ^ card->id_word));
	link->bits += readings * BITS_A_READING;
}

int cx3_card_link(struct cx3_card *card, unsigned readings, enum cx3_repeat repeat,
		  struct cx3_link *link, struct cx3_error *err)
{
	struct cx3_regop ops[CX3_LINK_BATCH];
	uint32_t word[CX3_LINK_BATCH];
	int rc = CX3_OK;

	for (unsigned left = readings; left > 0 && rc == CX3_OK;) {
		unsigned n = left < CX3_LINK_BATCH ? left : CX3_LINK_BATCH;

		for (unsigned i = 0; i < n; i++)
			ops[i] = (struct cx3_regop){
				.reg = REG_HW_ID, .words = &word[i], .count = 1};
		rc = cx3_card_run(card, ops, n, repeat, NULL, err);
		if (rc == CX3_OK)
			count(card, word, n, link);
		left -= n;
	}
	return rc;
}

int cx3_link_read(struct cx3_card *card, unsigned readings, struct cx3_link *link,
		  struct cx3_error *err)
{
	return cx3_card_link(card, readings, CX3_REPEATABLE, link, err);
}

void cx3_link_compare(const void *first, const void *second, size_t len, struct cx3_link *link)
{
	const uint8_t *a = first, *b = second;

	for (size_t at = 0; at < len; at += FLASH_BLOCK) {
		unsigned different = 0;

		for (size_t i = at; i < len && i < at + FLASH_BLOCK; i++)
			different += (unsigned)__builtin_popcount(a[i] ^ b[i]);
		link->wrong += wrong_bits(different);
	}
	link->bits += 16 * (uint64_t)len;
}
