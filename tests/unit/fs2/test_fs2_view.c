/* SPDX-License-Identifier: BSD-2-Clause */
/* Logical and physical addresses. */
#include "fixture.h"
#include "fs2/view.h"
#include "said.h"

static void test_phys(void **state)
{
	(void)state;
	/* 512 KiB chunks: chunk k lies at 2k (even home) or 2k + 1 chunks (odd home). */
	assert_int_equal(cx3_fs2_phys(0, 19, false), 0);
	assert_int_equal(cx3_fs2_phys(0x7ffff, 19, false), 0x7ffff);
	assert_int_equal(cx3_fs2_phys(0x80000, 19, false), 0x100000);
	assert_int_equal(cx3_fs2_phys(0, 19, true), 0x80000);
	assert_int_equal(cx3_fs2_phys(0x80004, 19, true), 0x180004);
	assert_int_equal(cx3_fs2_phys(0x10000, 16, true), 0x30000);
}

/* No two logical addresses of the two homes share a physical one. */
static void test_phys_is_one_to_one(void **state)
{
	static uint8_t seen[64];

	(void)state;
	for (uint32_t logical = 0; logical < 32 * 0x10000u; logical += 0x10000) {
		for (int odd = 0; odd < 2; odd++) {
			uint32_t chunk = cx3_fs2_phys(logical, 16, odd) >> 16;

			assert_true(chunk < 64);
			assert_int_equal(seen[chunk]++, 0);
		}
	}
}

static void test_read_across_chunks(void **state)
{
	static uint8_t flash[4 * 0x10000];
	struct cx3_fs2_source src = cx3_fs2_memory(flash, sizeof(flash));
	struct fs2_view view = {.src = &src, .log2_chunk = 16, .odd = true};
	uint8_t buf[8];

	(void)state;
	memcpy(flash + 0x1fffc, "ABCD", 4);
	memcpy(flash + 0x30000, "EFGH", 4);
	assert_int_equal(fs2_view_read(&view, 0xfffc, buf, 8, "thing", NULL), CX3_OK);
	assert_memory_equal(buf, "ABCDEFGH", 8);
}

static void test_limits(void **state)
{
	static uint8_t bytes[0x100];
	struct cx3_fs2_source src = cx3_fs2_memory(bytes, sizeof(bytes));
	struct fs2_view view = {.src = &src};
	struct cx3_error err = {.code = CX3_OK};
	uint8_t *loaded = NULL;

	(void)state;
	assert_int_equal(fs2_view_check(&view, 0, 0x100, "thing", &err), CX3_OK);
	assert_int_equal(fs2_view_check(&view, 0xffffffff, 0, "thing", &err), CX3_OK);
	assert_int_equal(fs2_view_check(&view, 1, 0x100, "thing", &err), CX3_E_IMAGE);
	assert_string_equal(err.place, "offset 0x1");
	assert_non_null(strstr(said(&err), "thing"));
	assert_int_equal(fs2_view_check(&view, 0xfffffff0, 0x20, "thing", &err), CX3_E_IMAGE);
	assert_int_equal(fs2_view_check(&view, 0, UINT64_C(1) << 40, "thing", &err), CX3_E_IMAGE);
	assert_int_equal(fs2_view_load(&view, 0, 0x101, "thing", &loaded, &err), CX3_E_IMAGE);
	assert_null(loaded);
	view.log2_chunk = 16;
	view.odd = true;
	assert_int_equal(fs2_view_check(&view, 0, 1, "thing", &err), CX3_E_IMAGE);
	assert_int_equal(fs2_view_check(&view, 0x7fffffff, 1, "thing", &err), CX3_E_IMAGE);
}

static void test_load_fails(void **state)
{
	static uint8_t bytes[0x100];
	struct cx3_fs2_source memory = cx3_fs2_memory(bytes, sizeof(bytes)), src;
	struct counting counting;
	struct fs2_view view = {.src = &src};
	struct cx3_error err = {.code = CX3_OK};
	uint8_t *loaded = NULL;

	(void)state;
	src = counting_source(&counting, &memory);
	counting.fail_at = 1;
	assert_int_equal(fs2_view_load(&view, 0, 16, "thing", &loaded, &err), CX3_E_IO);
	assert_null(loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_phys),
		cmocka_unit_test(test_phys_is_one_to_one),
		cmocka_unit_test(test_read_across_chunks),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_load_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
