/* SPDX-License-Identifier: BSD-2-Clause */
/* The gateway and its semaphore. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_fixture.h"

static void make(struct fixture *f, const char *options)
{
	fixture_make(f, FIXTURE_SIZE);
	fixture_open(f, options);
}

static void expect_violation(struct fixture *f, const char *text)
{
	const char *violation = simcard_violation(f->card);

	if (!violation || !strstr(violation, text))
		fail_msg("\"%s\" expected, not \"%s\"", text, violation);
}

static void test_jedec_id_in_order(void **state)
{
	struct fixture f;

	(void)state;
	make(&f, "");
	gw_take(f.card);
	gw_run(f.card, GW_OPCODE(0x9f) | GW_READ | GW_BYTES(2));
	assert_int_equal(simcard_reg_read(f.card, GW_DATA), 0x20711500);
	gw_run(f.card, GW_OPCODE(0xab) | GW_ADDR | GW_READ | GW_BYTES(0));
	assert_int_equal(simcard_reg_read(f.card, GW_DATA) >> 24, 0x14);
	gw_free(f.card);
	assert_null(simcard_violation(f.card));
	assert_int_equal(simcard_counts(f.card)->gateway_commands, 2);
	fixture_remove(&f);
}

static void test_second_chip_is_absent(void **state)
{
	struct fixture f;

	(void)state;
	make(&f, "");
	gw_take(f.card);
	gw_run(f.card, GW_OPCODE(0x9f) | GW_READ | GW_BYTES(2) | GW_CHIP);
	assert_int_equal(simcard_reg_read(f.card, GW_DATA), 0xffffffff);
	fixture_remove(&f);
}

static void test_held_chip_select_reads_on(void **state)
{
	struct fixture f;
	uint8_t content[48];
	uint8_t got[48];

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	for (unsigned i = 0; i < sizeof(content); i++)
		content[i] = (uint8_t)(i * 5 + 1);
	fixture_poke(&f, 0xff0, content, sizeof(content));
	fixture_open(&f, "");
	gw_take(f.card);
	simcard_reg_write(f.card, GW_ADDRESS, 0xff0);
	for (unsigned block = 0; block < 3; block++) {
		uint32_t first = block == 0 ? GW_OPCODE(0x03) | GW_ADDR : 0;

		gw_run(f.card, first | GW_READ | GW_BYTES(4) | (block < 2 ? GW_HOLD : 0));
		for (unsigned i = 0; i < 16; i++)
			got[block * 16 + i] = (uint8_t)(simcard_reg_read(f.card,
									 GW_DATA + (i & ~3u)) >>
							(24 - 8 * (i % 4)));
	}
	gw_free(f.card);
	assert_memory_equal(got, content, sizeof(content));
	assert_null(simcard_violation(f.card));
	fixture_remove(&f);
}

static void test_without_stream_a_held_select_is_lost(void **state)
{
	struct fixture f;

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_poke(&f, 0, "0123456789abcdefghijklmn", 24);
	fixture_open(&f, "stream=0");
	gw_take(f.card);
	simcard_reg_write(f.card, GW_ADDRESS, 0);
	gw_run(f.card, GW_OPCODE(0x03) | GW_ADDR | GW_READ | GW_BYTES(2) | GW_HOLD);
	assert_int_equal(simcard_reg_read(f.card, GW_DATA), 0x30313233);
	gw_run(f.card, GW_READ | GW_BYTES(2));
	assert_int_equal(simcard_reg_read(f.card, GW_DATA), 0xffffffff);
	assert_null(simcard_violation(f.card)); /* a probe has to be free to find out */
	simcard_reg_write(f.card, GW_DATA, 0x12345678);
	gw_run(f.card, GW_BYTES(2));
	expect_violation(&f, "chip select is not held");
	fixture_remove(&f);
}

static void test_slow_gateway_gives_old_words(void **state)
{
	struct fixture f;
	uint32_t command = GW_OPCODE(0x9f) | GW_READ | GW_BYTES(2) | GW_ENABLE | GW_BUSY;

	(void)state;
	make(&f, "slow-gw=20000");
	gw_take(f.card);
	simcard_reg_write(f.card, GW_DATA, 0x12345678);
	simcard_reg_write(f.card, GW_COMMAND, command);
	assert_int_equal(simcard_reg_read(f.card, GW_DATA), 0x12345678);
	assert_true(simcard_reg_read(f.card, GW_COMMAND) & GW_BUSY);
	simcard_reg_write(f.card, GW_ADDRESS, 0x100); /* ignored, and nobody's fault */
	assert_null(simcard_violation(f.card));
	simcard_advance_us(f.card, 20000);
	assert_false(simcard_reg_read(f.card, GW_COMMAND) & GW_BUSY);
	assert_int_equal(simcard_reg_read(f.card, GW_DATA), 0x20711500);
	fixture_remove(&f);
}

static void test_write_while_busy(void **state)
{
	struct fixture f;

	(void)state;
	make(&f, "clock=5M"); /* 16 us a register write, 16.8 us of SPI */
	gw_take(f.card);
	simcard_reg_write(f.card, GW_ADDRESS, 0);
	simcard_reg_write(f.card, GW_COMMAND,
			  GW_OPCODE(0x03) | GW_ADDR | GW_READ | GW_BYTES(4) | GW_ENABLE | GW_BUSY);
	simcard_reg_write(f.card, GW_ADDRESS, 0x100);
	simcard_reg_write(f.card, GW_ADDRESS, 0x100);
	assert_null(simcard_violation(f.card));
	/* one SPI byte more, and the next register write comes too early */
	simcard_reg_write(f.card, GW_COMMAND,
			  GW_OPCODE(0x03) | GW_ADDR | GW_ADDR4 | GW_READ | GW_BYTES(4) | GW_ENABLE |
				  GW_BUSY);
	simcard_reg_write(f.card, GW_ADDRESS, 0x100);
	expect_violation(&f, "while it was busy");
	fixture_remove(&f);
	make(&f, "gateway-stuck=1");
	gw_take(f.card);
	simcard_reg_write(f.card, GW_COMMAND, GW_OPCODE(0x06) | GW_ENABLE | GW_BUSY);
	simcard_advance_us(f.card, 10000000);
	assert_true(simcard_reg_read(f.card, GW_COMMAND) & GW_BUSY);
	simcard_reg_write(f.card, GW_ADDRESS, 0);
	expect_violation(&f, "while it was busy");
	fixture_remove(&f);
}

static void test_misuse(void **state)
{
	struct fixture f;

	(void)state;
	make(&f, "");
	gw_run(f.card, GW_OPCODE(0x06));
	expect_violation(&f, "without holding the semaphore");
	fixture_remove(&f);
	make(&f, "");
	gw_take(f.card);
	simcard_reg_write(f.card, GW_COMMAND, GW_OPCODE(0x06) | GW_BUSY);
	expect_violation(&f, "without flash enable");
	fixture_remove(&f);
	make(&f, "");
	gw_take(f.card);
	gw_run(f.card, GW_OPCODE(0x03) | GW_ADDR | GW_READ | GW_BYTES(4) | GW_HOLD);
	gw_free(f.card);
	expect_violation(&f, "chip select still held");
	fixture_remove(&f);
	make(&f, "");
	gw_take(f.card);
	gw_run(f.card, GW_OPCODE(0x03) | GW_ADDR | GW_READ | GW_BYTES(4) | GW_HOLD);
	gw_run(f.card, GW_OPCODE(0x05) | GW_READ | GW_BYTES(0));
	expect_violation(&f, "still held");
	fixture_remove(&f);
	make(&f, "");
	gw_take(f.card);
	gw_run(f.card, GW_READ | GW_BYTES(0)); /* ends what may be held: harmless */
	simcard_reg_write(f.card, GW_DATA, 0xff000000);
	gw_run(f.card, GW_BYTES(0));
	assert_null(simcard_violation(f.card));
	simcard_reg_write(f.card, GW_DATA, 0xd8000000);
	gw_run(f.card, GW_BYTES(0));
	expect_violation(&f, "chip select is not held");
	fixture_remove(&f);
	make(&f, "");
	gw_take(f.card);
	gw_run(f.card, GW_OPCODE(0x03) | GW_ADDR | GW_READ | GW_BYTES(5));
	expect_violation(&f, "more than 16 data bytes");
	fixture_remove(&f);
	make(&f, "");
	simcard_reg_write(f.card, REG_SEMAPHORE, 1);
	expect_violation(&f, "only 0 has a meaning");
	fixture_remove(&f);
}

static void test_semaphore_is_taken_once(void **state)
{
	struct fixture f;

	(void)state;
	make(&f, "");
	assert_int_equal(simcard_reg_read(f.card, REG_SEMAPHORE), 0);
	assert_int_equal(simcard_reg_read(f.card, REG_SEMAPHORE), 1);
	simcard_advance_us(f.card, 5000);
	gw_free(f.card);
	assert_in_range(simcard_counts(f.card)->longest_hold_us, 5000, 8000);
	assert_int_equal(simcard_reg_read(f.card, REG_SEMAPHORE), 0);
	fixture_remove(&f);
}

static void test_stuck_semaphore_is_broken_by_force(void **state)
{
	struct fixture f;

	(void)state;
	make(&f, "sem=stuck");
	simcard_advance_us(f.card, 60000000);
	assert_int_equal(simcard_reg_read(f.card, REG_SEMAPHORE), 1);
	gw_free(f.card);
	assert_int_equal(simcard_reg_read(f.card, REG_SEMAPHORE), 0);
	assert_null(simcard_violation(f.card));
	fixture_remove(&f);
}

static void test_firmware_takes_it_now_and_then(void **state)
{
	struct fixture f;
	unsigned taken = 0;

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_image(&f, 0, 1);
	fixture_open(&f, "sem=5/50");
	for (unsigned ms = 0; ms < 500; ms++) {
		if (simcard_reg_read(f.card, REG_SEMAPHORE) == 0)
			gw_free(f.card);
		else
			taken++;
		simcard_advance_us(f.card, 1000);
	}
	/* about 27 periods of 5 ms, a try each 1.9 ms while it is taken */
	assert_in_range(taken, 60, 100);
	assert_null(simcard_violation(f.card));
	fixture_close(&f);
	fixture_open(&f, "sem=every:3");
	assert_int_equal(simcard_reg_read(f.card, REG_SEMAPHORE), 0);
	gw_free(f.card);
	assert_int_equal(simcard_reg_read(f.card, REG_SEMAPHORE), 0);
	gw_free(f.card);
	assert_int_equal(simcard_reg_read(f.card, REG_SEMAPHORE), 1);
	gw_free(f.card);
	expect_violation(&f, "while the firmware was using it");
	fixture_remove(&f);
}

static void test_firmware_leaves_its_words(void **state)
{
	struct fixture f;

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_image(&f, 0, 1);
	fixture_open(&f, "");
	gw_take(f.card);
	simcard_reg_write(f.card, GW_ADDRESS, 0x1234);
	gw_free(f.card);
	gw_take(f.card);
	assert_int_not_equal(simcard_reg_read(f.card, GW_ADDRESS), 0x1234);
	fixture_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jedec_id_in_order),
		cmocka_unit_test(test_second_chip_is_absent),
		cmocka_unit_test(test_held_chip_select_reads_on),
		cmocka_unit_test(test_without_stream_a_held_select_is_lost),
		cmocka_unit_test(test_slow_gateway_gives_old_words),
		cmocka_unit_test(test_write_while_busy),
		cmocka_unit_test(test_misuse),
		cmocka_unit_test(test_semaphore_is_taken_once),
		cmocka_unit_test(test_stuck_semaphore_is_broken_by_force),
		cmocka_unit_test(test_firmware_takes_it_now_and_then),
		cmocka_unit_test(test_firmware_leaves_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
