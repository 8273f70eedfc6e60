/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many commands the dongle bears at once.
 *
 * No document tells. The Linux driver sends up to about sixty that write, and one that reads. So
 * a register of the card is read one command at a time, and then by queues that are twice and
 * more as long as the depth to be proven, deeper each time, until one does not read the same. The
 * depth before that is used.
 *
 * The register is the device id (0xf0014). Reading it has no effect, and it answers in all states
 * of the card. Of a queue that is too deep any commands may be lost. What is left then names no
 * other register, and the most that it can write is this one, which can't be changed.
 */
#include "diolan_priv.h"

#include <string.h>

static const uint8_t device_id[4] = {0x00, 0x0f, 0x00, 0x14};
static const unsigned depths[] = {4, 16, 64, 128};

#define READ_COMMANDS 13u /* of a register */
#define MOST_READS 64u
/* One wrong reading may be noise. */
#define TRIES 2u

/* Reads the register `n` times. */
static int read_words(struct diolan *d, uint8_t (*word)[4], size_t n, struct cx3_error *err)
{
	struct cx3_progress_mark mark;
	struct cx3_xfer xfer[MOST_READS];

	for (size_t i = 0; i < n; i++)
		xfer[i] = (struct cx3_xfer){device_id, word[i], 4, 4, false};
	return diolan_run(d, xfer, n, &mark, err);
}

/* *right: as many answers as commands, and all words are `known`. Fails where USB does. */
static int try_depth(struct diolan *d, unsigned depth, const uint8_t *known, bool *right,
		     struct cx3_error *err)
{
	uint8_t word[MOST_READS][4];
	size_t n = 2 * depth / READ_COMMANDS + 4;
	int rc;

	d->u.depth = depth;
	rc = read_words(d, word, n, err);
	*right = rc == CX3_OK;
	for (size_t i = 0; i < n && *right; i++)
		*right = memcmp(word[i], known, 4) == 0;
	if (rc == CX3_E_GONE)
		return rc;
	return *right ? CX3_OK : diolan_recover(d, err);
}

static int deepest(struct diolan *d, const uint8_t *known, struct cx3_error *err)
{
	unsigned best = 1;
	bool right = true;

	for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]) && right; i++) {
		right = false;
		for (unsigned tries = 0; tries < TRIES && !right; tries++) {
			int rc = try_depth(d, depths[i], known, &right, err);

			if (rc != CX3_OK)
				return rc;
		}
		if (right)
			best = depths[i];
	}
	d->u.depth = best;
	d->proven = true;
	cx3_log(d->base.log, CX3_LOG_INFO,
		best > 1 ? "%s: up to %u commands are on their way to the dongle at once"
			 : "%s: the dongle bears %u command at a time: this will be slow",
		d->base.label, best);
	return CX3_OK;
}

int diolan_prove(struct diolan *d, struct cx3_error *err)
{
	uint8_t word[2][4];
	int rc;

	d->u.depth = 1;
	rc = read_words(d, word, 2, NULL);
	if (rc == CX3_OK && memcmp(word[0], word[1], 4) == 0)
		return deepest(d, word[0], err);
	return diolan_recover(d, err);
}
