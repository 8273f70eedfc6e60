/* SPDX-License-Identifier: BSD-2-Clause */
/* clock=auto on a card whose wires are good up to some clock. */
#include "cx3flash/link.h"
#include "flash_fixture.h"
#include "said.h"
#include "sim/simcard.h"

#define SIZE 0x80000u

static struct cx3_link link_read;

static const struct simcard_counts *counts(const struct fixture *b)
{
	return simcard_counts(simcard_behind(b->adapter));
}

static int choose(struct fixture *b, const char *options, uint64_t proof)
{
	char all[128];

	fixture_make(b, SIZE, 0);
	snprintf(all, sizeof(all), "part=W25Q40,livefish=1,clock=auto,%s", options);
	fixture_must(b, fixture_card(b, all));
	assert_int_equal(b->adapter->clock_hz, 100000);
	return cx3_link_choose_clock(b->card, proof, NULL, NULL, &link_read, &b->err);
}

static void the_fastest_without_an_error(void **state)
{
	static const struct {
		const char *options;
		unsigned hz;
	} cases[] = {
		{"noisy-above=100k", 100000},
		{"noisy-above=200k", 200000},
		{"noisy-above=400k", 400000},
		{"seed=1", 1000000},
		/* so little that the short step does not show it: the proof does */
		{"noisy-above=400k,flip-rate=20,seed=3", 400000},
		{"noisy-above=100k,flip-rate=20,seed=3", 100000},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture b;

		fixture_must(&b, choose(&b, cases[i].options, CX3_LINK_PROOF));
		assert_int_equal(b.adapter->clock_hz, cases[i].hz);
		assert_int_equal(link_read.wrong, 0);
		if (cases[i].hz > 100000)
			assert_in_range(link_read.bits, CX3_LINK_PROOF, CX3_LINK_PROOF + 8000);
		/* with reads only */
		assert_int_equal(counts(&b)->reg_writes, 0);
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

/* 2.9 s at 400 kHz, and for a short look a tenth of that. */
static void what_it_takes(void **state)
{
	struct fixture b;

	(void)state;
	fixture_must(&b, choose(&b, "noisy-above=400k", CX3_LINK_PROOF));
	assert_in_range(b.adapter->ops->now_us(b.adapter), 2900000, 3300000);
	fixture_free(&b);
	fixture_must(&b, choose(&b, "noisy-above=400k", CX3_LINK_SHORT_PROOF));
	assert_in_range(link_read.bits, CX3_LINK_SHORT_PROOF, CX3_LINK_SHORT_PROOF + 8000);
	assert_in_range(b.adapter->ops->now_us(b.adapter), 150000, 400000);
	fixture_free(&b);
}

/* Wires that are bad at each clock: the slowest, and the truth about it. */
static void bad_at_each_clock(void **state)
{
	struct fixture b;

	(void)state;
	fixture_must(&b, choose(&b, "flip-rate=500,seed=9", CX3_LINK_PROOF));
	assert_int_equal(b.adapter->clock_hz, 100000);
	assert_true(link_read.wrong > 0);
	assert_int_equal(link_read.bits, 8000);
	fixture_free(&b);
}

/* A message that gets no ACK rules a clock out, but not the slowest. */
static void no_ack_at_a_clock(void **state)
{
	struct fixture b;

	(void)state;
	/* about 22 messages identify the card; 200 are read at each clock */
	fixture_must(&b, choose(&b, "nack=500", CX3_LINK_PROOF));
	assert_int_equal(b.adapter->clock_hz, 200000);
	assert_int_equal(link_read.wrong, 0);
	assert_true(link_read.bits >= CX3_LINK_PROOF);
	fixture_free(&b);
	fixture_must(&b, choose(&b, "nack=100", CX3_LINK_PROOF));
	assert_int_equal(b.adapter->clock_hz, 100000);
	assert_int_equal(link_read.bits, 8000);
	fixture_free(&b);
}

static bool soon(void *user)
{
	return ++*(unsigned *)user > 20;
}

static void stopped_or_gone(void **state)
{
	struct fixture b;
	unsigned asked = 0;

	(void)state;
	fixture_make(&b, SIZE, 0);
	fixture_must(&b, fixture_card(&b, "part=W25Q40,livefish=1,clock=auto"));
	assert_int_equal(
		cx3_link_choose_clock(b.card, CX3_LINK_PROOF, soon, &asked, &link_read, &b.err),
		CX3_E_INTERRUPTED);
	assert_non_null(strstr(said(&b.err), "nothing was written"));
	fixture_free(&b);
	assert_int_equal(choose(&b, "gone=1500", CX3_LINK_PROOF), CX3_E_GONE);
	assert_int_equal(b.err.code, CX3_E_GONE);
	fixture_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fastest_without_an_error),
		cmocka_unit_test(what_it_takes),
		cmocka_unit_test(bad_at_each_clock),
		cmocka_unit_test(no_ack_at_a_clock),
		cmocka_unit_test(stopped_or_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
