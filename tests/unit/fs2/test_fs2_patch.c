/* SPDX-License-Identifier: BSD-2-Clause */
/* GUIDs, MACs and VSD changed in an image that stays valid. */
#include "fixture.h"

static int verify(struct image *i)
{
	return cx3_fs2_verify(&i->src, CX3_FS2_CONTIGUOUS, &i->info, NULL, NULL, &i->err);
}

static void test_uids(void **state)
{
	static const uint64_t uid[6] = {11, 12, 13, 14, 15, 16};
	struct image i;

	(void)state;
	image_default(&i);
	assert_int_equal(cx3_fs2_set_uids(i.bytes, i.len, &i.info, uid, &i.err), CX3_OK);
	assert_int_equal(cx3_fs2_set_full_crc(i.bytes, i.len, false, &i.err), CX3_OK);
	assert_int_equal(verify(&i), CX3_OK);
	assert_memory_equal(i.info.uid, uid, sizeof(uid));
	image_free(&i);
}

/* Blank and back again gives the same bytes as before. */
static void test_blank_and_back(void **state)
{
	struct image i;
	uint8_t *before;

	(void)state;
	image_default(&i);
	before = malloc(i.len);
	assert_non_null(before);
	memcpy(before, i.bytes, i.len);
	assert_int_equal(cx3_fs2_set_uids(i.bytes, i.len, &i.info, NULL, &i.err), CX3_OK);
	assert_int_equal(cx3_fs2_set_full_crc(i.bytes, i.len, true, &i.err), CX3_OK);
	assert_int_equal(verify(&i), CX3_OK);
	assert_true(i.info.blank_uids);
	assert_int_equal(i.info.full_crc, 0xffff);
	assert_int_equal(be32(i.bytes + i.info.guid_ptr + 48), 0xffff);
	cx3_fs2_set_uids(i.bytes, i.len, &i.info, i.recipe.uid, &i.err);
	cx3_fs2_set_full_crc(i.bytes, i.len, false, &i.err);
	assert_memory_equal(i.bytes, before, i.len);
	free(before);
	image_free(&i);
}

static void test_vsd(void **state)
{
	char text[210];
	struct image i;

	(void)state;
	image_default(&i);
	memset(text, 'v', sizeof(text));
	text[208] = '\0';
	assert_int_equal(cx3_fs2_set_vsd(i.bytes, i.len, &i.info, text, &i.err), CX3_OK);
	assert_int_equal(cx3_fs2_set_full_crc(i.bytes, i.len, false, &i.err), CX3_OK);
	assert_int_equal(verify(&i), CX3_OK);
	assert_string_equal(i.info.vsd, text);
	assert_int_equal(cx3_fs2_set_vsd(i.bytes, i.len, &i.info, "x", &i.err), CX3_OK);
	for (unsigned n = 1; n < 208; n++) /* nothing of the longer one is left */
		assert_int_equal(i.bytes[i.info.vsd_offset + n], 0);
	text[208] = 'v';
	text[209] = '\0';
	assert_int_equal(cx3_fs2_set_vsd(i.bytes, i.len, &i.info, text, &i.err), CX3_E_USAGE);
	i.info.vsd_offset = 0;
	assert_int_equal(cx3_fs2_set_vsd(i.bytes, i.len, &i.info, "x", &i.err), CX3_E_IMAGE);
	image_free(&i);
}

/* An info that is not this image's must not lead outside of it. */
static void test_foreign_info(void **state)
{
	static const uint32_t bad[] = {0, 15, 0xfffffff0, 0x7fffffff};
	struct cx3_fs2_info wrong;
	struct image i;

	(void)state;
	image_default(&i);
	for (size_t n = 0; n < 4; n++) {
		wrong = i.info;
		wrong.guid_ptr = bad[n];
		assert_int_equal(cx3_fs2_set_uids(i.bytes, i.len, &wrong, i.info.uid, &i.err),
				 CX3_E_IMAGE);
		wrong = i.info;
		wrong.info_ptr = bad[n];
		assert_int_equal(cx3_fs2_set_vsd(i.bytes, i.len, &wrong, "x", &i.err), CX3_E_IMAGE);
	}
	wrong = i.info;
	wrong.vsd_offset = i.len - 100;
	assert_int_equal(cx3_fs2_set_vsd(i.bytes, i.len, &wrong, "x", &i.err), CX3_E_IMAGE);
	assert_int_equal(cx3_fs2_set_full_crc(i.bytes, 0x34, false, &i.err), CX3_E_IMAGE);
	assert_int_equal(cx3_fs2_set_full_crc(i.bytes, i.len - 1, false, &i.err), CX3_E_IMAGE);
	assert_int_equal(verify(&i), CX3_OK); /* all untouched */
	image_free(&i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uids),
		cmocka_unit_test(test_blank_and_back),
		cmocka_unit_test(test_vsd),
		cmocka_unit_test(test_foreign_info),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
