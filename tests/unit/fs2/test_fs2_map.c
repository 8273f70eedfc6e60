/* SPDX-License-Identifier: BSD-2-Clause */
/* The map of a flash and the differences of two: each byte in one piece, and by its name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cx3flash/map.h"
#include "jobs_fixture.h"

#define SIZE 0x80000u

static uint8_t flash[SIZE], other[SIZE];
static uint8_t *image;
static uint32_t image_len;

/* A small image in the even home. */
static int setup(void **state)
{
	struct cx3_fs2_recipe recipe;

	(void)state;
	fixture_small_recipe(&recipe, "MT_MAPPED_0001", 36);
	image = fixture_image(&recipe, &image_len);
	memset(flash, 0xff, SIZE);
	fixture_lay(flash, SIZE, image, image_len, false);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(image);
	return 0;
}

static const struct cx3_map_piece *at(const struct cx3_map_piece *piece, size_t count,
				      uint32_t addr)
{
	for (size_t i = 0; i < count; i++) {
		if (addr >= piece[i].start && addr - piece[i].start < piece[i].len)
			return &piece[i];
	}
	return NULL;
}

static void covers_all(void **state)
{
	struct cx3_map_piece *piece;
	uint32_t next = 0;
	size_t count;

	(void)state;
	flash[0x40000] = 0; /* belongs to nothing */
	assert_int_equal(cx3_map_make(flash, SIZE, &piece, &count, NULL), CX3_OK);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(piece[i].start, next);
		assert_true(piece[i].len > 0 && piece[i].name[0]);
		next += piece[i].len;
	}
	assert_int_equal(next, SIZE);
	assert_int_equal(at(piece, count, 0)->kind, CX3_MAP_SECTION);
	assert_string_equal(at(piece, count, 0)->name, "header");
	assert_string_equal(at(piece, count, 0x40)->name, "BOOT2");
	/* the odd home, and the second chunk of the image in the even one */
	assert_int_equal(at(piece, count, 0x10000)->kind, CX3_MAP_BLANK);
	assert_int_equal(at(piece, count, 0x20000)->kind, CX3_MAP_SECTION);
	assert_int_equal(at(piece, count, 0x40000)->kind, CX3_MAP_OTHER);
	assert_string_equal(at(piece, count, SIZE - 1)->name, "configuration, blank");
	free(piece);
}

static void shows_damage_and_settings(void **state)
{
	struct cx3_map_piece *piece;
	size_t count;

	(void)state;
	flash[0x20010] ^= 1;
	memset(flash + SIZE - 0x1000, 0x12, 100);
	memset(flash + SIZE - 0x10000 - 0x2000, 0, 0x2000); /* the even home's */
	assert_int_equal(cx3_map_make(flash, SIZE, &piece, &count, NULL), CX3_OK);
	assert_int_equal(at(piece, count, 0x20010)->kind, CX3_MAP_DAMAGED);
	assert_int_equal(at(piece, count, SIZE - 1)->kind, CX3_MAP_CONFIG);
	assert_int_equal(at(piece, count, SIZE - 0x10000 - 1)->kind, CX3_MAP_DAMAGED);
	free(piece);
}

static void hostile_content(void **state)
{
	struct cx3_map_piece *piece;
	size_t count;

	(void)state;
	/* a header that leads nowhere, and nothing else */
	memset(flash + 16, 0xa5, SIZE - 16);
	assert_int_equal(cx3_map_make(flash, SIZE, &piece, &count, NULL), CX3_OK);
	assert_int_equal(at(piece, count, 0)->kind, CX3_MAP_DAMAGED);
	free(piece);
}

static void raw_difference(void **state)
{
	struct cx3_difference *list;
	size_t count;

	(void)state;
	memcpy(other, flash, SIZE);
	assert_int_equal(cx3_diff_raw(flash, other, SIZE, &list, &count, NULL), CX3_OK);
	assert_int_equal(count, 0);
	free(list);
	other[0x41] ^= 1;
	other[0x43] ^= 1;
	other[SIZE - 1] = 0;
	assert_int_equal(cx3_diff_raw(flash, other, SIZE, &list, &count, NULL), CX3_OK);
	assert_int_equal(count, 2);
	assert_string_equal(list[0].name, "BOOT2");
	assert_int_equal(list[0].differ, 2);
	assert_int_equal(list[0].first_differ, 0x41);
	assert_string_equal(list[1].name, "configuration, blank");
	free(list);
}

static const struct cx3_difference *named(const struct cx3_difference *list, size_t count,
					  const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	}
	return NULL;
}

/* A flash against an image file: another version, other GUIDs, and no ROM. */
static void image_difference(void **state)
{
	struct cx3_fs2_source a = cx3_fs2_memory(flash, SIZE), b;
	struct cx3_difference *list;
	struct cx3_fs2_recipe recipe;
	uint8_t *second;
	uint32_t len;
	size_t count;

	(void)state;
	b = cx3_fs2_memory(image, image_len);
	assert_int_equal(
		cx3_diff_images(&a, CX3_FS2_STRIPED, &b, CX3_FS2_CONTIGUOUS, &list, &count, NULL),
		CX3_OK);
	assert_int_equal(count, 0);
	free(list);
	fixture_small_recipe(&recipe, "MT_MAPPED_0001", 36);
	recipe.fw_version[1] = 42;
	recipe.uid[0]++;
	recipe.rom_size = recipe.rom_count = 0;
	second = fixture_image(&recipe, &len);
	b = cx3_fs2_memory(second, len);
	assert_int_equal(
		cx3_diff_images(&a, CX3_FS2_STRIPED, &b, CX3_FS2_CONTIGUOUS, &list, &count, NULL),
		CX3_OK);
	assert_int_equal(named(list, count, "GUID")->differ, 1);
	assert_true(named(list, count, "Image Info")->differ > 0);
	assert_int_equal(named(list, count, "ROM")->other, 0);
	assert_null(named(list, count, "DDR"));
	free(list);
	assert_int_equal(
		cx3_diff_images(&b, CX3_FS2_CONTIGUOUS, &a, CX3_FS2_STRIPED, &list, &count, NULL),
		CX3_OK);
	assert_int_equal(named(list, count, "ROM")->len, 0);
	free(list);
	free(second);
	memset(other, 0xff, SIZE);
	b = cx3_fs2_memory(other, SIZE);
	assert_int_equal(
		cx3_diff_images(&a, CX3_FS2_STRIPED, &b, CX3_FS2_STRIPED, &list, &count, NULL),
		CX3_E_NO_IMAGE);
	free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(covers_all, setup, teardown),
		cmocka_unit_test_setup_teardown(shows_damage_and_settings, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_content, setup, teardown),
		cmocka_unit_test_setup_teardown(raw_difference, setup, teardown),
		cmocka_unit_test_setup_teardown(image_difference, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
