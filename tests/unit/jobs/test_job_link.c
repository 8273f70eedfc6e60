/* SPDX-License-Identifier: BSD-2-Clause */
/* Jobs on noisy wires: above a limit nothing is written; in the end the health is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "burn_scene.h"
#include "cx3flash/adapterops.h"
#include "said.h"

#define PSID "MT_LINK_00001"

static void same_flash(struct scene *s)
{
	uint8_t *now = fixture_get(&s->b);

	assert_memory_equal(now, s->before, s->b.size);
	free(now);
}

/* The error rate is measured before anything is asked, and told. */
static void above_the_limit_nothing_is_written(void **state)
{
	static const char *const seeds[] = {"1", "2", "3", "4", "5"};
	unsigned refused = 0;

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		struct scene s;
		char options[64];
		int rc;

		scene_begin(&s, PSID);
		snprintf(options, sizeof(options), "flip-rate=200,seed=%s", seeds[i]);
		s.e.card = options;
		s.e.options.no_backup = true;
		rc = scene_burn(&s);
		assert_int_not_equal(rc, CX3_OK);
		if (rc == CX3_E_NOISE && strstr(said(&s.err), "bits")) {
			refused++;
			assert_int_equal(s.e.asked, 0);
			assert_non_null(strstr(said(&s.err), "The wires are noisy: of "));
			assert_non_null(strstr(said(&s.err), "nothing is written"));
		}
		same_flash(&s);
		scene_end(&s);
	}
	/* with other seeds it may be the flash that can't be opened */
	assert_true(refused >= 3);
}

/* A dry run only reads: it goes on. */
static void reading_goes_on(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, PSID);
	s.e.card = "flip-rate=20,seed=11";
	s.e.options.dry_run = true;
	fixture_ok(scene_burn(&s), &s.err);
	assert_int_equal(s.e.shown, 1);
	same_flash(&s);
	scene_end(&s);
	scene_begin(&s, PSID);
	s.e.card = "flip-rate=50,seed=12";
	s.e.options.no_backup = true;
	assert_int_equal(scene_burn(&s), CX3_E_NOISE);
	assert_int_equal(s.e.shown, 0);
	same_flash(&s);
	scene_end(&s);
}

/* One flipped bit in a reading of the id tells no rate: a whole proof is read, and the job
 * goes on. */
static void one_wrong_bit_does_not_stop_it(void **state)
{
	struct scene s, clean;

	(void)state;
	scene_begin(&clean, PSID);
	clean.e.options.no_backup = true;
	fixture_ok(scene_burn(&clean), &clean.err);
	scene_begin(&s, PSID);
	s.e.options.no_backup = true;
	s.e.card = "flip-read=200"; /* of the 400 bytes that the test at open reads */
	fixture_ok(scene_burn(&s), &s.err);
	assert_true(s.e.result.written);
	/* 2,000,000 bits less the 500,000 that are read in any case: 2 messages for 80 bits */
	assert_in_range(s.e.messages, clean.e.messages + 37300, clean.e.messages + 37700);
	scene_end(&s);
	scene_end(&clean);
}

/* What was read for the backup a second time counts; here as if it had shown noise. */
static void noise_in_the_backup(struct engine *e, const struct cx3_backup *backup)
{
	struct cx3_link *link = cx3_device_link(e->device);

	assert_true(link->bits >= 40000 + 16 * (uint64_t)backup->bytes_twice);
	assert_int_equal(link->wrong, 0);
	link->wrong = 100;
}

static void the_backup_tells_of_the_wires(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, PSID);
	s.e.at_backup = noise_in_the_backup;
	assert_int_equal(scene_burn(&s), CX3_E_NOISE);
	assert_int_equal(s.e.asked, 1);
	assert_int_equal(s.e.backed_up, 1);
	assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 0);
	same_flash(&s);
	assert_int_equal(fixture_violations(&s.b), 0);
	scene_end(&s);
}

static void the_test_is_short(void **state)
{
	struct fixture b;
	struct cx3_device *device;
	struct cx3_device_options options = {0};
	struct cx3_error err;
	struct cx3_fs2_recipe recipe;
	char name[400];

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	snprintf(name, sizeof(name), "sim:%s,clock=100k", b.file);
	fixture_ok(cx3_device_open(name, &options, &device, &err), &err);
	assert_int_equal(cx3_device_link(device)->bits, 0);
	fixture_ok(cx3_device_deepen(device, CX3_OPEN_CARD, &err), &err);
	assert_int_equal(cx3_device_link(device)->bits, 8000);
	/* with what identifies the card */
	assert_true(cx3_device_adapter(device)->ops->now_us(cx3_device_adapter(device)) < 110000);
	cx3_device_close(device);
	fixture_delete(&b);
}

/* The clock is chosen when the card is opened; who only looks waits for less. */
static void the_clock_is_chosen(void **state)
{
	struct fixture b;
	struct cx3_fs2_recipe recipe;

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	for (unsigned i = 0; i < 2; i++) {
		struct cx3_device_options options = {.short_proof = i == 1};
		uint64_t proof = i == 1 ? CX3_LINK_SHORT_PROOF : CX3_LINK_PROOF;
		struct cx3_device *device;
		struct cx3_error err;
		char name[400];

		snprintf(name, sizeof(name), "sim:%s,clock=auto,noisy-above=200k", b.file);
		fixture_ok(cx3_device_open(name, &options, &device, &err), &err);
		assert_int_equal(cx3_device_adapter(device)->clock_hz, 100000);
		fixture_ok(cx3_device_deepen(device, CX3_OPEN_SHADOW, &err), &err);
		assert_int_equal(cx3_device_adapter(device)->clock_hz, 200000);
		assert_in_range(cx3_device_link(device)->bits, proof, proof + 8000);
		assert_int_equal(cx3_device_link(device)->wrong, 0);
		cx3_device_close(device);
	}
	fixture_delete(&b);
}

static void the_health_is_told(void **state)
{
	struct scene s;
	char options[64];
	uint64_t messages;

	(void)state;
	scene_begin(&s, PSID);
	fixture_ok(scene_burn(&s), &s.err);
	assert_int_equal(s.e.result.reads_repeated, 0);
	assert_int_equal(s.e.result.differences, 0);
	messages = s.e.messages;
	scene_end(&s);
	/* while the backup is read */
	scene_begin(&s, PSID);
	snprintf(options, sizeof(options), "nack=%u", (unsigned)(messages / 4));
	s.e.card = options;
	fixture_ok(scene_burn(&s), &s.err);
	assert_int_equal(s.e.result.reads_repeated, 1);
	assert_int_equal(s.e.result.pages_again + s.e.result.differences, 0);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(above_the_limit_nothing_is_written),
		cmocka_unit_test(reading_goes_on),
		cmocka_unit_test(one_wrong_bit_does_not_stop_it),
		cmocka_unit_test(the_backup_tells_of_the_wires),
		cmocka_unit_test(the_test_is_short),
		cmocka_unit_test(the_clock_is_chosen),
		cmocka_unit_test(the_health_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
