/* SPDX-License-Identifier: BSD-2-Clause */
/* Which journals are there, and what they lead to: the folders, the files, what the flash held. */
#include "journal.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cx3flash/file.h"
#include "folder.h"
#include "fs2/homes.h"
#include "plan/shadow.h"

#define MOST_BYTES 262144u
/* Nobody has interrupted so many jobs: a name with a larger number is none of ours. */
#define MOST_NUMBER 1000000u

unsigned cx3_journal_folders(const char *backup_folder, char folder[2][512])
{
	unsigned count = 0;

	if (cx3_state_folder("journals", folder[0], sizeof(folder[0]), NULL) == CX3_OK)
		count++;
	if (backup_folder && strlen(backup_folder) <= CX3_LONGEST_FOLDER)
		snprintf(folder[count++], sizeof(folder[0]), "%s", backup_folder);
	return count;
}

bool cx3_journal_of_kind(const struct cx3_journal *j, const struct cx3_shadow *shadow)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(shadow->flash));
	const struct cx3_flash_part *part = cx3_flash_part(shadow->flash);

	return j->hw_id == id->hw_id && j->hw_rev == id->hw_rev && j->size == part->size &&
	       memcmp(j->jedec, part->jedec, sizeof(part->jedec)) == 0;
}

static bool read_journal(const char *path, struct cx3_journal *j)
{
	uint8_t *text;
	size_t len;
	bool ok;

	if (cx3_file_read(path, MOST_BYTES, &text, &len, NULL) != CX3_OK)
		return false;
	ok = cx3_journal_parse((const char *)text, len, j);
	free(text);
	snprintf(j->path, sizeof(j->path), "%s", path);
	/* it is going to be removed: a journal can't name another file than its own */
	if (ok && j->own_copy)
		cx3_journal_name_copy(j);
	return ok;
}

static bool is_journal_name(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && len < CX3_JOURNAL_NAME && strcmp(name + len - 5, ".json") == 0;
}

/* As job_journal.c makes them: backups, and files that are not ours, may lie in the same folder. */
static bool is_dated_name(const char *name, unsigned *number)
{
	const char *date = strchr(name, '-');
	int last = 0, end = 0;

	if (!date || sscanf(date, "-%*8[0-9]T%*6[0-9]Z-%*d-%n%*u.json%n", &last, &end) != 0 ||
	    end == 0 || date[end] != '\0')
		return false;
	*number = (unsigned)strtoul(date + last, NULL, 10);
	return *number <= MOST_NUMBER;
}

/* Below 0: `a` was begun before `b`. Names that are not ours come first. */
static int in_order(const char *a, const char *b)
{
	unsigned of_a = 0, of_b = 0;

	if (!is_dated_name(a, &of_a))
		of_a = 0;
	if (!is_dated_name(b, &of_b))
		of_b = 0;
	if (of_a != of_b)
		return of_a < of_b ? -1 : 1;
	/* begun with folders that do not know of each other: by their dates */
	if (of_a && strcmp(strchr(a, '-'), strchr(b, '-')) != 0)
		return strcmp(strchr(a, '-'), strchr(b, '-'));
	return strcmp(a, b);
}

struct wanted {
	cx3_journal_fits fits; /* NULL: those that can't be read */
	const void *user;
	const char *before; /* names that come before this one; "": all */
	bool in_use;	    /* those that another thread or process works with too */
};

static bool is_wanted(const struct wanted *wanted, const char *name, const char *path,
		      struct cx3_journal *j)
{
	bool whole = read_journal(path, j);
	unsigned number;

	if (wanted->fits)
		return whole && wanted->fits(wanted->user, j);
	if (whole || !is_dated_name(name, &number))
		return false;
	*j = (struct cx3_journal){0};
	snprintf(j->path, sizeof(j->path), "%s", path);
	cx3_journal_name_copy(j);
	if (access(j->backup, F_OK) != 0)
		j->backup[0] = '\0';
	return true;
}

static void find_in(const char *folder, const struct wanted *wanted, char newest[CX3_JOURNAL_NAME],
		    struct cx3_journal *journal)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	struct cx3_journal j;
	char path[600];

	while (dir && (entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (!is_journal_name(name) || in_order(name, newest) <= 0 ||
		    (wanted->before[0] && in_order(name, wanted->before) >= 0))
			continue;
		snprintf(path, sizeof(path), "%.400s/%.79s", folder, name);
		if ((!wanted->in_use && cx3_journal_claimed_elsewhere(path)) ||
		    !is_wanted(wanted, name, path, &j))
			continue;
		snprintf(newest, CX3_JOURNAL_NAME, "%.79s", name);
		*journal = j;
	}
	if (dir)
		closedir(dir);
}

unsigned cx3_journal_next_number(const char *backup_folder)
{
	char folder[2][512];
	unsigned count = cx3_journal_folders(backup_folder, folder), last = 0, number;
	struct dirent *entry;

	for (unsigned i = 0; i < count; i++) {
		DIR *dir = opendir(folder[i]);

		while (dir && (entry = readdir(dir))) {
			if (is_dated_name(entry->d_name, &number) && number > last)
				last = number;
		}
		if (dir)
			closedir(dir);
	}
	return last < MOST_NUMBER ? last + 1 : last;
}

static bool find_next(const char *backup_folder, const struct wanted *wanted,
		      char name[CX3_JOURNAL_NAME], struct cx3_journal *journal)
{
	char newest[CX3_JOURNAL_NAME] = "", folder[2][512];
	unsigned count = cx3_journal_folders(backup_folder, folder);

	for (unsigned i = 0; i < count; i++)
		find_in(folder[i], wanted, newest, journal);
	memcpy(name, newest, sizeof(newest));
	return newest[0] != '\0';
}

bool cx3_journal_next_of(const char *backup_folder, cx3_journal_fits fits, const void *user,
			 char name[CX3_JOURNAL_NAME], struct cx3_journal *journal)
{
	const struct wanted wanted = {.fits = fits, .user = user, .before = name};

	return find_next(backup_folder, &wanted, name, journal);
}

bool cx3_journal_next_run(const char *backup_folder, cx3_journal_fits fits, const void *user,
			  char name[CX3_JOURNAL_NAME], struct cx3_journal *journal)
{
	const struct wanted wanted = {.fits = fits, .user = user, .before = name, .in_use = true};

	return find_next(backup_folder, &wanted, name, journal);
}

bool cx3_journal_next_damaged(const char *backup_folder, char name[CX3_JOURNAL_NAME],
			      struct cx3_journal *journal)
{
	return cx3_journal_next_of(backup_folder, NULL, NULL, name, journal);
}

bool cx3_journal_load(const struct cx3_journal *journal, uint8_t **bytes)
{
	size_t len;

	*bytes = NULL;
	if (!journal->backup[0] ||
	    cx3_file_read(journal->backup, journal->size, bytes, &len, NULL) != CX3_OK)
		return false;
	if (len == journal->size)
		return true;
	free(*bytes);
	*bytes = NULL;
	return false;
}

bool cx3_journal_identity(const struct cx3_journal *journal, const uint8_t *bytes,
			  struct cx3_fs2_info *info)
{
	struct cx3_fs2_source src = cx3_fs2_memory(bytes, journal->size);
	struct cx3_homes homes;
	const struct cx3_judged *best;

	if (cx3_homes_judge(&src, &homes, NULL) != CX3_OK)
		return false;
	cx3_homes_know_chip(&homes, journal->hw_id);
	best = cx3_homes_best(&homes);
	if (best)
		*info = best->home.info;
	return best != NULL;
}

bool cx3_journal_before(const struct cx3_journal *journal, struct cx3_fs2_info *info)
{
	uint8_t *bytes;
	bool known = cx3_journal_load(journal, &bytes) &&
		     cx3_journal_identity(journal, bytes, info);

	free(bytes);
	return known;
}

void cx3_journal_owner(const struct cx3_fs2_info *info, char owner[CX3_JOURNAL_OWNER])
{
	owner[0] = '\0';
	if (!info->blank_uids)
		snprintf(owner, CX3_JOURNAL_OWNER, "%016llx %012llx",
			 (unsigned long long)info->uid[0],
			 (unsigned long long)(info->uid_count > 4 ? info->uid[4] : 0));
}

bool cx3_same_uids(const struct cx3_fs2_info *a, const struct cx3_fs2_info *b)
{
	return a->uid_count == b->uid_count &&
	       memcmp(a->uid, b->uid, a->uid_count * sizeof(*a->uid)) == 0;
}

void cx3_journal_remove(const struct cx3_journal *j)
{
	if (!j->path[0])
		return;
	unlink(j->path);
	if (j->own_copy)
		unlink(j->backup);
}
