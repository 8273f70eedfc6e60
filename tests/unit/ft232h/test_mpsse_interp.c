/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The emulated chip and the slave behind it must reject what a real slave would reject.
 * Otherwise the other tests prove nothing.
 */
#include "ft232h_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 400 kHz: phases of 833 ns. Drive-zero first, lines released. */
#define SET_UP 0x9e, 0x07, 0x00, 0x8a, 0x97, 0x8c, 0x85, 0x86, 49, 0, IDLE
#define PINS(level) 0x80, (level), 0x03
#define IDLE PINS(3), PINS(3), PINS(3)
#define START PINS(1), PINS(1), PINS(0), PINS(0)
#define BYTE(b) 0x11, 0, 0, (b)
#define ACK PINS(2), 0x22, 0
#define STOP PINS(0), PINS(1), PINS(1), IDLE

static const char *run(const uint8_t *commands, size_t len, unsigned command_ns)
{
	static struct fixture fixture;

	fixture_init(&fixture, CHIP_FT232H, command_ns, 400000);
	memset(fixture.memory, 0xff, sizeof(fixture.memory)); /* a sending slave lets SDA be high */
	assert_int_equal(mpsse_interp_write(&fixture.host.chip, commands, len), len);
	return fixture.host.chip.wire.counts.violations ? fixture.host.chip.wire.counts.first
							: NULL;
}

static void expect(const uint8_t *commands, size_t len, const char *says)
{
	const char *violation = run(commands, len, 700);

	if (!says && violation)
		fail_msg("rejected: %s", violation);
	if (says && (!violation || !strstr(violation, says)))
		fail_msg("expected \"%s\", got \"%s\"", says, violation ? violation : "nothing");
}

#define EXPECT(says, ...)                                                                          \
	do {                                                                                       \
		const uint8_t commands[] = {SET_UP, __VA_ARGS__};                                  \
		expect(commands, sizeof(commands), says);                                          \
	} while (0)

static void what_is_right_is_taken(void **state)
{
	(void)state;
	EXPECT(NULL, START, BYTE(0x90), ACK, BYTE(0x00), ACK, STOP);
	EXPECT(NULL, START, BYTE(0x90), ACK, PINS(2), IDLE, START, BYTE(0x91), ACK, 0x20, 0, 0,
	       0x13, 0, 0xff, PINS(2), STOP);
	EXPECT(NULL, START, BYTE(0x42), ACK, STOP); /* nobody's address */
}

static void what_is_wrong_is_rejected(void **state)
{
	(void)state;
	EXPECT("where the ACK clock belongs", START, BYTE(0x42), STOP);
	EXPECT("after 5 bits", START, 0x13, 3, 0x90, STOP);
	EXPECT("right after a START", START, STOP);
	EXPECT("after 5 bits", START, 0x13, 3, 0x90, PINS(2), IDLE, START);
	EXPECT("that the master acknowledged", START, BYTE(0x91), ACK, 0x20, 0, 0, 0x13, 0, 0x00,
	       STOP);
	EXPECT("in one command", START, BYTE(0x90), ACK, PINS(0), PINS(3));
	EXPECT("not one for I2C", START, 0x10, 0, 0, 0x90);
	EXPECT("not one for I2C", START, 0x19, 0, 0, 0x90);
	EXPECT("no three-phase", 0x86, 200, 0, START, 0x8d, PINS(0), PINS(0), BYTE(0x90));
	EXPECT("clocked from SCL high", PINS(1), PINS(1), BYTE(0x90));
	/* Without open drain, a high level of ours meets the slave's ACK. */
	EXPECT("against a low", 0x9e, 0, 0, START, BYTE(0x91), 0x22, 0);
}

static void times_below_the_minimum_are_rejected(void **state)
{
	const uint8_t fast_clock[] = {SET_UP, 0x86, 20, 0, START, BYTE(0x90), ACK, STOP};
	const uint8_t transfer[] = {SET_UP, START, BYTE(0x90), ACK, STOP, START, BYTE(0x90), ACK};
	const uint8_t short_buf[] = {SET_UP,  START,   BYTE(0x90), ACK,	    PINS(0),
				     PINS(1), PINS(1), PINS(3),	   PINS(1), PINS(1)};

	(void)state;
	assert_non_null(strstr(run(fast_clock, sizeof(fast_clock), 700), "SCL"));
	assert_null(run(transfer, sizeof(transfer), 700));
	assert_non_null(strstr(run(transfer, sizeof(transfer), 150), "START hold"));
	assert_non_null(strstr(run(short_buf, sizeof(short_buf), 700), "bus free time"));
}

/* The FIFO for answers is full: the chip waits, and takes no more commands than
 * its other FIFO holds. A host that only writes hangs. */
static void a_host_that_does_not_read_stalls(void **state)
{
	static struct fixture fixture;
	static uint8_t commands[3000];
	uint8_t answers[2000];
	size_t taken;

	(void)state;
	memset(commands, 0x81, sizeof(commands));
	fixture_init(&fixture, CHIP_FT232H, 150, 400000);
	taken = mpsse_interp_write(&fixture.host.chip, commands, sizeof(commands));
	assert_in_range(taken, 2000, 2048);
	assert_in_range(mpsse_interp_read(&fixture.host.chip, answers, sizeof(answers)), 1000,
			1024);
	assert_true(mpsse_interp_write(&fixture.host.chip, commands, 500) > 0);
}

static void bad_commands_are_answered(void **state)
{
	static struct fixture fixture;
	uint8_t answer[4];

	(void)state;
	fixture_init(&fixture, CHIP_FT2232H, 150, 400000);
	assert_int_equal(mpsse_interp_write(&fixture.host.chip, (const uint8_t[]){0xaa, 0xab}, 2),
			 2);
	assert_int_equal(mpsse_interp_read(&fixture.host.chip, answer, 4), 4);
	assert_memory_equal(answer, ((const uint8_t[]){0xfa, 0xaa, 0xfa, 0xab}), 4);
	/* FT2232H has no drive-zero. */
	mpsse_interp_write(&fixture.host.chip, (const uint8_t[]){0x9e, 7, 0}, 3);
	assert_int_equal(fixture.host.chip.wire.counts.violations, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_right_is_taken),
		cmocka_unit_test(what_is_wrong_is_rejected),
		cmocka_unit_test(times_below_the_minimum_are_rejected),
		cmocka_unit_test(a_host_that_does_not_read_stalls),
		cmocka_unit_test(bad_commands_are_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
