/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All jobs on cards that differ from the kind one in what no document says: in each single
 * position of the simulated card's switches, in pairs of them, and in random mixes.
 *
 * A job comes out right, or it is refused with words that are true, and then the flash is as it
 * was. Which positions may refuse is in the table.
 *
 *   job_ways              each position alone; prints what backup and burn cost there
 *   job_ways pairs        all pairs; with OPTION behind it those in which it is
 *   job_ways COUNT [SEED] so many random mixes of two to five positions
 *   job_ways JOB MIX      one again, as a failure printed it: "burn bare-head=0,wrap=16"
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "said.h"
#include "short_jobs.h"
#include "sim/simcard.h"

/* What may be refused, and why that is true. */
enum refusal {
	NEVER = 0,
	NO_CARD = 1,	/* what answers is not to be told from something else, or is locked */
	NO_ADAPTER = 2, /* no register can be written through it */
	NO_WAIT = 4,	/* it gives up while the card holds SCL low */
	/* somebody else uses the gateway or resets the chip: that is told, and what a command did
	 * that was under way is beyond the tool */
	DISTURBED = 8
};

static const struct position {
	const char *option;
	enum refusal refusal;
} positions[] = {
	{"stream=1", NEVER}, /* the kind card */
	{"stream=0", NEVER},
	{"bare-head=0", NEVER},
	{"bare-head=clock", NEVER},
	{"held-program=0", NEVER},
	{"data-only=none", NEVER},
	{"data-only=reads", NEVER},
	{"hold-blocks=16", NEVER},
	{"hold-blocks=3", NEVER},
	{"hold-ms=5", NEVER},
	{"hold-ms=60", NEVER},
	{"command-echo=0", NEVER},
	{"command-echo=part", NEVER},
	{"command-echo=stale", NEVER},
	{"address-echo=0", NEVER},
	{"top-byte=0", NEVER},
	{"address-echo=count", NEVER},
	{"read-after-write=0", NEVER},
	{"wrap=4", NEVER},
	{"wrap=16", NEVER},
	{"wrap=32", NEVER},
	{"wrap=64", NEVER},
	{"join=0", NEVER},
	{"block-read=0", NEVER},
	{"block-write=0", NEVER},
	{"long-messages=0", NEVER},
	{"ack-busy=0", NEVER},
	{"no-poll=0", NEVER},
	{"held-read=0", NEVER},
	{"livefish=1,livefish-link=0", NEVER},
	{"stretch=300", NEVER},
	{"stretch=20000,stretch-limit=10000", NO_WAIT},
	{"fw-gateway=5", DISTURBED},
	{"fw-gateway=300", DISTURBED},
	{"fw-gateway=20011", DISTURBED},
	{"reset-every=300", DISTURBED},
	{"reset-every=60000", DISTURBED},
	{"driver-reset=300", DISTURBED},
	{"max-write=7", NO_ADAPTER},
	{"max-write=8", NEVER},
	{"max-read=4", NEVER},
	{"max-write=12,max-read=8", NEVER},
	{"read-ff=4", NEVER},
	{"read-ff=8", NEVER},
	{"write-nack=8", NEVER},
	{"write-nack=12", NEVER},
	{"at-stop=1", NEVER},
	{"busy-nack=300", NEVER},
	{"busy-nack=1000", NEVER},
	{"busy-nack=5000", NEVER},
	{"byte-low=1", NEVER},
	{"status-word=0", NEVER},
	{"slow-gw=300", NEVER},
	{"slow-gw=1500", NEVER},
	{"livefish=1,slow-spi=1", NEVER},
	{"wrsr-ms=1000", NEVER},
	{"wip-late=30", NEVER},
	{"slow-pages=1", NEVER},
	{"slow-pages=20", NEVER},
	{"second=0x202015", NEVER},
	{"sem-word=0xffffffff", NEVER},
	{"sem-word=0x5a", NEVER},
	{"livefish=1,self-reset=2", NEVER},
	{"boot-ms=300", NEVER},
	{"livefish=1,no-id=1", NO_CARD},
	{"livefish=1,no-livefish-word=1", NEVER},
	{"locked-but-id=1", NO_CARD},
};
#define POSITIONS (sizeof(positions) / sizeof(positions[0]))
#define MOST_MIXED 5u

/* The three that only look; behind them come those of short_jobs.c. */
static const char *const looks[] = {"query", "verify", "status"};
#define LOOKS (sizeof(looks) / sizeof(looks[0]))

#define MOST_JOBS 32u
static const char *jobs[MOST_JOBS];
static size_t job_count;

static unsigned runs, refused, bad;

struct mix {
	char options[300];
	unsigned refusal; /* of enum refusal, or-ed */
};

static void complain(const char *job, const struct mix *mix, const char *what, const char *detail)
{
	if (bad++ < 20)
		printf("FAILED %s %s: %s%s\n  again: job_ways %s %s\n", job, mix->options, what,
		       detail, job, mix->options);
	fflush(stdout);
}

/* Whoever uses the gateway seldom is not seen at it: what comes of that looks like noise, and is
 * told as one of the two. */
static bool may_refuse(unsigned refusal, int rc, const struct cx3_error *err)
{
	if (rc == CX3_E_NOISE && strstr(err->cause, "or somebody else uses the flash gateway"))
		return refusal & DISTURBED;
	if (rc == CX3_E_UNSUPPORTED)
		return refusal & NO_ADAPTER;
	if (rc == CX3_E_TIMEOUT)
		return refusal & NO_WAIT;
	if (rc == CX3_E_CHANGED || rc == CX3_E_GATEWAY)
		return refusal & DISTURBED;
	return (refusal & NO_CARD) && (rc == CX3_E_NO_REGISTERS || rc == CX3_E_LOCKED);
}

/* --- The jobs that only look --- */

static int look(struct short_world *w, const char *job, struct cx3_error *err)
{
	struct cx3_fs2_source src;
	struct cx3_fs2_info info = {0};
	struct cx3_flash_status status = {0};
	int rc = fixture_try_open(&w->b, w->card, NULL, err);

	if (rc != CX3_OK)
		return rc;
	src = cx3_shadow_source(w->b.shadow);
	if (strcmp(job, "status") == 0)
		rc = cx3_flash_status(w->b.flash, &status, err);
	else if (strcmp(job, "verify") == 0)
		rc = cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, err);
	else
		rc = cx3_fs2_query(&src, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, err);
	if (rc == CX3_OK && strcmp(job, "status") == 0 && status.raw != 0)
		rc = cx3_fail(err, CX3_E_INTERNAL, "job_ways.c", "The status is wrong.");
	else if (rc == CX3_OK && strcmp(job, "status") != 0 && info.fw_version[1] != w->old.minor)
		rc = cx3_fail(err, CX3_E_INTERNAL, "job_ways.c", "The version is wrong.");
	/* as the commands do */
	rc = rc == CX3_OK ? cx3_flash_watch_if_odd(w->b.flash, err)
			  : cx3_flash_blame(w->b.flash, rc, err);
	fixture_close(&w->b);
	return rc;
}

/* --- One job in one mix --- */

static bool untouched(const struct short_world *w)
{
	uint8_t *now = fixture_get(&w->b);
	bool same = memcmp(now, w->before, w->b.size) == 0;

	free(now);
	return same;
}

static void run_one(struct short_world *w, const char *job, const struct mix *mix)
{
	struct cx3_error err = {0};
	const char *what = NULL;
	bool only_looks = !short_job_named(job, strlen(job));
	bool disturbed = mix->refusal & DISTURBED;
	int rc;

	runs++;
	short_reset(w);
	w->card = mix->options;
	rc = only_looks ? look(w, job, &err) : short_run(w, "", &err);
	if (!only_looks && disturbed)
		what = short_untrue(w, rc, &err);
	else if (!only_looks)
		what = short_wrong(w, rc, &err);
	if (what)
		complain(job, mix, what, "");
	else if (rc != CX3_OK && !may_refuse(mix->refusal, rc, &err))
		complain(job, mix, "refused: ", said(&err));
	else if (rc != CX3_OK && !(disturbed && w->e.writing) && !untouched(w))
		complain(job, mix, "refused, but the flash has changed: ", said(&err));
	else if (short_semaphore_left(w))
		complain(job, mix, "the semaphore is left taken", "");
	else
		refused += rc != CX3_OK;
}

static void begin(struct short_world *w, const char *job)
{
	const struct short_job *like = short_job_named(job, strlen(job));

	short_begin(w, like ? like : short_job_named("backup", 6), SHORT_SMALL, "");
}

/* --- Mixes --- */

/* No card is known to be in livefish and resets itself: nothing tells the tool then. */
static bool makes_sense(const struct mix *mix)
{
	return !strstr(mix->options, "no-livefish-word") || !strstr(mix->options, "self-reset");
}

/* What keeps the card from resetting itself does not work. */
static unsigned resets_itself(const char *options)
{
	return strstr(options, "livefish-link=0") && strstr(options, "self-reset") ? DISTURBED : 0;
}

/* "livefish=1,slow-spi=1" has the key "livefish" as well: of a mix each key counts once. */
static bool add(struct mix *mix, const struct position *position)
{
	char text[120], *item, *rest = text;

	snprintf(text, sizeof(text), "%s", position->option);
	while ((item = strsep(&rest, ",")) != NULL) {
		size_t key = strcspn(item, "=") + 1, len = strlen(mix->options);
		const char *there = mix->options;

		while (there && strncmp(there, item, key) != 0) {
			there = strchr(there, ',');
			there += there != NULL;
		}
		if (there && *there && strcmp(item, "livefish=1") != 0)
			return false;
		if (!there || !*there)
			snprintf(mix->options + len, sizeof(mix->options) - len, "%s%s",
				 len ? "," : "", item);
	}
	mix->refusal |= position->refusal | resets_itself(mix->options);
	return true;
}

static void singles(struct short_world *worlds)
{
	printf("%-32s %12s %8s %12s %8s\n", "", "backup bytes", "calls", "burn bytes", "calls");
	for (size_t p = 0; p < POSITIONS; p++) {
		struct mix mix = {.refusal = positions[p].refusal};
		uint64_t cost[4] = {0};

		snprintf(mix.options, sizeof(mix.options), "%s", positions[p].option);
		for (size_t j = 0; j < job_count; j++) {
			unsigned before = bad;
			size_t at = strcmp(jobs[j], "backup") == 0 ? 0 : 2;

			run_one(&worlds[j], jobs[j], &mix);
			if ((at == 0 || strcmp(jobs[j], "burn") == 0) && bad == before) {
				cost[at] = worlds[j].e.wire_bytes;
				cost[at + 1] = worlds[j].e.calls;
			}
		}
		printf("%-32s %12" PRIu64 " %8" PRIu64 " %12" PRIu64 " %8" PRIu64 "\n", mix.options,
		       cost[0], cost[1], cost[2], cost[3]);
		fflush(stdout);
	}
}

/* `with`: NULL, or an option that must be one of the two. */
static void pairs(struct short_world *worlds, const char *with)
{
	unsigned count = 0;

	for (size_t a = 1; a < POSITIONS; a++) {
		for (size_t b = a + 1; b < POSITIONS; b++) {
			struct mix mix = {.refusal = NEVER};

			if (with && strcmp(with, positions[a].option) != 0 &&
			    strcmp(with, positions[b].option) != 0)
				continue;
			if (!add(&mix, &positions[a]) || !add(&mix, &positions[b]) ||
			    !makes_sense(&mix))
				continue;
			count++;
			for (size_t j = 0; j < job_count; j++)
				run_one(&worlds[j], jobs[j], &mix);
		}
	}
	printf("%u pairs\n", count);
	bad += count == 0; /* a misspelt option */
}

static uint64_t random_below(uint64_t *state, uint64_t limit)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state % limit;
}

static void mixes(struct short_world *worlds, unsigned count, uint64_t seed)
{
	printf("seed %" PRIu64 "\n", seed);
	for (unsigned i = 0; i < count; i++) {
		uint64_t wanted = 2 + random_below(&seed, MOST_MIXED - 1);
		struct mix mix = {.refusal = NEVER};

		for (uint64_t n = 0; n < wanted; n++)
			(void)add(&mix, &positions[1 + random_below(&seed, POSITIONS - 1)]);
		for (size_t j = 0; j < job_count && makes_sense(&mix); j++)
			run_one(&worlds[j], jobs[j], &mix);
	}
}

static unsigned refusal_of(const char *options)
{
	unsigned refusal = resets_itself(options);

	for (size_t p = 0; p < POSITIONS; p++) {
		if (strstr(options, positions[p].option))
			refusal |= positions[p].refusal;
	}
	return refusal;
}

static int replay(const char *job, const char *options)
{
	struct mix mix = {.refusal = refusal_of(options)};
	struct short_world w;

	snprintf(mix.options, sizeof(mix.options), "%s", options);
	begin(&w, job);
	run_one(&w, job, &mix);
	printf("%s %s: %s, %" PRIu64 " wire bytes, %" PRIu64 " calls\n", job, options,
	       bad ? "failed" : "passed", w.e.wire_bytes, w.e.calls);
	short_end(&w);
	return bad ? 1 : 0;
}

/* Each of the simulated card's switches is tried; an option may have two: "livefish=1,no-id=1". */
static void check_positions(void)
{
	char habit[64];

	for (size_t i = 0; simcard_habit(i, habit, sizeof(habit)); i++) {
		size_t p = 0;

		while (p < POSITIONS && !strstr(positions[p].option, habit))
			p++;
		if (p == POSITIONS) {
			fprintf(stderr, "job_ways.c: no position for %s\n", habit);
			abort();
		}
	}
}

static void list_jobs(void)
{
	unsigned wanted = short_jobs_in(IN_WAYS, 0);

	assert(LOOKS + wanted <= MOST_JOBS);
	for (size_t i = 0; i < LOOKS; i++)
		jobs[job_count++] = looks[i];
	for (unsigned i = 0; i < short_job_count; i++) {
		if (short_is_in(&short_jobs[i], IN_WAYS))
			jobs[job_count++] = short_jobs[i].name;
	}
}

int main(int argc, char **argv)
{
	static struct short_world worlds[MOST_JOBS];
	unsigned count = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;

	if (argc > 2 && !count && strcmp(argv[1], "pairs") != 0)
		return replay(argv[1], argv[2]);
	check_positions();
	list_jobs();
	for (size_t j = 0; j < job_count; j++)
		begin(&worlds[j], jobs[j]);
	if (count)
		mixes(worlds, count, argc > 2 ? strtoull(argv[2], NULL, 10) | 1 : 1);
	else if (argc > 1 && strcmp(argv[1], "pairs") == 0)
		pairs(worlds, argc > 2 ? argv[2] : NULL);
	else
		singles(worlds);
	for (size_t j = 0; j < job_count; j++)
		short_end(&worlds[j]);
	printf("%u jobs, %u refused: %s\n", runs, refused, bad ? "FAILED" : "all well");
	return bad ? 1 : 0;
}
