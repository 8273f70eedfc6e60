/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A burn that is stopped at any point leaves a card that boots.
 *
 * The power is cut at each register write of a burn, in order (what an erase or
 * a program had in work is undefined afterwards); the adapter vanishes at each
 * message; the user stops it at each page. After each, the rule of the chip is
 * applied: the lowest start with a signature boots, and that image must verify
 * and be the old one or the new one; nor may any other signature stand before an
 * image that is not whole. Then a second burn must complete.
 *
 *   job_power_cut            a sample, in some seconds
 *   job_power_cut all        every register write of two starts, more of the others
 *   job_power_cut CASE       one point again, as a failure printed it: odd-dead.power.1234
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs_fixture.h"
#include "judge.h"
#include "said.h"

#define FLASH_SIZE (512u << 10)

/* What the home that the burn will write holds before. */
enum other { OTHER_BLANK, OTHER_DEAD, OTHER_LIVE, OTHER_NOISE };

struct scenario {
	const char *name;
	const char *options; /* of the simulated card */
	uint32_t code_size;
	enum other other;
	bool old_odd;
	bool every; /* `all` leaves out no register write */
};

static const struct scenario scenarios[] = {
	{"even-blank", "", 4096, OTHER_BLANK, false, false},
	{"odd-dead", "", 4096, OTHER_DEAD, true, true},
	{"even-live", "", 4096, OTHER_LIVE, false, true},
	{"odd-noise", "", 4096, OTHER_NOISE, true, false},
	{"blocks-dead", "part=M25P40", 4096, OTHER_DEAD, true, false},
	{"two-chunks", "", 70000, OTHER_DEAD, true, false},
};

#define SCENARIOS (sizeof(scenarios) / sizeof(scenarios[0]))

enum kind { KIND_POWER, KIND_GONE, KIND_CANCEL, KINDS };

static const char *const kind_names[KINDS] = {"power", "gone", "cancel"};

struct world {
	struct fixture b;
	const struct scenario *s;
	uint8_t *content; /* before the burn */
	uint8_t *old, *fresh;
	uint32_t old_len, fresh_len;
	struct cx3_fs2_recipe old_recipe, new_recipe;
	uint64_t messages; /* of the last burn */
};

static void build(struct world *w)
{
	struct cx3_fs2_recipe *o = &w->old_recipe;

	fixture_small_recipe(o, "MT_POWER_0001", 40);
	o->rom_size = 0;
	o->rom_count = 0;
	o->code_size = w->s->code_size;
	w->new_recipe = *o;
	w->new_recipe.seed = 77;
	w->new_recipe.fw_version[1] = 42;
	for (unsigned i = 0; i < 6; i++)
		w->new_recipe.uid[i] ^= 0x110000;
	w->old = fixture_image(o, &w->old_len);
	w->fresh = fixture_image(&w->new_recipe, &w->fresh_len);
}

static void lay_out(struct world *w)
{
	struct cx3_fs2_recipe older = w->old_recipe;
	uint32_t len, start = w->s->old_odd ? 0 : 0x10000;
	uint8_t *image;

	w->content = malloc(FLASH_SIZE);
	memset(w->content, 0xff, FLASH_SIZE);
	older.seed = 5;
	older.fw_version[1] = 36;
	image = fixture_image(&older, &len);
	if (w->s->other == OTHER_NOISE) {
		for (uint32_t i = 0; i < 0x10000; i++)
			w->content[start + i] = (uint8_t)(i * 37 + (i >> 8));
	} else if (w->s->other != OTHER_BLANK) {
		fixture_lay(w->content, FLASH_SIZE, image, len, !w->s->old_odd);
	}
	if (w->s->other == OTHER_DEAD)
		memset(w->content + start, 0, 4);
	fixture_lay(w->content, FLASH_SIZE, w->old, w->old_len, w->s->old_odd);
	free(image);
}

static void world_new(struct world *w, const struct scenario *s)
{
	memset(w, 0, sizeof(*w));
	w->s = s;
	fixture_new(&w->b, FLASH_SIZE);
	build(w);
	lay_out(w);
}

static void world_delete(struct world *w)
{
	fixture_delete(&w->b);
	free(w->content);
	free(w->old);
	free(w->fresh);
}

struct stopper {
	uint64_t calls, at;
};

static bool stop_at(void *user)
{
	struct stopper *stopper = user;

	return ++stopper->calls == stopper->at;
}

static int burn(struct world *w, const char *options, const struct cx3_watch *watch,
		struct cx3_error *err)
{
	const struct cx3_burn_options burn_options = {0};
	struct cx3_draft job = {0};
	int rc = fixture_try_open(&w->b, options, NULL, err);

	if (rc == CX3_OK)
		rc = fixture_draft_burn(w->b.shadow, w->fresh, w->fresh_len, &burn_options, &job,
					err);
	if (rc == CX3_OK)
		rc = cx3_plan_run(job.plan, w->b.shadow, watch, NULL, err);
	cx3_draft_free(&job);
	w->messages = w->b.adapter ? w->b.adapter->traffic.messages : 0;
	fixture_close(&w->b);
	return rc;
}

/* The burn with its fault at the n-th point; CX3_OK if it never came to that. */
static int burn_with_fault(struct world *w, enum kind kind, uint64_t n, struct cx3_error *err)
{
	struct stopper stopper = {0, n};
	struct cx3_watch watch = {.cancelled = stop_at, .user = &stopper};
	char options[128];

	fixture_put(&w->b, w->content);
	snprintf(options, sizeof(options), "%s", w->s->options);
	if (kind != KIND_CANCEL)
		snprintf(options, sizeof(options), "%s%s%s=%llu", w->s->options,
			 *w->s->options ? "," : "", kind == KIND_POWER ? "power-cut" : "gone",
			 (unsigned long long)n);
	return burn(w, options, kind == KIND_CANCEL ? &watch : NULL, err);
}

/* The chip's rule, and no signature before an image that is not whole. Returns the minor
 * version of what boots, 0 if nothing does. */
static unsigned what_boots(struct world *w, char *why, size_t size)
{
	uint8_t *content = fixture_get(&w->b);
	struct judged now;

	judge_flash(content, FLASH_SIZE, &now);
	free(content);
	snprintf(why, size, "%s", now.why);
	if (!now.boots)
		return 0;
	if (now.broken) {
		snprintf(why, size, "the other image has a signature, but is not whole");
		return 0;
	}
	/* the card's own identity, never the file's */
	if (memcmp(now.uid, w->old_recipe.uid, sizeof(w->old_recipe.uid)) != 0) {
		snprintf(why, size, "the image that boots has another card's identity");
		return 0;
	}
	return now.minor;
}

static bool complain(const struct world *w, enum kind kind, uint64_t n, const char *what,
		     const char *detail)
{
	printf("FAILED %s.%s.%llu: %s: %s\n  again: job_power_cut %s.%s.%llu\n", w->s->name,
	       kind_names[kind], (unsigned long long)n, what, detail, w->s->name, kind_names[kind],
	       (unsigned long long)n);
	return false;
}

static bool after_fault(struct world *w, enum kind kind, uint64_t n)
{
	struct cx3_error err = {0};
	char why[600], options[64];
	unsigned minor = what_boots(w, why, sizeof(why));

	if (minor != 40 && minor != 42)
		return complain(w, kind, n, "nothing boots", why);
	snprintf(options, sizeof(options), "%s%spower-cycle=1", w->s->options,
		 *w->s->options ? "," : "");
	if (burn(w, options, NULL, &err) != CX3_OK)
		return complain(w, kind, n, "the second burn fails", said(&err));
	if (what_boots(w, why, sizeof(why)) != 42)
		return complain(w, kind, n, "the new image does not boot", why);
	if (fixture_violations(&w->b))
		return complain(w, kind, n, "the model complains", "see FLASH.state");
	return true;
}

/* One point; *finished if the burn got through before it. */
static bool point(struct world *w, enum kind kind, uint64_t n, bool *finished)
{
	struct cx3_error err = {0};
	int rc = burn_with_fault(w, kind, n, &err);
	char why[600];

	*finished = rc == CX3_OK;
	if (*finished)
		return what_boots(w, why, sizeof(why)) == 42 ||
		       complain(w, kind, n, "an undisturbed burn does not boot", why);
	if (kind == KIND_CANCEL && rc != CX3_E_INTERRUPTED)
		return complain(w, kind, n, "stopped with another cause", said(&err));
	return after_fault(w, kind, n);
}

/* Register writes of a burn: the first cut that it gets past, found by halving. */
static uint64_t count_writes(struct world *w, uint64_t precision)
{
	uint64_t low = 0, high = 8 * w->messages;
	struct cx3_error err;

	while (high - low > precision) {
		uint64_t middle = (low + high) / 2;

		if (burn_with_fault(w, KIND_POWER, middle, &err) == CX3_OK)
			high = middle;
		else
			low = middle;
	}
	return high - 1;
}

/* The number of points that an undisturbed burn passes. */
static bool count_points(struct world *w, enum kind kind, bool all, uint64_t *count)
{
	struct stopper stopper = {0, 0};
	struct cx3_watch watch = {.cancelled = stop_at, .user = &stopper};
	struct cx3_error err = {0};

	fixture_put(&w->b, w->content);
	if (burn(w, w->s->options, &watch, &err) != CX3_OK)
		return complain(w, kind, 0, "an undisturbed burn fails", said(&err));
	if (kind == KIND_CANCEL)
		*count = stopper.calls;
	else
		*count = kind == KIND_GONE ? w->messages : count_writes(w, all ? 1 : 64);
	return true;
}

/* Denser near the end, where signatures change hands. */
static bool sweep(struct world *w, enum kind kind, bool all, unsigned *points)
{
	uint64_t count = 0, stride, tail = all ? 60 : 100;
	bool finished, ok = count_points(w, kind, all, &count);

	stride = count / (all ? 400 : 6) + 1;
	if (all && w->s->every && kind == KIND_POWER)
		stride = 1;
	for (uint64_t n = 1; ok && n <= count;) {
		ok = point(w, kind, n, &finished);
		(*points)++;
		if (n + tail < count)
			n += stride < count - tail - n ? stride : count - tail - n;
		else
			n += all ? 1 : 9;
	}
	return ok;
}

static int replay(const char *id)
{
	for (size_t i = 0; i < SCENARIOS; i++) {
		size_t len = strlen(scenarios[i].name);

		if (strncmp(id, scenarios[i].name, len) != 0 || id[len] != '.')
			continue;
		for (unsigned k = 0; k < KINDS; k++) {
			size_t more = strlen(kind_names[k]);
			const char *kind = id + len + 1;
			struct world w;
			bool ok, finished;

			if (strncmp(kind, kind_names[k], more) != 0 || kind[more] != '.')
				continue;
			world_new(&w, &scenarios[i]);
			ok = point(&w, k, strtoull(kind + more + 1, NULL, 10), &finished);
			printf("%s: %s\n", id, ok ? "passed" : "failed");
			world_delete(&w);
			return ok ? 0 : 1;
		}
	}
	fprintf(stderr, "no such case: %s\n", id);
	return 2;
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "all") == 0;
	unsigned points = 0;
	bool ok = true;

	if (argc > 1 && !all)
		return replay(argv[1]);
	for (size_t i = 0; i < SCENARIOS; i++) {
		struct world w;

		if (!all && !scenarios[i].every)
			continue;
		world_new(&w, &scenarios[i]);
		for (unsigned k = 0; k < KINDS; k++)
			ok = sweep(&w, k, all, &points) && ok;
		world_delete(&w);
	}
	printf("%u points, %s\n", points, ok ? "all bootable" : "FAILED");
	return ok ? 0 : 1;
}
