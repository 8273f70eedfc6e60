/* SPDX-License-Identifier: BSD-2-Clause */
/* How far a job is, and how long the rest will take. */
#include "meter.h"
#include "cx3flash/adapterops.h"

void cx3_meter_start(struct cx3_meter *meter, const struct cx3_watch *watch,
		     struct cx3_adapter *adapter, struct cx3_flash_cost total)
{
	*meter = (struct cx3_meter){.watch = watch, .adapter = adapter, .total = total};
	meter->start_us = adapter->ops->now_us(adapter);
}

/*
 * Time left: the model's time for what is left, scaled by how the time so far
 * compared with the model's. Erases take long and few bytes, so a rate in bytes
 * alone would mislead.
 */
static uint64_t time_left(const struct cx3_meter *meter, uint64_t elapsed_us)
{
	uint64_t left = meter->total.us - meter->done.us;

	if (meter->done.us == 0)
		return left;
	return (uint64_t)((double)left * (double)elapsed_us / (double)meter->done.us);
}

static void advance(struct cx3_meter *meter, struct cx3_flash_cost cost)
{
	meter->done.wire_bytes += cost.wire_bytes;
	meter->done.us += cost.us;
	if (meter->done.wire_bytes > meter->total.wire_bytes)
		meter->done.wire_bytes = meter->total.wire_bytes;
	if (meter->done.us > meter->total.us)
		meter->done.us = meter->total.us;
}

void cx3_meter_add(struct cx3_meter *meter, const char *phase, struct cx3_flash_cost cost,
		   uint32_t flash_bytes)
{
	const struct cx3_watch *watch = meter->watch;
	struct cx3_progress progress;

	advance(meter, cost);
	meter->flash_bytes += flash_bytes;
	if (!watch || !watch->progress)
		return;
	progress = (struct cx3_progress){
		.phase = phase,
		.done = meter->done.wire_bytes,
		.total = meter->total.wire_bytes,
		.flash_bytes = meter->flash_bytes,
		.elapsed_us = meter->adapter->ops->now_us(meter->adapter) - meter->start_us,
	};
	progress.left_us = time_left(meter, progress.elapsed_us);
	watch->progress(watch->user, &progress);
}

void cx3_meter_more(struct cx3_meter *meter, struct cx3_flash_cost more)
{
	meter->total.wire_bytes += more.wire_bytes;
	meter->total.us += more.us;
}

void cx3_meter_expect(struct cx3_meter *meter, struct cx3_flash_cost rest)
{
	meter->total.wire_bytes = meter->done.wire_bytes + rest.wire_bytes;
	meter->total.us = meter->done.us + rest.us;
}

bool cx3_watch_cancelled(const struct cx3_watch *watch)
{
	return watch && watch->cancelled && watch->cancelled(watch->user);
}

bool cx3_watch_wants(const struct cx3_watch *watch)
{
	return cx3_watch_cancelled(watch) ||
	       (watch && watch->pause_wanted && watch->pause_wanted(watch->user));
}
