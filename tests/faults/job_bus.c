/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The n-th message of a job fails: once, or from then on. Or one bit of a register word
 * that is read is flipped. Of each kind of short job, in the streamed and in the plain way.
 *
 * A job never ends as done with a wrong flash, never writes beside its plan, keeps an
 * image bootable where that was promised, and says nothing of the flash that is not
 * true. Where the bus still works, the semaphore is free afterwards.
 *
 *   job_bus COUNT [SEED [FIRST]]   about so many faults, chosen by the seed
 *   job_bus all [FIRST]            each message and each bit
 *                             FIRST: of the jobs, ways and faults whose id begins with
 *                             it: "burn.plain", "sg-blank.streamed.flip-word"
 *   job_bus JOB.WAY.FAULT.N   one again, as a failure printed it; of a flip N is
 *                             32 times the word's number, plus the bit's
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job_bus.h"
#include "said.h"

static const struct bus_way ways[] = {{"streamed", ""}, {"plain", "stream=0"}};

static const struct bus_fault faults[] = {
	{"nack", true, false},	    {"timeout", true, false},	 {"arb", true, false},
	{"cut", true, false},	    {"nack-from", false, false}, {"timeout-from", false, false},
	{"arb-from", false, false}, {"bus-stuck", false, false}, {"gone", false, false},
	{"flip-word", true, true},
};

#define WAYS (sizeof(ways) / sizeof(ways[0]))
#define FAULTS (sizeof(faults) / sizeof(faults[0]))

/* Of a series. */
struct tally {
	unsigned runs, done, bad, taken, misled;
};

static unsigned runs, done; /* of all series */

static uint64_t random_below(uint64_t *state, uint64_t limit)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state % limit;
}

uint64_t bus_count(const struct bus_series *s)
{
	return s->fault->flip ? s->w->reg_reads * 32 : s->w->messages;
}

static void complain(const struct bus_series *s, uint64_t n, const char *what, const char *detail)
{
	const char *job = s->w->job->name, *way = s->way->name, *fault = s->fault->name;

	printf("FAILED %s.%s.%s.%" PRIu64 ": %s%s\n  again: job_bus %s.%s.%s.%" PRIu64 "\n", job,
	       way, fault, n, what, detail, job, way, fault, n);
	fflush(stdout);
}

struct bus_verdict bus_judge(const struct bus_series *s, uint64_t n, int rc,
			     const struct cx3_error *err, bool tell)
{
	struct bus_verdict v = {.done = rc == CX3_OK};
	const char *what = short_wrong(s->w, rc, err), *detail = "";

	/* the answer to the read that takes it was lost, or came as "taken": nobody can tell whose
	 * it is, and that is said */
	if (!what && s->fault->passes && short_semaphore_left(s->w)) {
		v.taken = rc == CX3_E_SEMAPHORE_OURS ||
			  (s->fault->flip && rc != CX3_OK &&
			   strstr(said(err), "damaged the answer that gave it"));
		what = v.taken ? NULL : "the semaphore is left taken; ";
		detail = v.taken ? "" : said(err);
	}
	/* a flipped status or busy bit misleads a tool; a message that failed does not */
	if (fixture_violations(&s->w->b)) {
		v.misled = s->fault->flip;
		if (!what && !v.misled)
			what = "the model complains";
	}
	v.ok = !what;
	if (what && tell)
		complain(s, n, what, detail);
	return v;
}

static void name_fault(const struct bus_series *s, uint64_t n, char *text, size_t size)
{
	if (s->fault->flip)
		snprintf(text, size, "flip-word=%" PRIu64 ":%" PRIu64, n / 32, n % 32);
	else
		snprintf(text, size, "%s=%" PRIu64, s->fault->name, n);
}

/* A series tells its first three failures: they are often of one kind. */
static void point(const struct bus_series *s, uint64_t n, struct tally *t)
{
	struct bus_verdict v;
	struct cx3_error err;
	char more[80];
	int rc;

	short_reset(s->w);
	name_fault(s, n, more, sizeof(more));
	rc = short_run(s->w, more, &err);
	v = bus_judge(s, n, rc, &err, t->bad < 3);
	t->runs++;
	t->bad += !v.ok;
	t->done += v.done;
	t->taken += v.taken;
	t->misled += v.misled;
}

/* `count` of the places. Only what is not well is told. */
static bool sample(const struct bus_series *s, unsigned count, uint64_t *seed)
{
	struct tally t = {0};

	for (unsigned i = 0; i < count; i++)
		point(s, (s->fault->flip ? 32 : 1) + random_below(seed, bus_count(s)), &t);
	runs += t.runs;
	done += t.done;
	if (t.bad)
		printf("%-10s %-8s %-12s %7u of %7" PRIu64 " places, %7u done, %u semaphores "
		       "perhaps another's, %u times misled, %u FAILED\n",
		       s->w->job->name, s->way->name, s->fault->name, t.runs, bus_count(s), t.done,
		       t.taken, t.misled, t.bad);
	fflush(stdout);
	return t.bad == 0;
}

static bool fits(const struct bus_series *s, const char *first)
{
	size_t len = strlen(first);
	char id[80];

	snprintf(id, sizeof(id), "%s.%s.%s", s->w->job->name, s->way->name, s->fault->name);
	return strncmp(id, first, len) == 0 && (len == 0 || id[len] == '\0' || id[len] == '.');
}

/* Half of `count` for the flips, the other half for the messages. */
static bool sweep_job(const struct short_job *job, const char *first, unsigned count,
		      uint64_t *seed)
{
	unsigned jobs = short_jobs_in(IN_BUS, 0);
	bool ok = true;

	for (size_t k = 0; k < WAYS; k++) {
		struct short_world w;

		short_begin(&w, job, SHORT_LEAST, ways[k].card);
		for (size_t f = 0; f < FAULTS; f++) {
			struct bus_series s = {&w, &ways[k], &faults[f]};
			unsigned each = count / (jobs * (unsigned)WAYS * 2) + 1;

			if (!fits(&s, first))
				continue;
			if (!faults[f].flip)
				each = each / (unsigned)(FAULTS - 1) + 1;
			ok = (count ? sample(&s, each, seed) : bus_each(&s)) && ok;
		}
		short_end(&w);
	}
	return ok;
}

static const struct bus_way *way_named(const char **at)
{
	for (size_t i = 0; i < WAYS; i++) {
		size_t len = strlen(ways[i].name);

		if (strncmp(*at, ways[i].name, len) == 0 && (*at)[len] == '.') {
			*at += len + 1;
			return &ways[i];
		}
	}
	return NULL;
}

static const struct bus_fault *fault_named(const char **at)
{
	for (size_t i = 0; i < FAULTS; i++) {
		size_t len = strlen(faults[i].name);

		if (strncmp(*at, faults[i].name, len) == 0 && (*at)[len] == '.') {
			*at += len + 1;
			return &faults[i];
		}
	}
	return NULL;
}

static int replay(const char *id)
{
	const char *at = strchr(id, '.');
	const struct short_job *job = at ? short_job_named(id, (size_t)(at++ - id)) : NULL;
	struct bus_series s = {.way = job ? way_named(&at) : NULL};
	struct short_world w;
	struct tally t = {0};

	s.w = &w;
	s.fault = s.way ? fault_named(&at) : NULL;
	if (!s.fault) {
		fprintf(stderr, "no such case: %s\n", id);
		return 2;
	}
	short_begin(&w, job, SHORT_LEAST, s.way->card);
	point(&s, strtoull(at, NULL, 10), &t);
	short_end(&w);
	printf("%s: %s\n", id, t.bad ? "failed" : "passed");
	return t.bad ? 1 : 0;
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "all") == 0, ok = true;
	unsigned count = argc > 1 && !all ? (unsigned)strtoul(argv[1], NULL, 10) : 200;
	const char *first = all && argc > 2 ? argv[2] : argc > 3 ? argv[3] : "";
	uint64_t seed = !all && argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

	if (argc > 1 && !all && count == 0)
		return replay(argv[1]);
	printf("seed %" PRIu64 "\n", seed);
	seed = seed ? seed : 1;
	for (unsigned i = 0; i < short_job_count; i++) {
		const struct short_job *job = &short_jobs[i];
		size_t len = strcspn(first, ".");

		if (!short_is_in(job, IN_BUS))
			continue;
		if (len == 0 || (strlen(job->name) == len && strncmp(job->name, first, len) == 0))
			ok = sweep_job(job, first, all ? 0 : count, &seed) && ok;
	}
	if (all) {
		printf("%s\n", ok ? "all well" : "FAILED");
		return ok ? 0 : 1;
	}
	printf("%u faults, %u jobs done all the same, %u times called perhaps dead though an image "
	       "boots: %s\n",
	       runs, done, short_too_dark, ok ? "all well" : "FAILED");
	return ok ? 0 : 1;
}
