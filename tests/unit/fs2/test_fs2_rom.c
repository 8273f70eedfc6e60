/* SPDX-License-Identifier: BSD-2-Clause */
/* The versions in a ROM. */
#include "fixture.h"
#include "fs2/query.h"

static uint8_t rom[4096];
static struct cx3_fs2_info info;

static int set_up(void **state)
{
	(void)state;
	memset(rom, 0, sizeof(rom));
	memset(&info, 0, sizeof(info));
	return 0;
}

static void put_mark(uint32_t at, uint32_t first, uint32_t second, uint32_t third)
{
	memcpy(rom + at, "mlxsign:", 8);
	put_le32(rom + at + 8, first);
	put_le32(rom + at + 12, second);
	put_le32(rom + at + 16, third);
}

static void test_pxe(void **state)
{
	(void)state;
	/* As the published image has it: its last 20 bytes. */
	put_mark(sizeof(rom) - 20, 0x100003, 0x000402f0, 0x100700ff);
	fs2_parse_rom(rom, sizeof(rom), &info);
	assert_int_equal(info.rom_count, 1);
	assert_int_equal(info.rom[0].product_id, 0x10);
	assert_int_equal(info.rom[0].version[0], 3);
	assert_int_equal(info.rom[0].version[1], 4);
	assert_int_equal(info.rom[0].version[2], 752);
	assert_true(info.rom[0].has_target);
	assert_int_equal(info.rom[0].device_id, 4103);
	assert_int_equal(info.rom[0].port, 0);
	assert_int_equal(info.rom[0].cpu, 0);
	assert_int_equal(info.rom[0].proto, 0xff);
	assert_false(info.rom_checksum_bad);
}

static void test_products(void **state)
{
	(void)state;
	put_mark(100, 0x110001, 0, 0x10072302);		   /* UEFI, port 2, both CPUs, protocol 2 */
	put_mark(130, 0x120005, 0x00060007, 0x1007f3aa);   /* CLP has no port, no protocol */
	put_mark(160, 0x00010008, 0x0009000a, 0xffffffff); /* CLP1 has no target */
	fs2_parse_rom(rom, sizeof(rom), &info);
	assert_int_equal(info.rom_count, 3);
	assert_int_equal(info.rom[0].port, 2);
	assert_int_equal(info.rom[0].cpu, 3);
	assert_int_equal(info.rom[0].proto, 2);
	assert_int_equal(info.rom[1].port, 0);
	assert_int_equal(info.rom[1].proto, 0xff);
	assert_int_equal(info.rom[1].version[2], 7);
	assert_int_equal(info.rom[2].version[1], 9);
	assert_false(info.rom[2].has_target);
}

static void test_five_at_most(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 6; i++)
		put_mark(100 + 20 * i, 0x100000 | i, 0, 0);
	fs2_parse_rom(rom, sizeof(rom), &info);
	assert_int_equal(info.rom_count, 5);
	assert_int_equal(info.rom[4].version[0], 4);
}

static void test_free_text(void **state)
{
	(void)state;
	put_mark(100, 0x0f0002, 0, 0);
	put_le32(rom + 120, 3 << 8 | 5); /* a text of 3 bytes, 5 words in all */
	memcpy(rom + 124, "810", 3);
	fs2_parse_rom(rom, sizeof(rom), &info);
	assert_int_equal(info.rom_count, 1);
	assert_string_equal(info.rom[0].text, "810");
	assert_int_equal(info.rom[0].version[0], 810);
	memcpy(rom + 124, "abc", 3);
	fs2_parse_rom(rom, sizeof(rom), &info);
	assert_int_equal(info.rom[0].version[0], 2);
	put_le32(rom + 120, 3 << 8 | 4); /* too few words for the text: not believed */
	fs2_parse_rom(rom, sizeof(rom), &info);
	assert_int_equal(info.rom_count, 0);
}

/* A long free text is cut, and one that runs out of the ROM is no text. */
static void test_free_text_limits(void **state)
{
	(void)state;
	put_mark(100, 0x0f0000, 0, 0);
	put_le32(rom + 120, 255 << 8 | 255);
	memset(rom + 124, 'x', 255);
	fs2_parse_rom(rom, sizeof(rom), &info);
	assert_int_equal(strlen(info.rom[0].text), 15);
	fs2_parse_rom(rom, 124 + 254, &info);
	assert_int_equal(info.rom_count, 0);
	fs2_parse_rom(rom, 119, &info);
	assert_int_equal(info.rom_count, 0);
}

/* The search must not read past the ROM, wherever it is cut. */
static void test_cut_anywhere(void **state)
{
	(void)state;
	put_mark(32, 0x100003, 0x000402f0, 0x100700ff);
	for (uint32_t len = 0; len <= 52; len++) {
		uint8_t *part = malloc(len ? len : 1);

		assert_non_null(part);
		memcpy(part, rom, len);
		fs2_parse_rom(part, len, &info);
		assert_int_equal(info.rom_count, len >= 52);
		free(part);
	}
}

static void test_checksum(void **state)
{
	(void)state;
	put_mark(1000, 0x100001, 0, 0);
	rom[2] = 1;
	rom[3] = (uint8_t)-1;
	fs2_parse_rom(rom, sizeof(rom), &info);
	assert_false(info.rom_checksum_bad);
	rom[511] = 1;
	fs2_parse_rom(rom, sizeof(rom), &info);
	assert_true(info.rom_checksum_bad);
	put_le32(rom + 1008, 0x110001); /* UEFI: no checksum is asked for */
	fs2_parse_rom(rom, sizeof(rom), &info);
	assert_false(info.rom_checksum_bad);
	put_le32(rom + 1008, 0x100001);
	rom[2] = 9; /* longer than the ROM: there is nothing to sum */
	fs2_parse_rom(rom, sizeof(rom), &info);
	assert_false(info.rom_checksum_bad);
}

/* QUICK reads the last 64 bytes only where they hold a mark. */
static void test_quick(void **state)
{
	struct counting counting;
	struct cx3_fs2_source src;
	struct image image;
	unsigned long quick;

	(void)state;
	image_default(&image);
	src = counting_source(&counting, &image.src);
	assert_int_equal(cx3_fs2_query(&src, CX3_FS2_STRIPED, CX3_FS2_QUICK, &image.info, NULL),
			 CX3_E_IMAGE);
	assert_int_equal(cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &image.info, NULL),
			 CX3_OK);
	assert_int_equal(image.info.rom_count, 1);
	counting.bytes = 0;
	assert_int_equal(cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &image.info, NULL),
			 CX3_OK);
	quick = counting.bytes;
	assert_true(quick < 4096);
	image.bytes[image.info.rom_addr + image.info.rom_size - 20] ^= 1;
	memcpy(image.bytes + image.info.rom_addr + 200, "mlxsign:\1\0\20\0\0\0\0\0\0\0\0\0", 20);
	counting.bytes = 0;
	assert_int_equal(cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &image.info, NULL),
			 CX3_OK);
	assert_int_equal(counting.bytes, quick + image.info.rom_size);
	assert_int_equal(image.info.rom_count, 1);
	assert_int_equal(image.info.rom[0].version[0], 1);
	image_free(&image);
}

/* A free text may reach back before the last 64 bytes. */
static void test_quick_free_text(void **state)
{
	struct image image;

	(void)state;
	image_recipe(&image);
	image.recipe.rom[0] = (struct cx3_fs2_rom){.product_id = 0xf, .text = "77"};
	image_build(&image);
	assert_int_equal(
		cx3_fs2_query(&image.src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &image.info, NULL),
		CX3_OK);
	assert_int_equal(image.info.rom[0].version[0], 77);
	assert_false(image.info.rom_checksum_bad);
	image_free(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_pxe, set_up),
		cmocka_unit_test_setup(test_products, set_up),
		cmocka_unit_test_setup(test_five_at_most, set_up),
		cmocka_unit_test_setup(test_free_text, set_up),
		cmocka_unit_test_setup(test_free_text_limits, set_up),
		cmocka_unit_test_setup(test_cut_anywhere, set_up),
		cmocka_unit_test_setup(test_checksum, set_up),
		cmocka_unit_test(test_quick),
		cmocka_unit_test(test_quick_free_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
