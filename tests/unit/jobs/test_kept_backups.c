/* SPDX-License-Identifier: BSD-2-Clause */
/* What this machine has kept of a card: which backup is its newest one, and a backup that was cut
 * short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "jobs_engine.h"
#include "records/journal.h"
#include "records/kept.h"

/* A backup in the fixture's folder, whose manifest says this year. */
static void keep(struct fixture *b, const char *name, const char *year)
{
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct cx3_error err = {0};
	uint8_t *text;
	char path[400], *at;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", b->folder, name);
	fixture_ok(cx3_backup_to(b->shadow, path, NULL, &backup, &err), &err);
	fixture_ok(cx3_file_read(backup.manifest, 65536, &text, &len, &err), &err);
	at = memmem(text, len, "\"date\":", 7);
	assert_non_null(at);
	at = memchr(at, '2', len - (size_t)(at - (char *)text));
	assert_non_null(at);
	memcpy(at, year, 4);
	fixture_ok(cx3_file_write(backup.manifest, text, len, true, &err), &err);
	free(text);
}

/* By the dates of their manifests, in whatever order the folder has them. */
static void the_newest_is_told(void **state)
{
	static const char *const years[][3] = {
		{"2020", "2025", "2021"}, {"2025", "2021", "2020"}, {"2021", "2020", "2025"}};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct cx3_fs2_recipe recipe;
		struct cx3_fs2_source now;
		struct cx3_error err = {0};
		struct cx3_homes homes;
		struct cx3_kept kept;
		struct fixture b;

		fixture_with_image(&b, "MT_KEPT_00001", &recipe);
		engine_home(&b);
		fixture_open(&b, "", NULL);
		keep(&b, "a.bin", years[i][0]);
		keep(&b, "b.bin", years[i][1]);
		keep(&b, "c.bin", years[i][2]);
		now = cx3_shadow_source(b.shadow);
		fixture_ok(cx3_homes_judge(&now, &homes, &err), &err);
		cx3_kept_backups(b.shadow, &homes, b.folder, &kept);
		assert_int_equal(kept.sure, 3);
		assert_int_equal(kept.unsure, 0);
		for (unsigned k = 0; k < 3; k++) {
			const char *name = strrchr(kept.newest, '/');

			assert_non_null(name);
			if (strcmp(years[i][k], "2025") == 0)
				assert_int_equal(name[1], 'a' + k);
		}
		fixture_close(&b);
		fixture_delete(&b);
	}
}

/* A journal says how large the flash is. A file that is shorter is not what it held. */
static void what_is_cut_short_is_not_loaded(void **state)
{
	struct cx3_journal j = {.size = 4096};
	static const uint8_t content[4096];
	struct cx3_error err = {0};
	struct fixture b;
	uint8_t *bytes;

	(void)state;
	fixture_new(&b, 512u << 10);
	snprintf(j.backup, sizeof(j.backup), "%s/before.bin", b.folder);
	fixture_ok(cx3_file_write(j.backup, content, sizeof(content), true, &err), &err);
	assert_true(cx3_journal_load(&j, &bytes));
	free(bytes);
	assert_int_equal(truncate(j.backup, sizeof(content) - 1), 0);
	assert_false(cx3_journal_load(&j, &bytes));
	assert_null(bytes);
	fixture_delete(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_is_told),
		cmocka_unit_test(what_is_cut_short_is_not_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
