/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Jobs on noisy wires: each bit that travels, in either direction, of slave addresses,
 * data and ACKs, is wrong with a small probability. A 2 MiB card with firmware that
 * runs and an image of about 270 KiB; burns and sg make their backup first.
 *
 * No wrong result is ever called right, and no card is worse than before. Up to one bit
 * in a million the jobs come through; the others end with a bus error (exit 4) that speaks
 * of the wires.
 *
 *   job_noise N [SEED] [JOB]  N runs of each job at each rate; prints the table
 *   job_noise JOB.RATE.SEED   one again, as a failure printed it; RATE in 10^-9
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "said.h"
#include "short_jobs.h"

#define CARD ((struct short_size){2u << 20, 250000})

static const uint64_t rates[] = {100, 1000, 10000, 100000};
#define MOST_JOBS 64u
#define RATES (sizeof(rates) / sizeof(rates[0]))

/* Up to this rate nearly all must come through. */
#define LOW_RATE 1000u
#define ENOUGH_RUNS 20u

struct row {
	unsigned runs, right;
	unsigned bus, other; /* ended with a bus error that speaks of the wires; with another */
	unsigned silent;     /* told to be done, but wrong */
	unsigned worse;	     /* after an error: what was promised does not hold, or is not said */
	unsigned dead;	     /* after an error nothing boots, as the plan had warned */
	unsigned stray;	     /* wrote beside the plan */
	unsigned taken;	     /* left the semaphore taken */
};

/* The causes of exit code 4. */
static bool is_bus(int rc)
{
	switch (rc) {
	case CX3_E_NO_ACK:
	case CX3_E_NACK_DATA:
	case CX3_E_BUS:
	case CX3_E_ARBITRATION:
	case CX3_E_TIMEOUT:
	case CX3_E_TOO_LONG:
	case CX3_E_SEMAPHORE_OURS:
	case CX3_E_IO:
	case CX3_E_NOISE:
	case CX3_E_CHANGED: /* reset: 0xf0010 is one bit from a data register */
		return true;
	default:
		return false;
	}
}

/* A bus error that tells the user where to look; not that another card may be on the wires. */
static bool blames_wires(int rc, const struct cx3_error *err)
{
	return is_bus(rc) &&
	       (strstr(said(err), "wires are noisy") || strstr(said(err), "heck the wir") ||
		strstr(said(err), "power and wiring") || strstr(said(err), "the wires,"));
}

static bool boots_now(const struct short_world *w)
{
	uint8_t *content = fixture_get(&w->b);
	struct judged now;

	judge_flash(content, w->b.size, &now);
	free(content);
	return now.boots;
}

static void run_one(struct short_world *w, uint64_t rate, uint64_t seed, struct row *row,
		    bool every_word)
{
	struct cx3_error err;
	const char *what;
	char more[80];
	bool taken;
	int rc;

	short_reset(w);
	snprintf(more, sizeof(more), "noise=%" PRIu64 ",seed=%" PRIu64, rate, seed);
	rc = short_run(w, more, &err);
	what = short_wrong(w, rc, &err);
	row->runs++;
	row->stray += w->e.out_of_place != 0;
	taken = short_semaphore_left(w);
	row->taken += taken;
	row->dead += rc != CX3_OK && !what && !boots_now(w);
	row->right += rc == CX3_OK && !what;
	row->silent += rc == CX3_OK && what;
	row->bus += rc != CX3_OK && blames_wires(rc, &err);
	row->other += rc != CX3_OK && !blames_wires(rc, &err);
	row->worse += rc != CX3_OK && what;
	if (what || taken || every_word || (rc != CX3_OK && !blames_wires(rc, &err)))
		printf("%s %s.%" PRIu64 ".%" PRIu64 ": %s%s%s%s %s\n", what ? "FAILED" : "  ended",
		       w->job->name, rate, seed, what ? what : "", what ? "; " : "",
		       taken ? "the semaphore is left; " : "", cx3_code_name((enum cx3_code)rc),
		       rc == CX3_OK ? "" : said(&err));
	fflush(stdout);
}

static bool good(const struct row *row, uint64_t rate)
{
	bool enough = rate > LOW_RATE || row->runs < ENOUGH_RUNS ||
		      row->right * 100 >= row->runs * 95;

	return row->silent == 0 && row->worse == 0 && row->other == 0 && enough;
}

static bool measure(struct short_world *w, unsigned runs, uint64_t seed, struct row table[RATES])
{
	bool ok = true;

	for (size_t r = 0; r < RATES; r++) {
		for (unsigned i = 0; i < runs; i++)
			run_one(w, rates[r], seed + i, &table[r], false);
		ok = good(&table[r], rates[r]) && ok;
	}
	return ok;
}

static bool is_wanted(const struct short_job *job, const char *only)
{
	return short_is_in(job, IN_NOISE) && (!only || strcmp(only, job->name) == 0);
}

static void print_table(struct row table[MOST_JOBS][RATES], const char *only)
{
	printf("\n| job | rate | runs | right | bus error | other error | silently wrong | card worse "
	       "or untold | dead as warned | stray writes | semaphore left |\n"
	       "|---|---|---|---|---|---|---|---|---|---|---|\n");
	for (unsigned n = 0; n < short_job_count; n++) {
		for (size_t r = 0; r < RATES && is_wanted(&short_jobs[n], only); r++) {
			const struct row *t = &table[n][r];

			printf("| %s | %.0e | %u | %u | %u | %u | %u | %u | %u | %u | %u |\n",
			       short_jobs[n].name, (double)rates[r] / 1e9, t->runs, t->right,
			       t->bus, t->other, t->silent, t->worse, t->dead, t->stray, t->taken);
		}
	}
}

static int campaign(unsigned runs, uint64_t seed, const char *only)
{
	static struct row table[MOST_JOBS][RATES];
	bool ok = true;

	printf("seeds %" PRIu64 " to %" PRIu64 "; again: job_noise JOB.RATE.SEED\n", seed,
	       seed + runs - 1);
	(void)short_jobs_in(IN_NOISE, 0);
	assert(short_job_count <= MOST_JOBS);
	for (unsigned n = 0; n < short_job_count; n++) {
		struct short_world w;

		if (!is_wanted(&short_jobs[n], only))
			continue;
		short_begin(&w, &short_jobs[n], CARD, "clock=400k");
		ok = measure(&w, runs, seed, table[n]) && ok;
		short_end(&w);
	}
	print_table(table, only);
	printf("%s\n", ok ? "all well" : "FAILED");
	return ok ? 0 : 1;
}

static int replay(const char *id)
{
	const char *dot = strchr(id, '.');
	const struct short_job *job = dot ? short_job_named(id, (size_t)(dot - id)) : NULL;
	struct row row = {0};
	struct short_world w;
	uint64_t rate;
	char *end;

	if (!job) {
		fprintf(stderr, "no such case: %s\n", id);
		return 2;
	}
	rate = strtoull(dot + 1, &end, 10);
	short_begin(&w, job, CARD, "clock=400k");
	run_one(&w, rate, *end ? strtoull(end + 1, NULL, 10) : 1, &row, true);
	short_end(&w);
	return row.silent || row.worse || row.other ? 1 : 0;
}

int main(int argc, char **argv)
{
	unsigned runs = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 2;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

	if (argc > 1 && runs == 0)
		return replay(argv[1]);
	return campaign(runs, seed ? seed : 1, argc > 3 ? argv[3] : NULL);
}
