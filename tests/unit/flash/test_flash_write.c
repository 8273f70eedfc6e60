/* SPDX-License-Identifier: BSD-2-Clause */
/* Erasing and programming do what was asked, hold the semaphore briefly, survive faults. */
#include "said.h"
#include "wrapped.h"

#define FUNCTIONAL "livefish=0,fw=2.42.5000"

static void pattern(uint8_t *buf, uint32_t len, uint32_t seed)
{
	for (uint32_t i = 0; i < len; i++)
		buf[i] = (uint8_t)(fixture_random(&seed) >> 13);
}

static void erases_what_was_asked(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x60000);
	fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
	fixture_must(&b, cx3_flash_erase(b.flash, 0x3000, CX3_FLASH_SECTOR, &b.err));
	fixture_must(&b, cx3_flash_erase(b.flash, 0x40000, CX3_FLASH_BLOCK, &b.err));
	memset(b.content + 0x3000, 0xff, 0x1000);
	memset(b.content + 0x40000, 0xff, 0x10000);
	fixture_must(&b, fixture_compare(&b, 0, b.content, BENCH_SIZE));
	assert_int_equal(cx3_flash_counts(b.flash)->erases, 2);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

static void no_sector_erase(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x60000);
	fixture_must(&b, fixture_flash(&b, "livefish=1,part=M25P16", NULL));
	assert_int_equal(cx3_flash_erase(b.flash, 0x3000, CX3_FLASH_SECTOR, &b.err), CX3_E_PART);
	fixture_must(&b, cx3_flash_erase(b.flash, 0x10000, CX3_FLASH_BLOCK, &b.err));
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* All kinds of addresses and lengths, with FF at the ends and in the middle, in
 * the streamed way, the plain way, and byte by byte. */
static void programs_any_shape(void **state)
{
	static const char *const cards[] = {"livefish=1", "livefish=1,stream=0,clock=1M",
					    "livefish=0,fw=1.2.3,part=SST25VF016B,clock=1M",
					    "livefish=1,max-write=16,max-read=8,clock=1M"};

	(void)state;
	for (size_t c = 0; c < sizeof(cards) / sizeof(cards[0]); c++) {
		struct fixture b;
		uint32_t seed = 99;

		fixture_make(&b, BENCH_SIZE, 0x1000);
		fixture_must(&b, fixture_flash(&b, cards[c], NULL));
		for (uint32_t page = 0x10000; page < 0x10000 + 24 * 256; page += 256) {
			uint32_t from = fixture_random(&seed) % 256;
			uint32_t len = fixture_random(&seed) % (257 - from);
			uint8_t *at = b.content + page + from;

			pattern(at, len, page);
			if (len > 20)
				memset(at, 0xff, len / 4);
			if (len > 60)
				memset(at + len - len / 5, 0xff, len / 5);
			if (len > 100)
				memset(at + 40, 0xff, 17);
			fixture_must(&b, cx3_flash_program(b.flash, page + from, at, len, &b.err));
		}
		fixture_must(&b, fixture_compare(&b, 0, b.content, 0x20000));
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

static void blank_costs_nothing(void **state)
{
	struct fixture b;
	uint8_t page[256];
	uint64_t before;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	memset(page, 0xff, sizeof(page));
	fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
	before = b.adapter->traffic.messages;
	fixture_must(&b, cx3_flash_program(b.flash, 0, page, sizeof(page), &b.err));
	fixture_must(&b, cx3_flash_program(b.flash, 0, page, 0, &b.err));
	assert_int_equal(b.adapter->traffic.messages, before);
	fixture_free(&b);
}

/* Bits only go from 1 to 0: the old signature's first word is zeroed without an erase. */
static void zeroes_in_place(void **state)
{
	static const uint8_t zero[4] = {0};
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, FUNCTIONAL, NULL));
	fixture_must(&b, cx3_flash_program(b.flash, 0, zero, 4, &b.err));
	memset(b.content, 0, 4);
	fixture_must(&b, fixture_compare(&b, 0, b.content, 0x1000));
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* The firmware uses the semaphore too; we never keep it for long. */
static void shares_the_semaphore(void **state)
{
	const struct cx3_flash_options how = {.max_hold_ms = 200};
	struct fixture b;
	uint64_t before;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x10000);
	fixture_must(&b, fixture_flash(&b, FUNCTIONAL ",sem=every:7", &how));
	wrap_reads(&b, 0xf03fc, 0, 0);
	fixture_must(&b, fixture_compare(&b, 0, b.content, 0x8000));
	fixture_must(&b, cx3_flash_erase(b.flash, 0x3000, CX3_FLASH_SECTOR, &b.err));
	memset(b.content + 0x3000, 0xff, 0x1000);
	cx3_flash_hold(b.flash);
	for (uint32_t at = 0x3000; at < 0x4000; at += 256) {
		pattern(b.content + at, 256, at);
		fixture_must(&b, cx3_flash_program(b.flash, at, b.content + at, 256, &b.err));
	}
	fixture_must(&b, fixture_compare(&b, 0x3000, b.content + 0x3000, 0x1000));
	fixture_must(&b, cx3_flash_let_go(b.flash, &b.err));
	/* 200 ms were asked for; what a hold begins and ends with comes on top. */
	assert_in_range(wrap.longest_hold_us, 100000, 206000);
	/* Free now: somebody else gets it at once. */
	before = b.adapter->ops->now_us(b.adapter);
	fixture_must(&b, cx3_card_lock(b.card, &b.err));
	assert_true(b.adapter->ops->now_us(b.adapter) - before < 20000);
	fixture_must(&b, cx3_card_unlock(b.card, &b.err));
	/* Closing lets go as well. */
	cx3_flash_hold(b.flash);
	fixture_must(&b, fixture_compare(&b, 0x2000, b.content + 0x2000, 0x3000));
	fixture_close(&b);
	fixture_must(&b, fixture_card(&b, FUNCTIONAL));
	fixture_must(&b, cx3_card_lock(b.card, &b.err));
	assert_false(cx3_card_identity(b.card)->semaphore_taken);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* An adapter that does not know its clock, or tells a wrong one: streams shrink
 * until a hold is as short as it should be. */
static void slow_clock(void **state)
{
	const struct cx3_flash_options how = {.max_hold_ms = 400};
	uint8_t read[0x1000];
	uint64_t before;
	uint32_t chunk;
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x10000);
	fixture_must(&b, fixture_flash(&b, FUNCTIONAL ",clock=10k", &how));
	b.adapter->clock_hz = 0;
	chunk = cx3_flash_read_chunk(b.flash);
	for (unsigned i = 0; i < 6; i++)
		fixture_must(&b, cx3_flash_read(b.flash, 0, read, sizeof(read), &b.err));
	assert_memory_equal(read, b.content, sizeof(read));
	assert_true(cx3_flash_read_chunk(b.flash) < chunk / 4);
	before = b.adapter->ops->now_us(b.adapter);
	fixture_must(&b, cx3_flash_read(b.flash, 0, read, cx3_flash_read_chunk(b.flash), &b.err));
	assert_true(b.adapter->ops->now_us(b.adapter) - before < 600000);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* An address register that does not read back: nothing is erased or programmed. */
static void wrong_echo(void **state)
{
	static const uint8_t zero[16] = {0};
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x10000);
	fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
	wrap_reads(&b, 0xf0404, 0x00010000, 1000);
	assert_int_equal(cx3_flash_erase(b.flash, 0, CX3_FLASH_SECTOR, &b.err), CX3_E_GATEWAY);
	assert_non_null(strstr(said(&b.err), "0xf0404"));
	assert_int_equal(cx3_flash_program(b.flash, 0, zero, 16, &b.err), CX3_E_GATEWAY);
	/* Once is noise. */
	wrap_reads(&b, 0xf0404, 0x00010000, 1);
	fixture_must(&b, cx3_flash_program(b.flash, 0x100, zero, 16, &b.err));
	memset(b.content + 0x100, 0, 16);
	fixture_must(&b, fixture_compare(&b, 0, b.content, 0x10000));
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* A protected area refuses: told as such, and WEL is not left set. */
static void protected_area(void **state)
{
	static const uint8_t zero[300] = {0};
	struct cx3_flash_status status = {.size = sizeof(status)};
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x10000);
	fixture_must(&b, fixture_flash(&b, "livefish=1,status=0x1c", NULL));
	assert_int_equal(cx3_flash_erase(b.flash, 0x3000, CX3_FLASH_SECTOR, &b.err),
			 CX3_E_PROTECTED);
	assert_int_equal(cx3_flash_program(b.flash, 0x3000, zero, 256, &b.err), CX3_E_PROTECTED);
	fixture_must(&b, cx3_flash_status(b.flash, &status, &b.err));
	assert_false(status.write_enabled);
	fixture_must(&b, fixture_compare(&b, 0, b.content, 0x10000));
	/* The model says that it was asked to. */
	fixture_close(&b);
	assert_non_null(strstr(b.violation, "protects"));
	fixture_free(&b);
}

/* S25FL-P stays busy after such a refusal, with a fail flag, until it is told that it was
 * seen: the next write is carried out all the same. */
static void fail_flags(void **state)
{
	static const uint8_t zero[256] = {0};
	struct cx3_flash_status status = {.size = sizeof(status)};
	struct fixture b;

	(void)state;
	fixture_make(&b, 4u << 20, 0x20000);
	fixture_must(&b, fixture_flash(&b, "livefish=1,part=S25FL032P,status=0x1c", NULL));
	assert_int_equal(cx3_flash_erase(b.flash, 0x10000, CX3_FLASH_BLOCK, &b.err),
			 CX3_E_PROTECTED);
	assert_int_equal(cx3_flash_program(b.flash, 0x3000, zero, 256, &b.err), CX3_E_PROTECTED);
	fixture_must(&b, cx3_flash_status(b.flash, &status, &b.err));
	assert_false(status.write_enabled);
	fixture_must(&b, fixture_compare(&b, 0, b.content, 0x20000));
	fixture_must(&b, cx3_flash_unprotect(b.flash, &b.err));
	fixture_must(&b, cx3_flash_program(b.flash, 0x3000, zero, 256, &b.err));
	memset(b.content + 0x3000, 0, 256);
	fixture_must(&b, fixture_compare(&b, 0, b.content, 0x20000));
	fixture_close(&b);
	assert_non_null(strstr(b.violation, "protects"));
	fixture_free(&b);
}

/* AT25DF and SST25VF come up protected: the first write lifts that by itself. */
static void power_on_protection(void **state)
{
	static const char *const parts[] = {"AT25DF161", "SST25VF016B"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct cx3_flash_status status = {.size = sizeof(status)};
		char options[64];
		struct fixture b;

		fixture_make(&b, BENCH_SIZE, 0x20000);
		snprintf(options, sizeof(options), "livefish=1,part=%s", parts[i]);
		fixture_must(&b, fixture_flash(&b, options, NULL));
		fixture_must(&b, cx3_flash_status(b.flash, &status, &b.err));
		assert_true(status.power_on_protection);
		assert_int_equal(status.protected_len, 0);
		fixture_must(&b, cx3_flash_erase(b.flash, 0x10000, CX3_FLASH_BLOCK, &b.err));
		memset(b.content + 0x10000, 0xff, 0x10000);
		fixture_must(&b, fixture_compare(&b, 0, b.content, 0x20000));
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

/* Streams that end in doubt: the gateway busy, chip select held, or another address
 * echoed. Once is noise; three times, and the plain way is kept. */
static void suspect_streams(void **state)
{
	static const struct {
		uint32_t reg, flip;
	} doubts[] = {{0xf0400, 1u << 30}, {0xf0400, 1u << 5}, {0xf0404, 0x1000}};

	(void)state;
	for (size_t i = 0; i < sizeof(doubts) / sizeof(doubts[0]); i++) {
		uint8_t read[0x800];
		struct fixture b;

		fixture_make(&b, BENCH_SIZE, 0x10000);
		fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
		for (unsigned n = 1; n <= 4; n++) {
			wrap_reads(&b, doubts[i].reg, doubts[i].flip, 1);
			wrap.skip = doubts[i].reg == 0xf0400; /* the head's echo goes before */
			fixture_must(&b,
				     cx3_flash_read(b.flash, 0x100, read, sizeof(read), &b.err));
			assert_memory_equal(read, b.content + 0x100, sizeof(read));
			assert_int_equal(cx3_flash_streams(b.flash), n < 3);
			memset(read, 0, sizeof(read));
		}
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

/* A program command that breaks: what is there already is looked at, and the page
 * sent again, unless a bit that must be 1 is 0 by now. */
static void broken_program(void **state)
{
	static const char *const cards[] = {"livefish=1", FUNCTIONAL, "livefish=1,stream=0",
					    "livefish=1,part=SST25VF016B"};
	uint8_t page[256];

	(void)state;
	pattern(page, sizeof(page), 4711);
	for (size_t c = 0; c < sizeof(cards) / sizeof(cards[0]); c++) {
		for (unsigned at = 1; at < 60; at += 3) {
			char options[100];
			struct fixture b;
			uint64_t sent;

			fixture_make(&b, BENCH_SIZE, 0x1000);
			fixture_must(&b, fixture_flash(&b, cards[c], NULL));
			/* The first write has more to say: not this one. */
			fixture_must(&b, cx3_flash_program(b.flash, 0x1ff00, page, 1, &b.err));
			sent = b.adapter->traffic.messages;
			fixture_close(&b);
			fixture_store(&b);
			fixture_forget_state(&b);
			snprintf(options, sizeof(options), "%s,%s=%llu", cards[c],
				 c == 1 ? "nack" : "cut", (unsigned long long)sent + at);
			fixture_must(&b, fixture_flash(&b, options, NULL));
			fixture_must(&b, cx3_flash_program(b.flash, 0x1ff00, page, 1, &b.err));
			fixture_must(&b, cx3_flash_program(b.flash, 0x10000, page, 256, &b.err));
			fixture_must(&b, fixture_compare(&b, 0x10000, page, 256));
			fixture_close(&b);
			fixture_no_violation(&b);
			fixture_free(&b);
		}
	}
}

/* The same where it was not blank: the broken command can't be told from what was
 * there, and only an erase helps. */
static void broken_program_over_data(void **state)
{
	uint8_t ones[256];
	struct fixture b;
	uint64_t sent;
	char options[64];

	(void)state;
	memset(ones, 0xfe, sizeof(ones));
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
	fixture_must(&b, cx3_flash_program(b.flash, 0x1ff00, ones, 1, &b.err));
	sent = b.adapter->traffic.messages;
	fixture_close(&b);
	fixture_store(&b);
	fixture_forget_state(&b);
	/* a block in the middle of the page */
	snprintf(options, sizeof(options), "livefish=1,cut=%llu", (unsigned long long)sent + 20);
	fixture_must(&b, fixture_flash(&b, options, NULL));
	fixture_must(&b, cx3_flash_program(b.flash, 0x1ff00, ones, 1, &b.err));
	assert_int_equal(cx3_flash_program(b.flash, 0x100, ones, 256, &b.err), CX3_E_VERIFY);
	assert_non_null(strstr(said(&b.err), "erases its sector"));
	fixture_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(erases_what_was_asked),
		cmocka_unit_test(no_sector_erase),
		cmocka_unit_test(programs_any_shape),
		cmocka_unit_test(blank_costs_nothing),
		cmocka_unit_test(zeroes_in_place),
		cmocka_unit_test(shares_the_semaphore),
		cmocka_unit_test(slow_clock),
		cmocka_unit_test(wrong_echo),
		cmocka_unit_test(protected_area),
		cmocka_unit_test(fail_flags),
		cmocka_unit_test(power_on_protection),
		cmocka_unit_test(suspect_streams),
		cmocka_unit_test(broken_program),
		cmocka_unit_test(broken_program_over_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
