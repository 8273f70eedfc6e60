/* SPDX-License-Identifier: BSD-2-Clause */
/* No text of an image moves a terminal or spoils a JSON document. */
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
	static const char *const good[] = {"d\xc3\xbc/x.bin", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
					   "\xf4\x8f\xbf\xbf", "\xc2\xa0"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_string_equal(shown(good[i]), good[i]);
		check(good[i], PRINTABLE_JSON, good[i]);
	}
	check("\033\n", PRINTABLE_JSON, "\033\n");
}

/* Cut off, too long for its value, a surrogate, above U+10FFFF, a byte that never occurs. */
static void invalid_utf8_is_escaped(void **state)
{
	(void)state;
	check("AB\xff\xfe", PRINTABLE_JSON, "AB\\xff\\xfe");
	check("\xc3", PRINTABLE_JSON, "\\xc3");
	check("\xe2\x82", PRINTABLE_JSON, "\\xe2\\x82");
	check("\xc0\xaf", PRINTABLE_JSON, "\\xc0\\xaf");
	check("\xe0\x80\x80", PRINTABLE_JSON, "\\xe0\\x80\\x80");
	check("\xed\xa0\x80", PRINTABLE_JSON, "\\xed\\xa0\\x80");
	check("\xf4\x90\x80\x80", PRINTABLE_JSON, "\\xf4\\x90\\x80\\x80");
	check("\x80", PRINTABLE_JSON, "\\x80");
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
		cmocka_unit_test(invalid_utf8_is_escaped),
		cmocka_unit_test(long_texts_are_cut_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
