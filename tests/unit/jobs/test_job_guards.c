/* SPDX-License-Identifier: BSD-2-Clause */
/* What a job must notice by itself: another card, a damaged home, a field that is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fs2/crc16.h"
#include "jobs_engine.h"
#include "records/manifest.h"
#include "said.h"

#define PSID "MT_GUARDS_001"
#define ODD 0x10000u

static const struct cx3_burn_options plain = {0};

struct scene {
	struct fixture b;
	struct cx3_fs2_recipe recipe;
	uint8_t *image, *before, *other; /* a newer image; the flash; another card's flash */
	uint32_t len;
	struct engine e;
	struct cx3_error err;
};

static uint8_t *other_card(const struct scene *s)
{
	struct cx3_fs2_recipe recipe;
	uint8_t *content = malloc(s->b.size), *image;
	uint32_t len;

	fixture_small_recipe(&recipe, "MT_OTHER_0001", 50);
	for (unsigned i = 0; i < 6; i++)
		recipe.uid[i] ^= 0x770000;
	image = fixture_image(&recipe, &len);
	memset(content, 0xff, s->b.size);
	fixture_lay(content, s->b.size, image, len, true);
	free(image);
	return content;
}

static void begin(struct scene *s)
{
	struct cx3_fs2_recipe fresh;

	memset(s, 0, sizeof(*s));
	fixture_with_image(&s->b, PSID, &s->recipe);
	engine_home(&s->b);
	s->before = fixture_get(&s->b);
	fixture_small_recipe(&fresh, PSID, 42);
	for (unsigned i = 0; i < 6; i++)
		fresh.uid[i] ^= 0x330000;
	s->image = fixture_image(&fresh, &s->len);
	s->other = other_card(s);
}

static void end(struct scene *s)
{
	free(s->image);
	free(s->before);
	free(s->other);
	fixture_delete(&s->b);
}

static int burn(struct scene *s, const struct cx3_burn_options *what)
{
	return engine_burn(&s->b, &s->e, s->image, s->len, what, &s->err);
}

/* The newer image, with the card's own identity, is what boots. */
static void expect_burnt(struct scene *s, uint32_t start)
{
	struct cx3_fs2_info info;

	fixture_booting(&s->b, &info);
	assert_int_equal(info.start, start);
	assert_int_equal(info.fw_version[1], 42);
	assert_memory_equal(info.uid, s->recipe.uid, sizeof(s->recipe.uid));
	assert_int_equal(fixture_violations(&s->b), 0);
}

/* --- Another card --- */

static const uint8_t *swapped_in;

static void swap_at_question(struct engine *e, const struct cx3_job_view *view)
{
	(void)view;
	engine_swap(e->fixture, swapped_in);
}

static void swap_at_backup(struct engine *e, const struct cx3_backup *backup)
{
	(void)backup;
	engine_swap(e->fixture, swapped_in);
}

/* --- Another flash tool --- */

/* It is waited for. One that does not end is told, and nothing is written. */
static void another_flash_tool(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.e.card = "tools-sem=stuck";
	assert_int_equal(burn(&s, &plain), CX3_E_OTHER_TOOL);
	assert_non_null(strstr(said(&s.err), "0xf03a0"));
	assert_int_equal(s.e.backed_up, 0);
	engine_expect(&s.b, s.before);
	s.e.card = "tools-sem=15000";
	fixture_ok(burn(&s, &plain), &s.err);
	expect_burnt(&s, ODD);
	/* and left free: the next one does not wait */
	fixture_put(&s.b, s.before);
	s.e.card = NULL;
	fixture_ok(burn(&s, &plain), &s.err);
	fixture_put(&s.b, s.before);
	s.e.card = "tools-word=65536";
	fixture_ok(burn(&s, &plain), &s.err);
	expect_burnt(&s, ODD);
	end(&s);
}

/* Another card with the same firmware, whose header happens to have the same CRC: its GUIDs tell.
 */
static void another_card_with_this_header(void **state)
{
	struct cx3_fs2_info info;
	struct scene s;

	(void)state;
	begin(&s);
	fixture_booting(&s.b, &info);
	memcpy(s.other, s.before, s.b.size);
	s.other[info.guid_ptr + 7] ^= 0x40;
	swapped_in = s.other;
	s.e.at_question = swap_at_question;
	s.e.accept_worse = true;
	assert_int_equal(burn(&s, &plain), CX3_E_CHANGED);
	engine_expect(&s.b, s.other);
	assert_int_equal(engine_files(&s.b, "backups", "", NULL, 0), 0);
	end(&s);
}

/* Another card's content at the question: nothing is written to it, and no backup is made
 * of the two. */
static void another_card_at_the_question(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	swapped_in = s.other;
	s.e.at_question = swap_at_question;
	s.e.accept_worse = true;
	for (unsigned i = 0; i < 2; i++) {
		s.e.options.no_backup = i == 1;
		fixture_put(&s.b, s.before);
		assert_int_equal(burn(&s, &plain), CX3_E_CHANGED);
		assert_non_null(strstr(said(&s.err), "Nothing was written"));
		engine_expect(&s.b, s.other);
		assert_int_equal(engine_files(&s.b, "backups", "", NULL, 0), 0);
		assert_int_equal(engine_files(&s.b, "journals", "", NULL, 0), 0);
	}
	end(&s);
}

static void another_card_after_the_backup(void **state)
{
	const struct cx3_burn_options named = {
		.guid_count = 4,
		.guid = {0x2c90300550000, 0x2c90300550001, 0x2c90300550002, 0x2c90300550003}};
	struct cx3_manifest_facts facts;
	struct scene s;
	bool found;
	uint8_t *twin;

	(void)state;
	begin(&s);
	s.e.at_backup = swap_at_backup;
	swapped_in = s.other;
	assert_int_equal(burn(&s, &plain), CX3_E_CHANGED);
	engine_expect(&s.b, s.other);
	/* what the card was to be given, and was not */
	fixture_put(&s.b, s.before);
	assert_int_equal(burn(&s, &named), CX3_E_CHANGED);
	fixture_ok(cx3_manifest_read(s.e.result.backup->path, &facts, &found, &s.err), &s.err);
	assert_true(found && facts.has_identity);
	assert_int_equal(facts.given_count, 0);
	/* the same firmware with other GUIDs */
	twin = fixture_get(&s.b);
	memset(twin, 0xff, s.b.size);
	s.recipe.uid[0] ^= 0x12;
	free(s.image);
	s.image = fixture_image(&s.recipe, &s.len);
	fixture_lay(twin, s.b.size, s.image, s.len, false);
	fixture_put(&s.b, s.before);
	swapped_in = twin;
	s.recipe.fw_version[1] = 42;
	free(s.image);
	s.image = fixture_image(&s.recipe, &s.len);
	assert_int_equal(burn(&s, &plain), CX3_E_CHANGED);
	engine_expect(&s.b, twin);
	free(twin);
	end(&s);
}

/* --- Two homes --- */

/* A second image, of the same card, in the odd home. */
static void lay_second(struct scene *s)
{
	uint32_t len;
	uint8_t *image;

	s->recipe.seed = 5;
	image = fixture_image(&s->recipe, &len);
	fixture_lay(s->before, s->b.size, image, len, true);
	free(image);
	fixture_put(&s->b, s->before);
}

/* The lower home is damaged, the upper whole: the upper one stays, the lower is burnt. */
static void the_whole_home_stays(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	lay_second(&s);
	s.before[0x3000] ^= 4;
	for (unsigned i = 0; i < 2; i++) {
		s.e.options.no_backup = i == 1;
		fixture_put(&s.b, s.before);
		fixture_ok(burn(&s, &plain), &s.err);
		assert_int_equal(s.e.first_plan.bootable_start, 0);
		assert_false(s.e.first_plan.bootable_checked);
		assert_int_equal(s.e.plan.bootable_start, ODD);
		assert_true(s.e.plan.bootable_throughout && s.e.plan.bootable_checked);
		expect_burnt(&s, 0);
	}
	end(&s);
}

/* Both are damaged: with a backup or without, no promise, and asked again. */
static void two_damaged_homes(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	lay_second(&s);
	s.before[0x3000] ^= 4;
	s.before[ODD + 0x3000] ^= 4;
	for (unsigned i = 0; i < 2; i++) {
		s.e.options.no_backup = i == 1;
		s.e.accept_worse = false;
		fixture_put(&s.b, s.before);
		assert_int_equal(burn(&s, &plain), CX3_E_UNBOOTABLE);
		assert_false(s.e.plan.bootable_throughout);
		engine_expect(&s.b, s.before);
		s.e.accept_worse = true;
		fixture_ok(burn(&s, &plain), &s.err);
	}
	end(&s);
}

/* The lower home's GUID section is damaged: the identity comes from the other one. */
static void the_other_homes_identity(void **state)
{
	const struct cx3_burn_options nofs = {.non_failsafe = true};
	struct cx3_fs2_info info;
	struct scene s;

	(void)state;
	begin(&s);
	lay_second(&s);
	fixture_booting(&s.b, &info);
	s.before[cx3_fs2_addr(&info, info.guid_ptr) + 3] ^= 0x08;
	for (unsigned i = 0; i < 2; i++) {
		fixture_put(&s.b, s.before);
		fixture_ok(burn(&s, i ? &nofs : &plain), &s.err);
		assert_non_null(strstr(s.e.identity, "0x10000"));
		assert_true(s.e.plan.bootable_throughout);
		expect_burnt(&s, 0);
	}
	end(&s);
}

/* --- A signature that is data --- */

static void on_section(void *user, const struct cx3_fs2_section *section)
{
	struct cx3_fs2_section *found = user;

	if (!section->whole_image && section->addr < ODD && section->addr + section->size > ODD)
		*found = *section;
}

/* Puts the sixteen bytes of a signature at logical 0x10000, and mends the CRCs. */
static void put_magic(uint8_t *image, uint32_t len)
{
	struct cx3_fs2_source src = cx3_fs2_memory(image, len);
	struct cx3_fs2_section section = {0};
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	uint16_t crc;

	fixture_ok(cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &info, on_section, &section, &err),
		   &err);
	assert_true(section.size > 0 && ODD + 16 < section.addr + section.size - 4);
	memcpy(image + ODD, image, 16);
	crc = cx3_fs2_crc16(image + section.addr, section.size - 4);
	image[section.addr + section.size - 2] = (uint8_t)(crc >> 8);
	image[section.addr + section.size - 1] = (uint8_t)crc;
	fixture_ok(cx3_fs2_set_full_crc(image, len, false, &err), &err);
	fixture_ok(cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &info, NULL, NULL, &err), &err);
}

static void a_signature_inside_the_image(void **state)
{
	struct scene s;
	uint8_t *old, *after;
	uint32_t len;

	(void)state;
	begin(&s);
	old = fixture_image(&s.recipe, &len);
	put_magic(old, len);
	memset(s.before, 0xff, s.b.size);
	fixture_lay(s.before, s.b.size, old, len, false);
	assert_memory_equal(s.before + 0x20000, s.before, 16);
	fixture_put(&s.b, s.before);
	fixture_ok(burn(&s, &plain), &s.err);
	assert_int_equal(s.e.home_count, 1);
	assert_true(s.e.plan.bootable_checked);
	after = fixture_get(&s.b);
	/* the old image has lost its own signature and no byte more */
	assert_memory_equal(after + 4, s.before + 4, 0x10000 - 4);
	assert_memory_equal(after + 0x20000, s.before + 0x20000, 0x10000);
	expect_burnt(&s, ODD);
	/* and as the new image */
	fixture_put(&s.b, after);
	fixture_ok(engine_burn(&s.b, &s.e, old, len, &plain, &s.err), &s.err);
	fixture_ok(engine_burn(&s.b, &s.e, s.image, s.len, &plain, &s.err), &s.err);
	expect_burnt(&s, ODD);
	free(after);
	free(old);
	end(&s);
}

/* --- What is missing --- */

static void no_vsd_by_silence(void **state)
{
	struct cx3_burn_options what = {.non_failsafe = true,
					.guid_count = 1,
					.guid = {0x0002c90300aabbc0},
					.mac_count = 1,
					.mac = {0x0002c9aabbc0}};
	struct cx3_fs2_info info;
	struct scene s;

	(void)state;
	begin(&s);
	memset(s.before, 0xff, s.b.size);
	fixture_put(&s.b, s.before);
	assert_int_equal(burn(&s, &what), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&s.err), "VSD"));
	assert_int_equal(s.e.shown, 0);
	engine_expect(&s.b, s.before);
	what.vsd = "my own";
	fixture_ok(burn(&s, &what), &s.err);
	fixture_booting(&s.b, &info);
	assert_string_equal(info.vsd, "my own");
	fixture_put(&s.b, s.before);
	what.vsd = NULL;
	what.use_image_ps = true;
	fixture_ok(burn(&s, &what), &s.err);
	fixture_booting(&s.b, &info);
	assert_string_equal(info.vsd, s.recipe.vsd);
	end(&s);
}

/* An image with four entries has no place for MACs: they are not dropped in silence. */
static void no_place_for_macs(void **state)
{
	const struct cx3_burn_options macs = {.mac_count = 1, .mac = {0x0002c9aaaaaa}};
	struct scene s;
	uint32_t len;
	uint8_t *image;

	(void)state;
	begin(&s);
	s.recipe.uid_count = 4;
	image = fixture_image(&s.recipe, &len);
	memset(s.before, 0xff, s.b.size);
	fixture_lay(s.before, s.b.size, image, len, false);
	fixture_put(&s.b, s.before);
	assert_int_equal(engine_set_guids(&s.b, &s.e, &macs, &s.err), CX3_E_IDENTITY);
	assert_int_equal(s.e.asked, 0);
	assert_int_equal(engine_burn(&s.b, &s.e, image, len, &macs, &s.err), CX3_E_IDENTITY);
	assert_int_equal(s.e.asked, 0);
	engine_expect(&s.b, s.before);
	free(image);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_flash_tool),
		cmocka_unit_test(another_card_with_this_header),
		cmocka_unit_test(another_card_at_the_question),
		cmocka_unit_test(another_card_after_the_backup),
		cmocka_unit_test(the_whole_home_stays),
		cmocka_unit_test(two_damaged_homes),
		cmocka_unit_test(the_other_homes_identity),
		cmocka_unit_test(a_signature_inside_the_image),
		cmocka_unit_test(no_vsd_by_silence),
		cmocka_unit_test(no_place_for_macs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
