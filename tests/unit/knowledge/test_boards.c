/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of boards and pairs: found by PSID, sticker and image; each row is sane. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cx3flash/knowledge.h"

static void test_by_psid(void **state)
{
	const struct cx3_board *board = cx3_board_by_psid("HP_1380110017");

	(void)state;
	assert_non_null(board);
	assert_string_equal(board->form_factor, "FlexibleLOM");
	assert_int_equal(board->hw_id, 0x1f7);
	assert_int_equal(board->ports, 2);
	assert_string_equal(board->connector, "QSFP");
	assert_null(cx3_board_by_psid("HP_0000000000"));
	assert_null(cx3_board_by_psid(""));
}

static void test_by_part(void **state)
{
	const struct cx3_board *board = cx3_board_by_part("mcx354a-fcbt", NULL);

	(void)state;
	assert_non_null(board);
	assert_string_equal(board->psid, "MT_1090120019");
	assert_null(cx3_board_by_part("mcx354a-fcbt", board));
	/* a spare part's number, in parentheses; the name in an image's INI */
	assert_string_equal(cx3_board_by_part("656091-001", NULL)->image, "649283-B21_Cx-Dx");
	assert_string_equal(cx3_board_by_part("649283-B21_Cx-Dx", NULL)->vendor, "HP/HPE");
	assert_string_equal(cx3_board_by_part("MCX312B-XCB_Bx", NULL)->part_number, "MCX312B-XCBT");
	/* two boards share a part number: both are found */
	board = cx3_board_by_part("MCX341A-XCEN", NULL);
	assert_non_null(board);
	assert_non_null(cx3_board_by_part("MCX341A-XCEN", board));
	assert_null(cx3_board_by_part("MCX354A", NULL));
	assert_null(cx3_board_by_part("FRU", NULL));
	assert_null(cx3_board_by_part("", NULL));
}

static void test_names(void **state)
{
	struct cx3_board_name a, b;

	(void)state;
	cx3_board_name_parse("MCX354A-FCB_A2-A5", &a);
	assert_string_equal(a.part, "MCX354A-FCB");
	assert_string_equal(a.first, "A2");
	assert_string_equal(a.last, "A5");
	cx3_board_name_parse("649283-B21_Cx-Dx", &b);
	assert_true(cx3_board_revisions_apart(&a, &b));
	cx3_board_name_parse("MCX354A-FCB_Ax", &b);
	assert_string_equal(b.first, "Ax");
	assert_false(cx3_board_revisions_apart(&a, &b));
	cx3_board_name_parse("MCX312A-XCB_A1", &b);
	assert_string_equal(b.last, "A1");
	assert_true(cx3_board_revisions_apart(&a, &b));
	cx3_board_name_parse("7046442_7092757", &b);
	assert_string_equal(b.part, "7046442_7092757");
	assert_string_equal(b.first, "");
	assert_false(cx3_board_revisions_apart(&a, &b));
	cx3_board_name_parse("", &b);
	assert_string_equal(b.part, "");
	cx3_board_name_parse("a-name-that-is-longer-than-any-board-has-ever-had-before_A2", &b);
	assert_int_equal(strlen(b.part), sizeof(b.part) - 1);
}

/* A row that can't be found by anything but reading it is still one with a source. */
static void test_each_board(void **state)
{
	size_t count;
	const struct cx3_board *board = cx3_boards(&count);

	(void)state;
	assert_true(count > 80);
	for (size_t i = 0; i < count; i++) {
		assert_true(board[i].source[0] && board[i].vendor[0] && board[i].name);
		assert_true(board[i].hw_id == 0x1f5 || board[i].hw_id == 0x1f7);
		assert_true(board[i].ports <= 2);
		if (!board[i].psid)
			continue;
		assert_int_equal(strlen(board[i].psid), 13);
		assert_ptr_equal(cx3_board_by_psid(board[i].psid), &board[i]);
		assert_non_null(cx3_psid_owner(board[i].psid));
	}
}

static void test_pairs(void **state)
{
	size_t count;
	const struct cx3_pair *pair = cx3_pairs(&count);
	unsigned bricks = 0;

	(void)state;
	assert_true(count >= 19);
	for (size_t i = 0; i < count; i++) {
		assert_true(pair[i].source[0] && pair[i].story[0]);
		assert_true(pair[i].from_psid || pair[i].from_board);
		bricks += pair[i].result == CX3_PAIR_BRICK;
	}
	assert_int_equal(bricks, 1);
	assert_string_equal(
		cx3_pair_result_name(cx3_pair_of("MT_1120120018", "MT_1100120019")->result),
		"refused");
	/* two stories of the same pair: the worse one is told */
	assert_int_equal(cx3_pair_of("MT_1090111023", "MT_1090111019")->result,
			 CX3_PAIR_PARTLY_BAD);
	assert_null(cx3_pair_of("MT_1090120019", "HP_0280210019"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_psid), cmocka_unit_test(test_by_part),
		cmocka_unit_test(test_names),	cmocka_unit_test(test_each_board),
		cmocka_unit_test(test_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
