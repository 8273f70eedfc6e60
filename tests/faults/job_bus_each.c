/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each fault of a series. The job runs once, undisturbed, and a branch goes off it at each message
 * or word, has the fault there, and goes on to the job's end, where it is judged. Or until it is in
 * a state that another branch of the series was in: see states.h. One in a thousand of those goes
 * on all the same.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "branch.h"
#include "job_bus.h"
#include "sim/simcard.h"
#include "states.h"

#define FOLLOWED_ALL_THE_SAME 1009u
#define FIRST_LOOK 128u /* messages */
#define LAST_LOOK 16384u
#define TOLD 3u /* failures of a series */

static struct branch_root root;
static struct branch_counts *counts;
static struct states *states;

/* What each branch has of its own. */
static struct {
	bool mapped, is_branch, again;
	uint64_t n;
	uint64_t look_at; /* message */
	uint64_t step;
} own;

static void set_fault(const struct bus_series *s, struct simcard *card, uint64_t n)
{
	if (s->fault->flip)
		simcard_flip_at(card, n / 32, n % 32);
	else
		simcard_fail_at(card, s->fault->name, n);
}

/* Where all branches look for each other: at multiples of a step that grows. */
static void look_next(uint64_t messages)
{
	own.look_at = (messages / own.step + 1) * own.step;
	own.step = own.step < LAST_LOOK ? own.step * 4 : LAST_LOOK;
}

static void set_off(const struct bus_series *s, struct simcard *card, uint64_t n)
{
	if (simcard_move(card, s->w->b.file) != 0) {
		perror(s->w->b.file);
		abort();
	}
	set_fault(s, card, n);
	own.is_branch = true;
	own.n = n;
	own.step = FIRST_LOOK;
	look_next(simcard_counts(card)->i2c_messages);
}

static void branch_each(const struct bus_series *s, struct simcard *card, uint64_t first,
			unsigned count)
{
	if (!own.mapped)
		states_map(states);
	own.mapped = true;
	for (unsigned i = 0; i < count && !own.is_branch; i++) {
		if (branch_off(&root))
			set_off(s, card, first + i);
	}
	states_wipe();
}

static void look(const struct bus_series *s, struct simcard *card, uint64_t messages)
{
	set_fault(s, card, 0);
	look_next(messages);
	if (!states_seen(states))
		return;
	own.again = own.n % FOLLOWED_ALL_THE_SAME == 0;
	if (own.again)
		own.look_at = UINT64_MAX;
	else
		branch_end(&root, counts, true);
}

static void watch(void *user, struct simcard *card, enum simcard_event event)
{
	const struct bus_series *s = user;
	const struct simcard_counts *now = simcard_counts(card);

	if (own.is_branch) {
		if (s->fault->passes && event == SIMCARD_MESSAGE &&
		    now->i2c_messages >= own.look_at)
			look(s, card, now->i2c_messages);
	} else if (s->fault->flip && event == SIMCARD_WORD_READ) {
		branch_each(s, card, now->reg_reads * 32, 32);
	} else if (!s->fault->flip && event == SIMCARD_MESSAGE) {
		branch_each(s, card, now->i2c_messages, 1);
	}
}

static _Noreturn void end_branch(const struct bus_series *s, int rc, const struct cx3_error *err)
{
	struct bus_verdict v = bus_judge(s, own.n, rc, err, counts->failed < TOLD);

	branch_add(&counts->followed, 1);
	branch_add(&counts->done, v.done);
	branch_add(&counts->taken, v.taken);
	branch_add(&counts->misled, v.misled);
	branch_end(&root, counts, v.ok);
}

static void begin(struct bus_series *s)
{
	struct short_world *w = s->w;

	counts = branch_counts_new();
	states = states_new();
	states_leave_out(states, &own, sizeof(own));
	states_leave_out(states, w->before, w->b.size);
	states_leave_out(states, w->after, w->b.size);
	branch_root(&root, &w->b);
	engine_home(&w->b);
	own.mapped = own.is_branch = false;
	short_reset(w);
}

static bool end(struct bus_series *s)
{
	bool ok = branch_join() && counts->failed == 0;

	branch_root_end(&root);
	engine_home(&s->w->b);
	short_reset(s->w);
	printf("%-10s %-8s %-12s %8" PRIu64
	       " places, %7u followed to the end, %7u of them done, %u "
	       "semaphores perhaps another's, %u times misled: %s\n",
	       s->w->job->name, s->way->name, s->fault->name, bus_count(s), counts->followed,
	       counts->done, counts->taken, counts->misled, ok ? "all well" : "FAILED");
	fflush(stdout);
	branch_counts_free(counts);
	states_free(states);
	return ok;
}

bool bus_each(struct bus_series *s)
{
	struct cx3_error err;
	int rc;

	begin(s);
	simcard_before(watch, s);
	rc = short_run(s->w, "", &err);
	simcard_before(NULL, NULL);
	if (own.is_branch)
		end_branch(s, rc, &err);
	fixture_ok(rc, &err);
	return end(s);
}
