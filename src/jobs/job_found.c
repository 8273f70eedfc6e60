/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What interrupted jobs of this card have found on the flash. A part that erases whole
 * blocks only loses with an erase what lies behind an image in its last block; a job that
 * was cut there had it in memory, and its journal names where it still is.
 */
#include "job_priv.h"

#include <stdlib.h>
#include <string.h>

struct card {
	const struct cx3_shadow *shadow;
	char owner[CX3_JOURNAL_OWNER];
};

static bool is_its(const void *user, const struct cx3_journal *j)
{
	const struct card *card = user;

	return j->backup[0] && strcmp(j->owner, card->owner) == 0 &&
	       cx3_journal_of_kind(j, card->shadow);
}

/* The oldest: a later one may have found the block damaged already. */
static bool find(struct cx3_job *job)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct card card = {.shadow = job->shadow};
	struct cx3_journal j, oldest = {0};

	cx3_job_owner(job, card.owner);
	while (card.owner[0] &&
	       cx3_journal_next_of(job->options->backup_folder, is_its, &card, name, &j))
		oldest = j;
	if (!oldest.path[0] || !cx3_journal_load(&oldest, &job->found))
		return false;
	job->found_known = oldest.known;
	return true;
}

int cx3_job_draft_again(struct cx3_job *job, struct cx3_error *err)
{
	if (cx3_flash_part(job->shadow->flash)->sector_erase || !find(job))
		return CX3_OK;
	job->input.found = job->found;
	job->input.found_known = &job->found_known;
	return cx3_job_draft(job, err);
}
