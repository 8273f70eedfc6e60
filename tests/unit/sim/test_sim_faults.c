/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults below the adapter: flipped bits, power cuts in the middle of a job. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_fixture.h"

static struct fixture f;

static int setup(void **state)
{
	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_remove(&f);
	return 0;
}

static uint32_t i2c_read(uint32_t reg)
{
	uint32_t value = 0;

	simcard_i2c_start(f.card, 0x90);
	for (unsigned i = 0; i < 4; i++)
		simcard_i2c_write(f.card, (uint8_t)(reg >> (24 - 8 * i)));
	simcard_i2c_start(f.card, 0x91);
	for (unsigned i = 0; i < 4; i++)
		value = value << 8 | simcard_i2c_read(f.card, i < 3);
	simcard_i2c_stop(f.card);
	return value;
}

static unsigned ones(uint32_t word)
{
	return (unsigned)__builtin_popcount(word);
}

static void test_one_bit_of_a_read_byte(void **state)
{
	(void)state;
	fixture_open(&f, "flip-read=7");
	assert_int_equal(i2c_read(REG_ID), 0x1f7);
	assert_int_equal(ones((i2c_read(REG_ID) ^ 0x1f7) & 0xff00), 1);
	assert_int_equal(i2c_read(REG_ID), 0x1f7);
}

static void test_one_bit_of_a_written_byte(void **state)
{
	(void)state;
	fixture_open(&f, "flip-write=2");
	assert_int_not_equal(i2c_read(REG_ID), 0x1f7); /* another register */
	assert_int_equal(i2c_read(REG_ID), 0x1f7);
}

static void test_flip_rate_is_kept_and_repeatable(void **state)
{
	unsigned flips[2] = {0, 0};

	(void)state;
	for (unsigned run = 0; run < 2; run++) {
		fixture_open(&f, "flip-rate=10000,seed=5"); /* one bit in 100 */
		for (unsigned i = 0; i < 4000; i++) {
			simcard_i2c_start(f.card, 0x90);
			simcard_i2c_stop(f.card);
			flips[run] += ones(i2c_read(0x10) & 0xff);
		}
		fixture_close(&f);
	}
	/* 32000 bits read that should be 0; a flipped address changes nothing there. */
	assert_in_range(flips[0], 240, 420);
	assert_int_equal(flips[0], flips[1]);
}

static void test_one_bit_of_a_read_word(void **state)
{
	(void)state;
	fixture_open(&f, "flip-word=2:31");
	assert_int_equal(i2c_read(REG_ID), 0x1f7);
	assert_int_equal(i2c_read(REG_ID), 0x800001f7);
	assert_int_equal(i2c_read(REG_ID), 0x1f7);
}

/* What a master sees of a write to a register that nothing minds: ACKs that are not. */
static unsigned refusals(unsigned writes)
{
	unsigned count = 0;

	for (unsigned i = 0; i < writes; i++) {
		count += !simcard_i2c_start(f.card, 0x90);
		for (unsigned k = 0; k < 4; k++)
			count += !simcard_i2c_write(f.card, 0);
		simcard_i2c_stop(f.card);
	}
	return count;
}

/* Of slave addresses, data and ACKs alike, both ways. */
static void test_noise_on_all_bits(void **state)
{
	unsigned seen = 0;

	(void)state;
	/* one bit in 1000: 2000 times 7 address bits, R/W and ACK, then four ACKs; a write that
	 * went to nobody is refused in all of its five bytes */
	fixture_open(&f, "noise=1000000,seed=5");
	assert_in_range(refusals(2000), 2000 * 8 * 5 / 1000 * 7 / 10,
			2000 * (8 * 5 + 5) / 1000 * 13 / 10);
	for (unsigned i = 0; i < 4000; i++)
		seen += i2c_read(0x10) != 0;
	assert_in_range(seen, 100, 700);
}

static void test_no_noise_without_it(void **state)
{
	(void)state;
	fixture_open(&f, "noise=0");
	assert_int_equal(refusals(100), 0);
}

/* Cuts the power at the first register write after the job has begun. */
static void cut_at(uint64_t write, const char *more)
{
	char options[80];

	snprintf(options, sizeof(options), "power-cut=%llu%s", (unsigned long long)write, more);
	fixture_open(&f, options);
	gw_take(f.card);
}

static void test_power_cut_tears_an_erase(void **state)
{
	uint8_t sector[0x1100];
	unsigned odd = 0;

	(void)state;
	cut_at(4, "");
	gw_erase(f.card, 0x20, 0x5000); /* write enable, address, command: three writes */
	assert_false(simcard_gone(f.card));
	simcard_reg_write(f.card, GW_ADDRESS, 0);
	assert_true(simcard_gone(f.card));
	assert_int_equal(simcard_reg_read(f.card, REG_ID), 0xffffffff);
	fixture_close(&f);
	fixture_peek(&f, 0x5000 - 0x80, sector, sizeof(sector));
	for (unsigned i = 0; i < 0x80; i++)
		assert_int_equal(sector[i] & sector[0x1080 + i], 0xff); /* neighbours */
	for (unsigned i = 0; i < 0x1000; i++)
		odd += sector[0x80 + i] != 0xff;
	assert_in_range(odd, 3900, 4096);
}

static void test_power_cut_tears_a_program(void **state)
{
	uint8_t page[16];
	unsigned zeros = 0;

	(void)state;
	cut_at(8, ",clock=1M"); /* write enable, 4 data words, address, command */
	gw_program(f.card, 0x5000, "\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 4);
	simcard_reg_write(f.card, GW_ADDRESS, 0);
	assert_true(simcard_gone(f.card));
	fixture_close(&f);
	fixture_peek(&f, 0x5000, page, sizeof(page));
	for (unsigned i = 0; i < 8; i++)
		zeros += 8 - ones(page[i]);
	assert_in_range(zeros, 10, 54); /* some bits have fallen, some not yet */
	for (unsigned i = 8; i < 16; i++)
		assert_int_equal(page[i], 0xff);
}

static void test_torn_program_lets_no_bit_rise(void **state)
{
	uint8_t page[16];

	(void)state;
	fixture_poke(&f, 0x5000, "\x0f\x0f\x0f\x0f\x0f\x0f\x0f\x0f", 8);
	cut_at(8, "");
	gw_program(f.card, 0x5000, "\0\0\0\0\0\0\0\0", 3);
	/* Long past the page's time: but when the power went, nobody knows. */
	simcard_advance_us(f.card, 5000);
	simcard_reg_write(f.card, GW_ADDRESS, 0);
	fixture_close(&f);
	fixture_peek(&f, 0x5000, page, 8);
	assert_memory_not_equal(page, "\0\0\0\0\0\0\0\0", 8);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(page[i] & 0xf0, 0);
}

static void test_power_cut_after_a_job_spares_it(void **state)
{
	uint8_t page[4];
	char *text;

	(void)state;
	cut_at(10, "");
	gw_program(f.card, 0x5000, "done", 2); /* seven writes */
	simcard_advance_us(f.card, 2000);
	gw_status(f.card, 0x05);
	gw_status(f.card, 0x05);
	simcard_reg_write(f.card, GW_ADDRESS, 0);
	assert_true(simcard_gone(f.card));
	fixture_close(&f);
	fixture_peek(&f, 0x5000, page, sizeof(page));
	assert_memory_equal(page, "done", 4);
	text = fixture_state(&f);
	assert_null(strstr(text, "powered"));
	free(text);
}

static void test_cut_message_writes_no_half_word(void **state)
{
	(void)state;
	fixture_open(&f, "cut=1");
	assert_true(simcard_i2c_start(f.card, 0x90));
	for (unsigned i = 0; i < 6; i++)
		assert_true(simcard_i2c_write(f.card, (uint8_t) "\x00\x0f\x04\x10\xab\xcd"[i]));
	assert_false(simcard_i2c_write(f.card, 0xef));
	simcard_i2c_stop(f.card);
	assert_int_equal(simcard_reg_read(f.card, GW_DATA), 0);
	assert_null(simcard_violation(f.card)); /* the fault's doing, not the master's */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_one_bit_of_a_read_byte),
		TEST(test_one_bit_of_a_written_byte),
		TEST(test_flip_rate_is_kept_and_repeatable),
		TEST(test_one_bit_of_a_read_word),
		TEST(test_noise_on_all_bits),
		TEST(test_no_noise_without_it),
		TEST(test_power_cut_tears_an_erase),
		TEST(test_power_cut_tears_a_program),
		TEST(test_torn_program_lets_no_bit_rise),
		TEST(test_power_cut_after_a_job_spares_it),
		TEST(test_cut_message_writes_no_half_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
