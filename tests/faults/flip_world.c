/* SPDX-License-Identifier: BSD-2-Clause */
/* Jobs under a flip, and their verdict. */
#include "flip_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flip_adapter.h"
#include "plan/plan.h"
#include "said.h"

#define CARD "part=W25Q40,clock=1M"
#define LEAST_CARD SHORT_LEAST_CARD ",clock=1M"
#define RUNNING ",livefish=0,fw=2.36.5000"

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

static uint8_t *content_with(const struct cx3_fs2_recipe *recipe, uint32_t size, bool odd)
{
	uint8_t *content = malloc(size), *image;
	uint32_t len;

	image = fixture_image(recipe, &len);
	memset(content, 0xff, size);
	/* something of worth where nothing is known of it, near 0 and beyond the image */
	for (uint32_t i = size / 4; i < size / 2; i++)
		content[i] = (uint8_t)(i * 73 + (i >> 7));
	for (uint32_t end = size; end > size - 0x20000; end -= 0x10000)
		memset(content + end - 0x2000, 0x12, 0x180); /* the configuration of a home */
	fixture_lay(content, size, image, len, odd);
	free(image);
	return content;
}

static int draft_guids(struct flip_world *w, struct cx3_draft *job, struct cx3_error *err)
{
	static const uint64_t guid[] = {0x0002c90300aa0010, 0x0002c90300aa0011, 0x0002c90300aa0012,
					0x0002c90300aa0013};
	static const uint64_t mac[] = {0x0002c9aa0011, 0x0002c9aa0012};
	struct cx3_burn_options options = {.guid_count = 4, .mac_count = 2};

	memcpy(options.guid, guid, sizeof(guid));
	memcpy(options.mac, mac, sizeof(mac));
	return fixture_draft_set_guids(w->b.shadow, &options, job, err);
}

static int draft(struct flip_world *w, struct cx3_draft *job, struct cx3_error *err)
{
	const struct cx3_input input = {.shadow = w->b.shadow};
	const struct cx3_burn_options options = {0};
	struct cx3_raw raw;
	uint32_t refused;

	switch (w->job->kind) {
	case SHORT_RESTORE:
		return fixture_draft_restore(w->b.shadow, w->after, w->size, &job->plan, err);
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
static void know_all(struct flip_world *w)
{
	memcpy(w->b.shadow->data, w->before, w->size);
	memset(w->b.shadow->trust, CX3_TRUST_TWICE, w->size / CX3_SHADOW_GRAIN);
	w->b.shadow->missing = 0;
}

static void note_plan(struct flip_world *w, const struct cx3_plan *plan)
{
	size_t count;
	const struct cx3_step *step = cx3_plan_steps(plan, &count);

	w->noted = true;
	/* where nothing was read nothing is promised: a job reads what stays before it writes */
	w->boots = cx3_plan_summary(plan)->bootable_checked;
	for (size_t i = 0; i < count; i++) {
		if (step[i].kind == CX3_STEP_ERASE || step[i].kind == CX3_STEP_PROGRAM)
			memset(w->written + step[i].addr, true, step[i].len);
	}
}

static const char *card_of(const struct flip_world *w)
{
	if (w->b.part)
		return LEAST_CARD RUNNING;
	return w->job->kind == SHORT_RECOVER ? CARD : CARD RUNNING;
}

int flip_run(struct flip_world *w, struct cx3_error *err)
{
	struct cx3_draft job = {0};
	int rc;

	fixture_put(&w->b, w->before);
	rc = fixture_try_open(&w->b, card_of(w), NULL, err);
	if (rc == CX3_OK && !w->way->unknown)
		know_all(w);
	if (rc == CX3_OK)
		rc = draft(w, &job, err);
	if (rc == CX3_OK && !w->noted)
		note_plan(w, job.plan);
	if (rc == CX3_OK)
		rc = cx3_plan_run(job.plan, w->b.shadow, NULL, NULL, err);
	cx3_draft_free(&job);
	fixture_close(&w->b);
	return rc;
}

void flip_world_new(struct flip_world *w, const struct short_job *job, const struct flip_way *way)
{
	struct cx3_fs2_recipe old, fresh;
	struct cx3_error err = {0};
	bool least;

	memset(w, 0, sizeof(*w));
	w->job = job;
	w->way = way;
	/* it reads all of the flash twice */
	least = job->kind == SHORT_RESTORE;
	w->size = least ? short_least_part.size : FLIP_MOST_FLASH;
	fixture_new(&w->b, w->size);
	w->b.part = least ? &short_least_part : NULL;
	engine_home(&w->b);
	w->b.reading = way->reading;
	w->b.at_adapter = flip_at_adapter;
	recipe_of(&old, 36);
	old.blank_uids = job->blank;
	recipe_of(&fresh, 42);
	/* what lies in the image file too is not known to be the card's */
	for (unsigned i = 0; job->kind == SHORT_RECOVER && i < 6; i++)
		fresh.uid[i] ^= 0x110000;
	w->before = content_with(&old, w->size, job->odd);
	if (job->kind == SHORT_RECOVER)
		memset(w->before + (job->odd ? 0x10000 : 0), 0, 64); /* its header is lost */
	w->image = fixture_image(&fresh, &w->image_len);
	if (job->kind == SHORT_RESTORE)
		w->after = content_with(&fresh, w->size, job->odd);
	fixture_ok(flip_run(w, &err), &err);
	free(w->after);
	w->after = fixture_get(&w->b);
}

void flip_world_delete(struct flip_world *w)
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
static bool boots(const struct flip_world *w, const uint8_t *now)
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
static bool told(const struct flip_world *w, const struct cx3_error *err, uint32_t at)
{
	unsigned named;

	return w->way->unknown && err->code == CX3_E_VERIFY &&
	       strstr(err->cause, "reads as if its bytes had gone there") &&
	       sscanf(err->place, "flash %x", &named) == 1 && at >= named &&
	       at - named < CX3_FLASH_PAGE && at / CX3_FLASH_PAGE == named / CX3_FLASH_PAGE;
}

static const char *judge(const struct flip_world *w, int rc, const struct cx3_error *err,
			 const uint8_t *now, uint32_t *at)
{
	if (rc == CX3_OK)
		return same(now, w->after, 0, w->size, at) ? NULL : "done, but wrong";
	for (*at = 0; *at < w->size; (*at)++) {
		if (!w->written[*at] && now[*at] != w->before[*at] && !told(w, err, *at))
			return "a byte outside of the plan has changed";
	}
	*at = 0;
	return w->boots && !boots(w, now) ? "nothing boots any more" : NULL;
}

const char *flip_judge(const struct flip_world *w, int rc, const struct cx3_error *err,
		       uint32_t *place)
{
	uint8_t *now = fixture_get(&w->b);
	const char *wrong;

	*place = 0;
	wrong = judge(w, rc, err, now, place);
	free(now);
	return wrong;
}
