/* SPDX-License-Identifier: BSD-2-Clause */
/* The ledger's file: made, opened again, and each thing that can be wrong with it. */
#include "ledger_fixture.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_code(struct bench *b, bool create)
{
	struct cx3_ledger *ledger = NULL;
	int rc = cx3_ledger_open(b->path, "sim:card", create, &ledger, &b->err);

	cx3_ledger_close(ledger);
	return rc;
}

static void sql(struct bench *b, const char *text)
{
	assert_int_equal(cx3_ledger_exec(b->ledger, text, &b->err), CX3_OK);
}

static void shut(struct bench *b)
{
	cx3_ledger_close(b->ledger);
	b->ledger = NULL;
}

static void what_is_made_is_found_again(void **state)
{
	struct bench *b = *state;
	char id[CX3_LEDGER_ID];

	assert_int_equal(open_code(b, false), CX3_E_FILE);
	assert_non_null(strstr(said(&b->err), "There is no ledger"));
	bench_open(b, 3);
	memcpy(id, b->ledger->id, sizeof(id));
	shut(b);
	bench_open(b, 0);
	assert_string_equal(b->ledger->id, id);
	assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 3);
}

/* A commit must outlive a power cut, by the journal's folder too. */
static void commits_are_for_good(void **state)
{
	struct bench *b = *state;
	int64_t synchronous = 0, keys = 0;

	bench_open(b, 1);
	assert_int_equal(
		cx3_ledger_number(b->ledger, &synchronous, &b->err, "PRAGMA synchronous", ""),
		CX3_OK);
	assert_int_equal(synchronous, 3); /* EXTRA */
	assert_int_equal(cx3_ledger_number(b->ledger, &keys, &b->err, "PRAGMA foreign_keys", ""),
			 CX3_OK);
	assert_int_equal(keys, 1);
	assert_int_equal(access(bench_path(b, "station.db-wal"), F_OK), -1);
}

static void a_newer_ledger_is_left_alone(void **state)
{
	struct bench *b = *state;

	bench_open(b, 1);
	sql(b, "PRAGMA user_version = 2");
	shut(b);
	assert_int_equal(open_code(b, true), CX3_E_FILE);
	assert_non_null(strstr(said(&b->err), "has the form 2"));
}

static void another_programs_database_is_left_alone(void **state)
{
	struct bench *b = *state;

	bench_open(b, 1);
	sql(b, "PRAGMA application_id = 7");
	shut(b);
	assert_int_equal(open_code(b, true), CX3_E_FILE);
	assert_non_null(strstr(said(&b->err), "another program"));
}

static void a_file_that_is_no_ledger_is_left_alone(void **state)
{
	struct bench *b = *state;
	char text[2001];

	memset(text, 'x', 2000);
	text[2000] = '\0';
	bench_file(b, "station.db", text);
	assert_int_equal(open_code(b, true), CX3_E_FILE);
	assert_non_null(strstr(said(&b->err), "no ledger, or is damaged"));
}

/* Wherever a page is overwritten: an error, or nothing that matters; never a crash. */
static void damage_is_found(void **state)
{
	static const char junk[300] = "no page of a database begins so";
	struct bench *b = *state;
	unsigned found = 0, pages;
	struct stat st;

	bench_open(b, 60);
	shut(b);
	assert_int_equal(stat(b->path, &st), 0);
	pages = (unsigned)(st.st_size / 4096);
	assert_true(pages > 5);
	for (unsigned i = 1; i < pages; i++) {
		char kept[sizeof(junk)];
		FILE *file = fopen(b->path, "r+");

		assert_non_null(file);
		assert_int_equal(fseek(file, (long)i * 4096, SEEK_SET), 0);
		assert_int_equal(fread(kept, sizeof(kept), 1, file), 1);
		assert_int_equal(fseek(file, (long)i * 4096, SEEK_SET), 0);
		assert_int_equal(fwrite(junk, sizeof(junk), 1, file), 1);
		assert_int_equal(fclose(file), 0);
		found += open_code(b, false) == CX3_E_FILE;
		file = fopen(b->path, "r+");
		assert_non_null(file);
		assert_int_equal(fseek(file, (long)i * 4096, SEEK_SET), 0);
		assert_int_equal(fwrite(kept, sizeof(kept), 1, file), 1);
		assert_int_equal(fclose(file), 0);
	}
	assert_int_equal(found, pages - 1);
	assert_int_equal(open_code(b, false), CX3_OK);
}

static void places_that_can_not_be_written(void **state)
{
	struct bench *b = *state;
	struct cx3_ledger *ledger = NULL;

	assert_int_equal(cx3_ledger_open(b->folder, "", true, &ledger, &b->err), CX3_E_FILE);
	assert_non_null(strstr(said(&b->err), "no file"));
	assert_int_equal(cx3_ledger_open("/nowhere/at/all.db", "", true, &ledger, &b->err),
			 CX3_E_FILE);
	assert_non_null(strstr(said(&b->err), "folder"));
	bench_open(b, 1);
	shut(b);
	/* SQLite opens it for reading then; root may write everywhere */
	assert_int_equal(chmod(b->path, 0400), 0);
	if (access(b->path, W_OK) == 0)
		return;
	assert_int_equal(open_code(b, false), CX3_E_FILE);
	assert_non_null(strstr(said(&b->err), "permission"));
}

static void a_full_disk_is_said(void **state)
{
	struct bench *b = *state;
	int rc = CX3_OK;

	bench_open(b, 1);
	sql(b, "PRAGMA max_page_count = 1");
	rc = cx3_ledger_add_range(b->ledger, FIRST + 0x1000, 5000, 4, &b->err);
	assert_int_equal(rc, CX3_E_DISK_FULL);
	sql(b, "PRAGMA max_page_count = 1000000");
	/* all or nothing */
	assert_int_equal(bench_count(b, CX3_LEDGER_FREE), 1);
}

int main(void)
{
#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
	const struct CMUnitTest tests[] = {
		BENCH_TEST(what_is_made_is_found_again),
		BENCH_TEST(commits_are_for_good),
		BENCH_TEST(a_newer_ledger_is_left_alone),
		BENCH_TEST(another_programs_database_is_left_alone),
		BENCH_TEST(a_file_that_is_no_ledger_is_left_alone),
		BENCH_TEST(damage_is_found),
		BENCH_TEST(places_that_can_not_be_written),
		BENCH_TEST(a_full_disk_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
