/* SPDX-License-Identifier: BSD-2-Clause */
/* The board's name and description out of an image's INI. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "images/fs2_build.h"

static void test_parse(void **state)
{
	struct cx3_fs2_board board;

	(void)state;
	cx3_fs2_board_parse(
		"[ADAPTER]\nName = no\n[PS_INFO]\r\n Name =  MCX354A-FCB_A2-A5 \r\n"
		"description=10GigE; dual-port SFP+ = 2\nNameX = no\n[OTHER]\nName = no",
		&board);
	assert_string_equal(board.name, "MCX354A-FCB_A2-A5");
	assert_string_equal(board.description, "10GigE; dual-port SFP+ = 2");
	cx3_fs2_board_parse("", &board);
	assert_string_equal(board.name, "");
	cx3_fs2_board_parse("[PS_INFO]\nName\n=\nName =", &board);
	assert_string_equal(board.name, "");
}

static void test_too_long(void **state)
{
	char ini[400] = "[PS_INFO]\nName=";
	struct cx3_fs2_board board;

	(void)state;
	memset(ini + strlen(ini), 'x', 300);
	cx3_fs2_board_parse(ini, &board);
	assert_int_equal(strlen(board.name), sizeof(board.name) - 1);
}

/* Of the image that is asked for, not of the lowest. */
static void test_at(void **state)
{
	static uint8_t flash[0x80000];
	struct cx3_fs2_source src = cx3_fs2_memory(flash, sizeof(flash));
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_board board;
	uint8_t *image;
	uint32_t len;

	(void)state;
	memset(flash, 0xff, sizeof(flash));
	for (unsigned odd = 0; odd < 2; odd++) {
		cx3_fs2_recipe_default(&recipe);
		recipe.log2_chunk = 16;
		recipe.code_size = 4096;
		recipe.rom_size = recipe.rom_count = 0;
		recipe.config_text = odd ? "[PS_INFO]\nName = odd_Ax\n"
					 : "[PS_INFO]\nName = even_Ax\nDescription = two\n";
		assert_int_equal(cx3_fs2_build(&recipe, &image, &len, NULL), CX3_OK);
		assert_int_equal(cx3_fs2_stripe(image, len, 16, odd, flash, sizeof(flash), NULL),
				 CX3_OK);
		free(image);
	}
	assert_int_equal(cx3_fs2_board_at(&src, 0x10000, CX3_FS2_STRIPED, &board, NULL), CX3_OK);
	assert_string_equal(board.name, "odd_Ax");
	assert_string_equal(board.description, "");
	assert_int_equal(cx3_fs2_board_at(&src, 0, CX3_FS2_STRIPED, &board, NULL), CX3_OK);
	assert_string_equal(board.description, "two");
	assert_int_equal(cx3_fs2_board_at(&src, 0x20000, CX3_FS2_STRIPED, &board, NULL),
			 CX3_E_NO_IMAGE);
	assert_string_equal(board.name, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
