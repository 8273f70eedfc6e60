/* SPDX-License-Identifier: BSD-2-Clause */
/* The semaphore of the flash tools, 0xf03a0: waited for, told, and done without where the
 * register is none. And what it tells of the flash's semaphore. */
#include "flash_fixture.h"
#include "kept_line.h"
#include "said.h"

#define FUNCTIONAL "part=W25Q40,livefish=0,fw=2.42.5000"

static void open_card(struct fixture *b, const char *more)
{
	char options[160];

	snprintf(options, sizeof(options), FUNCTIONAL "%s", more);
	fixture_must(b, fixture_card(b, options));
}

static void waits_for_the_other_tool(void **state)
{
	struct fixture b;
	uint64_t before;

	(void)state;
	fixture_make(&b, 0x80000, 0);
	open_card(&b, ",tools-sem=12000");
	before = b.adapter->ops->now_us(b.adapter);
	fixture_must(&b, cx3_card_lock_tools(b.card, &b.err));
	assert_in_range(b.adapter->ops->now_us(b.adapter) - before, 11500000, 12500000);
	fixture_must(&b, cx3_card_unlock_tools(b.card, &b.err));
	/* free again: nobody waits */
	before = b.adapter->ops->now_us(b.adapter);
	fixture_must(&b, cx3_card_lock_tools(b.card, &b.err));
	fixture_must(&b, cx3_card_lock_tools(b.card, &b.err));
	fixture_must(&b, cx3_card_unlock_tools(b.card, &b.err));
	assert_in_range(b.adapter->ops->now_us(b.adapter) - before, 0, 50000);
	fixture_close(&b); /* which frees it */
	open_card(&b, "");
	before = b.adapter->ops->now_us(b.adapter);
	fixture_must(&b, cx3_card_lock_tools(b.card, &b.err));
	assert_in_range(b.adapter->ops->now_us(b.adapter) - before, 0, 50000);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

static bool third_time(void *user)
{
	unsigned *asked = user;

	return ++*asked == 3;
}

/* Whoever waits may give up. */
static void stopped_while_waiting(void **state)
{
	struct fixture b;
	unsigned asked = 0;
	uint64_t before;

	(void)state;
	fixture_make(&b, 0x80000, 0);
	open_card(&b, ",tools-sem=12000");
	cx3_card_set_cancelled(b.card, third_time, &asked);
	before = b.adapter->ops->now_us(b.adapter);
	assert_int_equal(cx3_card_lock_tools(b.card, &b.err), CX3_E_INTERRUPTED);
	assert_in_range(b.adapter->ops->now_us(b.adapter) - before, 0, 100000);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

static void stays_taken(void **state)
{
	const struct cx3_card_options force = {.break_semaphore = true};
	struct fixture b;
	uint64_t before;
	struct cx3_cleared taken;

	(void)state;
	fixture_make(&b, 0x80000, 0);
	open_card(&b, ",tools-sem=stuck");
	before = b.adapter->ops->now_us(b.adapter);
	assert_int_equal(cx3_card_lock_tools(b.card, &b.err), CX3_E_OTHER_TOOL);
	assert_in_range(b.adapter->ops->now_us(b.adapter) - before, 19500000, 20500000);
	assert_non_null(strstr(said(&b.err), "0xf03a0) stayed taken for 20 s"));
	assert_null(strstr(said(&b.err), "firmware"));
	fixture_must(&b, cx3_card_clear_semaphore(b.card, &taken, &b.err));
	assert_true(taken.tools && !taken.flash);
	fixture_must(&b, cx3_card_clear_semaphore(b.card, &taken, &b.err));
	fixture_must(&b, cx3_card_lock_tools(b.card, &b.err));
	fixture_close(&b);

	fixture_must(&b, fixture_adapter(&b, FUNCTIONAL ",tools-sem=stuck"));
	fixture_must(&b, cx3_card_open(b.adapter, &force, &b.card, &b.err));
	fixture_must(&b, cx3_card_lock_tools(b.card, &b.err));
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* Where it is no semaphore nothing is written to it, and that is told. */
static void is_none(void **state)
{
	char line[KEPT_LINE] = "";
	const struct cx3_log log = {keep_line, line, CX3_LOG_WARN};
	struct fixture b;
	struct cx3_cleared taken = {true, true};

	(void)state;
	fixture_make(&b, 0x80000, 0);
	open_card(&b, ",tools-word=305419896");
	b.adapter->log = &log;
	fixture_must(&b, cx3_card_lock_tools(b.card, &b.err));
	assert_non_null(strstr(line, "0xf03a0 reads 0x12345678 each time"));
	fixture_must(&b, cx3_card_unlock_tools(b.card, &b.err));
	fixture_must(&b, cx3_card_clear_semaphore(b.card, &taken, &b.err));
	assert_false(taken.flash || taken.tools);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/*
 * A bit of the answer that took the flash's semaphore flips: the card's firmware would have
 * freed it after 5 s, and no other tool works, so it is ours. With another tool at work, or
 * where that can't be asked, it is not.
 */
static void tells_whose_the_flash_is(void **state)
{
	static const struct {
		const char *tools;
		int rc;
	} cases[] = {
		{"", CX3_OK},
		{",tools-sem=stuck", CX3_E_SEMAPHORE_OURS},
		{",tools-word=7", CX3_E_SEMAPHORE_OURS},
	};
	struct fixture b;

	(void)state;
	fixture_make(&b, 0x80000, 0);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char more[80];

		/* opening reads 15 words: 7 for the id, 6 for the state, 2 for the boot address */
		snprintf(more, sizeof(more), ",flip-word=16:9,power-cycle=1%s", cases[i].tools);
		open_card(&b, more);
		assert_int_equal(cx3_card_lock(b.card, &b.err), cases[i].rc);
		if (cases[i].rc == CX3_OK)
			fixture_must(&b, cx3_card_unlock(b.card, &b.err));
		fixture_close(&b);
	}
	fixture_no_violation(&b);
	fixture_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_for_the_other_tool),
		cmocka_unit_test(stopped_while_waiting),
		cmocka_unit_test(stays_taken),
		cmocka_unit_test(is_none),
		cmocka_unit_test(tells_whose_the_flash_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
