/* SPDX-License-Identifier: BSD-2-Clause */
/* Burns on the simulated card: what lies there afterwards, and what it cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "jobs_fixture.h"

struct seen {
	uint64_t last, total;
	bool wrong; /* backwards or past the end */
};

static void on_progress(void *user, const struct cx3_progress *p)
{
	struct seen *seen = user;

	seen->wrong = seen->wrong || p->done < seen->last || p->done > p->total ||
		      p->left_us > UINT64_C(3600000000);
	seen->last = p->done;
	seen->total = p->total;
}

/* A small image of another version for a card that carries a small one. */
static uint8_t *fresh_image(const char *psid, uint32_t *len)
{
	struct cx3_fs2_recipe recipe;

	fixture_small_recipe(&recipe, psid, 42);
	for (unsigned i = 0; i < 6; i++)
		recipe.uid[i] ^= 0x330000;
	return fixture_image(&recipe, len);
}

/* 4.2 wire bytes for each image byte, all that the job does included. */
static void real_image_within_budget(void **state)
{
	const struct cx3_burn_options options = {.allow_psid_change = true};
	struct seen seen = {0};
	struct cx3_watch watch = {.progress = on_progress, .user = &seen};
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_draft burn;
	struct cx3_error err = {0};
	uint8_t *content, *old, *image;
	uint32_t old_len, len;
	struct fixture b;

	(void)state;
	image = fixture_real_image(&len);
	if (!image) {
		print_message("skipped: the published image is not here\n");
		skip();
	}
	fixture_new(&b, 2u << 20);
	cx3_fs2_recipe_default(&recipe);
	snprintf(recipe.psid, sizeof(recipe.psid), "HP_0000000001");
	old = fixture_image(&recipe, &old_len);
	content = fixture_get(&b);
	fixture_lay(content, b.size, old, old_len, false);
	fixture_put(&b, content);
	fixture_open(&b, "", NULL);
	fixture_ok(fixture_draft_burn(b.shadow, image, len, &options, &burn, &err), &err);
	fixture_ok(cx3_plan_run(burn.plan, b.shadow, &watch, NULL, &err), &err);
	assert_true(b.adapter->traffic.wire_bytes < (uint64_t)len * 42 / 10);
	assert_false(seen.wrong);
	assert_int_equal(seen.last, seen.total);
	cx3_draft_free(&burn);
	fixture_close(&b);
	fixture_booting(&b, &info);
	assert_string_equal(info.psid, "MT_1200111023");
	assert_int_equal(info.start, 0x80000);
	assert_memory_equal(info.uid, recipe.uid, sizeof(recipe.uid));
	assert_int_equal(fixture_violations(&b), 0);
	free(content);
	free(old);
	free(image);
	fixture_delete(&b);
}

/* Twice there and back: each home in turn, nothing else touched. */
static void only_its_home_is_touched(void **state)
{
	const struct cx3_burn_options options = {0};
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	uint8_t *image, *before, *after;
	uint32_t len, from, to;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_HOMES_0001", &recipe);
	before = fixture_get(&b);
	/* what an old life leaves at the end of each home */
	for (uint32_t a = 0x60000; a < b.size; a++)
		before[a] = (uint8_t)(a >> 4);
	fixture_put(&b, before);
	image = fresh_image("MT_HOMES_0001", &len);
	for (unsigned round = 0; round < 4; round++) {
		fixture_ok(fixture_burn(&b, "", image, len, &options, &err), &err);
		fixture_booting(&b, &info);
		assert_int_equal(info.start, round % 2 ? 0 : 0x10000);
		after = fixture_get(&b);
		assert_memory_equal(after + 0x60000, before + 0x60000, b.size - 0x60000);
		/* 64 KiB chunks: the other home's are those at its start and 128 KiB on */
		from = round % 2 ? 0x10000 : 0;
		to = from + 0x20000;
		assert_memory_equal(after + from + 4, before + from + 4, 0xfffc);
		assert_memory_equal(after + to, before + to, 0x10000);
		assert_int_equal(after[from] | after[from + 1] | after[from + 2] | after[from + 3],
				 0);
		free(before);
		before = after;
	}
	assert_int_equal(fixture_violations(&b), 0);
	free(before);
	free(image);
	fixture_delete(&b);
}

/* The flash as it was in the first burn, when all but the new signature was written. */
static void stop_before_signature(const struct fixture *b)
{
	static const uint8_t signature[4] = {0x4d, 0x54, 0x46, 0x57};
	uint8_t *content = fixture_get(b);

	memcpy(content, signature, sizeof(signature));
	memset(content + 0x10000, 0, sizeof(signature));
	fixture_put(b, content);
	free(content);
}

/* With the content known, what is right already costs nothing. */
static void known_content_is_skipped(void **state)
{
	const struct cx3_burn_options options = {0};
	const struct cx3_plan_summary *s;
	struct cx3_fs2_recipe recipe;
	struct cx3_draft burn;
	struct cx3_error err = {0};
	uint8_t *image;
	const uint8_t *data;
	uint32_t len;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_SKIPS_0001", &recipe);
	image = fresh_image("MT_SKIPS_0001", &len);
	fixture_ok(fixture_burn(&b, "", image, len, &options, &err), &err);
	stop_before_signature(&b);
	fixture_open(&b, "", NULL);
	fixture_ok(cx3_shadow_read_all(b.shadow, &data, &err), &err);
	fixture_ok(fixture_draft_burn(b.shadow, image, len, &options, &burn, &err), &err);
	s = cx3_plan_summary(burn.plan);
	assert_int_equal(s->sector_erases, 1);
	assert_int_equal(s->block_erases, 0);
	assert_true(s->pages <= 18);
	assert_true(s->skipped_bytes > len * 9 / 10);
	assert_true(s->bootable_throughout);
	fixture_ok(cx3_plan_run(burn.plan, b.shadow, NULL, NULL, &err), &err);
	cx3_draft_free(&burn);
	free(image);
	fixture_delete(&b);
}

/* Blank sectors need no erase. */
static void blank_sectors_are_not_erased(void **state)
{
	const struct cx3_burn_options options = {0};
	struct cx3_fs2_recipe recipe;
	struct cx3_draft burn;
	struct cx3_error err = {0};
	const uint8_t *data;
	uint8_t *image;
	uint32_t len;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_BLANK_0001", &recipe);
	image = fresh_image("MT_BLANK_0001", &len);
	fixture_open(&b, "", NULL);
	fixture_ok(cx3_shadow_read_all(b.shadow, &data, &err), &err);
	fixture_ok(fixture_draft_burn(b.shadow, image, len, &options, &burn, &err), &err);
	assert_int_equal(cx3_plan_summary(burn.plan)->erase_bytes, 0);
	fixture_ok(cx3_plan_run(burn.plan, b.shadow, NULL, NULL, &err), &err);
	cx3_draft_free(&burn);
	fixture_close(&b);
	assert_int_equal(fixture_violations(&b), 0);
	free(image);
	fixture_delete(&b);
}

/* The order of steps that keeps one home bootable. */
static void signatures_come_last(void **state)
{
	const struct cx3_burn_options options = {0};
	const struct cx3_step *step;
	struct cx3_fs2_recipe recipe;
	struct cx3_draft burn;
	struct cx3_error err = {0};
	uint8_t *image;
	uint32_t len;
	size_t count;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_ORDER_0001", &recipe);
	image = fresh_image("MT_ORDER_0001", &len);
	fixture_open(&b, "", NULL);
	fixture_ok(fixture_draft_burn(b.shadow, image, len, &options, &burn, &err), &err);
	step = cx3_plan_steps(burn.plan, &count);
	assert_true(count > 5);
	for (size_t i = 0; i + 5 < count; i++) {
		uint32_t end = step[i].addr + step[i].len;

		/* never the old home, nor (but to erase it) the new signature */
		assert_true(step[i].addr >= 0x10000);
		assert_true(step[i].kind == CX3_STEP_ERASE || step[i].addr >= 0x10010);
		assert_true(end <= 0x20000 || step[i].addr >= 0x30000);
	}
	step += count - 5;
	assert_int_equal(step[0].kind, CX3_STEP_PROGRAM);
	assert_int_equal(step[0].addr, 0x10000);
	assert_int_equal(step[0].len, 16);
	assert_int_equal(step[1].kind, CX3_STEP_VERIFY);
	assert_int_equal(step[2].kind, CX3_STEP_BOOT_ADDRESS);
	assert_int_equal(step[2].addr, 0x10000);
	assert_int_equal(step[3].kind, CX3_STEP_PROGRAM);
	assert_int_equal(step[3].addr, 0);
	assert_int_equal(step[3].len, 4);
	assert_int_equal(step[4].kind, CX3_STEP_VERIFY);
	cx3_draft_free(&burn);
	free(image);
	fixture_delete(&b);
}

/* A card with a signed image in each home: `second` goes to the odd one. */
static void sign_both(struct fixture *b, const uint8_t *second, uint32_t len)
{
	uint8_t *content = fixture_get(b);

	fixture_lay(content, b->size, second, len, true);
	fixture_put(b, content);
	free(content);
}

/*
 * The home that is to be written carries an older image's signature: it is zeroed before the
 * first byte of its image changes.
 */
static void signature_in_the_way_dies_first(void **state)
{
	const struct cx3_burn_options options = {0};
	const struct cx3_step *step;
	struct cx3_fs2_recipe recipe;
	struct cx3_draft burn;
	struct cx3_error err = {0};
	uint8_t *image, *older;
	uint32_t len, older_len;
	size_t count;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_CLEAR_0001", &recipe);
	recipe.seed = 3;
	older = fixture_image(&recipe, &older_len);
	sign_both(&b, older, older_len);
	image = fresh_image("MT_CLEAR_0001", &len);
	fixture_open(&b, "", NULL);
	fixture_ok(fixture_draft_burn(b.shadow, image, len, &options, &burn, &err), &err);
	step = cx3_plan_steps(burn.plan, &count);
	assert_int_equal(step[0].kind, CX3_STEP_PROGRAM);
	assert_int_equal(step[0].addr, 0x10000);
	assert_int_equal(step[0].len, 4);
	assert_int_equal(step[1].kind, CX3_STEP_VERIFY);
	assert_int_equal(step[2].kind, CX3_STEP_ERASE);
	assert_int_equal(step[2].addr, 0x10000);
	cx3_draft_free(&burn);
	free(image);
	free(older);
	fixture_delete(&b);
}

/* Stopped between the new signature and the end of the old one: only that is left. */
static void signed_burn_is_only_finished(void **state)
{
	struct cx3_burn_options options = {.use_image_guids = true, .use_image_ps = true};
	const struct cx3_step *step;
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_draft burn;
	struct cx3_error err = {0};
	uint8_t *image, *old, *content;
	uint32_t len, old_len;
	size_t count;
	struct fixture b;

	(void)state;
	for (unsigned odd = 0; odd < 2; odd++) {
		fixture_with_image(&b, "MT_FINISH_001", &recipe);
		old = fixture_image(&recipe, &old_len);
		image = fresh_image("MT_FINISH_001", &len);
		content = fixture_get(&b);
		fixture_lay(content, b.size, old, old_len, !odd);
		fixture_lay(content, b.size, image, len, odd);
		fixture_put(&b, content);
		fixture_open(&b, "", NULL);
		fixture_ok(fixture_draft_burn(b.shadow, image, len, &options, &burn, &err), &err);
		step = cx3_plan_steps(burn.plan, &count);
		assert_int_equal(count, 3);
		assert_int_equal(step[0].kind, CX3_STEP_BOOT_ADDRESS);
		assert_int_equal(step[0].addr, odd ? 0x10000 : 0);
		assert_int_equal(step[1].addr, odd ? 0 : 0x10000);
		fixture_ok(cx3_plan_run(burn.plan, b.shadow, NULL, NULL, &err), &err);
		cx3_draft_free(&burn);
		fixture_close(&b);
		fixture_booting(&b, &info);
		assert_int_equal(info.fw_version[1], 42);
		free(content);
		free(image);
		free(old);
		fixture_delete(&b);
	}
}

static struct cx3_change find_change(const struct cx3_draft *burn, const char *what)
{
	for (unsigned i = 0; i < burn->change_count; i++) {
		if (strcmp(burn->change[i].what, what) == 0)
			return burn->change[i];
	}
	print_error("no line '%s' in the table\n", what);
	abort();
}

static void table_of_changes(void **state)
{
	struct cx3_burn_options options = {.allow_psid_change = true};
	struct cx3_change change;
	struct cx3_fs2_recipe recipe;
	struct cx3_draft burn;
	struct cx3_error err = {0};
	uint8_t *image;
	uint32_t len;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_TABLE_0001", &recipe);
	image = fresh_image("HP_TABLE_0002", &len);
	options.guid_count = 1;
	options.guid[0] = UINT64_C(0x0002c90300123450);
	fixture_open(&b, "", NULL);
	fixture_ok(fixture_draft_burn(b.shadow, image, len, &options, &burn, &err), &err);
	change = find_change(&burn, "PSID");
	assert_non_null(strstr(change.before, "MT_TABLE_0001 (Mellanox"));
	assert_non_null(strstr(change.after, "HP_TABLE_0002 (HP"));
	assert_true(change.differs);
	change = find_change(&burn, "Node GUID");
	assert_string_equal(change.after, "0002c90300123450");
	assert_true(change.differs);
	change = find_change(&burn, "Port 1 MAC");
	assert_string_equal(change.before, change.after);
	assert_false(change.differs);
	assert_true(find_change(&burn, "Firmware version").differs);
	assert_false(find_change(&burn, "ROM").before[0] == '\0');
	cx3_draft_free(&burn);
	free(image);
	fixture_delete(&b);
}

/* Both images are of the old kind: in place, with a warning. */
static void not_failsafe_says_so(void **state)
{
	const struct cx3_burn_options options = {0};
	const struct cx3_plan_summary *s;
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_draft burn;
	struct cx3_error err = {0};
	uint8_t *content, *image;
	uint32_t len;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_PLAIN_0001", &recipe);
	recipe.failsafe = false;
	image = fixture_image(&recipe, &len);
	content = fixture_get(&b);
	memset(content, 0xff, b.size);
	fixture_lay(content, b.size, image, len, false);
	fixture_put(&b, content);
	free(image);
	recipe.seed++;
	image = fixture_image(&recipe, &len);
	fixture_open(&b, "", NULL);
	fixture_ok(fixture_draft_burn(b.shadow, image, len, &options, &burn, &err), &err);
	s = cx3_plan_summary(burn.plan);
	assert_false(s->bootable_throughout);
	assert_non_null(strstr(s->warning, "livefish"));
	fixture_ok(cx3_plan_run(burn.plan, b.shadow, NULL, NULL, &err), &err);
	cx3_draft_free(&burn);
	fixture_close(&b);
	fixture_booting(&b, &info);
	assert_int_equal(info.start, 0);
	assert_false(info.failsafe);
	assert_int_equal(fixture_violations(&b), 0);
	free(content);
	free(image);
	fixture_delete(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_image_within_budget),
		cmocka_unit_test(only_its_home_is_touched),
		cmocka_unit_test(known_content_is_skipped),
		cmocka_unit_test(blank_sectors_are_not_erased),
		cmocka_unit_test(signatures_come_last),
		cmocka_unit_test(signature_in_the_way_dies_first),
		cmocka_unit_test(signed_burn_is_only_finished),
		cmocka_unit_test(table_of_changes),
		cmocka_unit_test(not_failsafe_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
