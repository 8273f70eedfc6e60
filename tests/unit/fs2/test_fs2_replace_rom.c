/* SPDX-License-Identifier: BSD-2-Clause */
/* Images with another ROM, or without one. */
#include "fixture.h"
#include "said.h"

static uint8_t rom[8192] = {0x55, 0xaa};

/* The new image in the place of the old one, verified. */
static void replace(struct image *i, const uint8_t *data, uint32_t size)
{
	uint8_t *out;
	uint32_t len;

	assert_int_equal(cx3_fs2_replace_rom(i->bytes, i->len, data, size, &out, &len, &i->err),
			 CX3_OK);
	free(i->bytes);
	i->bytes = out;
	i->len = len;
	i->src = cx3_fs2_memory(out, len);
	if (cx3_fs2_verify(&i->src, CX3_FS2_CONTIGUOUS, &i->info, NULL, NULL, &i->err))
		fail_msg("%s", said(&i->err));
	assert_int_equal(i->info.image_size, len);
	assert_int_equal(i->info.end, len);
}

static void check_same_rest(const struct image *i)
{
	assert_string_equal(i->info.psid, i->recipe.psid);
	assert_int_equal(i->info.blank_uids, i->recipe.blank_uids);
	if (!i->recipe.blank_uids)
		assert_memory_equal(i->info.uid, i->recipe.uid, 8 * i->recipe.uid_count);
}

/* Shapes by seed: another ROM, none, one again; all else stays as it was. */
static void test_shapes(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 25; seed++) {
		struct image i;

		memset(&i, 0, sizeof(i));
		cx3_fs2_recipe_random(&i.recipe, seed);
		i.recipe.omit_tags = 0;
		image_build(&i);
		replace(&i, rom, sizeof(rom));
		assert_int_equal(i.info.rom_size, sizeof(rom));
		assert_memory_equal(i.bytes + i.info.rom_addr, rom, sizeof(rom));
		check_same_rest(&i);
		replace(&i, NULL, 0);
		assert_false(i.info.has_rom);
		check_same_rest(&i);
		replace(&i, rom, 400);
		assert_int_equal(i.info.rom_size, 400);
		check_same_rest(&i);
		image_free(&i);
	}
}

/* Out and in again: the very same image. */
static void test_there_and_back(void **state)
{
	struct image i, same;
	uint8_t *old;
	uint32_t old_len;

	(void)state;
	image_default(&i);
	image_default(&same);
	assert_int_equal(cx3_fs2_rom_data(&i.src, CX3_FS2_CONTIGUOUS, &old, &old_len, NULL),
			 CX3_OK);
	replace(&i, NULL, 0);
	assert_int_equal(i.len, same.len - old_len - 20);
	/* The header's flags are cleared by it, as by mstflint; here they were 0. */
	replace(&i, old, old_len);
	/* The ROM is the second section, as it was. */
	assert_int_equal(i.len, same.len);
	assert_memory_equal(i.bytes, same.bytes, i.len);
	free(old);
	image_free(&i);
	image_free(&same);
}

static void test_flags_cleared(void **state)
{
	struct image i;

	(void)state;
	image_default(&i);
	put_be32(i.bytes + CX3_FS2_OFF_CRC, 0x12345678);
	replace(&i, rom, sizeof(rom));
	assert_int_equal(be32(i.bytes + CX3_FS2_OFF_CRC) >> 16, 0x1200);
	image_free(&i);
}

static void test_refused(void **state)
{
	struct image i;
	uint8_t *out;
	uint32_t len;

	(void)state;
	image_default(&i);
	assert_int_equal(cx3_fs2_replace_rom(i.bytes, i.len, rom, 0, &out, &len, &i.err),
			 CX3_E_USAGE);
	assert_int_equal(cx3_fs2_replace_rom(i.bytes, i.len, rom, 5, &out, &len, &i.err),
			 CX3_E_USAGE);
	assert_int_equal(cx3_fs2_replace_rom(i.bytes, i.len, rom, 0x400004, &out, &len, &i.err),
			 CX3_E_USAGE);
	/* Damage must not be sealed under new CRCs. */
	i.bytes[i.len - 50] ^= 1;
	assert_int_equal(cx3_fs2_replace_rom(i.bytes, i.len, rom, 400, &out, &len, &i.err),
			 CX3_E_IMAGE);
	assert_non_null(strstr(said(&i.err), "wrong CRC"));
	assert_null(out);
	i.bytes[0] = 0;
	assert_int_equal(cx3_fs2_replace_rom(i.bytes, i.len, rom, 400, &out, &len, &i.err),
			 CX3_E_NO_IMAGE);
	image_free(&i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_flags_cleared),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
