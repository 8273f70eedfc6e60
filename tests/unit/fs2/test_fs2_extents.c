/* SPDX-License-Identifier: BSD-2-Clause */
/* Where an image lies on flash. */
#include "fixture.h"

#define FLASH 0x100000u

static void test_addr(void **state)
{
	struct cx3_fs2_info info = {.failsafe = true, .log2_chunk = 16};

	(void)state;
	assert_int_equal(cx3_fs2_addr(&info, 0x10004), 0x20004);
	info.start = 0x10000;
	assert_int_equal(cx3_fs2_addr(&info, 0x10004), 0x30004);
	info = (struct cx3_fs2_info){.failsafe = false};
	assert_int_equal(cx3_fs2_addr(&info, 0x10004), 0x10004);
}

static void test_pieces(void **state)
{
	struct cx3_fs2_info info = {.failsafe = true, .log2_chunk = 16};
	struct cx3_fs2_extents e;
	struct cx3_error err;

	(void)state;
	assert_int_equal(cx3_fs2_extents(&info, 0x10000, 0x18000, FLASH, &e, NULL), CX3_OK);
	assert_int_equal(e.count, 2);
	assert_int_equal(e.range[0].lo, 0x10000);
	assert_int_equal(e.range[0].hi, 0x20000);
	assert_int_equal(e.range[1].lo, 0x30000);
	assert_int_equal(e.range[1].hi, 0x38000);
	assert_int_equal(cx3_fs2_extents(&info, 0, FLASH / 2, FLASH, &e, NULL), CX3_OK);
	assert_int_equal(cx3_fs2_extents(&info, 0, FLASH / 2 + 4, FLASH, &e, &err), CX3_E_TOO_BIG);
	assert_non_null(strstr(err.cause, "pass the end of the flash"));
	assert_int_equal(cx3_fs2_extents(&info, 0, UINT32_MAX, FLASH, &e, NULL), CX3_E_TOO_BIG);
	info.failsafe = false;
	assert_int_equal(cx3_fs2_extents(&info, 0, FLASH, FLASH, &e, NULL), CX3_OK);
	assert_int_equal(e.count, 1);
	assert_int_equal(cx3_fs2_extents(&info, 0, FLASH + 4, FLASH, &e, NULL), CX3_E_TOO_BIG);
}

static void test_meet(void **state)
{
	const struct cx3_fs2_extents a = {.count = 1, .range = {{0x1000, 0x1800}}};
	struct cx3_fs2_extents b = {.count = 1, .range = {{0x1800, 0x2000}}};

	(void)state;
	assert_true(cx3_fs2_extents_meet(&a, &b, 0x1000));
	assert_false(cx3_fs2_extents_meet(&a, &b, 0x800));
	b.range[0] = (struct cx3_fs2_range){0xfffff000, 0xffffffff};
	assert_false(cx3_fs2_extents_meet(&a, &b, 0x10000));
}

/* An image in the odd home of a flash: found, filled in, and each read failing. */
static void test_at(void **state)
{
	uint8_t *flash = calloc(1, FLASH), *copy = calloc(1, FLASH);
	struct cx3_fs2_source src = cx3_fs2_memory(flash, FLASH);
	struct cx3_fs2_extents e;
	struct image i;
	bool ended = false;

	(void)state;
	assert_true(flash && copy);
	image_default(&i);
	assert_int_equal(cx3_fs2_stripe(i.bytes, i.len, 16, true, flash, FLASH, NULL), CX3_OK);
	assert_int_equal(cx3_fs2_extents_at(&src, 0, &e, NULL), CX3_E_NO_IMAGE);
	assert_int_equal(cx3_fs2_extents_at(&src, 0x10000, &e, NULL), CX3_OK);
	assert_int_equal(e.range[0].lo, 0x10000);
	cx3_fs2_extents_fill(&e, i.bytes, copy);
	assert_memory_equal(copy, flash, FLASH);
	for (unsigned reads = 1; !ended; reads++) {
		struct counting counting;
		struct cx3_fs2_source failing = counting_source(&counting, &src);
		int rc;

		counting.fail_at = reads;
		rc = cx3_fs2_extents_at(&failing, 0x10000, &e, &i.err);
		ended = counting.reads < reads;
		assert_int_equal(rc, ended ? CX3_OK : CX3_E_IO);
		assert_false(cx3_fs2_is_verdict(rc));
	}
	free(flash);
	free(copy);
	image_free(&i);
}

static void test_header_layout(void **state)
{
	struct cx3_fs2_info info;
	struct image i;

	(void)state;
	image_default(&i);
	assert_int_equal(cx3_fs2_header_layout(&i.src, 0, &info, NULL), CX3_OK);
	assert_true(info.failsafe);
	assert_int_equal(info.log2_chunk, 16);
	assert_int_equal(info.image_size, i.info.image_size);
	assert_int_equal(info.uid_count, 0);
	/* a wrong checksum of the word: a verdict, and the word is told all the same */
	i.bytes[CX3_FS2_OFF_FAILSAFE] ^= 1;
	assert_int_equal(cx3_fs2_header_layout(&i.src, 0, &info, NULL), CX3_E_IMAGE);
	assert_true(info.failsafe);
	assert_int_equal(info.log2_chunk, 16);
	assert_int_equal(cx3_fs2_header_layout(&i.src, 0x1000, &info, NULL), CX3_E_NO_IMAGE);
	image_free(&i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addr),	      cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_meet),	      cmocka_unit_test(test_at),
		cmocka_unit_test(test_header_layout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
