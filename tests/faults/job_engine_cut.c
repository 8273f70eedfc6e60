/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Jobs that can't keep an image bootable all the time, or need two laps for it, cut
 * off at any register write while they write.
 *
 * The whole engine runs, with its journal and its backup. After each cut: where the
 * plan promised that an image stays bootable, the lowest one verifies. Then the same
 * job runs again, now and then it is cut off as well, and must end with the flash byte
 * for byte as the undisturbed job leaves it: so with the card's own identity, too.
 *
 *   job_engine_cut           a sample, in some seconds
 *   job_engine_cut all       many more
 *   job_engine_cut CASE      one point again, as a failure printed it: burn.1234
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobs_engine.h"
#include "said.h"

#define FLASH_SIZE (512u << 10)
#define GUID UINT64_C(0x0002c90300aabbc0)
#define MAC UINT64_C(0x0002c9aabbc0)

enum what { WHAT_BURN, WHAT_SG, WHAT_RESTORE };

struct scenario {
	const char *name;
	enum what what;
	bool failsafe, blank, no_backup;
	bool swapped; /* restore: both homes carry an image, and change places */
	bool quick;   /* in the sample too */
};

static const struct scenario scenarios[] = {
	{"burn", WHAT_BURN, false, false, false, false, false},
	{"burn-no-backup", WHAT_BURN, false, false, true, false, true},
	{"sg-blank", WHAT_SG, true, true, false, false, true},
	{"sg-blank-no-backup", WHAT_SG, true, true, true, false, false},
	{"sg", WHAT_SG, false, false, true, false, false},
	{"restore-other-home", WHAT_RESTORE, true, false, false, false, false},
	{"restore-swapped", WHAT_RESTORE, true, false, false, true, true},
	{"restore-no-backup", WHAT_RESTORE, true, false, true, false, false},
};

#define SCENARIOS (sizeof(scenarios) / sizeof(scenarios[0]))

struct world {
	struct fixture b;
	const struct scenario *s;
	struct engine e;
	uint8_t *before, *after; /* the flash */
	uint8_t *fresh;		 /* burn: the image; restore: the content */
	uint32_t fresh_len;
	bool promised; /* the undisturbed job stays bootable */
};

/* The content that a restore brings: the fresh image boots from the other home. */
static void lay_out_content(struct world *w, const uint8_t *old, uint32_t old_len)
{
	uint8_t *fresh = w->fresh;

	w->fresh = malloc(FLASH_SIZE);
	if (w->s->swapped) {
		fixture_lay(w->before, FLASH_SIZE, fresh, w->fresh_len, true);
		memcpy(w->fresh, w->before, FLASH_SIZE);
		fixture_lay(w->fresh, FLASH_SIZE, fresh, w->fresh_len, false);
		fixture_lay(w->fresh, FLASH_SIZE, old, old_len, true);
	} else {
		memcpy(w->fresh, w->before, FLASH_SIZE);
		/* in the first home the rest of an older image */
		memset(w->fresh, 0, 4);
		memset(w->fresh + 0x4000, 0xa5, 0x3000);
		fixture_lay(w->fresh, FLASH_SIZE, fresh, w->fresh_len, true);
	}
	free(fresh);
}

static void lay_out(struct world *w)
{
	struct cx3_fs2_recipe recipe;
	uint32_t len;
	uint8_t *old;

	fixture_small_recipe(&recipe, "MT_CUTOFF_001", 40);
	recipe.failsafe = w->s->failsafe;
	recipe.blank_uids = w->s->blank;
	recipe.code_size = 60000;
	old = fixture_image(&recipe, &len);
	w->before = malloc(FLASH_SIZE);
	memset(w->before, 0xff, FLASH_SIZE);
	fixture_lay(w->before, FLASH_SIZE, old, len, false);
	memset(w->before + FLASH_SIZE - 0x3000, 0x5c, 0x800);
	recipe.seed = 77;
	recipe.fw_version[1] = 42;
	for (unsigned i = 0; w->s->what == WHAT_BURN && i < 6; i++)
		recipe.uid[i] ^= 0x110000;
	w->fresh = fixture_image(&recipe, &w->fresh_len);
	if (w->s->what == WHAT_RESTORE)
		lay_out_content(w, old, len);
	free(old);
}

static int job(struct world *w, uint64_t cut, bool cycle, struct cx3_error *err)
{
	const struct cx3_burn_options plain = {0};
	const struct cx3_burn_options given = {
		.guid_count = 1, .guid = {GUID}, .mac_count = 1, .mac = {MAC}};
	const struct cx3_restore_options restore = {0};
	char card[80] = "";

	if (cut)
		snprintf(card, sizeof(card), "power-cut=%llu%s", (unsigned long long)cut,
			 cycle ? ",power-cycle=1" : "");
	else if (cycle)
		snprintf(card, sizeof(card), "power-cycle=1");
	w->e.card = card;
	w->e.options.no_backup = w->s->no_backup;
	switch (w->s->what) {
	case WHAT_BURN:
		return engine_burn(&w->b, &w->e, w->fresh, w->fresh_len, &plain, err);
	case WHAT_SG:
		return engine_set_guids(&w->b, &w->e, &given, err);
	case WHAT_RESTORE:
		break;
	}
	return engine_restore(&w->b, &w->e, w->fresh, &restore, err);
}

static void world_new(struct world *w, const struct scenario *s)
{
	struct cx3_error err = {0};

	memset(w, 0, sizeof(*w));
	w->s = s;
	fixture_new(&w->b, FLASH_SIZE);
	engine_home(&w->b);
	lay_out(w);
	fixture_put(&w->b, w->before);
	fixture_ok(job(w, 0, false, &err), &err);
	w->promised = w->e.plan.bootable_throughout;
	w->after = fixture_get(&w->b);
	engine_clean(&w->b);
}

static void world_delete(struct world *w)
{
	fixture_delete(&w->b);
	free(w->before);
	free(w->after);
	free(w->fresh);
}

static bool complain(const struct world *w, uint64_t n, const char *what, const char *detail)
{
	printf("FAILED %s.%llu: %s: %s\n", w->s->name, (unsigned long long)n, what, detail);
	return false;
}

/* The image with the lowest signature verifies, if the plan promised that. */
static bool promise_kept(struct world *w, uint64_t n)
{
	uint8_t *content = fixture_get(&w->b);
	struct cx3_fs2_source src = cx3_fs2_memory(content, FLASH_SIZE);
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	bool ok = true;

	if (w->e.plan.bootable_throughout &&
	    cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, &err) != CX3_OK)
		ok = complain(w, n, "nothing boots", said(&err));
	free(content);
	return ok;
}

static bool ended_well(struct world *w, uint64_t n)
{
	uint8_t *now = fixture_get(&w->b);
	bool same = memcmp(now, w->after, FLASH_SIZE) == 0;

	free(now);
	if (!same)
		return complain(w, n, "the flash is not as after an undisturbed job", "");
	if (fixture_violations(&w->b))
		return complain(w, n, "the model complains", "see FLASH.state");
	if (engine_files(&w->b, "journals", "", NULL, 0))
		return complain(w, n, "a journal is left", "");
	return true;
}

/* One point; every third is cut off a second time. */
static bool point(struct world *w, uint64_t n)
{
	struct cx3_error err = {0};
	bool cycle = false, ok;

	engine_clean(&w->b);
	fixture_put(&w->b, w->before);
	if (job(w, n, false, &err) != CX3_OK) {
		cycle = true;
		if (!promise_kept(w, n))
			return false;
		if (n % 3 == 0 && job(w, n / 4 * 3, true, &err) == CX3_OK)
			cycle = false;
		if (!promise_kept(w, n))
			return false;
	}
	ok = job(w, 0, cycle, &err) == CX3_OK;
	return ok ? ended_well(w, n) : complain(w, n, "the same job fails", said(&err));
}

static bool sweep(struct world *w, bool all, unsigned *points)
{
	uint64_t first = w->e.writes_before + 1, last = w->e.reg_writes;
	uint64_t stride = (last - first) / (all ? 150 : 2) + 1, tail = last - (all ? 80 : 20);
	bool ok = w->promised == (w->s->what == WHAT_RESTORE) ||
		  complain(w, 0, "the plan promises something else", w->e.plan.warning);

	for (uint64_t n = first; ok && n <= last; n += n < tail ? stride : all ? 1 : 13) {
		if (n < tail && n + stride > tail)
			stride = tail - n;
		ok = point(w, n);
		(*points)++;
	}
	return ok;
}

static int replay(const char *id)
{
	for (size_t i = 0; i < SCENARIOS; i++) {
		size_t len = strlen(scenarios[i].name);
		struct world w;
		bool ok;

		if (strncmp(id, scenarios[i].name, len) != 0 || id[len] != '.')
			continue;
		world_new(&w, &scenarios[i]);
		ok = point(&w, strtoull(id + len + 1, NULL, 10));
		printf("%s: %s\n", id, ok ? "passed" : "failed");
		world_delete(&w);
		return ok ? 0 : 1;
	}
	fprintf(stderr, "no such case: %s\n", id);
	return 2;
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "all") == 0, ok = true;
	unsigned points = 0;

	if (argc > 1 && !all)
		return replay(argv[1]);
	for (size_t i = 0; i < SCENARIOS; i++) {
		struct world w;

		if (!all && !scenarios[i].quick)
			continue;
		world_new(&w, &scenarios[i]);
		ok = sweep(&w, all, &points) && ok;
		world_delete(&w);
	}
	printf("%u points, %s\n", points, ok ? "all ended well" : "FAILED");
	return ok ? 0 : 1;
}
