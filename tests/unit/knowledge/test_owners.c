/* SPDX-License-Identifier: BSD-2-Clause */
/* The owners of PSIDs: known, unknown, and those that are no more than assumed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cx3flash/knowledge.h"

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(cx3_psid_owner("MT_1200111023"), "Mellanox");
	assert_string_equal(cx3_psid_owner("HP_1380110017"), "HP");
	assert_string_equal(cx3_psid_owner("DEL1100001019"), "Dell");
	assert_string_equal(cx3_psid_owner("ISL1090110018"), "Isilon");
	assert_null(cx3_psid_owner("ZZZ1100001019"));
	assert_null(cx3_psid_owner(""));
}

static void test_assumed(void **state)
{
	const struct cx3_owner *owner = cx3_owner_of_psid("VLT0000000001");

	(void)state;
	assert_non_null(owner);
	assert_string_equal(owner->name, "Voltaire");
	assert_string_equal(cx3_grade_name(owner->grade), "unknown");
	assert_null(cx3_psid_owner("VLT0000000001"));
}

/* A row leads to itself by its own example. */
static void test_examples(void **state)
{
	static const char *const seen[] = {"MT_1090120019", "HPE0000000009", "IBM1080111023",
					   "LNV0000000025", "ORC1090120019", "GGL0000000001"};

	(void)state;
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		const struct cx3_owner *owner = cx3_owner_of_psid(seen[i]);

		assert_non_null(owner);
		assert_string_equal(owner->example, seen[i]);
		assert_true(strlen(owner->prefix) == 3 && owner->source[0]);
		assert_int_not_equal(owner->grade, CX3_GRADE_UNKNOWN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_assumed),
		cmocka_unit_test(test_examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
