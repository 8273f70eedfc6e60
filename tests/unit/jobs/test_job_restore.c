/* SPDX-License-Identifier: BSD-2-Clause */
/* restore: the content byte for byte, only where it differs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "jobs_fixture.h"
#include "said.h"

static int restore(struct fixture *b, const char *card, const uint8_t *content,
		   struct cx3_plan_summary *summary, struct cx3_error *err)
{
	struct cx3_plan *plan = NULL;
	int rc = fixture_try_open(b, card, NULL, err);

	*summary = (struct cx3_plan_summary){0};
	if (rc == CX3_OK)
		rc = fixture_draft_restore(b->shadow, content, b->size, &plan, err);
	if (rc == CX3_OK) {
		*summary = *cx3_plan_summary(plan);
		rc = cx3_plan_run(plan, b->shadow, NULL, NULL, err);
	}
	cx3_plan_free(plan);
	fixture_close(b);
	return rc;
}

static void expect_content(const struct fixture *b, const uint8_t *content)
{
	uint8_t *after = fixture_get(b);

	assert_memory_equal(after, content, b->size);
	free(after);
	assert_int_equal(fixture_violations(b), 0);
}

/* Another content: the image in the other home, noise, a second signature. */
static uint8_t *other_content(const struct fixture *b, bool second)
{
	struct cx3_fs2_recipe recipe;
	uint8_t *content = fixture_get(b), *image;
	uint32_t len;

	for (uint32_t a = 0; a < b->size; a++)
		content[a] = a & 0xe000 || a % 7 ? 0xff : (uint8_t)(a >> 8);
	fixture_small_recipe(&recipe, "MT_OTHER_0001", 50);
	image = fixture_image(&recipe, &len);
	memset(content, 0, 16);
	fixture_lay(content, b->size, image, len, true);
	if (second)
		fixture_lay(content, b->size, image, len, false);
	free(image);
	return content;
}

static void whole_content_returns(void **state)
{
	static const char *const cards[] = {"", "part=M25P40", "livefish=1"};
	struct cx3_plan_summary s;
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	uint8_t *before, *other;
	struct fixture b;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		fixture_with_image(&b, "MT_RESTORE_01", &recipe);
		before = fixture_get(&b);
		other = other_content(&b, i % 2);
		fixture_ok(restore(&b, cards[i], other, &s, &err), &err);
		/* the flash's image and the content's lie in different homes: one of them
		 * stays; a card in recovery boots nothing anyway */
		assert_int_equal(s.bootable_throughout, i != 2);
		assert_int_equal(s.warning[0] != '\0', i == 2);
		expect_content(&b, other);
		fixture_ok(restore(&b, cards[i], before, &s, &err), &err);
		expect_content(&b, before);
		fixture_ok(restore(&b, cards[i], before, &s, &err), &err);
		assert_int_equal(s.wire_bytes, 0);
		assert_true(s.bootable_throughout);
		free(before);
		free(other);
		fixture_delete(&b);
	}
}

/* One byte outside of the image: one sector, and the image's signature stays. */
static void only_what_differs(void **state)
{
	const struct cx3_step *step;
	struct cx3_plan *plan;
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	uint8_t *content;
	size_t count;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_RESTORE_02", &recipe);
	content = fixture_get(&b);
	content[0x70123] = 0x5a;
	fixture_open(&b, "", NULL);
	fixture_ok(fixture_draft_restore(b.shadow, content, b.size, &plan, &err), &err);
	step = cx3_plan_steps(plan, &count);
	assert_int_equal(count, 2);
	assert_int_equal(step[0].kind, CX3_STEP_PROGRAM);
	assert_int_equal(step[0].addr, 0x70100);
	assert_int_equal(step[0].len, 256);
	fixture_ok(cx3_plan_run(plan, b.shadow, NULL, NULL, &err), &err);
	cx3_plan_free(plan);
	fixture_close(&b);
	expect_content(&b, content);
	free(content);
	fixture_delete(&b);
}

/* Stopped at many points and run again: the content is there in the end, and
 * until then no signature stands before a body that is not whole. */
static void signatures_are_last(void **state)
{
	struct cx3_plan_summary s;
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	uint8_t *before, *other, *now;
	struct fixture b;
	char card[64];

	(void)state;
	fixture_with_image(&b, "MT_RESTORE_03", &recipe);
	before = fixture_get(&b);
	other = other_content(&b, true);
	for (unsigned cut = 20000; cut < 220000; cut += 49999) {
		struct cx3_fs2_source src;
		int rc;

		fixture_put(&b, before);
		snprintf(card, sizeof(card), "power-cut=%u", cut);
		if (restore(&b, card, other, &s, &err) == CX3_OK)
			break;
		now = fixture_get(&b);
		src = cx3_fs2_memory(now, b.size);
		rc = cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, &err);
		assert_true(rc == CX3_OK || rc == CX3_E_NO_IMAGE);
		free(now);
		fixture_ok(restore(&b, "power-cycle=1", other, &s, &err), &err);
		expect_content(&b, other);
	}
	free(before);
	free(other);
	fixture_delete(&b);
}

/* On a part that erases 64 KiB, a byte beside an image takes the image with it: its signature
 * goes first, and no plan promises that it boots. */
static void beside_an_image(void **state)
{
	struct cx3_plan_summary s;
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	uint8_t *before, *content, *now;
	struct cx3_fs2_source src;
	struct fixture b;
	char card[64];
	int rc = CX3_E_IO;

	(void)state;
	fixture_with_image(&b, "MT_RESTORE_04", &recipe);
	before = fixture_get(&b);
	content = fixture_get(&b);
	src = cx3_fs2_memory(content, b.size);
	fixture_ok(cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, &err), &err);
	before[cx3_fs2_addr(&info, info.end + 0x100)] = 0;
	for (unsigned cut = 33000; rc != CX3_OK; cut += 601) {
		int verdict;

		fixture_put(&b, before);
		snprintf(card, sizeof(card), "part=M25P40,power-cycle=1,power-cut=%u", cut);
		rc = restore(&b, card, content, &s, &err);
		assert_false(s.bootable_throughout);
		now = fixture_get(&b);
		src = cx3_fs2_memory(now, b.size);
		verdict = cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, &err);
		assert_true(verdict == CX3_OK || verdict == CX3_E_NO_IMAGE);
		free(now);
	}
	expect_content(&b, content);
	free(before);
	free(content);
	fixture_delete(&b);
}

static void refusals(void **state)
{
	struct cx3_plan *plan = NULL;
	struct cx3_plan_summary s;
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	uint8_t *other;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_RESTORE_04", &recipe);
	other = other_content(&b, false);
	fixture_open(&b, "", NULL);
	assert_int_equal(fixture_draft_restore(b.shadow, other, b.size / 2, &plan, &err),
			 CX3_E_WRONG_CARD);
	assert_non_null(strstr(said(&err), "262144"));
	fixture_close(&b);
	assert_int_equal(restore(&b, "status=0x1c", other, &s, &err), CX3_E_PROTECTED);
	assert_int_equal(restore(&b, "gone=3000", other, &s, &err), CX3_E_GONE);
	free(other);
	fixture_delete(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_content_returns),
		cmocka_unit_test(only_what_differs),
		cmocka_unit_test(signatures_are_last),
		cmocka_unit_test(beside_an_image),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
