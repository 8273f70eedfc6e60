/* SPDX-License-Identifier: BSD-2-Clause */
/* Error values are filled and cut as promised; log lines are dropped by level. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cx3flash/error.h"
#include "cx3flash/log.h"
#include "said.h"

static void fail_fills_all_of_the_error(void **state)
{
	struct cx3_error err;

	(void)state;
	assert_int_equal(cx3_fail(&err, CX3_E_PSID, "flash 0x1000", "PSID %s", "HP_1"), CX3_E_PSID);
	assert_int_equal(err.code, CX3_E_PSID);
	assert_string_equal(err.place, "flash 0x1000");
	assert_string_equal(said(&err), "PSID HP_1");
}

static void fail_takes_null(void **state)
{
	struct cx3_error err;

	(void)state;
	assert_int_equal(cx3_fail(NULL, CX3_E_BUS, "x", "y"), CX3_E_BUS);
	assert_int_equal(cx3_fail(&err, CX3_E_BUS, NULL, "y"), CX3_E_BUS);
	assert_string_equal(err.place, "");
}

static void long_text_is_cut_within_the_struct(void **state)
{
	struct cx3_error err;
	char text[2 * sizeof(err.cause)];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	cx3_fail(&err, CX3_E_IO, text, "%s", text);
	assert_int_equal(strlen(err.place), sizeof(err.place) - 1);
	assert_int_equal(strlen(err.cause), sizeof(err.cause) - 1);
}

/* A path of 4 KiB must not hide what is wrong with it, nor what to do about it. */
static void a_long_name_loses_its_middle(void **state)
{
	struct cx3_error err;
	char name[5000];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	cx3_fail(&err, CX3_E_FILE, name, "'%s' can't be read: too long.\nShorten %s, please.", name,
		 name);
	assert_non_null(strstr(err.place, "nnn[...]nnn"));
	assert_non_null(strstr(err.cause, "nnn[...]nnn"));
	assert_non_null(strstr(err.cause, "' can't be read: too long."));
	assert_ptr_equal(strstr(err.next, "Shorten nnn"), err.next);
	assert_non_null(strstr(err.next, "nnn[...]nnn"));
	assert_non_null(strstr(err.next, "nnn, please."));
}

/* No half of a character is left on either side of the mark. */
static void a_cut_keeps_characters_whole(void **state)
{
	struct cx3_error err;
	char name[1201];

	(void)state;
	for (size_t shift = 0; shift < 3; shift++) {
		memset(name, 'x', shift);
		for (size_t i = shift; i < sizeof(name) - 3; i += 3)
			memcpy(name + i, "\xe2\x82\xac", 4);
		cx3_fail(&err, CX3_E_FILE, name, "%s", name);
		assert_non_null(strstr(err.place, "\xe2\x82\xac[...]\xe2\x82\xac"));
		assert_non_null(strstr(err.cause, "\xe2\x82\xac[...]\xe2\x82\xac"));
	}
}

static void each_code_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int code = CX3_OK; code >= CX3_E_PART; code--) {
		const char *name = cx3_code_name((enum cx3_code)code);

		assert_string_not_equal(name, "unknown");
		for (int other = CX3_OK; other > code; other--)
			assert_string_not_equal(name, cx3_code_name((enum cx3_code)other));
	}
	assert_string_equal(cx3_code_name((enum cx3_code)1), "unknown");
	assert_string_equal(cx3_code_name((enum cx3_code)(CX3_E_PART - 1)), "unknown");
}

static void only_what_may_pass_is_tried_again(void **state)
{
	(void)state;
	assert_true(cx3_code_may_pass(CX3_E_NO_ACK));
	assert_true(cx3_code_may_pass(CX3_E_ARBITRATION));
	assert_false(cx3_code_may_pass(CX3_OK));
	assert_false(cx3_code_may_pass(CX3_E_GONE));
	assert_false(cx3_code_may_pass(CX3_E_TOO_LONG));
	assert_false(cx3_code_may_pass(CX3_E_VERIFY));
}

static void count_line(void *user, enum cx3_log_level level, const char *line)
{
	int *lines = user;

	assert_int_equal(level, CX3_LOG_INFO);
	assert_string_equal(line, "three 3");
	(*lines)++;
}

static void log_lines_above_the_level_are_dropped(void **state)
{
	int lines = 0;
	const struct cx3_log log = {.fn = count_line, .user = &lines, .level = CX3_LOG_INFO};

	(void)state;
	cx3_log(&log, CX3_LOG_INFO, "three %d", 3);
	cx3_log(&log, CX3_LOG_DEBUG, "four %d", 4);
	cx3_log(NULL, CX3_LOG_WARN, "nowhere");
	assert_int_equal(lines, 1);
}

static void cause_and_advice_are_apart(void **state)
{
	struct cx3_error err;
	char text[64];

	(void)state;
	cx3_fail(&err, CX3_E_FILE, "x", "No %s here.\nBring %u.", "bread", 2u);
	assert_string_equal(err.cause, "No bread here.");
	assert_string_equal(err.next, "Bring 2.");
	assert_string_equal(cx3_error_text(&err, text, sizeof(text)), "No bread here. Bring 2.");
	cx3_fail_next(&err, "Go %s.", "home");
	assert_string_equal(err.next, "Go home.");
	cx3_fail(&err, CX3_E_FILE, "x", "No bread here.");
	assert_string_equal(err.next, "");
	assert_string_equal(cx3_error_text(&err, text, 4), "No ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cause_and_advice_are_apart),
		cmocka_unit_test(fail_fills_all_of_the_error),
		cmocka_unit_test(fail_takes_null),
		cmocka_unit_test(long_text_is_cut_within_the_struct),
		cmocka_unit_test(a_long_name_loses_its_middle),
		cmocka_unit_test(a_cut_keeps_characters_whole),
		cmocka_unit_test(each_code_has_a_name_of_its_own),
		cmocka_unit_test(only_what_may_pass_is_tried_again),
		cmocka_unit_test(log_lines_above_the_level_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
