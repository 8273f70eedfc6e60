/* SPDX-License-Identifier: BSD-2-Clause */
/* GUIDs and MACs as the image has them: four, six, blank, damaged. */
#include "fixture.h"
#include "said.h"

static int requery(struct image *image)
{
	return cx3_fs2_query(&image->src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &image->info,
			     &image->err);
}

static void test_six(void **state)
{
	struct image image;

	(void)state;
	image_default(&image);
	assert_int_equal(image.info.uid_count, 6);
	assert_false(image.info.blank_uids);
	for (unsigned i = 0; i < 6; i++)
		assert_true(image.info.uid[i] == image.recipe.uid[i]);
	image_free(&image);
}

static void test_four(void **state)
{
	struct image image;

	(void)state;
	image_recipe(&image);
	image.recipe.uid_count = 4;
	image_build(&image);
	assert_int_equal(image.info.uid_count, 4);
	image_free(&image);
}

static void test_blank(void **state)
{
	struct image image;

	(void)state;
	image_recipe(&image);
	image.recipe.blank_uids = true;
	image_build(&image);
	assert_true(image.info.blank_uids);
	assert_true(image.info.uid[5] == UINT64_MAX);
	/* An erased CRC under real GUIDs is no blank section but a wrong CRC. */
	image.bytes[image.info.guid_ptr] = 0;
	assert_int_equal(requery(&image), CX3_E_IMAGE);
	image_free(&image);
}

/* Ethernet-only firmware: GUIDs all ones, real MACs and a real CRC. */
static void test_ethernet_only(void **state)
{
	struct image image;

	(void)state;
	image_recipe(&image);
	for (unsigned i = 0; i < 4; i++)
		image.recipe.uid[i] = UINT64_MAX;
	image_build(&image);
	assert_false(image.info.blank_uids);
	assert_true(image.info.uid[4] == image.recipe.uid[4]);
	image_free(&image);
}

static void test_bad_crc(void **state)
{
	struct image image;

	(void)state;
	image_default(&image);
	image.bytes[image.info.guid_ptr + 7] ^= 1;
	assert_int_equal(requery(&image), CX3_E_IMAGE);
	assert_non_null(strstr(said(&image.err), "GUID section"));
	assert_non_null(strstr(said(&image.err), "wrong CRC"));
	/* The CRC dword's high half must be zero. */
	image.bytes[image.info.guid_ptr + 7] ^= 1;
	image.bytes[image.info.guid_ptr + 48] = 1;
	assert_int_equal(requery(&image), CX3_E_IMAGE);
	image_free(&image);
}

static void test_counts(void **state)
{
	struct image image;
	uint32_t head;

	(void)state;
	image_default(&image);
	head = image.info.guid_ptr - FS2_SECTION_HEADER;
	/* 32 entries are the most; the section then ends the list. */
	put_be32(image.bytes + head + 12, 0);
	put_be32(image.bytes + head + 4, 64);
	put_be32(image.bytes + CX3_FS2_OFF_INFO_PTR, 0);
	image_seal(&image, image.info.guid_ptr);
	assert_int_equal(requery(&image), CX3_OK);
	assert_int_equal(image.info.uid_count, 32);
	put_be32(image.bytes + head + 4, 66);
	image_seal(&image, image.info.guid_ptr);
	assert_int_equal(requery(&image), CX3_E_IMAGE);
	assert_non_null(strstr(said(&image.err), "33 entries"));
	put_be32(image.bytes + head + 4, 0);
	image_seal(&image, image.info.guid_ptr);
	assert_int_equal(requery(&image), CX3_OK);
	assert_int_equal(image.info.uid_count, 0);
	image_free(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_six),	cmocka_unit_test(test_four),
		cmocka_unit_test(test_blank),	cmocka_unit_test(test_ethernet_only),
		cmocka_unit_test(test_bad_crc), cmocka_unit_test(test_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
