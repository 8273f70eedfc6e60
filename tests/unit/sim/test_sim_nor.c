/* SPDX-License-Identifier: BSD-2-Clause */
/* The flash behind the gateway: what it does, and what it does not forgive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_fixture.h"

static const uint8_t zeros[16];

struct misuse {
	const char *name;
	const char *options;
	void (*act)(struct simcard *card);
	const char *complaint;
};

static void program_twice(struct simcard *card)
{
	gw_program(card, 0x1230, zeros, 4);
	gw_wait(card);
	gw_program(card, 0x1230, "\x0f\xff", 1);
}

static void program_without_enable(struct simcard *card)
{
	simcard_reg_write(card, GW_ADDRESS, 0x100);
	gw_run(card, GW_OPCODE(0x02) | GW_ADDR | GW_BYTES(2));
}

static void program_over_page_end(struct simcard *card)
{
	gw_program(card, 0x1f8, zeros, 4);
}

static void program_nothing(struct simcard *card)
{
	gw_write_enable(card);
	simcard_reg_write(card, GW_ADDRESS, 0x100);
	gw_run(card, GW_OPCODE(0x02) | GW_ADDR);
}

static void program_too_much(struct simcard *card)
{
	gw_write_enable(card);
	simcard_reg_write(card, GW_ADDRESS, 0x100);
	gw_run(card, GW_OPCODE(0x02) | GW_ADDR | GW_BYTES(4) | GW_HOLD);
	for (int i = 0; i < 15; i++)
		gw_run(card, GW_BYTES(4) | GW_HOLD);
	gw_run(card, GW_BYTES(0));
}

static void erase_without_enable(struct simcard *card)
{
	simcard_reg_write(card, GW_ADDRESS, 0x1000);
	gw_run(card, GW_OPCODE(0x20) | GW_ADDR);
}

static void erase_unaligned(struct simcard *card)
{
	gw_erase(card, 0x20, 0x1010);
}

static void erase_past_end(struct simcard *card)
{
	gw_erase(card, 0xd8, FIXTURE_SIZE);
}

static void erase_with_data(struct simcard *card)
{
	gw_write_enable(card);
	simcard_reg_write(card, GW_ADDRESS, 0x1000);
	gw_run(card, GW_OPCODE(0x20) | GW_ADDR | GW_BYTES(0));
}

static void erase_without_address(struct simcard *card)
{
	gw_write_enable(card);
	gw_run(card, GW_OPCODE(0xd8));
}

static void sector_erase(struct simcard *card)
{
	gw_erase(card, 0x20, 0x1000);
}

static void read_while_busy(struct simcard *card)
{
	uint8_t byte;

	gw_erase(card, 0x20, 0x1000);
	gw_read(card, 0, &byte, 0);
}

static void enable_while_busy(struct simcard *card)
{
	gw_erase(card, 0x20, 0x1000);
	gw_write_enable(card);
}

static void read_past_end(struct simcard *card)
{
	uint8_t byte;

	gw_read(card, FIXTURE_SIZE, &byte, 0);
}

static void unknown_opcode(struct simcard *card)
{
	gw_run(card, GW_OPCODE(0xc7));
}

static void write_status(struct simcard *card)
{
	gw_write_enable(card);
	simcard_reg_write(card, GW_DATA, 0);
	gw_run(card, GW_OPCODE(0x01) | GW_BYTES(0));
}

static void status_without_enable(struct simcard *card)
{
	gw_run(card, GW_OPCODE(0x01) | GW_BYTES(0));
}

static void status_of_four(struct simcard *card)
{
	gw_write_enable(card);
	gw_run(card, GW_OPCODE(0x01) | GW_BYTES(2));
}

static void program_last_page(struct simcard *card)
{
	gw_program(card, FIXTURE_SIZE - 16, zeros, 4);
}

static void program_two_bytes(struct simcard *card)
{
	gw_program(card, 0, zeros, 1);
}

static const struct misuse misuses[] = {
	{"programmed twice", "", program_twice, "0x1230 from 0x00 to 0x0f without an erase"},
	{"program without WREN", "", program_without_enable, "program at 0x100 without a write"},
	{"page end", "", program_over_page_end, "runs over the end of its page"},
	{"program without data", "", program_nothing, "without data"},
	{"257 bytes", "", program_too_much, "more than 256 bytes"},
	{"erase without WREN", "", erase_without_enable, "erase at 0x1000 without a write enable"},
	{"erase unaligned", "", erase_unaligned, "no multiple of 0x1000"},
	{"erase past the end", "", erase_past_end, "past the end"},
	{"erase with data", "", erase_with_data, "data behind its address"},
	{"erase without address", "", erase_without_address, "only 0 address bytes"},
	{"no 4 KiB erase", "part=M25P16", sector_erase, "which a M25P16 does not have"},
	{"read while busy", "", read_while_busy, "opcode 03 while an erase"},
	{"WREN while busy", "", enable_while_busy, "opcode 06 while an erase"},
	{"read past the end", "", read_past_end, "past the end"},
	{"unknown opcode", "", unknown_opcode, "opcode c7"},
	{"status without WREN", "", status_without_enable, "without a write enable"},
	{"status of 4 bytes", "", status_of_four, "of 4 bytes"},
	{"status locked", "status=0x9c,wp=1", write_status, "SRWD is set and WP# is low"},
	{"protected", "status=0x04", program_last_page, "protects"},
	{"two bytes to an SST", "part=SST25VF016B,status=0", program_two_bytes,
	 "more than 1 bytes"},
};

static void test_each_misuse_is_told_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(misuses) / sizeof(misuses[0]); i++) {
		struct fixture f;

		fixture_make(&f, FIXTURE_SIZE);
		fixture_open(&f, misuses[i].options);
		gw_take(f.card);
		assert_null(simcard_violation(f.card));
		misuses[i].act(f.card);
		if (simcard_counts(f.card)->violations == 0 ||
		    !strstr(simcard_violation(f.card), misuses[i].complaint))
			fail_msg("%s: %s", misuses[i].name, simcard_violation(f.card));
		fixture_remove(&f);
	}
}

static void test_bits_only_fall(void **state)
{
	struct fixture f;
	uint8_t byte;

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_open(&f, "");
	gw_take(f.card);
	gw_program(f.card, 0x2000, "\xf0", 0);
	gw_wait(f.card);
	gw_program(f.card, 0x2000, "\x30", 0); /* only ones to zeros: allowed */
	gw_wait(f.card);
	gw_program(f.card, 0x2000, "\xff", 0); /* padding: allowed, changes nothing */
	gw_wait(f.card);
	assert_null(simcard_violation(f.card));
	gw_program(f.card, 0x2000, "\x0f", 0);
	gw_wait(f.card);
	gw_read(f.card, 0x2000, &byte, 0);
	assert_int_equal(byte, 0x00);
	assert_int_equal(simcard_counts(f.card)->violations, 1);
	gw_erase(f.card, 0x20, 0x2000);
	gw_wait(f.card);
	gw_read(f.card, 0x2000, &byte, 0);
	assert_int_equal(byte, 0xff);
	fixture_remove(&f);
}

static void test_page_wraps(void **state)
{
	struct fixture f;
	uint8_t bytes[16];

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_open(&f, "");
	gw_take(f.card);
	gw_program(f.card, 0x1f8, "abcdefghijklmnop", 4);
	gw_wait(f.card);
	gw_read(f.card, 0x1f8, bytes, 3);
	assert_memory_equal(bytes, "abcdefgh", 8);
	gw_read(f.card, 0x100, bytes, 3);
	assert_memory_equal(bytes, "ijklmnop", 8);
	gw_read(f.card, 0x200, bytes, 0);
	assert_int_equal(bytes[0], 0xff);
	fixture_remove(&f);
}

static void test_jobs_take_the_parts_time(void **state)
{
	struct fixture f;
	uint64_t us;

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_open(&f, "clock=1M"); /* M25PX16: 800 us a page, 70 and 600 ms an erase */
	gw_take(f.card);
	gw_program(f.card, 0, zeros, 4);
	us = gw_wait(f.card);
	assert_in_range(us, 600, 1300);
	gw_erase(f.card, 0x20, 0);
	us = gw_wait(f.card);
	assert_in_range(us, 69500, 70500);
	gw_erase(f.card, 0xd8, 0);
	us = gw_wait(f.card);
	assert_in_range(us, 599500, 600500);
	assert_int_equal(simcard_counts(f.card)->page_programs, 1);
	assert_int_equal(simcard_counts(f.card)->sector_erases, 1);
	assert_int_equal(simcard_counts(f.card)->block_erases, 1);
	assert_null(simcard_violation(f.card));
	fixture_remove(&f);
}

static void test_write_enable_latch(void **state)
{
	struct fixture f;

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_open(&f, "");
	gw_take(f.card);
	assert_int_equal(gw_status(f.card, 0x05), 0x00);
	gw_write_enable(f.card);
	assert_int_equal(gw_status(f.card, 0x05), 0x02);
	gw_run(f.card, GW_OPCODE(0x04));
	assert_int_equal(gw_status(f.card, 0x05), 0x00);
	gw_program(f.card, 0, zeros, 4);
	gw_wait(f.card);
	assert_int_equal(gw_status(f.card, 0x05), 0x00);
	fixture_remove(&f);
}

struct area {
	const char *options;
	uint32_t first, last; /* first and last protected byte; first > last: none */
};

/* Each line from the part's data sheet. */
static const struct area areas[] = {
	{"part=M25PX16,status=0x00", 1, 0},
	{"part=M25PX16,status=0x04", 0x1f0000, 0x1fffff}, /* sector 31 */
	{"part=M25PX16,status=0x10", 0x180000, 0x1fffff}, /* upper quarter */
	{"part=M25PX16,status=0x24", 0x000000, 0x00ffff}, /* TB: sector 0 */
	{"part=M25PX16,status=0x1c", 0x000000, 0x1fffff},
	{"part=M25P16,status=0x14", 0x100000, 0x1fffff},
	{"part=W25Q16,status=0x44", 0x1ff000, 0x1fffff},	      /* SEC: 4 KiB */
	{"part=W25Q16,status=0x74", 0x000000, 0x007fff},	      /* SEC, TB: 32 KiB */
	{"part=W25Q16,status=0x58", 0x000000, 0x1fffff},	      /* SEC, 6: all */
	{"part=W25Q16,status=0x04,status2=0x40", 0x000000, 0x1effff}, /* CMP */
	{"part=MX25L1606E,status=0x0c", 0x1c0000, 0x1fffff},	      /* 4 sectors */
	{"part=AT25DF161,status=0x1c", 0x000000, 0x1fffff},
	{"part=AT25DF161", 0x000000, 0x1fffff}, /* as it comes up */
	{"part=AT25DF161,status=0x10", 1, 0},
	{"part=SST25VF016B", 0x000000, 0x1fffff}, /* as it comes up */
};

static bool programs(struct simcard *card, uint32_t addr)
{
	uint64_t before = simcard_counts(card)->page_programs;

	gw_program(card, addr, zeros, 0);
	gw_wait(card);
	gw_run(card, GW_OPCODE(0x04)); /* a refused program leaves WEL set */
	return simcard_counts(card)->page_programs > before;
}

static void test_protected_areas(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++) {
		const struct area *a = &areas[i];
		struct fixture f;

		fixture_make(&f, FIXTURE_SIZE);
		fixture_open(&f, a->options);
		gw_take(f.card);
		if (a->first > a->last) {
			assert_true(programs(f.card, 0) && programs(f.card, FIXTURE_SIZE - 1));
		} else if (programs(f.card, a->first) || programs(f.card, a->last) ||
			   (a->first > 0 && !programs(f.card, a->first - 1)) ||
			   (a->last < FIXTURE_SIZE - 1 && !programs(f.card, a->last + 1))) {
			fail_msg("%s protects something else", a->options);
		}
		fixture_remove(&f);
	}
}

static void test_short_status_write_clears_the_second(void **state)
{
	struct fixture f;

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_open(&f, "part=W25Q16");
	gw_take(f.card);
	gw_write_enable(f.card);
	simcard_reg_write(f.card, GW_DATA, 0x00020000);
	gw_run(f.card, GW_OPCODE(0x01) | GW_BYTES(1));
	gw_wait(f.card);
	assert_int_equal(gw_status(f.card, 0x35), 0x02);
	gw_write_enable(f.card);
	simcard_reg_write(f.card, GW_DATA, 0x04020000);
	gw_run(f.card, GW_OPCODE(0x01) | GW_BYTES(0));
	gw_wait(f.card);
	assert_int_equal(gw_status(f.card, 0x05), 0x04);
	assert_int_equal(gw_status(f.card, 0x35), 0x00);
	fixture_remove(&f);
}

static void test_a_read_runs_on_at_the_start(void **state)
{
	struct fixture f;
	uint8_t bytes[16];

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_poke(&f, 0, "start", 5);
	fixture_open(&f, "");
	gw_take(f.card);
	gw_read(f.card, FIXTURE_SIZE - 3, bytes, 3);
	assert_memory_equal(bytes, "\xff\xff\xffstart", 8);
	assert_null(simcard_violation(f.card));
	fixture_remove(&f);
}

static void test_status_register_is_written(void **state)
{
	struct fixture f;

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_open(&f, "part=W25Q16,status=0x1c,wp=1"); /* WP# counts only with SRWD */
	gw_take(f.card);
	gw_write_enable(f.card);
	simcard_reg_write(f.card, GW_DATA, 0x80400000);
	gw_run(f.card, GW_OPCODE(0x01) | GW_BYTES(1));
	gw_wait(f.card);
	assert_int_equal(gw_status(f.card, 0x05), 0x80);
	assert_int_equal(gw_status(f.card, 0x35), 0x40);
	assert_null(simcard_violation(f.card));
	gw_write_enable(f.card);
	gw_run(f.card, GW_OPCODE(0x01) | GW_BYTES(1));
	assert_int_equal(simcard_counts(f.card)->violations, 1);
	fixture_close(&f);
	fixture_open(&f, "part=W25Q16"); /* it is non-volatile */
	gw_free(f.card);
	gw_take(f.card);
	assert_int_equal(gw_status(f.card, 0x05) & 0x80, 0x80);
	fixture_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_misuse_is_told_once),
		cmocka_unit_test(test_bits_only_fall),
		cmocka_unit_test(test_page_wraps),
		cmocka_unit_test(test_jobs_take_the_parts_time),
		cmocka_unit_test(test_write_enable_latch),
		cmocka_unit_test(test_protected_areas),
		cmocka_unit_test(test_short_status_write_clears_the_second),
		cmocka_unit_test(test_a_read_runs_on_at_the_start),
		cmocka_unit_test(test_status_register_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
