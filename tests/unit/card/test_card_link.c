/* SPDX-License-Identifier: BSD-2-Clause */
/* The link test: what is read, which bits count as wrong, and when the wires are too bad. */
#include "cx3flash/link.h"
#include "fake_adapter.h"
#include "flash_fixture.h"
#include "said.h"

#define SIZE 0x80000u

static void open_card(struct fixture *b, const char *options)
{
	char all[128];

	fixture_make(b, SIZE, 0);
	snprintf(all, sizeof(all), "part=W25Q40,%s", options);
	fixture_must(b, fixture_card(b, all));
}

/* Semaphores, the reset register and the like are never touched, nor is anything written. */
static void reads_one_register(void **state)
{
	struct cx3_link link = {0, 0};
	struct cx3_card *card;
	struct fake f;

	(void)state;
	fake_init(&f, false);
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_link_read(card, 250, &link, NULL), CX3_OK);
	assert_int_equal(f.sent_count, 250);
	for (unsigned i = 0; i < f.sent_count; i++) {
		assert_int_equal(f.sent[i].reg, 0xf0014);
		assert_int_equal(f.sent[i].wr_len, 4);
		assert_int_equal(f.sent[i].rd_len, 4);
	}
	assert_int_equal(link.bits, 250 * 80);
	assert_int_equal(link.wrong, 0);
	cx3_card_close(card);
}

static void a_flipped_bit_is_one(void **state)
{
	struct cx3_link link = {0, 0};
	struct cx3_card *card;
	struct fake f;

	(void)state;
	fake_init(&f, false);
	card = fake_card(&f, NULL);
	*fake_reg(&f, 0xf0014) ^= 0x400;
	assert_int_equal(cx3_link_read(card, 1, &link, NULL), CX3_OK);
	assert_int_equal(link.wrong, 1);
	/* what another register holds: one bit of the address was wrong */
	*fake_reg(&f, 0xf0014) = 0;
	assert_int_equal(cx3_link_read(card, 1, &link, NULL), CX3_OK);
	assert_int_equal(link.wrong, 2);
	assert_int_equal(link.bits, 160);
	cx3_card_close(card);
}

/* The model flips each bit of address and data with this chance, not the slave address. */
static void the_rate_is_measured(void **state)
{
	static const unsigned rates[] = {0, 50, 500};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct cx3_link link = {0, 0};
		struct fixture b;
		char options[64];
		double expected = rates[i] * 1e-6 * 64 / 80, rate;

		snprintf(options, sizeof(options), "livefish=1,flip-rate=%u,seed=7", rates[i]);
		open_card(&b, options);
		fixture_must(&b, cx3_link_read(b.card, 25000, &link, &b.err));
		assert_int_equal(link.bits, 2000000);
		rate = (double)link.wrong / (double)link.bits;
		assert_true(rate >= 0.75 * expected && rate <= 1.25 * expected);
		assert_int_equal(cx3_link_noisy(&link), rates[i] > 0);
		fixture_free(&b);
	}
}

/* A card that is busy does not acknowledge: no bit was wrong. */
static void no_ack_is_repeated(void **state)
{
	struct cx3_link link = {0, 0};
	struct fixture b;

	(void)state;
	open_card(&b, "livefish=1,nack-burst=60:2");
	assert_int_equal(cx3_card_repeats(b.card), 0);
	fixture_must(&b, cx3_link_read(b.card, 100, &link, &b.err));
	assert_int_equal(link.bits, 8000);
	assert_int_equal(link.wrong, 0);
	assert_int_equal(cx3_card_repeats(b.card), 2);
	fixture_free(&b);
}

static void one_wrong_bit_tells_no_rate(void **state)
{
	(void)state;
	assert_false(cx3_link_noisy(&(struct cx3_link){0, 0}));
	assert_false(cx3_link_noisy(&(struct cx3_link){8000, 0}));
	assert_false(cx3_link_noisy(&(struct cx3_link){8000, 1}));
	assert_true(cx3_link_noisy(&(struct cx3_link){8000, 2}));
	assert_false(cx3_link_noisy(&(struct cx3_link){1000000, 10}));
	assert_true(cx3_link_noisy(&(struct cx3_link){1000000, 11}));
}

static void two_readings_are_compared(void **state)
{
	uint8_t a[40], b[40];
	struct cx3_link link = {0, 0};

	(void)state;
	for (unsigned i = 0; i < sizeof(a); i++)
		a[i] = b[i] = (uint8_t)(i * 37);
	cx3_link_compare(a, b, sizeof(a), &link);
	assert_int_equal(link.bits, 640);
	assert_int_equal(link.wrong, 0);
	b[0] ^= 0x01;
	b[15] ^= 0x80;
	b[39] ^= 0x10;
	cx3_link_compare(a, b, sizeof(a), &link);
	assert_int_equal(link.wrong, 3);
	for (unsigned i = 16; i < 32; i++) /* a block that was another one's */
		b[i] = (uint8_t)~a[i];
	cx3_link_compare(a, b, sizeof(a), &link);
	assert_int_equal(link.wrong, 3 + 4);
	assert_int_equal(link.bits, 3 * 640);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_one_register),
		cmocka_unit_test(a_flipped_bit_is_one),
		cmocka_unit_test(the_rate_is_measured),
		cmocka_unit_test(no_ack_is_repeated),
		cmocka_unit_test(one_wrong_bit_tells_no_rate),
		cmocka_unit_test(two_readings_are_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
