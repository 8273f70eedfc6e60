/* SPDX-License-Identifier: BSD-2-Clause */
/* A reset that is asked for: seen by the semaphore that it frees, and nobody's hold is ended. */
#include "flash_fixture.h"

#define CARD "part=W25Q40,livefish=0,fw=2.42.5000"

static void open_card(struct fixture *b, const char *more)
{
	char options[160];

	fixture_make(b, 0x80000, 0);
	snprintf(options, sizeof(options), CARD "%s", more);
	fixture_must(b, fixture_card(b, options));
}

static void close_card(struct fixture *b)
{
	fixture_close(b);
	fixture_no_violation(b);
	fixture_free(b);
}

static void is_seen(void **state)
{
	struct fixture b;
	bool seen = false;
	uint32_t word;

	(void)state;
	open_card(&b, "");
	fixture_must(&b, cx3_card_reset(b.card, &seen, &b.err));
	assert_true(seen);
	/* both semaphores are free: a taking read answers 0 */
	fixture_must(&b, cx3_card_read(b.card, 0xf03fc, &word, &b.err));
	assert_int_equal(word, 0);
	fixture_must(&b, cx3_card_read(b.card, 0xf03a0, &word, &b.err));
	assert_int_equal(word, 0);
	close_card(&b);
}

static void register_is_no_semaphore(void **state)
{
	struct fixture b;
	bool seen = true;

	(void)state;
	open_card(&b, ",tools-word=2");
	fixture_must(&b, cx3_card_reset(b.card, &seen, &b.err));
	assert_false(seen);
	close_card(&b);
}

/* Whoever has a semaphore is at work: nothing is reset. */
static void not_under_another_tool(void **state)
{
	struct fixture b;
	bool seen = true;

	(void)state;
	open_card(&b, ",tools-sem=stuck");
	assert_int_equal(cx3_card_reset(b.card, &seen, &b.err), CX3_E_OTHER_TOOL);
	assert_false(seen);
	close_card(&b);
	open_card(&b, ",sem=stuck");
	assert_int_equal(cx3_card_reset(b.card, &seen, &b.err), CX3_E_SEMAPHORE);
	close_card(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_seen),
		cmocka_unit_test(register_is_no_semaphore),
		cmocka_unit_test(not_under_another_tool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
