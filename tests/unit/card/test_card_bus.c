/* SPDX-License-Identifier: BSD-2-Clause */
/* Scripts onto the adapter: splitting, marks, retries. */
#include "fake_adapter.h"

#define R 0x1000u

static void splits_by_vendor_limits(void **state)
{
	struct fake f;
	uint32_t words[20] = {0}, out[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
	struct cx3_regop ops[] = {{.reg = R, .words = words, .count = 20},
				  {.reg = 0xf0400, .words = out, .count = 9, .write = true}};
	struct cx3_card *card;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	/* 64 bytes read and 32 written in a message at most, even if the adapter takes more. */
	for (uint32_t i = 0; i < 20; i++)
		*fake_reg(&f, R + 4 * i) = i + 1;
	assert_int_equal(cx3_card_run(card, ops, 2, CX3_ONCE, NULL, NULL), CX3_OK);
	assert_int_equal(f.calls, 1);
	assert_int_equal(f.sent_count, 4);
	assert_int_equal(f.sent[0].rd_len, 64);
	assert_int_equal(f.sent[1].reg, R + 64);
	assert_int_equal(f.sent[1].rd_len, 16);
	assert_int_equal(f.sent[2].wr_len, 4 + 32);
	assert_int_equal(f.sent[3].reg, 0xf0420);
	assert_int_equal(f.sent[3].wr_len, 4 + 4);
	for (uint32_t i = 0; i < 20; i++)
		assert_int_equal(words[i], i + 1);
	assert_int_equal(*fake_reg(&f, 0xf0420), 9);
	cx3_card_close(card);
}

static void splits_by_adapter_limits(void **state)
{
	struct fake f;
	uint32_t words[4] = {0xa, 0xb, 0xc, 0xd}, back[4] = {0};
	struct cx3_regop ops[] = {{.reg = R, .words = words, .count = 4, .write = true},
				  {.reg = R, .words = back, .count = 4}};
	struct cx3_card *card;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	f.head.max_write = 8; /* the least that an adapter may have */
	f.head.max_read = 7;
	assert_int_equal(cx3_card_run(card, ops, 2, CX3_ONCE, NULL, NULL), CX3_OK);
	assert_int_equal(f.sent_count, 8);
	assert_memory_equal(words, back, sizeof(words));
	cx3_card_close(card);
}

static void compiles_anew_when_too_long(void **state)
{
	struct fake f;
	uint32_t words[8] = {1, 2, 3, 4, 5, 6, 7, 8}, back[8] = {0}, one = 9;
	struct cx3_regop ops[] = {{.reg = R + 64, .words = &one, .count = 1, .write = true},
				  {.reg = R, .words = words, .count = 8, .write = true},
				  {.reg = R, .words = back, .count = 8}};
	struct cx3_card *card;
	struct cx3_progress_mark mark;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	f.refuse_over = 16;
	/* Even what may be sent only once: nothing of it has begun. */
	assert_int_equal(cx3_card_run(card, ops, 3, CX3_ONCE, &mark, NULL), CX3_OK);
	assert_int_equal(mark.done, 3);
	assert_int_equal(mark.unsure, 0);
	assert_memory_equal(words, back, sizeof(words));
	/* What was sent before the refusal is not sent again. */
	assert_int_equal(f.sent[0].reg, R + 64);
	for (unsigned i = 1; i < f.sent_count; i++)
		assert_int_not_equal(f.sent[i].reg, R + 64);
	cx3_card_close(card);
}

static void gives_up_when_refused_without_reason(void **state)
{
	struct fake f;
	uint32_t word = 1;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	f.refuse_over = 4;
	f.never_halve = true;
	assert_int_equal(cx3_card_write(card, R, word, NULL), CX3_E_TOO_LONG);
	assert_int_equal(f.calls, 1);
	cx3_card_close(card);
}

static void once_is_sent_once(void **state)
{
	struct fake f;
	uint32_t words[3] = {1, 2, 3};
	struct cx3_regop ops[] = {{.reg = R, .words = &words[0], .count = 1, .write = true},
				  {.reg = R + 4, .words = &words[1], .count = 1, .write = true},
				  {.reg = R + 8, .words = &words[2], .count = 1, .write = true}};
	struct cx3_progress_mark mark;
	struct cx3_error err;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	f.fault[0] = (struct fake_fault){CX3_E_NACK_DATA, 2, 1, 2};
	assert_int_equal(cx3_card_run(card, ops, 3, CX3_ONCE, &mark, &err), CX3_E_NACK_DATA);
	assert_int_equal(err.code, CX3_E_NACK_DATA);
	assert_int_equal(f.calls, 1);
	assert_int_equal(mark.done, 1);
	assert_int_equal(mark.unsure, 2);
	cx3_card_close(card);
}

/* A step of several transfers is done when all are, unsure when some are. */
static void marks_count_steps(void **state)
{
	struct fake f;
	uint32_t words[4] = {1, 2, 3, 4};
	struct cx3_regop ops[] = {{.reg = R, .words = words, .count = 4, .write = true},
				  {.reg = R + 64, .words = words, .count = 4, .write = true}};
	struct cx3_progress_mark mark;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	f.head.max_write = 8;
	f.fault[0] = (struct fake_fault){CX3_E_IO, 5, 5, 0};
	assert_int_equal(cx3_card_run(card, ops, 2, CX3_ONCE, &mark, NULL), CX3_E_IO);
	assert_int_equal(mark.done, 1);
	assert_int_equal(mark.unsure, 1);
	f.fault[1] = (struct fake_fault){CX3_E_IO, 4, 4, 0};
	assert_int_equal(cx3_card_run(card, ops, 2, CX3_ONCE, &mark, NULL), CX3_E_IO);
	assert_int_equal(mark.done, 1);
	assert_int_equal(mark.unsure, 0);
	f.fault[2] = (struct fake_fault){CX3_E_IO, 2, 2, 4};
	assert_int_equal(cx3_card_run(card, ops, 2, CX3_ONCE, &mark, NULL), CX3_E_IO);
	assert_int_equal(mark.done, 0);
	assert_int_equal(mark.unsure, 2);
	cx3_card_close(card);
}

static void repeatable_resumes_where_it_is_unsure(void **state)
{
	struct fake f;
	uint32_t in[3] = {0}, out = 7;
	struct cx3_regop ops[] = {{.reg = R, .words = &in[0], .count = 1},
				  {.reg = R + 4, .words = &out, .count = 1, .write = true},
				  {.reg = R + 8, .words = &in[1], .count = 1},
				  {.reg = R + 12, .words = &in[2], .count = 1}};
	struct cx3_progress_mark mark;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	*fake_reg(&f, R) = 100;
	*fake_reg(&f, R + 8) = 108;
	*fake_reg(&f, R + 12) = 112;
	f.fault[0] = (struct fake_fault){CX3_E_ARBITRATION, 3, 2, 1};
	f.fault[1] = (struct fake_fault){CX3_E_TIMEOUT, 0, 0, 0};
	assert_int_equal(cx3_card_run(card, ops, 4, CX3_REPEATABLE, &mark, NULL), CX3_OK);
	assert_int_equal(mark.done, 4);
	assert_int_equal(in[0], 100);
	assert_int_equal(in[1], 108);
	assert_int_equal(in[2], 112);
	assert_int_equal(f.calls, 3);
	/* 3 in the first call, then from the third step on */
	assert_int_equal(f.sent_count, 5);
	assert_int_equal(f.sent[3].reg, R + 8);
	cx3_card_close(card);
}

static void retries_are_bounded(void **state)
{
	struct fake f;
	uint32_t word;
	uint64_t before;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	for (unsigned i = 0; i < FAKE_CALLS; i++)
		f.fault[i] = (struct fake_fault){CX3_E_NO_ACK, 0, 0, 0};
	f.head.retries = 3;
	assert_int_equal(cx3_card_read(card, R, &word, NULL), CX3_E_NO_ACK);
	assert_int_equal(f.calls, 4);
	/* and by time, however many are allowed */
	f.head.retries = 1000000;
	before = f.now_us;
	assert_int_equal(cx3_card_read(card, R, &word, NULL), CX3_E_NO_ACK);
	assert_in_range(f.now_us - before, 2000000, 5100000);
	f.head.retries = 0;
	f.calls = 0;
	assert_int_equal(cx3_card_read(card, R, &word, NULL), CX3_E_NO_ACK);
	assert_int_equal(f.calls, 1);
	cx3_card_close(card);
}

static void some_failures_do_not_pass(void **state)
{
	static const int codes[] = {CX3_E_GONE, CX3_E_PERMISSION, CX3_E_UNSUPPORTED,
				    CX3_E_NO_DEVICE};
	struct fake f;
	uint32_t word;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		f.calls = 0;
		f.fault[0] = (struct fake_fault){codes[i], 0, 0, 0};
		assert_int_equal(cx3_card_read(card, R, &word, NULL), codes[i]);
		assert_int_equal(f.calls, 1);
	}
	cx3_card_close(card);
}

static void an_empty_script_sends_nothing(void **state)
{
	struct fake f;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_run(card, NULL, 0, CX3_REPEATABLE, NULL, NULL), CX3_OK);
	assert_int_equal(f.calls, 0);
	cx3_card_close(card);
	cx3_card_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_by_vendor_limits),
		cmocka_unit_test(splits_by_adapter_limits),
		cmocka_unit_test(compiles_anew_when_too_long),
		cmocka_unit_test(gives_up_when_refused_without_reason),
		cmocka_unit_test(once_is_sent_once),
		cmocka_unit_test(marks_count_steps),
		cmocka_unit_test(repeatable_resumes_where_it_is_unsure),
		cmocka_unit_test(retries_are_bounded),
		cmocka_unit_test(some_failures_do_not_pass),
		cmocka_unit_test(an_empty_script_sends_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
