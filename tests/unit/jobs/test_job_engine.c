/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine's order of things: what is asked, kept and written, and what is not. */
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
#include <sys/wait.h>
#include <unistd.h>

#include "burn_scene.h"
#include "said.h"

#define PSID "MT_ENGINE_001"

static const struct cx3_burn_options plain = {0};

static unsigned minor_that_boots(struct scene *s)
{
	struct cx3_fs2_info info;

	fixture_booting(&s->b, &info);
	return info.fw_version[1];
}

static void expect_nothing_made(struct scene *s)
{
	char path[400];

	engine_expect(&s->b, s->before);
	snprintf(path, sizeof(path), "%s/cx3flash", s->b.folder);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void shown_asked_backed_up_written(void **state)
{
	struct scene s;
	char path[600];
	uint8_t *kept;
	size_t len;

	(void)state;
	scene_begin(&s, PSID);
	fixture_ok(scene_burn(&s), &s.err);
	assert_int_equal(s.e.shown, 2);
	assert_int_equal(s.e.shown_again, 1);
	assert_int_equal(s.e.asked, 1);
	assert_int_equal(s.e.backed_up, 1);
	assert_int_equal(s.e.stages, 2);
	assert_true(s.e.result.written && s.e.result.backup && !s.e.result.unchanged);
	assert_true(s.e.result.pages > 300);
	assert_int_equal(s.e.result.pages_again + s.e.result.differences, 0);
	assert_int_equal(minor_that_boots(&s), 42);
	assert_int_equal(fixture_violations(&s.b), 0);
	/* there while it wrote, and gone now */
	assert_int_equal(s.e.journals, 1);
	assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 0);
	assert_int_equal(engine_files(&s.b, "backups", ".bin", path, sizeof(path)), 1);
	fixture_ok(cx3_file_read(path, s.b.size, &kept, &len, &s.err), &s.err);
	assert_memory_equal(kept, s.before, s.b.size);
	free(kept);
	/* the same again has nothing to do */
	fixture_ok(scene_burn(&s), &s.err);
	assert_true(s.e.result.unchanged && !s.e.result.written);
	scene_end(&s);
}

static void nothing_without_a_yes(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, PSID);
	s.e.no_confirm = true;
	assert_int_equal(scene_burn(&s), CX3_E_REFUSED);
	assert_int_equal(s.e.shown, 1);
	expect_nothing_made(&s);
	s.e.no_confirm = false;
	s.e.answer = CX3_E_REFUSED;
	assert_int_equal(scene_burn(&s), CX3_E_REFUSED);
	assert_int_equal(s.e.asked, 1);
	assert_false(s.e.result.written || s.e.result.backup);
	expect_nothing_made(&s);
	scene_end(&s);
}

static void a_dry_run_makes_nothing(void **state)
{
	const struct cx3_burn_options guids = {.guid_count = 1, .guid = {0x0002c90300aabbc0}};
	const struct cx3_restore_options any = {.allow_no_image = true};
	struct scene s;
	uint8_t *blank;

	(void)state;
	scene_begin(&s, PSID);
	s.e.options.dry_run = true;
	fixture_ok(scene_burn(&s), &s.err);
	assert_int_equal(s.e.shown, 1);
	assert_int_equal(s.e.asked, 0);
	expect_nothing_made(&s);
	fixture_ok(engine_set_guids(&s.b, &s.e, &guids, &s.err), &s.err);
	expect_nothing_made(&s);
	blank = malloc(s.b.size);
	memset(blank, 0xff, s.b.size);
	fixture_ok(engine_restore(&s.b, &s.e, blank, &any, &s.err), &s.err);
	expect_nothing_made(&s);
	free(blank);
	scene_end(&s);
}

/* The time and the bytes that one agrees to are those of the whole job. */
static void the_backup_counts(void **state)
{
	uint64_t whole;
	struct scene s;

	(void)state;
	scene_begin(&s, PSID);
	fixture_ok(scene_burn(&s), &s.err);
	whole = s.e.first_us;
	assert_true(s.e.first_us > s.e.first_plan.us);
	assert_true(s.e.first_us - s.e.first_plan.us == s.e.stage_us[0]);
	/* 512 KiB at 100 kHz: nine clocks for a byte */
	assert_true(s.e.stage_us[0] > UINT64_C(500) * 1024 * 90);
	/* and at most 500,000 bits for the test of the wires */
	assert_true(s.e.wire_bytes < s.e.first_wire_bytes + 120000);
	fixture_put(&s.b, s.before);
	s.e.options.no_backup = true;
	fixture_ok(scene_burn(&s), &s.err);
	assert_int_equal(s.e.backed_up, 0);
	assert_true(s.e.first_us < whole);
	/* what stays is read before it is relied on: that is told as well */
	assert_true(s.e.wire_bytes < s.e.first_wire_bytes + 120000);
	scene_end(&s);
}

static struct rlimit unlimited;

static void fill_the_disk(struct engine *e, const struct cx3_job_view *view)
{
	struct rlimit low;

	(void)e;
	(void)view;
	getrlimit(RLIMIT_FSIZE, &unlimited);
	low = unlimited;
	low.rlim_cur = 60000;
	setrlimit(RLIMIT_FSIZE, &low);
}

static void a_full_disk_leaves_the_card(void **state)
{
	struct scene s;
	int rc;

	(void)state;
	scene_begin(&s, PSID);
	signal(SIGXFSZ, SIG_IGN);
	s.e.at_question = fill_the_disk;
	rc = scene_burn(&s);
	setrlimit(RLIMIT_FSIZE, &unlimited);
	assert_int_equal(rc, CX3_E_DISK_FULL);
	engine_expect(&s.b, s.before);
	assert_int_equal(engine_files(&s.b, "backups", "", NULL, 0), 0);
	assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 0);
	s.e.at_question = NULL;
	fixture_ok(scene_burn(&s), &s.err);
	scene_end(&s);
}

/* Neither HOME nor XDG_STATE_HOME: a folder that is named takes all. */
static void a_folder_by_name(void **state)
{
	struct scene s;
	char folder[400];

	(void)state;
	scene_begin(&s, PSID);
	unsetenv("HOME");
	unsetenv("XDG_STATE_HOME");
	assert_int_equal(scene_burn(&s), CX3_E_NO_FOLDER);
	engine_expect(&s.b, s.before);
	snprintf(folder, sizeof(folder), "%s/cx3flash/backups", s.b.folder);
	s.e.options.backup_folder = folder;
	fixture_ok(scene_burn(&s), &s.err);
	assert_int_equal(engine_files(&s.b, "backups", ".bin", NULL, 0), 1);
	/* the journal lay there too, and went */
	assert_int_equal(engine_files(&s.b, "backups", "", NULL, 0), 2);
	assert_int_equal(minor_that_boots(&s), 42);
	/* without a backup a burn that stays bootable needs no folder at all */
	fixture_put(&s.b, s.before);
	s.e.options = (struct cx3_job_options){.no_backup = true};
	fixture_ok(scene_burn(&s), &s.err);
	scene_end(&s);
}

/* A folder that is named is enough where the usual one can't be made. */
static void a_home_that_is_a_file(void **state)
{
	struct cx3_burn_options nofs = {.non_failsafe = true};
	struct scene s;
	char blocked[400];

	(void)state;
	scene_begin(&s, PSID);
	snprintf(blocked, sizeof(blocked), "%s/blocked", s.b.folder);
	fixture_ok(cx3_file_write(blocked, "x", 1, true, &s.err), &s.err);
	setenv("XDG_STATE_HOME", blocked, 1);
	s.e.options.backup_folder = s.b.folder;
	s.e.card = "livefish=1"; /* then nothing stays bootable: a journal is needed */
	fixture_ok(engine_burn(&s.b, &s.e, s.image, s.len, &nofs, &s.err), &s.err);
	assert_int_equal(minor_that_boots(&s), 42);
	scene_end(&s);
}

/* Damage that only the whole reading shows: asked again, and not gone on without a yes. */
static void worse_than_agreed(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, PSID);
	s.before[0x3000] ^= 0x10;
	for (unsigned i = 0; i < 2; i++) {
		fixture_put(&s.b, s.before);
		s.e.options = (struct cx3_job_options){.no_backup = i == 1};
		s.e.accept_worse = false;
		assert_int_equal(scene_burn(&s), CX3_E_UNBOOTABLE);
		assert_true(s.e.first_plan.bootable_throughout);
		assert_false(s.e.first_plan.bootable_checked);
		assert_false(s.e.plan.bootable_throughout);
		assert_int_equal(s.e.asked, 2);
		assert_true(s.e.plan.warning[0] != '\0');
		assert_int_equal(s.e.home[0].health, CX3_HOME_DAMAGED);
		engine_expect(&s.b, s.before);
		assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 0);

		s.e.accept_worse = true;
		fixture_ok(scene_burn(&s), &s.err);
		assert_int_equal(s.e.asked, 2);
		assert_int_equal(minor_that_boots(&s), 42);

		fixture_put(&s.b, s.before);
		s.e.accept_worse = false;
		s.e.options.allow_unbootable = true;
		fixture_ok(scene_burn(&s), &s.err);
		assert_int_equal(s.e.asked, 1);
		assert_int_equal(minor_that_boots(&s), 42);
	}
	scene_end(&s);
}

/* Raw flash content in place of an image file: the image that boots is taken. */
static void a_raw_content_is_an_image(void **state)
{
	struct scene s;
	uint8_t *raw;

	(void)state;
	scene_begin(&s, PSID);
	raw = malloc(s.b.size);
	memset(raw, 0xff, s.b.size);
	fixture_lay(raw, s.b.size, s.image, s.len, false);
	fixture_ok(engine_burn(&s.b, &s.e, raw, s.b.size, &plain, &s.err), &s.err);
	assert_true(s.e.result.written);
	assert_int_equal(minor_that_boots(&s), 42);
	free(raw);
	scene_end(&s);
}

static int second_rc, third_status;
static char second_text[600];

static void open_again(struct engine *e, const struct cx3_job_view *view)
{
	struct cx3_device *device = NULL;
	struct cx3_error err = {0};
	char name[400];
	pid_t child;

	(void)view;
	snprintf(name, sizeof(name), "sim:%s", e->fixture->file);
	second_rc = cx3_device_open(name, NULL, &device, &err);
	snprintf(second_text, sizeof(second_text), "%s", said(&err));
	cx3_device_close(device);
	child = fork();
	if (child == 0) {
		device = NULL;
		_exit(cx3_device_open(name, NULL, &device, NULL) == CX3_E_IN_USE ? 0 : 1);
	}
	waitpid(child, &third_status, 0);
}

static void two_programs(void **state)
{
	struct scene s;
	char pid[20];

	(void)state;
	scene_begin(&s, PSID);
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	s.e.at_question = open_again;
	fixture_ok(scene_burn(&s), &s.err);
	/* refused in here, by name, and in another process too */
	assert_int_equal(second_rc, CX3_E_IN_USE);
	assert_non_null(strstr(second_text, pid));
	assert_true(WIFEXITED(third_status) && WEXITSTATUS(third_status) == 0);
	assert_int_equal(minor_that_boots(&s), 42);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shown_asked_backed_up_written),
		cmocka_unit_test(nothing_without_a_yes),
		cmocka_unit_test(a_dry_run_makes_nothing),
		cmocka_unit_test(the_backup_counts),
		cmocka_unit_test(a_full_disk_leaves_the_card),
		cmocka_unit_test(a_folder_by_name),
		cmocka_unit_test(a_home_that_is_a_file),
		cmocka_unit_test(worse_than_agreed),
		cmocka_unit_test(a_raw_content_is_an_image),
		cmocka_unit_test(two_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
