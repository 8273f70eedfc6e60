/* SPDX-License-Identifier: BSD-2-Clause */
/* The queue: what sticks, what is counted, what is noticed. */
#include "ft232h_fixture.h"
#include "said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct fixture fixture;
static struct mpsse m;

static int set_up(void **state)
{
	(void)state;
	fixture_init(&fixture, CHIP_FT232H, 150, 400000);
	return mpsse_init(&m, &fixture.host.usb, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	mpsse_free(&m);
	return 0;
}

static void one_write_for_many_commands(void **state)
{
	uint8_t pins[3];

	(void)state;
	mpsse_get_pins(&m);
	mpsse_get_pins(&m);
	mpsse_get_pins(&m);
	assert_int_equal(fixture.host.writes, 0);
	assert_int_equal(mpsse_flush(&m, pins, 3, NULL), CX3_OK);
	assert_int_equal(fixture.host.writes, 1);
	assert_int_equal(fixture.host.bytes_out, 4); /* and one "send now" */
	assert_int_equal(m.usb_bytes, 7);
	assert_int_equal(pins[2], 0xff);
}

static void an_overfull_queue_tells_at_the_flush(void **state)
{
	static const uint8_t many[MPSSE_QUEUE_SIZE];
	struct cx3_error err;
	uint8_t pins;

	(void)state;
	mpsse_put(&m, many, sizeof(many), 0);
	mpsse_get_pins(&m);
	assert_int_equal(mpsse_flush(&m, &pins, 1, &err), CX3_E_INTERNAL);
	assert_int_equal(fixture.host.writes, 0);
	/* It sticks until the sync. */
	mpsse_get_pins(&m);
	assert_int_equal(mpsse_send(&m, &err), CX3_E_INTERNAL);
	assert_int_equal(mpsse_sync(&m, &err), CX3_OK);
	mpsse_get_pins(&m);
	assert_int_equal(mpsse_flush(&m, &pins, 1, &err), CX3_OK);
}

static void the_first_failure_is_told(void **state)
{
	struct cx3_error err;
	uint8_t pins;

	(void)state;
	fixture.host.unplug_at = 1;
	mpsse_get_pins(&m);
	assert_int_equal(mpsse_flush(&m, &pins, 1, &err), CX3_E_GONE);
	fixture.host.unplug_at = 0;
	mpsse_get_pins(&m);
	assert_int_equal(mpsse_flush(&m, &pins, 1, &err), CX3_E_GONE);
	assert_true(m.out_of_step);
}

static void a_stall_is_noticed(void **state)
{
	struct cx3_error err;
	uint64_t before = fixture.host.now_ns;
	uint8_t pins[2];

	(void)state;
	fixture.host.mute_at = 1;
	mpsse_get_pins(&m);
	assert_int_equal(mpsse_flush(&m, pins, 1, &err), CX3_E_TIMEOUT);
	assert_in_range(fixture.host.now_ns - before, 900000000u, 1500000000u);
	fixture.host.mute_at = 0;
	assert_int_equal(mpsse_sync(&m, &err), CX3_OK);
}

static void the_sync_purges(void **state)
{
	struct cx3_error err;

	(void)state;
	fixture.host.chip.out[fixture.host.chip.out_len++] = 0x12;
	assert_int_equal(mpsse_sync(&m, &err), CX3_OK);
}

static int no_purge(void *user, struct cx3_error *err)
{
	(void)user;
	(void)err;
	return CX3_OK;
}

static void the_sync_tells_a_wrong_answer(void **state)
{
	struct cx3_error err;

	(void)state;
	fixture.host.usb.purge = no_purge;
	fixture.host.chip.out[fixture.host.chip.out_len++] = 0x12;
	assert_int_equal(mpsse_sync(&m, &err), CX3_E_IO);
	assert_non_null(strstr(said(&err), "12 fa"));
	assert_true(m.out_of_step);
}

/* The last pulse of a command of bits and one of bytes: nothing lost between. */
static void bits_come_back(void **state)
{
	static const uint8_t out[3] = {0xa5, 0x3c, 0x60};
	uint8_t in[3];
	struct mpsse_i2c i2c;

	(void)state;
	assert_int_equal(mpsse_i2c_init(&i2c, &m, 400000, NULL), CX3_OK);
	mpsse_i2c_configure(&i2c);
	mpsse_i2c_pins(&i2c, MPSSE_SDA, 4);
	mpsse_clock_bits(&m, out, 19);
	assert_int_equal(mpsse_bits_answer(19), 3);
	assert_int_equal(mpsse_flush(&m, in, 3, NULL), CX3_OK);
	assert_int_equal(in[0], 0xa5);
	assert_int_equal(in[1], 0x3c);
	assert_int_equal(in[2], 0x60 >> 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_write_for_many_commands, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_overfull_queue_tells_at_the_flush, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_first_failure_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_stall_is_noticed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_sync_purges, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_sync_tells_a_wrong_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bits_come_back, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
