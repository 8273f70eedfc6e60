/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each public function that takes a struct with a size looks at it: one row a function, and a
 * column for each such struct. tests/lint/sizes wants a row for each.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cx3flash/diagnose.h"
#include "cx3flash/readings.h"
#include "cx3flash/scan.h"
#include "cx3flash/serprog.h"
#include "cx3flash/version.h"
#include "jobs_fixture.h"

#define SIZE 0x80000u
#define MORE 24u /* bytes that a newer version has more */
#define WRONG 3u /* no size of any struct */

/* A blank flash, and an image. */
static struct fixture b;
static struct cx3_image *image;
static char name[320], saved[320];

typedef int (*call_fn)(void *const *arg, struct cx3_error *err);

static int on_device(enum cx3_device_depth depth, call_fn call, void *const *arg,
		     struct cx3_error *err);

static int open_with(const struct cx3_device_options *options, struct cx3_error *err)
{
	struct cx3_device *device;
	int rc = cx3_device_open(name, options, &device, err);

	cx3_device_close(device);
	return rc;
}

static int device_open(void *const *arg, struct cx3_error *err)
{
	return open_with(arg[0], err);
}

static int device_open_inner(void *const *arg, struct cx3_error *err)
{
	return open_with(&(struct cx3_device_options){.card = arg[0], .flash = arg[1]}, err);
}

static int card_open(void *const *arg, struct cx3_error *err)
{
	struct cx3_adapter *adapter;
	struct cx3_card *card = NULL;
	int rc = cx3_adapter_open(name, NULL, &adapter, err);

	assert_int_equal(rc, CX3_OK);
	rc = cx3_card_open(adapter, arg[0], &card, err);
	cx3_card_close(card);
	cx3_adapter_close(adapter);
	return rc;
}

static int scan(void *const *arg, struct cx3_error *err)
{
	struct cx3_bus *buses;
	size_t count;
	int rc = cx3_scan(arg[0], NULL, &buses, &count, err);

	free(buses);
	return rc;
}

static int edit(void *const *arg, struct cx3_error *err)
{
	uint8_t *out;
	uint32_t len;

	return cx3_fs2_edit(image->bytes, image->len, arg[0], &out, &len, err);
}

static int diagnose(void *const *arg, struct cx3_error *err)
{
	struct cx3_facts *facts;
	int rc = cx3_facts_new(&facts, err);

	assert_int_equal(rc, CX3_OK);
	rc = cx3_diagnose(facts, arg[0], err);
	cx3_facts_free(facts);
	return rc;
}

/* What takes a device, open as far as it needs. */
static struct cx3_device *on;

#define ON_DEVICE(function, depth, expression)                                                     \
	static int function##_here(void *const *arg, struct cx3_error *err)                        \
	{                                                                                          \
		return expression;                                                                 \
	}                                                                                          \
	static int function(void *const *arg, struct cx3_error *err)                               \
	{                                                                                          \
		return on_device(depth, function##_here, arg, err);                                \
	}

static int flash_open_on(struct cx3_card *card, const struct cx3_flash_options *options,
			 struct cx3_error *err)
{
	struct cx3_flash *flash;
	int rc = cx3_flash_open(card, options, &flash, err);

	cx3_flash_close(flash);
	return rc;
}

static int serve(const struct cx3_serprog_options *options, struct cx3_serprog_counts *counts,
		 struct cx3_error *err)
{
	int nobody = open("/dev/null", O_RDWR | O_CLOEXEC);
	int rc = cx3_serprog_serve(on, nobody, nobody, options, NULL, counts, err);

	close(nobody);
	return rc;
}

static int recover_with(const struct cx3_burn_options *burn, const struct cx3_job_options *options,
			struct cx3_error *err)
{
	struct cx3_job_result result = {0};

	return cx3_job_recover(on, image, &(struct cx3_recover_options){.burn = burn}, options,
			       &(struct cx3_job_caller){0}, &result, err);
}

static int try_readings(const struct cx3_flash_options *options, struct cx3_error *err)
{
	struct cx3_reading reading[CX3_READINGS];

	return cx3_try_readings(cx3_device_flash(on), options, NULL, 4096, reading, err);
}

ON_DEVICE(flash_open, CX3_OPEN_CARD, flash_open_on(cx3_device_card(on), arg[0], err))
ON_DEVICE(readings, CX3_OPEN_FLASH, try_readings(arg[0], err))
ON_DEVICE(flash_status, CX3_OPEN_FLASH, cx3_flash_status(cx3_device_flash(on), arg[0], err))
ON_DEVICE(serprog, CX3_OPEN_FLASH, serve(arg[0], arg[1], err))
ON_DEVICE(backup_auto, CX3_OPEN_SHADOW, cx3_backup_auto(cx3_device_shadow(on), arg[0], arg[1], err))
ON_DEVICE(backup_to, CX3_OPEN_SHADOW,
	  cx3_backup_to(cx3_device_shadow(on), saved, arg[0], arg[1], err))
ON_DEVICE(burn, CX3_OPEN_ADAPTER, cx3_job_burn(on, image, arg[0], arg[1], arg[2], arg[3], err))
ON_DEVICE(set_guids, CX3_OPEN_ADAPTER, cx3_job_set_guids(on, arg[0], arg[1], arg[2], arg[3], err))
ON_DEVICE(job_edit, CX3_OPEN_ADAPTER, cx3_job_edit(on, arg[0], arg[1], arg[2], arg[3], err))
ON_DEVICE(recover, CX3_OPEN_ADAPTER,
	  cx3_job_recover(on, image, arg[0], arg[1], arg[2], arg[3], err))
ON_DEVICE(recover_inner, CX3_OPEN_ADAPTER, recover_with(arg[0], arg[1], err))
ON_DEVICE(reset_config, CX3_OPEN_ADAPTER, cx3_job_reset_config(on, arg[0], arg[1], arg[2], err))
ON_DEVICE(protect, CX3_OPEN_ADAPTER, cx3_job_protect(on, arg[0], arg[1], arg[2], arg[3], err))
ON_DEVICE(restore, CX3_OPEN_ADAPTER, cx3_job_restore(on, arg[0], arg[1], arg[2], arg[3], err))
ON_DEVICE(raw, CX3_OPEN_ADAPTER, cx3_job_raw(on, arg[0], arg[1], arg[2], arg[3], err))

static int on_device(enum cx3_device_depth depth, call_fn call, void *const *arg,
		     struct cx3_error *err)
{
	int rc = cx3_device_open(name, NULL, &on, err);

	assert_int_equal(rc, CX3_OK);
	assert_int_equal(cx3_device_deepen(on, depth, err), CX3_OK);
	unlink(saved);
	rc = call(arg, err);
	cx3_device_close(on);
	return rc;
}

struct column {
	const char *type;
	size_t size;
	bool result;
	const char *text; /* the first member behind `size`; NULL: it is 0 */
};
#define IN(type)                                                                                   \
	{                                                                                          \
		"struct " #type, sizeof(struct type), false, NULL                                  \
	}
#define TEXT(type, text)                                                                           \
	{                                                                                          \
		"struct " #type, sizeof(struct type), false, text                                  \
	}
#define OUT(type)                                                                                  \
	{                                                                                          \
		"struct " #type, sizeof(struct type), true, NULL                                   \
	}
#define JOB IN(cx3_job_options), IN(cx3_job_caller), OUT(cx3_job_result)
#define COLUMNS 4u

static const struct row {
	const char *function;
	call_fn call;
	struct column column[COLUMNS];
} rows[] = {
	{"cx3_device_open", device_open, {IN(cx3_device_options)}},
	{"cx3_device_open", device_open_inner, {IN(cx3_card_options), IN(cx3_flash_options)}},
	{"cx3_card_open", card_open, {IN(cx3_card_options)}},
	{"cx3_flash_open", flash_open, {IN(cx3_flash_options)}},
	{"cx3_try_readings", readings, {IN(cx3_flash_options)}},
	{"cx3_flash_status", flash_status, {OUT(cx3_flash_status)}},
	{"cx3_scan", scan, {TEXT(cx3_scan_options, name)}},
	{"cx3_backup_auto", backup_auto, {TEXT(cx3_backup_options, b.folder), OUT(cx3_backup)}},
	{"cx3_backup_to", backup_to, {IN(cx3_backup_options), OUT(cx3_backup)}},
	{"cx3_fs2_edit", edit, {IN(cx3_edit)}},
	{"cx3_diagnose", diagnose, {OUT(cx3_diagnosis)}},
	{"cx3_serprog_serve", serprog, {IN(cx3_serprog_options), OUT(cx3_serprog_counts)}},
	{"cx3_job_burn", burn, {IN(cx3_burn_options), JOB}},
	{"cx3_job_set_guids", set_guids, {IN(cx3_burn_options), JOB}},
	{"cx3_job_edit", job_edit, {IN(cx3_edit), JOB}},
	{"cx3_job_recover", recover, {IN(cx3_recover_options), JOB}},
	{"cx3_job_recover", recover_inner, {IN(cx3_burn_options), IN(cx3_job_options)}},
	{"cx3_job_reset_config", reset_config, {JOB}},
	{"cx3_job_protect", protect, {IN(cx3_protect_options), JOB}},
	{"cx3_job_restore", restore, {TEXT(cx3_restore_options, b.file), JOB}},
	{"cx3_job_raw", raw, {IN(cx3_raw), JOB}},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* A struct that ends where its memory does, so that the sanitizer sees who goes further. */
static void *make(const struct column *column, size_t bytes, size_t size)
{
	struct {
		size_t size;
		const char *text;
	} head = {size, column->text};
	char *made = calloc(1, bytes);

	assert_non_null(made);
	memcpy(made, &head, bytes < sizeof(head) ? bytes : sizeof(head));
	return made;
}

struct answer {
	int code;
	char place[96];
};

/*
 * Calls a row's function with the structs of today, but for the one of column `other`, which is
 * `theirs`.
 */
static struct answer ask(const struct row *row, unsigned other, void *theirs)
{
	void *arg[COLUMNS] = {NULL};
	struct cx3_error err = {.code = CX3_OK};
	struct answer answer;

	for (unsigned i = 0; i < COLUMNS && row->column[i].type; i++)
		arg[i] = i == other ? theirs : make(&row->column[i], row->column[i].size, 0);
	answer.code = row->call(arg, &err);
	snprintf(answer.place, sizeof(answer.place), "%s", err.place);
	for (unsigned i = 0; i < COLUMNS && row->column[i].type; i++) {
		if (i != other)
			free(arg[i]);
	}
	return answer;
}

static void expect(const struct row *row, const struct column *column, const char *what,
		   struct answer is, struct answer should)
{
	if (is.code == should.code && strcmp(is.place, should.place) == 0)
		return;
	fail_msg("%s, %s, %s: %s at %s, should be %s at %s", row->function, column->type, what,
		 cx3_code_name((enum cx3_code)is.code), is.place,
		 cx3_code_name((enum cx3_code)should.code), should.place);
}

static void expect_refused(const struct row *row, const struct column *column, const char *what,
			   struct answer is)
{
	struct answer usage = {.code = CX3_E_USAGE};

	snprintf(usage.place, sizeof(usage.place), "%s", column->type);
	expect(row, column, what, is, usage);
}

/* All columns of all rows, with what the function answers to the structs of today. */
static void each(void (*fn)(const struct row *row, unsigned i, struct answer today))
{
	for (const struct row *row = rows; row < rows + ROWS; row++) {
		struct answer today = ask(row, COLUMNS, NULL);

		for (unsigned i = 0; i < COLUMNS && row->column[i].type; i++)
			fn(row, i, today);
	}
}

static void wrong_size(const struct row *row, unsigned i, struct answer today)
{
	void *theirs = make(&row->column[i], sizeof(size_t), WRONG);

	(void)today;
	expect_refused(row, &row->column[i], "a size that makes no sense", ask(row, i, theirs));
	free(theirs);
}

static void older(const struct row *row, unsigned i, struct answer today)
{
	const struct column *column = &row->column[i];
	size_t size = sizeof(size_t) + (column->text ? sizeof(column->text) : 0);
	void *theirs = make(column, size, size);

	expect(row, column, "of an older program", ask(row, i, theirs), today);
	assert_int_equal(*(size_t *)theirs, size);
	free(theirs);
}

static void newer(const struct row *row, unsigned i, struct answer today)
{
	static const char zero[MORE];
	const struct column *column = &row->column[i];
	size_t size = column->size + MORE;
	char *theirs = make(column, size, size);

	if (column->result)
		memset(theirs + column->size, 0xa5, MORE);
	expect(row, column, "of a newer program", ask(row, i, theirs), today);
	assert_int_equal(*(size_t *)(void *)theirs, size);
	assert_memory_equal(theirs + column->size, zero, MORE);
	theirs[size - 1] = 1;
	if (!column->result)
		expect_refused(row, column, "that asks for something new", ask(row, i, theirs));
	free(theirs);
}

static void memory_that_was_never_set_is_told(void **state)
{
	(void)state;
	each(wrong_size);
}

static void older_programs_run(void **state)
{
	(void)state;
	each(older);
}

static void newer_programs_run_if_they_ask_for_nothing_new(void **state)
{
	(void)state;
	each(newer);
}

/* What is there of a result is the same as in a whole one. */
static void results_are_the_same_as_far_as_they_go(void **state)
{
	const size_t size = offsetof(struct cx3_flash_status, protected_len);
	struct cx3_flash_status whole = {.size = sizeof(whole)};
	char *cut = malloc(size);
	char path[400];
	struct cx3_backup backup = {.size = offsetof(struct cx3_backup, manifest)};
	struct cx3_error err;

	(void)state;
	assert_non_null(cut);
	memset(cut, 0xa5, size);
	memcpy(cut, &size, sizeof(size));
	fixture_open(&b, "part=M25P40,status=0x9c", NULL);
	assert_int_equal(cx3_flash_status(b.flash, &whole, &err), CX3_OK);
	assert_int_equal(cx3_flash_status(b.flash, (void *)cut, &err), CX3_OK);
	assert_memory_equal(cut + sizeof(size_t), (char *)&whole + sizeof(size_t),
			    size - sizeof(size_t));
	assert_int_equal(whole.raw, 0x9c);
	assert_true(whole.register_locked && whole.protection.len == SIZE);
	free(cut);
	snprintf(path, sizeof(path), "%s/whole.bin", b.folder);
	memset(backup.manifest, 0xa5, sizeof(backup.manifest));
	assert_int_equal(cx3_backup_to(b.shadow, path, NULL, &backup, &err), CX3_OK);
	assert_string_equal(backup.path, path);
	assert_int_equal((uint8_t)backup.manifest[0], 0xa5);
	fixture_close(&b);
}

/* Numbers that only a newer version gives a meaning. */
static void unknown_kinds_are_refused(void **state)
{
	struct cx3_flash_options options = {.assume.of[CX3_WAYS] = CX3_ASSUME_NO};
	struct cx3_edit change = {.kind = (enum cx3_edit_kind)77};
	struct cx3_raw bytes = {.kind = (enum cx3_raw_kind)77};
	struct cx3_protect_options quad = {.quad = (enum cx3_protect_quad)77};
	struct cx3_job_options job = {0};
	struct cx3_job_caller caller = {0};
	struct cx3_job_result result = {0};

	(void)state;
	assert_int_equal(flash_open((void *[]){&options}, NULL), CX3_E_USAGE);
	assert_int_equal(edit((void *[]){&change}, NULL), CX3_E_USAGE);
	assert_int_equal(job_edit((void *[]){&change, &job, &caller, &result}, NULL), CX3_E_USAGE);
	assert_int_equal(raw((void *[]){&bytes, &job, &caller, &result}, NULL), CX3_E_USAGE);
	assert_int_equal(protect((void *[]){&quad, &job, &caller, &result}, NULL), CX3_E_USAGE);
}

static int begin(void **state)
{
	struct cx3_fs2_recipe recipe;
	uint8_t *bytes;
	uint32_t len;

	(void)state;
	fixture_new(&b, SIZE);
	snprintf(name, sizeof(name), "sim:%s", b.file);
	snprintf(saved, sizeof(saved), "%s/saved.bin", b.folder);
	setenv("XDG_STATE_HOME", b.folder, 1);
	fixture_small_recipe(&recipe, "MT_SIZES_0001", 42);
	bytes = fixture_image(&recipe, &len);
	assert_int_equal(cx3_image_from_memory(bytes, len, "image", false, &image, NULL), CX3_OK);
	free(bytes);
	return 0;
}

static int end(void **state)
{
	(void)state;
	cx3_image_free(image);
	fixture_delete(&b);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_that_was_never_set_is_told),
		cmocka_unit_test(older_programs_run),
		cmocka_unit_test(newer_programs_run_if_they_ask_for_nothing_new),
		cmocka_unit_test(results_are_the_same_as_far_as_they_go),
		cmocka_unit_test(unknown_kinds_are_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
