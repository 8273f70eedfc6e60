/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flashes that are hard to judge: stale, inner and damaged images, another card's content
 * after a pause, and jobs that leave a card that boots nothing or can't be begun at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "jobs_engine.h"
#include "said.h"

#define SIZE (512u << 10)
#define ODD 0x40000u /* the odd home of images with chunks of 256 KiB */
#define INNER 0x20000u

static const struct cx3_burn_options plain = {0};
static const struct cx3_restore_options as_it_is = {0};

struct scene {
	struct fixture b;
	struct cx3_fs2_recipe recipe;
	uint8_t *image, *before; /* a newer image of the recipe; the flash */
	uint32_t len;
	struct engine e;
	struct cx3_error err;
};

/* Lays an image of this recipe on `content`; what is there already stays around it. */
static void lay(uint8_t *content, const struct cx3_fs2_recipe *recipe, bool odd)
{
	uint32_t len;
	uint8_t *image = fixture_image(recipe, &len);

	fixture_lay(content, SIZE, image, len, odd);
	free(image);
}

/* The flash is blank. */
static void begin(struct scene *s)
{
	struct cx3_fs2_recipe fresh;

	memset(s, 0, sizeof(*s));
	fixture_new(&s->b, SIZE);
	engine_home(&s->b);
	s->before = fixture_get(&s->b);
	fixture_small_recipe(&s->recipe, "MT_ATTACKS_02", 36);
	s->recipe.log2_chunk = 18;
	s->recipe.code_size = 150000;
	fresh = s->recipe;
	fresh.seed = 9;
	fresh.fw_version[1] = 42;
	s->image = fixture_image(&fresh, &s->len);
}

static void end(struct scene *s)
{
	free(s->image);
	free(s->before);
	fixture_delete(&s->b);
}

static int burn(struct scene *s, const char *card, const struct cx3_burn_options *what)
{
	s->e.card = card;
	return engine_burn(&s->b, &s->e, s->image, s->len, what, &s->err);
}

/* --- Signatures in odd places --- */

/* The restore's first lap writes the even home while the odd one boots. A stale signature
 * in that range, of no image, is not zeroed again behind it. */
static void a_stale_signature_in_the_first_lap(void **state)
{
	struct scene s;
	uint8_t *content;

	(void)state;
	begin(&s);
	content = fixture_get(&s.b);
	lay(content, &s.recipe, false);
	s.recipe.seed = 7;
	lay(s.before, &s.recipe, true);
	memcpy(s.before + 0x20000, content, 16);
	assert_memory_not_equal(content + 0x20000, content, 16);
	fixture_put(&s.b, s.before);
	fixture_ok(engine_restore(&s.b, &s.e, content, &as_it_is, &s.err), &s.err);
	assert_true(s.e.plan.bootable_throughout);
	engine_expect(&s.b, content);
	free(content);
	end(&s);
}

/* A signature that is data of the damaged image at 0 lies below the new image: once its
 * image is retired it would be the lowest, so it goes too. */
static void an_inner_signature_is_retired(void **state)
{
	struct cx3_fs2_recipe part;
	struct cx3_fs2_info info;
	struct scene s;
	uint8_t *after, *inner;
	uint32_t len;

	(void)state;
	begin(&s);
	lay(s.before, &s.recipe, false);
	part = s.recipe;
	part.log2_chunk = 16;
	part.seed = 5;
	inner = fixture_image(&part, &len);
	memcpy(s.before + INNER, inner, 512);
	free(inner);
	fixture_put(&s.b, s.before);
	s.e.accept_worse = true;
	fixture_ok(burn(&s, "", &plain), &s.err);
	fixture_booting(&s.b, &info);
	assert_int_equal(info.start, ODD);
	assert_int_equal(info.fw_version[1], 42);
	after = fixture_get(&s.b);
	assert_memory_not_equal(after, s.before, 4);
	assert_memory_not_equal(after + INNER, s.before + INNER, 4);
	/* the rest of both stays */
	assert_memory_equal(after + 4, s.before + 4, INNER - 4);
	assert_memory_equal(after + INNER + 4, s.before + INNER + 4, ODD - INNER - 4);
	assert_int_equal(fixture_violations(&s.b), 0);
	free(after);
	end(&s);
}

/* A restore needs nothing from before an interrupted one: what it overwrites is kept each
 * time, be it the same card's or another's. */
static void each_restore_has_a_backup(void **state)
{
	struct scene s;
	uint8_t *content, *torn;
	char card[64];

	(void)state;
	begin(&s);
	content = fixture_get(&s.b);
	lay(content, &s.recipe, false);
	s.recipe.seed = 7;
	lay(s.before, &s.recipe, false);
	fixture_put(&s.b, s.before);
	fixture_ok(engine_restore(&s.b, &s.e, content, &as_it_is, &s.err), &s.err);
	snprintf(card, sizeof(card), "power-cut=%llu",
		 (unsigned long long)(s.e.writes_before + s.e.reg_writes) / 2);
	fixture_put(&s.b, s.before);
	s.e.card = card;
	assert_int_not_equal(engine_restore(&s.b, &s.e, content, &as_it_is, &s.err), CX3_OK);
	assert_int_equal(engine_files(&s.b, "journals", ".json", NULL, 0), 1);
	torn = fixture_get(&s.b);
	for (unsigned i = 0; i < 2; i++) {
		/* the last block is another card's */
		torn[SIZE - 1] = i ? 0x55 : 0xff;
		fixture_put(&s.b, torn);
		s.e.card = "livefish=1";
		fixture_ok(engine_restore(&s.b, &s.e, content, &as_it_is, &s.err), &s.err);
		assert_int_equal(s.e.backed_up, 1);
		engine_expect(&s.b, content);
	}
	free(torn);
	free(content);
	end(&s);
}

/* --- A damaged image below a whole one --- */

static void lay_damaged_below_whole(struct scene *s, uint64_t other_guid)
{
	struct cx3_fs2_recipe upper = s->recipe;

	upper.seed = 5;
	upper.fw_version[1] = 38;
	for (unsigned i = 0; i < 6; i++)
		upper.uid[i] ^= other_guid;
	lay(s->before, &s->recipe, false);
	lay(s->before, &upper, true);
	s->before[0x8000] ^= 4;
	fixture_put(&s->b, s->before);
}

/* What is on the card is told better by the full reading; what it gets stays the same, so
 * nothing is asked again. */
static void the_same_outcome_is_not_worse(void **state)
{
	struct cx3_fs2_info info;
	struct scene s;

	(void)state;
	begin(&s);
	lay_damaged_below_whole(&s, 0);
	fixture_ok(burn(&s, "", &plain), &s.err);
	assert_int_equal(s.e.asked, 1);
	assert_int_equal(s.e.shown, 2);
	assert_false(s.e.worse);
	fixture_booting(&s.b, &info);
	assert_int_equal(info.start, 0);
	assert_int_equal(info.fw_version[1], 42);
	end(&s);
}

/* The whole one has other GUIDs: the card would get those, so it is asked again. */
static void another_outcome_is_asked_about(void **state)
{
	struct cx3_fs2_info info;
	struct scene s;

	(void)state;
	begin(&s);
	lay_damaged_below_whole(&s, 0x120000);
	assert_int_equal(burn(&s, "", &plain), CX3_E_CHANGED);
	assert_int_equal(s.e.asked, 2);
	assert_true(s.e.worse);
	engine_expect(&s.b, s.before);
	s.e.accept_worse = true;
	fixture_ok(burn(&s, "", &plain), &s.err);
	fixture_booting(&s.b, &info);
	assert_int_equal(info.uid[0], s.recipe.uid[0] ^ 0x120000);
	end(&s);
}

/* --- Another card during a pause --- */

static const uint8_t *swapped_in;

static void swap_at_pause(struct engine *e)
{
	engine_swap(e->fixture, swapped_in);
}

/* Another card of the model is put in place while the process is stopped: not a byte of it
 * changes, and its status register does not get the first card's bits. */
static void another_card_after_a_pause(void **state)
{
	static const unsigned percent[] = {5, 30, 60};
	struct cx3_fs2_recipe twin;
	struct scene s;
	uint8_t *other;

	(void)state;
	begin(&s);
	other = fixture_get(&s.b);
	twin = s.recipe;
	for (unsigned i = 0; i < 6; i++)
		twin.uid[i] ^= 0x770000;
	lay(s.before, &s.recipe, false);
	lay(other, &twin, false);
	swapped_in = other;
	s.e.at_pause = swap_at_pause;
	s.e.options.no_backup = true;
	s.e.options.unprotect = true;
	for (unsigned i = 0; i < sizeof(percent) / sizeof(percent[0]); i++) {
		fixture_put(&s.b, s.before);
		s.e.pause_percent = percent[i];
		assert_int_equal(burn(&s, "status=0x1c", &plain), CX3_E_CHANGED);
		assert_true(s.e.paused);
		assert_non_null(strstr(said(&s.err), "is still lifted"));
		engine_expect(&s.b, other);
		assert_int_equal(engine_state(&s.b, "status"), 0);
	}
	/* the same card after the pause: it goes on, and is protected again at the end */
	s.e.at_pause = NULL;
	fixture_put(&s.b, s.before);
	fixture_ok(burn(&s, "status=0x1c", &plain), &s.err);
	assert_true(s.e.paused);
	assert_int_equal(engine_state(&s.b, "status"), 0x1c);
	free(other);
	end(&s);
}

/* The power goes while the protection is lifted, and the bits stay so: the same job again
 * puts them back at its end. */
static void lifted_protection_comes_back(void **state)
{
	struct scene s;
	char card[64];

	(void)state;
	begin(&s);
	lay(s.before, &s.recipe, false);
	s.e.options.no_backup = true;
	s.e.options.unprotect = true;
	fixture_put(&s.b, s.before);
	fixture_ok(burn(&s, "status=0x1c", &plain), &s.err);
	snprintf(card, sizeof(card), "status=0x1c,power-cut=%llu",
		 (unsigned long long)(s.e.writes_before + s.e.reg_writes) / 2);
	fixture_put(&s.b, s.before);
	assert_int_not_equal(burn(&s, card, &plain), CX3_OK);
	assert_int_equal(engine_state(&s.b, "status"), 0);
	fixture_ok(burn(&s, "power-cycle=1", &plain), &s.err);
	assert_int_equal(engine_state(&s.b, "status"), 0x1c);
	assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 0);
	end(&s);
}

/* --- What boots nothing, and what can't be begun --- */

static void expect_no_boot_said(const struct scene *s)
{
	assert_false(s->e.plan.bootable_throughout);
	assert_non_null(strstr(s->e.plan.warning, "does not boot"));
}

static void blank_guids_boot_nothing(void **state)
{
	static const struct cx3_burn_options blank = {.blank_guids = true};
	struct scene s;

	(void)state;
	begin(&s);
	lay(s.before, &s.recipe, false);
	fixture_put(&s.b, s.before);
	s.e.options.dry_run = true;
	fixture_ok(burn(&s, "", &plain), &s.err);
	assert_true(s.e.plan.bootable_throughout);
	fixture_ok(burn(&s, "", &blank), &s.err);
	expect_no_boot_said(&s);
	engine_expect(&s.b, s.before);
	end(&s);
}

/* Allowed by name, and in two laps, each of which leaves an image until the last. */
static void a_content_that_boots_nothing(void **state)
{
	static const struct cx3_restore_options allowed = {
		.allow_bad_backup = true, .allow_no_image = true, .allow_identity_change = true};
	struct scene s;
	uint8_t *content;

	(void)state;
	begin(&s);
	content = fixture_get(&s.b);
	lay(s.before, &s.recipe, false);
	fixture_put(&s.b, s.before);
	s.e.options.dry_run = true;
	assert_int_equal(engine_restore(&s.b, &s.e, content, &as_it_is, &s.err), CX3_E_NO_IMAGE);
	fixture_ok(engine_restore(&s.b, &s.e, content, &allowed, &s.err), &s.err);
	expect_no_boot_said(&s);
	/* damaged, with a whole image behind it: that is not the one that boots */
	s.recipe.seed = 6;
	lay(content, &s.recipe, false);
	lay(content, &s.recipe, true);
	content[0x8000] ^= 1;
	assert_int_equal(engine_restore(&s.b, &s.e, content, &as_it_is, &s.err), CX3_E_BACKUP);
	fixture_ok(engine_restore(&s.b, &s.e, content, &allowed, &s.err), &s.err);
	expect_no_boot_said(&s);
	free(content);
	end(&s);
}

/* SRP1: the status register is locked, which no permission to lift the protection helps. */
static void a_status_register_locked_for_good(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	free(s.before);
	/* this part has 2 MiB */
	fixture_delete(&s.b);
	fixture_new(&s.b, 2u << 20);
	engine_home(&s.b);
	s.before = fixture_get(&s.b);
	lay(s.before, &s.recipe, false);
	fixture_put(&s.b, s.before);
	for (unsigned i = 0; i < 2; i++) {
		s.e.options.unprotect = i == 1;
		assert_int_equal(burn(&s, "part=W25Q16,status=0x1c,status2=1", &plain),
				 CX3_E_STATUS_LOCKED);
		assert_int_equal(s.e.shown + s.e.asked + s.e.backed_up, 0);
		assert_int_equal(engine_files(&s.b, "backups", "", NULL, 0), 0);
		assert_int_equal(engine_state(&s.b, "status"), 0x1c);
		engine_expect(&s.b, s.before);
	}
	assert_non_null(strstr(said(&s.err), "SRP1"));
	end(&s);
}

static void a_file_is_no_folder(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	lay(s.before, &s.recipe, false);
	fixture_put(&s.b, s.before);
	s.e.options.backup_folder = s.b.file;
	assert_int_equal(burn(&s, "", &plain), CX3_E_NO_FOLDER);
	assert_non_null(strstr(said(&s.err), "is a file and no folder"));
	engine_expect(&s.b, s.before);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stale_signature_in_the_first_lap),
		cmocka_unit_test(an_inner_signature_is_retired),
		cmocka_unit_test(each_restore_has_a_backup),
		cmocka_unit_test(the_same_outcome_is_not_worse),
		cmocka_unit_test(another_outcome_is_asked_about),
		cmocka_unit_test(another_card_after_a_pause),
		cmocka_unit_test(lifted_protection_comes_back),
		cmocka_unit_test(blank_guids_boot_nothing),
		cmocka_unit_test(a_content_that_boots_nothing),
		cmocka_unit_test(a_status_register_locked_for_good),
		cmocka_unit_test(a_file_is_no_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
