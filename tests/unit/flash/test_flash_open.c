/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening: each part, no part, leftovers of an earlier run, the probe of the ways. */
#include "said.h"
#include "wrapped.h"

static void every_part(void **state)
{
	size_t count;
	const struct cx3_flash_part *parts = cx3_flash_parts(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct fixture b;
		char options[64];
		uint8_t page[64];

		fixture_make(&b, parts[i].size, 0x1000);
		snprintf(options, sizeof(options), "livefish=1,part=%s", parts[i].name);
		fixture_must(&b, fixture_flash(&b, options, NULL));
		assert_ptr_equal(cx3_flash_part(b.flash), &parts[i]);
		assert_ptr_equal(cx3_flash_card(b.flash), b.card);
		assert_true(cx3_flash_streams(b.flash));
		fixture_must(&b, cx3_flash_read(b.flash, parts[i].size - 64, page, 64, &b.err));
		assert_memory_equal(page, b.content + parts[i].size - 64, 64);
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

static void ways(void **state)
{
	static const struct {
		const char *options;
		uint32_t filled;
		enum cx3_flash_reading reading;
		bool streamed;
		const char *why;
	} cases[] = {
		{"livefish=1", 0x1000, CX3_READ_PROBE, true, "same 128 bytes at 0x0"},
		{"livefish=0,fw=1.2.3", 0x1000, CX3_READ_PROBE, true, "same 128 bytes"},
		{"livefish=1", 0x1000, CX3_READ_PLAIN, false, "asked for"},
		{"livefish=1", 0, CX3_READ_PROBE, false, "nothing has shown it"},
		{"livefish=1,stream=0", 0x1000, CX3_READ_PROBE, false, "did not read what"},
		{"livefish=1,slow-gw=1500", 0x1000, CX3_READ_PROBE, false, "did not read what"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cx3_flash_options how = {.reading = cases[i].reading};
		uint8_t read[1000];
		struct fixture b;

		fixture_make(&b, BENCH_SIZE, cases[i].filled);
		fixture_must(&b, fixture_flash(&b, cases[i].options, &how));
		if (cx3_flash_streams(b.flash) != cases[i].streamed ||
		    !strstr(cx3_flash_ways(b.flash)[CX3_WAY_HELD_READ].why, cases[i].why))
			fail_msg("%s: %s", cases[i].options,
				 cx3_flash_ways(b.flash)[CX3_WAY_HELD_READ].why);
		/* and either way reads right */
		fixture_must(&b, cx3_flash_read(b.flash, 0xd03, read, sizeof(read), &b.err));
		assert_memory_equal(read, b.content + 0xd03, sizeof(read));
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

/* Blank where images start: the first data that can prove the way decides. */
static void proven_later(void **state)
{
	struct fixture b;
	uint8_t read[0x400];

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	memmove(b.content + 0x5000, b.content, 0x1000);
	memset(b.content, 0xff, 0x1000);
	fixture_store(&b);
	fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
	fixture_must(&b, cx3_flash_read(b.flash, 0x3000, read, sizeof(read), &b.err));
	assert_false(cx3_flash_streams(b.flash));
	fixture_must(&b, cx3_flash_read(b.flash, 0x5000, read, sizeof(read), &b.err));
	assert_true(cx3_flash_streams(b.flash));
	assert_memory_equal(read, b.content + 0x5000, sizeof(read));
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* An image at a later place proves as well as one at 0. */
static void proven_at_a_later_start(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	memmove(b.content + 0x80000, b.content, 0x1000);
	memset(b.content, 0xff, 0x1000);
	fixture_store(&b);
	fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
	assert_true(cx3_flash_streams(b.flash));
	assert_non_null(strstr(cx3_flash_ways(b.flash)[CX3_WAY_HELD_READ].why, "0x80000"));
	fixture_free(&b);
}

static void semaphore_stuck(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	assert_int_equal(fixture_flash(&b, "livefish=1,sem=stuck", NULL), CX3_E_SEMAPHORE);
	assert_null(b.flash);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_forget_state(&b);
	assert_int_equal(fixture_flash(&b, "livefish=0,fw=1.2.3,sem=stuck", NULL), CX3_E_SEMAPHORE);
	fixture_free(&b);
}

static void gateway_stuck(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	for (unsigned n = 1; n < 12; n++) {
		char options[64];

		snprintf(options, sizeof(options), "livefish=1,gateway-stuck=%u", n);
		assert_int_equal(fixture_flash(&b, options, NULL), CX3_E_GATEWAY);
		assert_non_null(strstr(said(&b.err), "power off and on"));
		fixture_close(&b);
		/* status and id are waited for; of a group, it shows at its end */
		if (n <= 3)
			fixture_no_violation(&b);
		fixture_forget_state(&b);
	}
	fixture_free(&b);
}

/* Opens with the data register answering `word` so many times. */
static int open_with_answer(struct fixture *b, const char *options, uint32_t word, unsigned skip,
			    unsigned times)
{
	fixture_must(b, fixture_card(b, options));
	wrap_reads(b, 0xf0410, word, times);
	wrap.force = true;
	wrap.skip = skip;
	return cx3_flash_open(b->card, NULL, &b->flash, &b->err);
}

static void no_flash(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	assert_int_equal(open_with_answer(&b, "livefish=1", 0xffffffff, 2, 1000), CX3_E_NO_FLASH);
	/* The flash answers with the flash-not-present jumper on, so nobody needs to take it off.
	 */
	assert_non_null(strstr(said(&b.err), "jumper may stay on"));
	assert_null(strstr(said(&b.err), "off with"));
	assert_null(strstr(said(&b.err), "jumper off"));
	fixture_close(&b);
	assert_int_equal(open_with_answer(&b, "livefish=1", 0, 2, 1000), CX3_E_NO_FLASH);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

static void unknown_part(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	/* the registers' proof and the status first, then the id twice */
	assert_int_equal(open_with_answer(&b, "livefish=1", 0x20201800, 3, 2), CX3_E_UNKNOWN_PART);
	assert_non_null(strstr(said(&b.err), "20 20 18"));
	assert_null(b.flash);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* An M25P of the time before JEDEC ids. */
static void old_id(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, "livefish=1,part=M25P16,old-id=1", NULL));
	assert_string_equal(cx3_flash_part(b.flash)->name, "M25P16");
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* In deep power-down these answer the old id alone, and answer it as an M25P16 does. */
static void deep_power_down(void **state)
{
	static const char *const parts[] = {"W25Q16", "MX25L1606E", "M25P16"};
	struct fixture b;
	char options[64];

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		fixture_make(&b, BENCH_SIZE, 0x1000);
		snprintf(options, sizeof(options), "livefish=1,asleep=1,part=%s", parts[i]);
		fixture_must(&b, fixture_flash(&b, options, NULL));
		assert_string_equal(cx3_flash_part(b.flash)->name, parts[i]);
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

static void noisy_id(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	/* one wrong answer is read again */
	fixture_must(&b, open_with_answer(&b, "livefish=1", 0x20711400, 3, 1));
	assert_string_equal(cx3_flash_part(b.flash)->name, "M25PX16");
	fixture_free(&b);
}

/* An erase that an earlier run has begun, and WEL that another has left set. */
static void left_overs(void **state)
{
	static const uint32_t erase[] = {0x40002000u | 0x06u << 16 | 4,
					 0x40002000u | 0x20u << 16 | 12};
	struct cx3_flash_status status = {.size = sizeof(status)};
	struct fixture b;

	(void)state;
	for (size_t commands = 1; commands <= 2; commands++) {
		fixture_make(&b, BENCH_SIZE, 0x10000);
		fixture_must(&b, fixture_card(&b, "livefish=1"));
		fixture_must(&b, cx3_card_lock(b.card, &b.err));
		fixture_must(&b, cx3_card_write(b.card, 0xf0404, 0x8000, &b.err));
		for (size_t i = 0; i < commands; i++)
			fixture_must(&b, cx3_card_write(b.card, 0xf0400, erase[i], &b.err));
		fixture_must(&b, cx3_card_unlock(b.card, &b.err));
		fixture_must(&b, cx3_flash_open(b.card, NULL, &b.flash, &b.err));
		fixture_must(&b, cx3_flash_status(b.flash, &status, &b.err));
		assert_false(status.write_enabled || status.write_in_progress);
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

static void out_of_range(void **state)
{
	struct fixture b;
	uint8_t byte;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
	assert_int_equal(cx3_flash_read(b.flash, BENCH_SIZE, &byte, 1, &b.err), CX3_E_INTERNAL);
	assert_int_equal(cx3_flash_read(b.flash, 0xfffffff0, &byte, 0x20, &b.err), CX3_E_INTERNAL);
	assert_int_equal(cx3_flash_read(b.flash, BENCH_SIZE, &byte, 0, &b.err), CX3_OK);
	cx3_flash_close(NULL);
	fixture_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part),	   cmocka_unit_test(ways),
		cmocka_unit_test(proven_later),	   cmocka_unit_test(proven_at_a_later_start),
		cmocka_unit_test(semaphore_stuck), cmocka_unit_test(gateway_stuck),
		cmocka_unit_test(out_of_range),	   cmocka_unit_test(no_flash),
		cmocka_unit_test(unknown_part),	   cmocka_unit_test(old_id),
		cmocka_unit_test(deep_power_down), cmocka_unit_test(noisy_id),
		cmocka_unit_test(left_overs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
