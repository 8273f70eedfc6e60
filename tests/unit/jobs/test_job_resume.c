/* SPDX-License-Identifier: BSD-2-Clause */
/* The same job again after an interruption: it ends as if nothing had happened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "jobs_engine.h"
#include "said.h"

#define PSID "MT_RESUME_001"

static const struct cx3_burn_options plain = {0};
static const struct cx3_burn_options given = {
	.guid_count = 1,
	.guid = {0x0002c90300aabbc0},
	.mac_count = 1,
	.mac = {0x0002c9aabbc0},
};

/* A card, a newer image for it, and what the flash holds before and after. */
struct scene {
	struct fixture b;
	struct cx3_fs2_recipe recipe;
	uint8_t *image, *before, *after;
	uint32_t len;
	struct engine e;
	struct cx3_error err;
	bool sg; /* the job: sg instead of a burn */
};

static int job(struct scene *s, const char *card)
{
	s->e.card = card;
	return s->sg ? engine_set_guids(&s->b, &s->e, &given, &s->err)
		     : engine_burn(&s->b, &s->e, s->image, s->len, &plain, &s->err);
}

/* Lays one image of the recipe on a blank flash, as it lies before the job. */
static void lay(struct scene *s, const struct cx3_fs2_recipe *recipe)
{
	uint32_t len;
	uint8_t *image = fixture_image(recipe, &len);

	memset(s->before, 0xff, s->b.size);
	fixture_lay(s->before, s->b.size, image, len, false);
	/* what a card keeps behind its images */
	memset(s->before + s->b.size - 0x3000, 0x77, 0x1000);
	free(image);
	fixture_put(&s->b, s->before);
}

/* Also runs the job undisturbed, for what the flash holds after it. */
static void begin(struct scene *s, bool failsafe, bool sg)
{
	memset(s, 0, sizeof(*s));
	s->sg = sg;
	fixture_new(&s->b, 512u << 10);
	fixture_small_recipe(&s->recipe, PSID, 36);
	engine_home(&s->b);
	s->before = fixture_get(&s->b);
	s->recipe.failsafe = failsafe;
	s->recipe.blank_uids = sg && failsafe;
	s->recipe.code_size = 60000; /* more than one chunk */
	lay(s, &s->recipe);
	s->recipe.seed++;
	s->recipe.fw_version[1] = 42;
	for (unsigned i = 0; i < 6; i++)
		s->recipe.uid[i] ^= 0x440000;
	s->image = fixture_image(&s->recipe, &s->len);
	fixture_ok(job(s, ""), &s->err);
	s->after = fixture_get(&s->b);
	engine_clean(&s->b);
}

static void end(struct scene *s)
{
	free(s->image);
	free(s->before);
	free(s->after);
	fixture_delete(&s->b);
}

/* Cut at register write n: false if the job got through. */
static bool interrupted_at(struct scene *s, unsigned n)
{
	char card[64];

	fixture_put(&s->b, s->before);
	snprintf(card, sizeof(card), "power-cut=%u", n);
	return job(s, card) != CX3_OK;
}

/* True if the second run took what it did not find on the flash from before. */
static bool again_after(struct scene *s, unsigned n)
{
	unsigned left;

	assert_true(interrupted_at(s, n));
	left = engine_files(&s->b, "journals", ".json", NULL, 0);
	fixture_ok(job(s, "power-cycle=1"), &s->err);
	assert_true(left == 1 || s->e.resumes[0] == '\0');
	engine_expect(&s->b, s->after);
	assert_int_equal(engine_files(&s->b, "journals", "", NULL, 0), 0);
	engine_clean(&s->b);
	return s->e.resumes[0] != '\0';
}

/* Interrupted, and gone on with while the n-th byte that is read is read wrong. */
static void wrong_reading(struct scene *s, unsigned cut, unsigned n)
{
	char card[64];

	assert_true(interrupted_at(s, cut));
	assert_int_equal(engine_files(&s->b, "journals", ".json", NULL, 0), 1);
	snprintf(card, sizeof(card), "power-cycle=1,flip-read=%u", n);
	fixture_ok(job(s, card), &s->err);
	assert_true(s->e.resumes[0] != '\0');
	engine_expect(&s->b, s->after);
	engine_clean(&s->b);
}

/* One byte that is read wrong does not make another card's flash of it. */
static void one_wrong_reading(void **state)
{
	unsigned cut;
	struct scene s;

	(void)state;
	begin(&s, false, false);
	cut = (unsigned)(s.e.reg_writes - 600);
	/* where the second run reads the flash for the first time */
	for (unsigned n = 0x2000; n < 0x10000; n += 0x3400)
		wrong_reading(&s, cut, n);
	/* all over where the second run reads what a card keeps behind its images */
	for (unsigned n = s.b.size - 0x3000; n < s.b.size; n += 0x400)
		wrong_reading(&s, cut, n);
	end(&s);
}

/* Stopped soon after it began, without a backup: ends the test unless the journal's own copy holds
 * what the flash held, up to `end`. */
static void expect_copy(struct scene *s, const char *card, uint32_t end)
{
	char path[700];
	uint8_t *copy;
	size_t len;

	fixture_put(&s->b, s->before);
	assert_int_equal(job(s, card), CX3_E_INTERRUPTED);
	assert_int_equal(engine_files(&s->b, "journals", ".before.bin", path, sizeof(path)), 1);
	fixture_ok(cx3_file_read(path, s->b.size, &copy, &len, &s->err), &s->err);
	assert_memory_equal(copy, s->before, end);
	free(copy);
	engine_clean(&s->b);
}

/*
 * The only copy of what the flash held. What a CRC vouches for is read once. A section whose
 * CRC is wrong is read again: one byte that is read wrong does not get into the copy.
 */
static void the_only_copy(void **state)
{
	struct scene s;
	char card[64];

	(void)state;
	begin(&s, false, false);
	s.e.options.no_backup = true;
	s.e.cancel_percent = 10;
	expect_copy(&s, "", s.len);
	assert_true(s.e.reg_reads < 2 * s.len / 4);
	s.before[0x3000] ^= 0x20;
	s.e.accept_worse = true;
	expect_copy(&s, "", s.len);
	for (unsigned at = 4000; at < 4 * (unsigned)s.e.reg_reads; at += 9000) {
		snprintf(card, sizeof(card), "flip-read=%u", at);
		expect_copy(&s, card, s.len);
	}
	end(&s);
}

/*
 * The flash that is left is this card's own, and nothing but the journal tells its
 * identity any more: the same job again ends byte for byte as an undisturbed one.
 */
static void cut_and_again(bool failsafe, bool sg, bool no_backup)
{
	struct scene s;
	unsigned writes, begun, resumed = 0;

	begin(&s, failsafe, sg);
	s.e.options.no_backup = no_backup;
	fixture_put(&s.b, s.before);
	fixture_ok(job(&s, ""), &s.err);
	engine_clean(&s.b);
	writes = (unsigned)s.e.reg_writes;
	begun = (unsigned)s.e.writes_before;
	for (unsigned i = 1; i < 9; i += sg ? 1 : 2)
		resumed += again_after(&s, begun + (writes - begun) / 9 * i);
	resumed += again_after(&s, writes - 3);
	assert_true(resumed > 1);
	end(&s);
}

static void burn_in_place(void **state)
{
	(void)state;
	cut_and_again(false, false, false);
	cut_and_again(false, false, true);
}

static void guids_in_place(void **state)
{
	(void)state;
	cut_and_again(true, true, true);
}

static void guids_of_an_image_that_is_not_failsafe(void **state)
{
	(void)state;
	cut_and_again(false, true, false);
}

/* Interrupted twice, the second time before it wrote anything. */
static void stopped_again_at_once(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, false, false);
	s.e.options.no_backup = true;
	assert_true(interrupted_at(&s, 20000));
	assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 2);
	s.e.cancel_first = true;
	assert_int_equal(job(&s, "power-cycle=1"), CX3_E_INTERRUPTED);
	assert_true(s.e.resumes[0] != '\0');
	s.e.cancel_first = false;
	s.e.answer = CX3_E_REFUSED;
	assert_int_equal(job(&s, ""), CX3_E_REFUSED);
	s.e.answer = CX3_OK;
	fixture_ok(job(&s, ""), &s.err);
	assert_non_null(strstr(s.e.identity, "before the interrupted job"));
	engine_expect(&s.b, s.after);
	assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 0);
	end(&s);
}

static struct rlimit unlimited;

static void fill_the_disk(struct engine *e, const struct cx3_job_view *view)
{
	struct rlimit low;

	(void)e;
	(void)view;
	getrlimit(RLIMIT_FSIZE, &unlimited);
	low = unlimited;
	low.rlim_cur = 100;
	setrlimit(RLIMIT_FSIZE, &low);
}

/* Gone on with, but the journal finds no room any more: the one of the interrupted run, and what it
 * has kept of the flash, stay. */
static void a_full_disk_leaves_the_journal(void **state)
{
	struct scene s;
	int rc;

	(void)state;
	begin(&s, false, false);
	s.e.options.no_backup = true;
	assert_true(interrupted_at(&s, 20000));
	assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 2);
	signal(SIGXFSZ, SIG_IGN);
	s.e.at_question = fill_the_disk;
	rc = job(&s, "power-cycle=1");
	setrlimit(RLIMIT_FSIZE, &unlimited);
	assert_int_equal(rc, CX3_E_DISK_FULL);
	assert_true(s.e.resumes[0] != '\0');
	assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 2);
	s.e.at_question = NULL;
	fixture_ok(job(&s, "power-cycle=1"), &s.err);
	engine_expect(&s.b, s.after);
	end(&s);
}

/*
 * A command that goes astray may hit the image that is to stay, and the power may fail while
 * its sector is put back: then the journal has the identity, with a backup or without.
 */
static void the_kept_image_is_lost_too(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, true, false);
	s.e.options.no_backup = true;
	assert_true(interrupted_at(&s, 20000));
	assert_int_equal(engine_files(&s.b, "journals", ".before.bin", NULL, 0), 1);
	free(s.after);
	s.after = fixture_get(&s.b);
	memset(s.after, 0xff, CX3_FLASH_SECTOR);
	fixture_put(&s.b, s.after);
	fixture_ok(job(&s, "power-cycle=1"), &s.err);
	assert_non_null(strstr(s.e.identity, "before the interrupted job"));
	assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 0);
	end(&s);
}

/* A job that stops before its first write leaves no journal. */
static void untouched_leaves_no_journal(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, false, false);
	s.e.cancel_first = true;
	for (unsigned i = 0; i < 2; i++) {
		s.e.options.no_backup = i == 1;
		fixture_put(&s.b, s.before);
		assert_int_equal(job(&s, ""), CX3_E_INTERRUPTED);
		assert_int_equal(s.e.shown, 2);
		engine_expect(&s.b, s.before);
		assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 0);
	}
	end(&s);
}

/* Stopped by the user at 36 %: what is there already is neither erased nor written. */
static void only_what_is_missing(void **state)
{
	struct scene s;
	unsigned all, first;

	(void)state;
	begin(&s, true, false);
	for (unsigned i = 0; i < 2; i++) {
		s.e.options.no_backup = i == 1;
		fixture_put(&s.b, s.before);
		fixture_ok(job(&s, ""), &s.err);
		all = s.e.result.pages;
		fixture_put(&s.b, s.before);
		s.e.cancel_percent = 36;
		assert_int_equal(job(&s, ""), CX3_E_INTERRUPTED);
		first = s.e.result.pages;
		assert_true(first > all / 5 && first < all * 3 / 4);
		assert_int_equal(engine_files(&s.b, "journals", ".json", NULL, 0), 1);
		s.e.cancel_percent = 0;
		fixture_ok(job(&s, ""), &s.err);
		/* the page it was stopped at, and the sector's first */
		assert_true(first + s.e.result.pages <= all + 2);
		engine_expect(&s.b, s.after);
		assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 0);
	}
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(burn_in_place),
		cmocka_unit_test(one_wrong_reading),
		cmocka_unit_test(the_only_copy),
		cmocka_unit_test(guids_in_place),
		cmocka_unit_test(guids_of_an_image_that_is_not_failsafe),
		cmocka_unit_test(stopped_again_at_once),
		cmocka_unit_test(a_full_disk_leaves_the_journal),
		cmocka_unit_test(the_kept_image_is_lost_too),
		cmocka_unit_test(untouched_leaves_no_journal),
		cmocka_unit_test(only_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
