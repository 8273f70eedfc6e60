/* SPDX-License-Identifier: BSD-2-Clause */
/* Results in the ledger: whose they are, and which make an identity burnt. */
#include "ledger_fixture.h"

#include <string.h>

static int reserve(struct bench *b, struct cx3_ledger_card card, struct cx3_ledger_entry *entry)
{
	bool again;

	return cx3_ledger_reserve(b->ledger, &card, true, entry, &again, &b->err);
}

/* MACs alone: two cards that are burnt with different firmware can't be one. */
static void cards_without_guids(void **state)
{
	struct cx3_ledger_card card = bench_ethernet(0x1000), clone = card;
	struct cx3_ledger_result result = {.outcome = CX3_LEDGER_DONE, .device = "sim:card"};
	struct bench *b = *state;
	struct cx3_ledger_entry e, f;
	bool again;

	bench_open(b, 1);
	assert_int_equal(cx3_ledger_reserve(b->ledger, &card, true, &e, &again, &b->err), CX3_OK);
	bench_end(b, b->ledger, &e, CX3_LEDGER_OK);
	snprintf(card.version, sizeof(card.version), "2.42.5000");
	assert_int_equal(reserve(b, card, &f), CX3_OK);
	assert_int_equal(reserve(b, clone, &f), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "identity 000000001000 as burnt with firmware 2.42"));
	/* another one's result is none of this one's */
	assert_int_equal(reserve(b, bench_ethernet(0x2000), &f), CX3_OK);
	bench_end(b, b->ledger, &f, CX3_LEDGER_OK);
	clone = bench_ethernet(0x2000);
	assert_int_equal(reserve(b, clone, &f), CX3_E_IDENTITY);
	assert_int_equal(reserve(b, card, &e), CX3_OK);
	/* the result has them from the entry, and nothing for what is blank */
	assert_int_equal(cx3_ledger_note(b->ledger, &card, &e, &result, &b->err), CX3_OK);
	assert_string_equal(result.guid, "");
	assert_string_equal(result.mac, "000000001000");
	assert_string_equal(result.card, card.name);
}

/* What the caller left in a result is not believed. */
static void a_result_says_whose_it_is(void **state)
{
	struct cx3_ledger_result result = {.outcome = CX3_LEDGER_FAILED,
					   .device = "sim:card",
					   .card = "x",
					   .guid = "ffffffffffffffff",
					   .mac = "ffffffffffff",
					   .label = "x"};
	struct bench *b = *state;
	struct cx3_ledger_entry e;
	unsigned count;

	bench_open(b, 0);
	bench_file(b, "list.csv", "0002c9030000aa00,,bench 7\n");
	assert_int_equal(cx3_ledger_import(b->ledger, bench_path(b, "list.csv"), NULL, NULL, &count,
					   &b->err),
			 CX3_OK);
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, NULL, &result, &b->err), CX3_OK);
	assert_string_equal(result.card, "");
	assert_string_equal(result.guid, "");
	assert_string_equal(result.mac, "");
	assert_string_equal(result.label, "");
	bench_reserve(b, b->ledger, bench_card(0x1000), &e);
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, &e, &result, &b->err), CX3_OK);
	assert_string_equal(result.card, e.card);
	assert_string_equal(result.guid, "0002c9030000aa00");
	assert_string_equal(result.mac, "0002c900aa01");
	assert_string_equal(result.label, "bench 7");
}

/* A result of zeros, and one of a burn that was never begun, make no identity burnt. */
static void burnt_only_after_begun(void **state)
{
	struct cx3_ledger_result result = {.device = "sim:card"};
	struct cx3_ledger_counts counts;
	struct bench *b = *state;
	struct cx3_ledger_entry e;

	bench_open(b, 1);
	bench_reserve(b, b->ledger, bench_card(0x1000), &e);
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, &e, &result, &b->err), CX3_E_USAGE);
	result.outcome = (enum cx3_ledger_outcome)CX3_LEDGER_OUTCOMES;
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, &e, &result, &b->err), CX3_E_USAGE);
	result.outcome = CX3_LEDGER_OK;
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, &e, &result, &b->err), CX3_E_USAGE);
	assert_non_null(strstr(said(&b->err), "its identity is reserved"));
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, NULL, &result, &b->err), CX3_E_USAGE);
	assert_int_equal(bench_count(b, CX3_LEDGER_RESERVED), 1);
	assert_int_equal(cx3_ledger_count(b->ledger, &counts, &b->err), CX3_OK);
	for (unsigned i = 0; i < CX3_LEDGER_OUTCOMES; i++)
		assert_int_equal(counts.outcome[i], 0);
	bench_end(b, b->ledger, &e, CX3_LEDGER_OK);
	/* a burnt one may be burnt again */
	bench_reserve(b, b->ledger, bench_burnt(&e), &e);
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, &e, &result, &b->err), CX3_OK);
	assert_int_equal(bench_count(b, CX3_LEDGER_BURNT), 1);
}

int main(void)
{
#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
	const struct CMUnitTest tests[] = {
		BENCH_TEST(cards_without_guids),
		BENCH_TEST(a_result_says_whose_it_is),
		BENCH_TEST(burnt_only_after_begun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
