/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The adapter on the emulated chip: bytes arrive right both ways, at all clocks
 * and on all chips, and the slave has nothing to reject.
 */
#include "rig.h"
#include "said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int send_all(struct rig *rig, struct rig_transfer *t, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	struct cx3_xfer xfer[256];

	for (size_t i = 0; i < n; i++)
		xfer[i] = t[i].xfer;
	return rig->adapter->ops->transfer(rig->adapter, xfer, n, mark, err);
}

/* Writes and reads of all lengths, in one batch each. */
static void exercise(struct rig *rig)
{
	struct rig_transfer t[80];
	struct cx3_progress_mark mark;
	struct cx3_error err = {0};
	uint8_t data[64];

	for (unsigned i = 0; i < 64; i++)
		data[i] = (uint8_t)(0xa5 ^ (i * 29));
	for (unsigned len = 1; len <= 64; len++)
		rig_write(&t[len - 1], 0x1000 + 64 * len, data, len);
	if (send_all(rig, t, 64, &mark, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	assert_int_equal(mark.done, 64);
	assert_int_equal(mark.unsure, 0);
	for (unsigned len = 1; len <= 64; len++) {
		assert_memory_equal(rig->memory + 0x1000 + 64 * len, data, len);
		rig_read(&t[len - 1], 0x1000 + 64 * len, len);
	}
	if (send_all(rig, t, 64, &mark, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	for (unsigned len = 1; len <= 64; len++)
		assert_memory_equal(t[len - 1].rd, data, len);
	assert_int_equal(mark.done, 64);
}

static void run_at(enum mpsse_chip chip, unsigned command_ns, unsigned hz, unsigned real_hz)
{
	struct rig rig;
	struct cx3_error err = {0};

	rig_init(&rig, chip, command_ns, hz);
	if (rig_open(&rig, hz, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	assert_int_equal(rig.adapter->clock_hz, real_hz);
	exercise(&rig);
	rig_assert_clean(&rig);
	/* What the adapter says it sent is what the slave saw, but for the START byte. */
	assert_int_equal(rig.adapter->traffic.wire_bytes + 1, rig.host.chip.wire.counts.bytes);
	assert_int_equal(rig.adapter->traffic.messages + 1, rig.host.chip.wire.counts.starts);
	rig_close(&rig);
	assert_true(rig.host.closed);
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
		struct rig rig;
		struct cx3_error err = {0};

		rig_init(&rig, CHIP_FT232H, 150, buses[i].hz);
		rig.host.chip.wire.rise_ns[WIRE_SDA] = buses[i].rise_ns;
		rig.host.chip.wire.rise_ns[WIRE_SCL] = buses[i].rise_ns;
		if (rig_open(&rig, buses[i].hz, &err) != CX3_OK)
			fail_msg("%s", said(&err));
		exercise(&rig);
		rig_assert_clean(&rig);
		rig_close(&rig);
	}
}

static void clocks_out_of_range_are_refused(void **state)
{
	struct rig rig;
	struct cx3_error err = {0};

	(void)state;
	rig_init(&rig, CHIP_FT232H, 150, 400000);
	assert_int_equal(rig_open(&rig, 1000001, &err), CX3_E_UNSUPPORTED);
	assert_true(rig.host.closed);
	assert_int_equal(rig_open(&rig, 999, &err), CX3_E_UNSUPPORTED);
}

static void long_messages_are_refused_before_anything_is_sent(void **state)
{
	struct rig rig;
	struct cx3_error err = {0};
	struct cx3_progress_mark mark;
	uint8_t bytes[300] = {0};
	struct cx3_xfer xfer[2] = {{bytes, bytes, 4, 4}, {bytes, bytes, 4, 257}};
	uint64_t before;

	(void)state;
	rig_init(&rig, CHIP_FT232H, 150, 400000);
	assert_int_equal(rig_open(&rig, 400000, &err), CX3_OK);
	before = rig.host.writes;
	assert_int_equal(rig.adapter->ops->transfer(rig.adapter, xfer, 2, &mark, &err),
			 CX3_E_TOO_LONG);
	assert_int_equal(mark.done + mark.unsure, 0);
	assert_int_equal(rig.host.writes, before);
	rig_close(&rig);
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
		struct rig rig;
		struct cx3_error err = {0};
		struct cx3_progress_mark mark;
		struct cx3_xfer xfer[4];

		for (unsigned i = 0; i < 4; i++)
			xfer[i] = (struct cx3_xfer){out, in[i], 128, 256};
		rig_init(&rig, chips[c], 150, 400000);
		assert_int_equal(rig_open(&rig, 400000, &err), CX3_OK);
		if (rig.adapter->ops->transfer(rig.adapter, xfer, 4, &mark, &err) != CX3_OK)
			fail_msg("%s", said(&err));
		assert_memory_equal(rig.memory, out + 4, 124);
		assert_memory_equal(in[3], rig.memory + 124, 256);
		rig_assert_clean(&rig);
		rig_close(&rig);
	}
}

/* Without open drain a message's answers are many. A chip with too little room for
 * one transfer's: told, not waited for. */
static void a_chip_without_room(void **state)
{
	struct rig rig;
	struct rig_transfer t;
	struct cx3_error err = {0};
	struct cx3_progress_mark mark = {9, 9};

	(void)state;
	rig_init(&rig, CHIP_FT2232H, 150, 400000);
	rig.host.usb.answer_room = 128;
	assert_int_equal(rig_open(&rig, 400000, &err), CX3_OK);
	rig_read(&t, 0x100, 64);
	while (rig.adapter->ops->transfer(rig.adapter, &t.xfer, 1, &mark, &err) == CX3_E_TOO_LONG) {
		assert_int_equal(mark.done + mark.unsure, 0);
		assert_true(rig.adapter->max_read < t.xfer.rd_len);
		rig_read(&t, 0x100, (unsigned)rig.adapter->max_read);
	}
	assert_int_equal(mark.done, 1);
	assert_memory_equal(t.rd, rig.memory + 0x100, t.xfer.rd_len);
	assert_in_range(t.xfer.rd_len, 4, 32);
	rig_close(&rig);
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
