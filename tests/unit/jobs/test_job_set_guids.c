/* SPDX-License-Identifier: BSD-2-Clause */
/* sg: in place where the fields are blank, else to the other home. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "jobs_engine.h"
#include "said.h"

#define GUID UINT64_C(0x0002c90300aabbc0)
#define MAC UINT64_C(0x0002c9aabbc0)

static int set_guids(struct fixture *b, const char *card, const struct cx3_burn_options *options,
		     struct cx3_plan_summary *summary, struct cx3_error *err)
{
	struct cx3_draft burn = {0};
	int rc = fixture_try_open(b, card, NULL, err);

	*summary = (struct cx3_plan_summary){0};
	if (rc == CX3_OK)
		rc = fixture_draft_set_guids(b->shadow, options, &burn, err);
	if (rc == CX3_OK) {
		*summary = *cx3_plan_summary(burn.plan);
		rc = cx3_plan_run(burn.plan, b->shadow, NULL, NULL, err);
	}
	cx3_draft_free(&burn);
	fixture_close(b);
	return rc;
}

static void blank_card(struct fixture *b, struct cx3_fs2_recipe *recipe)
{
	uint8_t *content, *image;
	uint32_t len;

	fixture_with_image(b, "MT_GUIDS_0001", recipe);
	recipe->blank_uids = true;
	image = fixture_image(recipe, &len);
	content = fixture_get(b);
	fixture_lay(content, b->size, image, len, false);
	fixture_put(b, content);
	free(content);
	free(image);
}

static void check(const struct fixture *b, uint32_t start)
{
	struct cx3_fs2_info info;

	fixture_booting(b, &info);
	assert_int_equal(info.start, start);
	assert_false(info.blank_uids);
	for (unsigned i = 0; i < 4; i++)
		assert_true(info.uid[i] == GUID + i);
	assert_true(info.uid[4] == MAC && info.uid[5] == MAC + 1);
	assert_int_equal(fixture_violations(b), 0);
}

static const struct cx3_burn_options both = {
	.guid_count = 1,
	.guid = {GUID},
	.mac_count = 1,
	.mac = {MAC},
};

static void blank_fields_are_filled_in_place(void **state)
{
	struct cx3_plan_summary s;
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	struct fixture b;

	(void)state;
	blank_card(&b, &recipe);
	fixture_ok(set_guids(&b, "", &both, &s, &err), &err);
	assert_int_equal(s.erase_bytes, 0);
	assert_true(s.pages <= 4);
	assert_false(s.bootable_throughout);
	check(&b, 0);
	fixture_delete(&b);
}

/* Stopped before the image's CRC: the section is whole, so the next one goes to
 * the other home. */
static void a_stopped_one_goes_on(void **state)
{
	struct cx3_plan_summary s;
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	uint8_t *content;
	struct fixture b;

	(void)state;
	blank_card(&b, &recipe);
	fixture_ok(set_guids(&b, "", &both, &s, &err), &err);
	content = fixture_get(&b);
	content[0x22] = 0xff;
	content[0x23] = 0xff;
	fixture_put(&b, content);
	fixture_ok(set_guids(&b, "", &both, &s, &err), &err);
	check(&b, 0x10000);
	free(content);
	fixture_delete(&b);
}

/*
 * Stopped in the middle, and more than the fields is lost since: a command went astray, and
 * the run that was putting its sector back was cut. Filling in the fields would not make an
 * image of it.
 */
static void a_lost_sector_is_written_too(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	struct engine e = {0};
	uint8_t *content;
	char cut[40];
	struct fixture b;
	int rc;

	(void)state;
	blank_card(&b, &recipe);
	engine_home(&b);
	e.options.no_backup = true;
	content = fixture_get(&b);
	fixture_ok(engine_set_guids(&b, &e, &both, &err), &err);
	/* the same, with the power cut within its last writes */
	fixture_put(&b, content);
	snprintf(cut, sizeof(cut), "power-cut=%u", (unsigned)(e.reg_writes - 60));
	e.card = cut;
	assert_int_not_equal(engine_set_guids(&b, &e, &both, &err), CX3_OK);
	assert_int_equal(engine_files(&b, "journals", ".json", NULL, 0), 1);
	free(content);
	content = fixture_get(&b);
	memset(content, 0xff, 0x1000);
	fixture_put(&b, content);
	e.card = "power-cycle=1";
	rc = engine_set_guids(&b, &e, &both, &err);
	fixture_ok(rc, &err);
	fixture_booting(&b, &info);
	assert_true(info.uid[0] == GUID && info.uid[4] == MAC);
	assert_int_equal(engine_files(&b, "journals", "", NULL, 0), 0);
	free(content);
	fixture_delete(&b);
}

static void others_go_to_the_other_home(void **state)
{
	struct cx3_burn_options others = both;
	struct cx3_plan_summary s;
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_GUIDS_0002", &recipe);
	others.guid[0] += 0x100;
	fixture_ok(set_guids(&b, "", &others, &s, &err), &err);
	assert_true(s.bootable_throughout);
	fixture_ok(set_guids(&b, "", &both, &s, &err), &err);
	assert_true(s.bootable_throughout);
	check(&b, 0);
	fixture_ok(set_guids(&b, "", &others, &s, &err), &err);
	fixture_ok(set_guids(&b, "", &both, &s, &err), &err);
	check(&b, 0);
	fixture_delete(&b);
}

/* An image that is not fail-safe: only the sectors that change. */
static void not_failsafe_is_patched_where_it_is(void **state)
{
	struct cx3_plan_summary s;
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	uint8_t *content, *image;
	uint32_t len;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_GUIDS_0003", &recipe);
	recipe.failsafe = false;
	image = fixture_image(&recipe, &len);
	content = fixture_get(&b);
	memset(content, 0xff, b.size);
	fixture_lay(content, b.size, image, len, false);
	fixture_put(&b, content);
	fixture_ok(set_guids(&b, "", &both, &s, &err), &err);
	assert_false(s.bootable_throughout);
	assert_true(s.sector_erases + s.block_erases <= 2);
	check(&b, 0);
	free(content);
	free(image);
	fixture_delete(&b);
}

static void all_guids_one_by_one(void **state)
{
	const struct cx3_burn_options options = {
		.guid_count = 4,
		.guid = {GUID + 9, GUID + 7, GUID + 5, GUID + 3},
		.mac_count = 2,
		.mac = {MAC + 8, MAC + 2},
	};
	struct cx3_plan_summary s;
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	struct fixture b;

	(void)state;
	for (unsigned blank = 0; blank < 2; blank++) {
		if (blank)
			blank_card(&b, &recipe);
		else
			fixture_with_image(&b, "MT_GUIDS_0004", &recipe);
		fixture_ok(set_guids(&b, "", &options, &s, &err), &err);
		fixture_booting(&b, &info);
		assert_memory_equal(info.uid, options.guid, sizeof(options.guid));
		assert_memory_equal(info.uid + 4, options.mac, sizeof(options.mac));
		fixture_delete(&b);
	}
}

static void refusals(void **state)
{
	const struct cx3_burn_options none = {0};
	const struct cx3_burn_options bad = {.mac_count = 1, .mac = {UINT64_C(0x0102c9000000)}};
	struct cx3_plan_summary s;
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	uint8_t *blank;
	struct fixture b;

	(void)state;
	blank_card(&b, &recipe);
	assert_int_equal(set_guids(&b, "", &none, &s, &err), CX3_E_USAGE);
	assert_int_equal(set_guids(&b, "", &bad, &s, &err), CX3_E_IDENTITY);
	assert_int_equal(set_guids(&b, "gone=300", &both, &s, &err), CX3_E_GONE);
	blank = fixture_get(&b);
	memset(blank, 0xff, b.size);
	fixture_put(&b, blank);
	assert_int_equal(set_guids(&b, "", &both, &s, &err), CX3_E_NO_IMAGE);
	assert_non_null(strstr(said(&err), "without fail-safety"));
	free(blank);
	fixture_delete(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blank_fields_are_filled_in_place),
		cmocka_unit_test(a_stopped_one_goes_on),
		cmocka_unit_test(a_lost_sector_is_written_too),
		cmocka_unit_test(others_go_to_the_other_home),
		cmocka_unit_test(not_failsafe_is_patched_where_it_is),
		cmocka_unit_test(all_guids_one_by_one),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
