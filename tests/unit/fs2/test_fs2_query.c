/* SPDX-License-Identifier: BSD-2-Clause */
/* What an image says of itself, in both layouts. */
#include "fixture.h"
#include "said.h"

#define FLASH 0x80000u

static uint8_t flash[FLASH];

static void test_every_field(void **state)
{
	struct image i;

	(void)state;
	image_recipe(&i);
	i.recipe.omit_tags = 0;
	i.recipe.access_key = 5;
	i.recipe.min_fit[3] = 9;
	i.recipe.config_pad = 1;
	image_build(&i);
	assert_int_equal(i.info.start, 0);
	assert_true(i.info.failsafe);
	assert_false(i.info.striped);
	assert_int_equal(i.info.log2_chunk, 16);
	assert_int_equal(i.info.image_size, i.len);
	assert_int_equal(i.info.end, i.len);
	assert_memory_equal(i.info.fw_version, i.recipe.fw_version, 6);
	assert_memory_equal(i.info.fw_date, i.recipe.fw_date, 6);
	assert_memory_equal(i.info.mic_version, i.recipe.mic_version, 6);
	assert_memory_equal(i.info.min_fit, i.recipe.min_fit, 8);
	assert_int_equal(i.info.device_type, 4103);
	assert_string_equal(i.info.psid, i.recipe.psid);
	assert_string_equal(i.info.vsd, "n/a");
	assert_int_equal(i.info.vsd_size, 208);
	assert_memory_equal(i.bytes + i.info.vsd_offset, "n/a", 4);
	assert_string_equal(i.info.product_version, i.recipe.product_version);
	assert_string_equal(i.info.prs_name, i.recipe.prs_name);
	assert_int_equal(i.info.vsd_vendor_id, 0x15b3);
	assert_int_equal(i.info.hw_id_count, 1);
	assert_int_equal(i.info.hw_id[0], 0x1f7);
	assert_true(i.info.access_key == 5);
	assert_int_equal(i.info.config_sectors, 2);
	assert_int_equal(i.info.config_pad, 1);
	assert_int_equal(i.info.sector_size, 4096);
	assert_true(i.info.has_rom);
	assert_int_equal(i.info.rom_size, 4096);
	assert_memory_equal(i.bytes + i.info.rom_addr, "\x55\xaa", 2);
	image_free(&i);
}

/* What a card's query may cost: the I2C bus takes 2.5 bytes for each. */
static void test_quick_reads_little(void **state)
{
	struct image i;
	struct counting counting;
	struct cx3_fs2_source src;

	(void)state;
	memset(&i, 0, sizeof(i));
	cx3_fs2_recipe_default(&i.recipe);
	image_build(&i);
	src = counting_source(&counting, &i.src);
	assert_int_equal(cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &i.info, NULL),
			 CX3_OK);
	assert_true(counting.bytes < 1024);
	assert_true(counting.reads < 40);
	image_free(&i);
}

static void test_no_image(void **state)
{
	static const uint8_t blank[0x20000];
	struct cx3_fs2_source src = cx3_fs2_memory(blank, sizeof(blank));
	struct cx3_fs2_info info;
	struct cx3_error err;

	(void)state;
	assert_int_equal(cx3_fs2_query(&src, CX3_FS2_DETECT, CX3_FS2_FULL, &info, &err),
			 CX3_E_NO_IMAGE);
	assert_int_equal(
		cx3_fs2_query_at(&src, 0x10000, CX3_FS2_STRIPED, CX3_FS2_FULL, &info, &err),
		CX3_E_NO_IMAGE);
	assert_string_equal(err.place, "offset 0x10000");
}

static void test_three_images(void **state)
{
	struct image i;

	(void)state;
	image_recipe(&i);
	i.recipe.code_size = 200000;
	image_build(&i);
	fs2_put_magic(i.bytes + 0x10000);
	assert_int_equal(cx3_fs2_query(&i.src, CX3_FS2_CONTIGUOUS, CX3_FS2_FULL, &i.info, &i.err),
			 CX3_OK);
	fs2_put_magic(i.bytes + 0x20000);
	assert_int_equal(cx3_fs2_query(&i.src, CX3_FS2_CONTIGUOUS, CX3_FS2_FULL, &i.info, &i.err),
			 CX3_E_IMAGE);
	assert_string_equal(i.err.place, "offset 0x20000");
	image_free(&i);
}

/* The image laid out on a flash in both homes, read in every way. */
static void test_striped(void **state)
{
	struct image i;

	(void)state;
	image_default(&i);
	for (int odd = 0; odd < 2; odd++) {
		struct cx3_fs2_source src = cx3_fs2_memory(flash, FLASH);
		struct cx3_fs2_info info;

		memset(flash, 0xff, FLASH);
		assert_int_equal(cx3_fs2_stripe(i.bytes, i.len, 16, odd, flash, FLASH, NULL),
				 CX3_OK);
		assert_int_equal(cx3_fs2_query(&src, CX3_FS2_STRIPED, CX3_FS2_FULL, &info, NULL),
				 CX3_OK);
		assert_true(info.striped);
		assert_int_equal(info.start, odd ? 0x10000 : 0);
		assert_string_equal(info.psid, i.recipe.psid);
		assert_int_equal(cx3_fs2_query(&src, CX3_FS2_DETECT, CX3_FS2_FULL, &info, NULL),
				 CX3_OK);
		assert_true(info.striped);
		assert_int_equal(info.end, i.len);
		assert_int_equal(cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_FULL, &info, NULL),
				 CX3_E_IMAGE);
	}
	image_free(&i);
}

/* The second image of a flash with two. */
static void test_query_at(void **state)
{
	struct image i;
	struct cx3_fs2_source src = cx3_fs2_memory(flash, FLASH);
	struct cx3_fs2_info info;

	(void)state;
	image_default(&i);
	memset(flash, 0xff, FLASH);
	assert_int_equal(cx3_fs2_stripe(i.bytes, i.len, 16, false, flash, FLASH, NULL), CX3_OK);
	strcpy((char *)i.bytes + i.info.vsd_offset, "the other");
	image_seal(&i, i.info.info_ptr);
	assert_int_equal(cx3_fs2_stripe(i.bytes, i.len, 16, true, flash, FLASH, NULL), CX3_OK);
	assert_int_equal(cx3_fs2_query(&src, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, NULL), CX3_OK);
	assert_string_equal(info.vsd, "n/a");
	assert_int_equal(
		cx3_fs2_query_at(&src, 0x10000, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, NULL),
		CX3_OK);
	assert_string_equal(info.vsd, "the other");
	image_free(&i);
}

/*
 * A striped read whose other home continues the contiguous list with something
 * that looks like its end: only the CRCs tell.
 */
static void test_detect_is_not_fooled(void **state)
{
	struct image i;
	struct cx3_fs2_source src = cx3_fs2_memory(flash, FLASH);
	struct cx3_fs2_info info;

	(void)state;
	image_default(&i);
	memset(flash, 0, FLASH); /* a section of size 0 that ends a list */
	assert_int_equal(cx3_fs2_stripe(i.bytes, i.len, 16, false, flash, FLASH, NULL), CX3_OK);
	assert_int_equal(cx3_fs2_query(&src, CX3_FS2_DETECT, CX3_FS2_FULL, &info, NULL), CX3_OK);
	assert_true(info.striped);
	assert_int_equal(info.end, i.len);
	image_free(&i);
}

/* A contiguous image with damage is still known as contiguous, and told so. */
static void test_detect_damaged(void **state)
{
	struct image i;

	(void)state;
	image_default(&i);
	i.bytes[i.len - 100] ^= 1;
	assert_int_equal(cx3_fs2_query(&i.src, CX3_FS2_DETECT, CX3_FS2_FULL, &i.info, NULL),
			 CX3_OK);
	assert_false(i.info.striped);
	i.bytes[i.info.guid_ptr] ^= 1;
	assert_int_equal(cx3_fs2_query(&i.src, CX3_FS2_DETECT, CX3_FS2_FULL, &i.info, &i.err),
			 CX3_E_IMAGE);
	image_free(&i);
}

static void test_non_failsafe(void **state)
{
	struct image i;

	(void)state;
	image_recipe(&i);
	i.recipe.failsafe = false;
	image_build(&i);
	assert_false(i.info.failsafe);
	assert_int_equal(cx3_fs2_query(&i.src, CX3_FS2_STRIPED, CX3_FS2_FULL, &i.info, NULL),
			 CX3_OK);
	assert_false(i.info.striped);
	assert_int_equal(cx3_fs2_query(&i.src, CX3_FS2_DETECT, CX3_FS2_FULL, &i.info, NULL),
			 CX3_OK);
	assert_false(i.info.striped);
	image_free(&i);
}

static void test_pointers(void **state)
{
	struct image i;

	(void)state;
	image_default(&i);
	put_be32(i.bytes + CX3_FS2_OFF_GUID_PTR, i.info.guid_ptr + 4);
	assert_int_equal(cx3_fs2_query(&i.src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &i.info, &i.err),
			 CX3_E_IMAGE);
	assert_string_equal(i.err.place, "offset 0x34");
	put_be32(i.bytes + CX3_FS2_OFF_GUID_PTR, i.info.guid_ptr - 4);
	put_be32(i.bytes + CX3_FS2_OFF_INFO_PTR, fs2_with_checksum(i.info.info_ptr + 4));
	assert_int_equal(cx3_fs2_query(&i.src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &i.info, &i.err),
			 CX3_E_IMAGE);
	assert_string_equal(i.err.place, "offset 0x2c");
	/* No Image Info at all is allowed: the image then says nothing of itself. */
	put_be32(i.bytes + CX3_FS2_OFF_INFO_PTR, 0);
	assert_int_equal(cx3_fs2_query(&i.src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &i.info, &i.err),
			 CX3_OK);
	assert_int_equal(i.info.tags, 0);
	image_free(&i);
}

static void test_info_crc(void **state)
{
	struct image i;

	(void)state;
	image_default(&i);
	i.bytes[i.info.vsd_offset] ^= 1;
	assert_int_equal(cx3_fs2_query(&i.src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &i.info, &i.err),
			 CX3_E_IMAGE);
	assert_non_null(strstr(said(&i.err), "wrong CRC"));
	image_free(&i);
}

/* The first read fails, then the second, ...: each failure comes out as it is. */
static void test_each_read_fails(void **state)
{
	struct image i;
	unsigned reads = 1;

	(void)state;
	image_default(&i);
	for (;; reads++) {
		struct counting counting;
		struct cx3_fs2_source src = counting_source(&counting, &i.src);
		int rc;

		counting.fail_at = reads;
		rc = cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_FULL, &i.info, &i.err);
		if (!rc)
			break;
		assert_int_equal(rc, CX3_E_IO);
		assert_string_equal(said(&i.err), "The wire was cut.");
	}
	assert_true(reads > 10);
	image_free(&i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field),
		cmocka_unit_test(test_quick_reads_little),
		cmocka_unit_test(test_no_image),
		cmocka_unit_test(test_three_images),
		cmocka_unit_test(test_striped),
		cmocka_unit_test(test_query_at),
		cmocka_unit_test(test_detect_is_not_fooled),
		cmocka_unit_test(test_detect_damaged),
		cmocka_unit_test(test_non_failsafe),
		cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_info_crc),
		cmocka_unit_test(test_each_read_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
