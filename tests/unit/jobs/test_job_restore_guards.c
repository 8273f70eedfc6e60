/* SPDX-License-Identifier: BSD-2-Clause */
/* restore through the engine: what it refuses, and two homes one after the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "jobs_engine.h"
#include "said.h"

#define PSID "MT_RESTORE_G1"
#define ODD 0x10000u

struct scene {
	struct fixture b;
	struct cx3_fs2_recipe recipe;
	uint8_t *before;
	struct engine e;
	struct cx3_error err;
};

static const struct cx3_restore_options strict = {0};

static void begin(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	fixture_with_image(&s->b, PSID, &s->recipe);
	engine_home(&s->b);
	s->before = fixture_get(&s->b);
}

static void end(struct scene *s)
{
	free(s->before);
	fixture_delete(&s->b);
}

/* A content with an image of this recipe in the even home, the odd one, or both. */
static uint8_t *content_of(const struct scene *s, const struct cx3_fs2_recipe *recipe, bool even,
			   bool odd)
{
	uint8_t *content = malloc(s->b.size), *image;
	uint32_t len;

	image = fixture_image(recipe, &len);
	memset(content, 0xff, s->b.size);
	if (even)
		fixture_lay(content, s->b.size, image, len, false);
	if (odd)
		fixture_lay(content, s->b.size, image, len, true);
	free(image);
	return content;
}

static int restore(struct scene *s, const uint8_t *content, const struct cx3_restore_options *what)
{
	return engine_restore(&s->b, &s->e, content, what, &s->err);
}

/* Refused before anything is asked; with the one option it goes through. */
static void only_with(struct scene *s, const uint8_t *content, int code,
		      const struct cx3_restore_options *allow)
{
	fixture_put(&s->b, s->before);
	assert_int_equal(restore(s, content, &strict), code);
	assert_int_equal(s->e.asked, 0);
	engine_expect(&s->b, s->before);
	fixture_ok(restore(s, content, allow), &s->err);
	engine_expect(&s->b, content);
}

static void another_cards_backup(void **state)
{
	const struct cx3_restore_options allow = {.allow_identity_change = true};
	const struct cx3_restore_options both = {.allow_identity_change = true,
						 .allow_psid_change = true};
	struct cx3_fs2_recipe other;
	struct scene s;
	uint8_t *content;

	(void)state;
	begin(&s);
	other = s.recipe;
	for (unsigned i = 0; i < 6; i++)
		other.uid[i] ^= 0x5000;
	content = content_of(&s, &other, true, false);
	only_with(&s, content, CX3_E_IDENTITY, &allow);
	free(content);
	snprintf(other.psid, sizeof(other.psid), "DEL_ANOTHER_1");
	content = content_of(&s, &other, true, false);
	fixture_put(&s.b, s.before);
	assert_int_equal(restore(&s, content, &allow), CX3_E_PSID);
	only_with(&s, content, CX3_E_IDENTITY, &both);
	free(content);
	end(&s);
}

/* A published image was written as it is: nothing on the card contradicts the backup. */
static void a_card_that_tells_nothing(void **state)
{
	const uint64_t published = UINT64_C(0x0002c9000100d050);
	struct cx3_fs2_recipe other;
	struct scene s;
	uint8_t *content;

	(void)state;
	begin(&s);
	other = s.recipe;
	for (unsigned i = 0; i < 4; i++)
		other.uid[i] = published + i;
	content = content_of(&s, &other, true, false);
	fixture_put(&s.b, content);
	assert_int_equal(restore(&s, s.before, &strict), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&s.err), "on the card are of a published image"));
	assert_null(strstr(said(&s.err), "another card"));
	engine_expect(&s.b, content);
	free(content);
	end(&s);
}

/* The card's own backup needs no option, also where its PSID was changed meanwhile. */
static void its_own_backup(void **state)
{
	struct cx3_fs2_recipe other;
	struct scene s;
	uint8_t *content;

	(void)state;
	begin(&s);
	other = s.recipe;
	snprintf(other.psid, sizeof(other.psid), "DEL_BEFORE_01");
	content = content_of(&s, &other, true, false);
	fixture_ok(restore(&s, content, &strict), &s.err);
	engine_expect(&s.b, content);
	free(content);
	end(&s);
}

static void nothing_like_a_backup(void **state)
{
	const struct cx3_restore_options allow = {.allow_no_image = true};
	struct scene s;
	uint8_t *content;

	(void)state;
	begin(&s);
	content = malloc(s.b.size);
	for (uint32_t i = 0; i < s.b.size; i++)
		content[i] = (uint8_t)(i * 41 + (i >> 9));
	only_with(&s, content, CX3_E_NO_IMAGE, &allow);
	free(content);
	end(&s);
}

static void a_damaged_image(void **state)
{
	const struct cx3_restore_options allow = {.allow_bad_backup = true};
	struct scene s;
	uint8_t *content;

	(void)state;
	begin(&s);
	content = content_of(&s, &s.recipe, true, false);
	content[0x3000] ^= 1;
	only_with(&s, content, CX3_E_BACKUP, &allow);
	free(content);
	end(&s);
}

/* A manifest beside the content, made with the simulated card as these options make it. */
static void make_manifest(struct scene *s, const char *card, char *path, size_t size)
{
	struct cx3_backup backup = {.size = sizeof(backup)};

	snprintf(path, size, "%s/content.bin", s->b.folder);
	unlink(path);
	fixture_open(&s->b, card, NULL);
	fixture_ok(cx3_backup_to(s->b.shadow, path, NULL, &backup, &s->err), &s->err);
	fixture_close(&s->b);
	snprintf(path, size, "%s", backup.manifest);
}

/* One byte that no CRC covers: only the manifest tells. */
static void not_what_the_manifest_says(void **state)
{
	const struct cx3_restore_options allow = {.allow_bad_backup = true};
	struct scene s;
	uint8_t *content;
	char path[600];

	(void)state;
	begin(&s);
	make_manifest(&s, "", path, sizeof(path));
	content = fixture_get(&s.b);
	content[s.b.size - 100] ^= 0x40;
	only_with(&s, content, CX3_E_BACKUP, &allow);
	/* a manifest that is none */
	fixture_ok(cx3_file_write(path, "{\"sha256\": 7", 12, true, &s.err), &s.err);
	only_with(&s, content, CX3_E_BACKUP, &allow);
	/* without one the byte can't be told */
	unlink(path);
	fixture_put(&s.b, s.before);
	fixture_ok(restore(&s, content, &strict), &s.err);
	free(content);
	end(&s);
}

static void another_chip_or_part(void **state)
{
	static const char *const cards[] = {"chip=cx3", "rev=1", "part=M25P40"};
	const struct cx3_restore_options allow = {.allow_other_card = true};
	struct scene s;
	uint8_t *content;
	char path[600];

	(void)state;
	begin(&s);
	content = fixture_get(&s.b);
	content[s.b.size - 100] ^= 0x40;
	fixture_put(&s.b, content);
	make_manifest(&s, "", path, sizeof(path));
	for (unsigned i = 0; i < 3; i++) {
		s.e.card = cards[i];
		only_with(&s, content, CX3_E_WRONG_CARD, &allow);
	}
	/* without a manifest the image itself tells the chip */
	unlink(path);
	s.e.card = "chip=cx3";
	only_with(&s, content, CX3_E_WRONG_CARD, &allow);
	free(content);
	end(&s);
}

/* The image runs on both revisions of the chip, so that nothing but the manifest tells that the
 * backup is of another card. */
static void another_revision(void **state)
{
	const struct cx3_restore_options allow = {.allow_other_card = true};
	struct scene s;
	uint8_t *content;
	char path[600];

	(void)state;
	begin(&s);
	s.recipe.hw_id[s.recipe.hw_id_count++] = 0x1f7 | 1u << 16;
	content = content_of(&s, &s.recipe, true, false);
	fixture_put(&s.b, content);
	make_manifest(&s, "", path, sizeof(path));
	s.e.card = "rev=1";
	only_with(&s, content, CX3_E_WRONG_CARD, &allow);
	free(content);
	end(&s);
}

/* --- Two homes --- */

/* The flash holds an image in one home, the content one in the other: the content's is
 * finished and signed before the flash's own loses a byte. */
static void one_home_after_the_other(void **state)
{
	struct cx3_fs2_recipe other;
	struct scene s;
	uint8_t *content;

	(void)state;
	begin(&s);
	other = s.recipe;
	other.seed = 8;
	content = content_of(&s, &other, false, true);
	/* what an earlier image has left in the home that boots now */
	for (uint32_t i = 0; i < 0x8000; i++)
		content[i] = (uint8_t)(i >> 3);
	fixture_ok(restore(&s, content, &strict), &s.err);
	assert_true(s.e.plan.bootable_throughout && s.e.plan.bootable_checked);
	assert_int_equal(s.e.plan.bootable_start, 0);
	engine_expect(&s.b, content);
	fixture_ok(restore(&s, s.before, &strict), &s.err);
	assert_true(s.e.plan.bootable_throughout && s.e.plan.bootable_checked);
	assert_int_equal(s.e.plan.bootable_start, ODD);
	engine_expect(&s.b, s.before);
	free(content);
	end(&s);
}

static void expect_boot(struct scene *s, const uint8_t *content, uint32_t start)
{
	fixture_ok(restore(s, content, &strict), &s->err);
	engine_expect(&s->b, content);
	/* the register has the address in its upper three bytes */
	assert_int_equal(engine_state(&s->b, "boot_address"), start << 8);
}

/* The register always names the image that boots, whichever signatures come and go. */
static void the_boot_address_is_right(void **state)
{
	struct cx3_fs2_recipe other;
	uint8_t *odd, *even, *both, *mixed;
	uint32_t len;
	struct scene s;
	uint8_t *image;

	(void)state;
	begin(&s);
	even = content_of(&s, &s.recipe, true, false);
	odd = content_of(&s, &s.recipe, false, true);
	both = content_of(&s, &s.recipe, true, true);
	/* both signed on the flash, only the odd one in the backup; and back */
	fixture_put(&s.b, both);
	expect_boot(&s, odd, ODD);
	expect_boot(&s, both, 0);
	/* the even one stays as it is, the odd one comes: the even one boots */
	fixture_put(&s.b, even);
	expect_boot(&s, both, 0);
	expect_boot(&s, even, 0);
	expect_boot(&s, odd, ODD);
	expect_boot(&s, even, 0);
	/* another image above the one that boots */
	other = s.recipe;
	other.seed = 99;
	image = fixture_image(&other, &len);
	mixed = content_of(&s, &s.recipe, true, false);
	fixture_lay(mixed, s.b.size, image, len, true);
	fixture_put(&s.b, both);
	expect_boot(&s, mixed, 0);
	free(image);
	free(even);
	free(odd);
	free(both);
	free(mixed);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_cards_backup),
		cmocka_unit_test(a_card_that_tells_nothing),
		cmocka_unit_test(its_own_backup),
		cmocka_unit_test(nothing_like_a_backup),
		cmocka_unit_test(a_damaged_image),
		cmocka_unit_test(not_what_the_manifest_says),
		cmocka_unit_test(another_chip_or_part),
		cmocka_unit_test(another_revision),
		cmocka_unit_test(one_home_after_the_other),
		cmocka_unit_test(the_boot_address_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
