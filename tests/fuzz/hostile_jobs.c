/* SPDX-License-Identifier: BSD-2-Clause */
/* The cards and jobs of the hostile runs: what lies on the flash before, and what is done. */
#include "hostile.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "jobs_engine.h"
#include "short_jobs.h"

#define SIZE (512u << 10)
#define GUID UINT64_C(0x0002c90300aabbc0)
#define MAC UINT64_C(0x0002c9aabbc0)

/* Parts of 512 KiB: small sectors, 64 KiB blocks, one byte a program command. */
static const char *const parts[] = {"part=W25Q40", "part=M25P40", "part=SST25VF040B"};

static struct hostile now;

/* Those of short_jobs.c, and behind them verify. */
static void choose_job(struct hostile *h, unsigned job)
{
	h->job = job;
	h->like = NULL;
	h->name = "verify";
	for (unsigned i = 0; i < short_job_count; i++) {
		if (!short_is_in(&short_jobs[i], IN_HOSTILE) || job-- > 0)
			continue;
		h->like = &short_jobs[i];
		h->name = h->like->name;
	}
}

static bool is_kind(const struct hostile *h, enum short_kind kind)
{
	return h->like && h->like->kind == kind;
}

/* Small enough that a run takes some tens of milliseconds. */
static void recipe_of(struct cx3_fs2_recipe *recipe, unsigned minor, bool blank)
{
	fixture_small_recipe(recipe, "MT_HOSTILE_001", minor);
	recipe->rom_size = 0;
	recipe->rom_count = 0;
	recipe->code_size = 4096;
	recipe->blank_uids = blank;
	for (unsigned i = 0; i < 6; i++)
		recipe->uid[i] += minor == 36 ? 0x11000 : 0;
}

static void lay_out(struct hostile *h)
{
	struct cx3_fs2_recipe recipe;
	uint8_t *image;
	uint32_t len;

	h->before = malloc(SIZE);
	assert(h->before);
	memset(h->before, 0xff, SIZE);
	for (unsigned i = 0; i < 4096; i++) /* settings that no CRC covers */
		h->before[SIZE - 4096 + i] = (uint8_t)(i * 31);
	for (uint32_t end = SIZE; end > SIZE - 0x20000; end -= 0x10000) /* of each home */
		memset(h->before + end - 0x2000, 0x12, 0x180);
	recipe_of(&recipe, 36, h->like && h->like->blank);
	image = fixture_image(&recipe, &len);
	fixture_lay(h->before, SIZE, image, len, h->like && h->like->odd);
	free(image);
	if (is_kind(h, SHORT_RECOVER))
		memset(h->before, 0, 64); /* its header is lost */
	recipe_of(&recipe, 42, false);
	h->fresh = fixture_image(&recipe, &h->fresh_len);
	if (is_kind(h, SHORT_RESTORE)) {
		image = h->fresh;
		h->fresh = malloc(SIZE);
		assert(h->fresh);
		memset(h->fresh, 0xff, SIZE);
		fixture_lay(h->fresh, SIZE, image, h->fresh_len, true);
		free(image);
		snprintf(h->content, sizeof(h->content), "%s/content.bin", h->b.folder);
		fuzz_put_file(h->content, h->fresh, SIZE);
	}
}

/* Each part in either state, with a backup and without. One gateway command at a time
 * (stream=0) is slow, so that is tried where not all of the flash is read. */
static void choose_card(struct hostile *h)
{
	unsigned v = h->variant;
	bool plain = v >= 12 && (is_kind(h, SHORT_BURN) || is_kind(h, SHORT_SG));

	h->no_backup = v >= 6;
	snprintf(h->card, sizeof(h->card), "%s%s%s", v < 12 ? parts[v % 3] : parts[0],
		 (v < 12 ? v / 3 : v) & 1 ? ",livefish=1" : "", plain ? ",stream=0" : "");
}

struct hostile *hostile_choose(uint8_t job, uint8_t variant)
{
	struct hostile *h = &now;
	unsigned v = variant % HOSTILE_VARIANTS;

	unsigned jobs = short_jobs_in(IN_HOSTILE, 0) + 1;

	assert(jobs <= HOSTILE_MOST_JOBS);
	job = (uint8_t)(job % jobs);
	if (!h->b.size) {
		snprintf(h->b.folder, sizeof(h->b.folder), "%s", fuzz_folder());
		snprintf(h->b.file, sizeof(h->b.file), "%s/flash.bin", fuzz_folder());
		h->b.size = SIZE;
		engine_home(&h->b);
	} else if (h->job == job && h->variant == v) {
		return h;
	}
	free(h->before);
	free(h->fresh);
	choose_job(h, job);
	h->variant = v;
	choose_card(h);
	lay_out(h);
	return h;
}

unsigned hostile_case(const struct hostile *h)
{
	return h->job * HOSTILE_VARIANTS + h->variant;
}

void hostile_reset(struct hostile *h)
{
	fixture_put(&h->b, h->before);
	engine_clean(&h->b);
}

/* Nothing but the flash's true content may be in a file that is called a backup. */
static int back_up(struct hostile *h, struct cx3_device *device, struct cx3_error *err)
{
	struct cx3_backup backup = {.size = sizeof(backup)};
	char path[400];
	uint8_t *data;
	size_t len;
	int rc = cx3_device_deepen(device, CX3_OPEN_SHADOW, err);

	snprintf(path, sizeof(path), "%s/saved.bin", h->b.folder);
	if (rc == CX3_OK)
		rc = cx3_backup_to(cx3_device_shadow(device), path, NULL, &backup, err);
	if (rc == CX3_OK) {
		assert(cx3_file_read(path, SIZE, &data, &len, NULL) == CX3_OK && len == SIZE);
		assert(memcmp(data, h->before, SIZE) == 0);
		free(data);
	}
	remove(path);
	snprintf(path, sizeof(path), "%s/saved.bin.manifest.json", h->b.folder);
	remove(path);
	return rc;
}

static int verify(struct hostile *h, struct cx3_device *device, struct cx3_error *err)
{
	struct cx3_fs2_source honest = cx3_fs2_memory(h->before, SIZE), src;
	struct cx3_fs2_info info, right;
	int rc = cx3_device_deepen(device, CX3_OPEN_SHADOW, err);

	if (rc != CX3_OK)
		return rc;
	src = cx3_shadow_source(cx3_device_shadow(device));
	rc = cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, err);
	if (rc != CX3_OK)
		return rc;
	assert(cx3_fs2_verify(&honest, CX3_FS2_STRIPED, &right, NULL, NULL, NULL) == CX3_OK);
	assert(info.uid_count == right.uid_count &&
	       memcmp(info.uid, right.uid, sizeof(info.uid[0]) * info.uid_count) == 0);
	assert(strcmp(info.psid, right.psid) == 0);
	return rc;
}

static int burn(struct hostile *h, struct cx3_device *device, const struct cx3_job_options *options,
		const struct cx3_job_caller *caller, struct cx3_error *err)
{
	const struct cx3_burn_options what = {.non_failsafe = h->like->nofs};
	struct cx3_job_result result = {.size = sizeof(result)};
	struct cx3_image *image;
	int rc = cx3_image_from_memory(h->fresh, h->fresh_len, "image", false, &image, err);

	assert(rc == CX3_OK);
	rc = cx3_job_burn(device, image, &what, options, caller, &result, err);
	cx3_image_free(image);
	return rc;
}

static int recover(struct hostile *h, struct cx3_device *device,
		   const struct cx3_job_options *options, const struct cx3_job_caller *caller,
		   struct cx3_error *err)
{
	const struct cx3_recover_options what = {0};
	struct cx3_job_result result = {.size = sizeof(result)};
	struct cx3_image *image;
	int rc = cx3_image_from_memory(h->fresh, h->fresh_len, "image", false, &image, err);

	assert(rc == CX3_OK);
	rc = cx3_job_recover(device, image, &what, options, caller, &result, err);
	cx3_image_free(image);
	return rc;
}

int hostile_do(struct hostile *h, struct cx3_device *device, const struct cx3_job_caller *caller,
	       struct cx3_error *err)
{
	const struct cx3_burn_options sg = {
		.guid_count = 1, .guid = {GUID}, .mac_count = 1, .mac = {MAC}};
	const struct cx3_edit edit = {.kind = CX3_EDIT_SET_ROM,
				      .rom = short_rom(),
				      .rom_len = SHORT_ROM,
				      .allow_rom_change = true};
	const struct cx3_restore_options restore = {.path = h->content,
						    .allow_psid_change = true,
						    .allow_identity_change = true,
						    .allow_bad_backup = true};
	const struct cx3_protect_options protect = {.on = true};
	const struct cx3_job_options options = {.no_backup = h->no_backup};
	struct cx3_job_result result = {.size = sizeof(result)};
	struct cx3_raw raw;

	if (!h->like)
		return verify(h, device, err);
	switch (h->like->kind) {
	case SHORT_BURN:
		return burn(h, device, &options, caller, err);
	case SHORT_SG:
		return cx3_job_set_guids(device, &sg, &options, caller, &result, err);
	case SHORT_EDIT:
		return cx3_job_edit(device, &edit, &options, caller, &result, err);
	case SHORT_RAW:
		raw = short_raw(h->like, 0x20400);
		return cx3_job_raw(device, &raw, &options, caller, &result, err);
	case SHORT_RESTORE:
		return cx3_job_restore(device, &restore, &options, caller, &result, err);
	case SHORT_RECOVER:
		return recover(h, device, &options, caller, err);
	case SHORT_RESET:
		return cx3_job_reset_config(device, &options, caller, &result, err);
	case SHORT_PROTECT:
		return cx3_job_protect(device, &protect, &options, caller, &result, err);
	case SHORT_BACKUP:
	case SHORT_KINDS:
		break;
	}
	return back_up(h, device, err);
}
