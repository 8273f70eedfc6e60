/* SPDX-License-Identifier: BSD-2-Clause */
/* An identity's way to a card: who gets which, who gets it again, and what is never given. */
#include "ledger_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct cx3_ledger *another(struct bench *b, const char *place)
{
	struct cx3_ledger *ledger;

	if (cx3_ledger_open(b->path, place, false, &ledger, &b->err) != CX3_OK)
		fail_msg("%s", said(&b->err));
	return ledger;
}

static int reserve_code(struct bench *b, struct cx3_ledger *ledger, struct cx3_ledger_card card,
			bool keep, struct cx3_ledger_entry *entry)
{
	bool again;

	return cx3_ledger_reserve(ledger, &card, keep, entry, &again, &b->err);
}

static void each_card_gets_the_next_one(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry e[3];

	bench_open(b, 2);
	assert_true(bench_reserve(b, b->ledger, bench_card(0x1000), &e[0]) == FIRST);
	assert_int_equal(e[0].state, CX3_LEDGER_RESERVED);
	bench_end(b, b->ledger, &e[0], CX3_LEDGER_OK);
	assert_int_equal(e[0].state, CX3_LEDGER_BURNT);
	assert_true(bench_reserve(b, b->ledger, bench_card(0x2000), &e[1]) == FIRST + 4);
	assert_int_equal(reserve_code(b, b->ledger, bench_card(0x3000), false, &e[2]),
			 CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "no free identity"));
}

/* The process ends at any point: the ledger is opened anew. */
static void a_cut_card_gets_the_same_again(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry e, f;

	bench_open(b, 4);
	assert_true(bench_reserve(b, b->ledger, bench_card(0x1000), &e) == FIRST);
	cx3_ledger_close(b->ledger);
	bench_open(b, 0);
	assert_true(bench_reserve(b, b->ledger, bench_card(0x1000), &e) == FIRST);
	assert_int_equal(cx3_ledger_begin(b->ledger, &e, &b->err), CX3_OK);
	cx3_ledger_close(b->ledger);
	bench_open(b, 0);
	/* another card meanwhile, then it with its old image, then with the new one */
	assert_true(bench_reserve(b, b->ledger, bench_card(0x2000), &f) == FIRST + 4);
	assert_int_equal(reserve_code(b, b->ledger, bench_card(0x1000), false, &f), CX3_E_IDENTITY);
	assert_true(bench_reserve(b, b->ledger, bench_burnt(&e), &f) == FIRST);
	assert_int_equal(f.state, CX3_LEDGER_BEGUN);
	bench_end(b, b->ledger, &f, CX3_LEDGER_OK);
	assert_true(bench_reserve(b, b->ledger, bench_burnt(&e), &f) == FIRST);
	assert_int_equal(f.state, CX3_LEDGER_BURNT);
}

/* Two that came with the same identity, or one that was put back to its old image. */
static void a_clone_gets_another_one(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry e;

	bench_open(b, 4);
	assert_true(bench_reserve(b, b->ledger, bench_card(0x1000), &e) == FIRST);
	bench_end(b, b->ledger, &e, CX3_LEDGER_OK);
	assert_true(bench_reserve(b, b->ledger, bench_card(0x1000), &e) == FIRST + 4);
	assert_non_null(strstr(e.card, "#2"));
}

/* The first has its new identity, and the station ended before it wrote that down. The second came
 * with the same old one. */
static void a_clone_of_a_begun_card_gets_nothing(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry e, f;

	bench_open(b, 4);
	assert_true(bench_reserve(b, b->ledger, bench_card(0x1000), &e) == FIRST);
	assert_int_equal(cx3_ledger_begin(b->ledger, &e, &b->err), CX3_OK);
	cx3_ledger_close(b->ledger);
	bench_open(b, 0);
	assert_int_equal(reserve_code(b, b->ledger, bench_card(0x1000), false, &f), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "0002c9030000aa00 was begun"));
	assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 3);
	/* the first shows its new one; then the other is another card */
	assert_true(bench_reserve(b, b->ledger, bench_burnt(&e), &f) == FIRST);
	bench_end(b, b->ledger, &f, CX3_LEDGER_OK);
	assert_true(bench_reserve(b, b->ledger, bench_card(0x1000), &f) == FIRST + 4);
}

/* Nothing tells which of the blank cards it is. */
static void a_blank_card(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry e, f;

	bench_open(b, 8);
	assert_true(bench_reserve(b, b->ledger, bench_blank("aaaa"), &e) == FIRST);
	/* nothing was written: each card like it is as good */
	assert_true(bench_reserve(b, b->ledger, bench_blank("aaaa"), &e) == FIRST);
	assert_true(bench_reserve(b, b->ledger, bench_blank("bbbb"), &f) == FIRST + 4);
	assert_int_equal(cx3_ledger_begin(b->ledger, &e, &b->err), CX3_OK);
	/* a card may have it: the next blank one gets another */
	assert_true(bench_reserve(b, b->ledger, bench_blank("aaaa"), &f) == FIRST + 8);
	/* the one that has it shows it */
	assert_true(bench_reserve(b, b->ledger, bench_burnt(&e), &f) == FIRST);
}

static void a_reservation_that_is_worked_on(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger *second;
	struct cx3_ledger_result ok = {.outcome = CX3_LEDGER_OK, .device = "sim:card"};
	struct cx3_ledger_entry e, f;

	bench_open(b, 8);
	second = another(b, "sim:other");
	assert_true(bench_reserve(b, b->ledger, bench_card(0x1000), &e) == FIRST);
	assert_true(bench_reserve(b, b->ledger, bench_blank("aaaa"), &e) == FIRST + 4);
	assert_int_equal(reserve_code(b, second, bench_card(0x1000), false, &f), CX3_E_IN_USE);
	assert_true(bench_reserve(b, second, bench_blank("aaaa"), &f) == FIRST + 8);
	bench_end(b, b->ledger, &e, CX3_LEDGER_FAILED);
	/* what was taken by the second can't be begun by the first */
	assert_int_equal(cx3_ledger_begin(b->ledger, &f, &b->err), CX3_E_IDENTITY);
	/* nor is it burnt when the first says so, when the second has begun it */
	assert_int_equal(cx3_ledger_begin(second, &f, &b->err), CX3_OK);
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, &f, &ok, &b->err), CX3_E_IDENTITY);
	assert_int_equal(bench_count(b, CX3_LEDGER_BURNT), 0);
	cx3_ledger_close(second);
}

static void what_failed_untouched_is_reserved_again(void **state)
{
	struct cx3_ledger_result result = {
		.outcome = CX3_LEDGER_FAILED, .device = "sim:card", .untouched = true};
	struct bench *b = *state;
	struct cx3_ledger_entry e;

	bench_open(b, 2);
	bench_reserve(b, b->ledger, bench_card(0x1000), &e);
	assert_int_equal(cx3_ledger_begin(b->ledger, &e, &b->err), CX3_OK);
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, &e, &result, &b->err), CX3_OK);
	assert_int_equal(bench_count(b, CX3_LEDGER_RESERVED), 1);
	/* but not one that was begun in an earlier run */
	bench_reserve(b, b->ledger, bench_card(0x1000), &e);
	bench_end(b, b->ledger, &e, CX3_LEDGER_FAILED);
	assert_int_equal(bench_count(b, CX3_LEDGER_BEGUN), 1);
	bench_reserve(b, b->ledger, bench_burnt(&e), &e);
	assert_int_equal(cx3_ledger_begin(b->ledger, &e, &b->err), CX3_OK);
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, &e, &result, &b->err), CX3_OK);
	assert_int_equal(bench_count(b, CX3_LEDGER_BEGUN), 1);
}

static void a_card_keeps_its_own(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry e, f;
	struct cx3_ledger_card clash = bench_card(0x1000);

	bench_open(b, 4);
	assert_int_equal(reserve_code(b, b->ledger, bench_card(0x1000), true, &e), CX3_OK);
	assert_true(e.identity.guid[0] == 0x1000 && e.found);
	assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 4);
	bench_end(b, b->ledger, &e, CX3_LEDGER_OK);
	/* one of its MACs on another card */
	clash.own.guid[0] = 0x9000;
	clash.own.guid[1] = clash.own.guid[2] = clash.own.guid[3] = 0x9001;
	assert_int_equal(reserve_code(b, b->ledger, clash, true, &f), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "Two cards may have the same"));
	/* a card without one gets the next */
	assert_int_equal(reserve_code(b, b->ledger, bench_blank("aaaa"), true, &f), CX3_OK);
	assert_true(f.identity.guid[0] == FIRST);
}

/* A card comes with an identity of the list: nobody else gets it. */
static void one_of_the_list_on_a_card(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_card other;
	struct cx3_ledger_entry e, f;

	bench_open(b, 3);
	assert_true(bench_reserve(b, b->ledger, bench_card(FIRST), &e) == FIRST);
	assert_true(e.found);
	assert_true(bench_reserve(b, b->ledger, bench_card(0x1000), &f) == FIRST + 4);
	/* it is for one card, and was never written: where does the other one have it from? */
	assert_int_equal(reserve_code(b, b->ledger, bench_card(FIRST + 4), false, &e),
			 CX3_E_IDENTITY);
	bench_end(b, b->ledger, &f, CX3_LEDGER_OK);
	/* burnt with one image, seen with another: its version, or another board's */
	assert_int_equal(reserve_code(b, b->ledger, bench_card(FIRST + 4), false, &e),
			 CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "two cards have the same identity"));
	other = bench_burnt(&f);
	snprintf(other.psid, sizeof(other.psid), "HP_0000000001");
	assert_int_equal(reserve_code(b, b->ledger, other, false, &e), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "two cards have the same identity"));
}

/* By the order of the log: the clock was ahead when it was burnt the first time. */
static void the_last_burn_counts(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_result r = {0};
	struct cx3_ledger_card card;
	struct cx3_ledger_entry e;
	bool found;

	bench_open(b, 1);
	bench_reserve(b, b->ledger, bench_card(0x1000), &e);
	bench_end(b, b->ledger, &e, CX3_LEDGER_OK);
	assert_int_equal(cx3_ledger_exec(b->ledger,
					 "UPDATE result SET time = '2099-01-01T00:00:00Z',"
					 " image = '2.41.5000', image_sha256 = 'old'",
					 &b->err),
			 CX3_OK);
	/* no image on it boots */
	card = bench_burnt(&e);
	card.boots = false;
	bench_reserve(b, b->ledger, card, &e);
	bench_end(b, b->ledger, &e, CX3_LEDGER_OK);
	card = bench_burnt(&e);
	assert_int_equal(cx3_ledger_check_burnt(b->ledger, &card, &e, &b->err), CX3_OK);
	assert_int_equal(cx3_ledger_last_burn(b->ledger, &card, &e, &r, &found, &b->err), CX3_OK);
	assert_true(found);
	assert_string_equal(r.image, "2.42.5000");
	assert_string_equal(r.image_sha256, "");
	snprintf(card.version, sizeof(card.version), "2.41.5000");
	assert_int_equal(cx3_ledger_check_burnt(b->ledger, &card, &e, &b->err), CX3_E_IDENTITY);
	memset(&e.identity, 0x11, sizeof(e.identity));
	assert_int_equal(cx3_ledger_last_burn(b->ledger, &card, &e, &r, &found, &b->err), CX3_OK);
	assert_false(found);
}

static void only_what_was_never_begun_is_released(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger *second;
	struct cx3_ledger_result result = {
		.outcome = CX3_LEDGER_FAILED, .device = "sim:card", .untouched = true};
	struct cx3_ledger_entry e, f;

	bench_open(b, 3);
	assert_int_equal(cx3_ledger_release(b->ledger, FIRST, &f, &b->err), CX3_E_IDENTITY);
	assert_int_equal(cx3_ledger_release(b->ledger, 0x77, &f, &b->err), CX3_E_IDENTITY);
	bench_reserve(b, b->ledger, bench_card(0x1000), &e);
	second = another(b, "release");
	assert_int_equal(cx3_ledger_release(second, FIRST, &f, &b->err), CX3_E_IN_USE);
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, &e, &result, &b->err), CX3_OK);
	assert_int_equal(cx3_ledger_release(second, FIRST, &f, &b->err), CX3_OK);
	assert_string_equal(f.card, e.card);
	assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 3);
	bench_reserve(b, b->ledger, bench_card(0x2000), &e);
	bench_end(b, b->ledger, &e, CX3_LEDGER_FAILED);
	assert_int_equal(cx3_ledger_release(second, FIRST, &f, &b->err), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "may have it"));
	assert_int_equal(cx3_ledger_retire(second, FIRST, &f, &b->err), CX3_E_IDENTITY);
	assert_int_equal(cx3_ledger_retire(second, FIRST + 4, &f, &b->err), CX3_OK);
	assert_true(bench_reserve(b, b->ledger, bench_card(0x3000), &e) == FIRST + 8);
	/* the card that came with it has it, though nothing was written to it */
	assert_int_equal(reserve_code(b, b->ledger, bench_card(0x4000), true, &e), CX3_OK);
	assert_int_equal(cx3_ledger_note(b->ledger, NULL, &e, &result, &b->err), CX3_OK);
	assert_int_equal(cx3_ledger_release(second, 0x4000, &f, &b->err), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&b->err), "came with this identity"));
	cx3_ledger_close(second);
}

static void run_line(const char *format, const char *from, const char *to)
{
	char line[512];

	snprintf(line, sizeof(line), format, from, to);
	assert_int_equal(system(line), 0); /* NOLINT(cert-env33-c): paths of our own */
}

/* Over the file that is open, as cp and an editor do it. */
static void an_older_copy_in_its_place_gives_nothing(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry e;

	bench_open(b, 4);
	run_line("cp %s %s", b->path, bench_path(b, "old.db"));
	bench_reserve(b, b->ledger, bench_card(0x1000), &e);
	bench_end(b, b->ledger, &e, CX3_LEDGER_OK);
	run_line("cat %s >%s", bench_path(b, "old.db"), b->path);
	assert_int_equal(reserve_code(b, b->ledger, bench_card(0x2000), false, &e), CX3_E_FILE);
	assert_non_null(strstr(said(&b->err), "An older copy"));
	assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 4);
}

static void a_ledger_that_was_moved_away(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_entry e;

	bench_open(b, 4);
	run_line("mv %s %s", b->path, bench_path(b, "away.db"));
	assert_int_equal(reserve_code(b, b->ledger, bench_card(0x1000), false, &e), CX3_E_FILE);
	assert_non_null(strstr(said(&b->err), "removed, moved or replaced"));
}

#define PROCESSES 4
#define CARDS 12

/* One process of several: a number of cards, and an end in the middle. */
static void one_process(struct bench *b, unsigned number)
{
	struct cx3_ledger *ledger = another(b, "sim:x");
	struct cx3_ledger_entry e;
	bool again;

	for (unsigned i = 0; i < CARDS; i++) {
		struct cx3_ledger_card card = bench_card(0x100000 * (number + 1) + 8 * i);

		if (cx3_ledger_reserve(ledger, &card, false, &e, &again, &b->err) != CX3_OK)
			_exit(2);
		if (i % 3 != 0)
			bench_end(b, ledger, &e, CX3_LEDGER_OK);
	}
	_exit(0);
}

static bool check_card(void *user, const struct cx3_ledger_entry *entry)
{
	unsigned *burnt = user;

	*burnt += entry->state == CX3_LEDGER_BURNT;
	assert_true((entry->state == CX3_LEDGER_FREE) == (entry->card[0] == '\0'));
	return true;
}

/* Names of devices may begin alike: /dev/i2c/by-path/... */
static void two_long_places_of_one_process(void **state)
{
#define LONG "/dev/i2c/by-path/pci-0000:00:14.0-usb-0:"
	struct bench *b = *state;
	struct cx3_ledger *first, *second;
	struct cx3_ledger_entry e, f;

	bench_open(b, 8);
	first = another(b, LONG "3.1:1.0");
	second = another(b, LONG "3.2:1.0");
	/* two blank cards, and two clones */
	assert_true(bench_reserve(b, first, bench_blank("aaaa"), &e) == FIRST);
	assert_true(bench_reserve(b, second, bench_blank("aaaa"), &f) == FIRST + 4);
	assert_true(bench_reserve(b, first, bench_card(0x1000), &e) == FIRST + 8);
	assert_int_equal(reserve_code(b, second, bench_card(0x1000), false, &f), CX3_E_IN_USE);
	cx3_ledger_close(first);
	cx3_ledger_close(second);
#undef LONG
}

/* A process that has the number of one from before the machine was booted, and one that is no more:
 * neither works on a card. */
static void a_station_of_before_the_boot(void **state)
{
	char own[CX3_LEDGER_WHERE], other[CX3_LEDGER_WHERE + 20], *boot;

	(void)state;
	cx3_ledger_who("bench", own);
	assert_true(cx3_ledger_works(own));
	snprintf(other, sizeof(other), "%s", own);
	boot = strrchr(other, '/') + 1;
	*boot = *boot == '0' ? '1' : '0';
	assert_false(cx3_ledger_works(other));
	/* no process has such a number */
	snprintf(other, sizeof(other), "bench@host/999999999/0%s", strrchr(own, '/'));
	assert_false(cx3_ledger_works(other));
	assert_false(cx3_ledger_works("bench@host"));
}

static void processes_side_by_side(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger_counts counts;
	unsigned burnt = 0;

	bench_open(b, PROCESSES * CARDS);
	cx3_ledger_close(b->ledger);
	b->ledger = NULL;
	for (unsigned i = 0; i < PROCESSES; i++) {
		if (fork() == 0)
			one_process(b, i);
	}
	for (unsigned i = 0; i < PROCESSES; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	bench_open(b, 0);
	assert_int_equal(cx3_ledger_each_entry(b->ledger, check_card, &burnt, &b->err), CX3_OK);
	assert_int_equal(burnt, PROCESSES * CARDS * 2 / 3);
	assert_int_equal(cx3_ledger_count(b->ledger, &counts, &b->err), CX3_OK);
	assert_int_equal(counts.cards, PROCESSES * CARDS);
	assert_int_equal(counts.outcome[CX3_LEDGER_OK], burnt);
}

int main(void)
{
#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
	const struct CMUnitTest tests[] = {
		BENCH_TEST(each_card_gets_the_next_one),
		BENCH_TEST(a_cut_card_gets_the_same_again),
		BENCH_TEST(a_clone_gets_another_one),
		BENCH_TEST(a_clone_of_a_begun_card_gets_nothing),
		BENCH_TEST(a_blank_card),
		BENCH_TEST(a_reservation_that_is_worked_on),
		BENCH_TEST(what_failed_untouched_is_reserved_again),
		BENCH_TEST(a_card_keeps_its_own),
		BENCH_TEST(one_of_the_list_on_a_card),
		BENCH_TEST(the_last_burn_counts),
		BENCH_TEST(only_what_was_never_begun_is_released),
		BENCH_TEST(an_older_copy_in_its_place_gives_nothing),
		BENCH_TEST(a_ledger_that_was_moved_away),
		BENCH_TEST(two_long_places_of_one_process),
		BENCH_TEST(a_station_of_before_the_boot),
		BENCH_TEST(processes_side_by_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
