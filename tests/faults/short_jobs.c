/* SPDX-License-Identifier: BSD-2-Clause */
/* The short jobs: their table, the cards they begin with, and running one. */
#include "short_jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUID UINT64_C(0x0002c90300aabbc0)
#define MAC UINT64_C(0x0002c9aabbc0)

/* Each on both kinds of parts. */
#define TWICE(label, ...)                                                                          \
	{.name = label, __VA_ARGS__},                                                              \
	{                                                                                          \
		.name = label "-64k", .blocks = true, __VA_ARGS__                                  \
	}

const struct short_job short_jobs[] = {
	TWICE("burn", .kind = SHORT_BURN, .in = IN_BUS | IN_WAYS | IN_FLIP | IN_HOSTILE,
	      .failsafe = true),
	TWICE("burn-down", .kind = SHORT_BURN, .in = IN_FLIP | IN_HOSTILE, .failsafe = true,
	      .odd = true),
	TWICE("burn-psid", .kind = SHORT_BURN, .failsafe = true, .other_psid = true),
	TWICE("burn-nofs", .kind = SHORT_BURN, .in = IN_HOSTILE, .failsafe = true, .nofs = true),
	TWICE("burn-plain", .kind = SHORT_BURN, .in = IN_BUS, .nofs = true),
	TWICE("sg", .kind = SHORT_SG, .in = IN_BUS | IN_WAYS | IN_FLIP | IN_HOSTILE,
	      .failsafe = true),
	TWICE("sg-plain", .kind = SHORT_SG),
	TWICE("sg-blank", .kind = SHORT_SG, .in = IN_BUS | IN_WAYS | IN_FLIP | IN_HOSTILE,
	      .failsafe = true, .blank = true),
	TWICE("brom", .kind = SHORT_EDIT, .in = IN_BUS | IN_NOISE | IN_WAYS | IN_FLIP | IN_HOSTILE,
	      .failsafe = true),
	TWICE("write", .kind = SHORT_RAW, .raw = CX3_RAW_WRITE,
	      .in = IN_BUS | IN_NOISE | IN_WAYS | IN_FLIP | IN_HOSTILE, .failsafe = true),
	TWICE("program", .kind = SHORT_RAW, .raw = CX3_RAW_PROGRAM, .failsafe = true),
	TWICE("erase", .kind = SHORT_RAW, .raw = CX3_RAW_ERASE, .failsafe = true),
	TWICE("bb", .kind = SHORT_RAW, .raw = CX3_RAW_IMAGE),
	TWICE("backed-bb", .kind = SHORT_RAW, .raw = CX3_RAW_IMAGE, .failsafe = true,
	      .backup = true),
	TWICE("restore", .kind = SHORT_RESTORE, .in = IN_BUS | IN_NOISE | IN_WAYS | IN_FLIP,
	      .failsafe = true),
	TWICE("restore-other-home", .kind = SHORT_RESTORE, .in = IN_HOSTILE, .failsafe = true,
	      .content = CONTENT_OTHER_HOME),
	TWICE("restore-swapped", .kind = SHORT_RESTORE, .failsafe = true,
	      .content = CONTENT_SWAPPED),
	TWICE("reset-config", .kind = SHORT_RESET,
	      .in = IN_BUS | IN_NOISE | IN_WAYS | IN_FLIP | IN_HOSTILE, .failsafe = true),
	TWICE("backed-burn", .kind = SHORT_BURN, .in = IN_NOISE, .failsafe = true, .backup = true),
	TWICE("backed-sg", .kind = SHORT_SG, .in = IN_NOISE, .failsafe = true, .backup = true),
	TWICE("backed-burn-plain", .kind = SHORT_BURN, .nofs = true, .backup = true),
	TWICE("backed-sg-blank", .kind = SHORT_SG, .failsafe = true, .blank = true, .backup = true),
	TWICE("backed-restore", .kind = SHORT_RESTORE, .failsafe = true, .backup = true),
	TWICE("recover", .kind = SHORT_RECOVER,
	      .in = IN_BUS | IN_NOISE | IN_WAYS | IN_FLIP | IN_HOSTILE, .failsafe = true,
	      .backup = true),
	TWICE("recover-down", .kind = SHORT_RECOVER, .failsafe = true, .odd = true, .backup = true),
	TWICE("recover-plain", .kind = SHORT_RECOVER, .backup = true),
	TWICE("wp", .kind = SHORT_PROTECT, .in = IN_BUS | IN_NOISE | IN_WAYS | IN_HOSTILE,
	      .failsafe = true),
	{.name = "backup",
	 .kind = SHORT_BACKUP,
	 .in = IN_BUS | IN_NOISE | IN_WAYS | IN_HOSTILE,
	 .failsafe = true},
};
const unsigned short_job_count = sizeof(short_jobs) / sizeof(short_jobs[0]);

const struct short_job *short_job_named(const char *name, size_t len)
{
	for (unsigned i = 0; i < short_job_count; i++) {
		if (strlen(short_jobs[i].name) == len && memcmp(short_jobs[i].name, name, len) == 0)
			return &short_jobs[i];
	}
	return NULL;
}

bool short_is_in(const struct short_job *job, enum short_sweep sweep)
{
	return !job->blocks && (job->in & sweep);
}

unsigned short_jobs_in(enum short_sweep sweep, unsigned but)
{
	unsigned count = 0, kinds = but;

	for (unsigned i = 0; i < short_job_count; i++) {
		if (!short_is_in(&short_jobs[i], sweep))
			continue;
		count++;
		kinds |= 1u << short_jobs[i].kind;
	}
	if (kinds != (1u << SHORT_KINDS) - 1) {
		fprintf(stderr, "kinds 0x%x of jobs, not all, are in the sweep: see short_jobs.c\n",
			kinds);
		abort();
	}
	return count;
}

/* The content that a restore brings, where there was the image so far. */
static void lay_out_content(struct short_world *w, const uint8_t *old, uint32_t old_len)
{
	uint32_t size = w->b.size;
	uint8_t *image = w->fresh;

	w->fresh = malloc(size);
	if (w->job->content == CONTENT_SWAPPED)
		fixture_lay(w->before, size, image, w->fresh_len, true);
	memcpy(w->fresh, w->before, size);
	if (w->job->content == CONTENT_SWAPPED)
		fixture_lay(w->fresh, size, old, old_len, true);
	if (w->job->content == CONTENT_OTHER_HOME) {
		/* in the first home the rest of an older image */
		memset(w->fresh, 0, 4);
		memset(w->fresh + 0x2000, 0xa5, 0x1000);
	}
	fixture_lay(w->fresh, size, image, w->fresh_len, w->job->content == CONTENT_OTHER_HOME);
	free(image);
}

static void recipe_of(const struct short_job *job, uint32_t code, struct cx3_fs2_recipe *r)
{
	fixture_small_recipe(r, "MT_CUTOFF_001", 40);
	r->failsafe = job->failsafe;
	r->blank_uids = job->blank;
	r->rom_size = 0;
	r->rom_count = 0;
	r->code_size = code;
	r->second_boot = code > 4096;
	r->code_sections = code > 4096 ? 12 : 1;
}

static bool burns(const struct short_job *job)
{
	return job->kind == SHORT_BURN || job->kind == SHORT_RECOVER;
}

#define OWN_PLACES 3u
#define OWN_SIZE 0x800u

static uint32_t own_place(uint32_t flash, unsigned i)
{
	const uint32_t place[OWN_PLACES] = {flash - 0x3000, 0xf000, 0x1f000};

	return place[i];
}

bool short_own_is_kept(const struct short_world *w, const uint8_t *now)
{
	for (unsigned i = 0; i < OWN_PLACES; i++) {
		uint32_t at = own_place(w->b.size, i);

		if (memcmp(w->before + at, w->after + at, OWN_SIZE) == 0 &&
		    memcmp(now + at, w->before + at, OWN_SIZE) != 0)
			return false;
	}
	return true;
}

static void lay_out(struct short_world *w, struct short_size size)
{
	struct cx3_fs2_recipe recipe;
	uint32_t len;
	uint8_t *old;

	recipe_of(w->job, size.code, &recipe);
	old = fixture_image(&recipe, &len);
	w->before = malloc(size.flash);
	memset(w->before, 0xff, size.flash);
	fixture_lay(w->before, size.flash, old, len, w->job->odd);
	/* something of the card's own behind the images, as a configuration area is, and in the
	 * last block of each home, which a part may only erase as a whole */
	for (unsigned i = 0; i < OWN_PLACES; i++) {
		uint32_t at = own_place(size.flash, i);

		if (w->before[at] == 0xff)
			memset(w->before + at, 0x3c, OWN_SIZE);
	}
	if (w->job->kind == SHORT_RECOVER) {
		judge_flash(w->before, size.flash, &w->old);
		memset(w->before + w->old.start, 0, 64); /* its header is lost */
	}
	for (uint32_t end = size.flash; w->job->kind == SHORT_RESET && end > size.flash - 0x20000;
	     end -= 0x10000)
		memset(w->before + end - 0x2000, 0x12, 0x180);
	recipe.seed = 77;
	recipe.fw_version[1] = 42;
	if (w->job->other_psid)
		snprintf(recipe.psid, sizeof(recipe.psid), "MT_OTHER_0001");
	for (unsigned i = 0; burns(w->job) && i < 6; i++)
		recipe.uid[i] ^= 0x110000;
	w->fresh = fixture_image(&recipe, &w->fresh_len);
	if (w->job->kind == SHORT_RESTORE)
		lay_out_content(w, old, len);
	free(old);
}

static int run_backup(struct short_world *w, struct cx3_error *err)
{
	char path[400], manifest[440];

	snprintf(path, sizeof(path), "%s/backup.bin", w->b.folder);
	snprintf(manifest, sizeof(manifest), "%s.manifest.json", path);
	unlink(path);
	unlink(manifest);
	return engine_backup(&w->b, &w->e, path, err);
}

const uint8_t *short_rom(void)
{
	static uint8_t rom[SHORT_ROM];

	for (unsigned i = 0; i < SHORT_ROM; i++)
		rom[i] = (uint8_t)(i * 7 + 1);
	rom[0] = 0x55;
	rom[1] = 0xaa;
	return rom;
}

struct cx3_raw short_raw(const struct short_job *job, uint32_t addr)
{
	/* each can be made of 0x3c, as it lies in the card's own places, without an erase */
	static const uint8_t fewer[SHORT_RAW_LEN] = {0x14, 0x2c, 0, 0x3c};
	static const uint8_t others[SHORT_RAW_LEN] = {0xc3, 0x3c, 0xff, 0, 0x55, 0xaa};

	return (struct cx3_raw){.kind = job->raw,
				.addr = addr,
				.bytes = job->raw == CX3_RAW_PROGRAM ? fewer : others,
				.len = SHORT_RAW_LEN};
}

static int run_raw(struct short_world *w, struct cx3_error *err)
{
	struct cx3_raw raw = short_raw(w->job, own_place(w->b.size, 0) + OWN_SIZE / 2);

	if (raw.kind == CX3_RAW_IMAGE)
		raw = (struct cx3_raw){
			.kind = CX3_RAW_IMAGE, .bytes = w->fresh, .len = w->fresh_len};
	return engine_raw(&w->b, &w->e, &raw, err);
}

int short_run(struct short_world *w, const char *more, struct cx3_error *err)
{
	const struct cx3_burn_options burn = {.allow_psid_change = w->job->other_psid,
					      .non_failsafe = w->job->nofs};
	const struct cx3_burn_options given = {
		.guid_count = 1, .guid = {GUID}, .mac_count = 1, .mac = {MAC}};
	const struct cx3_edit edit = {.kind = CX3_EDIT_SET_ROM,
				      .rom = short_rom(),
				      .rom_len = SHORT_ROM,
				      .allow_rom_change = true};
	const struct cx3_restore_options restore = {0};
	const struct cx3_recover_options recover = {0};
	const struct cx3_protect_options protect = {.on = true};
	const char *part;
	char card[200];

	*err = (struct cx3_error){0};
	free(w->begun);
	w->begun = fixture_get(&w->b);
	part = w->job->blocks ? "part=M25P40" : w->e.flash.part ? SHORT_LEAST_CARD : "";
	snprintf(card, sizeof(card), "%s%s%s%s%s", part, *part && *w->card ? "," : "", w->card,
		 (*part || *w->card) && *more ? "," : "", more);
	w->e.card = card;
	w->e.options.no_backup = !w->job->backup;
	switch (w->job->kind) {
	case SHORT_BURN:
		return engine_burn(&w->b, &w->e, w->fresh, w->fresh_len, &burn, err);
	case SHORT_SG:
		return engine_set_guids(&w->b, &w->e, &given, err);
	case SHORT_EDIT:
		return engine_edit(&w->b, &w->e, &edit, err);
	case SHORT_RAW:
		return run_raw(w, err);
	case SHORT_RESTORE:
		return engine_restore(&w->b, &w->e, w->fresh, &restore, err);
	case SHORT_RECOVER:
		return engine_recover(&w->b, &w->e, w->fresh, w->fresh_len, &recover, err);
	case SHORT_RESET:
		return engine_reset_config(&w->b, &w->e, err);
	case SHORT_PROTECT:
		return engine_protect(&w->b, &w->e, &protect, err);
	case SHORT_BACKUP:
	case SHORT_KINDS:
		break;
	}
	return run_backup(w, err);
}

void short_reset(struct short_world *w)
{
	engine_clean(&w->b);
	fixture_put(&w->b, w->before);
}

const struct cx3_flash_part short_least_part = {.name = "W25Qxxx",
						.jedec = {0xef, 0x30, 0x11},
						.size = 128u << 10,
						.sector_erase = true,
						.page_program_us = 700,
						.sector_erase_ms = 30,
						.block_erase_ms = 150};

/* What the sweeps count on; without it they would show nothing. */
static void must(const struct short_world *w, bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s: undisturbed: %s\n", w->job->name, what);
	abort();
}

/* The identity is the card's own, the firmware the job's. */
static void check_undisturbed(const struct short_world *w)
{
	bool sets = w->job->kind == SHORT_SG;
	bool brings = burns(w->job) || w->job->kind == SHORT_RESTORE ||
		      (w->job->kind == SHORT_RAW && w->job->raw == CX3_RAW_IMAGE);
	char text[200];

	must(w, w->old.boots, judge_words(&w->old, text, sizeof(text)));
	must(w, w->done.boots && !w->done.broken, judge_words(&w->done, text, sizeof(text)));
	must(w, w->done.minor == (brings ? 42 : 40), "another version than the job brings");
	must(w,
	     sets ? w->done.uid[0] == GUID && w->done.uid[4] == MAC
		  : memcmp(w->old.uid, w->done.uid, sizeof(w->old.uid)) == 0,
	     "another identity than the card's");
	must(w, fixture_violations(&w->b) == 0, "the model complains");
}

void short_begin(struct short_world *w, const struct short_job *job, struct short_size size,
		 const char *card)
{
	struct cx3_error err;

	memset(w, 0, sizeof(*w));
	w->job = job;
	w->card = card;
	fixture_new(&w->b, size.flash);
	engine_home(&w->b);
	lay_out(w, size);
	short_reset(w);
	w->e.flash.part = size.flash == short_least_part.size ? &short_least_part : NULL;
	fixture_ok(short_run(w, "", &err), &err);
	w->promised = w->e.plan.bootable_throughout;
	w->first_write = w->e.writes_before + 1;
	w->last_write = w->e.reg_writes;
	w->messages = w->e.messages;
	w->reg_reads = w->e.reg_reads;
	w->after = fixture_get(&w->b);
	w->status_after = engine_state(&w->b, "status");
	if (job->kind != SHORT_RECOVER) /* what it held before it was damaged */
		judge_flash(w->before, size.flash, &w->old);
	judge_flash(w->after, size.flash, &w->done);
	check_undisturbed(w);
	short_reset(w);
}

void short_end(struct short_world *w)
{
	fixture_delete(&w->b);
	free(w->before);
	free(w->after);
	free(w->fresh);
	free(w->begun);
}
