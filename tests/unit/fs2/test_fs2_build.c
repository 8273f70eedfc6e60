/* SPDX-License-Identifier: BSD-2-Clause */
/* The images that the tests build are right, whatever their recipe. */
#include "fixture.h"
#include "said.h"

static void test_default(void **state)
{
	struct image i;

	(void)state;
	memset(&i, 0, sizeof(i));
	cx3_fs2_recipe_default(&i.recipe);
	image_build(&i);
	/* As large as the published image, which has 802,908 bytes. */
	assert_in_range(i.len, 780000, 820000);
	assert_int_equal(i.info.log2_chunk, 19);
	image_free(&i);
}

/* Any shape is valid, is read back as it was asked for, and is the same again. */
static void test_random(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct image i;
		uint8_t *again;
		uint32_t len;

		memset(&i, 0, sizeof(i));
		cx3_fs2_recipe_random(&i.recipe, seed);
		image_build(&i);
		if (cx3_fs2_verify(&i.src, CX3_FS2_DETECT, &i.info, NULL, NULL, &i.err))
			fail_msg("seed %d: %s", (int)seed, said(&i.err));
		assert_int_equal(i.info.failsafe, i.recipe.failsafe);
		assert_int_equal(i.info.uid_count, i.recipe.uid_count);
		assert_int_equal(i.info.blank_uids, i.recipe.blank_uids);
		assert_int_equal(i.info.rom_size, i.recipe.rom_size);
		assert_int_equal(i.info.rom_count, i.recipe.rom_count);
		for (unsigned n = 0; n < i.recipe.rom_count; n++) {
			assert_int_equal(i.info.rom[n].product_id, i.recipe.rom[n].product_id);
			assert_int_equal(i.info.rom[n].version[0], i.recipe.rom[n].version[0]);
			assert_int_equal(i.info.rom[n].version[2], i.recipe.rom[n].version[2]);
		}
		assert_false(i.info.rom_checksum_bad);
		assert_int_equal(cx3_fs2_build(&i.recipe, &again, &len, NULL), CX3_OK);
		assert_int_equal(len, i.len);
		assert_memory_equal(again, i.bytes, len);
		free(again);
		image_free(&i);
	}
}

static struct cx3_fs2_recipe recipe;

static void refuse(const char *field)
{
	struct cx3_error err = {.code = CX3_OK};
	uint8_t *image;
	uint32_t len;

	assert_int_equal(cx3_fs2_build(&recipe, &image, &len, &err), CX3_E_USAGE);
	assert_null(image);
	assert_string_equal(err.place, field);
	cx3_fs2_recipe_default(&recipe);
}

static void test_refused(void **state)
{
	(void)state;
	cx3_fs2_recipe_default(&recipe);
	memset(recipe.psid, 'x', sizeof(recipe.psid));
	refuse("psid");
	memset(recipe.vsd, 'x', sizeof(recipe.vsd));
	refuse("vsd");
	memset(recipe.product_version, 'x', sizeof(recipe.product_version));
	refuse("product_version");
	memset(recipe.prs_name, 'x', sizeof(recipe.prs_name));
	refuse("prs_name");
	recipe.rom_count = 6;
	refuse("rom_count");
	recipe.rom_size = 0;
	refuse("rom_count");
	recipe.rom_size = 4097;
	refuse("rom_size");
	recipe.rom_size = 100;
	refuse("rom_size");
	recipe.code_size = 3;
	refuse("code_size");
	recipe.code_sections = 257;
	refuse("code_sections");
	recipe.code_sections = 0;
	refuse("code_size");
	recipe.code_size = 16 << 20; /* with the rest it is more than 16 MiB */
	refuse("code_size");
	recipe.log2_chunk = 24;
	refuse("log2_chunk");
	recipe.uid_count = 5;
	refuse("uid_count");
	recipe.hw_id_count = 17;
	refuse("hw_id_count");
	recipe.log2_sector_kib = 15;
	refuse("log2_sector_kib");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
