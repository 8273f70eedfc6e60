/* SPDX-License-Identifier: BSD-2-Clause */
/* How many commands are on their way at once: what is found out, and that it is kept to. */
#include "bytes.h"
#include "dongle_fixture.h"
#include "said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ID 0xf0014u

static void begin(struct dongle_fixture *f, const char *card, unsigned queue)
{
	struct cx3_error err = {0};

	dongle_make(f, card, queue);
	if (dongle_open(f, 400000, &err) != CX3_OK)
		fail_msg("%s", said(&err));
}

/* A dongle that loses what is beyond its queue: never again after the proof. */
static void the_deepest_that_works(void **state)
{
	static const struct {
		unsigned queue, depth;
	} cases[] = {{1, 1}, {3, 1}, {4, 4}, {16, 16}, {63, 16}, {64, 64}, {127, 64}, {500, 128}};
	struct cx3_progress_mark mark;
	struct cx3_error err = {0};
	struct dongle_fixture f;
	uint32_t word[64];

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t lost;

		begin(&f, "", cases[i].queue);
		assert_int_equal(dongle_depth(&f), cases[i].depth);
		lost = f.host.dongle.lost;
		/* none of those that were lost has done anything on the bus */
		dongle_clean(&f);
		assert_true((lost > 0) == (cases[i].queue < 128));
		for (unsigned n = 0; n < 20; n++) {
			assert_int_equal(dongle_read(&f, ID, word, 64, &mark, &err), CX3_OK);
			for (unsigned w = 0; w < 64; w++)
				assert_int_equal(word[w], 0x1f7);
		}
		assert_int_equal(f.host.dongle.lost, lost);
		dongle_clean(&f);
		dongle_remove(&f);
	}
}

/* Without a card nothing can be proven; the first one that answers is asked. */
static void a_card_that_comes_later(void **state)
{
	struct cx3_progress_mark mark;
	struct cx3_error err = {0};
	struct dongle_fixture f;
	uint32_t word[8];

	(void)state;
	begin(&f, "boot-ms=2000", 64);
	assert_int_equal(dongle_depth(&f), 1);
	assert_int_equal(dongle_read(&f, ID, word, 8, &mark, &err), CX3_E_NO_ACK);
	assert_int_equal(mark.done, 0);
	f.adapter->ops->wait_us(f.adapter, 3000000);
	assert_int_equal(dongle_read(&f, ID, word, 8, &mark, &err), CX3_OK);
	assert_int_equal(dongle_depth(&f), 64);
	dongle_remove(&f);
}

/* Answers of a program that was killed are taken away before anything is believed. */
static void answers_of_one_before(void **state)
{
	static const uint8_t left[] = {0x0c, 0x13, 0x90, 0x13, 0x00, 0x0d, 0x0b, 0x0a, 0x0b, 0x0a};
	struct cx3_error err = {0};
	struct dongle_fixture f;

	(void)state;
	dongle_make(&f, "", 64);
	assert_true(dongle_put(&f.host.dongle, left, sizeof(left)));
	assert_int_equal(dongle_open(&f, 400000, &err), CX3_OK);
	assert_int_equal(dongle_depth(&f), 64);
	dongle_remove(&f);
}

/* Long packets, and the bus is never empty: a register costs little more than its answers. */
static void what_a_register_costs(void **state)
{
	struct cx3_progress_mark mark;
	struct cx3_error err = {0};
	struct dongle_fixture f;
	uint32_t word[64];
	uint64_t before_us, calls, outs;

	(void)state;
	begin(&f, "", 500);
	before_us = f.adapter->ops->now_us(f.adapter);
	calls = f.adapter->traffic.calls;
	outs = f.host.outs;
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(dongle_read(&f, ID, word, 64, &mark, &err), CX3_OK);
	/* 13 answers and 23 bytes of commands each: 0.72 ms at 19 packets a millisecond */
	assert_true(f.adapter->ops->now_us(f.adapter) - before_us < 640 * 900);
	assert_int_equal(f.adapter->traffic.calls - calls, 10);
	assert_true(f.host.outs - outs < 640 / 2);
	dongle_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_deepest_that_works),
		cmocka_unit_test(a_card_that_comes_later),
		cmocka_unit_test(answers_of_one_before),
		cmocka_unit_test(what_a_register_costs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
