/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of sections, good and hostile. */
#include "fixture.h"
#include "said.h"

#define SIZE 0x4000u
#define BOOT_END (CX3_FS2_HEADER_SIZE + 8 * 4)

/* Only the list matters to a walk: the data and CRCs are zeros. */
static uint8_t image[SIZE];

static int set_up(void **state)
{
	(void)state;
	memset(image, 0, sizeof(image));
	put_be32(image + CX3_FS2_HEADER_SIZE + 4, 4);
	return 0;
}

static void put_section(uint32_t addr, uint32_t type, uint32_t size, uint32_t next)
{
	put_be32(image + addr, type);
	put_be32(image + addr + 4, size);
	put_be32(image + addr + 12, next);
}

static int note(void *user, struct cx3_fs2_section *piece, struct cx3_error *err)
{
	(void)err;
	pieces_note(user, piece);
	return CX3_OK;
}

static int ignore(void *user, struct cx3_fs2_section *piece, struct cx3_error *err)
{
	(void)user;
	(void)piece;
	(void)err;
	return CX3_OK;
}

static int walk(struct pieces *pieces, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_fs2_memory(image, sizeof(image));
	struct fs2_view view = {.src = &src};

	memset(pieces, 0, sizeof(*pieces));
	return fs2_walk(&view, note, pieces, err);
}

static void refuse(const char *place, const char *text)
{
	struct pieces pieces;
	struct cx3_error err = {.code = CX3_OK};

	assert_int_equal(walk(&pieces, &err), CX3_E_IMAGE);
	assert_string_equal(err.place, place);
	if (!strstr(said(&err), text))
		fail_msg("\"%s\" lacks \"%s\"", said(&err), text);
}

static void test_list(void **state)
{
	struct pieces p;

	(void)state;
	put_section(BOOT_END, CX3_FS2_DDR, 3, 0x200);
	put_section(0x200, CX3_FS2_EMT, 5, 0x300); /* bytes, rounded up to words */
	put_section(0x300, 77, 1, 0x340);
	put_section(0x340, 0xfffffff0, 0, FS2_END_OF_LIST);
	assert_int_equal(walk(&p, NULL), CX3_OK);
	assert_int_equal(p.count, 5);
	assert_string_equal(p.at[0].name, "BOOT2");
	assert_int_equal(p.at[0].size, 32);
	assert_int_equal(p.at[1].addr, BOOT_END);
	assert_int_equal(p.at[1].data, BOOT_END + 16);
	assert_int_equal(p.at[1].data_size, 12);
	assert_int_equal(p.at[1].size, 32);
	assert_int_equal(p.at[2].data_size, 8);
	assert_string_equal(p.at[2].name, "EMT Service");
	assert_string_equal(p.at[3].name, "UNKNOWN (77)");
	assert_string_equal(p.at[4].name, "UNKNOWN (-16)"); /* mstflint prints %d */
}

static void test_second_boot(void **state)
{
	struct pieces p;

	(void)state;
	put_be32(image + BOOT_END, 0x95000000);
	put_be32(image + BOOT_END + 4, 10);
	put_section(BOOT_END + 56, CX3_FS2_DDR, 0, 0);
	assert_int_equal(walk(&p, NULL), CX3_OK);
	assert_int_equal(p.count, 3);
	assert_string_equal(p.at[1].name, "BOOT2");
	assert_int_equal(p.at[1].size, 56);
}

/* A third one is none: what stands there is a section of an unknown type. */
static void test_no_third_boot(void **state)
{
	struct pieces p;

	(void)state;
	put_be32(image + BOOT_END, 0x95000000);
	put_be32(image + BOOT_END + 4, 4);
	put_section(BOOT_END + 32, 99, 0, 0);
	assert_int_equal(walk(&p, NULL), CX3_OK);
	assert_string_equal(p.at[2].name, "UNKNOWN (99)");
}

static void test_boot_size(void **state)
{
	static const uint32_t bad[] = {0, 3, 1048577, 0xffffffff};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		put_be32(image + CX3_FS2_HEADER_SIZE + 4, bad[i]);
		refuse("offset 0x38", "impossible size");
	}
	put_be32(image + CX3_FS2_HEADER_SIZE + 4, 1048576);
	refuse("offset 0x38", "past the end");
}

static void test_sizes(void **state)
{
	struct pieces p;

	(void)state;
	put_section(BOOT_END, CX3_FS2_DDR, FS2_MAX_SECTION / 4 + 1, 0);
	refuse("offset 0x58", "DDR section at 0x00000058");
	assert_int_equal(walk(&p, NULL), CX3_E_IMAGE);
	assert_int_equal(p.count, 2);
	assert_int_equal(p.at[1].check, CX3_FS2_CHECK_TOO_BIG);
	/* Sizes that wrap around 32 bits are as impossible. */
	put_section(BOOT_END, CX3_FS2_DDR, 0x40000001, 0);
	refuse("offset 0x58", "impossible size");
	put_section(BOOT_END, CX3_FS2_EMT, 0xffffffff, 0);
	refuse("offset 0x58", "impossible size");
	put_section(BOOT_END, CX3_FS2_DDR, FS2_MAX_SECTION / 4, 0);
	refuse("offset 0x58", "past the end");
}

/* Where a section points to: back, at itself, into itself, between words, away. */
static void test_next(void **state)
{
	static const uint32_t bad[] = {
		4, CX3_FS2_HEADER_SIZE, BOOT_END, BOOT_END + 4, BOOT_END + 16, 0x202, 0x201};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_section(BOOT_END, CX3_FS2_DDR, 0, bad[i]);
		refuse("offset 0x64", "says that the next one is at");
	}
	put_section(BOOT_END, CX3_FS2_DDR, 0, SIZE);
	refuse("offset 0x4000", "past the end");
	put_section(BOOT_END, CX3_FS2_DDR, 0, 0xfffffffc);
	refuse("offset 0xfffffffc", "past the end");
}

/* However the list is made, it ends, and no byte is walked twice. */
static void test_longest_list(void **state)
{
	struct cx3_fs2_source memory = cx3_fs2_memory(image, sizeof(image)), src;
	struct counting counting;
	struct fs2_view view = {.src = &src};
	struct cx3_error err;

	(void)state;
	for (uint32_t at = BOOT_END; at + 20 <= SIZE; at += 20)
		put_section(at, CX3_FS2_DDR, 0, at + 20);
	src = counting_source(&counting, &memory);
	assert_int_equal(fs2_walk(&view, ignore, NULL, &err), CX3_E_IMAGE);
	assert_true(counting.bytes <= SIZE);
}

static int count_pieces(void *user, struct cx3_fs2_section *piece, struct cx3_error *err)
{
	unsigned *count = user;

	(void)piece;
	(void)err;
	(*count)++;
	return CX3_OK;
}

/* Empty sections, one after the other: a few thousand are enough to refuse the image. */
static void test_too_many(void **state)
{
	enum { SECTIONS = 4097, EMPTY = FS2_SECTION_HEADER + FS2_CRC_SIZE };
	uint32_t size = BOOT_END + SECTIONS * EMPTY;
	uint8_t *many = calloc(1, size);
	struct cx3_fs2_source from = cx3_fs2_memory(many, size);
	struct fs2_view all = {.src = &from};
	struct cx3_error err;
	unsigned count = 0;

	(void)state;
	assert_non_null(many);
	memcpy(many, image, BOOT_END);
	for (uint32_t i = 0, at = BOOT_END; i < SECTIONS; i++, at += EMPTY) {
		put_be32(many + at, CX3_FS2_DDR);
		put_be32(many + at + 12, i + 1 < SECTIONS ? at + EMPTY : FS2_END_OF_LIST);
	}
	assert_int_equal(fs2_walk(&all, count_pieces, &count, &err), CX3_E_IMAGE);
	assert_non_null(strstr(err.cause, "more than 4096 sections"));
	assert_int_equal(count, 4097); /* the boot section, and 4096 */
	/* one fewer is taken */
	put_be32(many + BOOT_END + 4095 * EMPTY + 12, FS2_END_OF_LIST);
	count = 0;
	assert_int_equal(fs2_walk(&all, count_pieces, &count, &err), CX3_OK);
	assert_int_equal(count, 4097);
	free(many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_too_many, set_up),
		cmocka_unit_test_setup(test_list, set_up),
		cmocka_unit_test_setup(test_second_boot, set_up),
		cmocka_unit_test_setup(test_no_third_boot, set_up),
		cmocka_unit_test_setup(test_boot_size, set_up),
		cmocka_unit_test_setup(test_sizes, set_up),
		cmocka_unit_test_setup(test_next, set_up),
		cmocka_unit_test_setup(test_longest_list, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
