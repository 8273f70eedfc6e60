/* SPDX-License-Identifier: BSD-2-Clause */
/* No text of an image moves a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/printable.h"

static void check(const char *text, enum printable kind, const char *expected)
{
	char *copy = printable_copy(text, kind);

	assert_non_null(copy);
	assert_string_equal(copy, expected);
	free(copy);
}

static void terminals_are_not_moved(void **state)
{
	(void)state;
	assert_string_equal(shown("MT_1 \033[2K\r\n\177"), "MT_1 \\x1b[2K\\x0d\\x0a\\x7f");
	assert_string_equal(shown("\xc2\x9b"
				  "1A"),
			    "\\xc2\\x9b1A");
	assert_string_equal(shown("\x9b"
				  "1A"),
			    "\\x9b1A");
	check("a\tb\r\nc\rd\033", PRINTABLE_LINES, "a\tb\r\nc\\x0dd\\x1b");
}

static void valid_utf8_stays(void **state)
{
	(void)state;
	assert_string_equal(shown("d\xc3\xbc/\xe2\x82\xac"), "d\xc3\xbc/\xe2\x82\xac");
	assert_string_equal(shown("AB\xff"), "AB\\xff");
}

static void long_texts_are_cut_whole(void **state)
{
	char text[4000];

	(void)state;
	memset(text, '\033', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_in_range(strlen(shown(text)), 2000, 2047);
	assert_int_equal(strlen(shown(text)) % 4, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terminals_are_not_moved),
		cmocka_unit_test(valid_utf8_stays),
		cmocka_unit_test(long_texts_are_cut_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
