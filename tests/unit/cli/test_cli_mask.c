/* SPDX-License-Identifier: BSD-2-Clause */
/* No GUID, MAC or home folder leaves the machine in a report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/mask.h"

static void check(const char *text, const char *expected)
{
	cJSON *root = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(root, "list");
	cJSON *item = cJSON_CreateString(text);

	cJSON_AddItemToArray(list, item);
	mask_document(root);
	assert_string_equal(item->valuestring, expected);
	cJSON_Delete(root);
}

static void identities_are_masked(void **state)
{
	(void)state;
	check("0002c9030a0b0c00", "0002c9xxxxxxxxxx");
	check("0002C90B0C00", "0002C9xxxxxx");
	check("0x248a0703009a1c00 0x248a079a1c00", "0x248a07xxxxxxxxxx 0x248a07xxxxxx");
	check("24:8a:07:9a:1c:00, 24-8a-07-9a-1c-01", "24:8a:07:xx:xx:xx, 24-8a-07-xx-xx-xx");
	check("00:02:c9:03:0a:0b:0c:00", "00:02:c9:xx:xx:xx:xx:xx");
	check("MT_1-0002c9030a0b0c00-20261129T181525Z-1108dc5f.bin",
	      "MT_1-0002c9xxxxxxxxxx-20261129T181525Z-1108dc5f.bin");
}

static void other_words_stay(void **state)
{
	(void)state;
	check("0x00080000 207115 MT_1200111023 2.42.5000",
	      "0x00080000 207115 MT_1200111023 2.42.5000");
	/* a digest */
	check("d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e");
	check("", "");
	check("0002c90b0c0", "0002c90b0c0");
	check("0002c90b0c00zz", "0002c9xxxxxxzz");
}

static void the_home_folder_is_masked(void **state)
{
	(void)state;
	setenv("HOME", "/home/somebody", 1);
	check("/home/somebody/.local/a /home/somebody/b", "~/.local/a ~/b");
	unsetenv("HOME");
	check("/home/somebody/b", "/home/somebody/b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identities_are_masked),
		cmocka_unit_test(other_words_stay),
		cmocka_unit_test(the_home_folder_is_masked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
