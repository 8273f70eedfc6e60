/* SPDX-License-Identifier: BSD-2-Clause */
/* Where images are looked for. */
#include "fixture.h"

#define SIZE 0x200000u

static uint8_t *flash;

static int set_up(void **state)
{
	(void)state;
	flash = malloc(SIZE);
	memset(flash, 0xff, SIZE);
	return flash ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	free(flash);
	return 0;
}

static unsigned locate(uint32_t size, uint32_t *start)
{
	struct cx3_fs2_source src = cx3_fs2_memory(flash, size);
	unsigned count = 99;

	assert_int_equal(cx3_fs2_locate(&src, start, &count, NULL), CX3_OK);
	return count;
}

static void test_nothing(void **state)
{
	uint32_t start[CX3_FS2_MAX_STARTS];

	(void)state;
	assert_int_equal(locate(SIZE, start), 0);
	assert_int_equal(locate(15, start), 0);
	assert_int_equal(locate(0, start), 0);
}

static void test_each_start(void **state)
{
	uint32_t start[CX3_FS2_MAX_STARTS];

	(void)state;
	for (uint32_t at = 0; at < SIZE; at = at ? 2 * at : 0x10000) {
		fs2_put_magic(flash + at);
		assert_int_equal(locate(SIZE, start), 1);
		assert_int_equal(start[0], at);
		assert_int_equal(locate(at + 16, start), 1);
		assert_int_equal(locate(at + 15, start), 0);
		memset(flash + at, 0xff, 16);
	}
}

static unsigned half_voided(void)
{
	struct cx3_fs2_source src = cx3_fs2_memory(flash, SIZE);
	uint32_t start[CX3_FS2_MAX_STARTS];
	unsigned count = 99;

	assert_int_equal(cx3_fs2_locate_half_voided(&src, start, &count, NULL), CX3_OK);
	return count;
}

static void test_half_voided(void **state)
{
	(void)state;
	fs2_put_magic(flash);
	fs2_put_magic(flash + 0x10000);
	assert_int_equal(half_voided(), 0);
	flash[0x10000] = 0x0c; /* of 0x4d */
	assert_int_equal(half_voided(), 1);
	flash[0x10000] = 0x1d; /* a bit that the signature does not have */
	assert_int_equal(half_voided(), 0);
	memset(flash + 0x10000, 0, 4);
	assert_int_equal(half_voided(), 0);
	flash[0x10003] = 0x40;
	assert_int_equal(half_voided(), 1);
	flash[0x1000f] ^= 1; /* not a signature's rest */
	assert_int_equal(half_voided(), 0);
	memset(flash, 0xff, 16);
	memset(flash + 0x10000, 0xff, 16);
}

static void test_other_places_do_not_count(void **state)
{
	uint32_t start[CX3_FS2_MAX_STARTS];

	(void)state;
	fs2_put_magic(flash + 0x30000);
	fs2_put_magic(flash + 4);
	assert_int_equal(locate(SIZE, start), 0);
}

/* A burn writes these bytes last and clears the first four in the old home:
 * each word must count. */
static void test_every_word_counts(void **state)
{
	uint32_t start[CX3_FS2_MAX_STARTS];

	(void)state;
	for (size_t word = 0; word < 4; word++) {
		fs2_put_magic(flash);
		assert_int_equal(locate(SIZE, start), 1);
		put_be32(flash + 4 * word, 0);
		assert_int_equal(locate(SIZE, start), 0);
	}
}

static void test_all_in_order(void **state)
{
	uint32_t start[CX3_FS2_MAX_STARTS];

	(void)state;
	fs2_put_magic(flash + 0x80000);
	fs2_put_magic(flash);
	fs2_put_magic(flash + 0x100000);
	assert_int_equal(locate(SIZE, start), 3);
	assert_int_equal(start[0], 0);
	assert_int_equal(start[1], 0x80000);
	assert_int_equal(start[2], 0x100000);
}

static void test_source_fails(void **state)
{
	struct cx3_fs2_source memory = cx3_fs2_memory(flash, SIZE), src;
	struct counting counting;
	struct cx3_error err = {.code = CX3_OK};
	uint32_t start[CX3_FS2_MAX_STARTS];
	unsigned count;

	(void)state;
	src = counting_source(&counting, &memory);
	counting.fail_at = 3;
	assert_int_equal(cx3_fs2_locate(&src, start, &count, &err), CX3_E_IO);
	assert_int_equal(err.code, CX3_E_IO);
	/* It reads 16 bytes at each of the six starts of a 2 MiB flash, no more. */
	src = counting_source(&counting, &memory);
	assert_int_equal(cx3_fs2_locate(&src, start, &count, &err), CX3_OK);
	assert_int_equal(counting.bytes, 6 * 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_each_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_half_voided, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_places_do_not_count, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_every_word_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_all_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_source_fails, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
