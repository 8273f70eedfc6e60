/* SPDX-License-Identifier: BSD-2-Clause */
/* The flash's settings as a job: what is told before the question, and what a refusal leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "burn_scene.h"
#include "said.h"

static const struct cx3_protect_options half = {.setting = CX3_SETTING_DRIVER_STRENGTH,
						.number = 50};
static const struct cx3_protect_options eight = {.setting = CX3_SETTING_DUMMY_CYCLES, .number = 8};

#define DRIVE "part=W25Q40,drv=1"

static bool notes_say(const struct engine *e, const char *text)
{
	for (unsigned i = 0; i < e->note_count; i++) {
		if (strstr(e->note[i].text, text))
			return true;
	}
	return false;
}

/* The trial is a write too: it waits for the answer, and a dry run does without. */
static void nothing_before_the_answer(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_SETTING_01");
	s.e.card = DRIVE ",status3=0x60";
	s.e.answer = CX3_E_REFUSED;
	assert_int_equal(engine_protect(&s.b, &s.e, &half, &s.err), CX3_E_REFUSED);
	s.e.answer = CX3_OK;
	s.e.options.dry_run = true;
	fixture_ok(engine_protect(&s.b, &s.e, &half, &s.err), &s.err);
	assert_true(notes_say(&s.e, "this program may not read the flash either"));
	assert_true(notes_say(&s.e, "lasts until power-off"));
	assert_int_equal(engine_state(&s.b, "status3"), 0x60);
	assert_int_equal(engine_state(&s.b, "brief"), UINT64_MAX);
	s.e.options.dry_run = false;
	fixture_ok(engine_protect(&s.b, &s.e, &half, &s.err), &s.err);
	assert_true(s.e.result.written);
	assert_int_equal(engine_state(&s.b, "status3"), 0x40);
	s.e.card = DRIVE;
	fixture_ok(engine_protect(&s.b, &s.e, &half, &s.err), &s.err);
	assert_false(s.e.result.written);
	engine_expect(&s.b, s.before);
	assert_int_equal(engine_files(&s.b, "journals", ".json", NULL, 0), 0);
	scene_end(&s);
}

/* What the part lacks is told before the question, as far as it can be. */
static void refused(void **state)
{
	static const struct {
		const char *card;
		const struct cx3_protect_options *what;
		int rc;
		const char *text;
	} cases[] = {
		{"part=M25P40", &half, CX3_E_PART, "has no such setting"},
		{"part=W25Q40", &half, CX3_E_PART, "has no such setting"},
		{"part=W25Q40", &eight, CX3_E_PART, "has no such setting"},
		{DRIVE ",status2=1,status3=0x60", &half, CX3_E_STATUS_LOCKED, "SRP1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene s;

		scene_begin(&s, "MT_SETTING_01");
		s.e.card = cases[i].card;
		assert_int_equal(engine_protect(&s.b, &s.e, cases[i].what, &s.err), cases[i].rc);
		assert_non_null(strstr(said(&s.err), cases[i].text));
		assert_int_equal(s.e.asked, 0);
		engine_expect(&s.b, s.before);
		scene_end(&s);
	}
}

/* A value that the setting has not, or no setting at all: refused before the question. */
static void values(void **state)
{
	static const struct {
		const char *card;
		struct cx3_protect_options what;
	} cases[] = {
		{DRIVE ",status3=0x60", {.setting = CX3_SETTING_DRIVER_STRENGTH, .number = 0}},
		{DRIVE ",status3=0x60", {.setting = CX3_SETTING_DRIVER_STRENGTH, .number = 30}},
		{DRIVE ",status3=0x60", {.setting = CX3_SETTING_DRIVER_STRENGTH, .number = 200}},
		{DRIVE ",status3=0x60", {.setting = (enum cx3_flash_setting)7, .number = 1}},
		{DRIVE ",status3=0x60", {.setting = (enum cx3_flash_setting)(~0u), .number = 1}},
		/* with a value that is none, that is told, and not the part */
		{"part=M25P40", {.setting = CX3_SETTING_DUMMY_CYCLES, .number = 16}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene s;

		scene_begin(&s, "MT_SETTING_01");
		s.e.card = cases[i].card;
		assert_int_equal(engine_protect(&s.b, &s.e, &cases[i].what, &s.err), CX3_E_USAGE);
		assert_int_equal(s.e.asked, 0);
		assert_false(s.e.result.touched);
		engine_expect(&s.b, s.before);
		scene_end(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_before_the_answer),
		cmocka_unit_test(refused),
		cmocka_unit_test(values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
