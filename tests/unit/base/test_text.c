/* SPDX-License-Identifier: BSD-2-Clause */
/* What is valid UTF-8 stays as it is in JSON; single bytes that are none are escaped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cx3flash/text.h"

static void check(const char *text, const char *expected)
{
	char *copy = cx3_text_valid(text);

	assert_non_null(copy);
	assert_string_equal(copy, expected);
	free(copy);
}

static void valid_utf8_stays(void **state)
{
	static const char *const good[] = {"",
					   "d\xc3\xbc/x.bin",
					   "\xe2\x82\xac",
					   "\xf0\x9f\x98\x80",
					   "\xf4\x8f\xbf\xbf",
					   "\xc2\xa0",
					   "\033\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		check(good[i], good[i]);
}

/* Cut off, too long for its value, a surrogate, above U+10FFFF, a byte that never occurs. */
static void invalid_utf8_is_escaped(void **state)
{
	(void)state;
	check("AB\xff\xfe", "AB\\xff\\xfe");
	check("\xc3", "\\xc3");
	check("\xc3x", "\\xc3x");
	check("\xe2\x82", "\\xe2\\x82");
	check("\xc0\xaf", "\\xc0\\xaf");
	check("\xe0\x80\x80", "\\xe0\\x80\\x80");
	check("\xed\xa0\x80", "\\xed\\xa0\\x80");
	check("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	check("\x80", "\\x80");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_utf8_stays),
		cmocka_unit_test(invalid_utf8_is_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
