/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cards of one model whose flashes differ in nothing but GUIDs and MACs, and what an
 * interrupted job of one of them leaves behind: no card gets another one's identity, none
 * loses its own copy or goes without a backup.
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
#include <sys/stat.h>
#include <unistd.h>

#include "jobs_engine.h"
#include "said.h"

#define SIZE (512u << 10)

static const struct cx3_burn_options plain = {.non_failsafe = true};

struct scene {
	struct fixture b;
	struct cx3_fs2_recipe recipe[2];
	uint8_t *before[2], *torn[2]; /* whole; as the interrupted burn has left it */
	uint8_t *image;
	uint32_t len;
	const struct cx3_burn_options *what;
	struct engine e;
	struct cx3_error err;
};

/* An image of three blocks, so that a cut leaves one that is passed and one that waits. */
static void make_card(struct scene *s, unsigned i)
{
	struct cx3_fs2_recipe *r = &s->recipe[i];
	uint32_t len;
	uint8_t *image;

	fixture_small_recipe(r, "MT_ATTACKS_01", 36);
	r->failsafe = false;
	r->code_size = 150000;
	for (unsigned u = 0; u < 6; u++)
		r->uid[u] ^= 0x10000 * (i + 1);
	image = fixture_image(r, &len);
	s->before[i] = malloc(SIZE);
	memset(s->before[i], 0xff, SIZE);
	fixture_lay(s->before[i], SIZE, image, len, false);
	free(image);
}

static void begin(struct scene *s)
{
	struct cx3_fs2_recipe fresh;

	memset(s, 0, sizeof(*s));
	fixture_new(&s->b, SIZE);
	engine_home(&s->b);
	make_card(s, 0);
	make_card(s, 1);
	fresh = s->recipe[0];
	fresh.seed = 9;
	fresh.fw_version[1] = 42;
	for (unsigned u = 0; u < 6; u++)
		fresh.uid[u] ^= 0x990000;
	s->image = fixture_image(&fresh, &s->len);
	s->what = &plain;
}

static void end(struct scene *s)
{
	for (unsigned i = 0; i < 2; i++) {
		free(s->before[i]);
		free(s->torn[i]);
	}
	free(s->image);
	fixture_delete(&s->b);
}

static int burn(struct scene *s, const char *card)
{
	s->e.card = card;
	return engine_burn(&s->b, &s->e, s->image, s->len, s->what, &s->err);
}

static unsigned journals(const struct scene *s, const char *ending, char *path, size_t size)
{
	return engine_files(&s->b, "journals", ending, path, size);
}

static void clean_folders(const struct scene *s)
{
	char path[700];

	while (journals(s, "", path, sizeof(path)) ||
	       engine_files(&s->b, "backups", "", path, sizeof(path)))
		assert_int_equal(unlink(path), 0);
}

/* The power goes when `percent` of the writing are done. An undisturbed run tells where that
 * is, as journals of other cards let the job read more before it. */
static void interrupt(struct scene *s, unsigned i, unsigned percent)
{
	uint64_t first;
	char card[64];

	fixture_put(&s->b, s->before[i]);
	fixture_ok(burn(s, ""), &s->err);
	first = s->e.writes_before;
	snprintf(card, sizeof(card), "power-cut=%" PRIu64,
		 first + (s->e.reg_writes - first) * percent / 100);
	fixture_put(&s->b, s->before[i]);
	assert_int_not_equal(burn(s, card), CX3_OK);
	assert_true(s->e.writing);
	free(s->torn[i]);
	s->torn[i] = fixture_get(&s->b);
	assert_memory_not_equal(s->torn[i], s->before[i], SIZE);
}

static void expect_identity(const struct scene *s, unsigned i)
{
	struct cx3_fs2_info info;

	fixture_booting(&s->b, &info);
	assert_int_equal(info.fw_version[1], 42);
	assert_memory_equal(info.uid, s->recipe[i].uid, sizeof(s->recipe[i].uid));
}

/* The job gives up, or ends with this card's own GUIDs; never with another card's. */
static bool own_or_refused(struct scene *s, unsigned i)
{
	fixture_put(&s->b, s->torn[i]);
	if (burn(s, "livefish=1") == CX3_OK) {
		expect_identity(s, i);
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
	struct scene s;

	(void)state;
	begin(&s);
	for (unsigned i = 0; i < 2; i++) {
		s.e.options.no_backup = i == 1;
		for (unsigned percent = i ? 40 : 90; percent < 100; percent += 50) {
			interrupt(&s, 0, percent);
			interrupt(&s, 1, percent);
			assert_int_equal(journals(&s, ".json", NULL, 0), 2);
			for (unsigned card = 0; card < 2; card++)
				assert_true(own_or_refused(&s, card));
			clean_folders(&s);
		}
	}
	end(&s);
}

/* Each card with its own journal alone goes on, wherever it was cut. With nothing but the
 * other one's journal it is refused, and the journal stays. */
static void only_the_other_ones_journal(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	for (unsigned i = 0; i < 2; i++) {
		s.e.options.no_backup = i == 1;
		for (unsigned percent = i ? 30 : 60; percent < 100; percent += 60) {
			interrupt(&s, 1, percent);
			clean_folders(&s);
			interrupt(&s, 0, percent);
			assert_false(own_or_refused(&s, 1));
			assert_int_equal(s.e.asked, 0);
			assert_int_equal(journals(&s, ".json", NULL, 0), 1);
			assert_true(own_or_refused(&s, 0));
			assert_int_equal(journals(&s, "", NULL, 0), 0);
			clean_folders(&s);
		}
	}
	end(&s);
}

/* The job's backup has exactly these bytes. */
static void expect_backup(struct scene *s, const uint8_t *content)
{
	uint8_t *kept;
	size_t len;

	assert_true(s->e.result.has_backup);
	fixture_ok(cx3_file_read(s->e.result.backup.path, SIZE, &kept, &len, &s->err), &s->err);
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
	struct scene s;

	(void)state;
	begin(&s);
	s.e.accept_worse = true;
	/* no signature, a sector is gone: nothing reads as an image */
	memset(s.before[1], 0, 16);
	memset(s.before[1] + 0x11000, 0xff, 0x1000);
	for (unsigned i = 0; i < 2; i++) {
		s.what = i ? &blank_guids : &image_guids;
		interrupt(&s, 0, 50);
		fixture_put(&s.b, s.before[1]);
		fixture_ok(burn(&s, "livefish=1"), &s.err);
		assert_true(s.e.resumes[0] == '\0');
		assert_int_equal(s.e.backed_up, 1);
		expect_backup(&s, s.before[1]);
		clean_folders(&s);
	}
	end(&s);
}

/* --- Files of others --- */

/* The other card has been burnt before, so the same job has nothing to do on it. */
static void nothing_to_do_removes_nothing(void **state)
{
	uint8_t *done;
	struct scene s;

	(void)state;
	begin(&s);
	s.e.options.no_backup = true;
	fixture_put(&s.b, s.before[1]);
	fixture_ok(burn(&s, ""), &s.err);
	done = fixture_get(&s.b);
	interrupt(&s, 0, 50);
	assert_int_equal(journals(&s, "", NULL, 0), 2);
	/* and once more from the start */
	for (unsigned i = 0; i < 2; i++) {
		fixture_put(&s.b, i ? s.before[1] : done);
		fixture_ok(burn(&s, ""), &s.err);
		expect_identity(&s, 1);
		assert_int_equal(journals(&s, ".json", NULL, 0), 1);
		assert_int_equal(journals(&s, ".before.bin", NULL, 0), 1);
	}
	assert_true(own_or_refused(&s, 0));
	free(done);
	end(&s);
}

/* A journal says that the backup it names were its own copy: the backup is not removed. */
static void no_backup_is_an_own_copy(void **state)
{
	char path[700], backup[700], *at;
	uint8_t *text;
	struct scene s;
	size_t len;

	(void)state;
	begin(&s);
	interrupt(&s, 0, 50);
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
	fixture_ok(burn(&s, ""), &s.err);
	expect_identity(&s, 0);
	assert_int_equal(access(backup, F_OK), 0);
	end(&s);
}

/* --- What came after the cut --- */

/* Somebody has written to the flash after the cut, in a block that the job had passed or
 * had not come to: the job begins anew, with a backup of that. */
static void bytes_of_somebody_else(void **state)
{
	static const struct cx3_burn_options given = {.non_failsafe = true,
						      .use_image_ps = true,
						      .guid_count = 1,
						      .guid = {0x0002c90300aabbc0},
						      .mac_count = 1,
						      .mac = {0x0002c9aabbc0}};
	static const uint32_t place[] = {0x4010, 0x20010};
	struct scene s;

	(void)state;
	begin(&s);
	s.what = &given;
	for (unsigned i = 0; i < 2; i++) {
		interrupt(&s, 0, 50);
		memcpy(s.torn[0] + place[i], "UNIQUE", 6);
		fixture_put(&s.b, s.torn[0]);
		fixture_ok(burn(&s, "livefish=1"), &s.err);
		assert_true(s.e.resumes[0] == '\0');
		assert_int_equal(s.e.backed_up, 1);
		expect_backup(&s, s.torn[0]);
		clean_folders(&s);
	}
	/* and without them it goes on, with the backup that there is */
	interrupt(&s, 0, 50);
	fixture_ok(burn(&s, "livefish=1"), &s.err);
	assert_true(s.e.resumes[0] != '\0');
	assert_int_equal(s.e.backed_up, 0);
	end(&s);
}

/* --- Another working folder --- */

static void a_relative_folder_for_backups(void **state)
{
	char home[600], sub[400];
	struct scene s;

	(void)state;
	begin(&s);
	assert_non_null(getcwd(home, sizeof(home)));
	assert_int_equal(chdir(s.b.folder), 0);
	s.e.options.backup_folder = "keep";
	interrupt(&s, 0, 50);
	snprintf(sub, sizeof(sub), "%s/elsewhere", s.b.folder);
	assert_int_equal(mkdir(sub, 0700), 0);
	assert_int_equal(chdir(sub), 0);
	fixture_ok(burn(&s, "livefish=1"), &s.err);
	assert_true(s.e.resumes[0] == '/');
	expect_identity(&s, 0);
	assert_int_equal(journals(&s, "", NULL, 0), 0);
	assert_int_equal(chdir(home), 0);
	end(&s);
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
		cmocka_unit_test(a_relative_folder_for_backups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
