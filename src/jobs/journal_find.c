/* SPDX-License-Identifier: BSD-2-Clause */
/* Which journals of a job are there, and which of them go when the job is complete. */
#include "journal.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cx3flash/file.h"
#include "job_priv.h"

#define MOST_BYTES 262144u

bool cx3_journal_of_kind(const struct cx3_journal *j, const struct cx3_shadow *shadow)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(shadow->flash));
	const struct cx3_flash_part *part = cx3_flash_part(shadow->flash);

	return j->hw_id == id->hw_id && j->hw_rev == id->hw_rev && j->size == part->size &&
	       memcmp(j->jedec, part->jedec, sizeof(part->jedec)) == 0;
}

static bool is_for(const void *user, const struct cx3_journal *j)
{
	const struct cx3_job *job = user;

	return strcmp(j->job, job->kind->noun) == 0 && strcmp(j->digest, job->digest) == 0 &&
	       cx3_journal_of_kind(j, job->shadow);
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

/* As name_journal makes them: backups, and files that are not ours, may lie in the same folder. */
static bool is_dated_name(const char *name)
{
	const char *date = strchr(name, '-');
	int end = 0;

	return date && sscanf(date, "-%*8[0-9]T%*6[0-9]Z-%*d-%*u.json%n", &end) == 0 && end > 0 &&
	       date[end] == '\0';
}

struct wanted {
	cx3_journal_fits fits; /* NULL: those that can't be read */
	const void *user;
	const char *before; /* names that come before this one; "": all */
};

static bool is_wanted(const struct wanted *wanted, const char *name, const char *path,
		      struct cx3_journal *j)
{
	bool whole = read_journal(path, j);

	if (wanted->fits)
		return whole && wanted->fits(wanted->user, j);
	if (whole || !is_dated_name(name))
		return false;
	*j = (struct cx3_journal){0};
	snprintf(j->path, sizeof(j->path), "%s", path);
	cx3_journal_name_copy(j);
	if (access(j->backup, F_OK) != 0)
		j->backup[0] = '\0';
	return true;
}

/* Names begin with the job and its date. */
static void find_in(const char *folder, const struct wanted *wanted, char newest[CX3_JOURNAL_NAME],
		    struct cx3_journal *journal)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	struct cx3_journal j;
	char path[600];

	while (dir && (entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (!is_journal_name(name) || strcmp(name, newest) <= 0 ||
		    (wanted->before[0] && strcmp(name, wanted->before) >= 0))
			continue;
		snprintf(path, sizeof(path), "%.400s/%.79s", folder, name);
		if (!is_wanted(wanted, name, path, &j))
			continue;
		snprintf(newest, CX3_JOURNAL_NAME, "%.79s", name);
		*journal = j;
	}
	if (dir)
		closedir(dir);
}

bool cx3_journal_next_of(const char *backup_folder, cx3_journal_fits fits, const void *user,
			 char name[CX3_JOURNAL_NAME], struct cx3_journal *journal)
{
	struct wanted wanted = {.fits = fits, .user = user, .before = name};
	char newest[CX3_JOURNAL_NAME] = "", folder[2][512];
	unsigned count = cx3_journal_folders(backup_folder, folder);

	for (unsigned i = 0; i < count; i++)
		find_in(folder[i], &wanted, newest, journal);
	memcpy(name, newest, sizeof(newest));
	return newest[0] != '\0';
}

bool cx3_journal_next_damaged(const char *backup_folder, char name[CX3_JOURNAL_NAME],
			      struct cx3_journal *journal)
{
	return cx3_journal_next_of(backup_folder, NULL, NULL, name, journal);
}

bool cx3_journal_next(const struct cx3_job *job, char name[CX3_JOURNAL_NAME],
		      struct cx3_journal *journal)
{
	return cx3_journal_next_of(job->options->backup_folder, is_for, job, name, journal);
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

	if (cx3_homes_judge(&src, NULL, &homes, NULL) != CX3_OK)
		return false;
	best = cx3_homes_best(&homes);
	if (best)
		*info = best->home.info;
	return best != NULL;
}

void cx3_journal_owner(const struct cx3_fs2_info *info, char owner[CX3_JOURNAL_OWNER])
{
	owner[0] = '\0';
	if (!info->blank_uids)
		snprintf(owner, CX3_JOURNAL_OWNER, "%016llx %012llx",
			 (unsigned long long)info->uid[0],
			 (unsigned long long)(info->uid_count > 4 ? info->uid[4] : 0));
}

void cx3_job_owner(const struct cx3_job *job, char owner[CX3_JOURNAL_OWNER])
{
	const struct cx3_draft *draft = &job->draft;

	owner[0] = '\0';
	if (job->kind->names_new_owner && draft->has_new)
		cx3_journal_owner(&draft->new_info, owner);
	else if (!job->kind->names_new_owner && draft->has_old)
		cx3_journal_owner(&draft->old_info, owner);
}

bool cx3_same_uids(const struct cx3_fs2_info *a, const struct cx3_fs2_info *b)
{
	return a->uid_count == b->uid_count &&
	       memcmp(a->uid, b->uid, a->uid_count * sizeof(*a->uid)) == 0;
}

/* This card's, now that the job is complete; or one that names nothing from before, which
 * is of no use to anybody. */
static bool is_spent(const struct cx3_job *job, const struct cx3_journal *j)
{
	struct cx3_fs2_info info;
	uint8_t *bytes;
	bool same;

	if (j->lifted && !cx3_job_owns(job, j))
		return false;
	if (!j->backup[0] || job->gives_identity || strcmp(j->path, job->journal.path) == 0)
		return true;
	/* it needs nothing from before, and the backup that is named stays */
	if (!job->kind->needs_before && !j->own_copy)
		return true;
	if (job->kind->names_new_owner)
		return cx3_job_owns(job, j);
	if (!job->draft.has_old || !cx3_journal_load(j, &bytes))
		return false;
	same = cx3_journal_identity(j, bytes, &info) && cx3_same_uids(&info, &job->draft.old_info);
	free(bytes);
	return same;
}

void cx3_journal_first_backup(const struct cx3_job *job, char *path, size_t size)
{
	char name[CX3_JOURNAL_NAME] = "", owner[CX3_JOURNAL_OWNER] = "";
	struct cx3_journal j;
	uint8_t *bytes;

	path[0] = '\0';
	if (job->draft.has_old)
		cx3_journal_owner(&job->draft.old_info, owner);
	/* newest first: the last that fits is the oldest */
	while (cx3_journal_next(job, name, &j)) {
		bool same = owner[0] && strcmp(owner, j.owner) == 0;
		bool resumed = job->resumes && strcmp(j.path, job->resumed.path) == 0;

		/* what somebody has removed since is no way back */
		if (j.backup[0] && !j.own_copy && (same || resumed) &&
		    cx3_journal_load(&j, &bytes)) {
			snprintf(path, size, "%s", j.backup);
			free(bytes);
		}
	}
}

struct finished {
	const struct cx3_job *job;
	char before[CX3_JOURNAL_OWNER], after[CX3_JOURNAL_OWNER];
};

/*
 * An interrupted job of this card, of whatever kind: what it was to leave is overwritten. Not
 * one that is all that knows of an identity that the card has no more, or of a protection.
 */
static bool is_overtaken(const void *user, const struct cx3_journal *j)
{
	const struct finished *f = user;
	bool after = j->owner[0] && strcmp(j->owner, f->after) == 0;
	bool before = j->owner[0] && strcmp(j->owner, f->before) == 0;

	return cx3_journal_of_kind(j, f->job->shadow) && !j->lifted &&
	       (after || (before && !j->own_copy));
}

/* A whole image was written: nothing that began before it is to be gone on with. */
static void end_overtaken(struct cx3_job *job)
{
	struct finished f = {.job = job};
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_journal j;

	if (!job->kind->makes_image || !job->result->written || !job->draft.has_new)
		return;
	cx3_journal_owner(&job->draft.new_info, f.after);
	if (job->draft.has_old)
		cx3_journal_owner(&job->draft.old_info, f.before);
	while (cx3_journal_next_of(job->options->backup_folder, is_overtaken, &f, name, &j))
		cx3_journal_remove(&j);
}

void cx3_journal_end(struct cx3_job *job)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_journal j;

	while (cx3_journal_next(job, name, &j)) {
		if (is_spent(job, &j))
			cx3_journal_remove(&j);
	}
	end_overtaken(job);
}
