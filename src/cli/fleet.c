/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread for each device, and the starter, which is the process's first thread: it alone gets
 * signals, draws and prints. See fleet.h.
 */
#include "fleet.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fleet_priv.h"
#include "screen.h"

/* How long the starter sleeps at most: signals and progress are looked at so often. */
#define LOOK_MS 100

static void *run_worker(void *arg)
{
	struct fleet_worker *w = arg;
	struct fleet *f = w->fleet;
	int rc = f->work(&w->cli, f->user);
	int code = report_part(&w->cli, rc);

	fleet_hand_over(w);
	pthread_mutex_lock(&f->lock);
	w->rc = rc;
	w->code = code;
	w->state = FLEET_ENDED;
	pthread_cond_signal(&f->news);
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

void fleet_tell(struct cli *cli)
{
	struct fleet *f = cli->worker->fleet;

	fleet_hand_over(cli->worker);
	pthread_mutex_lock(&f->lock);
	pthread_cond_signal(&f->news);
	pthread_mutex_unlock(&f->lock);
}

void fleet_pause(struct cli *cli)
{
	struct fleet_worker *w = cli->worker;
	struct fleet *f = w->fleet;
	unsigned before;

	pthread_mutex_lock(&f->lock);
	before = f->pauses;
	w->state = FLEET_PAUSES;
	pthread_cond_signal(&f->news);
	while (f->pauses == before && !signals_seen(NULL))
		pthread_cond_wait(&f->go_on, &f->lock);
	w->state = FLEET_RUNS;
	pthread_mutex_unlock(&f->lock);
}

/* Under the lock. How many are in one of the states from `state` on. */
static unsigned count_from(const struct fleet *f, enum fleet_state state)
{
	unsigned count = 0;

	for (unsigned i = 0; i < f->count; i++)
		count += f->worker[i].state >= state;
	return count;
}

static void wait_for_news(struct fleet *f)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += LOOK_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_cond_timedwait(&f->news, &f->lock, &until);
}

/*
 * Ctrl-Z: the process is stopped when every thread that still works waits with its card's
 * semaphore free. What has never to wait (Ctrl-C) lets those go on that wait already.
 */
static void follow_pause(struct fleet *f)
{
	bool all;

	pthread_mutex_lock(&f->lock);
	all = count_from(f, FLEET_PAUSES) == f->count && count_from(f, FLEET_ENDED) < f->count;
	pthread_mutex_unlock(&f->lock);
	if (!signals_seen(NULL)) {
		if (!all || !signals_pause_wanted(NULL))
			return;
		fleet_clear(f);
		signals_pause();
	}
	pthread_mutex_lock(&f->lock);
	f->pauses++;
	pthread_cond_broadcast(&f->go_on);
	pthread_mutex_unlock(&f->lock);
}

static void look_after(struct fleet *f)
{
	bool working = true;

	while (working) {
		pthread_mutex_lock(&f->lock);
		if (count_from(f, FLEET_ENDED) < f->count)
			wait_for_news(f);
		working = count_from(f, FLEET_ENDED) < f->count;
		pthread_mutex_unlock(&f->lock);
		fleet_show(f);
		follow_pause(f);
	}
	for (unsigned i = 0; i < f->count; i++) {
		if (f->worker[i].started)
			pthread_join(f->worker[i].thread, NULL);
	}
	fleet_show(f);
	fleet_clear(f);
}

/* One that can't begin is one that has failed. */
static void start_one(struct fleet_worker *w)
{
	w->started = pthread_create(&w->thread, NULL, run_worker, w) == 0;
	if (w->started)
		return;
	w->rc = cx3_fail(&w->cli.err, CX3_E_NO_MEMORY, w->device,
			 "The system gives no more threads.\n"
			 "Name fewer devices at once.");
	w->code = report_part(&w->cli, w->rc);
	fleet_hand_over(w);
	pthread_mutex_lock(&w->fleet->lock);
	w->state = FLEET_ENDED;
	pthread_mutex_unlock(&w->fleet->lock);
}

/* The threads inherit that all signals are blocked: they come to the starter. */
static void start(struct fleet *f)
{
	sigset_t all, before;

	signals_catch();
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (unsigned i = 0; i < f->count; i++)
		start_one(&f->worker[i]);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void init(struct fleet *f)
{
	pthread_condattr_t clock;

	pthread_mutex_init(&f->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&f->news, &clock);
	pthread_cond_init(&f->go_on, NULL);
	pthread_condattr_destroy(&clock);
}

static void finish(struct fleet *f)
{
	for (unsigned i = 0; i < f->count; i++)
		fleet_worker_free(&f->worker[i]);
	free(f->worker);
	pthread_cond_destroy(&f->go_on);
	pthread_cond_destroy(&f->news);
	pthread_mutex_destroy(&f->lock);
}

static int make_workers(struct fleet *f, struct fleet_list *list)
{
	int rc = CX3_OK;

	f->worker = calloc(list->count, sizeof(*f->worker));
	for (unsigned i = 0; i < list->count; i++) {
		if (!f->worker) {
			free(list->device[i]);
			continue;
		}
		if (rc == CX3_OK)
			rc = fleet_worker_init(&f->worker[f->count++], f, list->device[i]);
		else
			free(list->device[i]);
	}
	if (f->worker && rc == CX3_OK)
		return rc;
	return cx3_fail(&f->cli->err, CX3_E_NO_MEMORY, NULL,
			"There is no memory left; close other programs and try again.");
}

int fleet_run(struct cli *cli, fleet_work work, void *user)
{
	struct fleet f = {.cli = cli, .work = work, .user = user};
	struct fleet_list list;
	int rc = fleet_devices(&cli->options, &list, &cli->err);

	if (rc != CX3_OK)
		return rc;
	init(&f);
	rc = make_workers(&f, &list);
	if (rc == CX3_OK) {
		start(&f);
		look_after(&f);
		fleet_sum_up(&f);
	}
	finish(&f);
	return rc;
}

static int run_command(struct cli *cli, void *user)
{
	(void)user;
	return cli_run(cli);
}

int fleet_command(struct cli *cli)
{
	return fleet_run(cli, run_command, NULL);
}
