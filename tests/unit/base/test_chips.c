/* SPDX-License-Identifier: BSD-2-Clause */
/* Each number that names a chip leads to it, and others lead nowhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "chips.h"

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(cx3_chip_by_hw_id(0x1f5)->name, "ConnectX-3");
	assert_string_equal(cx3_chip_by_hw_id(0x1f7)->name, "ConnectX-3 Pro");
	assert_null(cx3_chip_by_hw_id(0x190));
}

static void test_pci_ids(void **state)
{
	(void)state;
	assert_int_equal(cx3_chip_by_device(4099)->hw_id, 0x1f5);
	assert_int_equal(cx3_chip_by_device(4103)->hw_id, 0x1f7);
	assert_int_equal(cx3_chip_by_device(4112)->hw_id, 0x1f5);
	assert_null(cx3_chip_by_device(4098));
	assert_null(cx3_chip_by_device(4113));
	assert_int_equal(cx3_chip_by_livefish_device(0x1f6)->hw_id, 0x1f5);
	assert_int_equal(cx3_chip_by_livefish_device(0x1f8)->hw_id, 0x1f7);
	assert_null(cx3_chip_by_livefish_device(4099));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_pci_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
