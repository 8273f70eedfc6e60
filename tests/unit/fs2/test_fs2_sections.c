/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading single sections and the whole image. */
#include "fixture.h"
#include "said.h"

static void test_rom(void **state)
{
	struct image i;
	uint8_t *rom;
	uint32_t len;

	(void)state;
	image_default(&i);
	assert_int_equal(cx3_fs2_rom_data(&i.src, CX3_FS2_DETECT, &rom, &len, NULL), CX3_OK);
	assert_int_equal(len, i.recipe.rom_size);
	assert_memory_equal(rom, i.bytes + i.info.rom_addr, len);
	free(rom);
	i.bytes[i.info.rom_addr + 9] ^= 1;
	assert_int_equal(cx3_fs2_rom_data(&i.src, CX3_FS2_CONTIGUOUS, &rom, &len, &i.err),
			 CX3_E_IMAGE);
	assert_null(rom);
	assert_non_null(strstr(said(&i.err), "wrong CRC"));
	image_free(&i);
}

static void test_no_rom(void **state)
{
	struct image i;
	uint8_t *rom;
	uint32_t len;

	(void)state;
	image_recipe(&i);
	i.recipe.rom_size = i.recipe.rom_count = 0;
	image_build(&i);
	assert_false(i.info.has_rom);
	assert_int_equal(cx3_fs2_rom_data(&i.src, CX3_FS2_CONTIGUOUS, &rom, &len, &i.err),
			 CX3_E_NO_IMAGE);
	assert_non_null(strstr(said(&i.err), "no ROM section"));
	image_free(&i);
}

static void test_extract(void **state)
{
	static uint8_t flash[0x80000];
	struct cx3_fs2_source src = cx3_fs2_memory(flash, sizeof(flash));
	struct cx3_fs2_info info;
	struct image i;
	uint8_t *out;
	uint32_t len;

	(void)state;
	image_default(&i);
	assert_int_equal(cx3_fs2_stripe(i.bytes, i.len, 16, true, flash, sizeof(flash), NULL),
			 CX3_OK);
	assert_int_equal(cx3_fs2_query(&src, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, NULL), CX3_OK);
	assert_int_equal(cx3_fs2_extract(&src, &info, &out, &len, NULL), CX3_OK);
	assert_int_equal(len, i.len);
	assert_memory_equal(out, i.bytes, len);
	free(out);
	info.end = 0x7fffffff;
	assert_int_equal(cx3_fs2_extract(&src, &info, &out, &len, NULL), CX3_E_IMAGE);
	assert_null(out);
	image_free(&i);
}

static void test_each_read_fails(void **state)
{
	struct image i;
	int rc = CX3_E_IO;

	(void)state;
	image_default(&i);
	for (unsigned reads = 1; rc; reads++) {
		struct counting counting;
		struct cx3_fs2_source src = counting_source(&counting, &i.src);
		uint8_t *rom;
		uint32_t len;

		counting.fail_at = reads;
		rc = cx3_fs2_rom_data(&src, CX3_FS2_CONTIGUOUS, &rom, &len, &i.err);
		if (rc) {
			assert_int_equal(rc, CX3_E_IO);
			assert_null(rom);
		}
		free(rom);
	}
	image_free(&i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rom),
		cmocka_unit_test(test_no_rom),
		cmocka_unit_test(test_extract),
		cmocka_unit_test(test_each_read_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
