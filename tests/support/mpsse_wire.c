/* SPDX-License-Identifier: BSD-2-Clause */
/* The two lines of an emulated I2C bus: levels, rise times, what happens when. */
#include "mpsse_wire.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void wire_init(struct wire *w, const struct mpsse_i2c_mode *mode, const struct wire_slave_ops *ops,
	       void *user)
{
	memset(w, 0, sizeof(*w));
	w->now_ns = 1000000; /* so that the bus has been free for long */
	w->mode = mode;
	w->ops = ops;
	w->user = user;
	/* UM10204's longest data valid time of the mode: the slowest slave. */
	w->answer_ns = mode->max_hz <= 100000 ? 3450 : mode->max_hz <= 400000 ? 900 : 450;
	w->slave_at = WIRE_NEVER;
	for (unsigned line = 0; line < WIRE_LINES; line++) {
		w->level[line] = true;
		w->rise_at[line] = WIRE_NEVER;
	}
}

void wire_violation(struct wire *w, const char *fmt, ...)
{
	va_list args;
	size_t len;

	if (w->counts.violations++)
		return;
	va_start(args, fmt);
	vsnprintf(w->counts.first, sizeof(w->counts.first) - 32, fmt, args);
	va_end(args);
	len = strlen(w->counts.first);
	snprintf(w->counts.first + len, sizeof(w->counts.first) - len, " (clock %llu)",
		 (unsigned long long)w->counts.clocks);
}

static void set_level(struct wire *w, unsigned line, bool level)
{
	if (w->level[line] == level)
		return;
	w->level[line] = level;
	if (line == WIRE_SCL)
		wire_slave_scl(w);
	else
		wire_slave_sda(w);
}

static bool pulled_low(const struct wire *w, unsigned line)
{
	if (w->drive[line] == WIRE_LOW || w->faults.stuck_low[line])
		return true;
	if (line != WIRE_SDA)
		return w->scl_until > 0;
	/* A foreign pull lasts through the whole clock, from SCL low to SCL low. */
	return w->slave_low || w->faults.hold_clocks > 0 ||
	       (w->faults.flip_sent_at &&
		w->faults.flip_sent_at == w->counts.clocks + !w->level[0]);
}

static void update_line(struct wire *w, unsigned line)
{
	bool low = pulled_low(w, line);

	if (low && w->drive[line] == WIRE_HIGH)
		wire_violation(w, "the master drives %s high against a low",
			       line == WIRE_SDA ? "SDA" : "SCL");
	if (low) {
		w->rise_at[line] = WIRE_NEVER;
		set_level(w, line, false);
	} else if (!w->level[line] && (w->drive[line] == WIRE_HIGH || !w->rise_ns[line])) {
		w->rise_at[line] = WIRE_NEVER;
		set_level(w, line, true);
	} else if (!w->level[line] && w->rise_at[line] == WIRE_NEVER) {
		w->rise_at[line] = w->now_ns + w->rise_ns[line];
	}
}

void wire_update(struct wire *w)
{
	update_line(w, WIRE_SCL);
	update_line(w, WIRE_SDA);
}

void wire_drive(struct wire *w, unsigned line, enum wire_drive drive)
{
	if (w->drive[line] == drive)
		return;
	w->drive[line] = drive;
	/* SCL moves SDA as well: the slave answers, a fault lets go. SDA does not move SCL. */
	if (line == WIRE_SCL)
		update_line(w, WIRE_SCL);
	update_line(w, WIRE_SDA);
}

/* The next thing that happens by itself, or WIRE_NEVER. */
static uint64_t next_event(const struct wire *w)
{
	uint64_t next = w->slave_at;

	if (w->scl_until && w->scl_until < next)
		next = w->scl_until;
	for (unsigned line = 0; line < WIRE_LINES; line++) {
		if (w->rise_at[line] < next)
			next = w->rise_at[line];
	}
	return next;
}

static void run_events(struct wire *w)
{
	for (unsigned line = 0; line < WIRE_LINES; line++) {
		if (w->rise_at[line] <= w->now_ns) {
			w->rise_at[line] = WIRE_NEVER;
			set_level(w, line, true);
		}
	}
	if (w->scl_until <= w->now_ns)
		w->scl_until = 0;
	if (w->slave_at <= w->now_ns) {
		w->slave_at = WIRE_NEVER;
		w->slave_low = w->slave_next;
	}
	wire_update(w);
}

void wire_advance(struct wire *w, uint64_t ns)
{
	uint64_t until = w->now_ns + ns;

	for (uint64_t next = next_event(w); next <= until; next = next_event(w)) {
		if (next > w->now_ns)
			w->now_ns = next;
		run_events(w);
	}
	w->now_ns = until;
}
