/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One flipped bit in one register write of a job (flip_world.h): in each bit of the register's
 * address and of what is written, of each write that the job sends.
 *
 *   job_flip all [JOB]         each flip, by branches of one run, of all jobs or of this one, or in
 *                              one way (restore.plain)
 *   job_flip [STRIDE [JOB]]    each STRIDE-th flip, of all jobs or of this one, or in
 *                              one way (restore.plain); near its end more, of writes that
 *                              only read fewer
 *   job_flip CASE              one flip again, as a failure printed it: burn.plain.1234.57
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flip_adapter.h"
#include "flip_world.h"
#include "follow.h"
#include "said.h"

static const struct flip_way ways[] = {
	{"streamed", CX3_READ_PROBE, false},
	{"plain", CX3_READ_PLAIN, false},
	{"unread-streamed", CX3_READ_PROBE, true},
	{"unread-plain", CX3_READ_PLAIN, true},
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))
#define UNREAD_JOB "burn"

/* A backup writes nothing, wp no byte: not here. */
#define NOT_HERE (1u << SHORT_BACKUP | 1u << SHORT_PROTECT)

static bool tell(const struct flip_world *w, uint64_t n, unsigned bit, int rc,
		 const struct cx3_error *err, bool always)
{
	uint32_t at;
	const char *wrong = flip_judge(w, rc, err, &at);

	if (wrong || always)
		printf("%s %s.%s.%llu.%u: %s (0x%x); %s\n", wrong ? "FAILED" : "passed",
		       w->job->name, w->way->name, (unsigned long long)n, bit,
		       wrong ? wrong : "as it should be", at, rc == CX3_OK ? "exit OK" : said(err));
	return !wrong;
}

static bool one(struct flip_world *w, uint64_t n, unsigned bit, bool always)
{
	struct cx3_error err = {0};
	int rc;

	flip.at = n;
	flip.bit = bit;
	rc = flip_run(w, &err);
	flip_forget();
	w->runs++;
	w->failures += rc != CX3_OK;
	return tell(w, n, bit, rc, &err, always);
}

/* The n-th write makes the flash send data: a command word that reads (bit 0) with opcode
 * 03 or none, or the address before one. */
static bool only_reads(const struct flip_sent *sent, uint64_t n, uint64_t writes)
{
	uint32_t opcode;

	if (sent[n].reg == 0xf0404 && n + 1 < writes)
		n++;
	opcode = sent[n].word & 4 ? sent[n].word >> 16 & 0xff : 0x03;
	return sent[n].reg == 0xf0400 && (sent[n].word & 1) && opcode == 0x03;
}

/* Of writes that only read, one flip in so many as of the others. */
#define READ_STRIDE 101u
/* Where signatures change hands, at a job's end, so many times as many. */
#define TAIL_WRITES 400u
#define TAIL_DENSER 16u

static unsigned step_at(unsigned stride, bool reads, uint64_t left)
{
	if (left < TAIL_WRITES)
		stride = (stride + TAIL_DENSER - 1) / TAIL_DENSER;
	return reads ? stride * READ_STRIDE : stride;
}

/* Counts what failed. */
static unsigned sweep(const struct short_job *job, const struct flip_way *way, unsigned stride)
{
	static struct flip_sent sent[FLIP_MOST_WRITES];
	static struct flip_world w;
	unsigned bad = 0, next[2] = {0, 0};
	uint64_t writes;

	flip.sent = sent;
	flip_world_new(&w, job, way);
	writes = flip.writes < FLIP_MOST_WRITES ? flip.writes : FLIP_MOST_WRITES;
	flip.sent = NULL;
	for (uint64_t n = 0; n < writes; n++) {
		bool reads = only_reads(sent, n, writes);
		unsigned step = step_at(stride, reads, writes - n), bit = next[reads] % step;

		for (; bit < sent[n].bits; bit += step)
			bad += !one(&w, n + 1, bit, false);
		next[reads] = bit - sent[n].bits;
	}
	printf("%s.%s: %u bytes of image, %llu register writes, %u flips, %u told as errors, "
	       "%u FAILED\n",
	       job->name, way->name, w.image_len, (unsigned long long)writes, w.runs, w.failures,
	       bad);
	fflush(stdout);
	flip_world_delete(&w);
	return bad;
}

/* --- Each flip --- */

#define MOST_BITS 1000u /* of a write */

static void branch_each(void *user, struct cx3_adapter *adapter, uint64_t n, unsigned bits)
{
	const struct flip_world *w = user;

	for (unsigned bit = 0; bit < bits && !follow_is_branch(); bit++) {
		if (!follow_off(&w->b, simcard_behind(adapter), n * MOST_BITS + bit))
			continue;
		flip.at = n;
		flip.bit = bit;
	}
}

static void watch(void *user, struct simcard *card, enum simcard_event event)
{
	(void)user;
	if (event != SIMCARD_MESSAGE || !follow_is_due(card))
		return;
	flip_forget();
	follow_look(card);
}

/* Counts what failed. */
static unsigned each(const struct short_job *job, const struct flip_way *way)
{
	static struct flip_world w;
	struct branch_counts *counts;
	struct cx3_error err = {0};
	uint64_t n;
	unsigned bad;
	bool ok;
	int rc;

	flip_world_new(&w, job, way);
	counts = follow_begin(&w.b);
	follow_leave_out(w.before, w.size);
	follow_leave_out(w.after, w.size);
	follow_leave_out(&w.written, sizeof(w.written));
	flip.before = branch_each;
	flip.user = &w;
	simcard_before(watch, NULL);
	rc = flip_run(&w, &err);
	flip.before = NULL;
	simcard_before(NULL, NULL);
	n = follow_number();
	if (follow_is_branch()) {
		branch_add(&counts->done, rc == CX3_OK);
		follow_end(tell(&w, n / MOST_BITS, (unsigned)(n % MOST_BITS), rc, &err, false));
	}
	fixture_ok(rc, &err);
	ok = follow_join();
	bad = counts->failed + (!ok && !counts->failed);
	printf("%s.%s: %u bytes of image, %llu register writes, each flip, %u followed to the end, %u of "
	       "them done, %u FAILED\n",
	       job->name, way->name, w.image_len, (unsigned long long)flip.writes, counts->followed,
	       counts->done, bad);
	fflush(stdout);
	branch_counts_free(counts);
	flip_world_delete(&w);
	return bad;
}

static bool is_tried(const struct short_job *job, const struct flip_way *way)
{
	return short_is_in(job, IN_FLIP) && (!way->unknown || strcmp(job->name, UNREAD_JOB) == 0);
}

/* `only`: JOB or JOB.WAY; NULL: each. */
static bool is_wanted(const struct short_job *job, const struct flip_way *way, const char *only)
{
	size_t len = strlen(job->name);

	if (!is_tried(job, way))
		return false;
	return !only || (strncmp(only, job->name, len) == 0 &&
			 (!only[len] || (only[len] == '.' && !strcmp(only + len + 1, way->name))));
}

static int replay(const char *id)
{
	static struct flip_world w;
	char name[32], way[32];
	const struct short_job *job;
	unsigned long long n;
	unsigned bit;
	bool ok;

	if (sscanf(id, "%31[^.].%31[^.].%llu.%u", name, way, &n, &bit) != 4)
		return 2;
	job = short_job_named(name, strlen(name));
	for (size_t i = 0; job && i < WAYS; i++) {
		if (strcmp(way, ways[i].name) != 0 || !is_tried(job, &ways[i]))
			continue;
		flip_world_new(&w, job, &ways[i]);
		ok = one(&w, n, bit, true);
		flip_world_delete(&w);
		return ok ? 0 : 1;
	}
	return 2;
}

int main(int argc, char **argv)
{
	const char *text = argc > 1 ? argv[1] : getenv("CX3_SWEEP_STRIDE");
	bool all = text && strcmp(text, "all") == 0;
	long stride = text ? strtol(text, NULL, 10) : 1;
	unsigned bad = 0;

	if (text && strchr(text, '.'))
		return replay(text);
	(void)short_jobs_in(IN_FLIP, NOT_HERE);
	for (unsigned i = 0; i < short_job_count; i++) {
		for (size_t way = 0; way < WAYS; way++) {
			if (!is_wanted(&short_jobs[i], &ways[way], argc > 2 ? argv[2] : NULL))
				continue;
			bad += all ? each(&short_jobs[i], &ways[way])
				   : sweep(&short_jobs[i], &ways[way],
					   stride > 0 ? (unsigned)stride : 1);
		}
	}
	return bad ? 1 : 0;
}
