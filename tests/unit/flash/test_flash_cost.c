/* SPDX-License-Identifier: BSD-2-Clause */
/* What operations cost on the wire, as told before and as counted after, and the
 * budgets that they must keep. */
#include "flash_fixture.h"

static void close_to(uint64_t told, uint64_t counted, const char *what, const char *options)
{
	uint64_t off = told > counted ? told - counted : counted - told;

	if (off * 50 > counted) /* 2 % */
		fail_msg("%s, %s: told %llu, counted %llu", options, what, (unsigned long long)told,
			 (unsigned long long)counted);
}

struct before {
	uint64_t wire_bytes, us;
};

static struct before now(const struct fixture *b)
{
	return (struct before){b->adapter->traffic.wire_bytes, b->adapter->ops->now_us(b->adapter)};
}

static void check(const struct fixture *b, struct before before, struct cx3_flash_cost cost,
		  const char *what, const char *options)
{
	close_to(cost.wire_bytes, b->adapter->traffic.wire_bytes - before.wire_bytes, what,
		 options);
	close_to(cost.us, b->adapter->ops->now_us(b->adapter) - before.us, what, options);
}

static void told_and_counted(void **state)
{
	static const char *const cards[] = {
		"livefish=1",
		"livefish=0,fw=1.2.3",
		"livefish=1,clock=400k",
		"livefish=0,fw=1.2.3,clock=400k",
		"livefish=1,stream=0",
		"livefish=0,fw=1.2.3,stream=0,clock=400k",
		"livefish=1,part=W25Q16",
		"livefish=1,part=SST25VF016B",
		"livefish=0,fw=1.2.3,part=SST25VF016B",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		struct fixture b;
		uint8_t *buf = malloc(0x40000);
		bool sectors;
		uint32_t size;
		struct before before;

		fixture_make(&b, BENCH_SIZE, 0x40000);
		fixture_must(&b, fixture_flash(&b, cards[i], NULL));
		sectors = cx3_flash_part(b.flash)->sector_erase;
		size = sectors ? CX3_FLASH_SECTOR : CX3_FLASH_BLOCK;
		before = now(&b);
		fixture_must(&b, cx3_flash_read(b.flash, 0, buf, 0x40000, &b.err));
		check(&b, before, cx3_flash_read_cost(b.flash, 0x40000), "read", cards[i]);
		before = now(&b);
		fixture_must(&b, cx3_flash_read(b.flash, 0x100, buf, 0x100, &b.err));
		check(&b, before, cx3_flash_read_cost(b.flash, 0x100), "short read", cards[i]);
		/* The first write has extra work, and the first two pages are read back at once
		 * (page.c): not counted. */
		memset(buf, 0x5a, 512);
		for (uint32_t at = 0; at < 512; at += 256)
			fixture_must(&b,
				     cx3_flash_program(b.flash, 0x50000 + at, buf, 256, &b.err));
		fixture_must(&b, cx3_flash_erase(b.flash, 0x10000, size, &b.err));
		before = now(&b);
		fixture_must(&b, cx3_flash_erase(b.flash, 0x20000, size, &b.err));
		check(&b, before, cx3_flash_erase_cost(b.flash, size), "erase", cards[i]);
		before = now(&b);
		memset(buf, 0x5a, 256);
		fixture_must(&b, cx3_flash_program(b.flash, 0x20000, buf, 256, &b.err));
		check(&b, before, cx3_flash_program_cost(b.flash, 256), "page", cards[i]);
		before = now(&b);
		fixture_must(&b, cx3_flash_program(b.flash, 0x20100, buf, 48, &b.err));
		check(&b, before, cx3_flash_program_cost(b.flash, 48), "part of a page", cards[i]);
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
		free(buf);
	}
}

/* A page and its read back within 4.2 wire bytes a byte, a backup within 2.1. */
static void budgets(void **state)
{
	static const char *const cards[] = {"livefish=1", "livefish=0,fw=1.2.3"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fixture b;
		uint8_t *buf = malloc(BENCH_SIZE);
		uint64_t wire, calls;

		fixture_make(&b, BENCH_SIZE, BENCH_SIZE);
		fixture_must(&b, fixture_flash(&b, cards[i], NULL));
		calls = b.adapter->traffic.calls;
		fixture_must(&b, cx3_flash_read(b.flash, 0, buf, BENCH_SIZE, &b.err));
		assert_memory_equal(buf, b.content, BENCH_SIZE);
		/* All in: from the first message of the first open. */
		assert_true(b.adapter->traffic.wire_bytes * 10 < BENCH_SIZE * 21ull);
		calls = b.adapter->traffic.calls - calls;
		/* 3 messages for 16 bytes and 42 in a call: 224 bytes a call is the most that
		 * can be. The check of each stream's end is a call of its own; on a functional
		 * card the semaphore wants its own calls as well, three for each hold. */
		assert_true(calls * (i == 0 ? 211 : 163) < BENCH_SIZE);
		for (uint32_t at = 0; at < 0x10000; at += CX3_FLASH_BLOCK / 16)
			fixture_must(&b, cx3_flash_erase(b.flash, at, CX3_FLASH_SECTOR, &b.err));
		/* the first two pages are trials; no block of them begins with an opcode */
		for (uint32_t at = 0; at < 2 * CX3_FLASH_PAGE; at += 16)
			buf[at] = 0x5a;
		for (uint32_t at = 0; at < 2 * CX3_FLASH_PAGE; at += CX3_FLASH_PAGE)
			fixture_must(&b, cx3_flash_program(b.flash, at, buf + at, 256, &b.err));
		wire = b.adapter->traffic.wire_bytes;
		cx3_flash_hold(b.flash);
		for (uint32_t at = 0; at < 0x10000; at += CX3_FLASH_PAGE)
			fixture_must(&b, cx3_flash_program(b.flash, at, buf + at, 256, &b.err));
		fixture_must(&b, cx3_flash_let_go(b.flash, &b.err));
		/* The read back of a page's opcode and address costs 19 bytes of it. */
		assert_true((b.adapter->traffic.wire_bytes - wire) * 100 < 0x10000 * 215ull);
		fixture_must(&b, fixture_compare(&b, 0, buf, 0x10000));
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
		free(buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(told_and_counted),
		cmocka_unit_test(budgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
