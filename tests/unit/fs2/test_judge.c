/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tests' own checker: it calls images of any shape right, in both homes, and none with
 * a changed byte, wherever that is. The fault sweeps believe it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "images/fs2_build.h"
#include "judge.h"

#define SIZE (4u << 20)

static uint8_t *flash;

static int setup(void **state)
{
	(void)state;
	flash = malloc(SIZE);
	return flash ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(flash);
	return 0;
}

/* False if the image is too large for this flash. */
static bool lay(const struct cx3_fs2_recipe *recipe, bool odd)
{
	uint8_t *image;
	uint32_t len;
	bool fits;

	memset(flash, 0xff, SIZE);
	assert_int_equal(cx3_fs2_build(recipe, &image, &len, NULL), CX3_OK);
	if (recipe->failsafe) {
		fits = cx3_fs2_stripe(image, len, recipe->log2_chunk, odd, flash, SIZE, NULL) ==
		       CX3_OK;
	} else {
		fits = len <= SIZE && !odd;
		if (fits)
			memcpy(flash, image, len);
	}
	free(image);
	return fits;
}

static void any_shape(void **state)
{
	unsigned judged = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct cx3_fs2_recipe recipe;
		struct judged now;

		cx3_fs2_recipe_random(&recipe, seed);
		if (!lay(&recipe, seed % 2))
			continue;
		judge_flash(flash, SIZE, &now);
		if (!now.boots)
			fail_msg("seed %u: %s", (unsigned)seed, now.why);
		judged++;
		assert_int_equal(now.blank_uids, recipe.blank_uids);
		if (!(recipe.omit_tags & 1u << CX3_FS2_TAG_PSID))
			assert_string_equal(now.psid, recipe.psid);
		if (!recipe.blank_uids)
			assert_memory_equal(now.uid, recipe.uid, recipe.uid_count * 8);
	}
	assert_in_range(judged, 20, 60);
}

/* Each byte that a CRC, a checksum or the signature covers: all but a few of the header. */
static bool covered(uint32_t at)
{
	return at < 0x10 || at >= 0x28;
}

static void no_wrong_byte(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct judged now;

	(void)state;
	cx3_fs2_recipe_default(&recipe);
	recipe.log2_chunk = 16;
	recipe.code_size = 70000;
	recipe.rom_size = recipe.rom_count = 0;
	assert_true(lay(&recipe, true));
	for (uint32_t at = 0, step; at < 0x3900; at += step) {
		step = at < 0x40 ? 1 : 37;
		if (!covered(at))
			continue;
		flash[0x10000 + at] ^= 0x10;
		judge_flash(flash, SIZE, &now);
		if (now.boots)
			fail_msg("a changed byte at 0x%x is not seen", at);
		flash[0x10000 + at] ^= 0x10;
	}
	flash[0x30000 + 0x123] ^= 1; /* the second chunk */
	judge_flash(flash, SIZE, &now);
	assert_false(now.boots);
}

static void the_lowest_boots(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct judged now;

	(void)state;
	cx3_fs2_recipe_default(&recipe);
	assert_true(lay(&recipe, false));
	memcpy(flash + 0x80000, flash, 0x80000); /* its first chunk, not its second */
	judge_flash(flash, SIZE, &now);
	assert_true(now.boots);
	assert_int_equal(now.start, 0);
	assert_int_equal(now.starts, 2);
	assert_int_equal(now.broken, 1);
	memset(flash, 0, 4);
	judge_flash(flash, SIZE, &now);
	assert_false(now.boots);
	assert_int_equal(now.starts, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(any_shape, setup, teardown),
		cmocka_unit_test_setup_teardown(no_wrong_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(the_lowest_boots, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
