/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps that a recovery can do without, left out by whoever is asked. Each costs what is said of
 * it and nothing more: without a backup a recovery that is cut short still goes on.
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
#include "sim/simcard.h"

#define SIZE (512u << 10)
#define GUID UINT64_C(0x0002c90300a0b000)
#define PROTECTED 0x1cu /* status: all of the flash */

static struct cx3_job_choice wanted, offered;
static bool held;

static void choose(struct engine *e, const struct cx3_job_view *view)
{
	(void)e;
	offered = *view->may;
	held = view->tools_held;
	/* when it is asked again it is too late */
	assert_ptr_equal(view->worse ? view->choice : NULL, NULL);
	if (memcmp(&wanted, &(struct cx3_job_choice){0}, sizeof(wanted)) != 0)
		*view->choice = wanted;
}

static void begin(struct recover_scene *s)
{
	uint8_t *old;
	uint32_t len;

	memset(s, 0, sizeof(*s));
	memset(&wanted, 0, sizeof(wanted));
	fixture_new(&s->b, SIZE);
	engine_home(&s->b);
	fixture_small_recipe(&s->recipe, "MT_RECOVER_01", 36);
	cx3_fs2_guids_from_base(GUID, s->recipe.uid);
	s->card = malloc(SIZE);
	assert_non_null(s->card);
	memset(s->card, 0xff, SIZE);
	old = fixture_image(&s->recipe, &len);
	fixture_lay(s->card, SIZE, old, len, false);
	free(old);
	memset(s->card, 0, 4); /* its signature */
	fixture_put(&s->b, s->card);
	s->recipe.fw_version[1] = 42;
	s->recipe.uid[0]++;
	s->image = fixture_image(&s->recipe, &s->len);
	s->e.at_question = choose;
}

static void recovered(struct recover_scene *s, const char *card)
{
	uint8_t *flash;

	fixture_ok(recover_scene_run(s, card), &s->err);
	flash = fixture_get(&s->b);
	judge_flash(flash, SIZE, &s->now);
	free(flash);
	assert_true(s->now.boots && s->now.minor == 42 && s->now.uid[0] == GUID);
	assert_int_equal(fixture_violations(&s->b), 0);
	assert_int_equal(engine_files(&s->b, "journals", "", NULL, 0), 0);
}

static void kept_all(const struct recover_scene *s)
{
	struct cx3_error err;
	uint8_t *bytes;
	char path[512];
	size_t len;

	assert_int_equal(engine_files(&s->b, "journals", ".before.bin", path, sizeof(path)), 1);
	fixture_ok(cx3_file_read(path, SIZE, &bytes, &len, &err), &err);
	assert_int_equal(len, SIZE);
	assert_memory_equal(bytes, s->card, SIZE);
	free(bytes);
}

/* What is left of the identity may be overwritten: the journal has it until the end. */
static void without_a_backup_it_goes_on(void **state)
{
	struct recover_scene s;
	uint64_t first, last;
	char card[80];

	(void)state;
	begin(&s);
	wanted.no_backup = true;
	recovered(&s, "livefish=1");
	assert_true(offered.no_backup);
	assert_int_equal(s.e.backed_up, 0);
	assert_int_equal(engine_files(&s.b, "backups", "", NULL, 0), 0);
	first = s.e.writes_before + 1;
	last = s.e.reg_writes;
	for (unsigned i = 1; i < 6; i++) {
		fixture_put(&s.b, s.card);
		snprintf(card, sizeof(card), "livefish=1,power-cut=%" PRIu64,
			 first + (last - first) * i / 6);
		assert_int_not_equal(recover_scene_run(&s, card), CX3_OK);
		kept_all(&s);
		recovered(&s, "livefish=1,power-cycle=1");
		assert_int_equal(engine_files(&s.b, "backups", "", NULL, 0), 0);
	}
	recover_scene_end(&s);
}

/* The same by an option: then it is no choice any more. */
static void declined_by_an_option(void **state)
{
	struct recover_scene s;

	(void)state;
	begin(&s);
	s.e.options.no_backup = s.e.options.leave_boot_address = true;
	recovered(&s, "livefish=1,boot=0x123400");
	assert_false(offered.no_backup || offered.leave_boot_address);
	assert_int_equal(engine_files(&s.b, "backups", "", NULL, 0), 0);
	assert_int_equal(engine_state(&s.b, "boot_address"), 0x12340000);
	recover_scene_end(&s);
}

static void registers_are_left_alone(void **state)
{
	struct recover_scene s;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		begin(&s);
		wanted.leave_link = wanted.leave_boot_address = i == 1;
		recovered(&s, "livefish=1,boot=0x123400");
		assert_true(offered.leave_link && offered.leave_boot_address);
		assert_false(offered.leave_unprotected || offered.free_tools || held);
		assert_int_equal(engine_state(&s.b, "boot_address"),
				 i ? 0x12340000 : s.now.start << 8);
		assert_int_equal(engine_state(&s.b, "pcie"), i ? 0 : 2u << 27);
		recover_scene_end(&s);
	}
}

static void protection_stays_lifted(void **state)
{
	struct recover_scene s;
	char card[40];

	(void)state;
	snprintf(card, sizeof(card), "livefish=1,status=0x%x", PROTECTED);
	for (unsigned i = 0; i < 2; i++) {
		begin(&s);
		s.e.options.unprotect = true;
		wanted.leave_unprotected = i == 1;
		recovered(&s, card);
		assert_true(offered.leave_unprotected);
		assert_int_equal(engine_state(&s.b, "status"), i ? 0 : PROTECTED);
		recover_scene_end(&s);
	}
}

static void the_tools_semaphore_is_taken_for_a_yes(void **state)
{
	struct recover_scene s;

	(void)state;
	begin(&s);
	assert_int_equal(recover_scene_run(&s, "livefish=1,tools-sem=stuck"), CX3_E_OTHER_TOOL);
	assert_true(held && offered.free_tools);
	engine_expect(&s.b, s.card);
	wanted.free_tools = true;
	held = false;
	recovered(&s, "livefish=1,power-cycle=1,tools-sem=stuck");
	assert_true(held);
	recover_scene_end(&s);
}

/* The wires are tested longer then, since no backup has shown how good they are. */
static void stopped_while_the_wires_are_tested(void **state)
{
	struct recover_scene s;

	(void)state;
	begin(&s);
	wanted.no_backup = true;
	s.e.cancel_shown = true;
	assert_int_equal(recover_scene_run(&s, "livefish=1"), CX3_E_INTERRUPTED);
	assert_non_null(strstr(s.err.cause, "wires were tested; nothing was written"));
	assert_null(strstr(s.err.next, "othing was written"));
	engine_expect(&s.b, s.card);
	recover_scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_backup_it_goes_on),
		cmocka_unit_test(declined_by_an_option),
		cmocka_unit_test(registers_are_left_alone),
		cmocka_unit_test(protection_stays_lifted),
		cmocka_unit_test(stopped_while_the_wires_are_tested),
		cmocka_unit_test(the_tools_semaphore_is_taken_for_a_yes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
