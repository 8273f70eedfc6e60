/* SPDX-License-Identifier: BSD-2-Clause */
/* Two machines' ledgers: what comes over, what is brought up to date, and doubles. */
#include "ledger_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The card `card` is given an identity in this ledger, and burnt with it. */
static void burn(struct bench *b, struct cx3_ledger *ledger, uint64_t card,
		 struct cx3_ledger_entry *e)
{
	bench_reserve(b, ledger, bench_card(card), e);
	bench_end(b, ledger, e, CX3_LEDGER_OK);
}

static struct cx3_ledger *other(struct bench *b, uint64_t first, uint64_t count)
{
	struct cx3_ledger *ledger;

	if (cx3_ledger_open(bench_path(b, "other.db"), "sim:other", true, &ledger, &b->err) !=
	    CX3_OK)
		fail_msg("%s", said(&b->err));
	if (count)
		assert_int_equal(cx3_ledger_add_range(ledger, first, count, 4, &b->err), CX3_OK);
	return ledger;
}

static int merge(struct bench *b, struct cx3_ledger_merged *merged)
{
	char path[400];

	b->told = 0;
	snprintf(path, sizeof(path), "%s", bench_path(b, "other.db"));
	return cx3_ledger_merge(b->ledger, path, bench_tell, b, merged, &b->err);
}

static void another_machines_work_comes_over(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger *their;
	struct cx3_ledger_merged n;
	struct cx3_ledger_counts counts;
	struct cx3_ledger_card card = bench_card(0x5000);
	struct cx3_ledger_entry e, f, own;
	bool again;

	bench_open(b, 2);
	their = other(b, FIRST + 0x1000, 4);
	burn(b, their, 0x1000, &e);
	bench_reserve(b, their, bench_card(0x2000), &f);
	assert_int_equal(merge(b, &n), CX3_OK);
	assert_int_equal(n.identities, 4);
	assert_int_equal(n.results, 1);
	assert_int_equal(n.cards, 2);
	/* theirs stay theirs to give */
	assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 2);
	assert_int_equal(cx3_ledger_count(b->ledger, &counts, &b->err), CX3_OK);
	assert_int_equal(counts.elsewhere, 4);
	bench_reserve(b, b->ledger, bench_card(0x3000), &own);
	bench_reserve(b, b->ledger, bench_card(0x4000), &own);
	assert_int_equal(cx3_ledger_reserve(b->ledger, &card, false, &own, &again, &b->err),
			 CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "no free identity"));
	assert_int_equal(merge(b, &n), CX3_OK);
	assert_int_equal(n.identities + n.results + n.cards, 0);
	/* later */
	bench_end(b, their, &f, CX3_LEDGER_OK);
	assert_int_equal(merge(b, &n), CX3_OK);
	assert_int_equal(n.identities, 1);
	assert_int_equal(n.results, 1);
	cx3_ledger_close(their);
}

static void their_cards_are_known_here(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger *their;
	struct cx3_ledger_merged n;
	struct cx3_ledger_card card;
	struct cx3_ledger_entry e, f;
	bool found, again;

	bench_open(b, 2);
	their = other(b, FIRST + 0x1000, 4);
	burn(b, their, 0x1000, &e);
	cx3_ledger_close(their);
	assert_int_equal(merge(b, &n), CX3_OK);
	card = bench_burnt(&e);
	assert_int_equal(cx3_ledger_find(b->ledger, &card.own, &f, &found, &b->err), CX3_OK);
	assert_true(found && f.elsewhere && f.state == CX3_LEDGER_BURNT);
	assert_int_equal(cx3_ledger_reserve(b->ledger, &card, false, &f, &again, &b->err),
			 CX3_E_IDENTITY);
	assert_int_equal(cx3_ledger_release(b->ledger, FIRST + 0x1004, &f, &b->err),
			 CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "another ledger's"));
}

/* A card was put aside: its reservation was released there, and another card got it. */
static void what_changed_hands_there_changes_here(void **state)
{
	struct cx3_ledger_result failed = {
		.outcome = CX3_LEDGER_FAILED, .device = "sim:card", .untouched = true};
	struct bench *b = *state;
	struct cx3_ledger *their;
	struct cx3_ledger_merged n;
	struct cx3_ledger_entry e, f;
	bool found;

	bench_open(b, 2);
	their = other(b, FIRST + 0x1000, 2);
	bench_reserve(b, their, bench_card(0x1000), &e);
	assert_int_equal(cx3_ledger_note(their, NULL, &e, &failed, &b->err), CX3_OK);
	assert_int_equal(merge(b, &n), CX3_OK);
	assert_int_equal(cx3_ledger_release(their, FIRST + 0x1000, &f, &b->err), CX3_OK);
	burn(b, their, 0x2000, &e);
	bench_reserve(b, their, bench_card(0x1000), &f);
	assert_int_equal(merge(b, &n), CX3_OK);
	assert_int_equal(n.identities, 2);
	assert_int_equal(cx3_ledger_find(b->ledger, &e.identity, &f, &found, &b->err), CX3_OK);
	assert_true(found);
	assert_string_equal(f.card, e.card);
	assert_int_equal(f.state, CX3_LEDGER_BURNT);
	cx3_ledger_close(their);
}

static void doubles_are_refused(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger *their;
	struct cx3_ledger_merged n;
	struct cx3_ledger_entry e;

	bench_open(b, 2);
	their = other(b, FIRST + 6, 3);
	assert_int_equal(merge(b, &n), CX3_E_IDENTITY);
	assert_int_equal(b->told, 1);
	assert_non_null(strstr(b->last, "0002c9030000aa04"));
	assert_int_equal(n.identities, 2); /* that would have come, and did not */
	assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 2);
	/* the way out */
	assert_int_equal(cx3_ledger_retire(b->ledger, FIRST + 4, &e, &b->err), CX3_OK);
	assert_int_equal(merge(b, &n), CX3_OK);
	cx3_ledger_close(their);
}

static void copy(struct bench *b)
{
	char line[1024];

	snprintf(line, sizeof(line), "cp %s %s", b->path, bench_path(b, "other.db"));
	assert_int_equal(system(line), 0); /* NOLINT(cert-env33-c): a path of our own */
}

/* In the other ledger it keeps what it was burnt with here, as what comes to a bench does. */
static void keep(struct bench *b, struct cx3_ledger *ledger, struct cx3_ledger_card card,
		 struct cx3_ledger_entry *e)
{
	bool again;

	if (cx3_ledger_reserve(ledger, &card, true, e, &again, &b->err) != CX3_OK)
		fail_msg("%s", said(&b->err));
	bench_end(b, ledger, e, CX3_LEDGER_OK);
}

/* Not two cards, though two ledgers have burnt it. */
static void one_card_over_two_benches(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger *their;
	struct cx3_ledger_merged n;
	struct cx3_ledger_counts counts;
	struct cx3_ledger_entry e, f;

	bench_open(b, 2);
	their = other(b, FIRST + 0x1000, 2);
	burn(b, b->ledger, 0x1000, &e);
	keep(b, their, bench_burnt(&e), &f);
	assert_true(f.identity.guid[0] == FIRST);
	assert_int_equal(merge(b, &n), CX3_OK);
	assert_int_equal(n.identities, 2);
	assert_int_equal(n.results, 1);
	assert_int_equal(cx3_ledger_count(b->ledger, &counts, &b->err), CX3_OK);
	assert_int_equal(counts.state[CX3_LEDGER_BURNT], 1);
	assert_int_equal(merge(b, &n), CX3_OK);
	assert_int_equal(n.identities + n.results + n.cards, 0);
	/* the other way as well */
	assert_int_equal(cx3_ledger_merge(their, b->path, bench_tell, b, &n, &b->err), CX3_OK);
	cx3_ledger_close(their);
}

/* What tells that it is not the same card. */
static void two_cards_with_one_identity(void **state)
{
	static const char *const lines[] = {
		"UPDATE card SET chip = 'ConnectX-3' WHERE chip IS NOT NULL",
		"UPDATE card SET chip = 'ConnectX-3 Pro', part = 'another' WHERE chip IS NOT NULL",
		"UPDATE card SET part = '', first_seen = '2020-01-01T00:00:00Z'",
		"UPDATE card SET first_seen = '2099-01-01T00:00:00Z';"
		"UPDATE identity SET found = 0 WHERE found",
	};
	struct bench *b = *state;
	struct cx3_ledger *their;
	struct cx3_ledger_merged n;
	struct cx3_ledger_entry e, f;
	struct cx3_ledger_card card;
	bool again;

	bench_open(b, 2);
	their = other(b, FIRST + 0x1000, 2);
	burn(b, b->ledger, 0x1000, &e);
	keep(b, their, bench_burnt(&e), &f);
	for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(cx3_ledger_exec(their, lines[i], &b->err), CX3_OK);
		assert_int_equal(merge(b, &n), CX3_E_IDENTITY);
		assert_int_equal(b->told, 1);
		/* whichever of the two takes the other's work over */
		assert_int_equal(cx3_ledger_merge(their, b->path, bench_tell, b, &n, &b->err),
				 CX3_E_IDENTITY);
	}
	/* a person says that the other one is replaced, and it gets another one there */
	assert_int_equal(cx3_ledger_retire(their, FIRST, &f, &b->err), CX3_E_IDENTITY);
	assert_int_equal(cx3_ledger_replaced(their, FIRST + 0x1000, &f, &b->err), CX3_E_IDENTITY);
	assert_int_equal(cx3_ledger_replaced(their, FIRST, &f, &b->err), CX3_OK);
	assert_int_equal(f.state, CX3_LEDGER_BURNT);
	card = bench_burnt(&e);
	assert_int_equal(cx3_ledger_reserve(their, &card, true, &f, &again, &b->err),
			 CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "was replaced in this ledger"));
	assert_true(bench_reserve(b, their, bench_burnt(&e), &f) == FIRST + 0x1000);
	bench_end(b, their, &f, CX3_LEDGER_OK);
	assert_int_equal(merge(b, &n), CX3_OK);
	assert_int_equal(cx3_ledger_merge(their, b->path, bench_tell, b, &n, &b->err), CX3_OK);
	cx3_ledger_close(their);
}

static enum cx3_ledger_state state_of(struct bench *b, const struct cx3_identity *identity)
{
	struct cx3_ledger_entry entry;
	bool found;

	assert_int_equal(cx3_ledger_find(b->ledger, identity, &entry, &found, &b->err), CX3_OK);
	return found ? entry.state : CX3_LEDGER_RETIRED;
}

static void keep_copy(struct bench *b, const char *from, const char *to)
{
	char line[1024];

	snprintf(line, sizeof(line), "cp %s %s", bench_path(b, from), bench_path(b, to));
	assert_int_equal(system(line), 0); /* NOLINT(cert-env33-c): paths of our own */
}

/* Of before the burn, and of after it but before two others were retired and reserved. */
static void an_older_copy_takes_nothing_back(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger *their;
	struct cx3_ledger_merged n;
	struct cx3_ledger_entry e, f, g;

	bench_open(b, 1);
	their = other(b, FIRST + 0x1000, 3);
	keep_copy(b, "other.db", "monday.db");
	burn(b, their, 0x1000, &e);
	keep_copy(b, "other.db", "tuesday.db");
	assert_int_equal(cx3_ledger_retire(their, FIRST + 0x1004, &f, &b->err), CX3_OK);
	bench_reserve(b, their, bench_card(0x2000), &g);
	cx3_ledger_close(their);
	assert_int_equal(merge(b, &n), CX3_OK);
	for (unsigned i = 0; i < 2; i++) {
		keep_copy(b, i ? "tuesday.db" : "monday.db", "other.db");
		assert_int_equal(merge(b, &n), CX3_OK);
		assert_int_equal(n.identities, 0);
		assert_int_equal(state_of(b, &e.identity), CX3_LEDGER_BURNT);
		assert_int_equal(state_of(b, &f.identity), CX3_LEDGER_RETIRED);
		assert_int_equal(state_of(b, &g.identity), CX3_LEDGER_RESERVED);
	}
	assert_int_equal(cx3_ledger_add_range(b->ledger, FIRST + 0x1004, 1, 4, &b->err),
			 CX3_E_IDENTITY);
}

/* Somebody has copied a ledger and worked with both. */
static void copies_that_were_worked_with_are_found(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger *their;
	struct cx3_ledger_merged n;
	struct cx3_ledger_entry e;

	bench_open(b, 4);
	copy(b);
	assert_int_equal(merge(b, &n), CX3_E_USAGE);
	their = other(b, 0, 0);
	burn(b, b->ledger, 0x1000, &e);
	burn(b, their, 0x2000, &e);
	cx3_ledger_close(their);
	assert_int_equal(merge(b, &n), CX3_E_IDENTITY);
	assert_int_equal(b->told, 1);
	assert_non_null(strstr(said(&b->err), "A copy of a ledger was worked with"));
}

/* Even where both have worked at the same second, at a place of the same name: another identity. */
static void copies_of_one_second_are_found(void **state)
{
	static const char line[] =
		"UPDATE result SET time = '2026-01-01T00:00:00Z', station = 'one'";
	struct bench *b = *state;
	struct cx3_ledger *their;
	struct cx3_ledger_merged n;
	struct cx3_ledger_entry e;

	bench_open(b, 4);
	copy(b);
	their = other(b, 0, 0);
	burn(b, b->ledger, 0x1000, &e);
	assert_int_equal(cx3_ledger_retire(their, FIRST, &e, &b->err), CX3_OK);
	burn(b, their, 0x2000, &e);
	assert_int_equal(cx3_ledger_exec(b->ledger, line, &b->err), CX3_OK);
	assert_int_equal(cx3_ledger_exec(their, line, &b->err), CX3_OK);
	cx3_ledger_close(their);
	assert_int_equal(merge(b, &n), CX3_E_IDENTITY);
	assert_int_equal(b->told, 1);
}

/* Retired there after it came over: a third ledger may have its addresses. */
static void what_is_retired_there_is_anothers(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger *their;
	struct cx3_ledger_merged n;
	struct cx3_ledger_entry e;

	bench_open(b, 1);
	their = other(b, FIRST + 0x1000, 1);
	assert_int_equal(merge(b, &n), CX3_OK);
	assert_int_equal(cx3_ledger_retire(their, FIRST + 0x1000, &e, &b->err), CX3_OK);
	cx3_ledger_close(their);
	assert_int_equal(merge(b, &n), CX3_OK);
	unlink(bench_path(b, "other.db"));
	cx3_ledger_close(other(b, FIRST + 0x1002, 1));
	assert_int_equal(merge(b, &n), CX3_OK);
	assert_int_equal(n.identities, 1);
}

static void the_other_file_is_not_written(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_merged n;

	bench_open(b, 1);
	bench_file(b, "other.db", "no ledger at all, but a text that is long enough to be read\n");
	assert_int_equal(merge(b, &n), CX3_E_FILE);
	unlink(bench_path(b, "other.db"));
	assert_int_equal(merge(b, &n), CX3_E_FILE);
	assert_int_equal(access(bench_path(b, "other.db"), F_OK), -1);
}

int main(void)
{
#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
	const struct CMUnitTest tests[] = {
		BENCH_TEST(another_machines_work_comes_over),
		BENCH_TEST(their_cards_are_known_here),
		BENCH_TEST(what_changed_hands_there_changes_here),
		BENCH_TEST(doubles_are_refused),
		BENCH_TEST(one_card_over_two_benches),
		BENCH_TEST(two_cards_with_one_identity),
		BENCH_TEST(an_older_copy_takes_nothing_back),
		BENCH_TEST(copies_that_were_worked_with_are_found),
		BENCH_TEST(copies_of_one_second_are_found),
		BENCH_TEST(what_is_retired_there_is_anothers),
		BENCH_TEST(the_other_file_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
