/* SPDX-License-Identifier: BSD-2-Clause */
/* The same bytes of a card's flash, read in each way: which of them work, and how fast. */
#ifndef CX3FLASH_READINGS_H
#define CX3FLASH_READINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "cx3flash/flash.h"
#include "cx3flash/watch.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* From the best that this card is known to do down to the least that any card must do. */
enum cx3_reading_way {
	CX3_READING_BEST,   /* as all commands read */
	CX3_READING_GROUPS, /* no held chip select; commands in groups, judged afterwards */
	CX3_READING_ALONE   /* each command is waited for */
};
#define CX3_READINGS 3u

struct cx3_reading {
	const char *name;   /* "best", "groups", "alone": stable, for programs */
	enum cx3_code code; /* what has ended it; CX3_OK: nothing has */
	uint32_t bytes;	    /* read, from address 0 on */
	uint32_t differing; /* of these, from the first way that came through */
	uint64_t us;	    /* that took so long, of the adapter's time */
	uint64_t calls, wire_bytes;
	uint64_t repeats; /* reads that had to be done again */
};

/*
 * Reads up to `bytes` (at most 1 MiB) of `flash` in each way, the slower ones a quarter of it:
 * with a flash of its own on the same card, opened with `options` and what makes the faster ways
 * assumed not to work. A way that fails is told in its row and ends none of the others.
 * `watch` and `options` may be NULL. CX3_E_NO_MEMORY; CX3_E_USAGE (options->size); CX3_E_GONE and
 * CX3_E_INTERRUPTED end it.
 */
int cx3_try_readings(struct cx3_flash *flash, const struct cx3_flash_options *options,
		     const struct cx3_watch *watch, uint32_t bytes,
		     struct cx3_reading out[CX3_READINGS], struct cx3_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
