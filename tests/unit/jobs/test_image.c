/* SPDX-License-Identifier: BSD-2-Clause */
/* Image files as checked images: contiguous, raw flash content, archives, damage. */
#include "cx3flash/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cx3flash/file.h"
#include "images/fs2_build.h"
#include "jobs_fixture.h"
#include "said.h"

#define FLASH 0x100000u

static uint8_t *made(uint32_t *len)
{
	struct cx3_fs2_recipe recipe;

	fixture_small_recipe(&recipe, "MT_IMAGE_0001", 1);
	return fixture_image(&recipe, len);
}

static void contiguous(void **state)
{
	struct cx3_error err = {0};
	struct cx3_image *image;
	uint32_t len;
	uint8_t *bytes = made(&len), *padded = malloc(len + 4096);

	(void)state;
	assert_non_null(padded);
	fixture_ok(cx3_image_from_memory(bytes, len, "fw.bin", false, &image, &err), &err);
	assert_int_equal(image->len, len);
	assert_memory_equal(image->bytes, bytes, len);
	assert_false(image->was_striped);
	assert_string_equal(image->path, "fw.bin");
	assert_string_equal(image->info.psid, "MT_IMAGE_0001");
	cx3_image_free(image);
	/* what lies past the image is dropped */
	memcpy(padded, bytes, len);
	memset(padded + len, 0xff, 4096);
	fixture_ok(cx3_image_from_memory(padded, len + 4096, "fw.bin", false, &image, &err), &err);
	assert_int_equal(image->len, len);
	cx3_image_free(image);
	cx3_image_free(NULL);
	free(padded);
	free(bytes);
}

/* Raw flash content, the image in one home or the other: the same bytes come out. */
static void raw_content(void **state)
{
	struct cx3_error err = {0};
	struct cx3_image *image;
	struct cx3_fs2_info info;
	struct cx3_fs2_source src;
	uint32_t len;
	uint8_t *bytes = made(&len), *flash = malloc(FLASH);

	(void)state;
	assert_non_null(flash);
	src = cx3_fs2_memory(bytes, len);
	fixture_ok(cx3_fs2_header_layout(&src, 0, &info, &err), &err);
	for (int odd = 0; odd < 2; odd++) {
		memset(flash, 0xff, FLASH);
		fixture_ok(cx3_fs2_stripe(bytes, len, info.log2_chunk, odd, flash, FLASH, &err),
			   &err);
		for (int told = 0; told < 2; told++) {
			fixture_ok(
				cx3_image_from_memory(flash, FLASH, "raw.bin", told, &image, &err),
				&err);
			assert_true(image->was_striped || (!odd && !told));
			assert_int_equal(image->len, len);
			assert_memory_equal(image->bytes, bytes, len);
			assert_int_equal(image->info.start, 0);
			assert_false(image->info.striped);
			cx3_image_free(image);
		}
	}
	free(flash);
	free(bytes);
}

static void damage(void **state)
{
	struct cx3_error err = {0};
	struct cx3_image *image;
	uint32_t len;
	uint8_t *bytes = made(&len);

	(void)state;
	bytes[len / 2] ^= 1;
	assert_int_equal(cx3_image_from_memory(bytes, len, "fw.bin", false, &image, &err),
			 CX3_E_IMAGE);
	assert_null(image);
	assert_int_equal(strncmp(err.place, "fw.bin, offset 0x", 17), 0);
	assert_non_null(strstr(err.cause, "wrong CRC"));
	assert_non_null(strstr(err.next, "Get the file again"));
	bytes[0] = 0;
	assert_int_equal(cx3_image_from_memory(bytes, len, "fw.bin", false, &image, &err),
			 CX3_E_IMAGE);
	assert_non_null(strstr(err.next, "the file you mean"));
	assert_int_equal(cx3_image_from_memory("", 0, "empty.bin", false, &image, &err),
			 CX3_E_IMAGE);
	assert_string_equal(err.place, "empty.bin");
	free(bytes);
}

static void from_file(void **state)
{
	struct cx3_error err = {0};
	struct cx3_image *image;
	char path[64];
	uint32_t len;
	uint8_t *bytes = made(&len);

	(void)state;
	snprintf(path, sizeof(path), "/tmp/cx3-image-%ld", (long)getpid());
	fixture_ok(cx3_file_write(path, bytes, len, false, &err), &err);
	fixture_ok(cx3_image_open(path, NULL, false, &image, &err), &err);
	assert_memory_equal(image->bytes, bytes, len);
	assert_string_equal(image->path, path);
	cx3_image_free(image);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(cx3_image_open(path, NULL, false, &image, &err), CX3_E_FILE);
	assert_null(image);
	assert_string_equal(err.place, path);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contiguous),
		cmocka_unit_test(raw_content),
		cmocka_unit_test(damage),
		cmocka_unit_test(from_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
