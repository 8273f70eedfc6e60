/* SPDX-License-Identifier: BSD-2-Clause */
/* Many pages in a run: what it costs, where it stops, and what one damaged message does to it. */
#include "page_run.h"

#define LIVEFISH "livefish=1,clock=400k"
/* What goes to 0xf0400 in a run. */
#define ASK_STATUS 0x40052215u
#define HEAD 0x4002202cu

/* --- One register write of many is damaged --- */

static struct {
	struct cx3_adapter_ops ops;
	uint32_t from, word; /* the write of this word to this register */
	uint32_t to, flip;   /* where it lands; what is xored into it */
	unsigned skip;	     /* the first ones are left alone */
	bool done;
} damage;

#define MOST_BATCH 64u

static void put_words(uint8_t bytes[8], uint32_t first, uint32_t second)
{
	for (unsigned b = 0; b < 4; b++) {
		bytes[b] = (uint8_t)(first >> (24 - 8 * b));
		bytes[4 + b] = (uint8_t)(second >> (24 - 8 * b));
	}
}

static int damaging(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	static struct cx3_xfer copy[MOST_BATCH];
	static uint8_t bytes[8];

	for (size_t i = 0; i < n && n <= MOST_BATCH && !damage.done; i++) {
		put_words(bytes, damage.from, damage.word);
		if (xfer[i].wr_len != 8 || memcmp(xfer[i].wr, bytes, 8) != 0)
			continue;
		if (damage.skip > 0) {
			damage.skip--;
			continue;
		}
		damage.done = true;
		put_words(bytes, damage.to, damage.word ^ damage.flip);
		memcpy(copy, xfer, n * sizeof(*xfer));
		copy[i].wr = bytes;
		xfer = copy;
	}
	return cx3_sim_ops.transfer(a, xfer, n, mark, err);
}

static void damage_write(struct fixture *b, uint32_t from, uint32_t word, uint32_t to,
			 uint32_t flip, unsigned skip)
{
	damage.ops = cx3_sim_ops;
	damage.ops.transfer = damaging;
	damage.from = from;
	damage.word = word;
	damage.to = to;
	damage.flip = flip;
	damage.skip = skip;
	damage.done = false;
	b->adapter->ops = &damage.ops;
}

/* 550 wire bytes and two calls a page. */
static void costs(void **state)
{
	static const char *const cards[] = {RUNNING, LIVEFISH};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct caller caller = {.stop_at = LEN};
		struct cx3_traffic before;
		struct fixture b;

		make(&b, cards[i], NULL);
		before = b.adapter->traffic;
		assert_int_equal(run(&b, 0, &caller), LEN);
		assert_int_equal(caller.calls, PAGES);
		assert_true(b.adapter->traffic.wire_bytes - before.wire_bytes <=
			    PAGES * UINT64_C(550) + 19);
		assert_true(b.adapter->traffic.calls - before.calls <= 2 * PAGES + 2);
		assert_int_equal(cx3_flash_counts(b.flash)->programs, PAGES + 2);
		compare(&b);
		finish(&b);
	}
}

/* FF at the ends of pages, blank pages, and ends that are no page's. */
static void any_shape(void **state)
{
	struct caller caller = {.stop_at = LEN};
	uint32_t done = 0;
	struct fixture b;

	(void)state;
	make(&b, RUNNING, NULL);
	memset(b.content + FIRST, 0xff, 100);
	memset(b.content + FIRST + 0x2d0, 0xff, 0x180);
	memset(b.content + FIRST + 0x600, 0xff, 0x200);
	memset(b.content + FIRST + LEN - 300, 0xff, 300);
	fixture_must(&b, cx3_flash_program_pages(b.flash, FIRST + 50, b.content + FIRST + 50,
						 LEN - 50, go_on, &caller, &done, &b.err));
	assert_int_equal(done, LEN - 50);
	compare(&b);
	finish(&b);
}

static void stops_when_told(void **state)
{
	struct caller caller = {.stop_at = 3 * CX3_FLASH_PAGE};
	struct fixture b;

	(void)state;
	make(&b, "livefish=0,fw=2.42.5000,clock=1M", NULL);
	assert_int_equal(run(&b, 0, &caller), 3 * CX3_FLASH_PAGE);
	memset(b.content + FIRST + 3 * CX3_FLASH_PAGE, 0xff, LEN - 3 * CX3_FLASH_PAGE);
	/* it is idle: an erase, at once, is taken */
	fixture_must(&b, cx3_flash_erase(b.flash, FIRST, CX3_FLASH_SECTOR, &b.err));
	memset(b.content + FIRST, 0xff, CX3_FLASH_SECTOR);
	compare(&b);
	finish(&b);
}

/* An address that was read back long ago is not used. */
static void old_addresses(void **state)
{
	struct fixture b;
	struct caller caller = {.stop_at = LEN, .slow = &b};
	uint64_t before;

	(void)state;
	make(&b, RUNNING, NULL);
	wrap_reads(&b, 0xf0404, 0, 0);
	wrap.counted_word = wrap.counted_mask = 0;
	before = wrap.writes;
	assert_int_equal(run(&b, 0, &caller), LEN);
	assert_int_equal(wrap.writes - before, 2 * PAGES - 1);
	compare(&b);
	finish(&b);
}

/* Nothing is sent where one of the ways is not known to work, or the semaphore is not kept. */
static void not_known_to_work(void **state)
{
	static const enum cx3_way needed[] = {CX3_WAY_BARE_HEAD,    CX3_WAY_COMMAND_ECHO,
					      CX3_WAY_ADDRESS_ECHO, CX3_WAY_BLOCK_READ,
					      CX3_WAY_STATUS_WORD,  CX3_WAY_NO_POLL};

	(void)state;
	for (size_t i = 0; i <= sizeof(needed) / sizeof(needed[0]); i++) {
		struct cx3_flash_options how = {.reading = CX3_READ_PROBE};
		struct caller caller = {.stop_at = LEN};
		struct fixture b;
		uint64_t messages;

		if (i < sizeof(needed) / sizeof(needed[0]))
			how.assume.of[needed[i]] = CX3_ASSUME_NO;
		make(&b, RUNNING, &how);
		if (i == sizeof(needed) / sizeof(needed[0]))
			fixture_must(&b, cx3_flash_let_go(b.flash, &b.err));
		messages = b.adapter->traffic.messages;
		assert_int_equal(run(&b, 0, &caller), 0);
		assert_int_equal(b.adapter->traffic.messages, messages);
		finish(&b);
	}
}

/* A flipped bit sends the status command to 0xf0404, after the address there was read back.
 * What is read for the status is then the last block's first word, here one that says idle. */
static void status_command_as_address(void **state)
{
	struct caller caller = {.stop_at = LEN};
	struct cx3_flash_doubt doubt;
	struct fixture b;
	uint32_t done;

	(void)state;
	make(&b, RUNNING, NULL);
	for (uint32_t end = CX3_FLASH_PAGE; end <= LEN; end += CX3_FLASH_PAGE)
		memset(b.content + FIRST + end - 16, 0, 8);
	damage_write(&b, 0xf0400, ASK_STATUS, 0xf0404, 0, 4);
	done = run(&b, 0, &caller);
	assert_true(damage.done);
	assert_int_equal(done, 4 * CX3_FLASH_PAGE);
	assert_false(cx3_flash_take_doubt(b.flash, &doubt));
	run_to_the_end(&b, done);
	compare(&b);
	finish(&b);
}

/* The head arrives with another opcode: no data follow, and the caller is told. */
static void damaged_head(void **state)
{
	struct caller caller = {.stop_at = LEN};
	struct cx3_flash_doubt doubt;
	struct fixture b;
	uint32_t done;

	(void)state;
	make(&b, RUNNING, NULL);
	damage_write(&b, 0xf0400, HEAD, 0xf0400, 1u << 19, 4);
	done = run(&b, 0, &caller);
	assert_true(damage.done);
	assert_int_equal(done, 4 * CX3_FLASH_PAGE);
	assert_true(cx3_flash_take_doubt(b.flash, &doubt));
	assert_int_equal(doubt.wrong, 1u << 19);
	assert_true(doubt.no_data);
	run_to_the_end(&b, done);
	compare(&b);
	/* the opcode is one that the model minds */
	fixture_free(&b);
}

/* The status says something else of the page before than that it is done: `flip` of a 0. */
static void other_status(uint32_t flip, uint32_t expected)
{
	struct caller caller = {.stop_at = LEN};
	struct fixture b;
	uint32_t done;

	make(&b, RUNNING, NULL);
	wrap_reads(&b, 0xf0410, flip, 1);
	wrap.skip = 5;
	done = run(&b, 0, &caller);
	assert_int_equal(wrap.times, 0);
	assert_int_equal(done, expected);
	run_to_the_end(&b, done);
	compare(&b);
	finish(&b);
}

static uint64_t time_of_run(struct fixture *b)
{
	uint64_t before = b->adapter->ops->now_us(b->adapter);
	struct caller caller = {.stop_at = LEN};

	assert_int_equal(run(b, 0, &caller), LEN);
	return b->adapter->ops->now_us(b->adapter) - before;
}

static void still_busy(void **state)
{
	struct fixture b;
	uint64_t usual_us, typical_us;

	(void)state;
	other_status(0x03030303, 5 * CX3_FLASH_PAGE);
	/* a flash that is late once is given more time from then on */
	make(&b, RUNNING, NULL);
	typical_us = cx3_flash_part(b.flash)->page_program_us;
	usual_us = time_of_run(&b);
	wrap_reads(&b, 0xf0410, 0x01010101, 1);
	assert_int_equal(run(&b, 0, &(struct caller){.stop_at = LEN}), 0);
	assert_true(time_of_run(&b) >= usual_us + (PAGES - 2) * typical_us / 4);
	finish(&b);
}

static void not_taken(void **state)
{
	(void)state;
	other_status(0x02020202, 4 * CX3_FLASH_PAGE);
}

static void noisy_status(void **state)
{
	(void)state;
	other_status(0x00000400, 4 * CX3_FLASH_PAGE);
}

/* The next address does not arrive: it is set again, in time. */
static void damaged_address(void **state)
{
	struct caller caller = {.stop_at = LEN};
	struct fixture b;

	(void)state;
	make(&b, RUNNING, NULL);
	damage_write(&b, 0xf0404, 0x04040500, 0xf0404, 1u << 12, 0);
	assert_int_equal(run(&b, 0, &caller), LEN);
	assert_true(damage.done);
	compare(&b);
	finish(&b);
}

/* Three in a row that do not go smoothly: each page is sent alone from then on. */
static void gives_up(void **state)
{
	struct caller caller = {.stop_at = LEN};
	struct fixture b;
	uint64_t messages;

	(void)state;
	make(&b, RUNNING, NULL);
	for (unsigned i = 0; i < 3; i++) {
		wrap_reads(&b, 0xf0400, 0x100, 1);
		assert_int_equal(run(&b, 0, &caller), 0);
		assert_int_equal(wrap.times, 0);
	}
	messages = b.adapter->traffic.messages;
	assert_int_equal(run(&b, 0, &caller), 0);
	assert_int_equal(b.adapter->traffic.messages, messages);
	finish(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(costs),
		cmocka_unit_test(any_shape),
		cmocka_unit_test(stops_when_told),
		cmocka_unit_test(old_addresses),
		cmocka_unit_test(not_known_to_work),
		cmocka_unit_test(status_command_as_address),
		cmocka_unit_test(damaged_head),
		cmocka_unit_test(still_busy),
		cmocka_unit_test(not_taken),
		cmocka_unit_test(noisy_status),
		cmocka_unit_test(damaged_address),
		cmocka_unit_test(gives_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
