/* SPDX-License-Identifier: BSD-2-Clause */
/* The chip that an image is for. */
#include "fixture.h"
#include "said.h"

#define CX3 0x1f5u
#define PRO 0x1f7u
#define BY_ID (1u << 10)
#define BY_TYPE (1u << 3)

static struct cx3_error err;

static void test_by_hw_id(void **state)
{
	struct cx3_fs2_info info = {
		.tags = BY_ID | BY_TYPE, .hw_id = {PRO, CX3 | 1 << 16}, .hw_id_count = 2};

	(void)state;
	assert_int_equal(cx3_fs2_fits(&info, PRO, 0, &err), CX3_OK);
	assert_int_equal(cx3_fs2_fits(&info, CX3, 1, &err), CX3_OK);
	assert_int_equal(cx3_fs2_fits(&info, CX3, 0, &err), CX3_E_WRONG_CARD);
	assert_non_null(strstr(said(&err), "ConnectX-3 Pro (revision 0), ConnectX-3 (revision 1)"));
	assert_int_equal(cx3_fs2_fits(&info, PRO, 1, &err), CX3_E_WRONG_CARD);
	info.hw_id[0] = 0x209;
	assert_int_equal(cx3_fs2_fits(&info, PRO, 0, &err), CX3_E_WRONG_CARD);
	assert_non_null(strstr(said(&err), "hardware id 0x209"));
	info.hw_id_count = 0;
	assert_int_equal(cx3_fs2_fits(&info, PRO, 0, &err), CX3_E_WRONG_CARD);
}

/* Sixteen names are more than the sentence holds: it is cut, not overrun. */
static void test_long_list(void **state)
{
	struct cx3_fs2_info info = {.tags = BY_ID, .hw_id_count = CX3_FS2_MAX_HW_IDS};

	(void)state;
	for (uint32_t i = 0; i < CX3_FS2_MAX_HW_IDS; i++)
		info.hw_id[i] = 0x1000 + i;
	assert_int_equal(cx3_fs2_fits(&info, PRO, 0, &err), CX3_E_WRONG_CARD);
}

static void test_by_device_type(void **state)
{
	struct cx3_fs2_info info = {.tags = BY_TYPE, .device_type = 4103};

	(void)state;
	assert_int_equal(cx3_fs2_fits(&info, PRO, 7, &err), CX3_OK);
	assert_int_equal(cx3_fs2_fits(&info, CX3, 0, &err), CX3_E_WRONG_CARD);
	for (uint16_t type = 4090; type < 4120; type++) {
		info.device_type = type;
		assert_int_equal(cx3_fs2_fits(&info, CX3, 0, &err) == CX3_OK,
				 type >= 4099 && type <= 4112 && type != 4103);
		assert_int_equal(cx3_fs2_fits(&info, PRO, 0, &err) == CX3_OK, type == 4103);
	}
	assert_int_equal(cx3_fs2_fits(&info, 0x190, 0, &err), CX3_E_WRONG_CARD);
	info.tags = 0;
	assert_int_equal(cx3_fs2_fits(&info, PRO, 0, &err), CX3_E_WRONG_CARD);
	assert_non_null(strstr(said(&err), "does not say"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hw_id),
		cmocka_unit_test(test_long_list),
		cmocka_unit_test(test_by_device_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
