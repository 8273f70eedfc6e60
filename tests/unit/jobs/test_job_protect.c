/* SPDX-License-Identifier: BSD-2-Clause */
/* Write protection: lifted as late as can be, put back however the job ends. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "burn_scene.h"
#include "said.h"

#define PROTECTED 0x1c /* BP0 to BP2: all of the flash */
#define CARD "status=0x1c"

static const struct cx3_burn_options plain = {0};

static void begin(struct scene *s)
{
	scene_begin(s, "MT_PROTECT_01");
	s->e.options.unprotect = true;
	s->e.card = CARD;
}

static void expect_as_it_was(struct scene *s)
{
	engine_expect(&s->b, s->before);
	assert_int_equal(engine_state(&s->b, "status"), PROTECTED);
}

/*
 * Unless lifting the protection is allowed, the job is refused. If it is, the plan shows it
 * as the first and last step.
 */
static void asked_for_by_name(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.e.options.unprotect = false;
	assert_int_equal(scene_burn(&s), CX3_E_PROTECTED);
	assert_int_equal(s.e.shown + s.e.asked, 0);
	expect_as_it_was(&s);
	s.e.options.unprotect = true;
	s.e.options.dry_run = true;
	fixture_ok(scene_burn(&s), &s.err);
	assert_true(s.e.lifts_protection);
	expect_as_it_was(&s);
	scene_end(&s);
}

static void refusals_leave_it(void **state)
{
	struct cx3_fs2_recipe other;
	struct scene s;
	uint8_t *image;
	uint32_t len;

	(void)state;
	begin(&s);
	s.e.answer = CX3_E_REFUSED;
	assert_int_equal(scene_burn(&s), CX3_E_REFUSED);
	expect_as_it_was(&s);
	s.e.answer = CX3_OK;
	/* no folder: the backup fails */
	unsetenv("HOME");
	unsetenv("XDG_STATE_HOME");
	assert_int_equal(scene_burn(&s), CX3_E_NO_FOLDER);
	expect_as_it_was(&s);
	engine_home(&s.b);
	fixture_small_recipe(&other, "MT_ANOTHER_01", 42);
	image = fixture_image(&other, &len);
	assert_int_equal(engine_burn(&s.b, &s.e, image, len, &plain, &s.err), CX3_E_PSID);
	expect_as_it_was(&s);
	free(image);
	scene_end(&s);
}

/* Worse than agreed, which only the backup shows: not lifted before that. */
static void damage_leaves_it(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.before[0x3000] ^= 1;
	fixture_put(&s.b, s.before);
	assert_int_equal(scene_burn(&s), CX3_E_UNBOOTABLE);
	assert_int_equal(s.e.backed_up, 1);
	expect_as_it_was(&s);
	scene_end(&s);
}

static void look_at_manifest(struct engine *e, const struct cx3_backup *backup)
{
	struct cx3_error err = {0};
	const cJSON *list;
	uint8_t *text;
	size_t len;
	cJSON *root;

	(void)e;
	fixture_ok(cx3_file_read(backup->manifest, 65536, &text, &len, &err), &err);
	root = cJSON_ParseWithLength((const char *)text, len);
	free(text);
	list = cJSON_GetObjectItem(cJSON_GetObjectItem(root, "flash"), "status_registers");
	/* the backup comes before the protection goes */
	assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(list, 0)), "0x1c");
	cJSON_Delete(root);
}

static void put_back_at_the_end(void **state)
{
	struct cx3_fs2_info info;
	struct scene s;

	(void)state;
	begin(&s);
	s.e.at_backup = look_at_manifest;
	fixture_ok(scene_burn(&s), &s.err);
	assert_int_equal(s.e.backed_up, 1);
	assert_true(s.e.lifts_protection);
	fixture_booting(&s.b, &info);
	assert_int_equal(info.fw_version[1], 42);
	assert_int_equal(engine_state(&s.b, "status"), PROTECTED);
	assert_int_equal(fixture_violations(&s.b), 0);
	scene_end(&s);
}

static void put_back_after_a_failure(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.e.cancel_percent = 36;
	assert_int_equal(scene_burn(&s), CX3_E_INTERRUPTED);
	assert_true(s.e.result.pages > 10);
	assert_int_equal(engine_state(&s.b, "status"), PROTECTED);
	s.e.cancel_percent = 0;
	s.e.cancel_first = true;
	assert_int_equal(scene_burn(&s), CX3_E_INTERRUPTED);
	assert_int_equal(engine_state(&s.b, "status"), PROTECTED);
	s.e.cancel_first = false;
	scene_end(&s);
}

/* Nothing is acknowledged for a while, while the job writes: put back when the card answers
 * again in time, else told. */
static void put_back_after_a_bad_wire(void **state)
{
	unsigned failed = 0, back = 0, told = 0;
	uint64_t messages;
	struct scene s;
	char card[80];

	(void)state;
	begin(&s);
	fixture_ok(scene_burn(&s), &s.err);
	messages = (s.e.messages_before + s.e.messages) / 2;
	s.e.card = card;
	/* a burst that it gets over, up to one that it can't get over */
	for (unsigned burst = 10; burst < 100 && told == 0; burst += 6) {
		snprintf(card, sizeof(card), CARD ",nack-burst=%" PRIu64 ":%u", messages, burst);
		fixture_put(&s.b, s.before);
		if (scene_burn(&s) == CX3_OK)
			continue;
		failed++;
		assert_true(s.e.writing);
		if (engine_state(&s.b, "status") == PROTECTED)
			back++;
		else if (strstr(said(&s.err), "is still lifted"))
			told++;
	}
	assert_int_equal(back + told, failed);
	assert_true(back > 0 && told > 0);
	scene_end(&s);
}

/* Burns with the power cut at the n-th register write. Is the protection lifted then? */
static bool cut_at(struct scene *s, uint64_t n)
{
	char card[80];

	snprintf(card, sizeof(card), CARD ",power-cycle=1,power-cut=%" PRIu64, n);
	fixture_put(&s->b, s->before);
	s->e.card = card;
	assert_int_not_equal(scene_burn(s), CX3_OK);
	return engine_state(&s->b, "status") == 0;
}

static void cut_while_lifted(struct scene *s)
{
	fixture_ok(scene_burn(s), &s->err);
	assert_true(cut_at(s, (s->e.writes_before + s->e.reg_writes) / 2));
}

/* Cut while it is lifted. A burn of another file overtakes the job, and what its journal knows of
 * the protection is that burn's to put back. */
static void another_burn_meanwhile(void **state)
{
	struct cx3_fs2_recipe other;
	struct scene s;
	uint8_t *image;
	uint32_t len;

	(void)state;
	begin(&s);
	cut_while_lifted(&s);
	s.e.card = "power-cycle=1";
	fixture_small_recipe(&other, "MT_PROTECT_01", 43);
	image = fixture_image(&other, &len);
	fixture_ok(engine_burn(&s.b, &s.e, image, len, &plain, &s.err), &s.err);
	assert_true(s.e.result.written);
	assert_int_equal(engine_state(&s.b, "status"), PROTECTED);
	assert_int_equal(engine_files(&s.b, "journals", ".json", NULL, 0), 0);
	free(image);
	scene_end(&s);
}

/* Cut while it is lifted. Somebody has set another one since, above what the job writes: that one
 * counts, and the first one does not come back. */
static void set_by_somebody_since(void **state)
{
	enum { TOP_BLOCK = 0x04 };
	struct cx3_fs2_info info;
	struct scene s;

	(void)state;
	begin(&s);
	cut_while_lifted(&s);
	s.e.card = "power-cycle=1,status=0x04";
	fixture_ok(scene_burn(&s), &s.err);
	fixture_booting(&s.b, &info);
	assert_int_equal(info.fw_version[1], 42);
	assert_int_equal(engine_state(&s.b, "status"), TOP_BLOCK);
	assert_int_equal(engine_files(&s.b, "journals", ".json", NULL, 0), 0);
	scene_end(&s);
}

/* The next run of the job leaves nothing behind. */
static void expect_put_back(struct scene *s, uint64_t n)
{
	s->e.card = "power-cycle=1";
	fixture_ok(scene_burn(s), &s->err);
	if (engine_state(&s->b, "status") != PROTECTED)
		fail_msg("power-cut=%" PRIu64 ": the protection is not back", n);
	assert_int_equal(engine_files(&s->b, "journals", ".json", NULL, 0), 0);
}

/* Cut behind the write that lifts it, where no byte has changed yet: that it is to be put back is
 * not forgotten. */
static void lifted_and_no_more(void **state)
{
	uint64_t whole, lifted;
	struct scene s;

	(void)state;
	begin(&s);
	fixture_ok(scene_burn(&s), &s.err);
	whole = s.e.writes_before;
	lifted = (s.e.writes_before + s.e.reg_writes) / 2;
	while (lifted - whole > 1) {
		uint64_t n = whole + (lifted - whole) / 2;

		if (cut_at(&s, n))
			lifted = n;
		else
			whole = n;
		engine_clean(&s.b);
	}
	for (uint64_t n = whole; n<lifted + 18; n += n> lifted ? 2 : 1) {
		assert_true(cut_at(&s, n) == (n >= lifted));
		assert_true(s.e.result.touched || n < lifted);
		expect_put_back(&s, n);
	}
	scene_end(&s);
}

/* sg and restore go the same way. */
static void other_jobs(void **state)
{
	const struct cx3_burn_options guids = {.guid_count = 1, .guid = {0x0002c90300aabbc0}};
	const struct cx3_restore_options restore = {.allow_identity_change = true};
	struct scene s;

	(void)state;
	begin(&s);
	fixture_ok(engine_set_guids(&s.b, &s.e, &guids, &s.err), &s.err);
	assert_true(s.e.lifts_protection && s.e.result.written);
	assert_int_equal(engine_state(&s.b, "status"), PROTECTED);
	fixture_ok(engine_restore(&s.b, &s.e, s.before, &restore, &s.err), &s.err);
	assert_true(s.e.lifts_protection && s.e.result.written);
	expect_as_it_was(&s);
	scene_end(&s);
}

/*
 * The quad enable bit is written with the protection bits. A power cut in the middle of that
 * write may leave any of them: the next run of the job puts them back.
 */
static void quad_enable_cut_off(void **state)
{
	static const struct cx3_protect_options on = {.quad = CX3_PROTECT_QUAD_ON};
	unsigned torn = 0, cuts = 0;
	bool cut = true;

	(void)state;
	for (unsigned n = 1; cut; n++) {
		struct scene s;
		char card[80];

		scene_begin(&s, "MT_PROTECT_01");
		snprintf(card, sizeof(card), "part=W25Q40,status=0x1c,torn-status=1,power-cut=%u",
			 n);
		s.e.card = card;
		cut = engine_protect(&s.b, &s.e, &on, &s.err) != CX3_OK;
		cuts += cut;
		torn += cut && engine_state(&s.b, "status") != PROTECTED;
		s.e.card = "part=W25Q40";
		fixture_ok(engine_protect(&s.b, &s.e, &on, &s.err), &s.err);
		if (engine_state(&s.b, "status") != PROTECTED)
			fail_msg("power-cut=%u: the protection is not back", n);
		expect_as_it_was(&s);
		assert_int_equal(engine_state(&s.b, "status2"), 0x02);
		assert_int_equal(engine_files(&s.b, "journals", ".json", NULL, 0), 0);
		scene_end(&s);
	}
	assert_true(cuts > 5 && torn > 0);
}

static void quad_enable_says_what_it_does(void **state)
{
	static const struct cx3_protect_options on = {.quad = CX3_PROTECT_QUAD_ON};
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_PROTECT_01");
	s.e.card = "part=M25P40";
	assert_int_equal(engine_protect(&s.b, &s.e, &on, &s.err), CX3_E_PART);
	s.e.card = "part=W25Q40,power-cycle=1";
	fixture_ok(engine_protect(&s.b, &s.e, &on, &s.err), &s.err);
	assert_int_equal(s.e.note_count, 1);
	assert_non_null(strstr(s.e.note[0].text, "WP# and HOLD#"));
	assert_true(s.e.result.written);
	fixture_ok(engine_protect(&s.b, &s.e, &on, &s.err), &s.err);
	assert_false(s.e.result.written);
	engine_expect(&s.b, s.before);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asked_for_by_name),
		cmocka_unit_test(refusals_leave_it),
		cmocka_unit_test(damage_leaves_it),
		cmocka_unit_test(put_back_at_the_end),
		cmocka_unit_test(put_back_after_a_failure),
		cmocka_unit_test(put_back_after_a_bad_wire),
		cmocka_unit_test(another_burn_meanwhile),
		cmocka_unit_test(set_by_somebody_since),
		cmocka_unit_test(lifted_and_no_more),
		cmocka_unit_test(other_jobs),
		cmocka_unit_test(quad_enable_cut_off),
		cmocka_unit_test(quad_enable_says_what_it_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
