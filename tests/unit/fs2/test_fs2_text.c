/* SPDX-License-Identifier: BSD-2-Clause */
/* Deflated texts, good and hostile. */
#include <zlib.h>

#include "fixture.h"
#include "fs2/sections.h"
#include "said.h"

static void test_texts(void **state)
{
	struct image i;
	char *text;
	size_t len;

	(void)state;
	image_recipe(&i);
	i.recipe.config_text = "[PS_INFO]\nName = x\n";
	i.recipe.hash_file = true;
	image_build(&i);
	assert_int_equal(cx3_fs2_text(&i.src, CX3_FS2_DETECT, CX3_FS2_FW_CONFIG, &text, &len, NULL),
			 CX3_OK);
	assert_string_equal(text, i.recipe.config_text);
	assert_int_equal(len, strlen(i.recipe.config_text));
	free(text);
	assert_int_equal(cx3_fs2_text(&i.src, CX3_FS2_DETECT, CX3_FS2_HASH_FILE, &text, &len, NULL),
			 CX3_OK);
	assert_non_null(strstr(text, "hash"));
	free(text);
	image_free(&i);
}

static void test_refused(void **state)
{
	struct image i;
	char *text;
	size_t len;

	(void)state;
	image_default(&i);
	assert_int_equal(cx3_fs2_text(&i.src, CX3_FS2_DETECT, CX3_FS2_ROM, &text, &len, &i.err),
			 CX3_E_USAGE);
	assert_int_equal(
		cx3_fs2_text(&i.src, CX3_FS2_DETECT, CX3_FS2_HASH_FILE, &text, &len, &i.err),
		CX3_E_NO_IMAGE);
	assert_null(text);
	image_free(&i);
}

/* Zeros by the megabyte from a few bytes: the limit holds, exactly. */
static void test_bomb(void **state)
{
	static const uint8_t zeros[100000];
	static uint8_t packed[2000];
	uLongf size = sizeof(packed);
	struct cx3_error err;
	char *text = NULL;
	size_t len;

	(void)state;
	assert_int_equal(compress(packed, &size, zeros, sizeof(zeros)), Z_OK);
	assert_int_equal(fs2_inflate(packed, (uint32_t)size, 99999, "thing", &text, &len, &err),
			 CX3_E_IMAGE);
	assert_non_null(strstr(said(&err), "99999"));
	assert_null(text);
	assert_int_equal(fs2_inflate(packed, (uint32_t)size, 1 << 20, "thing", &text, &len, &err),
			 CX3_OK);
	assert_int_equal(len, sizeof(zeros));
	assert_int_equal(text[len], 0);
	free(text);
}

static void test_damaged(void **state)
{
	uint8_t packed[64];
	uLongf size = sizeof(packed);
	struct cx3_error err;
	char *text = NULL;
	size_t len;

	(void)state;
	assert_int_equal(compress(packed, &size, (const Bytef *)"some words", 10), Z_OK);
	for (uint32_t cut = 0; cut < size; cut++) {
		assert_int_equal(fs2_inflate(packed, cut, 1000, "thing", &text, &len, &err),
				 CX3_E_IMAGE);
		assert_non_null(strstr(said(&err), "can't be inflated"));
	}
	packed[size - 1] ^= 1;
	assert_int_equal(fs2_inflate(packed, (uint32_t)size, 1000, "thing", &text, &len, &err),
			 CX3_E_IMAGE);
	assert_null(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
