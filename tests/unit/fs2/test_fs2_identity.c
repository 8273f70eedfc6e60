/* SPDX-License-Identifier: BSD-2-Clause */
/* GUIDs and MACs as numbers and as text. */
#include "fixture.h"
#include "said.h"

static void test_bases(void **state)
{
	uint64_t guid[4], mac[2];

	(void)state;
	cx3_fs2_guids_from_base(UINT64_C(0x0002c903000100d0), guid);
	for (unsigned i = 0; i < 4; i++)
		assert_true(guid[i] == UINT64_C(0x0002c903000100d0) + i);
	cx3_fs2_macs_from_base(UINT64_C(0x0002c90100d0), mac);
	assert_true(mac[0] == UINT64_C(0x0002c90100d0) && mac[1] == UINT64_C(0x0002c90100d1));
	assert_true(cx3_fs2_mac_from_guid(UINT64_C(0x0002c903000100d1)) ==
		    UINT64_C(0x0002c90100d1));
}

static void test_check_mac(void **state)
{
	struct cx3_error err;

	(void)state;
	assert_int_equal(cx3_fs2_check_mac(UINT64_C(0x0002c90100d0), &err), CX3_OK);
	assert_int_equal(cx3_fs2_check_mac(UINT64_C(0x0102c90100d0), &err), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&err), "multicast"));
	assert_int_equal(cx3_fs2_check_mac(UINT64_C(0x10002c90100d0), &err), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&err), "48 bits"));
	assert_int_equal(cx3_fs2_check_mac(UINT64_MAX, &err), CX3_E_IDENTITY);
}

static void test_parse_guid(void **state)
{
	static const char *const good[] = {"0002c903000100d0", "0x0002C903000100D0",
					   "00:02:c9:03:00:01:00:d0", "0002:c903:0001:00d0",
					   "00-02-c9-03-00-01-00-d0"};
	static const char *const bad[] = {"",
					  "0x",
					  "0002c903000100d",
					  "0002c903000100d00",
					  "0002c903000100dg",
					  ":0002c903000100d0",
					  "0002c903000100d0:",
					  "000:2c903000100d0",
					  "00::02c903000100d0",
					  " 0002c903000100d0",
					  "0002c90100d0"};
	struct cx3_error err;
	uint64_t guid;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(cx3_fs2_parse_guid(good[i], &guid, &err), CX3_OK);
		assert_true(guid == UINT64_C(0x0002c903000100d0));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(cx3_fs2_parse_guid(bad[i], &guid, &err), CX3_E_IDENTITY);
		assert_non_null(strstr(said(&err), "16 hexadecimal digits"));
	}
}

static void test_parse_mac(void **state)
{
	struct cx3_error err;
	uint64_t mac;

	(void)state;
	assert_int_equal(cx3_fs2_parse_mac("00:02:c9:01:00:d0", &mac, &err), CX3_OK);
	assert_true(mac == UINT64_C(0x0002c90100d0));
	assert_int_equal(cx3_fs2_parse_mac("0002c90100d", &mac, &err), CX3_E_IDENTITY);
	assert_int_equal(cx3_fs2_parse_mac("0002c903000100d0", &mac, &err), CX3_E_IDENTITY);
	assert_non_null(strstr(said(&err), "12 hexadecimal digits"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bases),
		cmocka_unit_test(test_check_mac),
		cmocka_unit_test(test_parse_guid),
		cmocka_unit_test(test_parse_mac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
