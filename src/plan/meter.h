/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts a job's work in the planned cost of its steps, so that the bar never
 * passes its end, however often a step had to be tried again.
 */
#ifndef CX3_PLAN_METER_H
#define CX3_PLAN_METER_H

#include "cx3flash/flash.h"
#include "cx3flash/watch.h"

struct cx3_meter {
	const struct cx3_watch *watch; /* may be NULL */
	struct cx3_adapter *adapter;   /* its clock */
	uint64_t start_us;
	struct cx3_flash_cost done, total;
	uint64_t flash_bytes;
};

void cx3_meter_start(struct cx3_meter *meter, const struct cx3_watch *watch,
		     struct cx3_adapter *adapter, struct cx3_flash_cost total);

/* Work of `cost` that moved `flash_bytes` is done: tells the watcher. */
void cx3_meter_add(struct cx3_meter *meter, const char *phase, struct cx3_flash_cost cost,
		   uint32_t flash_bytes);

/* There is more to do than was expected. */
void cx3_meter_more(struct cx3_meter *meter, struct cx3_flash_cost more);

/* What is left turns out to cost `rest`. */
void cx3_meter_expect(struct cx3_meter *meter, struct cx3_flash_cost rest);

bool cx3_watch_cancelled(const struct cx3_watch *watch);
/* The user wants to stop, or to pause. */
bool cx3_watch_wants(const struct cx3_watch *watch);
/*
 * pause.c: if the process is to be stopped for a while, frees the semaphore, calls
 * `pause`, and looks at the card again. *paused becomes true then: what was read before
 * may not be true any more. CX3_E_CHANGED: another card answers. CX3_E_SEMAPHORE, or a
 * bus error.
 */
struct cx3_shadow;
int cx3_pause_if_wanted(struct cx3_shadow *shadow, const struct cx3_watch *watch, bool *paused,
			struct cx3_error *err);

#endif
