/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which run wrote last to a card of a kind. A semaphore does not say who holds it; a journal that
 * was never removed tells of a run that cannot have freed it.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "journal.h"

void cx3_host_name(char host[CX3_RUN_HOST])
{
	if (gethostname(host, CX3_RUN_HOST) != 0)
		host[0] = '\0';
	host[CX3_RUN_HOST - 1] = '\0';
}

static bool is_of_chip(const void *user, const struct cx3_journal *j)
{
	const struct cx3_card_id *card = user;

	return j->pid && j->hw_id == card->hw_id && j->hw_rev == card->hw_rev;
}

/* Numbers of processes are used again: this is a hint, and told as one. */
static bool is_alive(uint32_t pid)
{
	return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}

bool cx3_waiting_run(const struct cx3_card_id *card, const char *backup_folder, struct cx3_run *run)
{
	char name[CX3_JOURNAL_NAME] = "", host[CX3_RUN_HOST];
	struct cx3_journal j, newest = {0};

	/* one that was gone on with has had a later run than those that were begun after it */
	while (cx3_journal_next_run(backup_folder, is_of_chip, card, name, &j)) {
		if (strcmp(j.run_date, newest.run_date) > 0)
			newest = j;
	}
	*run = (struct cx3_run){.pid = newest.pid};
	if (!newest.pid)
		return false;
	cx3_host_name(host);
	memcpy(run->job, newest.job, sizeof(run->job));
	memcpy(run->date, newest.run_date, sizeof(run->date));
	memcpy(run->host, newest.host, sizeof(run->host));
	memcpy(run->journal, newest.path, sizeof(run->journal));
	run->here = host[0] && strcmp(host, newest.host) == 0;
	run->alive = run->here && is_alive(newest.pid);
	return true;
}
