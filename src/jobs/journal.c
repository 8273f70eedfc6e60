/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeping a journal: where it lies, when it is made, found and removed. */
#include "journal.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cx3flash/file.h"
#include "folder.h"
#include "job_priv.h"

#define MOST_BYTES 262144u

static int journal_folder(const struct cx3_job *job, char *path, size_t size, struct cx3_error *err)
{
	int rc = cx3_state_folder("journals", path, size, err);

	if (rc != CX3_OK && job->options->backup_folder) {
		snprintf(path, size, "%s", job->options->backup_folder);
		rc = CX3_OK;
	}
	return rc;
}

static void describe_card(const struct cx3_job *job, struct cx3_journal *j)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(job->shadow->flash));
	const struct cx3_flash_part *part = cx3_flash_part(job->shadow->flash);

	snprintf(j->job, sizeof(j->job), "%s", job->kind->noun);
	snprintf(j->digest, sizeof(j->digest), "%s", job->digest);
	j->hw_id = id->hw_id;
	j->hw_rev = id->hw_rev;
	memcpy(j->jedec, part->jedec, sizeof(j->jedec));
	j->size = part->size;
}

/* One more range, rounded out to the unit of an erase; ranges that touch become one. */
static void touch(struct cx3_journal *j, uint32_t lo, uint32_t hi, uint32_t unit)
{
	struct cx3_fs2_extents *touched = &j->touched;

	lo = lo / unit * unit;
	hi = (hi + unit - 1) / unit * unit;
	for (unsigned i = 0; i < touched->count; i++) {
		struct cx3_fs2_range *range = &touched->range[i];

		if (lo <= range->hi && hi >= range->lo) {
			range->lo = lo < range->lo ? lo : range->lo;
			range->hi = hi > range->hi ? hi : range->hi;
			return;
		}
	}
	if (touched->count < CX3_FS2_MAX_RANGES)
		touched->range[touched->count++] = (struct cx3_fs2_range){lo, hi};
	else
		touched->range[0] = (struct cx3_fs2_range){0, j->size};
}

static void list_touched(const struct cx3_job *job, struct cx3_journal *j)
{
	const struct cx3_plan *plan = job->draft.plan;
	uint32_t unit = cx3_erase_unit(job->shadow->flash);

	for (size_t i = 0; i < plan->count; i++) {
		const struct cx3_step *step = &plan->step[i];

		if (step->kind == CX3_STEP_ERASE || step->kind == CX3_STEP_PROGRAM)
			touch(j, step->addr, step->addr + step->len, unit);
	}
}

/* The old image, from which the card's identity comes, in a file beside the journal. */
static int keep_copy(struct cx3_job *job, struct cx3_journal *j, struct cx3_error *err)
{
	struct cx3_fs2_source now = cx3_shadow_source(job->shadow);
	int rc = cx3_fs2_extents_at(&now, job->draft.old_info.start, &j->known, err);

	for (unsigned i = 0; i < j->known.count && rc == CX3_OK; i++)
		rc = cx3_shadow_want(job->shadow, j->known.range[i].lo,
				     j->known.range[i].hi - j->known.range[i].lo, err);
	if (rc != CX3_OK)
		return rc;
	snprintf(j->backup, sizeof(j->backup), "%.490s.before.bin", j->path);
	j->own_copy = true;
	return cx3_file_write(j->backup, cx3_shadow_bytes(job->shadow), job->shadow->size, true,
			      err);
}

static int take_before(struct cx3_job *job, struct cx3_journal *j, struct cx3_error *err)
{
	if (job->result->has_backup) {
		snprintf(j->backup, sizeof(j->backup), "%s", job->result->backup.path);
		j->known.count = 1;
		j->known.range[0] = (struct cx3_fs2_range){0, j->size};
		return CX3_OK;
	}
	if (job->draft.has_old && !cx3_plan_summary(job->draft.plan)->bootable_throughout)
		return keep_copy(job, j, err);
	return CX3_OK;
}

static void name_journal(const char *folder, const struct cx3_journal *j, char *path, size_t size)
{
	time_t now = time(NULL);
	char date[20];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y%m%dT%H%M%SZ", &tm);
	snprintf(path, size, "%.400s/%s-%s-%ld.json", folder, j->job, date, (long)getpid());
}

int cx3_journal_begin(struct cx3_job *job, struct cx3_error *err)
{
	struct cx3_journal *j = &job->journal;
	char folder[512], *text;
	int rc = journal_folder(job, folder, sizeof(folder), err);

	if (rc == CX3_OK)
		rc = cx3_folder_make(folder, err);
	/* a job that leaves an image bootable needs none to go on: it plans anew */
	if (rc == CX3_E_NO_FOLDER && cx3_plan_summary(job->draft.plan)->bootable_throughout)
		return CX3_OK;
	if (rc != CX3_OK)
		return rc;
	if (job->resumes) {
		*j = job->resumed;
	} else {
		describe_card(job, j);
		name_journal(folder, j, j->path, sizeof(j->path));
		rc = take_before(job, j, err);
	}
	if (rc != CX3_OK)
		return rc;
	list_touched(job, j);
	text = cx3_journal_text(j);
	if (!text)
		return cx3_fail(err, CX3_E_NO_MEMORY, "journal",
				"There is no memory for the journal.\n"
				"Close other programs and try again.");
	rc = cx3_file_write(j->path, text, strlen(text), true, err);
	free(text);
	return rc;
}

void cx3_journal_end(struct cx3_job *job, bool done)
{
	const struct cx3_journal *j = job->journal.path[0] ? &job->journal : &job->resumed;

	if (!done || !j->path[0])
		return;
	unlink(j->path);
	if (j->own_copy)
		unlink(j->backup);
}

static bool is_for(const struct cx3_job *job, const struct cx3_journal *j)
{
	struct cx3_journal own = {0};

	describe_card(job, &own);
	return strcmp(j->job, own.job) == 0 && strcmp(j->digest, own.digest) == 0 &&
	       j->hw_id == own.hw_id && j->hw_rev == own.hw_rev && j->size == own.size &&
	       memcmp(j->jedec, own.jedec, sizeof(own.jedec)) == 0;
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
	return ok;
}

void cx3_journal_find(const struct cx3_job *job, struct cx3_journal *journal, bool *found)
{
	char folder[512], path[600], newest[600] = "";
	struct dirent *entry;
	struct cx3_journal j;
	DIR *dir;

	*found = false;
	if (journal_folder(job, folder, sizeof(folder), NULL) != CX3_OK)
		return;
	dir = opendir(folder);
	while (dir && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len < 5 || strcmp(entry->d_name + len - 5, ".json") != 0)
			continue;
		snprintf(path, sizeof(path), "%.340s/%.255s", folder, entry->d_name);
		/* names begin with the job and its date */
		if (strcmp(path, newest) <= 0 || !read_journal(path, &j) || !is_for(job, &j))
			continue;
		snprintf(newest, sizeof(newest), "%s", path);
		*journal = j;
		*found = true;
	}
	if (dir)
		closedir(dir);
}
