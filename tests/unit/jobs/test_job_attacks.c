/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cards of one model whose flashes differ in nothing but GUIDs and MACs, and what an
 * interrupted job of one of them leaves behind: no card gets another one's identity, none
 * loses its own copy or goes without a backup.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "said.h"
#include "two_cards.h"

#define SIZE TWO_CARDS_SIZE
/* An image of three blocks, so that a cut leaves one that is passed and one that waits. */
#define CODE 150000u

static const struct cx3_burn_options plain = {.non_failsafe = true};

static unsigned journals(const struct two_cards *s, const char *ending, char *path, size_t size)
{
	return engine_files(&s->b, "journals", ending, path, size);
}

/* The job gives up, or ends with this card's own GUIDs; never with another card's. */
static bool own_or_refused(struct two_cards *s, unsigned i)
{
	fixture_put(&s->b, s->torn[i]);
	if (two_cards_burn(s, "livefish=1") == CX3_OK) {
		two_cards_expect(s, i);
		return true;
	}
	assert_int_equal(s->err.code, CX3_E_IDENTITY);
	engine_expect(&s->b, s->torn[i]);
	return false;
}

/* --- Whose identity --- */

/* Both burns are cut: with backups or own copies, each goes on as the card that it was. */
static void two_cut_cards(void **state)
{
	struct two_cards s;

	(void)state;
	two_cards_begin(&s, CODE, &plain);
	for (unsigned i = 0; i < 2; i++) {
		s.e.options.no_backup = i == 1;
		for (unsigned percent = i ? 40 : 90; percent < 100; percent += 50) {
			two_cards_interrupt(&s, 0, percent);
			two_cards_interrupt(&s, 1, percent);
			assert_int_equal(journals(&s, ".json", NULL, 0), 2);
			for (unsigned card = 0; card < 2; card++)
				assert_true(own_or_refused(&s, card));
			engine_clean(&s.b);
		}
	}
	two_cards_end(&s);
}

/* Each card with its own journal alone goes on, wherever it was cut. With nothing but the
 * other one's journal it is refused, and the journal stays. */
static void only_the_other_ones_journal(void **state)
{
	struct two_cards s;

	(void)state;
	two_cards_begin(&s, CODE, &plain);
	for (unsigned i = 0; i < 2; i++) {
		s.e.options.no_backup = i == 1;
		for (unsigned percent = i ? 30 : 60; percent < 100; percent += 60) {
			two_cards_interrupt(&s, 1, percent);
			engine_clean(&s.b);
			two_cards_interrupt(&s, 0, percent);
			assert_false(own_or_refused(&s, 1));
			assert_int_equal(s.e.asked, 0);
			assert_int_equal(journals(&s, ".json", NULL, 0), 1);
			assert_true(own_or_refused(&s, 0));
			assert_int_equal(journals(&s, "", NULL, 0), 0);
			engine_clean(&s.b);
		}
	}
	two_cards_end(&s);
}

/* The job's backup has exactly these bytes. */
static void expect_backup(struct two_cards *s, const uint8_t *content)
{
	uint8_t *kept;
	size_t len;

	assert_non_null(s->e.result.backup);
	fixture_ok(cx3_file_read(s->e.result.backup->path, SIZE, &kept, &len, &s->err), &s->err);
	assert_int_equal(len, SIZE);
	assert_memory_equal(kept, content, SIZE);
	free(kept);
}

/* Cards without an image that take no identity from the flash: the second one is not taken
 * for the first, so what is on it is kept before it goes. */
static void a_second_brick_has_its_own_backup(void **state)
{
	static const struct cx3_burn_options image_guids = {
		.non_failsafe = true, .use_image_guids = true, .use_image_ps = true};
	static const struct cx3_burn_options blank_guids = {
		.non_failsafe = true, .blank_guids = true, .use_image_ps = true};
	struct two_cards s;

	(void)state;
	two_cards_begin(&s, CODE, &plain);
	s.e.accept_worse = true;
	/* no signature, a sector is gone: nothing reads as an image */
	memset(s.before[1], 0, 16);
	memset(s.before[1] + 0x11000, 0xff, 0x1000);
	for (unsigned i = 0; i < 2; i++) {
		s.what = i ? &blank_guids : &image_guids;
		two_cards_interrupt(&s, 0, 50);
		fixture_put(&s.b, s.before[1]);
		fixture_ok(two_cards_burn(&s, "livefish=1"), &s.err);
		assert_true(s.e.resumes[0] == '\0');
		assert_int_equal(s.e.backed_up, 1);
		expect_backup(&s, s.before[1]);
		engine_clean(&s.b);
	}
	two_cards_end(&s);
}

/* --- Files of others --- */

/* The other card has been burnt before, so the same job has nothing to do on it. */
static void nothing_to_do_removes_nothing(void **state)
{
	uint8_t *done;
	struct two_cards s;

	(void)state;
	two_cards_begin(&s, CODE, &plain);
	s.e.options.no_backup = true;
	fixture_put(&s.b, s.before[1]);
	fixture_ok(two_cards_burn(&s, ""), &s.err);
	done = fixture_get(&s.b);
	two_cards_interrupt(&s, 0, 50);
	assert_int_equal(journals(&s, "", NULL, 0), 2);
	/* and once more from the start */
	for (unsigned i = 0; i < 2; i++) {
		fixture_put(&s.b, i ? s.before[1] : done);
		fixture_ok(two_cards_burn(&s, ""), &s.err);
		two_cards_expect(&s, 1);
		assert_int_equal(journals(&s, ".json", NULL, 0), 1);
		assert_int_equal(journals(&s, ".before.bin", NULL, 0), 1);
	}
	assert_true(own_or_refused(&s, 0));
	free(done);
	two_cards_end(&s);
}

/* A journal says that the backup it names were its own copy: the backup is not removed. */
static void no_backup_is_an_own_copy(void **state)
{
	char path[700], backup[700], *at;
	uint8_t *text;
	struct two_cards s;
	size_t len;

	(void)state;
	two_cards_begin(&s, CODE, &plain);
	two_cards_interrupt(&s, 0, 50);
	assert_int_equal(journals(&s, ".json", path, sizeof(path)), 1);
	assert_int_equal(engine_files(&s.b, "backups", ".bin", backup, sizeof(backup)), 1);
	fixture_ok(cx3_file_read(path, 100000, &text, &len, &s.err), &s.err);
	at = memmem(text, len, "false", 5);
	assert_non_null(at);
	memcpy(at, "true ", 5);
	fixture_ok(cx3_file_write(path, text, len, true, &s.err), &s.err);
	free(text);
	/* the burn is done from the start: its journals go */
	fixture_put(&s.b, s.before[0]);
	fixture_ok(two_cards_burn(&s, ""), &s.err);
	two_cards_expect(&s, 0);
	assert_int_equal(access(backup, F_OK), 0);
	two_cards_end(&s);
}

/* --- What came after the cut --- */

static const struct cx3_burn_options given = {.non_failsafe = true,
					      .use_image_ps = true,
					      .guid_count = 1,
					      .guid = {0x0002c90300aabbc0},
					      .mac_count = 1,
					      .mac = {0x0002c9aabbc0}};

/* Somebody has written to the flash after the cut, in a block that the job had passed or
 * had not come to: the job begins anew, with a backup of that. */
static void bytes_of_somebody_else(void **state)
{
	static const uint32_t place[] = {0x4010, 0x20010};
	struct two_cards s;

	(void)state;
	two_cards_begin(&s, CODE, &plain);
	s.what = &given;
	for (unsigned i = 0; i < 2; i++) {
		two_cards_interrupt(&s, 0, 50);
		memcpy(s.torn[0] + place[i], "UNIQUE", 6);
		fixture_put(&s.b, s.torn[0]);
		fixture_ok(two_cards_burn(&s, "livefish=1"), &s.err);
		assert_true(s.e.resumes[0] == '\0');
		assert_int_equal(s.e.backed_up, 1);
		expect_backup(&s, s.torn[0]);
		engine_clean(&s.b);
	}
	/* and without them it goes on, with the backup that there is */
	two_cards_interrupt(&s, 0, 50);
	fixture_ok(two_cards_burn(&s, "livefish=1"), &s.err);
	assert_true(s.e.resumes[0] != '\0');
	assert_int_equal(s.e.backed_up, 0);
	two_cards_end(&s);
}

/* All is written but the signature, and then somebody has written to the first block: that is no
 * block in work, for those behind it are complete. */
static void bytes_of_somebody_else_in_the_order(void **state)
{
	struct two_cards s;
	uint8_t *done;

	(void)state;
	two_cards_begin(&s, CODE, &given);
	fixture_put(&s.b, s.before[0]);
	fixture_ok(two_cards_burn(&s, ""), &s.err);
	done = fixture_get(&s.b);
	engine_clean(&s.b);
	two_cards_interrupt(&s, 0, 50);
	memset(done, 0xff, CX3_FS2_SIGNATURE_SIZE);
	for (unsigned i = 0; i < 2; i++) {
		if (i == 1)
			memcpy(done + 0x4010, "UNIQUE", 6);
		fixture_put(&s.b, done);
		s.e.answer = i == 0 ? CX3_E_REFUSED : CX3_OK;
		assert_int_equal(two_cards_burn(&s, "livefish=1"), s.e.answer);
		assert_int_equal(s.e.resumes[0] != '\0', i == 0);
	}
	assert_int_equal(s.e.backed_up, 1);
	expect_backup(&s, done);
	free(done);
	two_cards_end(&s);
}

/* --- Another working folder --- */

static void a_relative_folder_for_backups(void **state)
{
	char home[600], sub[400];
	struct two_cards s;

	(void)state;
	two_cards_begin(&s, CODE, &plain);
	assert_non_null(getcwd(home, sizeof(home)));
	assert_int_equal(chdir(s.b.folder), 0);
	s.e.options.backup_folder = "keep";
	two_cards_interrupt(&s, 0, 50);
	snprintf(sub, sizeof(sub), "%s/elsewhere", s.b.folder);
	assert_int_equal(mkdir(sub, 0700), 0);
	assert_int_equal(chdir(sub), 0);
	fixture_ok(two_cards_burn(&s, "livefish=1"), &s.err);
	assert_true(s.e.resumes[0] == '/');
	two_cards_expect(&s, 0);
	assert_int_equal(journals(&s, "", NULL, 0), 0);
	assert_int_equal(chdir(home), 0);
	two_cards_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_cut_cards),
		cmocka_unit_test(only_the_other_ones_journal),
		cmocka_unit_test(a_second_brick_has_its_own_backup),
		cmocka_unit_test(nothing_to_do_removes_nothing),
		cmocka_unit_test(no_backup_is_an_own_copy),
		cmocka_unit_test(bytes_of_somebody_else),
		cmocka_unit_test(bytes_of_somebody_else_in_the_order),
		cmocka_unit_test(a_relative_folder_for_backups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
