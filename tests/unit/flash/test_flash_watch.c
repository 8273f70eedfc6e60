/* SPDX-License-Identifier: BSD-2-Clause */
/* Is the tool alone at the gateway? What is seen of others, and what is not taken for them. */
#include "flash/flash.h"
#include "said.h"
#include "wrapped.h"

#define RUNNING "livefish=0,fw=1.2.3,clock=400k"

/* The kind card's registers, then those of `card`. */
static int watch(const char *card, struct fixture *b)
{
	fixture_make(b, BENCH_SIZE, 0x1000);
	fixture_must(b, fixture_flash(b, card, NULL));
	return cx3_flash_watch(b->flash, &b->err);
}

static void others_are_seen(void **state)
{
	static const struct {
		const char *card;
		int code;
		const char *words;
	} cases[] = {
		{RUNNING, CX3_OK, ""},
		{RUNNING ",fw-gateway=2300", CX3_E_GATEWAY, "uses them without asking"},
		{RUNNING ",fw-gateway=100", CX3_E_GATEWAY, "uses them without asking"},
		{RUNNING ",fw-gateway=100,address-echo=0", CX3_E_GATEWAY, "uses them without"},
		{RUNNING ",reset-every=2300", CX3_E_CHANGED, "The card is being reset"},
		{"livefish=1,livefish-link=0,self-reset=2", CX3_E_CHANGED, "is being reset"},
		/* no tool is alone in time: each takes the semaphore */
		{RUNNING ",sem=2/50", CX3_OK, ""},
		{RUNNING ",driver-reset=300", CX3_OK, ""},
		{RUNNING ",noise=20000,seed=7", CX3_OK, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture b;
		int rc = watch(cases[i].card, &b);

		if (rc != cases[i].code || (rc && !strstr(said(&b.err), cases[i].words)))
			fail_msg("%s: %d: %s", cases[i].card, rc, rc ? said(&b.err) : "");
		fixture_free(&b);
	}
}

/* In livefish nobody is there: not one message. */
static void nobody_in_livefish(void **state)
{
	struct cx3_traffic before;
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
	before = b.adapter->traffic;
	fixture_must(&b, cx3_flash_watch(b.flash, &b.err));
	assert_int_equal(b.adapter->traffic.messages, before.messages);
	fixture_free(&b);
}

/* Whose fault it was is asked only where it may have been theirs, and then told. */
static void who_is_blamed(void **state)
{
	static const struct {
		const char *card;
		int code, told;
	} cases[] = {
		{RUNNING, CX3_E_NOISE, CX3_E_NOISE},
		{RUNNING ",fw-gateway=100", CX3_E_NOISE, CX3_E_GATEWAY},
		{RUNNING ",fw-gateway=100", CX3_E_NO_IMAGE, CX3_E_GATEWAY},
		{RUNNING ",fw-gateway=2000", CX3_E_USAGE, CX3_E_USAGE},
		{RUNNING ",fw-gateway=100", CX3_OK, CX3_OK},
		{RUNNING ",fw-gateway=100", CX3_E_REFUSED, CX3_E_REFUSED},
		{RUNNING ",reset-every=2000", CX3_E_VERIFY, CX3_E_CHANGED},
		{"livefish=1", CX3_E_NO_IMAGE, CX3_E_NO_IMAGE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture b;
		int told;

		fixture_make(&b, BENCH_SIZE, 0x1000);
		fixture_must(&b, fixture_flash(&b, cases[i].card, NULL));
		cx3_fail(&b.err, CX3_E_NOISE, "here", "As it was.\nDo that.");
		told = cx3_flash_blame(b.flash, cases[i].code, &b.err);
		if (told != cases[i].told)
			fail_msg("%s: %d is told as %d", cases[i].card, cases[i].code, told);
		assert_int_equal(strcmp(b.err.cause, "As it was.") == 0, told == cases[i].code);
		fixture_free(&b);
	}
}

/* A wrong bit in an address changes whole words. That is the wires', and no firmware's. */
static void noise_is_not_others(void **state)
{
	unsigned opened = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 40; seed++) {
		char card[80];
		struct fixture b;

		snprintf(card, sizeof(card),
			 "livefish=%u,fw=1.2.3,clock=400k,noise=1000000,seed=%u", seed % 2, seed);
		fixture_make(&b, BENCH_SIZE, 0x1000);
		if (fixture_flash(&b, card, NULL) == CX3_OK) {
			opened++;
			cx3_fail(&b.err, CX3_E_NOISE, "here", "As it was.\nDo that.");
			assert_int_equal(cx3_flash_blame(b.flash, CX3_E_NOISE, &b.err),
					 CX3_E_NOISE);
		}
		fixture_free(&b);
	}
	assert_true(opened > 5);
}

/* What looks blank is not believed at once where a stream ended with another's address: the
 * firmware ends a held chip select, and what comes after that looks blank. */
static void blank_is_unsure(void **state)
{
	uint8_t *read = malloc(0x40000);
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, RUNNING ",fw-gateway=1500", NULL));
	assert_true(cx3_flash_blank_is_sure(b.flash));
	fixture_must(&b, cx3_flash_watch_if_odd(b.flash, &b.err));
	fixture_must(&b, cx3_flash_read(b.flash, 0, read, 0x40000, &b.err));
	assert_false(cx3_flash_blank_is_sure(b.flash));
	assert_int_equal(cx3_flash_watch_if_odd(b.flash, &b.err), CX3_E_GATEWAY);
	fixture_free(&b);
	free(read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_are_seen), cmocka_unit_test(nobody_in_livefish),
		cmocka_unit_test(who_is_blamed),   cmocka_unit_test(noise_is_not_others),
		cmocka_unit_test(blank_is_unsure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
