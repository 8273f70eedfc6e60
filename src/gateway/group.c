/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plain way of reading, many commands at a time: for each block its address, the command,
 * the command register and the data (50 wire bytes), all of them in one batch. Nothing waits
 * for the busy bit in between, so it is judged afterwards. A block whose command was not done
 * yet when its data were read is read again alone, and the one after it as well, whose address
 * may have come while the gateway was busy.
 *
 * A command that does not arrive leaves the block before it in the data registers. So a block
 * that is the same as the one before it, and not blank, is read again too. Blank blocks are
 * too many for that. A second reading of them goes downwards: there a lost command shows the block
 * above, where the first reading has shown the one below.
 */
#include "gateway_priv.h"

#include <string.h>

#define STEPS 4u /* of a block */
/* Of a group's blocks, one in so many may be read again alone. */
#define MOST_AGAIN 4u
#define MOST_BUSY_GROUPS 2u
#define LEAST_PROOF 4u /* commands that show something when they are in time, or are not */

struct group {
	uint32_t addr, *words;
	size_t blocks, sure; /* the first `sure` in their order are through */
	bool down;
	uint32_t word, end; /* the command; the address register after the last one */
	uint32_t *at, *answer;
};

/* The place in memory of the k-th block that is read. */
static size_t place(const struct group *g, size_t k)
{
	return g->down ? g->blocks - 1 - k : k;
}

static uint32_t *words_of(const struct group *g, size_t k)
{
	return g->words + place(g, k) * GW_BLOCK_WORDS;
}

static int send(struct cx3_gateway *gw, struct group *g, struct cx3_error *err)
{
	struct cx3_progress_mark mark;
	int rc;

	cx3_gw_start(gw);
	for (size_t k = 0; k < g->blocks; k++) {
		g->at[k] = g->addr + (uint32_t)(place(g, k) * GW_BLOCK);
		g->answer[k] = GW_BUSY;
		cx3_gw_write(gw, GW_ADDRESS, &g->at[k], 1);
		cx3_gw_command(gw, &g->word);
		cx3_gw_blind(gw); /* it only reads */
		cx3_gw_read(gw, GW_COMMAND, &g->answer[k], 1);
		cx3_gw_read(gw, GW_DATA, words_of(g, k), GW_BLOCK_WORDS);
	}
	g->end = g->at[g->blocks - 1];
	cx3_gw_read(gw, GW_ADDRESS, &g->end, 1);
	rc = cx3_gw_run(gw, CX3_ONCE, &mark, err);
	g->sure = rc ? mark.done / STEPS : g->blocks;
	gw->last_word = g->word;
	return rc;
}

/* The k-th command was not done when its data were read, or arrived as another one. */
static bool is_late(const struct cx3_gateway *gw, const struct group *g, size_t k)
{
	uint32_t wrong = g->answer[k] ^ g->word;

	if (g->answer[k] & GW_BUSY)
		return true;
	return cx3_way_works(gw, CX3_WAY_COMMAND_ECHO) && (wrong & ~GW_BUSY);
}

static bool is_same(const struct group *g, size_t k)
{
	return k > 0 && !cx3_gw_is_blank(words_of(g, k)) &&
	       memcmp(words_of(g, k), words_of(g, k - 1), GW_BLOCK) == 0;
}

static size_t count_late(const struct cx3_gateway *gw, const struct group *g)
{
	size_t late = 0;

	for (size_t k = 0; k < g->sure; k++)
		late += is_late(gw, g, k);
	return late;
}

static size_t count_same(const struct group *g)
{
	size_t same = 0;

	for (size_t k = 0; k < g->sure; k++)
		same += is_same(g, k);
	return same;
}

/* Reads again alone what can't be believed. *got: so many in their order are right then. */
static int mend(struct cx3_gateway *gw, const struct group *g, size_t *got, struct cx3_error *err)
{
	bool all_same = count_same(g) * MOST_AGAIN > g->blocks;
	bool before_late = false;

	if (g->sure == g->blocks)
		gw->moved = g->end == g->at[g->blocks - 1] + GW_BLOCK ? gw->moved + 1 : 0;
	for (size_t k = 0; k < g->sure; k++) {
		bool late = is_late(gw, g, k);
		bool again = late || before_late || (!all_same && is_same(g, k));
		int rc = CX3_OK;

		if (k + 1 == g->blocks && g->end != g->at[k] && !cx3_gw_address_moves(gw) &&
		    !cx3_way_is_given_up(gw, CX3_WAY_ADDRESS_ECHO))
			again = true;
		before_late = late;
		*got = k;
		if (again)
			rc = cx3_gw_read_alone(gw, g->at[k], words_of(g, k), 1, err);
		if (rc)
			return rc;
		gw->counts.repeats += late;
		gw->counts.bytes_read -= again ? GW_BLOCK : 0; /* counted once */
	}
	*got = g->sure;
	return CX3_OK;
}

static void judge(struct cx3_gateway *gw, const struct group *g, size_t late)
{
	if (g->sure >= LEAST_PROOF)
		cx3_way_proven(gw, CX3_WAY_ACK_BUSY,
			       "messages right after a command were acknowledged");
	if (late >= LEAST_PROOF && late * MOST_AGAIN > g->sure)
		gw->busy_groups++;
	else if (g->sure >= LEAST_PROOF && late == 0)
		cx3_way_proven(gw, CX3_WAY_NO_POLL, "each of a group of commands was done in time");
	if (gw->busy_groups >= MOST_BUSY_GROUPS)
		cx3_way_give_up(gw, CX3_WAY_NO_POLL,
				"commands were not done when their data were read");
}

int cx3_gw_read_group(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		      bool down, size_t *got, struct cx3_error *err)
{
	struct group g = {.addr = addr, .blocks = blocks, .down = down};
	size_t late;
	int rc, rc_mend;

	g.word = cx3_gw_word(GW_OP(SPI_READ) | GW_SEND_ADDR | GW_READ | GW_HAS_DATA |
			     GW_LOG2_BYTES(GW_BLOCK_LOG2));
	g.words = words;
	g.at = gw->group;
	g.answer = gw->group + GW_MAX_GROUP;
	*got = 0;
	rc = send(gw, &g, err);
	late = count_late(gw, &g);
	judge(gw, &g, late);
	/* most of them: each would cost a call, so that the next group begins there */
	if (late * MOST_AGAIN > g.sure && g.sure > MOST_AGAIN)
		g.sure = MOST_AGAIN;
	rc_mend = mend(gw, &g, got, rc ? NULL : err);
	gw->counts.bytes_read += *got * GW_BLOCK;
	gw->read_plain |= cx3_gw_streams(gw);
	return rc ? rc : rc_mend;
}

/* The gateway's answer to a command did not come though the card was there: NACKs while a
 * command runs. Alone, each command is waited for. */
static bool is_nack(int rc)
{
	return rc == CX3_E_NO_ACK || rc == CX3_E_NACK_DATA;
}

int cx3_gw_read_plain(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		      struct cx3_error *err)
{
	struct cx3_gw_patience patience = {0};
	int rc = CX3_OK;

	while (blocks > 0) {
		size_t got = 0, now = blocks < GW_MAX_GROUP ? blocks : GW_MAX_GROUP;

		if (!cx3_gw_groups(gw))
			return cx3_gw_read_alone(gw, addr, words, blocks, err);
		rc = cx3_gw_read_group(gw, addr, words, now, false, &got, err);
		if (rc && got == 0 && is_nack(rc)) {
			rc = cx3_gw_read_alone(gw, addr, words, 1, err);
			got = rc == CX3_OK;
		}
		addr += (uint32_t)(got * GW_BLOCK);
		words += got * GW_BLOCK_WORDS;
		blocks -= got;
		if (rc && !cx3_gw_try_again(gw, &patience, rc, got > 0))
			return rc;
	}
	return CX3_OK;
}

int cx3_gw_read_down(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		     size_t *got, struct cx3_error *err)
{
	int rc = CX3_OK;

	*got = 0;
	if (cx3_gw_groups(gw) && blocks > 1)
		rc = cx3_gw_read_group(gw, addr, words, blocks, true, got, err);
	if (*got > 0 || (rc && !is_nack(rc)))
		return rc;
	/* one block alone, so that a card that needs it comes on */
	words += (blocks - 1) * GW_BLOCK_WORDS;
	addr += (uint32_t)((blocks - 1) * GW_BLOCK);
	rc = cx3_gw_read_alone(gw, addr, words, 1, err);
	*got = rc == CX3_OK;
	return rc;
}
