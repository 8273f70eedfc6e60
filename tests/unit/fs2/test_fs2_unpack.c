/* SPDX-License-Identifier: BSD-2-Clause */
/* Zip archives, good and hostile. */
#include <zip.h>

#include <stdio.h>

#include "fixture.h"
#include "said.h"

struct archive {
	zip_t *zip;
	zip_source_t *source;
	uint8_t *bytes;
	size_t len;
};

static void archive_open(struct archive *a)
{
	a->source = zip_source_buffer_create(NULL, 0, 0, NULL);
	assert_non_null(a->source);
	zip_source_keep(a->source);
	a->zip = zip_open_from_source(a->source, ZIP_TRUNCATE, NULL);
	assert_non_null(a->zip);
}

static void archive_add(struct archive *a, const char *name, const void *bytes, size_t len)
{
	zip_source_t *entry = zip_source_buffer(a->zip, bytes, len, 0);

	assert_non_null(entry);
	assert_true(zip_file_add(a->zip, name, entry, 0) >= 0);
}

static void archive_close(struct archive *a)
{
	zip_stat_t st;

	assert_int_equal(zip_close(a->zip), 0);
	assert_int_equal(zip_source_stat(a->source, &st), 0);
	a->len = (size_t)st.size;
	a->bytes = malloc(a->len);
	assert_non_null(a->bytes);
	assert_int_equal(zip_source_open(a->source), 0);
	assert_int_equal(zip_source_read(a->source, a->bytes, a->len), (zip_int64_t)a->len);
	zip_source_close(a->source);
	zip_source_free(a->source);
}

static void refuse_as(struct archive *a, enum cx3_code code, const char *text)
{
	struct cx3_error err = {.code = CX3_OK};
	uint8_t *out;
	uint32_t len;

	archive_close(a);
	assert_int_equal(cx3_fs2_unpack(a->bytes, a->len, NULL, &out, &len, &err), code);
	assert_null(out);
	if (!strstr(said(&err), text))
		fail_msg("\"%s\" lacks \"%s\"", said(&err), text);
	free(a->bytes);
}

static void refuse(struct archive *a, const char *text)
{
	refuse_as(a, CX3_E_IMAGE, text);
}

static void test_plain(void **state)
{
	struct cx3_error err;
	uint8_t *out;
	uint32_t len;

	(void)state;
	assert_int_equal(cx3_fs2_unpack("any bytes", 9, NULL, &out, &len, NULL), CX3_OK);
	assert_int_equal(len, 9);
	assert_memory_equal(out, "any bytes", 9);
	free(out);
	assert_int_equal(cx3_fs2_unpack("", 0, NULL, &out, &len, &err), CX3_E_IMAGE);
	assert_null(out);
	assert_int_equal(
		cx3_fs2_unpack("no archive", (size_t)CX3_FS2_MAX_IMAGE + 1, NULL, &out, &len, &err),
		CX3_E_IMAGE);
}

static void test_zip(void **state)
{
	struct archive a;
	struct image i;
	uint8_t *out;
	uint32_t len;

	(void)state;
	image_default(&i);
	archive_open(&a);
	archive_add(&a, "folder/", "", 0);
	archive_add(&a, "readme.txt", "words", 5);
	archive_add(&a, "fw.bin", i.bytes, i.len);
	archive_close(&a);
	assert_int_equal(cx3_fs2_unpack(a.bytes, a.len, NULL, &out, &len, &i.err), CX3_OK);
	assert_int_equal(len, i.len);
	assert_memory_equal(out, i.bytes, len);
	free(out);
	/* Wherever the archive is cut or damaged: an error or the image, never a crash. */
	for (size_t cut = 4; cut < a.len; cut += 1 + a.len / 50) {
		assert_int_equal(cx3_fs2_unpack(a.bytes, cut, NULL, &out, &len, &i.err),
				 CX3_E_IMAGE);
		assert_null(out);
		a.bytes[cut] ^= 0x40;
		if (cx3_fs2_unpack(a.bytes, a.len, NULL, &out, &len, &i.err) == CX3_OK)
			assert_int_equal(len, i.len);
		free(out);
		a.bytes[cut] ^= 0x40;
	}
	free(a.bytes);
	image_free(&i);
}

static void test_not_one_image(void **state)
{
	struct archive a;
	struct image i;

	(void)state;
	image_default(&i);
	archive_open(&a);
	archive_add(&a, "readme.txt", "words", 5);
	refuse(&a, "no FS2 firmware image");
	archive_open(&a);
	archive_add(&a, "a.bin", i.bytes, i.len);
	archive_add(&a, "b.bin", i.bytes, i.len);
	refuse_as(&a, CX3_E_PSID, "There are 2 firmware images in it: ");
	image_free(&i);
}

static void test_too_many_files(void **state)
{
	struct archive a;
	char name[16];

	(void)state;
	archive_open(&a);
	for (int n = 0; n < 65; n++) {
		snprintf(name, sizeof(name), "%d", n);
		archive_add(&a, name, "x", 1);
	}
	refuse(&a, "too many files");
}

/* 17 MiB of zeros in a few KB. */
static void test_bomb(void **state)
{
	struct archive a;
	size_t len = (size_t)CX3_FS2_MAX_IMAGE + (1 << 20);
	uint8_t *zeros = calloc(1, len);

	(void)state;
	assert_non_null(zeros);
	archive_open(&a);
	archive_add(&a, "zeros", zeros, len);
	refuse(&a, "more than the 16 MiB");
	free(zeros);
}

static void test_empty_archive(void **state)
{
	static const uint8_t end[22] = "PK\5\6";
	struct cx3_error err;
	uint8_t *out;
	uint32_t len;

	(void)state;
	assert_int_equal(cx3_fs2_unpack(end, sizeof(end), NULL, &out, &len, &err), CX3_E_IMAGE);
	assert_null(out);
}

/* Other methods than Store and Deflate are refused before anything of them is read. */
static void test_methods(void **state)
{
	struct cx3_error err;
	struct archive a;
	uint8_t *out;
	uint32_t len;

	(void)state;
	archive_open(&a);
	archive_add(&a, "fw.bin", "words", 5);
	archive_close(&a);
	for (size_t i = 0; i + 12 < a.len; i++) {
		if (memcmp(a.bytes + i, "PK\3\4", 4) == 0)
			a.bytes[i + 8] = ZIP_CM_LZMA;
		if (memcmp(a.bytes + i, "PK\1\2", 4) == 0)
			a.bytes[i + 10] = ZIP_CM_LZMA;
	}
	assert_int_equal(cx3_fs2_unpack(a.bytes, a.len, NULL, &out, &len, &err), CX3_E_IMAGE);
	assert_non_null(strstr(err.cause, "another method than Deflate"));
	assert_string_equal(err.place, "fw.bin");
	free(a.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_zip),
		cmocka_unit_test(test_not_one_image),
		cmocka_unit_test(test_too_many_files),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_empty_archive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
