/* SPDX-License-Identifier: BSD-2-Clause */
/* The journal that a job keeps while it writes: where it lies, and what is written into it. */
#include "job_priv.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cx3flash/file.h"
#include "records/folder.h"
#include "records/manifest.h"

/* For the journal's text. */
#define TEXT_BYTES 65536u

/* Can files of that size be written into it? CX3_E_NO_FOLDER, CX3_E_DISK_FULL. */
static int try_folder(const char *folder, uint64_t bytes, struct cx3_error *err)
{
	char path[600];
	int rc = cx3_folder_make(folder, err);

	if (rc == CX3_OK)
		rc = cx3_folder_check(folder, 0, err);
	snprintf(path, sizeof(path), "%.511s/journal", folder);
	return rc == CX3_OK ? cx3_file_try(path, bytes, true, err) : rc;
}

/* What is wrong with both, in one error: the first is where journals belong. */
static int neither(const struct cx3_error why[2], struct cx3_error *err)
{
	if (!err)
		return why[0].code;
	*err = why[0];
	snprintf(err->cause, sizeof(err->cause), "%.250s And the folder for backups: %.230s",
		 why[0].cause, why[1].cause);
	return err->code;
}

/* The first of them that can be written to and has room. */
static int make_folder(const struct cx3_job *job, char *path, size_t size, struct cx3_error *err)
{
	char folder[2][512];
	unsigned count = cx3_journal_folders(job->options->backup_folder, folder);
	uint64_t bytes = TEXT_BYTES + (job->result->backup ? 0 : job->shadow->size);
	struct cx3_error why[2];
	int rc = CX3_OK;

	if (count == 0)
		return cx3_state_folder("journals", path, size, err);
	for (unsigned i = 0; i < count; i++) {
		snprintf(path, size, "%.511s", folder[i]);
		rc = try_folder(path, bytes, &why[i]);
		if (rc == CX3_OK)
			return rc;
	}
	if (count == 2)
		return neither(why, err);
	if (err)
		*err = why[0];
	return rc;
}

/* For which job, card and flash part it is. */
static void describe(const struct cx3_job *job, struct cx3_journal *j)
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

/* The part has no smaller erase: one takes what lies behind an image in its last block too. */
static bool erases_blocks(const struct cx3_job *job)
{
	return !cx3_flash_part(job->shadow->flash)->sector_erase;
}

/* The blocks that the plan erases, where that takes more than the plan's own bytes. */
static void add_blocks(const struct cx3_job *job, struct cx3_fs2_extents *known)
{
	size_t count;
	const struct cx3_step *step = cx3_plan_steps(job->draft.plan, &count);

	if (!erases_blocks(job))
		return;
	for (size_t i = 0; i < count; i++) {
		if (step[i].kind == CX3_STEP_ERASE && known->count < CX3_FS2_MAX_RANGES)
			known->range[known->count++] = (struct cx3_fs2_range){
				step[i].addr, step[i].addr + step[i].len};
	}
}

/* The old image, from which the card's identity comes, in a file beside the journal. */
static int keep_copy(struct cx3_job *job, struct cx3_journal *j, struct cx3_error *err)
{
	struct cx3_fs2_source now = cx3_shadow_source(job->shadow);
	int rc = cx3_fs2_extents_at(&now, job->draft.old_info.start, &j->known, err);

	if (rc == CX3_OK)
		add_blocks(job, &j->known);
	/* It may be all that is left of the card's identity. A section's CRC vouches for it, or it
	 * was read three times. What no section has, as where an image says that it is longer, is
	 * then read twice. */
	if (rc == CX3_OK)
		rc = cx3_backup_vouch(job->shadow, job->draft.old_info.start, err);
	for (unsigned i = 0; i < j->known.count && rc == CX3_OK; i++)
		rc = cx3_shadow_make_sure(job->shadow, j->known.range[i].lo,
					  j->known.range[i].hi - j->known.range[i].lo, err);
	if (rc != CX3_OK)
		return rc;
	cx3_journal_name_copy(j);
	return cx3_file_write(j->backup, cx3_shadow_bytes(job->shadow), job->shadow->size, true,
			      err);
}

/* For a recovery: what is left of the card's identity may be anywhere. For a raw write: so may what
 * lies beside its bytes. Their drafts have read all of the flash, a recovery's twice where no CRC
 * vouches for it, and a raw write's where it is written back. */
static int keep_all(struct cx3_job *job, struct cx3_journal *j, struct cx3_error *err)
{
	j->known.count = 1;
	j->known.range[0] = (struct cx3_fs2_range){0, j->size};
	cx3_journal_name_copy(j);
	return cx3_file_write(j->backup, cx3_shadow_bytes(job->shadow), job->shadow->size, true,
			      err);
}

static int take_before(struct cx3_job *job, struct cx3_journal *j, struct cx3_error *err)
{
	if (job->result->backup) {
		snprintf(j->backup, sizeof(j->backup), "%s", job->result->backup->path);
		j->known.count = 1;
		j->known.range[0] = (struct cx3_fs2_range){0, j->size};
		return CX3_OK;
	}
	if (job->kind->changes_no_byte)
		return CX3_OK;
	if (job->recovery || job->kind->keeps_rest)
		return keep_all(job, j, err);
	/* Also of an image that is to stay: a command that goes astray may hit it, and while its
	 * sector is put back, the power may fail. */
	return job->draft.has_old ? keep_copy(job, j, err) : CX3_OK;
}

/* A word with its newline behind it, as struct cx3_waiting has it. False: there is no room. */
static bool add_word(char *text, size_t size, size_t *len, const char *word)
{
	for (; *word && *len + 3 < size; word++) {
		if (*word == '\n' || *word == '\\')
			text[(*len)++] = '\\';
		text[(*len)++] = (char)(*word == '\n' ? 'n' : *word);
	}
	if (*word || *len + 2 > size)
		return false;
	text[(*len)++] = '\n';
	text[*len] = '\0';
	return true;
}

/* The words of the request, one a line; nothing if they do not fit. */
static void note_request(const struct cx3_job *job, struct cx3_journal *j)
{
	const char *const *word = job->options->request;
	size_t len = 0;

	for (; word && *word; word++) {
		if (!add_word(j->request, sizeof(j->request), &len, *word)) {
			j->request[0] = '\0';
			return;
		}
	}
}

/* One that no journal in the folders has, and no other thread of this process has taken. */
static unsigned take_number(const char *backup_folder)
{
	static _Atomic unsigned newest;
	unsigned before = atomic_load(&newest), number;

	do {
		number = cx3_journal_next_number(backup_folder);
		if (number <= before)
			number = before + 1;
	} while (!atomic_compare_exchange_weak(&newest, &before, number));
	return number;
}

/* A name that no journal has, and that tells which are older. */
static void name_journal(const struct cx3_job *job, const char *folder, struct cx3_journal *j)
{
	unsigned number = take_number(job->options->backup_folder);
	time_t now = time(NULL);
	char date[20];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y%m%dT%H%M%SZ", &tm);
	snprintf(j->path, sizeof(j->path), "%.400s/%s-%s-%ld-%u.json", folder, j->job, date,
		 (long)getpid(), number);
}

static int new_journal(struct cx3_job *job, struct cx3_journal *j, struct cx3_error *err)
{
	char folder[512];
	int rc = make_folder(job, folder, sizeof(folder), err);

	if (rc != CX3_OK)
		return rc;
	describe(job, j);
	note_request(job, j);
	cx3_date_text(time(NULL), j->date);
	cx3_job_owner(job, j->owner);
	name_journal(job, folder, j);
	return take_before(job, j, err);
}

/* One that is gone on with has its own date, and another run's process. */
static void note_run(struct cx3_journal *j)
{
	cx3_date_text(time(NULL), j->run_date);
	cx3_host_name(j->host);
	j->pid = (uint32_t)getpid();
}

static int begin(struct cx3_job *job, struct cx3_error *err)
{
	struct cx3_journal *j = &job->journal;
	int rc = CX3_OK;
	char *text;

	if (job->resumes)
		*j = job->resumed;
	else
		rc = new_journal(job, j, err);
	if (rc == CX3_OK)
		rc = cx3_journal_claim(j->path, err);
	job->claims = rc == CX3_OK;
	/* a job that leaves an image bootable needs none to go on: it plans anew */
	if (rc == CX3_E_NO_FOLDER && cx3_plan_summary(job->draft.plan)->bootable_throughout)
		return CX3_OK;
	if (rc != CX3_OK)
		return rc;
	rc = cx3_job_note_protection(job, j, err);
	if (rc != CX3_OK)
		return rc;
	list_touched(job, j);
	note_run(j);
	text = cx3_journal_text(j);
	if (!text)
		return cx3_fail(err, CX3_E_NO_MEMORY, "journal",
				"There is no memory for the journal.\n"
				"Close other programs and try again.");
	rc = cx3_file_write(j->path, text, strlen(text), true, err);
	free(text);
	return rc == CX3_OK ? cx3_journal_claim_written(j->path, err) : rc;
}

int cx3_journal_begin(struct cx3_job *job, struct cx3_error *err)
{
	int rc = begin(job, err);

	if (rc == CX3_OK)
		return rc;
	/* what another one works with is not ours */
	if (!job->resumes && rc != CX3_E_IN_USE)
		cx3_journal_remove(&job->journal);
	if (rc == CX3_E_DISK_FULL || rc == CX3_E_FILE || rc == CX3_E_NO_FOLDER)
		cx3_fail_next(err,
			      "Nothing was written to the card: an interrupted %s is gone on with "
			      "from its journal, which finds no place. Make room, or set "
			      "XDG_STATE_HOME to another folder, or name a folder for backups that "
			      "can be written to: journals lie there too where they find no other "
			      "place.",
			      job->kind->noun);
	return rc;
}

/* Whether it is there already, or could be made. */
static bool could_be_made(const char *folder)
{
	char path[512];
	struct stat there;

	snprintf(path, sizeof(path), "%.511s", folder);
	while (stat(path, &there) != 0) {
		char *slash = strrchr(path, '/');

		if (!slash || errno != ENOENT)
			return slash && errno == ENOENT;
		slash[slash == path] = '\0';
	}
	return S_ISDIR(there.st_mode) && access(path, W_OK | X_OK) == 0;
}

void cx3_journal_note(struct cx3_job *job)
{
	char folder[2][512];
	unsigned count = cx3_journal_folders(job->options->backup_folder, folder);

	if (job->resumes || job->kind->changes_no_byte || job->draft.plan->count == 0 ||
	    !cx3_plan_summary(job->draft.plan)->bootable_throughout)
		return;
	for (unsigned i = 0; i < count; i++) {
		if (could_be_made(folder[i]))
			return;
	}
	cx3_draft_note(&job->draft, CX3_NOTE_NO_JOURNAL,
		       "No journal can be kept: %s%s%s. If this %s is interrupted, the card still "
		       "boots, but status can't tell of it, and the command has to be given again "
		       "by hand.",
		       count ? "the folder " : "neither XDG_STATE_HOME nor HOME names a folder",
		       count ? folder[0] : "", count ? " can't be written to" : "",
		       job->kind->noun);
}
