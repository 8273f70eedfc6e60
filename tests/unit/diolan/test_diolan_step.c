/* SPDX-License-Identifier: BSD-2-Clause */
/* A dongle that stands still for a time, or answers once more than it was asked: nothing is taken
 * for the answer to something else, and no message is cut. */
#include "bytes.h"
#include "dongle_fixture.h"
#include "said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ID 0xf0014u
#define READS 40u
#define HZ 400000u
/* Answers until a dongle is open whose queue is 64 deep: fewer than these. */
#define MOST_AT_OPEN 5000u

/* Writes one word of the gateway's data, which do nothing until a command. */
static int write_words(struct dongle_fixture *f, struct cx3_progress_mark *mark,
		       struct cx3_error *err)
{
	static const uint8_t words[20] = {0, 0x0f, 0x04, 0x10, 1,  2,  3,  4,  5,  6,
					  7, 8,	   9,	 10,   11, 12, 13, 14, 15, 16};
	const struct cx3_xfer xfer[] = {{words, NULL, 20, 0, false}, {words, NULL, 8, 0, false}};

	return f->adapter->ops->transfer(f->adapter, xfer, 2, mark, err);
}

static void reads_right(struct dongle_fixture *f, unsigned at)
{
	struct cx3_progress_mark mark;
	struct cx3_error err = {0};
	uint32_t word[READS];

	if (dongle_read(f, ID, word, READS, &mark, &err) != CX3_OK)
		fail_msg("answer %u: %s", at, said(&err));
	for (unsigned i = 0; i < READS; i++)
		assert_int_equal(word[i], 0x1f7);
}

/* At each answer of the opening: it is open after that, with a queue as deep as ever. */
static void still_at_open(void **state)
{
	static const unsigned ms[] = {100, 250, 400, 600, 1000, 1500};

	(void)state;
	for (unsigned k = 0; k < sizeof(ms) / sizeof(ms[0]); k++) {
		bool stood = true;

		for (unsigned at = 1; at < MOST_AT_OPEN && stood; at += at < 60 ? 1 : 7) {
			struct cx3_error err = {0};
			struct dongle_fixture f;

			dongle_make(&f, "", 64);
			f.host.still_at = at;
			f.host.still_us = 1000 * ms[k];
			if (dongle_open(&f, HZ, &err) != CX3_OK)
				fail_msg("%u ms at answer %u: %s", ms[k], at, said(&err));
			stood = f.host.still_until_ns > 0;
			assert_int_equal(dongle_depth(&f), 64);
			reads_right(&f, at);
			dongle_clean(&f);
			dongle_remove(&f);
		}
		assert_false(stood);
	}
}

static void open_one(struct dongle_fixture *f, unsigned queue)
{
	struct cx3_error err = {0};

	dongle_make(f, "", queue);
	if (dongle_open(f, HZ, &err) != CX3_OK)
		fail_msg("%s", said(&err));
}

/* At each answer of two writes: waited for, or told, and each write is sent to its STOP. */
static void still_in_a_write(void **state)
{
	static const unsigned ms[] = {400, 1900, 2300, 2900, 4000};
	static const unsigned queues[] = {1, 16, 64};

	(void)state;
	for (unsigned n = 0; n < 5 * 3; n++) {
		for (unsigned at = 1; at <= 35; at++) {
			struct cx3_progress_mark mark;
			struct cx3_error err = {0};
			struct dongle_fixture f;
			int rc;

			open_one(&f, queues[n % 3]);
			f.host.still_at = f.host.answers + at;
			f.host.still_us = 1000 * ms[n / 3];
			rc = write_words(&f, &mark, &err);
			if (rc != CX3_OK) {
				assert_int_equal(rc, CX3_E_TIMEOUT);
				assert_true(ms[n / 3] > 2000 && mark.unsure > 0);
			}
			f.adapter->ops->wait_us(f.adapter, 5000000);
			reads_right(&f, at);
			if (simcard_violation(f.card))
				fail_msg("%u ms at %u, queue %u: %s", ms[n / 3], at, queues[n % 3],
					 simcard_violation(f.card));
			dongle_remove(&f);
		}
	}
}

/* A missing ACK behind an answer too many would look like one to another byte: never as all well.
 */
static void an_answer_too_many(void **state)
{
	(void)state;
	for (unsigned at = 1; at <= 35; at++) {
		for (unsigned nack = 0; nack <= 30; nack += 3) {
			struct cx3_progress_mark mark;
			struct cx3_error err = {0};
			struct dongle_fixture f;

			open_one(&f, 64);
			f.host.stale_at = f.host.answers + at;
			if (nack)
				f.host.dongle.nack_at = (unsigned)f.host.dongle.bytes_put + nack;
			assert_int_not_equal(write_words(&f, &mark, &err), CX3_OK);
			if (!nack) {
				assert_int_equal(mark.done, 0);
				assert_int_equal(mark.unsure, 2);
			}
			f.host.stale_at = 0; /* a NACK may have come first */
			reads_right(&f, at);
			dongle_clean(&f);
			dongle_remove(&f);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(still_at_open),
		cmocka_unit_test(still_in_a_write),
		cmocka_unit_test(an_answer_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
