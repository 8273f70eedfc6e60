/* SPDX-License-Identifier: BSD-2-Clause */
/* The header and what is wrong with one. */
#include "fixture.h"
#include "said.h"

static uint8_t flash[0x20000];

static int set_up(void **state)
{
	(void)state;
	memset(flash, 0, sizeof(flash));
	fs2_put_magic(flash);
	put_be32(flash + CX3_FS2_OFF_CRC, 0x12003456);
	put_be32(flash + CX3_FS2_OFF_VERSION, 4);
	put_be32(flash + CX3_FS2_OFF_FAILSAFE, 0xf500000b);
	put_be32(flash + CX3_FS2_OFF_INFO_PTR, 0x8e01d1a0);
	put_be32(flash + CX3_FS2_OFF_SIZE, 0xc405c);
	put_be32(flash + CX3_FS2_OFF_GUID_PTR, 0x1d15c);
	return 0;
}

static int read_at(uint32_t start, struct cx3_fs2_info *info, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_fs2_memory(flash, sizeof(flash));
	uint8_t header[CX3_FS2_HEADER_SIZE];

	memset(info, 0, sizeof(*info));
	info->start = start;
	return fs2_read_header(&src, info, header, err) || fs2_read_info_ptr(header, info, err)
		       ? (int)err->code
		       : CX3_OK;
}

static void test_fields(void **state)
{
	struct cx3_fs2_info info;
	struct cx3_error err;

	(void)state;
	assert_int_equal(read_at(0, &info, &err), CX3_OK);
	assert_true(info.failsafe);
	assert_int_equal(info.log2_chunk, 19);
	assert_int_equal(info.device_rev, 0x12);
	assert_int_equal(info.full_crc, 0x3456);
	assert_int_equal(info.image_size, 0xc405c);
	assert_int_equal(info.guid_ptr, 0x1d15c);
	assert_int_equal(info.info_ptr, 0x1d1a0);
}

static void refuse(uint32_t start, enum cx3_code code, const char *place, const char *text)
{
	struct cx3_fs2_info info;
	struct cx3_error err = {.code = CX3_OK};

	assert_int_equal(read_at(start, &info, &err), code);
	assert_string_equal(err.place, place);
	if (!strstr(said(&err), text))
		fail_msg("\"%s\" lacks \"%s\"", said(&err), text);
}

static void test_no_magic(void **state)
{
	(void)state;
	flash[3] ^= 1;
	refuse(0, CX3_E_NO_IMAGE, "offset 0x0", "no FS2 image at 0x0");
}

static void test_checksums(void **state)
{
	(void)state;
	put_be32(flash + CX3_FS2_OFF_FAILSAFE, 0xf500000a);
	refuse(0, CX3_E_IMAGE, "offset 0x28", "fail-safe word");
	put_be32(flash + CX3_FS2_OFF_FAILSAFE, 0xf500000b);
	put_be32(flash + CX3_FS2_OFF_INFO_PTR, 0x8e01d1a1);
	refuse(0, CX3_E_IMAGE, "offset 0x2c", "Image Info pointer");
}

static void test_fs3(void **state)
{
	(void)state;
	flash[CX3_FS2_OFF_VERSION] = 3;
	refuse(0, CX3_E_IMAGE, "offset 0x24", "FS3 image");
}

/* A fail-safe image starts at 0 or one chunk, another only at 0. */
static void test_starts(void **state)
{
	struct cx3_fs2_info info;
	struct cx3_error err;

	(void)state;
	memcpy(flash + 0x10000, flash, CX3_FS2_HEADER_SIZE);
	refuse(0x10000, CX3_E_IMAGE, "offset 0x10000", "chunks of 0x80000 bytes");
	put_be32(flash + 0x10000 + CX3_FS2_OFF_FAILSAFE, fs2_with_checksum(8));
	assert_int_equal(read_at(0x10000, &info, &err), CX3_OK);
	assert_int_equal(info.log2_chunk, 16);
	put_be32(flash + 0x10000 + CX3_FS2_OFF_FAILSAFE, 0);
	refuse(0x10000, CX3_E_IMAGE, "offset 0x10000", "only start at 0");
	put_be32(flash + CX3_FS2_OFF_FAILSAFE, 0);
	assert_int_equal(read_at(0, &info, &err), CX3_OK);
	assert_false(info.failsafe);
	assert_int_equal(info.log2_chunk, 0);
}

static void test_truncated(void **state)
{
	(void)state;
	refuse(sizeof(flash) - 0x37, CX3_E_IMAGE, "offset 0x1ffc9", "past the end");
}

static void test_with_checksum(void **state)
{
	(void)state;
	assert_int_equal(fs2_with_checksum(0x01d1a0), 0x8e01d1a0);
	assert_int_equal(fs2_with_checksum(0xb), 0xf500000b);
	assert_int_equal(fs2_with_checksum(0), 0);
	assert_int_equal(fs2_with_checksum(0xff000100), 0xff000100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_fields, set_up),
		cmocka_unit_test_setup(test_no_magic, set_up),
		cmocka_unit_test_setup(test_checksums, set_up),
		cmocka_unit_test_setup(test_fs3, set_up),
		cmocka_unit_test_setup(test_starts, set_up),
		cmocka_unit_test_setup(test_truncated, set_up),
		cmocka_unit_test(test_with_checksum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
