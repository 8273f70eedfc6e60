/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What messages to the registers do on this card, tried out on the gateway's data and address
 * registers before the first command: they hold what is written to them and do nothing.
 *
 * On a card that does all of it, and with clean wires, one batch shows it. Where that does not
 * come out right twice, each behaviour is tried alone, beginning with the least that a card can
 * do: one register a message, each message a call of its own. A behaviour counts as proven when
 * one of three trials comes out right, since a wrong one may be noise and a right one can't.
 */
#include "gateway_priv.h"

#include <string.h>

#define TRIALS 3u
#define FAST_TRIALS 2u
/* Any words do in which a lost, doubled or moved one shows. They differ from trial to trial. */
#define PATTERN 0x5a17c3e9u
#define PATTERN_STEP 0x31415927u
#define LONG_MESSAGE 20u /* four bytes of address, four words */

/* What one trial writes and reads. */
struct trial {
	bool block_write, block_read; /* all data words in one message */
	uint32_t words[GW_BLOCK_WORDS], back[GW_BLOCK_WORDS];
	uint32_t addr, addr_back;
};

static void begin(struct cx3_gateway *gw, struct trial *t)
{
	gw->pattern += PATTERN_STEP;
	for (unsigned i = 0; i < GW_BLOCK_WORDS; i++)
		t->words[i] = gw->pattern ^ PATTERN * (i + 1);
	t->addr = gw->pattern & 0xffffffu;
	t->addr_back = ~t->addr;
	memset(t->back, 0, sizeof(t->back));
}

/* What was written last is read first: nothing has passed since. */
static void add_data(struct cx3_gateway *gw, struct trial *t, bool write, bool block)
{
	uint16_t most = block ? GW_BLOCK_WORDS : 1;

	for (unsigned n = 0; n < GW_BLOCK_WORDS; n += most) {
		unsigned i = write ? n : GW_BLOCK_WORDS - most - n;

		if (write)
			cx3_gw_write(gw, GW_DATA + 4 * i, t->words + i, most);
		else
			cx3_gw_read(gw, GW_DATA + 4 * i, t->back + i, most);
	}
}

/* *right: everything that was written was read back. A message that the card does not
 * acknowledge is a trial that came out wrong. */
static int run(struct cx3_gateway *gw, struct trial *t, bool *right, struct cx3_error *err)
{
	int rc;

	begin(gw, t);
	cx3_gw_start(gw);
	add_data(gw, t, true, t->block_write);
	add_data(gw, t, false, t->block_read);
	rc = cx3_gw_run(gw, CX3_ONCE, NULL, err);
	*right = rc == CX3_OK && memcmp(t->words, t->back, sizeof(t->words)) == 0;
	return rc && cx3_code_may_pass(rc) ? CX3_OK : rc;
}

/* One batch with everything in it. */
static int run_all(struct cx3_gateway *gw, bool *right, struct cx3_error *err)
{
	struct trial t = {.block_write = true};
	uint32_t block[GW_BLOCK_WORDS] = {0};
	int rc;

	begin(gw, &t);
	cx3_gw_start(gw);
	add_data(gw, &t, true, true);
	cx3_gw_read(gw, GW_DATA, block, GW_BLOCK_WORDS);
	cx3_gw_write(gw, GW_ADDRESS, &t.addr, 1);
	cx3_gw_read(gw, GW_ADDRESS, &t.addr_back, 1);
	add_data(gw, &t, false, false);
	rc = cx3_gw_run(gw, CX3_ONCE, NULL, err);
	*right = rc == CX3_OK && t.addr_back == t.addr &&
		 memcmp(t.words, t.back, sizeof(t.words)) == 0 &&
		 memcmp(t.words, block, sizeof(block)) == 0;
	return rc && cx3_code_may_pass(rc) ? CX3_OK : rc;
}

/* Up to three trials; proven by the first that comes out right. */
static int decide(struct cx3_gateway *gw, enum cx3_way way, struct trial t, const char *no,
		  struct cx3_error *err)
{
	bool right = false;
	int rc = CX3_OK;

	if (cx3_way_is_given_up(gw, way) || cx3_way_works(gw, way))
		return CX3_OK;
	for (unsigned i = 0; i < TRIALS && !right && rc == CX3_OK; i++)
		rc = run(gw, &t, &right, err);
	if (right)
		cx3_way_proven(gw, way, "what was written was read back");
	else if (rc == CX3_OK)
		cx3_way_give_up(gw, way, no);
	return rc;
}

/* 0xf0404, of which 24 bits are used. */
static int decide_address(struct cx3_gateway *gw, struct cx3_error *err)
{
	struct trial t = {.addr = 0};
	int rc = CX3_OK;

	for (unsigned i = 0; i < TRIALS && rc == CX3_OK; i++) {
		begin(gw, &t);
		cx3_gw_start(gw);
		cx3_gw_write(gw, GW_ADDRESS, &t.addr, 1);
		cx3_gw_read(gw, GW_ADDRESS, &t.addr_back, 1);
		rc = cx3_gw_run(gw, CX3_REPEATABLE, NULL, err);
		if (rc == CX3_OK && t.addr == t.addr_back) {
			cx3_way_proven(gw, CX3_WAY_ADDRESS_ECHO, "three bytes were read back");
			return CX3_OK;
		}
	}
	if (rc == CX3_OK)
		cx3_way_give_up(gw, CX3_WAY_ADDRESS_ECHO, "it read otherwise three times");
	return rc;
}

/* The card's messages as the table has it now. */
static void apply(struct cx3_gateway *gw)
{
	struct cx3_card_manners *manners = cx3_card_manners(gw->card);

	manners->alone = cx3_way_is_given_up(gw, CX3_WAY_JOIN);
	manners->flush = cx3_way_is_given_up(gw, CX3_WAY_READ_AFTER);
	manners->single_reads = cx3_way_is_given_up(gw, CX3_WAY_BLOCK_READ);
	manners->single_writes = cx3_way_is_given_up(gw, CX3_WAY_BLOCK_WRITE);
}

/* From the least that a card can do upwards, each with what the ones before have shown. */
static int one_by_one(struct cx3_gateway *gw, struct cx3_error *err)
{
	struct cx3_card_manners *manners = cx3_card_manners(gw->card);
	struct trial single = {.addr = 0}, reads = {.block_read = true},
		     writes = {.block_write = true};
	int rc;

	*manners = (struct cx3_card_manners){.alone = true};
	rc = decide(gw, CX3_WAY_READ_AFTER, single, "it read what was there before", err);
	manners->flush = cx3_way_is_given_up(gw, CX3_WAY_READ_AFTER);
	manners->alone = cx3_way_is_given_up(gw, CX3_WAY_JOIN);
	if (!rc)
		rc = decide(gw, CX3_WAY_JOIN, single, "only the last one was carried out", err);
	apply(gw);
	manners->single_reads = manners->single_writes = false;
	if (!rc)
		rc = decide(gw, CX3_WAY_BLOCK_READ, reads, "the words read otherwise than alone",
			    err);
	if (!rc)
		rc = decide(gw, CX3_WAY_BLOCK_WRITE, writes, "not all words were written", err);
	apply(gw);
	if (!rc && cx3_way_is_open(gw, CX3_WAY_ADDRESS_ECHO))
		rc = decide_address(gw, err);
	return rc;
}

static void tell_lengths(struct cx3_gateway *gw)
{
	const struct cx3_adapter *adapter = cx3_card_adapter(gw->card);

	if (adapter->max_write < LONG_MESSAGE || adapter->max_read < GW_BLOCK)
		cx3_way_give_up(gw, CX3_WAY_LONG, "it refused a message of that length");
	else
		cx3_way_proven(gw, CX3_WAY_LONG, "it refuses none that was asked for");
}

int cx3_gw_probe_registers(struct cx3_gateway *gw, struct cx3_error *err)
{
	static const enum cx3_way shown[] = {CX3_WAY_JOIN, CX3_WAY_READ_AFTER, CX3_WAY_BLOCK_READ,
					     CX3_WAY_BLOCK_WRITE, CX3_WAY_ADDRESS_ECHO};
	bool right = false;
	int rc = CX3_OK;

	gw->pattern ^= (uint32_t)cx3_gw_now_us(gw);
	apply(gw);
	for (unsigned i = 0; i < FAST_TRIALS && !right && rc == CX3_OK; i++)
		rc = run_all(gw, &right, err);
	for (unsigned i = 0; i < sizeof(shown) / sizeof(shown[0]) && right; i++)
		cx3_way_proven(gw, shown[i], "what was written was read back");
	if (rc == CX3_OK && !right)
		rc = one_by_one(gw, err);
	if (rc == CX3_OK)
		tell_lengths(gw);
	return rc;
}

int cx3_gw_prepare_link(struct cx3_gateway *gw, struct cx3_error *err)
{
	int rc;

	if (cx3_card_identity(gw->card)->state != CX3_CARD_LIVEFISH ||
	    cx3_way_is_given_up(gw, CX3_WAY_LIVEFISH_LINK))
		return CX3_OK;
	rc = cx3_card_prepare_write(gw->card, err);
	if (rc == CX3_OK)
		cx3_way_proven(gw, CX3_WAY_LIVEFISH_LINK, "0xf3834 [28:27] read back as 2");
	if (rc != CX3_E_VERIFY)
		return rc;
	cx3_way_give_up(gw, CX3_WAY_LIVEFISH_LINK, "0xf3834 [28:27] read back otherwise");
	return CX3_OK;
}

int cx3_gw_leave_link(struct cx3_gateway *gw, struct cx3_error *err)
{
	cx3_way_give_up(gw, CX3_WAY_LIVEFISH_LINK, "refused by the user");
	return cx3_card_undo_prepare(gw->card, err);
}
