/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What interrupted jobs of this card have found on the flash. A part that erases whole
 * blocks only loses with an erase what lies behind an image in its last block, and any part
 * what lies beside the bytes of a raw write in their sector; a job that was cut there had it in
 * memory, and its journal names where it still is.
 */
#include "job_priv.h"

#include <stdlib.h>
#include <string.h>

struct card {
	const struct cx3_job *job;
	char owner[CX3_JOURNAL_OWNER];
	const struct cx3_raw *raw; /* of a raw write; else NULL */
};

/* The journal's job was a raw write, and to the same place as this one. */
static bool is_raw_there(const struct cx3_journal *j, const struct cx3_raw *raw)
{
	uint64_t end = (uint64_t)raw->addr + (raw->len ? raw->len : 1);

	for (unsigned i = 0; cx3_job_noun_keeps_rest(j->job) && i < j->touched.count; i++) {
		if (raw->addr < j->touched.range[i].hi && j->touched.range[i].lo < end)
			return true;
	}
	return false;
}

static bool is_its(const void *user, const struct cx3_journal *j)
{
	const struct card *card = user;

	return j->backup[0] && cx3_journal_of_kind(j, card->job->shadow) &&
	       ((card->owner[0] && strcmp(j->owner, card->owner) == 0) ||
		cx3_job_owns(card->job, j)) &&
	       (!card->raw || is_raw_there(j, card->raw));
}

/* The oldest: a later one may have found the block damaged already. */
static bool find(struct cx3_job *job)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct card card = {.job = job, .raw = job->kind->keeps_rest ? job->what : NULL};
	struct cx3_journal j, oldest = {0};

	cx3_job_owner(job, card.owner);
	while (cx3_journal_next_of(job->options->backup_folder, is_its, &card, name, &j))
		oldest = j;
	if (!oldest.path[0] || !cx3_journal_load(&oldest, &job->found))
		return false;
	job->found_known = oldest.known;
	job->found_touched = oldest.touched;
	return true;
}

int cx3_job_draft_again(struct cx3_job *job, struct cx3_error *err)
{
	bool may_lose = job->kind->keeps_rest || !cx3_flash_part(job->shadow->flash)->sector_erase;

	if (!may_lose || !find(job))
		return CX3_OK;
	job->input.found = job->found;
	job->input.found_known = &job->found_known;
	job->input.found_touched = &job->found_touched;
	return cx3_job_draft(job, err);
}
