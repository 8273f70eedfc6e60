/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One flipped bit in one register write of a job: in each bit of the register's address
 * and of what is written, of each write that the job sends, from the opening of the card
 * on. I2C does not notice. After each: "done" means that the whole flash is as it is
 * after a run without a flip; a failure means that what was promised to boot is there
 * byte for byte; and nothing outside of the plan has changed in either case.
 *
 *   job_flip [STRIDE [JOB]]    each STRIDE-th flip (1: all), of all jobs or of this one, or in
 *                              one way (restore.plain); near its end more, of writes that
 *                              only read fewer
 *   job_flip CASE              one flip again, as a failure printed it: burn.plain.1234.57
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters.h"
#include "jobs_engine.h"
#include "plan/plan.h"
#include "said.h"
#include "short_jobs.h"

/* --- The flip --- */

/* One at a time: an adapter's ops have no room for more. */
static struct {
	struct cx3_adapter_ops ops;
	uint64_t writes; /* register writes so far */
	uint64_t at;	 /* the one to damage, from 1; 0: none */
	unsigned bit;	 /* of it, from the address's most significant one on */
	struct sent {
		uint32_t reg, word;
		unsigned bits;
	} * sent; /* each one, where there is room for them; may be NULL */
} flip;

#define MOST_WRITE 68u
#define MOST_WRITES 200000u
#define MOST_BATCH 8192u

/* The batch, with its one damaged message in a copy of its own. */
static const struct cx3_xfer *damage(const struct cx3_xfer *xfer, size_t n, size_t index)
{
	static struct cx3_xfer copy[MOST_BATCH];
	static uint8_t bytes[MOST_WRITE];

	if (n > MOST_BATCH || xfer[index].wr_len > MOST_WRITE ||
	    flip.bit >= 8u * xfer[index].wr_len)
		return xfer;
	memcpy(copy, xfer, n * sizeof(*xfer));
	memcpy(bytes, xfer[index].wr, xfer[index].wr_len);
	bytes[flip.bit / 8] ^= (uint8_t)(0x80u >> flip.bit % 8);
	copy[index].wr = bytes;
	return copy;
}

static uint32_t word_at(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void note(const struct cx3_xfer *xfer)
{
	if (flip.sent && flip.writes < MOST_WRITES)
		flip.sent[flip.writes] = (struct sent){word_at(xfer->wr), word_at(xfer->wr + 4),
						       8u * xfer->wr_len};
}

static int transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	for (size_t i = 0; i < n; i++) {
		if (xfer[i].rd_len)
			continue;
		note(&xfer[i]);
		if (++flip.writes == flip.at)
			xfer = damage(xfer, n, i);
	}
	return cx3_sim_ops.transfer(a, xfer, n, mark, err);
}

static void at_adapter(struct cx3_adapter *adapter)
{
	flip.writes = 0;
	flip.ops = cx3_sim_ops;
	flip.ops.transfer = transfer;
	adapter->ops = &flip.ops;
}

/* --- The jobs --- */

#define FLASH_SIZE (512u << 10)
#define CARD "part=W25Q40,clock=1M"
#define RUNNING ",livefish=0,fw=2.36.5000"

/* How the flash is read. Unknown: there was no backup, and nothing is known but what the job
 * reads; tried with one job, for the others differ in nothing that matters here. */
static const struct way {
	const char *name;
	enum cx3_flash_reading reading;
	bool unknown;
} ways[] = {
	{"streamed", CX3_READ_PROBE, false},
	{"plain", CX3_READ_PLAIN, false},
	{"unread-streamed", CX3_READ_PROBE, true},
	{"unread-plain", CX3_READ_PLAIN, true},
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))
#define UNREAD_JOB "burn"

/* A backup writes nothing, wp no byte: not here. */
#define NOT_HERE (1u << SHORT_BACKUP | 1u << SHORT_PROTECT)

struct world {
	struct fixture b;
	const struct short_job *job;
	const struct way *way;
	uint8_t *before, *after; /* the flash; `after` is also what a restore writes */
	uint8_t *image;
	uint32_t image_len;
	bool written[FLASH_SIZE]; /* the plan means to change it */
	bool boots;		  /* promised throughout */
	unsigned runs, failures;
};

static void recipe_of(struct cx3_fs2_recipe *recipe, unsigned minor)
{
	fixture_small_recipe(recipe, "MT_FLIP_00001", minor);
	recipe->code_size = 0;
	recipe->code_sections = 0;
	recipe->second_boot = false;
	recipe->config_text = "[PS_INFO]\nName = flip\n";
	recipe->rom_size = 0;
	recipe->rom_count = 0;
}

static uint8_t *content_with(const struct cx3_fs2_recipe *recipe, bool odd)
{
	uint8_t *content = malloc(FLASH_SIZE), *image;
	uint32_t len;

	image = fixture_image(recipe, &len);
	memset(content, 0xff, FLASH_SIZE);
	/* something of worth where nothing is known of it, near 0 and beyond the image */
	for (uint32_t i = 0x20000; i < 0x40000; i++)
		content[i] = (uint8_t)(i * 73 + (i >> 7));
	for (uint32_t end = FLASH_SIZE; end > FLASH_SIZE - 0x20000; end -= 0x10000)
		memset(content + end - 0x2000, 0x12, 0x180); /* the configuration of a home */
	fixture_lay(content, FLASH_SIZE, image, len, odd);
	free(image);
	return content;
}

static int draft_guids(struct world *w, struct cx3_draft *job, struct cx3_error *err)
{
	static const uint64_t guid[] = {0x0002c90300aa0010, 0x0002c90300aa0011, 0x0002c90300aa0012,
					0x0002c90300aa0013};
	static const uint64_t mac[] = {0x0002c9aa0011, 0x0002c9aa0012};
	struct cx3_burn_options options = {.guid_count = 4, .mac_count = 2};

	memcpy(options.guid, guid, sizeof(guid));
	memcpy(options.mac, mac, sizeof(mac));
	return fixture_draft_set_guids(w->b.shadow, &options, job, err);
}

static int draft(struct world *w, struct cx3_draft *job, struct cx3_error *err)
{
	const struct cx3_input input = {.shadow = w->b.shadow};
	const struct cx3_burn_options options = {0};
	struct cx3_raw raw;
	uint32_t refused;

	switch (w->job->kind) {
	case SHORT_RESTORE:
		return fixture_draft_restore(w->b.shadow, w->after, FLASH_SIZE, &job->plan, err);
	case SHORT_BURN:
		return fixture_draft_burn(w->b.shadow, w->image, w->image_len, &options, job, err);
	case SHORT_RECOVER:
		return fixture_draft_recover(w->b.shadow, w->image, w->image_len, job, err);
	case SHORT_RESET:
		return cx3_draft_reset_config(&input, job, err);
	case SHORT_RAW:
		raw = short_raw(w->job, 0x20400);
		return cx3_draft_raw(&input, "write", &raw, false, &refused, job, err);
	default:
		return draft_guids(w, job, err);
	}
}

/* As after a backup, which reads all of it and settles what it reads. */
static void know_all(struct world *w)
{
	memcpy(w->b.shadow->data, w->before, FLASH_SIZE);
	memset(w->b.shadow->trust, CX3_TRUST_TWICE, FLASH_SIZE / CX3_SHADOW_GRAIN);
	w->b.shadow->missing = 0;
}

static void note_plan(struct world *w, const struct cx3_plan *plan)
{
	size_t count;
	const struct cx3_step *step = cx3_plan_steps(plan, &count);

	/* where nothing was read nothing is promised: a job reads what stays before it writes */
	w->boots = cx3_plan_summary(plan)->bootable_checked;
	for (size_t i = 0; i < count; i++) {
		if (step[i].kind == CX3_STEP_ERASE || step[i].kind == CX3_STEP_PROGRAM)
			memset(w->written + step[i].addr, true, step[i].len);
	}
}

static int run(struct world *w, uint64_t at, unsigned bit, struct cx3_error *err)
{
	struct cx3_draft job = {0};
	int rc;

	flip.at = at;
	flip.bit = bit;
	fixture_put(&w->b, w->before);
	rc = fixture_try_open(&w->b, w->job->kind == SHORT_RECOVER ? CARD : CARD RUNNING, NULL,
			      err);
	if (rc == CX3_OK && !w->way->unknown)
		know_all(w);
	if (rc == CX3_OK)
		rc = draft(w, &job, err);
	if (rc == CX3_OK && !at)
		note_plan(w, job.plan);
	if (rc == CX3_OK)
		rc = cx3_plan_run(job.plan, w->b.shadow, NULL, NULL, err);
	cx3_draft_free(&job);
	fixture_close(&w->b);
	return rc;
}

static void world_new(struct world *w, const struct short_job *job, const struct way *way)
{
	struct cx3_fs2_recipe old, fresh;
	struct cx3_error err = {0};

	memset(w, 0, sizeof(*w));
	w->job = job;
	w->way = way;
	fixture_new(&w->b, FLASH_SIZE);
	engine_home(&w->b);
	w->b.reading = way->reading;
	w->b.at_adapter = at_adapter;
	recipe_of(&old, 36);
	old.blank_uids = job->blank;
	recipe_of(&fresh, 42);
	/* what lies in the image file too is not known to be the card's */
	for (unsigned i = 0; job->kind == SHORT_RECOVER && i < 6; i++)
		fresh.uid[i] ^= 0x110000;
	w->before = content_with(&old, job->odd);
	if (job->kind == SHORT_RECOVER)
		memset(w->before + (job->odd ? 0x10000 : 0), 0, 64); /* its header is lost */
	w->image = fixture_image(&fresh, &w->image_len);
	if (job->kind == SHORT_RESTORE)
		w->after = content_with(&fresh, job->odd);
	fixture_ok(run(w, 0, 0, &err), &err);
	free(w->after);
	w->after = fixture_get(&w->b);
}

static void world_delete(struct world *w)
{
	fixture_delete(&w->b);
	free(w->before);
	free(w->after);
	free(w->image);
}

/* --- What must be true --- */

/* [lo, hi) is as in `then`; *at is the first byte that is not. */
static bool same(const uint8_t *now, const uint8_t *then, uint32_t lo, uint32_t hi, uint32_t *at)
{
	for (*at = lo; *at < hi; (*at)++) {
		if (now[*at] != then[*at])
			return false;
	}
	return true;
}

/* After a failure: the old image is untouched, or the new one is complete. */
static bool boots(const struct world *w, const uint8_t *now)
{
	uint32_t old = w->job->odd ? 0x10000 : 0, fresh = 0x10000 - old, at;
	bool old_stands = same(now, w->before, old, old + w->image_len, &at);
	bool new_stands = same(now, w->after, fresh, fresh + w->image_len, &at);

	/* a signature makes the lower one boot, whatever comes behind it */
	if (fresh < old && same(now, w->after, fresh, fresh + 4, &at))
		return new_stands;
	return old_stands || new_stands;
}

/* Nothing is known of that byte, and the error says that it may have been hit. */
static bool told(const struct world *w, const struct cx3_error *err, uint32_t at)
{
	unsigned named;

	return w->way->unknown && err->code == CX3_E_VERIFY &&
	       strstr(err->cause, "reads as if its bytes had gone there") &&
	       sscanf(err->place, "flash %x", &named) == 1 && at >= named &&
	       at - named < CX3_FLASH_PAGE && at / CX3_FLASH_PAGE == named / CX3_FLASH_PAGE;
}

static const char *judge(const struct world *w, int rc, const struct cx3_error *err,
			 const uint8_t *now, uint32_t *at)
{
	if (rc == CX3_OK)
		return same(now, w->after, 0, FLASH_SIZE, at) ? NULL : "done, but wrong";
	for (*at = 0; *at < FLASH_SIZE; (*at)++) {
		if (!w->written[*at] && now[*at] != w->before[*at] && !told(w, err, *at))
			return "a byte outside of the plan has changed";
	}
	*at = 0;
	return w->boots && !boots(w, now) ? "nothing boots any more" : NULL;
}

static bool one(struct world *w, uint64_t n, unsigned bit, bool tell)
{
	struct cx3_error err = {0};
	int rc = run(w, n, bit, &err);
	uint8_t *now = fixture_get(&w->b);
	uint32_t at = 0;
	const char *wrong = judge(w, rc, &err, now, &at);

	free(now);
	w->runs++;
	w->failures += rc != CX3_OK;
	if (wrong || tell)
		printf("%s %s.%s.%llu.%u: %s (0x%x); %s\n", wrong ? "FAILED" : "passed",
		       w->job->name, w->way->name, (unsigned long long)n, bit,
		       wrong ? wrong : "as it should be", at,
		       rc == CX3_OK ? "exit OK" : said(&err));
	return !wrong;
}

/* The n-th write makes the flash send data: a command word that reads (bit 0) with opcode
 * 03 or none, or the address before one. */
static bool only_reads(const struct sent *sent, uint64_t n, uint64_t writes)
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
static unsigned sweep(const struct short_job *job, const struct way *way, unsigned stride)
{
	static struct sent sent[MOST_WRITES];
	static struct world w;
	unsigned bad = 0, next[2] = {0, 0};
	uint64_t writes;

	flip.sent = sent;
	world_new(&w, job, way);
	writes = flip.writes < MOST_WRITES ? flip.writes : MOST_WRITES;
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
	world_delete(&w);
	return bad;
}

static bool is_tried(const struct short_job *job, const struct way *way)
{
	return short_is_in(job, IN_FLIP) && (!way->unknown || strcmp(job->name, UNREAD_JOB) == 0);
}

/* `only`: JOB or JOB.WAY; NULL: each. */
static bool is_wanted(const struct short_job *job, const struct way *way, const char *only)
{
	size_t len = strlen(job->name);

	if (!is_tried(job, way))
		return false;
	return !only || (strncmp(only, job->name, len) == 0 &&
			 (!only[len] || (only[len] == '.' && !strcmp(only + len + 1, way->name))));
}

static int replay(const char *id)
{
	static struct world w;
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
		world_new(&w, job, &ways[i]);
		ok = one(&w, n, bit, true);
		world_delete(&w);
		return ok ? 0 : 1;
	}
	return 2;
}

int main(int argc, char **argv)
{
	const char *text = argc > 1 ? argv[1] : getenv("CX3_SWEEP_STRIDE");
	long stride = text ? strtol(text, NULL, 10) : 1;
	unsigned bad = 0;

	if (text && strchr(text, '.'))
		return replay(text);
	(void)short_jobs_in(IN_FLIP, NOT_HERE);
	for (unsigned i = 0; i < short_job_count; i++) {
		for (size_t way = 0; way < WAYS; way++) {
			if (is_wanted(&short_jobs[i], &ways[way], argc > 2 ? argv[2] : NULL))
				bad += sweep(&short_jobs[i], &ways[way],
					     stride > 0 ? (unsigned)stride : 1);
		}
	}
	return bad ? 1 : 0;
}
