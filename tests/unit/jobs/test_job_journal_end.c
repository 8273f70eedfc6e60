/* SPDX-License-Identifier: BSD-2-Clause */
/* Which journals a job that is complete takes away, and which it leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "two_cards.h"

static const struct cx3_burn_options plain = {0};

/* Without backups: the journals' own copies are all that is left of what the cards held. */
static void begin(struct two_cards *s)
{
	two_cards_begin(s, 60000, &plain);
	s->e.options.no_backup = true;
}

static unsigned journals(const struct two_cards *s)
{
	return engine_files(&s->b, "journals", ".json", NULL, 0);
}

/* A clone: the same GUIDs and MACs, but another VSD. A burn of it that is complete leaves the
 * first card's journal, which alone knows that card's VSD. */
static void a_clone_meanwhile(void **state)
{
	struct cx3_fs2_info info;
	struct two_cards s;
	uint8_t *image;
	uint32_t len;

	(void)state;
	begin(&s);
	s.recipe[1] = s.recipe[0];
	snprintf(s.recipe[1].vsd, sizeof(s.recipe[1].vsd), "the clone");
	image = fixture_image(&s.recipe[1], &len);
	fixture_lay(s.before[1], TWO_CARDS_SIZE, image, len, false);
	free(image);
	two_cards_interrupt(&s, 0, 50);
	fixture_put(&s.b, s.before[1]);
	fixture_ok(two_cards_burn(&s, ""), &s.err);
	assert_int_equal(journals(&s), 1);
	fixture_put(&s.b, s.torn[0]);
	fixture_ok(two_cards_burn(&s, "livefish=1"), &s.err);
	two_cards_expect(&s, 0);
	fixture_booting(&s.b, &info);
	assert_string_equal(info.vsd, s.recipe[0].vsd);
	assert_int_equal(journals(&s), 0);
	two_cards_end(&s);
}

/*
 * A burn of another file overtakes what was interrupted before it: unless the card has other
 * GUIDs after it, and the journal's own copy is all that knows the old ones.
 */
static void another_burn_overtakes(void **state)
{
	static const struct cx3_burn_options of_the_image = {.use_image_guids = true};

	(void)state;
	for (unsigned keeps = 0; keeps < 2; keeps++) {
		struct cx3_fs2_recipe recipe;
		struct two_cards s;
		uint8_t *image;
		uint32_t len;

		begin(&s);
		two_cards_interrupt(&s, 0, 50);
		recipe = s.recipe[0];
		recipe.seed = 11;
		for (unsigned u = 0; u < 6; u++)
			recipe.uid[u] ^= 0x550000;
		image = fixture_image(&recipe, &len);
		fixture_put(&s.b, s.before[0]);
		fixture_ok(
			engine_burn(&s.b, &s.e, image, len, keeps ? &plain : &of_the_image, &s.err),
			&s.err);
		assert_true(s.e.result.written);
		assert_int_equal(journals(&s), keeps ? 0 : 1);
		free(image);
		two_cards_end(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clone_meanwhile),
		cmocka_unit_test(another_burn_overtakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
