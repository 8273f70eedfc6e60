/* SPDX-License-Identifier: BSD-2-Clause */
/* The tags of the Image Info. */
#include "fixture.h"
#include "fs2/query.h"
#include "said.h"

#define AT 0x1000u /* where the tags lie in the image */

struct tags {
	uint8_t bytes[1024];
	uint32_t size;
	struct cx3_fs2_info info;
	struct cx3_error err;
};

static void add(struct tags *t, unsigned id, const void *data, uint32_t size)
{
	put_be32(t->bytes + t->size, id << 24 | size);
	if (size)
		memcpy(t->bytes + t->size + 4, data, size);
	t->size += 4 + size;
}

/* From memory of just that size, so that a sanitizer sees a byte read too many. */
static int parse(struct tags *t)
{
	uint8_t *exact = malloc(t->size ? t->size : 1);
	int rc;

	assert_non_null(exact);
	memcpy(exact, t->bytes, t->size);
	memset(&t->info, 0, sizeof(t->info));
	memset(&t->err, 0, sizeof(t->err));
	rc = fs2_parse_info(exact, t->size, AT, &t->info, &t->err);
	free(exact);
	return rc;
}

static int parse_one(struct tags *t, unsigned id, const void *data, uint32_t size)
{
	memset(t, 0, sizeof(*t));
	add(t, id, data, size);
	add(t, CX3_FS2_TAG_END, NULL, 0);
	return parse(t);
}

static void test_numbers(void **state)
{
	static const uint8_t version[8] = {0, 2, 0, 0, 0, 42, 0x13, 0x88};
	static const uint8_t time[8] = {0, 0x14, 3, 0x36, 0x20, 0x17, 9, 5};
	static const uint8_t fit[8] = {0, 1, 0, 2, 0, 3, 0, 4};
	static const uint8_t key[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	static const uint8_t type[4] = {0, 0, 0x10, 7};
	struct tags t;

	(void)state;
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_FW_VERSION, version, 8), CX3_OK);
	assert_int_equal(t.info.fw_version[0], 2);
	assert_int_equal(t.info.fw_version[1], 42);
	assert_int_equal(t.info.fw_version[2], 5000);
	assert_int_equal(t.info.tags, 2);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_MIC_VERSION, version, 8), CX3_OK);
	assert_int_equal(t.info.mic_version[2], 5000);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_BUILD_TIME, time, 8), CX3_OK);
	assert_int_equal(t.info.fw_date[0], 5);
	assert_int_equal(t.info.fw_date[1], 9);
	assert_int_equal(t.info.fw_date[2], 0x2017);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_MIN_FIT, fit, 8), CX3_OK);
	for (uint16_t i = 0; i < 4; i++)
		assert_int_equal(t.info.min_fit[i], i + 1);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_ACCESS_KEY, key, 8), CX3_OK);
	assert_true(t.info.access_key == UINT64_C(0x0102030405060708));
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_DEVICE_TYPE, type, 4), CX3_OK);
	assert_int_equal(t.info.device_type, 4103);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_VSD_VENDOR, type, 4), CX3_OK);
	assert_int_equal(t.info.vsd_vendor_id, 0x1007);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_IS_GA, type, 4), CX3_OK);
	assert_true(t.info.is_ga);
}

static void test_texts(void **state)
{
	char text[212];
	struct tags t;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_PSID, text, 16), CX3_OK);
	assert_int_equal(strlen(t.info.psid), 16);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_PSID, "abc", 4), CX3_OK);
	assert_string_equal(t.info.psid, "abc");
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_PSID, text, 20), CX3_OK);
	assert_int_equal(strlen(t.info.psid), 16);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_VSD, text, 212), CX3_OK);
	assert_int_equal(strlen(t.info.vsd), 208);
	assert_int_equal(t.info.vsd_size, 212);
	assert_int_equal(t.info.vsd_offset, AT + 4);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_PRODUCT_VERSION, text, 20), CX3_OK);
	assert_int_equal(strlen(t.info.product_version), 16);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_PRS_NAME, text, 120), CX3_OK);
	assert_int_equal(strlen(t.info.prs_name), 99);
}

static void test_hw_ids(void **state)
{
	uint8_t ids[4 * 20];
	struct tags t;

	(void)state;
	for (uint32_t i = 0; i < 20; i++)
		put_be32(ids + 4 * i, 0x1f5 | i << 16);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_HW_IDS, ids, sizeof(ids)), CX3_OK);
	assert_int_equal(t.info.hw_id_count, CX3_FS2_MAX_HW_IDS);
	put_be32(ids + 8, 0);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_HW_IDS, ids, sizeof(ids)), CX3_OK);
	assert_int_equal(t.info.hw_id_count, 2);
	assert_int_equal(t.info.hw_id[1], 0x101f5);
}

static void test_config_area(void **state)
{
	uint8_t area[12] = {0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 6};
	struct tags t;

	(void)state;
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_CONFIG_AREA, area, 8), CX3_OK);
	assert_int_equal(t.info.config_sectors, 2);
	assert_int_equal(t.info.config_pad, 1);
	assert_int_equal(t.info.sector_size, 0);
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_CONFIG_AREA, area, 12), CX3_OK);
	assert_int_equal(t.info.sector_size, 0x10000);
	area[11] = 15;
	assert_int_equal(parse_one(&t, CX3_FS2_TAG_CONFIG_AREA, area, 12), CX3_E_IMAGE);
	assert_string_equal(t.err.place, "offset 0x100c");
}

/* A number's tag that is too short to hold it. */
static void test_too_short(void **state)
{
	static const struct {
		unsigned id;
		uint32_t size;
	} tags[] = {{CX3_FS2_TAG_FW_VERSION, 4},  {CX3_FS2_TAG_BUILD_TIME, 4},
		    {CX3_FS2_TAG_MIC_VERSION, 0}, {CX3_FS2_TAG_MIN_FIT, 4},
		    {CX3_FS2_TAG_ACCESS_KEY, 4},  {CX3_FS2_TAG_CONFIG_AREA, 4},
		    {CX3_FS2_TAG_DEVICE_TYPE, 0}, {CX3_FS2_TAG_VSD_VENDOR, 0},
		    {CX3_FS2_TAG_IS_GA, 0}};
	struct tags t;

	(void)state;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		assert_int_equal(parse_one(&t, tags[i].id, "1234567", tags[i].size), CX3_E_IMAGE);
		assert_string_equal(t.err.place, "offset 0x1000");
		assert_non_null(strstr(said(&t.err), "impossible size"));
	}
}

static void test_bad_lists(void **state)
{
	struct tags t = {.size = 0};

	(void)state;
	assert_int_equal(parse(&t), CX3_OK);
	add(&t, CX3_FS2_TAG_PSID, "abc", 4);
	assert_int_equal(parse(&t), CX3_OK); /* no end tag, but full: mstflint takes it */
	t.bytes[3] = 5;			     /* odd size, past the end */
	assert_int_equal(parse(&t), CX3_E_IMAGE);
	t.bytes[3] = 3;
	assert_int_equal(parse(&t), CX3_E_IMAGE);
	t.bytes[1] = 0xff;
	assert_int_equal(parse(&t), CX3_E_IMAGE);
	t.bytes[1] = 0;
	t.bytes[3] = 4;
	add(&t, CX3_FS2_TAG_END, NULL, 0);
	assert_int_equal(parse(&t), CX3_OK);
	t.size += 4; /* behind the end tag */
	assert_int_equal(parse(&t), CX3_E_IMAGE);
	assert_non_null(strstr(said(&t.err), "do not fill it"));
	t.size -= 6; /* half a tag at the end */
	assert_int_equal(parse(&t), CX3_E_IMAGE);
}

/* Any tag of any size as the last one: nothing behind it is read. */
static void test_every_tag_last(void **state)
{
	static const uint8_t zeros[24];
	struct tags t;

	(void)state;
	for (unsigned id = 0; id < 256; id++) {
		for (uint32_t size = 0; size <= sizeof(zeros); size += 4) {
			memset(&t, 0, sizeof(t));
			add(&t, id, zeros, size);
			if (parse(&t) != CX3_OK)
				assert_non_null(strstr(said(&t.err), "impossible size"));
		}
	}
}

static void test_unknown_tags(void **state)
{
	struct tags t = {.size = 0};

	(void)state;
	add(&t, 31, "abc", 4);
	add(&t, 32, "abc", 4);
	add(&t, 200, NULL, 0);
	add(&t, 15, "abc", 4);
	add(&t, CX3_FS2_TAG_END, NULL, 0);
	assert_int_equal(parse(&t), CX3_OK);
	assert_int_equal(t.info.tags, UINT32_C(1) << 31 | 1 << 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),	     cmocka_unit_test(test_texts),
		cmocka_unit_test(test_hw_ids),	     cmocka_unit_test(test_config_area),
		cmocka_unit_test(test_too_short),    cmocka_unit_test(test_bad_lists),
		cmocka_unit_test(test_unknown_tags), cmocka_unit_test(test_every_tag_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
