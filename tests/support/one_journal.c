/* SPDX-License-Identifier: BSD-2-Clause */
/* One journal, written as a job writes its own, and looked for as a job looks. */
#include "one_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "cx3flash/file.h"

void one_journal_write(const char *state, struct cx3_journal *j)
{
	char folder[100];
	char *text;

	*j = (struct cx3_journal){.job = "burn", .hw_id = 0x1f7, .size = 0x80000, .pid = 1};
	snprintf(folder, sizeof(folder), "%s/cx3flash", state);
	(void)mkdir(folder, 0700);
	snprintf(folder, sizeof(folder), "%s/cx3flash/journals", state);
	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(j->path, sizeof(j->path), "%s/burn-20260101T000000Z-1-1.json", folder);
	snprintf(j->run_date, sizeof(j->run_date), "2026-01-01T00:00:00Z");
	memset(j->digest, 'a', sizeof(j->digest) - 1);
	text = cx3_journal_text(j);
	assert_non_null(text);
	assert_int_equal(cx3_file_write(j->path, text, strlen(text), true, NULL), CX3_OK);
	free(text);
}

static bool any(const void *user, const struct cx3_journal *j)
{
	(void)user;
	(void)j;
	return true;
}

bool one_journal_is_found(void)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_journal j;

	return cx3_journal_next_of(NULL, any, NULL, name, &j);
}
