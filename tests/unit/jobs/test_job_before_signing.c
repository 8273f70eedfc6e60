/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The moments before another image boots: what must hold when a signature is written, or one
 * that stands is zeroed. Somebody changes the flash or resets the card just then.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "burn_scene.h"
#include "card/card.h"
#include "flash/flash.h"
#include "plan/plan.h"
#include "said.h"
#include "sim/model.h"

#define PSID "MT_SIGNING_01"
#define ODD 0x10000u /* the home that the newer image comes to */
#define SPOT 0x12345u
#define SIGNATURE CX3_FS2_SIGNATURE_SIZE

/* A flash on which all of the newer image is there but its signature; s->before has it too. */
static void begin_all_but_signed(struct scene *s)
{
	uint8_t *done;

	scene_begin(s, PSID);
	fixture_ok(scene_burn(s), &s->err);
	done = fixture_get(&s->b);
	memset(done + ODD, 0xff, SIGNATURE);
	memcpy(done, s->before, SIGNATURE);
	free(s->before);
	s->before = done;
	fixture_put(&s->b, s->before);
}

/* The draft of what is left to do: signature, boot address, and the old signature. */
static void draft(struct scene *s, struct cx3_draft *burn)
{
	const struct cx3_burn_options plain = {0};
	const uint8_t *now;

	fixture_open(&s->b, "", NULL);
	fixture_ok(cx3_shadow_read_all(s->b.shadow, &now, &s->err), &s->err);
	fixture_ok(fixture_draft_burn(s->b.shadow, s->image, s->len, &plain, burn, &s->err),
		   &s->err);
	assert_int_equal(burn->plan->place[0].stage, CX3_STAGE_SIGN);
}

static unsigned minor_that_boots(const struct scene *s)
{
	struct cx3_fs2_info info;

	fixture_booting(&s->b, &info);
	return info.fw_version[1];
}

/* A byte that was right when the plan was made, so that no step writes it. */
static void what_was_right_is_read_once_more(void **state)
{
	struct cx3_plan_health health = {0};
	struct cx3_draft burn;
	struct scene s;

	(void)state;
	begin_all_but_signed(&s);
	draft(&s, &burn);
	assert_int_not_equal(s.before[SPOT], 0);
	s.before[SPOT] = 0;
	engine_swap(&s.b, s.before);
	fixture_ok(cx3_plan_run(burn.plan, s.b.shadow, NULL, &health, &s.err), &s.err);
	assert_int_equal(health.differences, 1);
	cx3_draft_free(&burn);
	fixture_close(&s.b);
	assert_int_equal(minor_that_boots(&s), 42);
	scene_end(&s);
}

/* From the signature on a job runs to its end: stopped there it would leave two images. */
static bool always(void *user)
{
	(void)user;
	return true;
}

static void no_stop_from_the_signature_on(void **state)
{
	const struct cx3_watch watch = {.cancelled = always};
	struct cx3_draft burn;
	struct scene s;
	uint8_t *now;

	(void)state;
	begin_all_but_signed(&s);
	draft(&s, &burn);
	fixture_ok(cx3_plan_run(burn.plan, s.b.shadow, &watch, NULL, &s.err), &s.err);
	cx3_draft_free(&burn);
	fixture_close(&s.b);
	assert_int_equal(minor_that_boots(&s), 42);
	now = fixture_get(&s.b);
	assert_memory_equal(now, "\0\0\0\0", 4);
	free(now);
	scene_end(&s);
}

/* Runs the plan from step `first` on, on a card that a host's driver resets before that. */
static int run_after_reset(struct scene *s, struct cx3_plan *plan, size_t first)
{
	struct cx3_flash *flash = s->b.flash;
	uint8_t byte;
	int rc;

	plan->count -= first;
	memmove(plan->step, plan->step + first, plan->count * sizeof(*plan->step));
	memmove(plan->place, plan->place + first, plan->count * sizeof(*plan->place));
	fixture_ok(cx3_card_lock_tools(s->b.card, &s->err), &s->err);
	cx3_flash_keep(flash);
	fixture_ok(cx3_flash_read(flash, 0, &byte, 1, &s->err), &s->err);
	sim_boot_reset_by_host(simcard_behind(s->b.adapter));
	rc = cx3_plan_run_kept(plan, s->b.shadow, NULL, NULL, &s->err);
	(void)cx3_flash_let_go(flash, NULL);
	(void)cx3_card_unlock_tools(s->b.card, NULL);
	return rc;
}

static size_t first_of(const struct cx3_plan *plan, enum cx3_stage stage)
{
	size_t i = 0;

	while (i < plan->count && plan->place[i].stage != stage)
		i++;
	assert_true(i < plan->count);
	return i;
}

/* After a reset nothing that is known of the chip holds: neither does a signature come, nor is one
 * zeroed. */
static void a_reset_before_a_signature(void **state)
{
	static const enum cx3_stage stages[] = {CX3_STAGE_SIGN, CX3_STAGE_RETIRE};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct cx3_draft burn;
		struct scene s;
		uint8_t *now;
		size_t first;

		begin_all_but_signed(&s);
		draft(&s, &burn);
		first = first_of(burn.plan, stages[i]);
		if (stages[i] == CX3_STAGE_RETIRE) {
			memcpy(s.before + ODD, s.before, SIGNATURE);
			engine_swap(&s.b, s.before);
			cx3_shadow_forget(s.b.shadow, ODD, CX3_FLASH_PAGE);
		}
		assert_int_equal(run_after_reset(&s, burn.plan, first), CX3_E_CHANGED);
		assert_non_null(strstr(said(&s.err), "was reset meanwhile"));
		cx3_draft_free(&burn);
		fixture_close(&s.b);
		now = fixture_get(&s.b);
		assert_memory_equal(now, s.before, s.b.size);
		free(now);
		scene_end(&s);
	}
}

/* What was read back before the process was stopped may be something else after it. */
static uint8_t *torn;

static void spoil_what_was_read_back(struct engine *e)
{
	free(torn);
	torn = fixture_get(e->fixture);
	assert_int_not_equal(torn[SPOT], 0xff);
	torn[SPOT] = 0;
	engine_swap(e->fixture, torn);
}

static void a_byte_that_changes_during_a_pause(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, PSID);
	s.e.pause_percent = 80;
	s.e.at_pause = spoil_what_was_read_back;
	fixture_ok(scene_burn(&s), &s.err);
	assert_true(s.e.paused);
	assert_int_equal(s.e.result.differences, 1);
	assert_int_equal(minor_that_boots(&s), 42);
	free(torn);
	torn = NULL;
	scene_end(&s);
}

/* The same flash, but another firmware runs: who has reset the card may be about to use it. */
static void reset(struct engine *e, const struct cx3_job_view *view)
{
	(void)view;
	sim_boot_reset_by_host(engine_card(e));
}

static void a_reset_at_the_question(void **state)
{
	const struct cx3_burn_options plain = {0};
	struct scene s;
	uint8_t *image;
	uint32_t len;

	(void)state;
	scene_begin(&s, PSID);
	image = fixture_image(&s.recipe, &len);
	/* until the reset the older firmware runs on */
	fixture_ok(scene_burn(&s), &s.err);
	free(s.before);
	s.before = fixture_get(&s.b);
	s.e.at_question = reset;
	assert_int_equal(engine_burn(&s.b, &s.e, image, len, &plain, &s.err), CX3_E_CHANGED);
	assert_non_null(strstr(said(&s.err), "was reset since it was opened"));
	assert_non_null(strstr(said(&s.err), "Nothing was written"));
	engine_expect(&s.b, s.before);
	free(image);
	scene_end(&s);
}

/* A restore of one home after the other: what the first lap has signed must be a whole image
 * before the second one touches the image that boots. */
static void the_first_lap_is_checked_before_the_second(void **state)
{
	struct cx3_plan *plan = NULL;
	uint8_t *content;
	struct scene s;

	(void)state;
	scene_begin(&s, PSID);
	content = malloc(s.b.size);
	memset(content, 0xff, s.b.size);
	fixture_lay(content, s.b.size, s.image, s.len, true);
	fixture_open(&s.b, "", NULL);
	fixture_ok(fixture_draft_restore(s.b.shadow, content, s.b.size, &plan, &s.err), &s.err);
	assert_int_equal(plan->laps, 2);
	plan->target[SPOT] ^= 0x10;
	assert_int_equal(cx3_plan_run(plan, s.b.shadow, NULL, NULL, &s.err), CX3_E_VERIFY);
	assert_non_null(strstr(said(&s.err), "read back right but does not verify"));
	cx3_plan_free(plan);
	fixture_close(&s.b);
	assert_int_equal(minor_that_boots(&s), 36);
	free(content);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_right_is_read_once_more),
		cmocka_unit_test(no_stop_from_the_signature_on),
		cmocka_unit_test(a_reset_before_a_signature),
		cmocka_unit_test(a_byte_that_changes_during_a_pause),
		cmocka_unit_test(a_reset_at_the_question),
		cmocka_unit_test(the_first_lap_is_checked_before_the_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
