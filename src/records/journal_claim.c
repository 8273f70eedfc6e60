/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which journals are in use: by a thread of this process, by another process. Cards that hold the
 * same, as cards without an identity do, have journals that fit each other: without this a job
 * would go on from the journal of the job beside it, or remove it.
 *
 * Threads are told apart by a list. Other processes see a lock on the journal's file (fcntl(2),
 * "open file description locks"), which ends with the process, however it ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal.h"

struct claim {
	struct claim *next;
	pthread_t thread;
	int file; /* holds the lock; -1: there is no file yet, or its file system has no locks */
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

static bool locked_by_another(int file)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return file >= 0 && fcntl(file, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
}

/* The open file with its lock, or -1. False: another process has the lock. */
static bool lock_file(const char *path, int *file)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	bool theirs;

	*file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (*file < 0 || fcntl(*file, F_OFD_SETLK, &whole) == 0)
		return true;
	theirs = errno == EAGAIN || errno == EACCES;
	close(*file);
	*file = -1;
	return !theirs;
}

static int in_use(const char *path, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_IN_USE, path,
			"Another job goes on from this journal.\n"
			"Wait until it is done, then run the command again.");
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
	taken = *find(path) != NULL || !lock_file(path, &claim->file);
	if (!taken) {
		claim->next = claims;
		claims = claim;
	}
	pthread_mutex_unlock(&lock);
	if (!taken)
		return CX3_OK;
	free(claim);
	return in_use(path, err);
}

int cx3_journal_claim_written(const char *path, struct cx3_error *err)
{
	struct claim *claim;
	bool ours = true;
	int before = -1;

	pthread_mutex_lock(&lock);
	claim = *find(path);
	if (claim) {
		before = claim->file;
		ours = lock_file(path, &claim->file);
	}
	pthread_mutex_unlock(&lock);
	if (before >= 0)
		close(before);
	return ours ? CX3_OK : in_use(path, err);
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
	if (claim && claim->file >= 0)
		close(claim->file);
	free(claim);
}

bool cx3_journal_claimed_elsewhere(const char *path)
{
	const struct claim *claim;
	bool known, elsewhere;
	int file;

	pthread_mutex_lock(&lock);
	claim = *find(path);
	known = claim != NULL;
	elsewhere = claim && !pthread_equal(claim->thread, pthread_self());
	pthread_mutex_unlock(&lock);
	if (known)
		return elsewhere;
	file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	elsewhere = locked_by_another(file);
	if (file >= 0)
		close(file);
	return elsewhere;
}
