/* SPDX-License-Identifier: BSD-2-Clause */
/* Each fault of a series: a branch of the undisturbed job for each of its messages or words. */
#include <stdio.h>
#include <stdlib.h>

#include "follow.h"
#include "job_bus.h"

#define TOLD 3u /* failures of a series */

/* n = 0: none. */
static void set_fault(const struct bus_series *s, struct simcard *card, uint64_t n)
{
	if (s->fault->flip)
		simcard_flip_at(card, n / 32, n % 32);
	else if (!simcard_fail_at(card, s->fault->name, n))
		abort();
}

static void branch_each(const struct bus_series *s, struct simcard *card, uint64_t first,
			unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (!follow_off(&s->w->b, card, first + i))
			continue;
		set_fault(s, card, first + i);
		return;
	}
}

static void watch(void *user, struct simcard *card, enum simcard_event event)
{
	const struct bus_series *s = user;
	const struct simcard_counts *now = simcard_counts(card);

	if (follow_is_branch()) {
		if (s->fault->passes && event == SIMCARD_MESSAGE && follow_is_due(card)) {
			set_fault(s, card, 0);
			follow_look(card);
		}
	} else if (s->fault->flip && event == SIMCARD_WORD_READ) {
		branch_each(s, card, now->reg_reads * 32, 32);
	} else if (!s->fault->flip && event == SIMCARD_MESSAGE) {
		branch_each(s, card, now->i2c_messages, 1);
	}
}

static _Noreturn void end_branch(const struct bus_series *s, struct branch_counts *counts, int rc,
				 const struct cx3_error *err)
{
	struct bus_verdict v = bus_judge(s, follow_number(), rc, err, counts->failed < TOLD);

	branch_add(&counts->done, v.done);
	branch_add(&counts->taken, v.taken);
	branch_add(&counts->misled, v.misled);
	follow_end(v.ok);
}

bool bus_each(struct bus_series *s)
{
	struct short_world *w = s->w;
	struct branch_counts *counts = follow_begin(&w->b);
	struct cx3_error err;
	bool ok;
	int rc;

	follow_leave_out(w->before, w->b.size);
	follow_leave_out(w->after, w->b.size);
	short_reset(w);
	simcard_before(watch, s);
	rc = short_run(w, "", &err);
	simcard_before(NULL, NULL);
	if (follow_is_branch())
		end_branch(s, counts, rc, &err);
	fixture_ok(rc, &err);
	ok = follow_join();
	short_reset(w);
	printf("%-10s %-8s %-12s %8" PRIu64
	       " places, %7u followed to the end, %7u of them done, %u "
	       "semaphores perhaps another's, %u times misled: %s\n",
	       w->job->name, s->way->name, s->fault->name, bus_count(s), counts->followed,
	       counts->done, counts->taken, counts->misled, ok ? "all well" : "FAILED");
	fflush(stdout);
	branch_counts_free(counts);
	return ok;
}
