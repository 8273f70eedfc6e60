/* SPDX-License-Identifier: BSD-2-Clause */
/* The first pages of a job are trials: what they show of a way, and what they do not. */
#include "page_run.h"

/* What goes to 0xf0400 for a bare head. */
#define HEAD 0x4002202cu

/* A wrong bit in the first page is the wires' fault: no way is given up for it. */
static void noisy_trials(void **state)
{
	static const uint8_t zero[1];
	const struct cx3_way_row *rows;
	struct fixture b;

	(void)state;
	make_card(&b, RUNNING, NULL);
	for (uint32_t at = FIRST; at < FIRST + 512; at += CX3_FLASH_PAGE) {
		fixture_must(&b, cx3_flash_program_in_place(b.flash, at + 0x23, zero, 1, &b.err));
		fixture_must(
			&b, cx3_flash_program(b.flash, at, b.content + at, CX3_FLASH_PAGE, &b.err));
	}
	rows = cx3_flash_ways(b.flash);
	assert_int_not_equal(rows[CX3_WAY_HELD_PROGRAM].state, CX3_WAY_GIVEN_UP);
	assert_int_not_equal(rows[CX3_WAY_BARE_HEAD].state, CX3_WAY_GIVEN_UP);
	/* the model minds bits that would have to rise */
	fixture_close(&b);
	fixture_free(&b);
}

/* Programs a page whose last block, or whose first nine, can't come out right. */
static void program_spoilt(struct fixture *b, uint32_t at, bool most)
{
	static const uint8_t zeros[CX3_FLASH_PAGE];
	uint32_t from = most ? 0 : CX3_FLASH_PAGE - 16, len = most ? 9 * 16 : 16;

	fixture_must(b, cx3_flash_program_in_place(b->flash, at + from, zeros, len, &b->err));
	fixture_must(b, cx3_flash_program(b->flash, at, b->content + at, CX3_FLASH_PAGE, &b->err));
}

/* The first and the last two blocks. */
static void program_spoilt_ends(struct fixture *b, uint32_t at)
{
	static const uint8_t zeros[32];

	fixture_must(b, cx3_flash_program_in_place(b->flash, at, zeros, 16, &b->err));
	fixture_must(b, cx3_flash_program_in_place(b->flash, at + 224, zeros, 32, &b->err));
	fixture_must(b, cx3_flash_program(b->flash, at, b->content + at, CX3_FLASH_PAGE, &b->err));
}

static void program_well(struct fixture *b, uint32_t at)
{
	fixture_must(b, cx3_flash_program(b->flash, at, b->content + at, CX3_FLASH_PAGE, &b->err));
}

static bool given_up(const struct fixture *b, enum cx3_way way)
{
	return cx3_flash_ways(b->flash)[way].state == CX3_WAY_GIVEN_UP;
}

/* The wires can lose a page's last block once. A way that does not work loses it each time. */
static void lost_blocks(void **state)
{
	uint32_t at = FIRST;
	struct fixture b;

	(void)state;
	make_card(&b, RUNNING, NULL);
	program_spoilt(&b, at, false);
	assert_false(given_up(&b, CX3_WAY_HELD_PROGRAM));
	program_well(&b, at += CX3_FLASH_PAGE);
	program_spoilt(&b, at += CX3_FLASH_PAGE, false);
	assert_false(given_up(&b, CX3_WAY_BARE_HEAD));
	program_well(&b, at += CX3_FLASH_PAGE);
	program_spoilt(&b, at + CX3_FLASH_PAGE, true); /* no trial any more */
	assert_false(given_up(&b, CX3_WAY_BARE_HEAD));
	/* the model minds bits that would have to rise */
	fixture_close(&b);
	fixture_free(&b);
}

static void lost_blocks_twice(void **state)
{
	struct fixture b;

	(void)state;
	make_card(&b, RUNNING, NULL);
	program_spoilt(&b, FIRST, true);
	assert_false(given_up(&b, CX3_WAY_HELD_PROGRAM));
	program_spoilt(&b, FIRST + CX3_FLASH_PAGE, false);
	assert_true(given_up(&b, CX3_WAY_HELD_PROGRAM));
	fixture_close(&b);
	fixture_free(&b);
}

/* Where chip select may not have stayed low with WEL set, nothing is sent so again. */
static void bare_head_that_lost_most(void **state)
{
	struct fixture b;

	(void)state;
	make_card(&b, RUNNING, NULL);
	program_well(&b, FIRST);
	program_spoilt(&b, FIRST + CX3_FLASH_PAGE, true);
	assert_true(given_up(&b, CX3_WAY_BARE_HEAD));
	assert_false(given_up(&b, CX3_WAY_HELD_PROGRAM));
	fixture_close(&b);
	fixture_free(&b);
}

/* Where its blocks would be taken for opcodes that write, a page is no trial of the bare head. Nor
 * does a page that is mostly blank show that chip select was held. */
static void chosen_trials(void **state)
{
	const struct cx3_way_row *rows;
	struct fixture b;

	(void)state;
	make_card(&b, RUNNING, NULL);
	b.content[FIRST + CX3_FLASH_PAGE + 0x40] = 0xc7;
	program_well(&b, FIRST);
	rows = cx3_flash_ways(b.flash);
	assert_int_not_equal(rows[CX3_WAY_HELD_PROGRAM].state, CX3_WAY_GIVEN_UP);
	wrap_reads(&b, 0xf0400, 0, 0);
	wrap.counted_word = HEAD;
	wrap.counted_mask = UINT32_MAX;
	program_well(&b, FIRST + CX3_FLASH_PAGE);
	assert_int_equal(wrap.writes, 0);
	program_well(&b, FIRST + 2 * CX3_FLASH_PAGE);
	assert_int_equal(wrap.writes, 1);
	memset(b.content + FIRST + 3 * CX3_FLASH_PAGE, 0xff, LEN - CX3_FLASH_PAGE);
	compare(&b);
	finish(&b);
	make_card(&b, RUNNING, NULL);
	program_well(&b, FIRST);
	memset(b.content + FIRST + CX3_FLASH_PAGE + 16, 0xff, 13 * 16);
	program_spoilt_ends(&b, FIRST + CX3_FLASH_PAGE);
	assert_true(given_up(&b, CX3_WAY_BARE_HEAD));
	fixture_close(&b);
	fixture_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noisy_trials),	     cmocka_unit_test(lost_blocks),
		cmocka_unit_test(lost_blocks_twice), cmocka_unit_test(bare_head_that_lost_most),
		cmocka_unit_test(chosen_trials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
