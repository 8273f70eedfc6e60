/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Somebody resets the chip in the middle of a job: a host's driver that loads, its firmware.
 * Semaphores and the gateway's registers are as at power-on then, and a command whose address
 * was there already goes to 0. That can't be prevented. But it is never called done, what is
 * said of the flash is true, and the same job again, with nobody disturbing it, ends as the
 * undisturbed one does, or names the file in which all is that the card held.
 *
 *   job_reset COUNT [SEED]   about so many resets, each before one register write
 *   job_reset JOB.N          one again, as a failure printed it
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "said.h"
#include "short_jobs.h"

static unsigned resets, told, dark, by_hand;

static bool complain(const struct short_world *w, uint64_t n, const char *when, const char *what)
{
	printf("FAILED %s.%" PRIu64 ": %s: %s\n  again: job_reset %s.%" PRIu64 "\n", w->job->name,
	       n, when, what, w->job->name, n);
	fflush(stdout);
	return false;
}

/* The image is complete, in whichever home. */
static bool is_done(struct short_world *w, const char **what)
{
	uint8_t *flash;
	struct judged now;
	bool same = short_complete(w, what);

	if (same || w->job->kind == SHORT_RESTORE || w->job->kind == SHORT_RAW)
		return same;
	flash = fixture_get(&w->b);
	judge_flash(flash, w->b.size, &now);
	free(flash);
	return now.boots && !now.broken && now.minor == w->done.minor &&
	       memcmp(now.uid, w->done.uid, sizeof(now.uid)) == 0;
}

/* The whole flash is in the file; or, where no backup was made, the image that it held. */
static bool holds_enough(const struct short_world *w, const uint8_t *kept)
{
	struct judged was;

	if (memcmp(kept, w->before, w->b.size) == 0)
		return true;
	judge_flash(kept, w->b.size, &was);
	return !w->job->backup && was.boots && memcmp(was.uid, w->old.uid, sizeof(was.uid)) == 0;
}

/* The error names a file with what the flash held before the first run. */
static bool names_backup(const struct short_world *w, const struct cx3_error *err)
{
	const char *from = strstr(said(err), "held in '"), *to;
	struct cx3_error ignored;
	uint8_t *kept = NULL;
	char path[512];
	size_t len = 0;
	bool same;

	from = from ? from + strlen("held in '") : NULL;
	to = from ? strchr(from, '\'') : NULL;
	if (!to || (!strstr(to, "restore that first") && !strstr(to, "identity from that file")))
		return false;
	snprintf(path, sizeof(path), "%.*s", (int)(to - from), from);
	same = cx3_file_read(path, w->b.size, &kept, &len, &ignored) == CX3_OK &&
	       len == w->b.size && holds_enough(w, kept);
	free(kept);
	return same;
}

static void forget_state(const struct short_world *w)
{
	char path[400];

	snprintf(path, sizeof(path), "%s.state", w->b.file);
	unlink(path);
}

static bool point(struct short_world *w, uint64_t n)
{
	struct cx3_error err;
	const char *what;
	char more[80];
	int rc;

	short_reset(w);
	snprintf(more, sizeof(more), "reset-at=%" PRIu64 ",seed=%" PRIu64, n, n + 1);
	rc = short_run(w, more, &err);
	resets++;
	what = short_untrue(w, rc, &err);
	if (what)
		return complain(w, n, "after the reset", what);
	told += rc != CX3_OK && strstr(said(&err), "was reset") != NULL;
	dark += w->promised && !short_boots(w);
	forget_state(w);
	rc = short_run(w, "", &err);
	if (rc != CX3_OK && names_backup(w, &err)) {
		by_hand++;
		return true;
	}
	if (rc != CX3_OK)
		return complain(w, n, "the same job fails", said(&err));
	if (!is_done(w, &what))
		return complain(w, n, "after the same job", what);
	return fixture_violations(&w->b) ? complain(w, n, "the same job", "the model complains")
					 : true;
}

static bool sweep(unsigned count, uint64_t seed)
{
	bool ok = true;

	for (unsigned i = 0; i < short_job_count; i++) {
		struct short_world w;

		if (short_jobs[i].kind == SHORT_BACKUP)
			continue;
		short_begin(&w, &short_jobs[i], SHORT_SMALL, "");
		for (unsigned k = 0; ok && k < 1 + count / short_job_count; k++) {
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
			ok = point(&w, w.first_write +
					       (seed >> 33) % (w.last_write - w.first_write + 1));
		}
		short_end(&w);
	}
	return ok;
}

static bool replay(const char *id)
{
	const char *dot = strchr(id, '.');
	const struct short_job *job = dot ? short_job_named(id, (size_t)(dot - id)) : NULL;
	struct short_world w;
	bool ok;

	if (!job || job->kind == SHORT_BACKUP) {
		fprintf(stderr, "no such case: %s\n", id);
		return false;
	}
	short_begin(&w, job, SHORT_SMALL, "");
	ok = point(&w, strtoull(dot + 1, NULL, 10));
	short_end(&w);
	return ok;
}

int main(int argc, char **argv)
{
	unsigned count = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 60;
	bool ok = count ? sweep(count, argc > 2 ? strtoull(argv[2], NULL, 10) : 1)
			: replay(argv[1]);

	ok = ok && (!count || told * 10 >= resets * 9);
	printf("%u resets, %u of them told as such, %u left nothing that boots where an image was to "
	       "stay bootable, %u need their backup: %s\n",
	       resets, told, dark, by_hand,
	       ok ? "never called done, each sentence true" : "FAILED");
	return ok ? 0 : 1;
}
