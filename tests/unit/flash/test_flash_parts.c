/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts table, and what status bits protect on its parts. */
#include "flash_fixture.h"

#include "flash/flash_priv.h"

static void table_is_sane(void **state)
{
	size_t count;
	const struct cx3_flash_part *parts = cx3_flash_parts(&count);

	(void)state;
	assert_true(count > 40);
	for (size_t i = 0; i < count; i++) {
		const struct cx3_flash_part *p = &parts[i];

		assert_in_range(p->size, 0x80000, 0x1000000);
		assert_int_equal(p->size & (p->size - 1), 0);
		assert_true(p->page_program_us > 0 && p->page_program_us <= 5000);
		assert_true(p->block_erase_ms > 0 && p->block_erase_ms <= 3000);
		assert_int_equal(p->sector_erase, p->sector_erase_ms > 0);
		assert_ptr_equal(cx3_flash_find_part(p->jedec), p);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(p->name, parts[j].name);
			assert_memory_not_equal(p->jedec, parts[j].jedec, 3);
		}
	}
}

/* Ids and sizes as Linux's drivers/mtd/spi-nor and flashrom's flashchips.h have them. */
static void known_ids(void **state)
{
	static const struct {
		const char *name;
		uint32_t size;
		uint8_t jedec[3];
		bool sectors;
	} known[] = {
		{"M25PX16", 0x200000, {0x20, 0x71, 0x15}, true},
		{"M25P16", 0x200000, {0x20, 0x20, 0x15}, false},
		{"N25Q128A", 0x1000000, {0x20, 0xba, 0x18}, true},
		{"W25Q40", 0x80000, {0xef, 0x40, 0x13}, true},
		{"W25X16", 0x200000, {0xef, 0x30, 0x15}, true},
		{"AT25DF161", 0x200000, {0x1f, 0x46, 0x02}, true},
		{"S25FL016A", 0x200000, {0x01, 0x02, 0x14}, false},
		{"S25FL032P", 0x400000, {0x01, 0x02, 0x15}, false},
		{"S25FL116K", 0x200000, {0x01, 0x40, 0x15}, true},
		{"MX25L1606E", 0x200000, {0xc2, 0x20, 0x15}, true},
		{"IS25LP016", 0x200000, {0x9d, 0x60, 0x15}, true},
		{"SST25VF016B", 0x200000, {0xbf, 0x25, 0x41}, false},
		{"SST25VF080B", 0x100000, {0xbf, 0x25, 0x8e}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct cx3_flash_part *p = cx3_flash_find_part(known[i].jedec);

		assert_non_null(p);
		assert_string_equal(p->name, known[i].name);
		assert_int_equal(p->size, known[i].size);
		assert_int_equal(p->sector_erase, known[i].sectors);
	}
}

static void dangerous_ids_are_unknown(void **state)
{
	static const uint8_t ids[][3] = {
		{0x20, 0x20, 0x18}, /* M25P128: opcode D8 erases 256 KiB */
		{0x01, 0x20, 0x18}, /* S25FL128P: 64 or 256 KiB */
		{0xef, 0x40, 0x19}, /* W25Q256: wants 4-byte addresses */
		{0xff, 0xff, 0xff}, {0x00, 0x00, 0x00},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_null(cx3_flash_find_part(ids[i]));
}

/* Rows out of the data sheets' protection tables. */
static void protected_areas(void **state)
{
	static const struct {
		uint8_t jedec[3], status[2];
		uint32_t start, len;
	} rows[] = {
		/* M25PX16, TB: upper 1/32 .. all, lower */
		{{0x20, 0x71, 0x15}, {0x00, 0}, 0, 0},
		{{0x20, 0x71, 0x15}, {0x04, 0}, 0x1f0000, 0x10000},
		{{0x20, 0x71, 0x15}, {0x14, 0}, 0x100000, 0x100000},
		{{0x20, 0x71, 0x15}, {0x1c, 0}, 0, 0x200000},
		{{0x20, 0x71, 0x15}, {0x24, 0}, 0, 0x10000},
		/* M25P64: 1/64 is two sectors */
		{{0x20, 0x20, 0x17}, {0x04, 0}, 0x7e0000, 0x20000},
		/* N25Q128: BP3 in bit 6 */
		{{0x20, 0xba, 0x18}, {0x04, 0}, 0xff0000, 0x10000},
		{{0x20, 0xba, 0x18}, {0x40, 0}, 0x800000, 0x800000},
		{{0x20, 0xba, 0x18}, {0x44, 0}, 0, 0x1000000},
		{{0x20, 0xba, 0x18}, {0x60, 0}, 0, 0x800000},
		/* W25Q16: SEC, TB, CMP */
		{{0xef, 0x40, 0x15}, {0x44, 0}, 0x1ff000, 0x1000},
		{{0xef, 0x40, 0x15}, {0x54, 0}, 0x1f8000, 0x8000},
		{{0xef, 0x40, 0x15}, {0x64, 0}, 0, 0x1000},
		{{0xef, 0x40, 0x15}, {0x5c, 0}, 0, 0x200000},
		{{0xef, 0x40, 0x15}, {0x00, 0x40}, 0, 0x200000},
		{{0xef, 0x40, 0x15}, {0x1c, 0x40}, 0, 0},
		{{0xef, 0x40, 0x15}, {0x04, 0x40}, 0, 0x1f0000},
		{{0xef, 0x40, 0x15}, {0x24, 0x40}, 0x10000, 0x1f0000},
		/* W25Q128: 1/64 is 256 KiB */
		{{0xef, 0x40, 0x18}, {0x04, 0}, 0xfc0000, 0x40000},
		/* MX25L1606E: QE and the like in bit 6 mean nothing here */
		{{0xc2, 0x20, 0x15}, {0x44, 0}, 0x1f0000, 0x10000},
		{{0xc2, 0x20, 0x15}, {0x24, 0}, 0, 0x200000},
		/* MX25L8005: three bits */
		{{0xc2, 0x20, 0x14}, {0x04, 0}, 0xf0000, 0x10000},
		/* AT25DF161 */
		{{0x1f, 0x46, 0x02}, {0x1c, 0}, 0, 0x200000},
		{{0x1f, 0x46, 0x02}, {0x10, 0}, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct cx3_flash_part *p = cx3_flash_find_part(rows[i].jedec);
		uint32_t start, len;

		cx3_flash_protected_area(p, rows[i].status, &start, &len);
		if (start != rows[i].start || len != rows[i].len)
			fail_msg("%s, status %02x %02x: 0x%x bytes at 0x%x", p->name,
				 rows[i].status[0], rows[i].status[1], len, start);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_sane),
		cmocka_unit_test(known_ids),
		cmocka_unit_test(dangerous_ids_are_unknown),
		cmocka_unit_test(protected_areas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
