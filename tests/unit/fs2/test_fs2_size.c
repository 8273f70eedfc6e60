/* SPDX-License-Identifier: BSD-2-Clause */
/* How large an image may be. */
#include "fixture.h"

#define FLASH 0x200000u

static void test_failsafe(void **state)
{
	struct cx3_fs2_info fresh = {.failsafe = true, .config_sectors = 2, .sector_size = 0x1000};
	struct cx3_fs2_info old = fresh;

	(void)state;
	assert_int_equal(cx3_fs2_max_image(FLASH, NULL, &fresh), 0x100000 - 0x2000);
	old.config_sectors = 4;
	assert_int_equal(cx3_fs2_max_image(FLASH, &old, &fresh), 0x100000 - 0x4000);
	old.sector_size = 0x2000;
	assert_int_equal(cx3_fs2_max_image(FLASH, &old, &fresh), 0x100000 - 0x8000);
	old.config_pad = 3;
	assert_int_equal(cx3_fs2_max_image(FLASH, &old, &fresh), 0x100000 - 0x8000 - 0x6000);
	fresh.config_pad = 9; /* the flash's padding counts, not the new image's */
	assert_int_equal(cx3_fs2_max_image(FLASH, &old, &fresh), 0x100000 - 0x8000 - 0x6000);
}

/* No sector size: 64 KiB; and never more than 64 KiB are kept. */
static void test_defaults(void **state)
{
	struct cx3_fs2_info fresh = {.failsafe = true, .config_sectors = 2};

	(void)state;
	assert_int_equal(cx3_fs2_max_image(FLASH, NULL, &fresh), 0x100000 - 0x10000);
	fresh.failsafe = false;
	assert_int_equal(cx3_fs2_max_image(FLASH, NULL, &fresh), FLASH - 0x20000);
	fresh.config_sectors = 0;
	assert_int_equal(cx3_fs2_max_image(FLASH, NULL, &fresh), FLASH);
}

static void test_absurd(void **state)
{
	struct cx3_fs2_info fresh = {
		.failsafe = true, .config_sectors = UINT32_MAX, .sector_size = 1 << 24};
	struct cx3_fs2_info old = {.config_pad = UINT32_MAX};

	(void)state;
	assert_int_equal(cx3_fs2_max_image(FLASH, &old, &fresh), 0);
	assert_int_equal(cx3_fs2_max_image(0, NULL, &fresh), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failsafe),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_absurd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
