/* SPDX-License-Identifier: BSD-2-Clause */
/* The model's command interface: who may use it, when, and what a locked card still answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim_fixture.h"

#define FIRST 0x80780u
#define CONTROL 0x80798u
#define SEMAPHORE 0xf03bcu
#define SHUT 0x1060u
#define OPEN 0x0060u
#define GO 0x800000u

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

static unsigned command(uint32_t what, uint32_t key)
{
	uint32_t word;

	assert_int_equal(simcard_reg_read(f.card, SEMAPHORE), 0);
	simcard_reg_write(f.card, FIRST, 0);
	simcard_reg_write(f.card, FIRST + 4, key);
	simcard_reg_write(f.card, CONTROL, what | GO);
	assert_true(simcard_reg_read(f.card, CONTROL) & GO);
	simcard_advance_us(f.card, 10000);
	word = simcard_reg_read(f.card, CONTROL);
	assert_false(word & GO);
	simcard_reg_write(f.card, SEMAPHORE, 0);
	return word >> 24;
}

static void test_key(void **state)
{
	(void)state;
	fixture_open(&f, "livefish=0,power-cycle=1");
	assert_int_equal(command(SHUT, 0), 2); /* no key */
	fixture_close(&f);
	fixture_open(&f, "livefish=0,key=5,power-cycle=1");
	assert_int_equal(command(0x61, 0), 2); /* no such command */
	assert_int_equal(command(SHUT, 0), 0);
	assert_int_equal(simcard_reg_read(f.card, REG_ID), 0xbad0cafe);
	assert_int_equal(simcard_reg_read(f.card, REG_SEMAPHORE), 0xbad0cafe);
	fixture_close(&f);
	fixture_open(&f, "livefish=0"); /* it stays shut from process to process */
	assert_int_equal(simcard_reg_read(f.card, REG_ID), 0xbad0cafe);
	assert_int_equal(command(OPEN, 4), 3); /* another key */
	assert_int_equal(simcard_reg_read(f.card, REG_ID), 0xbad0cafe);
	assert_int_equal(command(OPEN, 5), 0);
	assert_int_equal(simcard_reg_read(f.card, REG_ID), 0x1f7);
	assert_null(simcard_violation(f.card));
}

static void test_complaints(void **state)
{
	(void)state;
	fixture_open(&f, "livefish=0,key=5");
	simcard_reg_write(f.card, FIRST, 1);
	assert_non_null(strstr(simcard_violation(f.card), "without its semaphore"));
	fixture_close(&f);
	fixture_open(&f, "livefish=0,key=5,hcr=busy,power-cycle=1");
	assert_int_equal(simcard_reg_read(f.card, SEMAPHORE), 0);
	assert_true(simcard_reg_read(f.card, CONTROL) & GO);
	simcard_reg_write(f.card, FIRST, 1);
	assert_non_null(strstr(simcard_violation(f.card), "while it is busy"));
	fixture_close(&f);
	fixture_open(&f, "livefish=0,key=5,power-cycle=1");
	gw_take(f.card);
	assert_int_equal(command(SHUT, 0), 0);
	assert_non_null(strstr(simcard_violation(f.card), "flash semaphore still taken"));
}

/* Where there is none, its registers are any others. */
static void test_none(void **state)
{
	(void)state;
	fixture_open(&f, "livefish=1");
	assert_int_equal(simcard_reg_read(f.card, CONTROL), 0);
	simcard_reg_write(f.card, FIRST, 1);
	assert_non_null(simcard_violation(f.card));
	fixture_close(&f);
	fixture_open(&f, "livefish=0,hcr=none,power-cycle=1");
	assert_int_equal(simcard_reg_read(f.card, SEMAPHORE), 0);
	assert_int_equal(simcard_reg_read(f.card, SEMAPHORE), 0);
	simcard_reg_write(f.card, FIRST, 1);
	assert_int_equal(simcard_reg_read(f.card, FIRST), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_key, setup, teardown),
		cmocka_unit_test_setup_teardown(test_complaints, setup, teardown),
		cmocka_unit_test_setup_teardown(test_none, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
