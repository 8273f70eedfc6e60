/* SPDX-License-Identifier: BSD-2-Clause */
/* The bus clock is set by the chip's divisor at any time, and chosen by reading. */
#include "bytes.h"
#include "cx3flash/link.h"
#include "ft232h_fixture.h"
#include "said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const enum mpsse_chip chips[] = {CHIP_FT232H, CHIP_FT2232H, CHIP_FT4232H};
static const unsigned clocks[] = {100000, 200000, 400000, 0};
static struct fixture fixture; /* large */

/* As ft232h_open makes it for clock=auto, on a slave with a card's id. */
static void open_slow(enum mpsse_chip chip)
{
	const struct cx3_adapter head = {
		.label = "fixture", .addr = CX3_CARD_ADDRESS, .auto_hz = clocks};
	struct cx3_error err = {0};

	fixture_init(&fixture, chip, 150, 400000);
	put_be32(fixture.memory + 0xf0014 % RIG_MEMORY, 0x1f7);
	if (ft232h_attach(&fixture.host.usb, &head, clocks[0], &fixture.adapter, &err) != CX3_OK)
		fail_msg("%s", said(&err));
}

static void the_divisor_follows(void **state)
{
	static const struct {
		unsigned hz, period_ns;
	} cases[] = {{400000, 2500}, {200000, 5000}, {100000, 13200}, {400000, 2500}};

	(void)state;
	for (unsigned chip = 0; chip < 3; chip++) {
		open_slow(chips[chip]);
		for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			struct cx3_adapter *a = fixture.adapter;
			struct fixture_transfer t;
			struct cx3_progress_mark mark;

			assert_int_equal(a->ops->set_clock(a, cases[i].hz, NULL), CX3_OK);
			assert_in_range(mpsse_interp_period_ns(&fixture.host.chip),
					cases[i].period_ns - 10, cases[i].period_ns + 10);
			fixture_read(&t, 0x100, 16);
			assert_int_equal(a->ops->transfer(a, &t.xfer, 1, &mark, NULL), CX3_OK);
			assert_memory_equal(t.rd, fixture.memory + 0x100, 16);
		}
		fixture_assert_clean(&fixture);
		fixture_close(&fixture);
	}
}

/* Pull-ups that are too weak for the clock: SDA is not up in time. */
static void sda_that_does_not_follow(void **state)
{
	struct cx3_adapter *a;
	struct cx3_error err = {0};
	struct fixture_transfer t;
	struct cx3_progress_mark mark;
	unsigned before;

	(void)state;
	open_slow(CHIP_FT232H);
	a = fixture.adapter;
	before = a->clock_hz;
	fixture.host.chip.wire.rise_ns[WIRE_SDA] = 1200;
	assert_int_equal(a->ops->set_clock(a, 400000, &err), CX3_E_BUS);
	assert_non_null(strstr(said(&err), "pull-ups"));
	assert_int_equal(a->clock_hz, before);
	assert_in_range(mpsse_interp_period_ns(&fixture.host.chip), 13190, 13210);
	fixture_read(&t, 0x100, 16);
	assert_int_equal(a->ops->transfer(a, &t.xfer, 1, &mark, NULL), CX3_OK);
	assert_memory_equal(t.rd, fixture.memory + 0x100, 16);
	fixture_close(&fixture);
}

static unsigned chosen(struct cx3_link *link)
{
	struct cx3_card *card;
	struct cx3_error err = {0};
	unsigned hz;

	if (cx3_card_open(fixture.adapter, NULL, &card, &err) != CX3_OK ||
	    cx3_link_choose_clock(card, CX3_LINK_SHORT_PROOF, NULL, NULL, link, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	hz = fixture.adapter->clock_hz;
	cx3_card_close(card);
	assert_int_equal(fixture.writes, 0);
	fixture_close(&fixture);
	return hz;
}

static void the_fastest_is_chosen(void **state)
{
	struct cx3_link link = {0, 0};

	(void)state;
	for (unsigned chip = 0; chip < 3; chip++) {
		open_slow(chips[chip]);
		assert_int_equal(chosen(&link), 400000);
		assert_int_equal(link.wrong, 0);
		assert_in_range(link.bits, CX3_LINK_SHORT_PROOF, CX3_LINK_SHORT_PROOF + 8000);
		fixture_assert_clean(&fixture);
	}
	open_slow(CHIP_FT232H);
	fixture.shortest_ns = 4000;
	assert_int_equal(chosen(&link), 200000);
	assert_int_equal(link.wrong, 0);
	open_slow(CHIP_FT232H);
	fixture.shortest_ns = 8000;
	assert_in_range(chosen(&link), 75000, 76000);
	/* the lines alone rule 400 kHz out */
	open_slow(CHIP_FT232H);
	fixture.host.chip.wire.rise_ns[WIRE_SDA] = 1400;
	assert_int_equal(chosen(&link), 200000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_divisor_follows),
		cmocka_unit_test(sda_that_does_not_follow),
		cmocka_unit_test(the_fastest_is_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
