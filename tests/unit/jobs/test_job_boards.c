/* SPDX-License-Identifier: BSD-2-Clause */
/* A burn and the board that it is for: what is refused by name, and what is said before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "burn_scene.h"

/* An image with this PSID and INI, and a minor version. */
static uint8_t *image_of(const char *psid, const char *ini, unsigned minor, uint64_t key,
			 uint32_t *len)
{
	struct cx3_fs2_recipe recipe;

	fixture_small_recipe(&recipe, psid, minor);
	recipe.code_size = 4096;
	recipe.config_text = ini;
	recipe.omit_tags &= ~(1u << CX3_FS2_TAG_ACCESS_KEY);
	recipe.access_key = key;
	return fixture_image(&recipe, len);
}

/* A card with an image of `ini`. */
static void on_card(struct scene *s, const char *psid, const char *ini, uint64_t key)
{
	uint8_t *flash, *image;
	uint32_t len;

	scene_begin(s, psid);
	image = image_of(psid, ini, 40, key, &len);
	flash = malloc(s->b.size);
	memset(flash, 0xff, s->b.size);
	fixture_lay(flash, s->b.size, image, len, false);
	fixture_put(&s->b, flash);
	free(flash);
	free(image);
}

/* What is burnt in its place, without writing. */
static int try(struct scene *s, const char *psid, const char *ini, unsigned minor, uint64_t key,
	       const struct cx3_burn_options *options)
{
	uint32_t len;
	uint8_t *image = image_of(psid, ini, minor, key, &len);
	int rc;

	s->e.options.dry_run = true;
	rc = engine_burn(&s->b, &s->e, image, len, options, &s->err);
	free(image);
	return rc;
}

static bool noted(const struct scene *s, const char *key, const char *words)
{
	for (unsigned i = 0; i < s->e.note_count; i++) {
		if (strcmp(s->e.note[i].key, key) == 0)
			return strstr(s->e.note[i].text, words) != NULL;
	}
	return false;
}

#define REV_A "[PS_INFO]\nName = MCX354A-FCB_A2-A5\n"
#define REV_C "[PS_INFO]\nName = 649283-B21_Cx-Dx\n"

static void another_revision(void **state)
{
	const struct cx3_burn_options psid = {.allow_psid_change = true};
	const struct cx3_burn_options both = {.allow_psid_change = true, .allow_other_board = true};
	struct scene s;

	(void)state;
	on_card(&s, "HP_0230240019", REV_C, 0);
	assert_int_equal(try(&s, "MT_1090120019", REV_A, 42, 0, &psid), CX3_E_BOARD);
	assert_non_null(strstr(s.err.cause, "A2 to A5 (MCX354A-FCB_A2-A5)"));
	assert_int_equal(try(&s, "MT_1090120019", REV_A, 42, 0, &both), CX3_OK);
	/* the same board needs no leave */
	assert_int_equal(try(&s, "HP_0230240019", REV_C, 42, 0, &psid), CX3_OK);
	scene_end(&s);
}

static void a_pair_that_went_wrong(void **state)
{
	const struct cx3_burn_options psid = {.allow_psid_change = true};
	const struct cx3_burn_options both = {.allow_psid_change = true, .allow_other_board = true};
	struct scene s;

	(void)state;
	on_card(&s, "MT_1120120018", NULL, 0);
	assert_int_equal(try(&s, "MT_1100120019", NULL, 42, 0, &psid), CX3_E_BOARD);
	assert_non_null(strstr(s.err.cause, "ConnectX-3 A0"));
	assert_int_equal(try(&s, "MT_1100120019", NULL, 42, 0, &both), CX3_OK);
	assert_true(noted(&s, "pair", "refused"));
	scene_end(&s);
}

static void a_key(void **state)
{
	const struct cx3_burn_options plain = {0}, allowed = {.allow_access_key = true};
	struct scene s;

	(void)state;
	on_card(&s, "MT_1090120019", NULL, 0);
	assert_int_equal(try(&s, "MT_1090120019", NULL, 42, 7, &plain), CX3_E_KEY);
	assert_int_equal(try(&s, "MT_1090120019", NULL, 42, 7, &allowed), CX3_OK);
	assert_true(noted(&s, "access_key", "secure host"));
	scene_end(&s);
	/* a card that has this key already gets nothing new */
	on_card(&s, "MT_1090120019", NULL, 7);
	assert_int_equal(try(&s, "MT_1090120019", NULL, 42, 7, &plain), CX3_OK);
	assert_int_equal(try(&s, "MT_1090120019", NULL, 42, 8, &plain), CX3_E_KEY);
	scene_end(&s);
}

static void another_psid(void **state)
{
	const struct cx3_burn_options psid = {.allow_psid_change = true};
	struct scene s;

	(void)state;
	on_card(&s, "ISL1090110018", NULL, 0);
	assert_int_equal(try(&s, "MT_1090120019", NULL, 42, 0, &psid), CX3_OK);
	assert_true(noted(&s, "psid_change", "another board"));
	assert_true(noted(&s, "psid_lost", "the firmware of Isilon and its boot ROM"));
	assert_true(noted(&s, "psid_kept", "GUIDs and MACs"));
	assert_true(noted(&s, "psid_back", "way back"));
	/* who declines the backup is not told of one */
	s.e.options.no_backup = true;
	assert_int_equal(try(&s, "MT_1090120019", NULL, 42, 0, &psid), CX3_OK);
	assert_true(noted(&s, "psid_back", "No backup is made"));
	assert_true(noted(&s, "pair", "good"));
	scene_end(&s);
	/* of one maker: nothing that its servers look for is lost */
	on_card(&s, "MT_1090110018", NULL, 0);
	assert_int_equal(try(&s, "MT_1090120019", NULL, 42, 0, &psid), CX3_OK);
	assert_true(noted(&s, "psid_lost", "the card's own board and its boot ROM"));
	scene_end(&s);
	on_card(&s, "ISL1090110018", NULL, 0);
	assert_int_equal(try(&s, "MT_1090120019", NULL, 42, 0, &psid), CX3_OK);
	assert_false(noted(&s, "ports", ""));
	scene_end(&s);
}

static void ports_and_connectors(void **state)
{
	const struct cx3_burn_options psid = {.allow_psid_change = true};
	struct scene s;

	(void)state;
	on_card(&s, "MT_1090120019", NULL, 0); /* two QSFP */
	assert_int_equal(try(&s, "MT_1170110023", NULL, 42, 0, &psid), CX3_OK);
	assert_true(noted(&s, "ports", "has 2 ports and the image is for 1"));
	assert_true(noted(&s, "connector", "has QSFP and the image is for SFP+"));
	/* a board that is known by the name in its INI only */
	assert_int_equal(
		try(&s, "XX_0000000001", "[PS_INFO]\nName = MCX341A-XCA_Ax\n", 42, 0, &psid),
		CX3_OK);
	assert_true(noted(&s, "ports", "the second port is gone"));
	scene_end(&s);
}

static void versions(void **state)
{
	const struct cx3_burn_options plain = {0};
	struct scene s;

	(void)state;
	on_card(&s, "MT_1090120019", NULL, 0);
	assert_int_equal(try(&s, "MT_1090120019", NULL, 42, 0, &plain), CX3_OK);
	assert_int_equal(s.e.note_count, 0);
	assert_int_equal(try(&s, "MT_1090120019", NULL, 36, 0, &plain), CX3_OK);
	assert_true(noted(&s, "older_version", "older"));
	assert_int_equal(try(&s, "MT_1090120019", REV_A, 40, 0, &plain), CX3_OK);
	assert_true(noted(&s, "same_version", "already"));
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_revision),
		cmocka_unit_test(a_pair_that_went_wrong),
		cmocka_unit_test(a_key),
		cmocka_unit_test(another_psid),
		cmocka_unit_test(ports_and_connectors),
		cmocka_unit_test(versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
