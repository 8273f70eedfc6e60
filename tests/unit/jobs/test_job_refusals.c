/* SPDX-License-Identifier: BSD-2-Clause */
/* What a burn refuses: the code, a sentence that says what to do, nothing written. */
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

#define PSID "MT_REFUSE_001"

struct stage {
	struct fixture b;
	uint8_t *before;
	struct cx3_fs2_recipe recipe; /* of the image to be burnt */
	struct cx3_burn_options options;
	struct cx3_error err;
};

static int set_up(void **state)
{
	struct stage *t = calloc(1, sizeof(*t));
	struct cx3_fs2_recipe old;

	fixture_with_image(&t->b, PSID, &old);
	fixture_small_recipe(&t->recipe, PSID, 42);
	t->before = fixture_get(&t->b);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *t = *state;

	fixture_delete(&t->b);
	free(t->before);
	free(t);
	return 0;
}

static void erase_card(struct stage *t)
{
	memset(t->before, 0xff, t->b.size);
	fixture_put(&t->b, t->before);
}

static void expect_bytes(struct stage *t, const char *card, const uint8_t *image, uint32_t len,
			 int code, const char *advice)
{
	uint8_t *after;
	int rc = fixture_burn(&t->b, card, image, len, &t->options, &t->err);

	if (rc != code || (advice && !strstr(said(&t->err), advice)))
		print_error("%s: %s\n", cx3_code_name(rc), said(&t->err));
	assert_int_equal(rc, code);
	assert_true(!advice || strstr(said(&t->err), advice));
	after = fixture_get(&t->b);
	assert_memory_equal(after, t->before, t->b.size);
	free(after);
}

static void expect(struct stage *t, const char *card, int code, const char *advice)
{
	uint32_t len;
	uint8_t *image = fixture_image(&t->recipe, &len);

	expect_bytes(t, card, image, len, code, advice);
	free(image);
}

static void another_psid(void **state)
{
	struct stage *t = *state;

	strcpy(t->recipe.psid, "HP_REFUSE_002");
	expect(t, "", CX3_E_PSID, "allow the change of the PSID");
}

static void another_pad(void **state)
{
	struct stage *t = *state;

	t->recipe.config_pad++;
	expect(t, "", CX3_E_PSID, "Allow the change of the PSID");
}

static void another_chip(void **state)
{
	expect(*state, "chip=cx3", CX3_E_WRONG_CARD, NULL);
}

static void corrupt_image(void **state)
{
	struct stage *t = *state;
	uint32_t len;
	uint8_t *image = fixture_image(&t->recipe, &len);

	image[len / 2] ^= 4;
	expect_bytes(t, "", image, len, CX3_E_IMAGE, NULL);
	image[len / 2] ^= 4;
	expect_bytes(t, "", image, len - 1000, CX3_E_IMAGE, NULL);
	image[0] = 0;
	expect_bytes(t, "", image, len, CX3_E_IMAGE, "check that it is the file");
	free(image);
}

static void too_big(void **state)
{
	struct stage *t = *state;

	t->recipe.code_size = 250000;
	expect(t, "", CX3_E_TOO_BIG, "take an image made for this card");
}

static void another_chunk_size(void **state)
{
	struct stage *t = *state;

	t->recipe.log2_chunk = 17;
	expect(t, "", CX3_E_FAILSAFE, "without fail-safety");
	/* that would not help one for which there is no room */
	t->recipe.code_size = 250000;
	expect(t, "", CX3_E_TOO_BIG, "take an image made for this card");
}

static void not_failsafe_over_failsafe(void **state)
{
	struct stage *t = *state;

	t->recipe.failsafe = false;
	expect(t, "", CX3_E_FAILSAFE, "without fail-safety");
}

static void no_image_on_flash(void **state)
{
	struct stage *t = *state;

	erase_card(t);
	expect(t, "", CX3_E_NO_IMAGE, "without fail-safety");
	assert_non_null(strstr(said(&t->err), "GUIDs and MACs"));
	assert_non_null(strstr(said(&t->err), "label"));
}

static void no_identity(void **state)
{
	struct stage *t = *state;

	erase_card(t);
	t->options.non_failsafe = true;
	expect(t, "", CX3_E_IDENTITY, "Give the card's own");
}

static void blank_identity(void **state)
{
	struct stage *t = *state;
	struct cx3_fs2_recipe old;
	uint32_t len;
	uint8_t *image;

	fixture_small_recipe(&old, PSID, 36);
	old.blank_uids = true;
	image = fixture_image(&old, &len);
	fixture_lay(t->before, t->b.size, image, len, false);
	fixture_put(&t->b, t->before);
	free(image);
	expect(t, "", CX3_E_IDENTITY, "blank");
}

static void bad_mac(void **state)
{
	struct stage *t = *state;

	t->options.mac_count = 1;
	t->options.mac[0] = UINT64_C(0x0102c9000000);
	expect(t, "", CX3_E_IDENTITY, "MAC");
}

static void no_vsd(void **state)
{
	struct stage *t = *state;
	struct cx3_fs2_recipe old;
	uint32_t len;
	uint8_t *image;

	fixture_small_recipe(&old, PSID, 36);
	old.omit_tags = 1u << 5;
	image = fixture_image(&old, &len);
	fixture_lay(t->before, t->b.size, image, len, false);
	fixture_put(&t->b, t->before);
	free(image);
	expect(t, "", CX3_E_IDENTITY, "Take the image's VSD");
}

static void write_protected(void **state)
{
	/* BP0..2: all of it */
	expect(*state, "status=0x1c", CX3_E_PROTECTED, "nothing was written");
}

static void vsd_too_long(void **state)
{
	struct stage *t = *state;
	char vsd[300];

	memset(vsd, 'v', sizeof(vsd) - 1);
	vsd[sizeof(vsd) - 1] = '\0';
	t->options.vsd = vsd;
	expect(t, "", CX3_E_USAGE, NULL);
}

static void half_an_image_on_flash(void **state)
{
	struct stage *t = *state;

	/* the header's fail-safe word */
	t->before[0x28] ^= 1;
	fixture_put(&t->b, t->before);
	expect(t, "", CX3_E_NO_IMAGE, "without fail-safety");
}

static void bus_errors_are_not_findings(void **state)
{
	expect(*state, "gone=400", CX3_E_GONE, NULL);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(another_psid),
		CASE(another_pad),
		CASE(another_chip),
		CASE(corrupt_image),
		CASE(too_big),
		CASE(another_chunk_size),
		CASE(not_failsafe_over_failsafe),
		CASE(no_image_on_flash),
		CASE(no_identity),
		CASE(blank_identity),
		CASE(bad_mac),
		CASE(no_vsd),
		CASE(write_protected),
		CASE(vsd_too_long),
		CASE(half_an_image_on_flash),
		CASE(bus_errors_are_not_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
