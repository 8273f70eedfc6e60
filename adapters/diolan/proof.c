/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many commands the dongle bears at once.
 *
 * No document tells. The Linux driver sends up to about sixty that write, and one that reads. So
 * queues of each depth are tried, deeper each time, until one is not answered right; the depth
 * before that is used.
 *
 * Of a queue that is too deep any commands may be lost. On the bus that could make a write of a
 * read, to any register. So the first queue of each depth has commands that are the dongle's own:
 * how it waits for the clock, set to what it is, and its version. Only what has borne that is tried
 * on the bus, by readings of the card's device id (0xf0014), which are compared with one that was
 * made command by command.
 */
#include "adapters.h"
#include "diolan_priv.h"

#include <string.h>

static const uint8_t device_id[4] = {0x00, 0x0f, 0x00, 0x14};
static const unsigned depths[] = {4, 16, 64, 128};

#define READ_COMMANDS 13u /* of a register */
#define MOST_READS 64u
/* Long queues, so that a depth is filled several times over. */
#define OWN_ROUNDS 6u
#define ANSWER_US 300000u
/* One wrong reading may be noise. */
#define TRIES 2u

/* Reads the register `n` times. */
static int read_words(struct diolan *d, uint8_t (*word)[4], size_t n, struct cx3_error *err)
{
	struct cx3_progress_mark mark = {0};
	struct cx3_xfer xfer[MOST_READS];
	int rc;

	for (size_t i = 0; i < n; i++)
		xfer[i] = (struct cx3_xfer){device_id, word[i], 4, 4, false};
	rc = diolan_run(d, xfer, n, &mark, err);
	cx3_adapter_log_own(&d->base, xfer, mark.done, NULL);
	if (rc != CX3_OK)
		cx3_adapter_log_own(&d->base, xfer + mark.done, mark.unsure,
				    cx3_code_name((enum cx3_code)rc));
	return rc;
}

/* The i-th of the dongle's own commands, with operands as most commands of a transfer have one. */
static size_t own_command(const struct diolan *d, unsigned i, uint8_t command[2])
{
	if (i % 4 == 3) {
		command[0] = U2C_FW_VERSION;
		return 1;
	}
	command[0] = U2C_SET_SYNC;
	command[1] = d->sync_on;
	return 2;
}

/* As many of `n` as may be on their way, from number *sent on. */
static int send_own(struct diolan *d, unsigned n, unsigned *sent, struct cx3_error *err)
{
	uint8_t command[2];
	int rc = CX3_OK;

	while (rc == CX3_OK) {
		size_t len = own_command(d, *sent, command);

		if (*sent < n && u2c_has_room(&d->u)) {
			u2c_put(&d->u, command, len);
			++*sent;
		} else if (d->u.queued > 0) {
			rc = u2c_send(&d->u, err);
		} else {
			break;
		}
	}
	return rc;
}

/* Fills queues of this depth with the dongle's own commands. *right: each was answered as its kind
 * is. Fails where USB does. */
static int try_own(struct diolan *d, unsigned depth, bool *right, struct cx3_error *err)
{
	unsigned n = OWN_ROUNDS * depth, sent = 0;
	struct u2c_answer answer;
	int rc = CX3_OK;

	d->u.depth = depth;
	*right = true;
	for (unsigned taken = 0; taken < n && *right && rc == CX3_OK; taken++) {
		if (d->u.awaited <= depth / 2)
			rc = send_own(d, n, &sent, err);
		if (rc == CX3_OK)
			rc = u2c_take(&d->u, &answer, ANSWER_US, err);
		*right = rc == CX3_OK &&
			 (taken % 4 == 3 ? u2c_is_version(&d->u, &answer)
					 : answer.result == U2C_OK && answer.len == 0);
	}
	if (*right || rc == CX3_E_GONE)
		return rc;
	d->u.out_of_step = true;
	return diolan_recover(d, err);
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

/* The one-command way is told once: it is found anew after each failure. */
static void tell_depth(struct diolan *d, unsigned depth)
{
	if (depth > 1)
		cx3_log(d->base.log, CX3_LOG_INFO,
			"%s: up to %u commands are on their way to the dongle at once",
			d->base.label, depth);
	else if (!d->told_single)
		cx3_log(d->base.log, CX3_LOG_WARN,
			"%s: the dongle loses commands where several are on their way, so they go "
			"one at a time: a backup takes hours",
			d->base.label);
	d->told_single |= depth <= 1;
}

static int deepest(struct diolan *d, const uint8_t *known, struct cx3_error *err)
{
	unsigned best = 1;
	bool right = true;

	for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]) && right; i++) {
		right = false;
		for (unsigned tries = 0; tries < TRIES && !right; tries++) {
			int rc = try_own(d, depths[i], &right, err);

			if (rc == CX3_OK && right)
				rc = try_depth(d, depths[i], known, &right, err);
			if (rc != CX3_OK)
				return rc;
		}
		if (right)
			best = depths[i];
	}
	d->u.depth = best;
	d->proven = true;
	tell_depth(d, best);
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
