/* SPDX-License-Identifier: BSD-2-Clause */
/* reset_config: both areas are erased and nothing else; what it refuses; and the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "burn_scene.h"

#define AREA 0x2000u /* two sectors of 4 KiB */

/* Settings at the end of both homes, and something else right before them. */
static void write_settings(struct scene *s)
{
	uint8_t *flash = fixture_get(&s->b);

	for (uint32_t end = s->b.size; end > s->b.size - 0x20000; end -= 0x10000) {
		memset(flash + end - AREA, 0x12, 300);
		memset(flash + end - AREA - 64, 0x34, 64);
	}
	fixture_put(&s->b, flash);
	free(s->before);
	s->before = flash;
}

static void expect_reset(struct scene *s)
{
	uint8_t *wanted = malloc(s->b.size);

	memcpy(wanted, s->before, s->b.size);
	for (uint32_t end = s->b.size; end > s->b.size - 0x20000; end -= 0x10000)
		memset(wanted + end - AREA, 0xff, AREA);
	engine_expect(&s->b, wanted);
	free(wanted);
}

static void erases_both(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_CONFIG_0001");
	write_settings(&s);
	assert_int_equal(engine_reset_config(&s.b, &s.e, &s.err), CX3_OK);
	assert_true(s.e.result.written && s.e.result.backup);
	assert_true(s.e.plan.bootable_throughout);
	assert_int_equal(s.e.plan.sector_erases, 2);
	expect_reset(&s);
	/* once more: there is nothing to do */
	assert_int_equal(engine_reset_config(&s.b, &s.e, &s.err), CX3_OK);
	assert_true(s.e.result.unchanged && !s.e.result.written);
	scene_end(&s);
}

/* A part that erases 64 KiB: what shares the block stays. */
static void in_blocks(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_CONFIG_0001");
	write_settings(&s);
	s.e.card = "part=M25P40";
	assert_int_equal(engine_reset_config(&s.b, &s.e, &s.err), CX3_OK);
	assert_int_equal(s.e.plan.block_erases, 2);
	expect_reset(&s);
	scene_end(&s);
}

static void in_livefish(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_CONFIG_0001");
	write_settings(&s);
	s.e.card = "livefish=1";
	assert_int_equal(engine_reset_config(&s.b, &s.e, &s.err), CX3_OK);
	assert_false(s.e.plan.bootable_throughout);
	assert_non_null(strstr(s.e.plan.warning, "does not boot"));
	expect_reset(&s);
	scene_end(&s);
}

static void refuses(void **state)
{
	struct scene s;
	uint8_t *flash;

	(void)state;
	scene_begin(&s, "MT_CONFIG_0001");
	flash = malloc(s.b.size);
	memset(flash, 0xff, s.b.size);
	fixture_put(&s.b, flash);
	s.e.card = "livefish=1";
	assert_int_equal(engine_reset_config(&s.b, &s.e, &s.err), CX3_E_NO_IMAGE);
	assert_non_null(strstr(s.err.next, "Burn the card's image first"));
	/* an image without an area */
	s.recipe.config_sectors = 0;
	free(s.image);
	s.image = fixture_image(&s.recipe, &s.len);
	fixture_lay(flash, s.b.size, s.image, s.len, false);
	fixture_put(&s.b, flash);
	assert_int_equal(engine_reset_config(&s.b, &s.e, &s.err), CX3_E_NO_IMAGE);
	assert_non_null(strstr(s.err.cause, "no configuration area"));
	/* one that reaches into it */
	s.recipe.config_sectors = 16;
	s.recipe.code_size = 200000;
	free(s.image);
	s.image = fixture_image(&s.recipe, &s.len);
	memset(flash, 0xff, s.b.size);
	fixture_lay(flash, s.b.size, s.image, s.len, false);
	fixture_put(&s.b, flash);
	assert_int_equal(engine_reset_config(&s.b, &s.e, &s.err), CX3_E_TOO_BIG);
	engine_expect(&s.b, flash);
	free(flash);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(erases_both),
		cmocka_unit_test(in_blocks),
		cmocka_unit_test(in_livefish),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
