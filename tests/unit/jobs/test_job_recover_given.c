/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card that does not boot, whose own GUIDs and MACs are sure, and which is given others: by
 * value that is told, from a file it is asked about, once.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "recover_scene.h"

#define SIZE (512u << 10)
#define GUID UINT64_C(0x0002c90300a0b000)
#define OTHER UINT64_C(0x0002c90300b1c000)
#define MAC UINT64_C(0x0002c9a0b000)
#define OTHER_MAC UINT64_C(0x0002c9b1c000)

static unsigned asked;
static int answer;

static int contradicted(void *user, const struct cx3_identity *own,
			const struct cx3_identity *given, struct cx3_error *err)
{
	(void)user;
	asked++;
	assert_true(own->guid[0] == GUID && own->mac[0] == MAC);
	assert_true(given->guid[0] == OTHER && given->mac[0] == OTHER_MAC);
	return answer == CX3_OK ? CX3_OK : cx3_fail(err, CX3_E_REFUSED, "test", "No.");
}

static void begin(struct recover_scene *s)
{
	struct cx3_fs2_recipe recipe;
	uint8_t *old;
	uint32_t len;

	memset(s, 0, sizeof(*s));
	asked = 0;
	answer = CX3_OK;
	fixture_new(&s->b, SIZE);
	engine_home(&s->b);
	fixture_small_recipe(&recipe, "MT_RECOVER_01", 36);
	cx3_fs2_guids_from_base(GUID, recipe.uid);
	cx3_fs2_macs_from_base(MAC, recipe.uid + 4);
	s->card = malloc(SIZE);
	assert_non_null(s->card);
	memset(s->card, 0xff, SIZE);
	old = fixture_image(&recipe, &len);
	fixture_lay(s->card, SIZE, old, len, false);
	free(old);
	memset(s->card, 0, 4); /* its signature */
	fixture_put(&s->b, s->card);
	recipe.fw_version[1] = 42;
	recipe.uid[0] ^= 0x10000; /* the image's own */
	s->image = fixture_image(&recipe, &s->len);
	s->burn.guid_count = s->burn.mac_count = 1;
	s->burn.guid[0] = OTHER;
	s->burn.mac[0] = OTHER_MAC;
}

static void expect_untouched(struct recover_scene *s)
{
	uint8_t *flash = fixture_get(&s->b);

	assert_memory_equal(flash, s->card, SIZE);
	free(flash);
}

static void expect_other(struct recover_scene *s)
{
	uint8_t *flash = fixture_get(&s->b);
	struct judged now;

	judge_flash(flash, SIZE, &now);
	free(flash);
	assert_true(now.boots && now.minor == 42);
	assert_true(now.uid[0] == OTHER && now.uid[4] == OTHER_MAC);
}

static void by_value_it_is_told(void **state)
{
	struct recover_scene s;

	(void)state;
	begin(&s);
	s.what.contradicted = contradicted;
	fixture_ok(recover_scene_run(&s, "livefish=1"), &s.err);
	assert_int_equal(asked, 0);
	expect_other(&s);
	recover_scene_end(&s);
}

static void a_file_is_asked_about(void **state)
{
	struct recover_scene s;

	(void)state;
	begin(&s);
	s.what.from_file = true;
	/* nobody can be asked */
	assert_int_equal(recover_scene_run(&s, "livefish=1"), CX3_E_IDENTITY);
	expect_untouched(&s);
	s.what.contradicted = contradicted;
	answer = CX3_E_REFUSED;
	assert_int_equal(recover_scene_run(&s, "livefish=1"), CX3_E_REFUSED);
	assert_int_equal(asked, 1);
	expect_untouched(&s);
	/* the plan is made twice, and it is asked once */
	answer = CX3_OK;
	fixture_ok(recover_scene_run(&s, "livefish=1"), &s.err);
	assert_int_equal(asked, 2);
	expect_other(&s);
	recover_scene_end(&s);
}

/* The card's own, or a part of it, is nothing to ask about. */
static void what_agrees_is_not(void **state)
{
	struct recover_scene s;

	(void)state;
	begin(&s);
	s.what.from_file = true;
	s.burn.mac_count = 0;
	s.burn.guid[0] = GUID;
	fixture_ok(recover_scene_run(&s, "livefish=1"), &s.err);
	recover_scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_value_it_is_told),
		cmocka_unit_test(a_file_is_asked_about),
		cmocka_unit_test(what_agrees_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
