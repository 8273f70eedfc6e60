/* SPDX-License-Identifier: BSD-2-Clause */
/* Each CRC is checked, and each failing read is told. */
#include "fixture.h"
#include "said.h"

static int verify(struct image *i, struct pieces *pieces)
{
	memset(pieces, 0, sizeof(*pieces));
	return cx3_fs2_verify(&i->src, CX3_FS2_CONTIGUOUS, &i->info, pieces_note, pieces, &i->err);
}

static void test_good(void **state)
{
	struct pieces p;
	struct image i;

	(void)state;
	image_default(&i);
	assert_int_equal(verify(&i, &p), CX3_OK);
	for (unsigned n = 0; n < p.count; n++) {
		assert_int_equal(p.at[n].check, CX3_FS2_CHECK_OK);
		assert_int_equal(p.at[n].crc_found, p.at[n].crc_computed);
	}
	assert_true(p.at[p.count - 1].whole_image);
	assert_string_equal(p.at[p.count - 1].name, "Full Image");
	assert_int_equal(p.at[p.count - 1].size, i.len);
	assert_int_equal(i.info.rom_count, 1);
	assert_int_equal(cx3_fs2_verify(&i.src, CX3_FS2_DETECT, &i.info, NULL, NULL, NULL), CX3_OK);
	image_free(&i);
}

/* One wrong bit anywhere is found, and the piece that it lies in is named. */
static void test_any_bit(void **state)
{
	struct pieces good, p;
	struct image i;

	(void)state;
	image_default(&i);
	assert_int_equal(verify(&i, &good), CX3_OK);
	for (unsigned n = 0; n + 1 < good.count; n++) {
		const struct cx3_fs2_section *s = &good.at[n];
		uint32_t at = s->data + (n * 977 % (s->size - (s->data - s->addr)));

		i.bytes[at] ^= 0x10;
		assert_int_equal(verify(&i, &p), CX3_E_IMAGE);
		assert_non_null(strstr(said(&i.err), s->name));
		assert_int_equal(p.at[n].check, CX3_FS2_CHECK_BAD_CRC);
		/* The pieces behind it are told all the same. */
		assert_true(p.count + 1 >= good.count);
		i.bytes[at] ^= 0x10;
	}
	assert_int_equal(verify(&i, &p), CX3_OK);
	image_free(&i);
}

static void test_full_crc(void **state)
{
	struct pieces p;
	struct image i;

	(void)state;
	image_default(&i);
	i.bytes[0x12] ^= 1;
	assert_int_equal(verify(&i, &p), CX3_E_IMAGE);
	assert_non_null(strstr(said(&i.err), "Full Image"));
	image_free(&i);
	/* Without the MIC version the full-image CRC means nothing. */
	image_recipe(&i);
	i.recipe.omit_tags |= 1 << 11;
	image_build(&i);
	i.bytes[0x12] ^= 1;
	assert_int_equal(verify(&i, &p), CX3_OK);
	assert_false(p.at[p.count - 1].whole_image);
	image_free(&i);
}

static void test_blank(void **state)
{
	struct pieces p;
	struct image i;
	unsigned blank = 0;

	(void)state;
	image_recipe(&i);
	i.recipe.blank_uids = true;
	image_build(&i);
	assert_int_equal(verify(&i, &p), CX3_OK);
	for (unsigned n = 0; n < p.count; n++)
		blank += p.at[n].check == CX3_FS2_CHECK_BLANK;
	assert_int_equal(blank, 2); /* the GUID section and the whole */
	image_free(&i);
}

/* The pieces before a broken link are told; a header that can't be read ends it. */
static void test_broken(void **state)
{
	struct pieces p;
	struct image i;

	(void)state;
	image_default(&i);
	put_be32(i.bytes + i.info.guid_ptr - 12, 0x7fffffff);
	assert_int_equal(verify(&i, &p), CX3_E_IMAGE);
	assert_true(p.count > 3);
	assert_int_equal(p.at[p.count - 1].check, CX3_FS2_CHECK_TOO_BIG);
	assert_non_null(strstr(said(&i.err), "impossible size"));
	i.bytes[CX3_FS2_OFF_FAILSAFE] ^= 1;
	assert_int_equal(verify(&i, &p), CX3_E_IMAGE);
	assert_int_equal(p.count, 0);
	i.bytes[0] = 0;
	assert_int_equal(verify(&i, &p), CX3_E_NO_IMAGE);
	image_free(&i);
}

static void test_broken_pointer(void **state)
{
	struct pieces p;
	struct image i;

	(void)state;
	image_default(&i);
	i.bytes[CX3_FS2_OFF_INFO_PTR] ^= 1;
	assert_int_equal(verify(&i, &p), CX3_E_IMAGE);
	assert_string_equal(i.err.place, "offset 0x2c");
	assert_true(p.count > 5);
	image_free(&i);
}

static void test_truncated(void **state)
{
	struct pieces p;
	struct image i;

	(void)state;
	image_default(&i);
	for (uint32_t len = 0; len < i.len; len += 1 + len / 7) {
		i.src.size = len;
		assert_int_not_equal(verify(&i, &p), CX3_OK);
	}
	i.src.size = i.len - 1;
	assert_int_equal(verify(&i, &p), CX3_E_IMAGE);
	assert_non_null(strstr(said(&i.err), "past the end"));
	image_free(&i);
}

static void test_each_read_fails(void **state)
{
	struct image i;

	(void)state;
	image_default(&i);
	for (unsigned reads = 1;; reads++) {
		struct counting counting;
		struct cx3_fs2_source src = counting_source(&counting, &i.src);
		int rc;

		counting.fail_at = reads;
		rc = cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &i.info, NULL, NULL, &i.err);
		if (!rc) {
			/* The whole image once, and the little that a query reads. */
			assert_true(counting.bytes < i.len + 2048);
			break;
		}
		assert_int_equal(rc, CX3_E_IO);
		assert_string_equal(said(&i.err), "The wire was cut.");
	}
	image_free(&i);
}

/* A damaged image behind a bus that fails: the answer is the bus's failure. */
static void test_broken_and_each_read_fails(void **state)
{
	struct image i;
	bool ended = false;

	(void)state;
	image_default(&i);
	i.bytes[CX3_FS2_OFF_INFO_PTR + 1] ^= 1;
	i.bytes[CX3_FS2_HEADER_SIZE + 40] ^= 1;
	for (unsigned reads = 1; !ended; reads++) {
		struct counting counting;
		struct cx3_fs2_source src = counting_source(&counting, &i.src);
		int rc;

		counting.fail_at = reads;
		rc = cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &i.info, NULL, NULL, &i.err);
		ended = counting.reads < reads;
		assert_int_equal(rc, ended ? CX3_E_IMAGE : CX3_E_IO);
		if (!ended)
			assert_string_equal(said(&i.err), "The wire was cut.");
	}
	image_free(&i);
}

/* Two homes: each is verified for itself. */
static void test_at(void **state)
{
	uint8_t *flash = calloc(1, 0x100000);
	struct cx3_fs2_source src = cx3_fs2_memory(flash, 0x100000);
	struct cx3_fs2_info info;
	struct image i;

	(void)state;
	assert_non_null(flash);
	image_default(&i);
	for (int odd = 0; odd < 2; odd++)
		assert_int_equal(cx3_fs2_stripe(i.bytes, i.len, 16, odd, flash, 0x100000, NULL),
				 CX3_OK);
	flash[i.info.guid_ptr] ^= 1;
	assert_int_equal(cx3_fs2_verify_at(&src, 0, CX3_FS2_STRIPED, &info, NULL, NULL, NULL),
			 CX3_E_IMAGE);
	assert_int_equal(cx3_fs2_verify_at(&src, 0x10000, CX3_FS2_STRIPED, &info, NULL, NULL, NULL),
			 CX3_OK);
	assert_int_equal(info.start, 0x10000);
	assert_int_equal(cx3_fs2_verify_at(&src, 0x20000, CX3_FS2_STRIPED, &info, NULL, NULL, NULL),
			 CX3_E_NO_IMAGE);
	free(flash);
	image_free(&i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_any_bit),
		cmocka_unit_test(test_full_crc),
		cmocka_unit_test(test_blank),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_broken_pointer),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_each_read_fails),
		cmocka_unit_test(test_broken_and_each_read_fails),
		cmocka_unit_test(test_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
