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
 *   job_engine_cut all [JOB]      each register write of each job
 *   job_engine_cut JOB.N[.M]      one again, as a failure printed it: the cut at the
 *                                 N-th write, and at the M-th after the next run's first order;
 *                                 M with ERASED added: after its so many erases
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "branch.h"
#include "burns.h"
#include "said.h"
#include "short_jobs.h"
#include "sim/simcard.h"

#define MSTFLINT_EVERY 97u /* flashes: it takes 0.1 s for each */
#define SHOWN_SIZE (2u << 20)
#define PAIR_EVERY 29u /* cuts, where all are made; of a sample every fourth */
#define SOON 60u       /* register writes */
#define ERASED 1000000u
#define MOST_ERASES 4u

static struct branch_counts *counts;

struct cut {
	uint64_t first; /* register write */
	/* ... of the next run, after its first erase or program; ERASED + n: when n erases are
	 * complete; 0: none */
	uint64_t second;
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
	branch_add(&counts->shown, 1);
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
	branch_add(&counts->points, 1);
	return counts->points % MSTFLINT_EVERY != 0 || ask_mstflint(w, cut);
}

/* The new image is complete in the other home: a cut between its signature and the end. */
static bool complete_elsewhere(struct short_world *w)
{
	uint8_t *flash = fixture_get(&w->b);
	struct judged now;
	bool same;

	judge_flash(flash, w->b.size, &now);
	same = w->promised && short_own_is_kept(w, flash) && w->job->kind != SHORT_RESTORE &&
	       w->job->kind != SHORT_RAW && now.boots && !now.broken && now.starts == 1 &&
	       now.minor == w->done.minor && strcmp(now.psid, w->done.psid) == 0 &&
	       memcmp(now.uid, w->done.uid, sizeof(now.uid)) == 0;
	free(flash);
	branch_add(&counts->elsewhere, same);
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
	branch_add(&counts->journals_left, 1);
	return true;
}

/*
 * The job runs once, and branches off at each register write that is asked for: there the power
 * goes. Where nothing has changed on the flash since the branch before, running the job again
 * would show the same as there, so only what was said at the cut is looked at.
 */
struct sweep {
	struct short_world w;
	struct branch_root root;
	bool *chosen; /* by register writes from w.first_write on */
	bool sample;
	bool repeats;	 /* one case, as a failure printed it, */
	uint64_t second; /* ... and this cut in its next run */
	uint64_t seed;
	unsigned again; /* branches that have run the job again */
	struct {
		uint64_t erases, programs;
		unsigned journals;
	} before; /* at the last of these */
	bool is_branch, full;
	struct cut cut;
};

static bool has_changed(struct sweep *s, const struct simcard *card)
{
	const struct simcard_counts *now = simcard_counts(card);
	uint64_t erases = now->sector_erases + now->block_erases;
	unsigned journals = engine_files(&s->w.b, "journals", "", NULL, 0);
	bool same = simcard_at_rest(card) && s->again > 0 && erases == s->before.erases &&
		    now->page_programs == s->before.programs && journals == s->before.journals;

	/* a torn one is like no other */
	s->before.erases = simcard_at_rest(card) ? erases : UINT64_MAX;
	s->before.programs = now->page_programs;
	s->before.journals = journals;
	return !same || s->w.job->kind == SHORT_PROTECT;
}

static uint64_t choose_second(struct sweep *s)
{
	uint64_t writes = s->w.last_write - s->w.first_write;

	if (s->repeats)
		return s->second;
	if (random_below(&s->seed, s->sample ? 4 : PAIR_EVERY) != 0)
		return 0;
	switch (random_below(&s->seed, 3)) {
	case 0:
		return ERASED + 1 + random_below(&s->seed, MOST_ERASES);
	case 1:
		return 1 + random_below(&s->seed, SOON);
	default:
		return 1 + random_below(&s->seed, writes);
	}
}

static void before_write(void *user, struct simcard *card, enum simcard_event event)
{
	struct sweep *s = user;
	uint64_t n = simcard_counts(card)->reg_writes + 1;

	if (event != SIMCARD_REG_WRITE || s->is_branch || n < s->w.first_write ||
	    n > s->w.last_write || !s->chosen[n - s->w.first_write])
		return;
	s->cut = (struct cut){n, choose_second(s)};
	s->full = has_changed(s, card) || s->cut.second;
	s->again += s->full;
	s->is_branch = branch_off(&s->root);
	if (!s->is_branch)
		return;
	if (simcard_move(card, s->w.b.file) != 0) {
		perror(s->w.b.file);
		abort();
	}
	simcard_power_off(card, n + 1);
}

/* In the branch, after its cut. */
static bool go_on(struct sweep *s, int rc, struct cx3_error *err)
{
	struct short_world *w = &s->w;
	struct cut cut = s->cut;
	char more[80];

	simcard_before(NULL, NULL);
	if (!after_cut(w, cut, "after the cut", rc, err))
		return false;
	if (!s->full)
		return true;
	if (cut.second && rc != CX3_OK) {
		bool erased = cut.second > ERASED;

		snprintf(more, sizeof(more), "power-cycle=1,%s=%" PRIu64 ",seed=%" PRIu64,
			 erased ? "erased-cut" : "order-cut",
			 erased ? cut.second - ERASED : cut.second, cut.first + cut.second);
		rc = short_run(w, more, err);
		branch_add(&counts->pairs, 1);
		if (rc != CX3_OK && !after_cut(w, cut, "after the second cut", rc, err))
			return false;
	}
	return ended_well(w, cut);
}

static _Noreturn void end_branch(struct sweep *s, int rc, struct cx3_error *err)
{
	bool ok = go_on(s, rc, err);

	branch_add(&counts->too_dark, short_too_dark);
	branch_end(&s->root, counts, ok);
}

static void begin(struct sweep *s, const struct short_job *job)
{
	memset(s, 0, sizeof(*s));
	short_begin(&s->w, job, SHORT_SMALL, "");
	branch_root(&s->root, &s->w.b);
	engine_home(&s->w.b);
	s->chosen = calloc((size_t)(s->w.last_write - s->w.first_write + 1), sizeof(*s->chosen));
}

/* The run with all its branches. */
static void run(struct sweep *s)
{
	struct cx3_error err;
	int rc;

	short_reset(&s->w);
	simcard_before(before_write, s);
	rc = short_run(&s->w, "", &err);
	if (s->is_branch)
		end_branch(s, rc, &err);
	simcard_before(NULL, NULL);
	fixture_ok(rc, &err);
	if (!branch_join())
		branch_add(&counts->failed, 1);
}

static void end(struct sweep *s)
{
	branch_root_end(&s->root);
	short_end(&s->w);
	free(s->chosen);
}

/* All of them, or `count`: half of these in the last 100, where signatures change hands. */
static void choose(struct sweep *s, unsigned count)
{
	uint64_t writes = s->w.last_write - s->w.first_write + 1;
	uint64_t tail = writes < 100 ? writes : 100;

	s->sample = count > 0;
	if (!s->sample)
		memset(s->chosen, true, (size_t)writes * sizeof(*s->chosen));
	for (unsigned i = 0; i < count; i++)
		s->chosen[writes - 1 - random_below(&s->seed, i % 2 ? tail : writes)] = true;
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
		return 0;
	for (unsigned i = 0; i < short_job_count; i++)
		weight += is_long(&short_jobs[i]) ? 1 : 8;
	return count * (is_long(job) ? 1 : 8) / weight + 1;
}

static void sweep_jobs(unsigned count, const char *only, uint64_t seed)
{
	for (unsigned i = 0; i < short_job_count; i++) {
		unsigned before = counts->points;
		struct sweep s;

		if (short_jobs[i].kind == SHORT_BACKUP ||
		    (only && strcmp(only, short_jobs[i].name) != 0))
			continue;
		begin(&s, &short_jobs[i]);
		s.seed = seed + i;
		choose(&s, share(&short_jobs[i], count));
		run(&s);
		printf("%-24s %s register writes %" PRIu64 " to %" PRIu64 ", %u cuts, %u of them "
		       "run again\n",
		       s.w.job->name, s.w.promised ? "stays bootable," : "may not boot,  ",
		       s.w.first_write, s.w.last_write, counts->points - before, s.again);
		fflush(stdout);
		end(&s);
	}
}

static int replay(const char *id)
{
	const char *dot = strchr(id, '.');
	const struct short_job *job = dot ? short_job_named(id, (size_t)(dot - id)) : NULL;
	uint64_t first;
	struct sweep s;
	char *rest;

	if (!job || job->kind == SHORT_BACKUP) {
		fprintf(stderr, "no such case: %s\n", id);
		return 2;
	}
	first = strtoull(dot + 1, &rest, 10);
	begin(&s, job);
	s.repeats = true;
	s.second = *rest == '.' ? strtoull(rest + 1, NULL, 10) : 0;
	if (first >= s.w.first_write && first <= s.w.last_write)
		s.chosen[first - s.w.first_write] = true;
	run(&s);
	end(&s);
	if (counts->points == 0) {
		fprintf(stderr, "%s: the job has no such register write\n", id);
		return 2;
	}
	printf("%s: %s\n", id, counts->failed ? "failed" : "passed");
	return counts->failed ? 1 : 0;
}

static int sweep(bool all, unsigned count, const char *only, uint64_t seed)
{
	printf("seed %" PRIu64 "\n", seed);
	sweep_jobs(all ? 0 : count, only, seed);
	printf("%u cuts, %u of them second ones, %u flashes verified by mstflint, %u times the new "
	       "image is in the other home, %u times called perhaps dead though an image boots, %u "
	       "journals of restores left: %s\n",
	       counts->points, counts->pairs, counts->shown, counts->elsewhere, counts->too_dark,
	       counts->journals_left, counts->failed ? "FAILED" : "all well");
	return counts->failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "all") == 0;
	unsigned count = argc > 1 && !all ? (unsigned)strtoul(argv[1], NULL, 10) : 60;
	uint64_t seed = argc > 2 && !all ? strtoull(argv[2], NULL, 10) : 1;
	int rc;

	counts = branch_counts_new();
	if (argc > 1 && !all && count == 0)
		rc = replay(argv[1]);
	else
		rc = sweep(all, count, all && argc > 2 ? argv[2] : NULL, seed ? seed : 1);
	branch_counts_free(counts);
	return rc;
}
