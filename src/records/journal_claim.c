/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which journals are in use by the threads of this process. Cards that hold the same, as cards
 * without an identity do, have journals that fit each other: without this a job would go on from
 * the journal of the job beside it, or remove it.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "journal.h"

struct claim {
	struct claim *next;
	pthread_t thread;
	char path[sizeof(((struct cx3_journal *)0)->path)];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct claim *claims; /* under `lock` */

/* Under `lock`. The link that leads to the claim on this path, or to the end. */
static struct claim **find(const char *path)
{
	struct claim **at = &claims;

	while (*at && strcmp((*at)->path, path) != 0)
		at = &(*at)->next;
	return at;
}

int cx3_journal_claim(const char *path, struct cx3_error *err)
{
	struct claim *claim = calloc(1, sizeof(*claim));
	bool taken;

	if (!claim)
		return cx3_fail(err, CX3_E_NO_MEMORY, "journal",
				"There is no memory for the journal.\n"
				"Close other programs and try again.");
	claim->thread = pthread_self();
	strncpy(claim->path, path, sizeof(claim->path) - 1);
	pthread_mutex_lock(&lock);
	taken = *find(path) != NULL;
	if (!taken) {
		claim->next = claims;
		claims = claim;
	}
	pthread_mutex_unlock(&lock);
	if (!taken)
		return CX3_OK;
	free(claim);
	return cx3_fail(err, CX3_E_IN_USE, path,
			"Another job of this program goes on from this journal.\n"
			"Wait until it is done, then run the command again.");
}

void cx3_journal_unclaim(const char *path)
{
	struct claim **at, *claim;

	pthread_mutex_lock(&lock);
	at = find(path);
	claim = *at;
	if (claim)
		*at = claim->next;
	pthread_mutex_unlock(&lock);
	free(claim);
}

bool cx3_journal_claimed_elsewhere(const char *path)
{
	const struct claim *claim;
	bool elsewhere;

	pthread_mutex_lock(&lock);
	claim = *find(path);
	elsewhere = claim && !pthread_equal(claim->thread, pthread_self());
	pthread_mutex_unlock(&lock);
	return elsewhere;
}
