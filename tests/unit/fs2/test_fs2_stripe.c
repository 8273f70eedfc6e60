/* SPDX-License-Identifier: BSD-2-Clause */
/* Laying an image out as it lies on flash. */
#include "fixture.h"

#define CHUNK 0x10000u

static uint8_t flash[4 * CHUNK];
static uint8_t image[CHUNK + 8];

static void test_layout(void **state)
{
	(void)state;
	memset(image, 'a', CHUNK);
	memset(image + CHUNK, 'b', 8);
	memset(flash, 0xff, sizeof(flash));
	assert_int_equal(cx3_fs2_stripe(image, sizeof(image), 16, true, flash, sizeof(flash), NULL),
			 CX3_OK);
	assert_int_equal(flash[CHUNK - 1], 0xff);
	assert_int_equal(flash[CHUNK], 'a');
	assert_int_equal(flash[2 * CHUNK - 1], 'a');
	assert_int_equal(flash[2 * CHUNK], 0xff);
	assert_int_equal(flash[3 * CHUNK + 7], 'b');
	assert_int_equal(flash[3 * CHUNK + 8], 0xff);
}

static void test_limits(void **state)
{
	struct cx3_error err;

	(void)state;
	assert_int_equal(cx3_fs2_stripe(image, sizeof(image), 16, true, flash, 3 * CHUNK + 8, &err),
			 CX3_OK);
	assert_int_equal(cx3_fs2_stripe(image, sizeof(image), 16, true, flash, 3 * CHUNK + 7, &err),
			 CX3_E_TOO_BIG);
	assert_int_equal(
		cx3_fs2_stripe(image, sizeof(image), 16, false, flash, 2 * CHUNK + 8, &err),
		CX3_OK);
	assert_int_equal(cx3_fs2_stripe(image, sizeof(image), 16, false, flash, 4, &err),
			 CX3_E_TOO_BIG);
	assert_int_equal(cx3_fs2_stripe(image, 0, 16, false, flash, 0, &err), CX3_OK);
	assert_int_equal(cx3_fs2_stripe(image, 8, 15, false, flash, 8, &err), CX3_E_USAGE);
	assert_int_equal(cx3_fs2_stripe(image, 8, 24, false, flash, 8, &err), CX3_E_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
