/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cards that do not boot, each damaged in a way of its own, recovered through the engine in
 * livefish. After each: the image boots with the card's own identity, or the identity was
 * asked for and nothing was written. What boots is judged without the library.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cx3flash/knowledge.h"
#include "recover_scene.h"
#include "said.h"

#define SIZE (512u << 10)
#define CHUNK 0x10000u
#define PSID "MT_RECOVER_01"
#define GUID UINT64_C(0x0002c90300a0b000)
#define MAC UINT64_C(0x0002c9a0b000)
#define STRANGER UINT64_C(0x110000) /* turned in the identity of another card */
#define CONFIG (SIZE - 0x3000u)	    /* something that no burn may touch */

static struct recover_scene *asked_of;

static int choose(void *user, const struct cx3_salvage *known, unsigned *choice,
		  struct cx3_error *err)
{
	struct recover_scene *s = asked_of;

	assert_ptr_equal(user, &s->e);
	s->asked++;
	s->known = known->count;
	*choice = s->choice - 1;
	return s->choice ? CX3_OK : cx3_fail(err, CX3_E_REFUSED, "test", "None of them.");
}

static void lay(struct recover_scene *s, const struct cx3_fs2_recipe *recipe, bool odd)
{
	uint32_t len;
	uint8_t *image = fixture_image(recipe, &len);

	fixture_lay(s->card, SIZE, image, len, odd);
	free(image);
}

static void begin(struct recover_scene *s)
{
	struct cx3_fs2_recipe fresh;

	memset(s, 0, sizeof(*s));
	asked_of = s;
	fixture_new(&s->b, SIZE);
	engine_home(&s->b);
	fixture_small_recipe(&s->recipe, PSID, 36);
	cx3_fs2_guids_from_base(GUID, s->recipe.uid);
	cx3_fs2_macs_from_base(MAC, s->recipe.uid + 4);
	fresh = s->recipe;
	fresh.seed++;
	fresh.fw_version[1] = 42;
	for (unsigned i = 0; i < 6; i++)
		fresh.uid[i] ^= STRANGER * 2;
	s->image = fixture_image(&fresh, &s->len);
	s->card = malloc(SIZE);
	memset(s->card, 0xff, SIZE);
	lay(s, &s->recipe, false);
	memset(s->card + CONFIG, 0x5c, 0x800);
	s->what.choose = choose;
}

static void judge(struct recover_scene *s)
{
	uint8_t *flash = fixture_get(&s->b);

	judge_flash(flash, SIZE, &s->now);
	assert_int_equal(flash[CONFIG], 0x5c);
	free(flash);
	assert_int_equal(fixture_violations(&s->b), 0);
	assert_int_equal(s->e.out_of_order + s->e.out_of_place, 0);
}

/* The new firmware boots, and is the card's. */
static void expect_recovered(struct recover_scene *s, int rc)
{
	char words[200];

	fixture_ok(rc, &s->err);
	judge(s);
	if (!s->now.boots || s->now.minor != 42 || s->now.broken)
		fail_msg("%s", judge_words(&s->now, words, sizeof(words)));
	assert_true(s->now.uid[0] == GUID && s->now.uid[3] == GUID + 3);
	assert_true(s->now.uid[4] == MAC && s->now.uid[5] == MAC + 1);
	assert_int_equal(engine_files(&s->b, "journals", "", NULL, 0), 0);
	assert_int_equal(s->e.backed_up, s->e.resumes[0] || s->e.result.unchanged ? 0 : 1);
}

static void expect_asked(struct recover_scene *s, int rc)
{
	uint8_t *flash = fixture_get(&s->b);

	assert_int_equal(rc, CX3_E_IDENTITY);
	assert_memory_equal(flash, s->card, SIZE);
	free(flash);
	assert_int_equal(fixture_violations(&s->b), 0);
}

static uint32_t uids_at(const struct recover_scene *s)
{
	struct cx3_fs2_source src = cx3_fs2_memory(s->card, SIZE);
	struct cx3_fs2_info info;

	assert_int_equal(cx3_fs2_query(&src, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, NULL), CX3_OK);
	return cx3_fs2_addr(&info, info.guid_ptr);
}

/* --- What may have happened to a card --- */

static void header_damaged(struct recover_scene *s)
{
	memset(s->card + 0x20, 0x5a, 0x40);
}

static void signature_gone(struct recover_scene *s)
{
	memset(s->card, 0, 4);
}

static void middle_damaged(struct recover_scene *s)
{
	memset(s->card + 0x6000, 0, 0x800);
}

static void both_homes_damaged(struct recover_scene *s)
{
	struct cx3_fs2_recipe older = s->recipe;

	older.fw_version[1] = 32;
	lay(s, &older, true);
	memset(s->card + 0x28, 0, 8);
	memset(s->card + CHUNK + 0x28, 0, 8);
}

static void upper_home_damaged(struct recover_scene *s)
{
	memset(s->card, 0xff, CONFIG);
	lay(s, &s->recipe, true);
	memset(s->card + CHUNK, 0, 0x40);
}

static void its_identity_survives(void **state)
{
	static void (*const damage[])(struct recover_scene *) = {
		header_damaged,	    signature_gone, middle_damaged,
		both_homes_damaged, NULL,	    upper_home_damaged};

	(void)state;
	for (unsigned i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		struct recover_scene s;

		begin(&s);
		if (damage[i])
			damage[i](&s);
		fixture_put(&s.b, s.card);
		expect_recovered(&s, recover_scene_run(&s, "livefish=1"));
		assert_int_equal(s.asked, 0);
		assert_int_equal(s.e.boot_address, s.now.start);
		/* the home that holds the identity is left alone */
		assert_int_equal(s.now.start, damage[i] == upper_home_damaged ? 0 : CHUNK);
		/* once more: all of it is there */
		fixture_ok(recover_scene_run(&s, "power-cycle=1"), &s.err);
		assert_true(s.e.result.unchanged);
		recover_scene_end(&s);
	}
}

/* --- Where nothing is sure --- */

/* Another image came over the other home, with a signature, and its GUIDs are not there: those
 * of the image that was replaced may be the card's old ones. */
static void guids_before_the_last_are_asked_about(void **state)
{
	struct cx3_fs2_recipe other;
	struct recover_scene s;

	(void)state;
	begin(&s);
	signature_gone(&s);
	other = s.recipe;
	other.blank_uids = true;
	lay(&s, &other, true);
	memset(s.card + CHUNK + 0x5000, 0xff, CHUNK - 0x5000);
	fixture_put(&s.b, s.card);
	assert_int_equal(recover_scene_run(&s, "livefish=1"), CX3_E_REFUSED);
	assert_int_equal(s.asked, 1);
	s.what.choose = NULL;
	expect_asked(&s, recover_scene_run(&s, "livefish=1"));
	recover_scene_end(&s);
}

static void a_blank_flash(void **state)
{
	struct recover_scene s;

	(void)state;
	begin(&s);
	memset(s.card, 0xff, CONFIG);
	fixture_put(&s.b, s.card);
	expect_asked(&s, recover_scene_run(&s, "livefish=1"));
	assert_int_equal(s.asked, 0); /* there is nothing to choose from */
	s.burn.guid_count = 1;
	s.burn.guid[0] = GUID;
	s.burn.mac_count = 1;
	s.burn.mac[0] = MAC;
	expect_recovered(&s, recover_scene_run(&s, "livefish=1"));
	recover_scene_end(&s);
}

/* One of the two is on the label: the other follows. */
static void guids_of_a_mac(void **state)
{
	static const uint64_t given[] = {MAC, MAC + 1};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct recover_scene s;

		begin(&s);
		memset(s.card, 0xff, CONFIG);
		fixture_put(&s.b, s.card);
		s.burn.mac_count = 1;
		s.burn.mac[0] = given[i];
		fixture_ok(recover_scene_run(&s, "livefish=1"), &s.err);
		judge(&s);
		assert_true(s.now.boots && s.now.uid[0] == GUID && s.now.uid[4] == given[i]);
		assert_non_null(strstr(s.e.identity, "0300"));
		recover_scene_end(&s);
	}
}

static void damaged_guids_are_asked_about(void **state)
{
	struct recover_scene s;
	uint32_t at;

	(void)state;
	begin(&s);
	at = uids_at(&s);
	s.card[at + 1] ^= 0x20;
	fixture_put(&s.b, s.card);
	s.what.choose = NULL;
	expect_asked(&s, recover_scene_run(&s, "livefish=1"));
	s.what.choose = choose;
	assert_int_equal(recover_scene_run(&s, "livefish=1"), CX3_E_REFUSED);
	assert_int_equal(s.asked, 1);
	assert_int_equal(s.known, 1);
	s.choice = 1;
	expect_recovered(&s, recover_scene_run(&s, "livefish=1"));
	assert_int_equal(s.asked, 2); /* once a run */
	recover_scene_end(&s);
}

static void another_chips_image(void **state)
{
	struct recover_scene s;

	(void)state;
	begin(&s);
	s.recipe.device_type = 4099;
	s.recipe.hw_id_count = 1;
	s.recipe.hw_id[0] = 0x1f5;
	memset(s.card, 0xff, CONFIG);
	lay(&s, &s.recipe, false);
	fixture_put(&s.b, s.card);
	s.what.choose = NULL;
	expect_asked(&s, recover_scene_run(&s, "livefish=1"));
	assert_non_null(strstr(s.err.cause, "another chip"));
	/* what is given agrees with what it has: so the MACs are the card's too */
	s.burn.guid_count = 1;
	s.burn.guid[0] = GUID;
	fixture_ok(recover_scene_run(&s, "livefish=1"), &s.err);
	judge(&s);
	assert_true(s.now.boots && s.now.uid[0] == GUID && s.now.minor == 42);
	assert_int_equal(s.now.starts, 1);
	recover_scene_end(&s);
}

/* Two PSIDs that went wrong together on somebody's card. */
static const struct cx3_pair *bad_pair(void)
{
	size_t count;
	const struct cx3_pair *pair = cx3_pairs(&count);

	for (size_t i = 0; i < count; i++) {
		if (pair[i].result >= CX3_PAIR_REFUSED && pair[i].from_psid && pair[i].to_psid &&
		    strcmp(pair[i].from_psid, pair[i].to_psid) != 0)
			return &pair[i];
	}
	return NULL;
}

/* As a burn, also where the PSID is all that is left of the old image. */
static void an_image_for_another_board(void **state)
{
	const struct cx3_pair *pair = bad_pair();
	struct cx3_fs2_recipe fresh;
	struct recover_scene s;

	(void)state;
	begin(&s);
	assert_non_null(pair);
	snprintf(s.recipe.psid, sizeof(s.recipe.psid), "%s", pair->from_psid);
	lay(&s, &s.recipe, false);
	header_damaged(&s);
	fixture_put(&s.b, s.card);
	fresh = s.recipe;
	fresh.fw_version[1] = 42;
	fresh.omit_tags &= ~(1u << CX3_FS2_TAG_ACCESS_KEY);
	fresh.access_key = 7;
	snprintf(fresh.psid, sizeof(fresh.psid), "%s", pair->to_psid);
	for (unsigned i = 0; i < 6; i++)
		fresh.uid[i] ^= STRANGER;
	free(s.image);
	s.image = fixture_image(&fresh, &s.len);
	assert_int_equal(recover_scene_run(&s, "livefish=1"), CX3_E_PSID);
	s.burn.allow_psid_change = true;
	assert_int_equal(recover_scene_run(&s, "livefish=1"), CX3_E_KEY);
	s.burn.allow_access_key = true;
	assert_int_equal(recover_scene_run(&s, "livefish=1"), CX3_E_BOARD);
	s.burn.allow_other_board = true;
	expect_recovered(&s, recover_scene_run(&s, "livefish=1"));
	recover_scene_end(&s);
}

static void two_identities(void **state)
{
	struct cx3_fs2_recipe other;
	uint8_t word[2][4];
	struct recover_scene s;

	(void)state;
	begin(&s);
	other = s.recipe;
	for (unsigned i = 0; i < 6; i++)
		other.uid[i] ^= STRANGER;
	lay(&s, &other, true);
	for (unsigned i = 0; i < 2; i++) {
		memcpy(word[i], s.card + CHUNK * i + 0x28, 4);
		memset(s.card + CHUNK * i + 0x28, 0x11, 8);
	}
	fixture_put(&s.b, s.card);
	s.what.choose = NULL;
	expect_asked(&s, recover_scene_run(&s, "livefish=1"));
	/* one of the images was given up for the other */
	memset(s.card + CHUNK, 0, 4);
	for (unsigned i = 0; i < 2; i++)
		memcpy(s.card + CHUNK * i + 0x28, word[i], 4);
	fixture_put(&s.b, s.card);
	expect_recovered(&s, recover_scene_run(&s, "livefish=1"));
	recover_scene_end(&s);
}

/* --- The power goes, at some places of a recovery, and the same command again --- */

#ifdef __SANITIZE_ADDRESS__
#define CUTS 4u
#else
#define CUTS 50u
#endif

static void the_power_goes(void **state)
{
	uint64_t first, last;
	struct recover_scene s;

	(void)state;
	begin(&s);
	both_homes_damaged(&s);
	fixture_put(&s.b, s.card);
	expect_recovered(&s, recover_scene_run(&s, "livefish=1"));
	first = s.e.writes_before + 1;
	last = s.e.reg_writes;
	for (unsigned i = 0; i < CUTS; i++) {
		char card[80];

		engine_clean(&s.b);
		fixture_put(&s.b, s.card);
		snprintf(card, sizeof(card), "livefish=1,power-cut=%" PRIu64,
			 first + (last - first) * i / (CUTS - 1));
		if (recover_scene_run(&s, card) == CX3_OK)
			continue;
		judge(&s);
		/* an image that boots after the cut is the card's */
		assert_true(!s.now.boots || (s.now.uid[0] == GUID && s.now.uid[4] == MAC));
		expect_recovered(&s, recover_scene_run(&s, "livefish=1,power-cycle=1"));
		assert_int_equal(s.asked, 0);
	}
	recover_scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_identity_survives),
		cmocka_unit_test(guids_before_the_last_are_asked_about),
		cmocka_unit_test(a_blank_flash),
		cmocka_unit_test(guids_of_a_mac),
		cmocka_unit_test(damaged_guids_are_asked_about),
		cmocka_unit_test(another_chips_image),
		cmocka_unit_test(an_image_for_another_board),
		cmocka_unit_test(two_identities),
		cmocka_unit_test(the_power_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
