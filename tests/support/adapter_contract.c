/* SPDX-License-Identifier: BSD-2-Clause */
/* The contract of adapter.h: marks, lengths, counts, clock, label. */
#include "adapter_contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"

#define BATCH 12u
#define UNTOUCHED 0xee

/* Writes of one register and reads of one, as the card layer mixes them. */
static const bool batch_writes[BATCH] = {1, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0};

struct batch {
	uint8_t wr[8];
	uint8_t address[4];
	uint8_t rd[BATCH][4];
	struct cx3_xfer xfer[BATCH];
	uint64_t messages, wire_bytes; /* what it costs */
};

static void make_batch(const struct contract_fixture *fixture, struct batch *b)
{
	memset(b, 0, sizeof(*b));
	memset(b->rd, UNTOUCHED, sizeof(b->rd));
	put_be32(b->wr, 0xf03fc);
	put_be32(b->address, fixture->reg);
	for (unsigned i = 0; i < BATCH; i++) {
		b->xfer[i] = batch_writes[i] ? (struct cx3_xfer){b->wr, NULL, 8, 0, false}
					     : (struct cx3_xfer){b->address, b->rd[i], 4, 4, false};
		b->messages += batch_writes[i] ? 1 : 2;
		b->wire_bytes += batch_writes[i] ? 1 + 8 : 1 + 4 + 1 + 4;
	}
}

static void data_is_told_truly(const struct contract_fixture *fixture, const struct batch *b,
			       const struct cx3_progress_mark *mark)
{
	for (unsigned i = 0; i < BATCH; i++) {
		if (!batch_writes[i] && i < mark->done)
			assert_int_equal(be32(b->rd[i]), fixture->word);
		if (!batch_writes[i] && i >= mark->done + mark->unsure)
			assert_int_equal(b->rd[i][0], UNTOUCHED);
	}
}

static void a_failure_at_each_place(const struct contract_fixture *fixture)
{
	unsigned failures = 0;

	for (unsigned place = 1; place <= fixture->places; place++) {
		struct cx3_adapter *a = fixture->open(fixture->user, place, 0);
		struct cx3_progress_mark mark = {99, 99};
		struct cx3_error err = {.code = CX3_OK};
		struct batch b;
		unsigned arrived;
		int rc;

		make_batch(fixture, &b);
		rc = a->ops->transfer(a, b.xfer, BATCH, &mark, &err);
		arrived = fixture->arrived(fixture->user);
		assert_int_equal(err.code, rc);
		assert_in_range(mark.done + mark.unsure, 0, BATCH);
		/* Each at most once, and none beyond those that are told. */
		assert_in_range(arrived, mark.done, mark.done + mark.unsure);
		data_is_told_truly(fixture, &b, &mark);
		if (rc != CX3_OK) {
			failures++;
			assert_string_equal(err.place, a->label);
			assert_true(mark.unsure > 0);
			make_batch(fixture, &b);
			rc = a->ops->transfer(a, b.xfer, BATCH, &mark, &err);
		}
		assert_int_equal(rc, CX3_OK); /* the fault is over */
		assert_int_equal(mark.done, BATCH);
		assert_int_equal(mark.unsure, 0);
		a->ops->close(a);
	}
	assert_true(failures > 0);
}

static void counts_and_clock(const struct contract_fixture *fixture)
{
	struct cx3_adapter *a = fixture->open(fixture->user, 0, 0);
	struct cx3_progress_mark mark;
	struct cx3_traffic before;
	struct batch b;
	uint64_t start;

	make_batch(fixture, &b);
	/* The first may bring probes of the adapter's own with it. */
	assert_int_equal(a->ops->transfer(a, b.xfer, BATCH, &mark, NULL), CX3_OK);
	assert_int_equal(fixture->arrived(fixture->user), BATCH);
	before = a->traffic;
	assert_int_equal(a->ops->transfer(a, b.xfer, BATCH, &mark, NULL), CX3_OK);
	assert_int_equal(fixture->arrived(fixture->user), 2 * BATCH);
	assert_int_equal(a->traffic.messages - before.messages, b.messages);
	assert_int_equal(a->traffic.wire_bytes - before.wire_bytes, b.wire_bytes);
	assert_in_range(a->traffic.calls - before.calls, 1,
			BATCH * (fixture->trips ? fixture->trips : 1));
	start = a->ops->now_us(a);
	a->ops->wait_us(a, 3000);
	assert_in_range(a->ops->now_us(a) - start, 3000, 3000000);
	assert_int_equal(a->ops->transfer(a, b.xfer, 0, &mark, NULL), CX3_OK);
	assert_int_equal(mark.done + mark.unsure, 0);
	a->ops->close(a);
}

static void what_open_fills_in(const struct contract_fixture *fixture)
{
	struct cx3_adapter *a = fixture->open(fixture->user, 0, 0);

	assert_non_null(a->ops->name);
	assert_in_range(strnlen(a->label, sizeof(a->label)), 1, sizeof(a->label) - 1);
	assert_int_equal(a->addr, CX3_CARD_ADDRESS);
	assert_true(a->max_write >= CX3_LEAST_WRITE);
	assert_true(a->max_read >= CX3_LEAST_READ);
	a->ops->close(a);
}

/* Refused without a byte sent, and from then on the stated limit is lower. */
static void shortened_until_it_goes(const struct contract_fixture *fixture, struct cx3_adapter *a)
{
	static uint8_t out[64], in[64];
	struct cx3_xfer xfer[2] = {{out, NULL, 64, 0, false}, {out, in, 4, 64, false}};
	struct cx3_progress_mark mark;

	for (unsigned i = 0; i < 2; i++) {
		uint16_t *len = i == 0 ? &xfer[i].wr_len : &xfer[i].rd_len;
		const size_t *limit = i == 0 ? &a->max_write : &a->max_read;
		unsigned before = fixture->arrived(fixture->user);
		int rc;

		put_be32(out, fixture->reg);
		while ((rc = a->ops->transfer(a, &xfer[i], 1, &mark, NULL)) == CX3_E_TOO_LONG) {
			assert_int_equal(mark.done + mark.unsure, 0);
			assert_int_equal(fixture->arrived(fixture->user), before);
			assert_true(*limit < *len);
			*len = (uint16_t)*limit;
		}
		assert_int_equal(rc, CX3_OK);
	}
}

/* Whatever the stated limits are, one byte more is refused before anything is sent. */
static void limits_hold(const struct contract_fixture *fixture, struct cx3_adapter *a)
{
	static uint8_t bytes[8200];
	const struct cx3_xfer xfer[2] = {{bytes, NULL, (uint16_t)(a->max_write + 1), 0, false},
					 {bytes, bytes, 4, (uint16_t)(a->max_read + 1), false}};
	struct cx3_progress_mark mark;
	unsigned before = fixture->arrived(fixture->user);

	assert_true(a->max_write < sizeof(bytes) && a->max_read < sizeof(bytes));
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(a->ops->transfer(a, &xfer[i], 1, &mark, NULL), CX3_E_TOO_LONG);
		assert_int_equal(mark.done + mark.unsure, 0);
	}
	assert_int_equal(fixture->arrived(fixture->user), before);
}

static void too_long_messages(const struct contract_fixture *fixture)
{
	for (unsigned limit = 0; limit <= 16; limit += 16) {
		struct cx3_adapter *a = fixture->open(fixture->user, 0, limit);

		shortened_until_it_goes(fixture, a);
		limits_hold(fixture, a);
		a->ops->close(a);
	}
}

static void transfers_go(const struct contract_fixture *fixture, struct cx3_adapter *a)
{
	struct cx3_progress_mark mark;
	struct cx3_error err = {.code = CX3_OK};
	struct batch b;

	make_batch(fixture, &b);
	if (a->ops->transfer(a, b.xfer, BATCH, &mark, &err) != CX3_OK)
		fail_msg("at %u Hz: %s", a->clock_hz, err.cause);
	data_is_told_truly(fixture, &b, &mark);
}

/* Never faster than asked for, at least half of it, and as it was after a refusal. */
static void clocks_are_set(const struct contract_fixture *fixture)
{
	static const unsigned clocks[] = {400000, 100000, 200000};
	struct cx3_adapter *a = fixture->open(fixture->user, 0, 0);
	unsigned sent = fixture->arrived(fixture->user);
	struct cx3_error err = {.code = CX3_OK};

	for (unsigned i = 0; a->ops->set_clock && i < 3; i++) {
		assert_int_equal(a->ops->set_clock(a, clocks[i], &err), CX3_OK);
		assert_in_range(a->clock_hz, clocks[i] / 2, clocks[i]);
		assert_int_equal(fixture->arrived(fixture->user), sent);
		transfers_go(fixture, a);
		sent = fixture->arrived(fixture->user);
	}
	for (unsigned i = 0; a->ops->set_clock && i < 2; i++) {
		unsigned before = a->clock_hz;

		assert_int_equal(a->ops->set_clock(a, i ? 10 : 20000000, &err), CX3_E_UNSUPPORTED);
		assert_int_equal(err.code, CX3_E_UNSUPPORTED);
		assert_int_equal(a->clock_hz, before);
		transfers_go(fixture, a);
	}
	/* only what can be set can be chosen */
	assert_true(a->ops->set_clock || !a->auto_hz);
	for (unsigned i = 0; a->auto_hz && a->auto_hz[i]; i++)
		assert_true(i == 0 || a->auto_hz[i] > a->auto_hz[i - 1]);
	a->ops->close(a);
}

void contract_check(const struct contract_fixture *fixture)
{
	what_open_fills_in(fixture);
	a_failure_at_each_place(fixture);
	counts_and_clock(fixture);
	clocks_are_set(fixture);
	too_long_messages(fixture);
}
