/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes wrong behind the adapter is told truly, and what may have happened with it. */
#include "bytes.h"
#include "dongle_fixture.h"
#include "said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ID 0xf0014u
#define GW_COMMAND 0xf0400u
#define GW_ADDRESS 0xf0404u
#define READS 40u

static void begin(struct dongle_fixture *f, unsigned queue)
{
	struct cx3_error err = {0};

	dongle_make(f, "", queue);
	if (dongle_open(f, 400000, &err) != CX3_OK)
		fail_msg("%s", said(&err));
}

/* A missing ACK at each byte in turn; the dongle may lose the answers behind it. What is called
 * done was read, and the next batch is right again. */
static void a_missing_ack(bool loses)
{
	struct dongle_fixture f;
	uint32_t word[READS];

	begin(&f, 64);
	f.host.dongle.nack_loses = loses;
	for (unsigned at = 1; at <= 6 * READS; at += 5) {
		struct cx3_progress_mark mark;
		struct cx3_error err = {0};
		int rc;

		f.host.dongle.nack_at = (unsigned)f.host.dongle.bytes_put + at;
		rc = dongle_read(&f, ID, word, READS, &mark, &err);
		assert_true(rc == CX3_E_NO_ACK || rc == CX3_E_NACK_DATA);
		assert_int_equal(mark.done, (at - 1) / 6);
		assert_true(mark.unsure > 0 && mark.done + mark.unsure <= READS);
		for (size_t i = 0; i < mark.done; i++)
			assert_int_equal(word[i], 0x1f7);
		assert_int_equal(dongle_read(&f, ID, word, READS, &mark, &err), CX3_OK);
		for (size_t i = 0; i < READS; i++)
			assert_int_equal(word[i], 0x1f7);
	}
	dongle_remove(&f);
}

static void a_missing_ack_and_the_rest_answered(void **state)
{
	(void)state;
	a_missing_ack(false);
}

static void a_missing_ack_and_the_rest_lost(void **state)
{
	(void)state;
	a_missing_ack(true);
}

/* The command does not go out before the address in front of it has been acknowledged; one that
 * its caller calls harmless does. */
static void no_command_behind_a_lost_address(void **state)
{
	static const uint8_t address[8] = {0, 0x0f, 0x04, 0x04, 0, 1, 0, 0};
	static const uint8_t command[8] = {0, 0x0f, 0x04, 0x00, 0, 0, 0, 0};

	(void)state;
	for (unsigned blind = 0; blind < 2; blind++) {
		const struct cx3_xfer xfer[2] = {{address, NULL, 8, 0, false},
						 {command, NULL, 8, 0, blind != 0}};
		struct cx3_progress_mark mark;
		struct cx3_error err = {0};
		struct dongle_fixture f;
		uint64_t before;

		begin(&f, 500);
		before = f.host.dongle.transfers;
		f.host.dongle.nack_at = (unsigned)f.host.dongle.bytes_put + 3;
		assert_int_equal(f.adapter->ops->transfer(f.adapter, xfer, 2, &mark, &err),
				 CX3_E_NACK_DATA);
		assert_int_equal(mark.done, 0);
		assert_int_equal(mark.unsure, 1 + blind);
		assert_int_equal(f.host.dongle.transfers - before, 1 + blind);
		dongle_remove(&f);
	}
}

/* The plug is pulled at each OUT transfer in turn, at open as well. */
static void pulled(void **state)
{
	unsigned open_failed = 0, read_failed = 0;

	(void)state;
	for (unsigned at = 1; at < 200 && read_failed < 20; at++) {
		struct cx3_progress_mark mark;
		struct cx3_error err = {0};
		struct dongle_fixture f;
		uint32_t word[READS];

		dongle_make(&f, "", 64);
		f.host.gone_at = at;
		if (dongle_open(&f, 400000, &err) != CX3_OK) {
			assert_int_equal(err.code, CX3_E_GONE);
			assert_true(f.host.closed);
			assert_null(f.adapter);
			open_failed++;
		} else if (dongle_read(&f, ID, word, READS, &mark, &err) != CX3_OK) {
			assert_int_equal(err.code, CX3_E_GONE);
			assert_true(mark.done + mark.unsure <= READS);
			read_failed++;
		}
		dongle_remove(&f);
	}
	assert_true(open_failed > 10 && read_failed > 2);
}

/* USB's reads fail once, at each answer in turn: told, and got over with the next transfer. */
static void a_failed_read(void **state)
{
	struct dongle_fixture f;
	uint32_t word[READS];

	(void)state;
	begin(&f, 64);
	for (unsigned at = 1; at <= 13 * READS; at += 17) {
		struct cx3_progress_mark mark;
		struct cx3_error err = {0};

		f.host.fail_at = f.host.answers + at;
		assert_int_equal(dongle_read(&f, ID, word, READS, &mark, &err), CX3_E_IO);
		assert_int_equal(mark.done, (at - 1) / 13);
		assert_int_equal(dongle_read(&f, ID, word, READS, &mark, &err), CX3_OK);
		assert_int_equal(word[READS - 1], 0x1f7);
	}
	dongle_remove(&f);
}

/* The dongle's queue becomes shorter than it was: found out by the answers that do not come. */
static void a_queue_that_shrinks(void **state)
{
	struct cx3_progress_mark mark;
	struct cx3_error err = {0};
	struct dongle_fixture f;
	uint32_t word[READS];

	(void)state;
	begin(&f, 64);
	f.host.dongle.queue = 16;
	assert_int_equal(dongle_read(&f, ID, word, READS, &mark, &err), CX3_E_TIMEOUT);
	assert_true(mark.done < READS && mark.unsure > 0);
	for (size_t i = 0; i < mark.done; i++)
		assert_int_equal(word[i], 0x1f7);
	assert_int_equal(dongle_read(&f, ID, word, READS, &mark, &err), CX3_OK);
	assert_int_equal(dongle_depth(&f), 16);
	dongle_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_ack_and_the_rest_answered),
		cmocka_unit_test(a_missing_ack_and_the_rest_lost),
		cmocka_unit_test(no_command_behind_a_lost_address),
		cmocka_unit_test(pulled),
		cmocka_unit_test(a_failed_read),
		cmocka_unit_test(a_queue_that_shrinks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
