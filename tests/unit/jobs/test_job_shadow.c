/* SPDX-License-Identifier: BSD-2-Clause */
/* The shadow reads each byte once, and follows what a plan changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "card/card.h"
#include "jobs_fixture.h"

struct seen {
	uint64_t last, total, calls;
	bool backwards, past_total;
	unsigned stop_after; /* calls of cancelled; 0: never */
	unsigned asked;
};

static void on_progress(void *user, const struct cx3_progress *p)
{
	struct seen *seen = user;

	seen->calls++;
	seen->backwards = seen->backwards || p->done < seen->last;
	seen->past_total = seen->past_total || p->done > p->total;
	seen->last = p->done;
	seen->total = p->total;
}

static bool on_cancelled(void *user)
{
	struct seen *seen = user;

	return ++seen->asked == seen->stop_after;
}

static uint64_t read_from_flash(const struct fixture *b)
{
	return cx3_flash_counts(b->flash)->bytes_read;
}

/* Short reads of one query share the semaphore, which is free again after it, also when it fails.
 */
static void query_holds(void **state)
{
	(void)state;
	for (unsigned damaged = 0; damaged < 2; damaged++) {
		struct cx3_fs2_recipe recipe;
		struct cx3_fs2_source src;
		struct cx3_fs2_info info;
		struct cx3_error err = {0};
		struct fixture b;
		uint64_t calls;

		fixture_with_image(&b, "MT_SHADOW_001", &recipe);
		fixture_open(&b, "livefish=0,fw=2.36.5000,clock=400k", NULL);
		src = cx3_shadow_source(b.shadow);
		calls = b.adapter->traffic.calls;
		if (damaged)
			src.size = 0x800;
		assert_int_equal(cx3_fs2_query(&src, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, &err) ==
					 CX3_OK,
				 !damaged);
		assert_false(cx3_flash_is_held(b.flash));
		assert_true(b.adapter->traffic.calls - calls < 40);
		/* nobody holds it: it is had at once */
		fixture_ok(cx3_card_lock(b.card, &err), &err);
		assert_false(cx3_card_identity(b.card)->semaphore_taken);
		fixture_ok(cx3_card_unlock(b.card, &err), &err);
		fixture_close(&b);
	}
}

static void each_byte_is_read_once(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_source src;
	struct cx3_error err = {0};
	uint8_t buf[100];
	const uint8_t *data;
	uint64_t before;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_SHADOW_001", &recipe);
	fixture_open(&b, "", NULL);
	assert_int_equal(cx3_shadow_missing(b.shadow), b.size);
	assert_false(cx3_shadow_known(b.shadow, 1000, 1, NULL));
	src = cx3_shadow_source(b.shadow);
	assert_int_equal(src.size, b.size);
	before = read_from_flash(&b);
	fixture_ok(src.read_once(src.user, 1000, buf, sizeof(buf), &err), &err);
	/* 1000 to 1099 touch the 16-byte grains from 992 to 1103 */
	assert_int_equal(read_from_flash(&b) - before, 112);
	assert_int_equal(cx3_shadow_missing(b.shadow), b.size - 112);
	fixture_ok(src.read_once(src.user, 1000, buf, sizeof(buf), &err), &err);
	assert_int_equal(read_from_flash(&b) - before, 112);
	/* what decides something is read a second time, and no third time */
	fixture_ok(src.read(src.user, 1000, buf, sizeof(buf), &err), &err);
	fixture_ok(src.read(src.user, 1000, buf, sizeof(buf), &err), &err);
	assert_int_equal(read_from_flash(&b) - before, 2 * 112);
	assert_int_equal(cx3_shadow_missing(b.shadow), b.size - 112);
	before += 112;
	assert_true(cx3_shadow_known(b.shadow, 992, 112, &data));
	assert_memory_equal(data + 8, buf, sizeof(buf));
	assert_false(cx3_shadow_known(b.shadow, 992, 113, NULL));
	fixture_ok(cx3_shadow_read_all(b.shadow, &data, &err), &err);
	assert_int_equal(read_from_flash(&b) - before, b.size);
	assert_int_equal(cx3_shadow_missing(b.shadow), 0);
	fixture_delete(&b);
}

static void reading_shows_progress(void **state)
{
	struct seen seen = {0};
	struct cx3_watch watch = {
		.progress = on_progress, .cancelled = on_cancelled, .user = &seen};
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	const uint8_t *data;
	uint8_t *content;
	uint64_t before;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_SHADOW_002", &recipe);
	fixture_open(&b, "", &watch);
	before = b.adapter->traffic.wire_bytes;
	fixture_ok(cx3_shadow_read_all(b.shadow, &data, &err), &err);
	assert_true(seen.calls > 20);
	assert_false(seen.backwards || seen.past_total);
	assert_int_equal(seen.last, seen.total);
	/* the bar's figure is what went over the wire, within 2 % */
	assert_true(b.adapter->traffic.wire_bytes - before < seen.total * 51 / 50);
	assert_true(b.adapter->traffic.wire_bytes - before > seen.total * 49 / 50);
	/* and the budget: 2.6 wire bytes for each flash byte, with the proof of what is blank */
	assert_true(b.adapter->traffic.wire_bytes - before < b.size * 26 / 10);
	content = fixture_get(&b);
	assert_memory_equal(content, data, b.size);
	free(content);
	fixture_delete(&b);
}

static bool on_pause_wanted(void *user)
{
	struct seen *seen = user;

	return ++seen->asked == seen->stop_after;
}

static void on_pause(void *user)
{
	struct seen *seen = user;

	seen->calls++;
}

/* Between two pieces, and not only at the end; reading goes on after it. */
static void reading_can_pause(void **state)
{
	struct seen seen = {.stop_after = 5};
	struct cx3_watch watch = {
		.pause_wanted = on_pause_wanted, .pause = on_pause, .user = &seen};
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	const uint8_t *data;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_SHADOW_004", &recipe);
	fixture_open(&b, "", &watch);
	fixture_ok(cx3_shadow_read_all(b.shadow, &data, &err), &err);
	assert_int_equal(seen.calls, 1);
	assert_true(seen.asked > 5);
	fixture_delete(&b);
}

static void reading_can_be_stopped(void **state)
{
	struct seen seen = {.stop_after = 5};
	struct cx3_watch watch = {.cancelled = on_cancelled, .user = &seen};
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	const uint8_t *data;
	uint32_t missing;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_SHADOW_003", &recipe);
	fixture_open(&b, "", &watch);
	assert_int_equal(cx3_shadow_read_all(b.shadow, &data, &err), CX3_E_INTERRUPTED);
	missing = cx3_shadow_missing(b.shadow);
	assert_true(missing > 0 && missing < b.size);
	/* what was read stays known: the next call goes on */
	fixture_ok(cx3_shadow_read_all(b.shadow, &data, &err), &err);
	assert_int_equal(cx3_flash_counts(b.flash)->bytes_read >= b.size, true);
	fixture_delete(&b);
}

static void failures_are_passed_on(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	const uint8_t *data;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_SHADOW_004", &recipe);
	fixture_open(&b, "gone=2000", NULL);
	assert_int_equal(cx3_shadow_read_all(b.shadow, &data, &err), CX3_E_GONE);
	fixture_delete(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(query_holds),
		cmocka_unit_test(each_byte_is_read_once),
		cmocka_unit_test(reading_shows_progress),
		cmocka_unit_test(reading_can_be_stopped),
		cmocka_unit_test(reading_can_pause),
		cmocka_unit_test(failures_are_passed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
