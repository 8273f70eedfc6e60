/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The adapter on the emulated chip: bytes arrive right both ways, at all clocks
 * and on all chips, and the slave has nothing to reject.
 */
#include "ft232h_fixture.h"
#include "said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int send_all(struct fixture *fixture, struct fixture_transfer *t, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	struct cx3_xfer xfer[256];

	for (size_t i = 0; i < n; i++)
		xfer[i] = t[i].xfer;
	return fixture->adapter->ops->transfer(fixture->adapter, xfer, n, mark, err);
}

/* Writes and reads of all lengths, in one batch each. */
static void exercise(struct fixture *fixture)
{
	struct fixture_transfer t[80];
	struct cx3_progress_mark mark;
	struct cx3_error err = {0};
	uint8_t data[64];

	for (unsigned i = 0; i < 64; i++)
		data[i] = (uint8_t)(0xa5 ^ (i * 29));
	for (unsigned len = 1; len <= 64; len++)
		fixture_write(&t[len - 1], 0x1000 + 64 * len, data, len);
	if (send_all(fixture, t, 64, &mark, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	assert_int_equal(mark.done, 64);
	assert_int_equal(mark.unsure, 0);
	for (unsigned len = 1; len <= 64; len++) {
		assert_memory_equal(fixture->memory + 0x1000 + 64 * len, data, len);
		fixture_read(&t[len - 1], 0x1000 + 64 * len, len);
	}
	if (send_all(fixture, t, 64, &mark, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	for (unsigned len = 1; len <= 64; len++)
		assert_memory_equal(t[len - 1].rd, data, len);
	assert_int_equal(mark.done, 64);
}

static void run_at(enum mpsse_chip chip, unsigned command_ns, unsigned hz, unsigned real_hz)
{
	struct fixture fixture;
	struct cx3_error err = {0};

	fixture_init(&fixture, chip, command_ns, hz);
	if (fixture_open(&fixture, hz, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	assert_int_equal(fixture.adapter->clock_hz, real_hz);
	exercise(&fixture);
	fixture_assert_clean(&fixture);
	/* What the adapter says it sent is what the slave saw, but for the START byte. */
	assert_int_equal(fixture.adapter->traffic.wire_bytes + 1,
			 fixture.host.chip.wire.counts.bytes);
	assert_int_equal(fixture.adapter->traffic.messages + 1,
			 fixture.host.chip.wire.counts.starts);
	fixture_close(&fixture);
	assert_true(fixture.host.closed);
}

static const enum mpsse_chip chips[] = {CHIP_FT232H, CHIP_FT2232H, CHIP_FT4232H};

static void all_clocks_on_all_chips(void **state)
{
	static const struct {
		unsigned asked, real;
	} clocks[] = {
		{10000, 10000},	  {50000, 50000},   {75000, 74906},
		{100000, 75757},  {120000, 119760}, {200000, 200000},
		{400000, 400000}, {500000, 500000}, {1000000, 1000000},
	};

	(void)state;
	for (unsigned c = 0; c < 3; c++) {
		for (unsigned i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
			run_at(chips[c], 150, clocks[i].asked, clocks[i].real);
			run_at(chips[c], 500, clocks[i].asked, clocks[i].real);
		}
	}
}

/* Lines as slow as the notes' table of pull-ups allows. */
static void slow_rising_lines(void **state)
{
	static const struct {
		unsigned hz, rise_ns;
	} buses[] = {{100000, 400}, {400000, 230}, {1000000, 70}};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct fixture fixture;
		struct cx3_error err = {0};

		fixture_init(&fixture, CHIP_FT232H, 150, buses[i].hz);
		fixture.host.chip.wire.rise_ns[WIRE_SDA] = buses[i].rise_ns;
		fixture.host.chip.wire.rise_ns[WIRE_SCL] = buses[i].rise_ns;
		if (fixture_open(&fixture, buses[i].hz, &err) != CX3_OK)
			fail_msg("%s", said(&err));
		exercise(&fixture);
		fixture_assert_clean(&fixture);
		fixture_close(&fixture);
	}
}

static void clocks_out_of_range_are_refused(void **state)
{
	struct fixture fixture;
	struct cx3_error err = {0};

	(void)state;
	fixture_init(&fixture, CHIP_FT232H, 150, 400000);
	assert_int_equal(fixture_open(&fixture, 1000001, &err), CX3_E_UNSUPPORTED);
	assert_true(fixture.host.closed);
	assert_int_equal(fixture_open(&fixture, 999, &err), CX3_E_UNSUPPORTED);
}

static void long_messages_are_refused_before_anything_is_sent(void **state)
{
	struct fixture fixture;
	struct cx3_error err = {0};
	struct cx3_progress_mark mark;
	uint8_t bytes[300] = {0};
	struct cx3_xfer xfer[2] = {{bytes, bytes, 4, 4, false}, {bytes, bytes, 4, 257, false}};
	uint64_t before;

	(void)state;
	fixture_init(&fixture, CHIP_FT232H, 150, 400000);
	assert_int_equal(fixture_open(&fixture, 400000, &err), CX3_OK);
	before = fixture.host.writes;
	assert_int_equal(fixture.adapter->ops->transfer(fixture.adapter, xfer, 2, &mark, &err),
			 CX3_E_TOO_LONG);
	assert_int_equal(mark.done + mark.unsure, 0);
	assert_int_equal(fixture.host.writes, before);
	fixture_close(&fixture);
}

/* The longest that the adapter promises, on each chip: no stall. */
static void longest_messages(void **state)
{
	static uint8_t out[128];
	static uint8_t in[4][256];

	(void)state;
	for (unsigned i = 4; i < sizeof(out); i++)
		out[i] = i % 2 ? 0x55 : 0xaa; /* most answers without open drain */
	for (unsigned c = 0; c < 3; c++) {
		struct fixture fixture;
		struct cx3_error err = {0};
		struct cx3_progress_mark mark;
		struct cx3_xfer xfer[4];

		for (unsigned i = 0; i < 4; i++)
			xfer[i] = (struct cx3_xfer){out, in[i], 128, 256, false};
		fixture_init(&fixture, chips[c], 150, 400000);
		assert_int_equal(fixture_open(&fixture, 400000, &err), CX3_OK);
		if (fixture.adapter->ops->transfer(fixture.adapter, xfer, 4, &mark, &err) != CX3_OK)
			fail_msg("%s", said(&err));
		assert_memory_equal(fixture.memory, out + 4, 124);
		assert_memory_equal(in[3], fixture.memory + 124, 256);
		fixture_assert_clean(&fixture);
		fixture_close(&fixture);
	}
}

/* Without open drain a message's answers are many. A chip with too little room for
 * one transfer's: told, not waited for. */
static void a_chip_without_room(void **state)
{
	struct fixture fixture;
	struct fixture_transfer t;
	struct cx3_error err = {0};
	struct cx3_progress_mark mark = {9, 9};

	(void)state;
	fixture_init(&fixture, CHIP_FT2232H, 150, 400000);
	fixture.host.usb.answer_room = 128;
	assert_int_equal(fixture_open(&fixture, 400000, &err), CX3_OK);
	fixture_read(&t, 0x100, 64);
	while (fixture.adapter->ops->transfer(fixture.adapter, &t.xfer, 1, &mark, &err) ==
	       CX3_E_TOO_LONG) {
		assert_int_equal(mark.done + mark.unsure, 0);
		assert_true(fixture.adapter->max_read < t.xfer.rd_len);
		fixture_read(&t, 0x100, (unsigned)fixture.adapter->max_read);
	}
	assert_int_equal(mark.done, 1);
	assert_memory_equal(t.rd, fixture.memory + 0x100, t.xfer.rd_len);
	assert_in_range(t.xfer.rd_len, 4, 32);
	fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_clocks_on_all_chips),
		cmocka_unit_test(slow_rising_lines),
		cmocka_unit_test(clocks_out_of_range_are_refused),
		cmocka_unit_test(long_messages_are_refused_before_anything_is_sent),
		cmocka_unit_test(longest_messages),
		cmocka_unit_test(a_chip_without_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
