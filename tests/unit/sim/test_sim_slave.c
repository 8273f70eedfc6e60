/* SPDX-License-Identifier: BSD-2-Clause */
/* The I2C slave, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_fixture.h"

#define WRITE_ADDRESS 0x90 /* 0x48 << 1 */
#define READ_ADDRESS 0x91

static struct fixture f;

static int setup(void **state)
{
	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_open(&f, "rev=2");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_remove(&f);
	return 0;
}

static void send(const char *bytes, size_t len)
{
	assert_true(simcard_i2c_start(f.card, WRITE_ADDRESS));
	for (size_t i = 0; i < len; i++)
		assert_true(simcard_i2c_write(f.card, (uint8_t)bytes[i]));
}

static uint32_t receive(size_t bytes)
{
	uint32_t value = 0;

	assert_true(simcard_i2c_start(f.card, READ_ADDRESS));
	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | simcard_i2c_read(f.card, i + 1 < bytes);
	return value;
}

static void expect_violation(const char *text)
{
	const char *violation = simcard_violation(f.card);

	if (!violation || !strstr(violation, text))
		fail_msg("\"%s\" expected, not \"%s\"", text, violation);
	assert_int_equal(simcard_counts(f.card)->violations, 1);
}

static void test_id_is_read_big_endian(void **state)
{
	(void)state;
	send("\x00\x0f\x00\x14", 4);
	assert_int_equal(receive(4), 0x000201f7);
	simcard_i2c_stop(f.card);
	assert_null(simcard_violation(f.card));
	/* 9 clocks a byte, two STARTs and a STOP, at 100 kHz */
	assert_int_equal(simcard_now_us(f.card), 930);
	assert_int_equal(simcard_counts(f.card)->i2c_messages, 2);
	assert_int_equal(simcard_counts(f.card)->i2c_bytes, 10);
	assert_int_equal(simcard_counts(f.card)->reg_reads, 1);
}

static void test_address_counts_up(void **state)
{
	(void)state;
	send("\x00\x0f\x04\x10\x01\x02\x03\x04\x05\x06\x07\x08", 12);
	simcard_i2c_stop(f.card);
	assert_int_equal(simcard_counts(f.card)->reg_writes, 2);
	send("\x00\x0f\x04\x10", 4);
	assert_int_equal(receive(8), 0x05060708);
	simcard_i2c_stop(f.card);
	assert_int_equal(simcard_reg_read(f.card, GW_DATA), 0x01020304);
	assert_null(simcard_violation(f.card));
}

static void test_other_addresses_are_not_its(void **state)
{
	(void)state;
	assert_false(simcard_i2c_start(f.card, 0x92));
	assert_false(simcard_i2c_write(f.card, 0));
	simcard_i2c_stop(f.card);
	assert_false(simcard_i2c_start(f.card, 0x93));
	assert_int_equal(simcard_i2c_read(f.card, false), 0xff);
	simcard_i2c_stop(f.card);
	assert_null(simcard_violation(f.card));
}

static void test_a_bare_address_is_harmless(void **state)
{
	(void)state;
	assert_true(simcard_i2c_start(f.card, WRITE_ADDRESS)); /* as i2cdetect does */
	simcard_i2c_stop(f.card);
	assert_null(simcard_violation(f.card));
}

static void test_read_needs_an_address_in_its_transfer(void **state)
{
	(void)state;
	send("\x00\x0f\x00\x14", 4);
	simcard_i2c_stop(f.card);
	assert_int_equal(receive(4), 0xffffffff);
	simcard_i2c_stop(f.card);
	expect_violation("without an address in the same transfer");
	fixture_close(&f);
	fixture_open(&f, "split-read=1");
	send("\x00\x0f\x00\x14", 4);
	simcard_i2c_stop(f.card);
	assert_int_equal(receive(4), 0x000001f7);
	simcard_i2c_stop(f.card);
	assert_null(simcard_violation(f.card));
}

static void test_broken_address(void **state)
{
	(void)state;
	send("\x00\x0f", 2);
	simcard_i2c_stop(f.card);
	expect_violation("2 of 4 address bytes");
}

static void test_broken_word(void **state)
{
	(void)state;
	send("\x00\x0f\x04\x10\x01\x02\x03", 7);
	simcard_i2c_stop(f.card);
	expect_violation("ends 3 bytes into a word");
	assert_int_equal(simcard_counts(f.card)->reg_writes, 0);
}

static void test_broken_read(void **state)
{
	(void)state;
	send("\x00\x0f\x00\x14", 4);
	receive(2);
	simcard_i2c_stop(f.card);
	expect_violation("ends 2 bytes into a word");
}

static void test_read_without_final_nack(void **state)
{
	(void)state;
	send("\x00\x0f\x00\x14", 4);
	assert_true(simcard_i2c_start(f.card, READ_ADDRESS));
	for (int i = 0; i < 4; i++)
		simcard_i2c_read(f.card, true);
	simcard_i2c_stop(f.card);
	expect_violation("without a NACK");
}

static void test_unaligned_register(void **state)
{
	(void)state;
	send("\x00\x0f\x00\x16", 4);
	assert_int_equal(receive(4), 0x000201f7);
	simcard_i2c_stop(f.card);
	expect_violation("0xf0016 is no multiple of 4");
}

static void test_longer_than_is_known_to_work(void **state)
{
	(void)state;
	send("\x00\x0f\x00\x14", 4);
	assert_true(simcard_i2c_start(f.card, READ_ADDRESS));
	for (int i = 0; i < 64; i++)
		simcard_i2c_read(f.card, true);
	assert_null(simcard_violation(f.card));
	assert_int_equal(simcard_i2c_read(f.card, false), 0xff);
	assert_non_null(simcard_violation(f.card));
	simcard_i2c_stop(f.card);
}

static void test_writes_of_other_registers(void **state)
{
	(void)state;
	simcard_reg_write(f.card, 0xf0020, 1);
	expect_violation("0xf0020 written");
}

/* A batch that is under way goes on where the address had no ACK; a new transfer may not. */
static void test_read_behind_a_missed_address(void **state)
{
	(void)state;
	fixture_close(&f);
	fixture_open(&f, "boot-ms=1,power-cycle=1");
	assert_false(simcard_i2c_start(f.card, WRITE_ADDRESS));
	for (unsigned i = 0; i < 4; i++)
		assert_false(simcard_i2c_write(f.card, 0));
	simcard_advance_us(f.card, 2000);
	assert_int_equal(receive(4), 0xffffffff);
	simcard_i2c_stop(f.card);
	assert_int_equal(simcard_counts(f.card)->violations, 0);
	assert_int_equal(receive(4), 0xffffffff);
	simcard_i2c_stop(f.card);
	expect_violation("without an address");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_id_is_read_big_endian),
		TEST(test_read_behind_a_missed_address),
		TEST(test_address_counts_up),
		TEST(test_other_addresses_are_not_its),
		TEST(test_a_bare_address_is_harmless),
		TEST(test_read_needs_an_address_in_its_transfer),
		TEST(test_broken_address),
		TEST(test_broken_word),
		TEST(test_broken_read),
		TEST(test_read_without_final_nack),
		TEST(test_unaligned_register),
		TEST(test_longer_than_is_known_to_work),
		TEST(test_writes_of_other_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
