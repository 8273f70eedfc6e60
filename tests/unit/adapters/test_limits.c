/* SPDX-License-Identifier: BSD-2-Clause */
/* Lengths that an adapter must carry, and those that it must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "adapters.h"
#include "said.h"

static struct cx3_error err;

static int check(size_t max_write, size_t max_read)
{
	const struct cx3_adapter a = {
		.label = "short", .max_write = max_write, .max_read = max_read};

	return cx3_adapter_check_limits(&a, &err);
}

static void a_register_must_fit(void **state)
{
	(void)state;
	assert_int_equal(check(8, 4), CX3_OK);
	assert_int_equal(check(7, 64), CX3_E_UNSUPPORTED);
	assert_non_null(strstr(said(&err), "at most 7 bytes"));
	assert_string_equal(err.place, "short");
	assert_int_equal(check(64, 3), CX3_E_UNSUPPORTED);
}

static void every_message_is_looked_at(void **state)
{
	const struct cx3_adapter a = {.label = "short", .max_write = 8, .max_read = 4};
	struct cx3_xfer xfer[3] = {
		{NULL, NULL, 8, 4, false}, {NULL, NULL, 8, 4, false}, {NULL, NULL, 8, 4, false}};

	(void)state;
	assert_int_equal(cx3_adapter_check_lengths(&a, xfer, 3, &err), CX3_OK);
	xfer[2].rd_len = 5;
	assert_int_equal(cx3_adapter_check_lengths(&a, xfer, 3, &err), CX3_E_TOO_LONG);
	xfer[2].rd_len = 4;
	xfer[1].wr_len = 9;
	assert_int_equal(cx3_adapter_check_lengths(&a, xfer, 3, &err), CX3_E_TOO_LONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_register_must_fit),
		cmocka_unit_test(every_message_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
