/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers shut and opened by a command to the firmware: what it needs, what it leaves behind. */
#include "flash_fixture.h"

#define REG_COMMAND_SEMAPHORE 0xf03bcu
#define REG_KEY_LOW 0x80784u
#define KEY 0xabcd1234u
/* Messages of the longest of the two commands, and some more. */
#define MESSAGES 160

static int open_as(struct fixture *b, const char *options)
{
	static const struct cx3_card_options accept = {.accept_locked = true};
	char text[200];
	int rc;

	fixture_make(b, 0x80000, 0);
	snprintf(text, sizeof(text), "part=W25Q40,%s", options);
	rc = fixture_adapter(b, text);
	return rc ? rc : cx3_card_open(b->adapter, &accept, &b->card, &b->err);
}

static void end(struct fixture *b)
{
	fixture_close(b);
	fixture_no_violation(b);
	fixture_free(b);
}

static uint32_t word(struct fixture *b, uint32_t reg)
{
	uint32_t value = 0;

	fixture_must(b, cx3_card_read(b->card, reg, &value, &b->err));
	return value;
}

/* A read that answers 0 has taken it, so it was free. */
static void is_free(struct fixture *b, uint32_t reg)
{
	assert_int_equal(word(b, reg), 0);
}

static void shut_and_opened(void **state)
{
	struct fixture b;

	(void)state;
	fixture_must(&b, open_as(&b, "livefish=0,key=0xabcd1234"));
	fixture_must(&b, cx3_card_set_access(b.card, false, 0, &b.err));
	assert_int_equal(cx3_card_identity(b.card)->state, CX3_CARD_LOCKED);
	assert_int_equal(word(&b, 0xf0014), 0xbad0cafe);
	fixture_must(&b, cx3_card_set_access(b.card, true, KEY, &b.err));
	assert_int_equal(cx3_card_identity(b.card)->state, CX3_CARD_FUNCTIONAL);
	assert_int_equal(cx3_card_identity(b.card)->hw_id, 0x1f7);
	assert_int_equal(word(&b, REG_KEY_LOW), 0); /* the key is not left there */
	is_free(&b, REG_COMMAND_SEMAPHORE);
	is_free(&b, 0xf03fc);
	end(&b);
}

/* What a card that shuts leaves of a semaphore, nobody can free any more. */
static void semaphores_are_given_back_first(void **state)
{
	struct fixture b;

	(void)state;
	fixture_must(&b, open_as(&b, "livefish=0,key=7"));
	fixture_must(&b, cx3_card_lock(b.card, &b.err));
	fixture_must(&b, cx3_card_lock_tools(b.card, &b.err));
	fixture_must(&b, cx3_card_set_access(b.card, false, 0, &b.err));
	end(&b); /* the model complains of one that is taken */
}

static void opens_a_card_that_only_shows_its_id(void **state)
{
	struct fixture b;

	(void)state;
	fixture_must(&b, open_as(&b, "livefish=0,key=7,locked-but-id=1"));
	assert_int_equal(cx3_card_identity(b.card)->state, CX3_CARD_LOCKED);
	fixture_must(&b, cx3_card_set_access(b.card, true, 7, &b.err));
	assert_int_equal(cx3_card_identity(b.card)->state, CX3_CARD_FUNCTIONAL);
	end(&b);
}

struct refusal {
	const char *options;
	bool open;
	enum cx3_code code;
	const char *says;
};

static const struct refusal refusals[] = {
	{"livefish=1,key=7", false, CX3_E_COMMAND, "No firmware runs"},
	{"livefish=0", false, CX3_E_COMMAND, "has no key"},
	{"livefish=0,key=8,locked=1", true, CX3_E_COMMAND, "not the key"},
	{"livefish=0,locked=1", true, CX3_E_COMMAND, "has no key"},
	{"livefish=0,key=7,hcr=none", false, CX3_E_COMMAND, "its semaphore is none"},
	{"livefish=0,key=7,hcr=busy", false, CX3_E_COMMAND, "busy with another"},
	{"livefish=0,key=7,hcr=hangs", false, CX3_E_COMMAND, "not answered the command within"},
	{"livefish=0,key=7,hcr=held", false, CX3_E_COMMAND, "stayed taken for 5 s"},
	{"livefish=0,key=7,hcr=deaf", false, CX3_E_COMMAND, "but the registers still answer"},
	{"livefish=0,key=7,hcr=deaf,locked=1", true, CX3_E_COMMAND, "are still shut"},
	{"livefish=0,key=7,hcr=shut,locked=1", true, CX3_E_COMMAND, "reads 0xbad0cafe"},
	{"livefish=0,key=7,tools-sem=stuck", false, CX3_E_OTHER_TOOL, "Another flash tool works"},
};

static void what_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		struct fixture b;
		int rc;

		fixture_must(&b, open_as(&b, r->options));
		rc = cx3_card_set_access(b.card, r->open, 7, &b.err);
		if (rc != (int)r->code || !strstr(said(&b.err), r->says))
			fail_msg("%s: %d, %s", r->options, rc, said(&b.err));
		assert_true(b.err.next[0]);
		if (strstr(r->options, "livefish=0") && !strstr(r->options, "hcr=held") &&
		    !strstr(r->options, "hcr=shut"))
			is_free(&b, REG_COMMAND_SEMAPHORE);
		end(&b);
	}
}

static bool at_once(void *user)
{
	(void)user;
	return true;
}

static void ends_when_asked_to(void **state)
{
	static const char *const options[] = {"hcr=busy", "hcr=hangs"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fixture b;
		char text[80];

		snprintf(text, sizeof(text), "livefish=0,key=7,%s", options[i]);
		fixture_must(&b, open_as(&b, text));
		cx3_card_set_cancelled(b.card, at_once, NULL);
		assert_int_equal(cx3_card_set_access(b.card, false, 0, &b.err), CX3_E_INTERRUPTED);
		is_free(&b, REG_COMMAND_SEMAPHORE);
		end(&b);
	}
}

/* Cards and adapters that lack one of the ways; nothing is tried out here, so nothing is used. */
static void needs_none_of_the_ways(void **state)
{
	static const char *const options[] = {"join=0", "read-after-write=0", "block-read=0",
					      "block-write=0", "long-messages=0"};

	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct fixture b;
		char text[80];

		snprintf(text, sizeof(text), "livefish=0,key=7,%s", options[i]);
		fixture_must(&b, open_as(&b, text));
		fixture_must(&b, cx3_card_set_access(b.card, false, 0, &b.err));
		fixture_must(&b, cx3_card_set_access(b.card, true, 7, &b.err));
		fixture_close(&b);
		fixture_free(&b);
	}
}

/* The look itself may be the message that fails: then it says nothing. */
static bool is_left_taken(struct fixture *b)
{
	uint32_t value = 0;
	struct cx3_regop op = {.reg = REG_COMMAND_SEMAPHORE, .words = &value, .count = 1};

	return cx3_card_run(b->card, &op, 1, CX3_ONCE, NULL, NULL) == CX3_OK && value != 0;
}

/* Each message fails once: done all the same, or an error; and nobody is kept out afterwards. */
static void any_message_may_fail(void **state)
{
	static const char *const faults[] = {"nack", "cut", "arb", "timeout"};
	unsigned done = 0;

	(void)state;
	for (unsigned i = 0; i < 4 * MESSAGES; i++) {
		bool open = i % 2;
		struct fixture b;
		char text[80];
		int rc;

		snprintf(text, sizeof(text), "livefish=0,key=7%s,%s=%u", open ? ",locked=1" : "",
			 faults[i / 2 % 4], 1 + i / 4);
		if (open_as(&b, text) == CX3_OK) {
			rc = cx3_card_set_access(b.card, open, 7, &b.err);
			done += rc == CX3_OK;
			assert_true(rc == CX3_OK ||
				    (b.err.code == (enum cx3_code)rc && b.err.cause[0]));
			if (rc == CX3_OK)
				assert_int_equal(
					cx3_card_identity(b.card)->state != CX3_CARD_LOCKED, open);
			if (is_left_taken(&b))
				fail_msg("%s: the semaphore is left taken (%d)", text, rc);
		}
		end(&b);
	}
	assert_true(done > 3 * MESSAGES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shut_and_opened),
		cmocka_unit_test(semaphores_are_given_back_first),
		cmocka_unit_test(opens_a_card_that_only_shows_its_id),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(ends_when_asked_to),
		cmocka_unit_test(needs_none_of_the_ways),
		cmocka_unit_test(any_message_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
