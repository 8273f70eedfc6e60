/* SPDX-License-Identifier: BSD-2-Clause */
/* The CRC agrees with its definition and with what mstflint printed. */
#include "fixture.h"
#include "fs2/crc16.h"

/* The definition, a bit at a time, as the format's description has it. */
static uint16_t by_bits(const uint8_t *data, size_t len)
{
	uint32_t crc = 0xffff;

	for (size_t i = 0; i < 8 * len + 16; i++) {
		uint32_t byte = i < 8 * len ? data[i / 8] : 0;
		uint32_t bit = byte >> (7 - i % 8) & 1;
		uint32_t out = crc & 0x8000;

		crc = (crc << 1 | bit) & 0xffff;
		if (out)
			crc ^= 0x100b;
	}
	return (uint16_t)(crc ^ 0xffff);
}

/*
 * What mstflint 4.21 printed as "exp" when an image's first section was
 * overwritten with these headers and data.
 */
static void test_known(void **state)
{
	static const uint8_t empty[] = {0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x39, 0x24};
	static const uint8_t counted[] = {0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0,  0,	0,  0,	0x39, 0x24,
					  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,   15};
	static const uint8_t words[] = {0,    0, 0, 1, 0,   0,	 0,   2,   0xde, 0xad, 0xbe, 0xef,
					0xff, 0, 0, 0, 'c', 'x', '3', 'f', 'l',	 'a',  's',  'h'};

	(void)state;
	assert_int_equal(cx3_fs2_crc16(empty, sizeof(empty)), 0xc9b0);
	assert_int_equal(cx3_fs2_crc16(counted, sizeof(counted)), 0xb03f);
	assert_int_equal(cx3_fs2_crc16(words, sizeof(words)), 0xe988);
	assert_int_equal(cx3_fs2_crc16(NULL, 0), by_bits(NULL, 0));
}

static void test_definition(void **state)
{
	uint8_t data[256];

	(void)state;
	for (unsigned seed = 0; seed < 64; seed++) {
		for (size_t i = 0; i < sizeof(data); i++)
			data[i] = (uint8_t)((i + 1) * (seed + 7) * 2654435761u >> 13);
		for (size_t len = 0; len <= sizeof(data); len += 4)
			assert_int_equal(cx3_fs2_crc16(data, len), by_bits(data, len));
	}
}

/* Every single bit of a section must matter. */
static void test_each_bit_counts(void **state)
{
	uint8_t data[64] = {1, 2, 3};
	uint16_t right = cx3_fs2_crc16(data, sizeof(data));

	(void)state;
	for (size_t bit = 0; bit < 8 * sizeof(data); bit++) {
		data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(cx3_fs2_crc16(data, sizeof(data)), right);
		data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void test_streamed(void **state)
{
	static const uint8_t data[] = "any bytes, in any pieces";
	uint16_t crc = CRC16_START;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		crc = crc16_add(crc, data + i, 1);
	assert_int_equal(crc16_end(crc), cx3_fs2_crc16(data, sizeof(data)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_definition),
		cmocka_unit_test(test_each_bit_counts),
		cmocka_unit_test(test_streamed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
