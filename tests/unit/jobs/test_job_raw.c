/* SPDX-License-Identifier: BSD-2-Clause */
/* Raw writes: nothing beside them changes, what is refused, and what an interrupted one has lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "burn_scene.h"

static const uint8_t word[4] = {0x12, 0x34, 0x56, 0x78};
static const uint8_t other[4] = {0xc1, 0xd2, 0xe3, 0xf4};

/* An address beside all images, in a sector that is full of something. */
static uint32_t place(const struct scene *s)
{
	return s->b.size - 0x7000 + 0x404;
}

static void fill_sector(struct scene *s)
{
	memset(s->before + place(s) / 4096 * 4096, 0x3c, 4096);
	fixture_put(&s->b, s->before);
}

static struct cx3_raw raw_of(enum cx3_raw_kind kind, uint32_t addr, const uint8_t *bytes)
{
	return (struct cx3_raw){.kind = kind, .addr = addr, .bytes = bytes, .len = 4};
}

static int write_at(struct scene *s, uint32_t addr, const uint8_t *bytes)
{
	struct cx3_raw raw = raw_of(CX3_RAW_WRITE, addr, bytes);

	return engine_raw(&s->b, &s->e, &raw, &s->err);
}

static void writes_a_word(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_RAW_000001");
	fill_sector(&s);
	assert_int_equal(write_at(&s, place(&s), word), CX3_OK);
	assert_true(s.e.result.written && s.e.result.backup);
	assert_true(s.e.plan.bootable_throughout && s.e.plan.bootable_checked);
	assert_int_equal(s.e.plan.sector_erases, 1);
	memcpy(s.before + place(&s), word, 4);
	engine_expect(&s.b, s.before);
	assert_int_equal(write_at(&s, place(&s), word), CX3_OK);
	assert_true(s.e.result.unchanged && !s.e.result.written);
	scene_end(&s);
}

static void erases_a_sector(void **state)
{
	struct cx3_raw raw = {.kind = CX3_RAW_ERASE};
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_RAW_000001");
	fill_sector(&s);
	raw.addr = place(&s) + 1;
	assert_int_equal(engine_raw(&s.b, &s.e, &raw, &s.err), CX3_OK);
	memset(s.before + place(&s) / 4096 * 4096, 0xff, 4096);
	engine_expect(&s.b, s.before);
	scene_end(&s);
}

static void programs_without_an_erase(void **state)
{
	static const uint8_t fewer[4] = {0x14, 0x3c, 0, 0x20};
	struct cx3_raw raw;
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_RAW_000001");
	fill_sector(&s);
	raw = raw_of(CX3_RAW_PROGRAM, place(&s), word);
	assert_int_equal(engine_raw(&s.b, &s.e, &raw, &s.err), CX3_E_NEEDS_ERASE);
	assert_int_equal(s.e.result.needs_erase, place(&s));
	assert_non_null(strstr(s.err.cause, "holds 0x3c3c3c3c"));
	engine_expect(&s.b, s.before);
	raw = raw_of(CX3_RAW_PROGRAM, place(&s), fewer);
	assert_int_equal(engine_raw(&s.b, &s.e, &raw, &s.err), CX3_OK);
	assert_int_equal(s.e.plan.erase_bytes, 0);
	assert_true(s.e.plan.bootable_throughout);
	memcpy(s.before + place(&s), fewer, 4);
	engine_expect(&s.b, s.before);
	scene_end(&s);
}

static void refuses_places(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_RAW_000001");
	assert_int_equal(write_at(&s, s.b.size, word), CX3_E_USAGE);
	assert_int_equal(write_at(&s, s.b.size - 2, word), CX3_E_USAGE);
	assert_int_equal(write_at(&s, 0xfffffffc, word), CX3_E_USAGE);
	engine_expect(&s.b, s.before);
	scene_end(&s);
}

/* What the chip takes is the image at the lowest address. */
static void keeps_a_card_bootable(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_RAW_000001");
	assert_int_equal(write_at(&s, 0x200, word), CX3_E_UNBOOTABLE);
	assert_int_equal(write_at(&s, 0, word), CX3_E_UNBOOTABLE);
	assert_non_null(strstr(s.err.cause, "no image would be there"));
	/* a whole one behind it does not help: the damaged one is taken */
	fixture_lay(s.before, s.b.size, s.image, s.len, true);
	fixture_put(&s.b, s.before);
	assert_int_equal(write_at(&s, 0x200, word), CX3_E_UNBOOTABLE);
	assert_non_null(strstr(s.err.cause, "would be damaged"));
	engine_expect(&s.b, s.before);
	/* without a signature it is not */
	assert_int_equal(write_at(&s, 0, word), CX3_OK);
	assert_true(s.e.plan.bootable_throughout);
	memcpy(s.before, word, 4);
	engine_expect(&s.b, s.before);
	scene_end(&s);
}

static void allowed_by_name(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_RAW_000001");
	s.e.options.allow_unbootable = true;
	assert_int_equal(write_at(&s, 0x200, word), CX3_OK);
	assert_false(s.e.plan.bootable_throughout);
	assert_non_null(strstr(s.e.plan.warning, "does not boot"));
	memcpy(s.before + 0x200, word, 4);
	engine_expect(&s.b, s.before);
	/* a card that boots nothing is not made worse */
	s.e.options.allow_unbootable = false;
	s.e.card = "power-cycle=1";
	assert_int_equal(write_at(&s, 0x204, word), CX3_OK);
	memcpy(s.before + 0x204, word, 4);
	engine_expect(&s.b, s.before);
	scene_end(&s);
}

/* A ConnectX-3 image on this ConnectX-3 Pro. */
static void image_of_another_chip(void **state)
{
	struct cx3_raw raw = {.kind = CX3_RAW_IMAGE};
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_RAW_000001");
	s.recipe.device_type = 4099;
	s.recipe.hw_id[0] = 0x1f5;
	s.recipe.hw_id_count = 1;
	s.recipe.rom_size = 0;
	s.recipe.rom_count = 0;
	s.recipe.code_size = 256;
	s.recipe.code_sections = 1;
	s.recipe.second_boot = false;
	raw.bytes = fixture_image(&s.recipe, &raw.len);
	assert_int_equal(engine_raw(&s.b, &s.e, &raw, &s.err), CX3_E_UNBOOTABLE);
	assert_non_null(strstr(s.err.cause, "for another chip"));
	engine_expect(&s.b, s.before);
	free((void *)raw.bytes);
	scene_end(&s);
}

static bool has_note(const struct scene *s, const char *key)
{
	for (unsigned i = 0; i < s->e.note_count; i++) {
		if (strcmp(s->e.note[i].key, key) == 0)
			return true;
	}
	return false;
}

/* The power goes while a word is written, at each of its last writes; another word is written to
 * the same sector then, and the rest of that comes back all the same. */
static void rest_of_the_sector(void **state)
{
	struct scene s;
	uint64_t first, last;
	unsigned lost = 0;
	char card[64];

	(void)state;
	scene_begin(&s, "MT_RAW_000001");
	fill_sector(&s);
	s.e.options.no_backup = true;
	assert_int_equal(write_at(&s, place(&s), word), CX3_OK);
	first = s.e.writes_before + 1;
	last = s.e.reg_writes;
	for (uint64_t cut = first; cut < last; cut += (last - first) / 6) {
		engine_clean(&s.b);
		fixture_put(&s.b, s.before);
		snprintf(card, sizeof(card), "power-cut=%llu", (unsigned long long)cut);
		s.e.card = card;
		assert_int_not_equal(write_at(&s, place(&s), word), CX3_OK);
		s.e.card = "power-cycle=1";
		assert_int_equal(write_at(&s, place(&s) + 4, other), CX3_OK);
		lost += has_note(&s, "rest_lost");
		memcpy(s.before + place(&s) + 4, other, 4);
		engine_expect(&s.b, s.before);
		memset(s.before + place(&s) + 4, 0x3c, 4);
	}
	assert_true(lost > 0);
	scene_end(&s);
}

/* A bit that was read wrong, anywhere on the flash, does not become one that is written. */
static void a_flipped_bit_is_not_written(void **state)
{
	struct cx3_raw raw = {.kind = CX3_RAW_IMAGE};
	unsigned seed = 1;
	char card[40];
	uint8_t *want;
	struct scene s;

	(void)state;
	scene_begin(&s, "MT_RAW_000001");
	want = malloc(s.b.size);
	assert_non_null(want);
	for (uint32_t at = s.b.size / 2; at < s.b.size - 0x8000; at++)
		s.before[at] = (uint8_t)((seed = seed * 1103515245 + 12345) >> 16);
	raw.bytes = s.image;
	raw.len = s.len;
	/* whether it would boot does not matter here */
	s.e.options.allow_unbootable = true;
	s.e.options.no_backup = true;
	s.e.card = card;
	memcpy(want, s.before, s.b.size);
	memcpy(want, s.image, s.len);
	/* the words of the reading that takes in what no CRC covers */
	for (unsigned i = 0; i < 8; i++) {
		snprintf(card, sizeof(card), "flip-word=%u:%u", 100373 + 4622 * i, 4 * i);
		fixture_put(&s.b, s.before);
		assert_int_equal(engine_raw(&s.b, &s.e, &raw, &s.err), CX3_OK);
		engine_expect(&s.b, want);
	}
	free(want);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_a_word),
		cmocka_unit_test(erases_a_sector),
		cmocka_unit_test(programs_without_an_erase),
		cmocka_unit_test(refuses_places),
		cmocka_unit_test(keeps_a_card_bootable),
		cmocka_unit_test(allowed_by_name),
		cmocka_unit_test(image_of_another_chip),
		cmocka_unit_test(rest_of_the_sector),
		cmocka_unit_test(a_flipped_bit_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
