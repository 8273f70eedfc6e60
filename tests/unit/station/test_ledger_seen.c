/* SPDX-License-Identifier: BSD-2-Clause */
/* Identities that are seen on cards: withdrawn from all others, and how they are given after all.
 */
#include "ledger_fixture.h"

#include <stdio.h>
#include <string.h>

static int reserve_code(struct bench *b, struct cx3_ledger *ledger, struct cx3_ledger_card card,
			bool keep, struct cx3_ledger_entry *entry)
{
	bool again;

	return cx3_ledger_reserve(ledger, &card, keep, entry, &again, &b->err);
}

static void withdraw(struct bench *b, struct cx3_ledger_card card)
{
	if (cx3_ledger_withdraw(b->ledger, &card, &card.own, &b->err) != CX3_OK)
		fail_msg("%s", said(&b->err));
}

/* A card with the MACs of one, and with GUIDs of its own. */
static struct cx3_ledger_card half(uint64_t guid, uint64_t of)
{
	struct cx3_ledger_card card = bench_card(of);

	for (unsigned i = 0; i < 4; i++)
		card.own.guid[i] = guid + i;
	return card;
}

/* Whatever becomes of the card that it is seen on. */
static void what_is_seen_is_given_to_no_other(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry e, f;

	bench_open(b, 5);
	withdraw(b, bench_card(FIRST));
	withdraw(b, half(0x1000, FIRST + 4));
	/* GUIDs of two */
	withdraw(b, bench_card(FIRST + 10));
	assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 1);
	assert_true(bench_reserve(b, b->ledger, bench_card(0x2000), &e) == FIRST + 16);
	assert_false(cx3_ledger_is_withdrawn(&e));
	/* one that is only reserved is not written yet: the card that it was for gets another */
	withdraw(b, bench_card(FIRST + 16));
	assert_int_equal(cx3_ledger_begin(b->ledger, &e, &b->err), CX3_E_IDENTITY);
	assert_int_equal(reserve_code(b, b->ledger, bench_card(0x2000), false, &f), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "no free identity"));
}

static void what_is_seen_is_that_cards(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry e;

	bench_open(b, 3);
	withdraw(b, bench_card(FIRST + 4));
	/* seen on one, carried by a second */
	withdraw(b, half(0x1000, FIRST));
	assert_int_equal(reserve_code(b, b->ledger, bench_card(FIRST), false, &e), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "was seen on the card 0000000000001000/"));
	/* the same cards again: they have it, or a part of it */
	assert_true(bench_reserve(b, b->ledger, bench_card(FIRST + 4), &e) == FIRST + 4);
	assert_true(e.found && !cx3_ledger_is_withdrawn(&e));
	assert_int_equal(reserve_code(b, b->ledger, half(0x1000, FIRST), true, &e), CX3_E_IDENTITY);
	assert_true(bench_reserve(b, b->ledger, half(0x1000, FIRST), &e) == FIRST);
	withdraw(b, half(0x1000, FIRST));
	bench_end(b, b->ledger, &e, CX3_LEDGER_OK);
}

/* On a card without an identity of its own lies a piece of another card's. */
static void what_a_nameless_card_shows(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_card card = bench_blank("aaaa"), other = bench_card(FIRST);
	struct cx3_ledger_entry e;

	bench_open(b, 2);
	assert_int_equal(cx3_ledger_withdraw(b->ledger, &card, &other.own, &b->err), CX3_OK);
	assert_true(bench_reserve(b, b->ledger, card, &e) == FIRST + 4);
}

static bool take_result(void *user, const struct cx3_ledger_result *result)
{
	struct bench *b = user;

	b->told++;
	snprintf(b->last, sizeof(b->last), "%s", result->cause);
	return true;
}

/* Between the reservation and the burn: the card is not written, and the log has it. */
static void a_card_that_loses_it_is_in_the_log(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_card card = bench_card(0x1000);
	struct cx3_ledger_result result = {
		.outcome = CX3_LEDGER_FAILED, .device = "sim:x", .cause = "identity"};
	struct cx3_ledger_entry e;

	bench_open(b, 2);
	bench_reserve(b, b->ledger, card, &e);
	withdraw(b, bench_card(FIRST));
	assert_int_equal(cx3_ledger_begin(b->ledger, &e, &b->err), CX3_E_IDENTITY);
	result.untouched = true;
	if (cx3_ledger_note(b->ledger, &card, &e, &result, &b->err) != CX3_OK)
		fail_msg("%s", said(&b->err));
	assert_int_equal(cx3_ledger_each_result(b->ledger, take_result, b, &b->err), CX3_OK);
	assert_int_equal(b->told, 1);
	assert_string_equal(b->last, "identity");
	/* it stays withdrawn */
	assert_true(bench_reserve(b, b->ledger, card, &e) == FIRST + 4);
}

/* Who is sure of it. */
static void what_is_withdrawn_is_released_or_retired(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry e;

	bench_open(b, 2);
	withdraw(b, bench_card(FIRST));
	withdraw(b, bench_card(FIRST + 4));
	assert_int_equal(cx3_ledger_release(b->ledger, FIRST, &e, &b->err), CX3_OK);
	assert_true(cx3_ledger_is_withdrawn(&e));
	assert_int_equal(cx3_ledger_retire(b->ledger, FIRST + 4, &e, &b->err), CX3_OK);
	assert_int_equal(bench_count(b, CX3_LEDGER_RETIRED), 1);
	assert_true(bench_reserve(b, b->ledger, bench_card(0x1000), &e) == FIRST);
	assert_false(e.found);
}

int main(void)
{
#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
	const struct CMUnitTest tests[] = {
		BENCH_TEST(what_is_seen_is_given_to_no_other),
		BENCH_TEST(what_is_seen_is_that_cards),
		BENCH_TEST(what_a_nameless_card_shows),
		BENCH_TEST(a_card_that_loses_it_is_in_the_log),
		BENCH_TEST(what_is_withdrawn_is_released_or_retired),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
