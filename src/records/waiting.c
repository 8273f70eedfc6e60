/* SPDX-License-Identifier: BSD-2-Clause */
/* Which interrupted jobs a card may be waiting for. */
#include "cx3flash/waiting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fs2/homes.h"
#include "journal.h"
#include "plan/shadow.h"

struct card {
	const struct cx3_shadow *shadow;
	struct cx3_homes homes;
};

/* Is the journal's owner the card that an image on the flash is of? */
static bool has_owner(const struct card *card, const char *owner)
{
	char own[CX3_JOURNAL_OWNER];

	for (unsigned i = 0; owner[0] && i < card->homes.count; i++) {
		const struct cx3_home *home = &card->homes.home[i].home;

		if (!home->readable)
			continue;
		cx3_journal_owner(&home->info, own);
		if (strcmp(own, owner) == 0)
			return true;
	}
	return false;
}

/* An image whose GUIDs are set says whose card this is. */
static bool tells_owner(const struct card *card)
{
	for (unsigned i = 0; i < card->homes.count; i++) {
		const struct cx3_home *home = &card->homes.home[i].home;

		if (home->readable && !home->info.blank_uids)
			return true;
	}
	return false;
}

static bool may_be_its(const void *user, const struct cx3_journal *j)
{
	const struct card *card = user;

	if (!cx3_journal_of_kind(j, card->shadow))
		return false;
	/* an sg or a restore may be what has brought other GUIDs */
	return !j->owner[0] || has_owner(card, j->owner) || !tells_owner(card) ||
	       strcmp(j->job, "burn") != 0;
}

static void fill(const struct card *card, const struct cx3_journal *j, struct cx3_waiting *w)
{
	*w = (struct cx3_waiting){.certain = has_owner(card, j->owner)};
	snprintf(w->job, sizeof(w->job), "%s", j->job);
	snprintf(w->date, sizeof(w->date), "%s", j->date);
	snprintf(w->journal, sizeof(w->journal), "%s", j->path);
	snprintf(w->backup, sizeof(w->backup), "%s", j->backup);
	snprintf(w->owner, sizeof(w->owner), "%s", j->owner);
	snprintf(w->request, sizeof(w->request), "%s", j->request);
}

struct list {
	struct cx3_waiting *waiting;
	size_t count;
};

static int add(struct list *list, const struct cx3_waiting *one, struct cx3_error *err)
{
	struct cx3_waiting *more = realloc(list->waiting, (list->count + 1) * sizeof(*more));

	if (!more)
		return cx3_fail(err, CX3_E_NO_MEMORY, "journals",
				"There is no memory for the list of interrupted jobs.\n"
				"Close other programs and try again.");
	list->waiting = more;
	more[list->count++] = *one;
	return CX3_OK;
}

/*
 * A job that was interrupted, gone on with and interrupted again may have a journal of each
 * time. They are one job: the older one names what the card held before all of it.
 */
static bool joins(struct list *list, const struct cx3_waiting *one)
{
	for (size_t i = 0; i < list->count; i++) {
		struct cx3_waiting *newer = &list->waiting[i];

		if (!one->request[0] || strcmp(newer->job, one->job) != 0 ||
		    strcmp(newer->request, one->request) != 0 ||
		    (newer->owner[0] && strcmp(newer->owner, one->owner) != 0))
			continue;
		newer->certain = newer->certain || one->certain;
		memcpy(newer->owner, one->owner, sizeof(newer->owner));
		if (one->backup[0])
			snprintf(newer->backup, sizeof(newer->backup), "%s", one->backup);
		return true;
	}
	return false;
}

static int collect(const struct card *card, const char *backup_folder, struct list *list,
		   struct cx3_error *err)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_journal j;
	struct cx3_waiting one;
	int rc = CX3_OK;

	while (rc == CX3_OK && cx3_journal_next_of(backup_folder, may_be_its, card, name, &j)) {
		fill(card, &j, &one);
		if (!joins(list, &one))
			rc = add(list, &one, err);
	}
	name[0] = '\0';
	while (rc == CX3_OK && cx3_journal_next_damaged(backup_folder, name, &j)) {
		fill(card, &j, &one);
		one.damaged = true;
		rc = add(list, &one, err);
	}
	return rc;
}

int cx3_waiting_jobs(struct cx3_shadow *shadow, const char *backup_folder,
		     struct cx3_waiting **list, size_t *count, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_shadow_source(shadow);
	struct card card = {.shadow = shadow};
	struct list found = {0};
	int rc = cx3_homes_judge(&src, &card.homes, err);

	if (rc == CX3_OK)
		rc = collect(&card, backup_folder, &found, err);
	if (rc != CX3_OK) {
		free(found.waiting);
		found = (struct list){0};
	}
	*list = found.waiting;
	*count = found.count;
	return rc;
}
