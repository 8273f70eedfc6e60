/* SPDX-License-Identifier: BSD-2-Clause */
/* What the simulated card says of the order and the place of a tool's writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_fixture.h"

#define UPPER 0x80000u /* the second home: chunks of 512 KiB */
#define BODY 0x100u    /* some byte of an image that no header word is in */

static struct fixture f;
static const uint8_t zeros[4];

/* One image at 0, another, without its first four bytes, in the upper home. */
static int setup(void **state)
{
	const uint32_t size = 0x2000;
	const uint8_t word[4] = {0, 0, (uint8_t)(size >> 8), (uint8_t)size};

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	for (uint32_t start = 0; start <= UPPER; start += UPPER) {
		fixture_image(&f, start, 5000);
		fixture_poke(&f, start + 0x30, word, sizeof(word));
	}
	fixture_poke(&f, UPPER, "\xff\xff\xff\xff", 4);
	fixture_open(&f, "");
	gw_take(f.card);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_remove(&f);
	return 0;
}

static void program(uint32_t addr, const void *bytes, unsigned log2)
{
	gw_program(f.card, addr, bytes, log2);
	gw_wait(f.card);
}

static void read_back(uint32_t addr)
{
	uint8_t bytes[16];

	gw_read(f.card, addr, bytes, 4);
}

static void expect(const char *text)
{
	const char *violation = simcard_violation(f.card);

	if (!violation || !strstr(violation, text))
		fail_msg("\"%s\" expected, not \"%s\"", text, violation);
}

/* The upper image is written and read back, then the lower one is retired. */
static void test_right_order(void **state)
{
	(void)state;
	program(UPPER + BODY, "\x12\x34\x56\x78", 2);
	read_back(UPPER + BODY);
	program(UPPER, "MTFW", 2);
	read_back(UPPER);
	program(0, zeros, 2);
	assert_null(simcard_violation(f.card));
	assert_int_equal(simcard_counts(f.card)->out_of_order, 0);
}

static void test_body_not_read_back(void **state)
{
	(void)state;
	program(UPPER + BODY, "\x12\x34\x56\x78", 2);
	program(UPPER, "MTFW", 2);
	read_back(UPPER);
	program(0, zeros, 2);
	expect("0x80000, which boots now, was not read back at 0x80100");
	assert_int_equal(simcard_counts(f.card)->out_of_order, 1);
}

static void test_signature_not_read_back(void **state)
{
	(void)state;
	program(UPPER, "MTFW", 2);
	program(0, zeros, 2);
	expect("was not read back at 0x80000");
}

/* Read back, and then touched again: by a program that changes nothing, too. */
static void test_touched_after_it_was_read(void **state)
{
	(void)state;
	program(UPPER, "MTFW", 2);
	program(UPPER + BODY, "\x12\x34\x56\x78", 2);
	read_back(UPPER);
	read_back(UPPER + BODY);
	program(UPPER + BODY + 2, "\x56\x78", 1);
	gw_erase(f.card, 0x20, 0);
	expect("was not read back at 0x80102");
}

/* A read that the tool does not fetch from the registers is none. */
static void test_only_what_is_fetched_counts(void **state)
{
	(void)state;
	program(UPPER, "MTFW", 2);
	simcard_reg_write(f.card, GW_ADDRESS, UPPER);
	gw_run(f.card, GW_OPCODE(0x03) | GW_ADDR | GW_READ | GW_BYTES(4));
	program(0, zeros, 2);
	expect("was not read back at 0x80000");
}

/* Behind the image's size, and in the other home, nothing has to be read. */
static void test_what_is_not_the_image(void **state)
{
	(void)state;
	program(UPPER, "MTFW", 2);
	read_back(UPPER);
	program(UPPER + 0x2000, zeros, 2);
	program(BODY, zeros, 2);
	program(0, zeros, 2);
	assert_null(simcard_violation(f.card));
}

/* A signature that comes below the one that boots takes its place. */
static void test_taking_over(void **state)
{
	(void)state;
	program(UPPER, "MTFW", 2);
	read_back(UPPER);
	program(0, zeros, 2);
	gw_erase(f.card, 0x20, 0);
	gw_wait(f.card);
	assert_null(simcard_violation(f.card));
	fixture_close(&f);
	fixture_image(&f, 0, 5000);
	fixture_poke(&f, 0, "\xff\xff\xff\xff", 4);
	fixture_open(&f, "power-cycle=1");
	gw_take(f.card);
	program(BODY, "\x12\x34\x56\x78", 2);
	program(0, "MTFW", 2);
	expect("the image at 0x0 got its signature and boots now, but was not read back at 0x100");
}

/* Where nothing is left to boot, nothing is asked. */
static void test_no_image_left(void **state)
{
	(void)state;
	program(BODY, "\x12\x34\x56\x78", 2);
	program(0, zeros, 2);
	assert_null(simcard_violation(f.card));
}

static void test_not_asked(void **state)
{
	(void)state;
	fixture_close(&f);
	fixture_open(&f, "power-cycle=1,order=0");
	gw_take(f.card);
	program(UPPER, "MTFW", 2);
	program(0, zeros, 2);
	assert_null(simcard_violation(f.card));
}

static void test_limit(void **state)
{
	const struct simcard_range range[] = {{0x5000, 0x6000}, {0x7000, 0x7004}};

	(void)state;
	simcard_limit(f.card, range, 2);
	gw_erase(f.card, 0x20, 0x5000);
	gw_wait(f.card);
	/* ones around it change nothing */
	program(0x7000, "\x12\x34\x56\x78\xff\xff\xff\xff", 3);
	assert_null(simcard_violation(f.card));
	program(0x7000, "\xff\xff\xff\xff\x12\xff\xff\xff", 3);
	expect("program in 0x7000 touches 0x7004, which is not to be changed");
	gw_erase(f.card, 0x20, 0x7000);
	assert_int_equal(simcard_counts(f.card)->out_of_place, 2);
	assert_int_equal(simcard_counts(f.card)->out_of_order, 0);
}

static void test_nothing_may_change(void **state)
{
	(void)state;
	simcard_limit(f.card, NULL, 0);
	program(0x7000, "\x12", 0);
	expect("touches 0x7000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_right_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_body_not_read_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signature_not_read_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_touched_after_it_was_read, setup, teardown),
		cmocka_unit_test_setup_teardown(test_only_what_is_fetched_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_not_the_image, setup, teardown),
		cmocka_unit_test_setup_teardown(test_taking_over, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_image_left, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_may_change, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
