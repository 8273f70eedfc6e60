/* SPDX-License-Identifier: BSD-2-Clause */
/* Who else is on the bus or uses the card: the firmware that does not ask, a host's driver, and the
 * card itself when it holds SCL low. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim/model.h"
#include "sim_fixture.h"

static bool acknowledges(struct simcard *card)
{
	bool ack = simcard_i2c_start(card, 0x90);

	simcard_i2c_stop(card);
	return ack;
}

/* Freed, it is the driver's. */
static uint32_t semaphore_behind_a_driver(struct simcard *card)
{
	simcard_advance_us(card, 20000000);
	simcard_reg_write(card, REG_SEMAPHORE, 0);
	return simcard_reg_read(card, REG_SEMAPHORE);
}

/* A driver that got the semaphore resets the chip 2 ms later, which frees it. A tool that keeps
 * it for longer than 10 s is left alone. */
static void driver_resets(void **state)
{
	struct fixture f;

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_open(&f, "driver-reset=20000");
	(void)simcard_reg_read(f.card, REG_SEMAPHORE);
	assert_int_equal(semaphore_behind_a_driver(f.card), 1);
	simcard_reg_write(f.card, GW_ADDRESS, 0x1234);
	simcard_advance_us(f.card, 3000);
	assert_int_equal(simcard_reg_read(f.card, GW_ADDRESS), 0);
	assert_int_equal(simcard_reg_read(f.card, REG_SEMAPHORE), 0);
	simcard_advance_us(f.card, 20000000);
	simcard_reg_write(f.card, GW_ADDRESS, 0x1234);
	simcard_advance_us(f.card, 11000000);
	simcard_reg_write(f.card, REG_SEMAPHORE, 0);
	assert_int_equal(simcard_reg_read(f.card, REG_SEMAPHORE), 0);
	simcard_advance_us(f.card, 3000);
	assert_int_equal(simcard_reg_read(f.card, GW_ADDRESS), 0x1234);
	fixture_remove(&f);
}

/* A master that does not wait so long gives up before the STOP. */
static void stretching_ends_a_call(void **state)
{
	static const char *const options[] = {"stretch=1000,stretch-limit=1000",
					      "stretch=1000,stretch-limit=999"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fixture f;

		fixture_make(&f, FIXTURE_SIZE);
		fixture_open(&f, options[i]);
		(void)simcard_reg_read(f.card, REG_SEMAPHORE);
		simcard_reg_write(f.card, GW_COMMAND,
				  GW_OPCODE(0x9f) | GW_READ | GW_BYTES(2) | GW_ENABLE | GW_BUSY);
		assert_int_equal(acknowledges(f.card), i == 0);
		assert_int_equal(f.card->trouble == SIM_TIMEOUT, i == 1);
		assert_int_equal(acknowledges(f.card), 1);
		fixture_remove(&f);
	}
}

/* The firmware's read in the middle of a held page program: the page gets its bytes, what follows
 * is no command of the tool's, and none of it is held against the tool. */
static void firmware_cuts_in(void **state)
{
	struct fixture f;
	uint8_t there[4];

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_open(&f, "fw-gateway=10");
	(void)simcard_reg_read(f.card, REG_SEMAPHORE);
	gw_write_enable(f.card);
	simcard_reg_write(f.card, GW_ADDRESS, 0x1000);
	simcard_reg_write(f.card, GW_DATA, 0x5a5a5a5a);
	gw_run(f.card, GW_OPCODE(0x02) | GW_ADDR | GW_BYTES(2) | GW_HOLD);
	f.card->boot.livefish = false;
	f.card->others.intrusions = 1; /* a read is its next command */
	simcard_advance_us(f.card, 10000);
	simcard_reg_write(f.card, GW_DATA, 0x5a5a5a5a);
	f.card->boot.livefish = true;
	simcard_advance_us(f.card, 10000);
	gw_run(f.card, GW_BYTES(2));
	gw_read(f.card, 0x1000, there, 2);
	assert_int_equal(there[0], 0x5a);
	gw_read(f.card, 0x1004, there, 2);
	assert_int_equal(there[0], 0x03); /* the firmware's opcode */
	assert_null(simcard_violation(f.card));
	fixture_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(driver_resets),
		cmocka_unit_test(stretching_ends_a_call),
		cmocka_unit_test(firmware_cuts_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
