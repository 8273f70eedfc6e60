/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What goes wrong on the wire or the cable: the cause, the transfer and how far
 * the batch came are told right, and the next batch works.
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

#define JOB 12u

/* Reads and writes mixed: w r w r w w w r r w w r, each of four data bytes. */
static const bool job_writes[JOB] = {1, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0};

struct job {
	struct fixture_transfer t[JOB];
	struct cx3_xfer xfer[JOB];
	struct cx3_progress_mark mark;
	struct cx3_error err;
};

static int run_job(struct fixture *fixture, struct job *job)
{
	memset(job, 0, sizeof(*job));
	for (unsigned i = 0; i < JOB; i++) {
		const uint8_t data[4] = {(uint8_t)(i + 1), 0x5a, 0x00, 0xff};

		if (job_writes[i])
			fixture_write(&job->t[i], 0x100 + 4 * i, data, 4);
		else
			fixture_read(&job->t[i], 0x100 + 4 * i, 4);
		job->xfer[i] = job->t[i].xfer;
	}
	return fixture->adapter->ops->transfer(fixture->adapter, job->xfer, JOB, &job->mark,
					       &job->err);
}

static void open_fixture(struct fixture *fixture)
{
	struct cx3_error err = {0};

	fixture_init(fixture, CHIP_FT232H, 150, 400000);
	if (fixture_open(fixture, 400000, &err) != CX3_OK)
		fail_msg("%s", said(&err));
}

/* The transfer that wire byte `byte` of the job belongs to, and whether it is an
 * address. Writes are 9 bytes long, reads 5 + 5. */
static unsigned transfer_of(unsigned byte, bool *address)
{
	unsigned i = 0;

	for (;; i++) {
		unsigned len = job_writes[i] ? 9 : 10;

		if (byte < len) {
			*address = byte == 0 || (!job_writes[i] && byte == 5);
			return i;
		}
		byte -= len;
	}
}

/* The byte is one that the slave acknowledges (not one that it sends). */
static bool acknowledged_byte(unsigned byte)
{
	bool address;
	unsigned i = transfer_of(byte, &address);
	unsigned first = 0;

	for (unsigned k = 0; k < i; k++)
		first += job_writes[k] ? 9 : 10;
	return job_writes[i] || byte - first <= 5;
}

static unsigned job_bytes(void)
{
	unsigned bytes = 0;

	for (unsigned i = 0; i < JOB; i++)
		bytes += job_writes[i] ? 9 : 10;
	return bytes;
}

static void memory_is_told_truly(const struct fixture *fixture, const struct job *job)
{
	for (unsigned i = 0; i < JOB; i++) {
		bool written = fixture->memory[0x100 + 4 * i] == i + 1;

		if (job_writes[i] && i < job->mark.done)
			assert_true(written);
		if (job_writes[i] && i >= job->mark.done + job->mark.unsure)
			assert_false(written);
	}
}

static void nack_at_every_byte(void **state)
{
	(void)state;
	for (unsigned byte = 0; byte < job_bytes(); byte++) {
		struct fixture fixture;
		struct job job;
		bool address;
		unsigned i = transfer_of(byte, &address);

		if (!acknowledged_byte(byte))
			continue;
		open_fixture(&fixture);
		fixture.host.chip.wire.faults.nack_at = fixture.host.chip.wire.counts.bytes + 1 +
							byte;
		assert_int_equal(run_job(&fixture, &job), address ? CX3_E_NO_ACK : CX3_E_NACK_DATA);
		assert_int_equal(job.mark.done, i);
		assert_in_range(job.mark.unsure, 1, JOB - i);
		memory_is_told_truly(&fixture, &job);
		assert_non_null(
			strstr(said(&job.err), address ? "nothing acknowledges" : "not byte"));
		fixture_assert_clean(&fixture);
		assert_int_equal(run_job(&fixture, &job), CX3_OK);
		fixture_assert_clean(&fixture);
		fixture_close(&fixture);
	}
}

/* After a transfer that only writes and was not acknowledged, no other one that
 * only writes has been sent: a command never follows data that did not arrive. */
static void no_write_follows_a_lost_write(void **state)
{
	(void)state;
	for (unsigned first = 0; first < JOB - 1; first++) {
		struct fixture fixture;
		struct job job;
		unsigned bytes = 0;

		if (!job_writes[first] || !job_writes[first + 1])
			continue;
		for (unsigned k = 0; k < first; k++)
			bytes += job_writes[k] ? 9 : 10;
		open_fixture(&fixture);
		fixture.host.chip.wire.faults.nack_at = fixture.host.chip.wire.counts.bytes + 1 +
							bytes;
		assert_int_equal(run_job(&fixture, &job), CX3_E_NO_ACK);
		assert_int_equal(job.mark.done, first);
		assert_int_equal(job.mark.unsure, 1);
		assert_int_not_equal(fixture.memory[0x100 + 4 * (first + 1)], first + 2);
		fixture_close(&fixture);
	}
}

static void no_card(void **state)
{
	struct fixture fixture;
	struct job job;

	(void)state;
	open_fixture(&fixture);
	fixture.adapter->addr = 0x49;
	assert_int_equal(run_job(&fixture, &job), CX3_E_NO_ACK);
	assert_int_equal(job.mark.done, 0);
	assert_non_null(strstr(said(&job.err), "0x49"));
	assert_non_null(strstr(said(&job.err), "power"));
	fixture.adapter->addr = CX3_CARD_ADDRESS;
	assert_int_equal(run_job(&fixture, &job), CX3_OK);
	fixture_close(&fixture);
}

static void lines_low_at_open(void **state)
{
	static const struct {
		bool scl, sda;
		const char *says;
	} cases[] = {{true, false, "SCL is low"},
		     {false, true, "SDA stays low"},
		     {true, true, "both low"}};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct fixture fixture;
		struct cx3_error err = {0};

		fixture_init(&fixture, CHIP_FT232H, 150, 400000);
		fixture.host.chip.wire.faults.stuck_low[WIRE_SCL] = cases[i].scl;
		fixture.host.chip.wire.faults.stuck_low[WIRE_SDA] = cases[i].sda;
		wire_update(&fixture.host.chip.wire);
		assert_int_equal(fixture_open(&fixture, 400000, &err), CX3_E_BUS);
		assert_non_null(strstr(said(&err), cases[i].says));
		assert_true(fixture.host.closed);
		fixture.host.closed = false;
		memset(&fixture.host.chip.wire.faults, 0, sizeof(fixture.host.chip.wire.faults));
		wire_update(&fixture.host.chip.wire);
		assert_int_equal(fixture_open(&fixture, 400000, &err), CX3_OK);
		fixture_close(&fixture);
	}
}

/* A line that goes low for good looks like an ACK on every byte. */
static void lines_low_in_a_job(void **state)
{
	(void)state;
	for (unsigned line = 0; line < WIRE_LINES; line++) {
		struct fixture fixture;
		struct job job;

		open_fixture(&fixture);
		fixture.host.chip.wire.faults.stuck_low[line] = true;
		wire_update(&fixture.host.chip.wire);
		assert_int_equal(run_job(&fixture, &job), CX3_E_BUS);
		assert_int_equal(job.mark.done, 0);
		assert_non_null(
			strstr(said(&job.err), line == WIRE_SCL ? "SCL is low" : "SDA stays"));
		fixture.host.chip.wire.faults.stuck_low[line] = false;
		wire_update(&fixture.host.chip.wire);
		assert_int_equal(run_job(&fixture, &job), CX3_OK);
		fixture_close(&fixture);
	}
}

/* A slave that was cut off in a read lets go after up to nine clocks. */
static void a_hung_slave_is_freed(void **state)
{
	(void)state;
	for (unsigned clocks = 1; clocks <= 9; clocks++) {
		struct fixture fixture;
		struct job job;
		struct cx3_error err = {0};

		fixture_init(&fixture, CHIP_FT232H, 150, 400000);
		fixture.host.chip.wire.faults.hold_clocks = clocks;
		wire_update(&fixture.host.chip.wire);
		if (fixture_open(&fixture, 400000, &err) != CX3_OK)
			fail_msg("%u clocks: %s", clocks, said(&err));
		assert_int_equal(run_job(&fixture, &job), CX3_OK);
		fixture_close(&fixture);
	}
}

static void weak_pull_ups(void **state)
{
	struct fixture fixture;
	struct cx3_error err = {0};

	(void)state;
	fixture_init(&fixture, CHIP_FT232H, 150, 400000);
	fixture.host.chip.wire.rise_ns[WIRE_SDA] = 5000;
	assert_int_equal(fixture_open(&fixture, 400000, &err), CX3_E_BUS);
	fixture_init(&fixture, CHIP_FT232H, 150, 400000);
	fixture.host.chip.wire.rise_ns[WIRE_SDA] = 1200;
	assert_int_equal(fixture_open(&fixture, 400000, &err), CX3_E_BUS);
	assert_non_null(strstr(said(&err), "pull-ups"));
	assert_int_equal(fixture_open(&fixture, 50000, &err), CX3_OK);
	fixture_close(&fixture);
}

/*
 * Another party pulls SDA low through one clock. If the bit was to be high, the adapter
 * notices. If it was low anyway, nothing has changed. A bit that the slave sends can be
 * checked by nobody.
 */
static void a_disturbed_bit(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (unsigned clock = 1; clock <= 120; clock++) {
		struct fixture fixture;
		struct job job;
		int rc;

		open_fixture(&fixture);
		fixture.host.chip.wire.faults.flip_sent_at = fixture.host.chip.wire.counts.clocks +
							     clock;
		rc = run_job(&fixture, &job);
		if (rc != CX3_OK) {
			seen++;
			assert_true(rc == CX3_E_ARBITRATION || rc == CX3_E_NO_ACK ||
				    rc == CX3_E_NACK_DATA);
		}
		memory_is_told_truly(&fixture, &job);
		assert_int_equal(run_job(&fixture, &job), CX3_OK);
		fixture_close(&fixture);
	}
	assert_in_range(seen, 20, 60);
}

/* The slave takes a bit of the address wrong: it does not answer. */
static void a_flipped_bit_of_the_address(void **state)
{
	(void)state;
	for (unsigned clock = 1; clock <= 7; clock++) {
		struct fixture fixture;
		struct job job;

		open_fixture(&fixture);
		fixture.host.chip.wire.faults.flip_seen_at = fixture.host.chip.wire.counts.clocks +
							     clock;
		assert_int_equal(run_job(&fixture, &job), CX3_E_NO_ACK);
		assert_int_equal(job.mark.done, 0);
		assert_int_equal(run_job(&fixture, &job), CX3_OK);
		fixture_close(&fixture);
	}
}

/* At every USB call of the job, until it gets through. */
static void unplugged_at_every_call(void **state)
{
	(void)state;
	for (uint64_t call = 1;; call++) {
		struct fixture fixture;
		struct job job;
		int rc;

		open_fixture(&fixture);
		fixture.host.unplug_at = fixture.host.writes + fixture.host.reads + call;
		rc = run_job(&fixture, &job);
		memory_is_told_truly(&fixture, &job);
		if (rc == CX3_OK) {
			assert_true(call > 4);
			fixture_close(&fixture);
			return;
		}
		assert_int_equal(rc, CX3_E_GONE);
		assert_in_range(job.mark.unsure, 1, JOB - job.mark.done);
		assert_int_equal(run_job(&fixture, &job), CX3_E_GONE);
		assert_int_equal(job.mark.done + job.mark.unsure, 0);
		fixture_close(&fixture);
	}
}

static void a_silent_chip(void **state)
{
	(void)state;
	for (uint64_t call = 1; call <= 8; call++) {
		struct fixture fixture;
		struct job job;

		open_fixture(&fixture);
		fixture.host.mute_at = fixture.host.writes + fixture.host.reads + call;
		assert_int_equal(run_job(&fixture, &job), CX3_E_TIMEOUT);
		assert_non_null(strstr(said(&job.err), "silent"));
		memory_is_told_truly(&fixture, &job);
		fixture.host.mute_at = 0;
		if (run_job(&fixture, &job) != CX3_OK)
			fail_msg("call %u: %s", (unsigned)call, said(&job.err));
		fixture_close(&fixture);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nack_at_every_byte),
		cmocka_unit_test(no_write_follows_a_lost_write),
		cmocka_unit_test(no_card),
		cmocka_unit_test(lines_low_at_open),
		cmocka_unit_test(lines_low_in_a_job),
		cmocka_unit_test(a_hung_slave_is_freed),
		cmocka_unit_test(weak_pull_ups),
		cmocka_unit_test(a_disturbed_bit),
		cmocka_unit_test(a_flipped_bit_of_the_address),
		cmocka_unit_test(unplugged_at_every_call),
		cmocka_unit_test(a_silent_chip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
