/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_PAGE_RUN_H
#define CX3_PAGE_RUN_H

/*
 * A run of pages on a simulated card: what is to be programmed, the run, and what lies on the
 * flash after it.
 */
#include "wrapped.h"

#define FIRST 0x40000u /* of the run; blank */
#define PAGES 12u
#define LEN (PAGES * CX3_FLASH_PAGE)
#define RUNNING "livefish=0,fw=2.42.5000,clock=400k"
/* --- A card on which two pages have shown that the bare head works --- */

/* No block begins with an opcode that writes: any page may be the bare head's trial. */
static inline void make_card(struct fixture *b, const char *card,
			     const struct cx3_flash_options *how)
{
	uint32_t seed = 4711;

	fixture_make(b, BENCH_SIZE, 0x20000);
	fixture_must(b, fixture_flash(b, card, how));
	cx3_flash_keep(b->flash);
	for (uint32_t i = 0; i < LEN + 2 * CX3_FLASH_PAGE; i++)
		b->content[FIRST + i] = i % 16 ? (uint8_t)(fixture_random(&seed) >> 9) : 0x5a;
}

static inline void make(struct fixture *b, const char *card, const struct cx3_flash_options *how)
{
	make_card(b, card, how);
	for (uint32_t at = FIRST + LEN; at < FIRST + LEN + 512; at += CX3_FLASH_PAGE)
		fixture_must(b, cx3_flash_program(b->flash, at, b->content + at, CX3_FLASH_PAGE,
						  &b->err));
}

static inline void finish(struct fixture *b)
{
	fixture_close(b);
	fixture_no_violation(b);
	fixture_free(b);
}

/* The whole flash holds what is expected: nothing went astray. */
static inline void compare(struct fixture *b)
{
	uint8_t *expected = malloc(BENCH_SIZE);

	memcpy(expected, b->content, BENCH_SIZE);
	fixture_close(b);
	fixture_reload(b);
	assert_memory_equal(b->content, expected, BENCH_SIZE);
	free(expected);
}

struct caller {
	uint32_t stop_at, told;
	unsigned calls;
	struct fixture *slow; /* takes its time */
};

static inline bool go_on(void *user, uint32_t done)
{
	struct caller *caller = user;

	assert_true(done > caller->told);
	caller->told = done;
	caller->calls++;
	if (caller->slow)
		caller->slow->adapter->ops->wait_us(caller->slow->adapter, 100000);
	return done < caller->stop_at;
}

static inline uint32_t run(struct fixture *b, uint32_t from, struct caller *caller)
{
	uint32_t done = 1;

	fixture_must(b, cx3_flash_program_pages(b->flash, FIRST + from, b->content + FIRST + from,
						LEN - from, go_on, caller, &done, &b->err));
	return done;
}

/* The rest as a job does it: one page alone, then a run again. */
static inline void run_to_the_end(struct fixture *b, uint32_t done)
{
	while (done < LEN) {
		struct caller caller = {.stop_at = LEN};
		uint32_t at = FIRST + done;

		fixture_must(b, cx3_flash_program(b->flash, at, b->content + at, CX3_FLASH_PAGE,
						  &b->err));
		done += CX3_FLASH_PAGE;
		if (done < LEN)
			done += run(b, done, &caller);
	}
}

#endif
