/* SPDX-License-Identifier: BSD-2-Clause */
/* The ranges that a part can protect: each has a setting, which protects exactly that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "flash/flash_priv.h"

#define ROOM 128u

static void each_range_has_its_setting(void **state)
{
	struct cx3_flash_range range[ROOM];
	size_t parts;
	const struct cx3_flash_part *part = cx3_flash_parts(&parts);

	(void)state;
	for (size_t i = 0; i < parts; i++) {
		size_t count = cx3_flash_protect_ranges(&part[i], range, ROOM);

		assert_true(count < ROOM);
		for (size_t k = 0; k < count; k++) {
			struct cx3_flash_protection p = {0};
			uint32_t start, len;

			assert_int_equal(cx3_flash_protection_of(&part[i], range[k].start,
								 range[k].len, &p, NULL),
					 CX3_OK);
			assert_true(cx3_flash_protected_area(&part[i], p.status, &start, &len));
			assert_int_equal(start, range[k].start);
			assert_int_equal(len, range[k].len);
			assert_true(k == 0 || range[k].len <= range[k - 1].len);
		}
	}
}

/* From data sheets: how many there are, and the first and last of them. */
static void of_known_parts(void **state)
{
	static const struct {
		const char *name;
		size_t count;
		uint32_t longest, shortest;
	} known[] = {
		{"M25P16", 6, 0x200000, 0x10000},
		{"M25PX16", 11, 0x200000, 0x10000},
		{"AT25DF161", 1, 0x200000, 0x200000},
	};
	struct cx3_flash_range range[ROOM];
	size_t parts;
	const struct cx3_flash_part *part = cx3_flash_parts(&parts);

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		for (size_t k = 0; k < parts; k++) {
			size_t count;

			if (strcmp(part[k].name, known[i].name) != 0)
				continue;
			count = cx3_flash_protect_ranges(&part[k], range, ROOM);
			assert_int_equal(count, known[i].count);
			assert_int_equal(range[0].len, known[i].longest);
			assert_int_equal(range[count - 1].len, known[i].shortest);
			assert_int_equal(cx3_flash_protect_ranges(&part[k], range, 1), 1);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_range_has_its_setting),
		cmocka_unit_test(of_known_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
