/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How often a run of pages asks the flash whether it is done: for each fifth page where it has
 * been in time so far, for each page where it was late once.
 */
#include "page_run.h"

#define WARM 16u /* pages in time, before it is asked less often */
/* What goes to 0xf0400 to ask for the status. */
#define ASK_STATUS 0x40052215u

/* A run, after which the flash is erased for the next one. */
static void run_and_erase(struct fixture *b)
{
	struct caller caller = {.stop_at = LEN};

	assert_int_equal(run(b, 0, &caller), LEN);
	fixture_must(b, cx3_flash_erase(b->flash, FIRST, CX3_FLASH_SECTOR, &b->err));
}

/* Two runs, of 24 pages. The second one's first page is asked for in any case. */
static void warm_up(struct fixture *b)
{
	assert_true(2 * (PAGES - 1) >= WARM);
	run_and_erase(b);
	run_and_erase(b);
}

static unsigned questions_of_run(struct fixture *b, uint32_t expected)
{
	struct caller caller = {.stop_at = LEN};

	wrap_reads(b, 0xf0400, 0, 0);
	wrap.counted_word = ASK_STATUS;
	wrap.counted_mask = UINT32_MAX;
	assert_int_equal(run(b, 0, &caller), expected);
	return wrap.writes;
}

/* 12 pages: 3 heads of 70 wire bytes, 9 of 47, and 480 for the data of each. */
static void asks_seldom(void **state)
{
	struct cx3_traffic before;
	struct fixture b;

	(void)state;
	make(&b, RUNNING, NULL);
	assert_int_equal(questions_of_run(&b, LEN), PAGES + 1);
	fixture_must(&b, cx3_flash_erase(b.flash, FIRST, CX3_FLASH_SECTOR, &b.err));
	run_and_erase(&b);
	before = b.adapter->traffic;
	/* before pages 0, 5 and 10, and after the last */
	assert_int_equal(questions_of_run(&b, LEN), 4);
	assert_true(b.adapter->traffic.wire_bytes - before.wire_bytes <=
		    PAGES * UINT64_C(480) + 3 * 70 + 9 * 47 + 19);
	memset(b.content + FIRST + LEN, 0xff, 2 * CX3_FLASH_PAGE); /* went with the erases */
	compare(&b);
	finish(&b);
}

/* As a job does it: what does not go smoothly alone, then all is read back, and written again. */
static void run_as_a_job(struct fixture *b)
{
	struct caller caller = {.stop_at = LEN};
	uint8_t now[CX3_FLASH_PAGE];

	run_to_the_end(b, run(b, 0, &caller));
	for (uint32_t at = FIRST; at < FIRST + LEN; at += CX3_FLASH_PAGE) {
		fixture_must(b, cx3_flash_read(b->flash, at, now, CX3_FLASH_PAGE, &b->err));
		if (memcmp(now, b->content + at, CX3_FLASH_PAGE) != 0)
			fixture_must(b, cx3_flash_program(b->flash, at, b->content + at,
							  CX3_FLASH_PAGE, &b->err));
	}
	fixture_must(b, cx3_flash_erase(b->flash, FIRST, CX3_FLASH_SECTOR, &b->err));
}

/*
 * A flash that is slow from a page on: the first one, or where it is asked seldom by then, at
 * each place between two questions. After some runs it is asked for each page, is given the time
 * that it needs, and nothing is lost any more.
 */
static void slow_from(unsigned page)
{
	char card[80];
	struct fixture b;

	snprintf(card, sizeof(card), RUNNING ",slow-pages=%u", page);
	make(&b, card, NULL);
	for (unsigned i = 0; i < 6; i++)
		run_as_a_job(&b);
	memset(b.content + FIRST + LEN, 0xff, 2 * CX3_FLASH_PAGE);
	assert_true(questions_of_run(&b, LEN) >= PAGES + 1);
	compare(&b);
	finish(&b);
}

static void slow_flashes(void **state)
{
	(void)state;
	slow_from(1);
	/* 2 trial pages and 24 in time */
	for (unsigned page = 27; page < 27 + PAGES; page++)
		slow_from(page);
}

/* A damaged head ends the run: the pages that nobody asked for are sent once more. */
static void damaged_head(void **state)
{
	struct caller caller = {.stop_at = LEN};
	struct cx3_flash_doubt doubt;
	struct fixture b;
	uint32_t done;

	(void)state;
	make(&b, RUNNING, NULL);
	warm_up(&b);
	memset(b.content + FIRST + LEN, 0xff, 2 * CX3_FLASH_PAGE);
	wrap_reads(&b, 0xf0400, 0x100, 1);
	wrap.skip = 8;
	done = run(&b, 0, &caller);
	assert_int_equal(wrap.times, 0);
	assert_int_equal(done, 5 * CX3_FLASH_PAGE);
	assert_true(cx3_flash_take_doubt(b.flash, &doubt));
	assert_int_equal(doubt.addr, FIRST + 8 * CX3_FLASH_PAGE);
	run_to_the_end(&b, done);
	compare(&b);
	finish(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_seldom),
		cmocka_unit_test(slow_flashes),
		cmocka_unit_test(damaged_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
