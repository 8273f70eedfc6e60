/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The power goes at a register write of a job, at each one in turn. What was being
 * erased or programmed is undefined then.
 *
 * The whole engine runs, with its journal, and with its backup where the job's name
 * says so. After each cut: where the plan promised that an image stays bootable, one
 * boots, and no signature stands before an image that is not whole; and what the error
 * says of the flash is true. Then the same job runs again, some of them with a second
 * cut, and must end with the flash byte for byte as the undisturbed job leaves it: so
 * with the card's own identity, too. Some flashes are shown to the real mstflint.
 *
 *   job_engine_cut COUNT [SEED]   about so many cuts, chosen by the seed
 *   job_engine_cut all [JOB]      each register write of each job; of those that read the
 *                                 whole flash, a thousand
 *   job_engine_cut JOB.N[.M]      one again, as a failure printed it: the cut at the
 *                                 N-th write, and at the M-th after the next run's first order
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "burns.h"
#include "said.h"
#include "short_jobs.h"

#define MSTFLINT_EVERY 97u /* flashes: it takes 0.1 s for each */
#define SHOWN_SIZE (2u << 20)
#define LONG_JOB_CUTS 1000u
#define PAIR_EVERY 1u /* cuts */
#define SOON 60u       /* register writes */

static unsigned points, pairs, shown, elsewhere, journals_left;

struct cut {
	uint64_t first;	 /* register write */
	uint64_t second; /* ... of the next run, after its first erase or program; 0: none */
};

static uint64_t random_below(uint64_t *state, uint64_t limit)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return limit ? *state % limit : 0;
}

static bool complain(const struct short_world *w, struct cut cut, const char *when,
		     const char *what)
{
	char second[32] = "";

	if (cut.second)
		snprintf(second, sizeof(second), ".%" PRIu64, cut.second);
	printf("FAILED %s.%" PRIu64 "%s: %s: %s\n  again: job_engine_cut %s.%" PRIu64 "%s\n",
	       w->job->name, cut.first, second, when, what, w->job->name, cut.first, second);
	fflush(stdout);
	return false;
}

/*
 * The real tool on a copy of what our own checker calls bootable. As a card, for of a file
 * it can't read an image in the upper home; and on a larger flash, for it knows no part of
 * 512 KiB.
 */
static bool ask_mstflint(const struct short_world *w, struct cut cut)
{
	uint8_t *flash = malloc(SHOWN_SIZE), *content = fixture_get(&w->b);
	struct cx3_error err = {0};
	char path[400], output[4000];
	struct judged now;
	int status = 77;

	memset(flash, 0xff, SHOWN_SIZE);
	memcpy(flash, content, w->b.size);
	free(content);
	judge_flash(flash, w->b.size, &now);
	snprintf(path, sizeof(path), "%s/shown.bin", w->b.folder);
	fixture_ok(cx3_file_write(path, flash, SHOWN_SIZE, true, &err), &err);
	free(flash);
	if (now.boots && !now.blank_uids)
		status = run_mstflint(path, "power-cycle=1", "v", output, sizeof(output));
	if (status == 77)
		return true;
	shown++;
	return status == 0 || complain(w, cut, "mstflint does not verify it", output);
}

static bool after_cut(struct short_world *w, struct cut cut, const char *when, int rc,
		      const struct cx3_error *err)
{
	const char *what = short_wrong(w, rc, err);

	if (what)
		return complain(w, cut, when, what);
	if (fixture_violations(&w->b))
		return complain(w, cut, when, "the model complains");
	return ++points % MSTFLINT_EVERY != 0 || ask_mstflint(w, cut);
}

/* The new image is complete in the other home: a cut between its signature and the end. */
static bool complete_elsewhere(struct short_world *w)
{
	uint8_t *flash = fixture_get(&w->b);
	struct judged now;
	bool same;

	judge_flash(flash, w->b.size, &now);
	free(flash);
	same = w->promised && w->job->kind != SHORT_RESTORE && now.boots && !now.broken &&
	       now.starts == 1 && now.minor == w->done.minor &&
	       strcmp(now.psid, w->done.psid) == 0 &&
	       memcmp(now.uid, w->done.uid, sizeof(now.uid)) == 0;
	elsewhere += same;
	return same;
}

static bool ended_well(struct short_world *w, struct cut cut)
{
	const char *what = NULL;
	struct cx3_error err;

	if (short_run(w, "power-cycle=1", &err) != CX3_OK)
		return complain(w, cut, "the same job fails", said(&err));
	if (!short_complete(w, &what) && !complete_elsewhere(w))
		return complain(w, cut, "after the same job", what);
	if (w->e.out_of_order || w->e.out_of_place || fixture_violations(&w->b))
		return complain(w, cut, "the same job", "the model complains");
	if (!engine_files(&w->b, "journals", "", NULL, 0))
		return true;
	/* where nothing boots, a restore can't tell whose journal the first one was */
	if (w->job->kind != SHORT_RESTORE || w->promised)
		return complain(w, cut, "after the same job", "a journal is left");
	journals_left++;
	return true;
}

static bool point(struct short_world *w, struct cut cut)
{
	struct cx3_error err;
	char more[80];
	int rc;

	short_reset(w);
	snprintf(more, sizeof(more), "power-cut=%" PRIu64 ",seed=%" PRIu64, cut.first,
		 cut.first + 1);
	rc = short_run(w, more, &err);
	if (!after_cut(w, cut, "after the cut", rc, &err))
		return false;
	if (cut.second && rc != CX3_OK) {
		snprintf(more, sizeof(more), "power-cycle=1,order-cut=%" PRIu64 ",seed=%" PRIu64,
			 cut.second, cut.first + cut.second);
		rc = short_run(w, more, &err);
		pairs++;
		if (!after_cut(w, cut, "after the second cut", rc, &err))
			return false;
	}
	return ended_well(w, cut);
}

/* Every PAIR_EVERY-th one is cut a second time, while it goes on: half of these soon after what it
 * writes first. */
static struct cut choose(const struct short_world *w, uint64_t first, uint64_t *seed)
{
	struct cut cut = {first, 0};

	if (random_below(seed, PAIR_EVERY) == 0)
		cut.second = 1 + random_below(seed, random_below(seed, 2)
							    ? SOON
							    : w->last_write - w->first_write);
	return cut;
}

/* All of them, or `count`: half of these in the last 100, where signatures change hands. */
static bool sweep(struct short_world *w, unsigned count, uint64_t *seed)
{
	uint64_t writes = w->last_write - w->first_write + 1;
	uint64_t tail = writes < 100 ? writes : 100;
	bool ok = true;

	if (count == 0) {
		for (uint64_t n = w->first_write; ok && n <= w->last_write; n++)
			ok = point(w, choose(w, n, seed));
		return ok;
	}
	for (unsigned i = 0; ok && i < count; i++) {
		uint64_t back = random_below(seed, i % 2 ? tail : writes);

		ok = point(w, choose(w, w->last_write - back, seed));
	}
	return ok;
}

/* They read the whole flash: a run of theirs takes five times as long as the others'. */
static bool is_long(const struct short_job *job)
{
	return job->kind == SHORT_RESTORE || job->backup;
}

/* The cuts of one job; 0: all. The long jobs get an eighth of what the others get. */
static unsigned share(const struct short_job *job, unsigned count)
{
	unsigned weight = 0;

	if (count == 0)
		return is_long(job) ? LONG_JOB_CUTS : 0;
	for (unsigned i = 0; i < short_job_count; i++)
		weight += is_long(&short_jobs[i]) ? 1 : 8;
	return count * (is_long(job) ? 1 : 8) / weight + 1;
}

static bool sweep_jobs(unsigned count, const char *only, uint64_t seed)
{
	bool ok = true;

	for (unsigned i = 0; i < short_job_count; i++) {
		unsigned before = points;
		struct short_world w;

		if (short_jobs[i].kind == SHORT_BACKUP ||
		    (only && strcmp(only, short_jobs[i].name) != 0))
			continue;
		short_begin(&w, &short_jobs[i], SHORT_SMALL, "");
		ok = sweep(&w, share(&short_jobs[i], count), &seed) && ok;
		printf("%-24s %s register writes %" PRIu64 " to %" PRIu64 ", %u cuts\n",
		       w.job->name, w.promised ? "stays bootable," : "may not boot,  ",
		       w.first_write, w.last_write, points - before);
		fflush(stdout);
		short_end(&w);
	}
	return ok;
}

static int replay(const char *id)
{
	const char *dot = strchr(id, '.');
	const struct short_job *job = dot ? short_job_named(id, (size_t)(dot - id)) : NULL;
	struct short_world w;
	struct cut cut;
	char *end;
	bool ok;

	if (!job || job->kind == SHORT_BACKUP) {
		fprintf(stderr, "no such case: %s\n", id);
		return 2;
	}
	cut.first = strtoull(dot + 1, &end, 10);
	cut.second = *end == '.' ? strtoull(end + 1, NULL, 10) : 0;
	short_begin(&w, job, SHORT_SMALL, "");
	ok = point(&w, cut);
	short_end(&w);
	printf("%s: %s\n", id, ok ? "passed" : "failed");
	return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "all") == 0, ok;
	unsigned count = argc > 1 && !all ? (unsigned)strtoul(argv[1], NULL, 10) : 60;
	uint64_t seed = argc > 2 && !all ? strtoull(argv[2], NULL, 10) : 1;

	if (argc > 1 && !all && count == 0)
		return replay(argv[1]);
	printf("seed %" PRIu64 "\n", seed);
	ok = sweep_jobs(all ? 0 : count, all && argc > 2 ? argv[2] : NULL, seed ? seed : 1);
	printf("%u cuts, %u of them second ones, %u flashes verified by mstflint, %u times the new "
	       "image is in the other home, %u times called perhaps dead though an image boots, %u "
	       "journals of restores left: %s\n",
	       points, pairs, shown, elsewhere, short_too_dark, journals_left,
	       ok ? "all well" : "FAILED");
	return ok ? 0 : 1;
}
