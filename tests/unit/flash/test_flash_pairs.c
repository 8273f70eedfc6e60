/* SPDX-License-Identifier: BSD-2-Clause */
/* Two readings of a few short pieces in one batch: what it costs, and when it reads nothing. */
#include "wrapped.h"

#define RUNNING "livefish=0,fw=2.42.5000,clock=400k"
#define BYTES 64u

static const struct cx3_flash_piece two[] = {{0x1200, 32}, {0x8010, 32}};

struct readings {
	uint8_t first[BYTES], second[BYTES];
	bool both;
};

static void make(struct fixture *b, const char *card)
{
	fixture_make(b, BENCH_SIZE, 0x20000);
	fixture_must(b, fixture_flash(b, card, NULL));
	cx3_flash_hold(b->flash);
}

static struct readings read_two(struct fixture *b)
{
	struct readings r = {.both = false};

	fixture_must(b,
		     cx3_flash_read_pairs(b->flash, two, 2, r.first, r.second, &r.both, &b->err));
	return r;
}

static bool is_right(const struct fixture *b, const uint8_t *bytes)
{
	return memcmp(bytes, b->content + two[0].addr, 32) == 0 &&
	       memcmp(bytes + 32, b->content + two[1].addr, 32) == 0;
}

static void one_call(void **state)
{
	const struct cx3_flash_piece piece = {0x1200, 32};
	struct cx3_traffic before;
	struct readings r;
	struct fixture b;

	(void)state;
	make(&b, RUNNING);
	r = read_two(&b);
	assert_true(r.both);
	assert_true(is_right(&b, r.first));
	assert_true(is_right(&b, r.second));
	before = b.adapter->traffic;
	fixture_must(&b,
		     cx3_flash_read_pairs(b.flash, &piece, 1, r.first, r.second, &r.both, &b.err));
	assert_true(r.both);
	assert_int_equal(b.adapter->traffic.calls - before.calls, 1);
	assert_int_equal(b.adapter->traffic.wire_bytes - before.wire_bytes,
			 2 * 105); /* with 0xf0404 at the end */
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* A wrong bit is in one reading only. */
static void they_are_two(void **state)
{
	struct readings r;
	struct fixture b;

	(void)state;
	make(&b, RUNNING);
	wrap_reads(&b, 0xf0410, 0x100, 1);
	r = read_two(&b);
	assert_true(r.both);
	assert_false(is_right(&b, r.first));
	assert_true(is_right(&b, r.second));
	wrap_reads(&b, 0xf0410, 0x100, 1);
	wrap.skip = 4;
	r = read_two(&b);
	assert_true(is_right(&b, r.first));
	assert_false(is_right(&b, r.second));
	fixture_free(&b);
}

/* An address or a command that reads back otherwise: nothing of it counts, and from then on each
 * reading goes its own way. */
static void wrong_echoes(void **state)
{
	static const uint32_t regs[] = {0xf0400, 0xf0404};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct readings r;
		struct fixture b;
		uint64_t messages;

		make(&b, RUNNING);
		wrap_reads(&b, regs[i], 0x100, 1);
		wrap.skip = 2;
		assert_false(read_two(&b).both);
		messages = b.adapter->traffic.messages;
		r = read_two(&b);
		assert_false(r.both);
		assert_int_equal(b.adapter->traffic.messages, messages);
		fixture_must(&b, fixture_compare(&b, 0x1200, b.content + 0x1200, 0x100));
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

static void not_here(void **state)
{
	static const struct cx3_flash_piece too_long = {0x1000, 80};
	struct cx3_flash_piece many[13];
	struct readings r;
	struct fixture b;
	uint64_t messages;

	(void)state;
	make(&b, "livefish=1,stream=0");
	messages = b.adapter->traffic.messages;
	assert_false(read_two(&b).both);
	assert_int_equal(b.adapter->traffic.messages, messages);
	fixture_free(&b);
	make(&b, RUNNING);
	messages = b.adapter->traffic.messages;
	fixture_must(&b, cx3_flash_read_pairs(b.flash, &too_long, 1, r.first, r.second, &r.both,
					      &b.err));
	assert_false(r.both);
	for (unsigned i = 0; i < 13; i++)
		many[i] = (struct cx3_flash_piece){i * 0x1000, 16};
	fixture_must(&b,
		     cx3_flash_read_pairs(b.flash, many, 13, r.first, r.second, &r.both, &b.err));
	assert_false(r.both);
	assert_int_equal(b.adapter->traffic.messages, messages);
	fixture_free(&b);
}

/* A flash that answers no more reads blank: that is not believed. */
static void flash_gone(void **state)
{
	const struct cx3_flash_piece blank = {0x100000, 16};
	struct readings r;
	struct fixture b;

	(void)state;
	make(&b, RUNNING);
	wrap_reads(&b, 0xf0410, 0xffffffff, 1000000);
	wrap.force = true;
	assert_int_equal(
		cx3_flash_read_pairs(b.flash, &blank, 1, r.first, r.second, &r.both, &b.err),
		CX3_E_GATEWAY);
	fixture_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_call),	cmocka_unit_test(they_are_two),
		cmocka_unit_test(wrong_echoes), cmocka_unit_test(not_here),
		cmocka_unit_test(flash_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
