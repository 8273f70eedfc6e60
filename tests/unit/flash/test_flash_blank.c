/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is blank is read once only, where it is proven. One damaged command in the middle of a
 * stream lets chip select rise, and all that follows looks blank.
 */
#include "wrapped.h"

#define FIRST 0x2c000u /* what is read: data, then a gap, then something, then a gap */
#define LEN 0xc000u
#define SOMETHING 0x33000u
#define SOMETHING_LEN 0x800u
#define MIDDLE 0x40002431u /* the command of a block that is not the last */

/* --- One command of many is damaged --- */

static struct {
	struct cx3_adapter_ops ops;
	uint32_t flip;
	unsigned skip; /* commands before it */
	bool done;
} damage;

static bool is_middle(const struct cx3_xfer *xfer)
{
	static const uint8_t wanted[] = {0, 0xf, 4, 0, MIDDLE >> 24, 0, 0x24, 0x31};

	return xfer->wr_len == sizeof(wanted) && memcmp(xfer->wr, wanted, sizeof(wanted)) == 0;
}

static int damaging(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	struct cx3_xfer *copy = malloc(n * sizeof(*copy));
	uint8_t bytes[8];
	int rc;

	memcpy(copy, xfer, n * sizeof(*copy));
	for (size_t i = 0; i < n && !damage.done; i++) {
		if (!is_middle(&xfer[i]) || damage.skip-- > 0)
			continue;
		damage.done = true;
		memcpy(bytes, xfer[i].wr, sizeof(bytes));
		for (unsigned b = 0; b < 4; b++)
			bytes[4 + b] ^= (uint8_t)(damage.flip >> (24 - 8 * b));
		copy[i].wr = bytes;
	}
	rc = cx3_sim_ops.transfer(a, copy, n, mark, err);
	free(copy);
	return rc;
}

static void make(struct fixture *b, const char *card)
{
	fixture_make(b, BENCH_SIZE, 0x30000);
	memset(b->content + SOMETHING, 0x3c, SOMETHING_LEN);
	fixture_store(b);
	fixture_must(b, fixture_flash(b, card, NULL));
	damage.ops = cx3_sim_ops;
	damage.ops.transfer = damaging;
	damage.done = false;
	damage.skip = 0;
}

/* True if the damage was done, which it is not when fewer commands are sent. */
static bool read_with(const char *card, uint32_t flip, unsigned skip)
{
	uint8_t *now = malloc(LEN);
	bool proven = false;
	struct fixture b;

	make(&b, card);
	damage.flip = flip;
	damage.skip = skip;
	b.adapter->ops = &damage.ops;
	fixture_must(&b, cx3_flash_read_proving(b.flash, FIRST, now, LEN, &proven, &b.err));
	for (uint32_t at = 0; at < LEN && proven; at += 16) {
		if (cx3_is_blank(now + at, 16) && !cx3_is_blank(b.content + FIRST + at, 16))
			fail_msg("command %u: 0x%x is called blank", skip, FIRST + at);
	}
	fixture_close(&b);
	fixture_free(&b);
	free(now);
	return damage.done;
}

/* Each command loses its hold bit, so that chip select rises after its block. */
static void hold_bit(void **state)
{
	unsigned skip = 0;

	(void)state;
	while (read_with("livefish=0,fw=2.42.5000,clock=400k", 1u << 5, skip))
		skip += 61;
	assert_true(skip > LEN / 16);
	while (skip > 0 && read_with("livefish=1,clock=400k", 1u << 5, skip -= 61))
		;
}

/* Any other bit of a command in the gap before something. */
static void any_bit(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 32; bit++) {
		for (unsigned skip = 1500; skip < 2400; skip += 331)
			(void)read_with("livefish=0,fw=2.42.5000,clock=400k", 1u << bit, skip);
	}
}

/* Undisturbed all of it is proven; where commands do not read back, nothing is. */
static void is_proven(void **state)
{
	static const char *const cards[] = {"livefish=0,fw=2.42.5000,clock=400k",
					    "livefish=1,clock=400k",
					    "livefish=1,clock=400k,command-echo=0"};
	uint8_t *now = malloc(LEN);

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		bool proven = i == 2;
		struct fixture b;

		make(&b, cards[i]);
		fixture_must(&b, cx3_flash_read_proving(b.flash, FIRST, now, LEN, &proven, &b.err));
		assert_memory_equal(now, b.content + FIRST, LEN);
		assert_int_equal(proven, i < 2);
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
	free(now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hold_bit),
		cmocka_unit_test(any_bit),
		cmocka_unit_test(is_proven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
