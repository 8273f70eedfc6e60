/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The slave behind the lines: edges in, SDA out. It measures the times of UM10204: one below
 * the minimum of its mode is a violation.
 */
#include "mpsse_wire.h"

static void check_time(struct wire *w, const char *what, uint64_t since, unsigned minimum)
{
	if (w->now_ns - since < minimum)
		wire_violation(w, "%s is %llu ns, below %u", what,
			       (unsigned long long)(w->now_ns - since), minimum);
}

/* The slave's SDA follows SCL's fall by its answer time. */
static void answer(struct wire *w, bool low)
{
	w->slave_next = low;
	w->slave_at = w->now_ns + w->answer_ns;
}

static void send_bit(struct wire *w)
{
	answer(w, !(w->shift & 0x80));
	w->shift = (uint8_t)(w->shift << 1);
}

/* Eight bits are in: the byte is taken, and SDA pulled low to acknowledge it. */
static void take_byte(struct wire *w)
{
	bool ack = false;

	w->counts.bytes++;
	w->void_message = false;
	if (w->counts.bytes == w->faults.nack_at) {
		w->phase = WIRE_DEAF;
	} else if (w->phase == WIRE_ADDRESS) {
		ack = w->ops->start(w->user, w->shift);
		if (!ack)
			w->phase = WIRE_DEAF;
		else
			w->phase = w->shift & 1 ? WIRE_SEND : WIRE_RECEIVE;
		w->master_acked = true;
	} else if (w->phase == WIRE_RECEIVE) {
		ack = w->ops->write(w->user, w->shift);
	}
	answer(w, ack);
}

/* The ninth clock is over: the next byte begins. */
static void next_byte(struct wire *w)
{
	uint64_t hold_ns = w->ops->holds ? w->ops->holds(w->user) : 0;

	w->bits = 0;
	w->scl_until = hold_ns ? w->now_ns + hold_ns : 0;
	answer(w, false);
	if (w->phase != WIRE_SEND)
		return;
	if (!w->master_acked) {
		w->ops->read_end(w->user);
		w->phase = WIRE_DEAF;
		return;
	}
	w->shift = w->ops->read(w->user);
	send_bit(w);
}

static void scl_rises(struct wire *w)
{
	bool sda = w->level[WIRE_SDA];

	w->counts.clocks++;
	check_time(w, "SCL low", w->last_fall, w->mode->low);
	check_time(w, "SDA set-up", w->last_sda, w->mode->su_dat);
	w->last_rise = w->now_ns;
	if (w->phase == WIRE_IDLE)
		return;
	w->bits++;
	if (w->bits == 9)
		w->master_acked = w->phase == WIRE_SEND && !sda;
	else if (w->phase != WIRE_SEND)
		w->shift = (uint8_t)(w->shift << 1 |
				     (sda != (w->counts.clocks == w->faults.flip_seen_at)));
}

static void scl_falls(struct wire *w)
{
	if (w->last_start > w->last_rise)
		check_time(w, "START hold", w->last_start, w->mode->hd_sta);
	else
		check_time(w, "SCL high", w->last_rise, w->mode->high);
	w->last_fall = w->now_ns;
	if (w->faults.hold_clocks)
		w->faults.hold_clocks--;
	if (w->phase == WIRE_IDLE || w->bits == 0)
		return;
	if (w->bits == 9) {
		next_byte(w);
	} else if (w->phase == WIRE_SEND) {
		if (w->bits == 8) {
			w->counts.bytes++;
			answer(w, false);
		} else {
			send_bit(w);
		}
	} else if (w->bits == 8) {
		take_byte(w);
	}
}

void wire_slave_scl(struct wire *w)
{
	if (w->level[WIRE_SCL])
		scl_rises(w);
	else
		scl_falls(w);
}

/* START and STOP belong after a whole byte with its ACK: then SCL has risen once
 * since, for the START or STOP itself. */
static void check_place(struct wire *w, const char *what)
{
	if (w->phase == WIRE_IDLE)
		return;
	if (w->bits == 9)
		wire_violation(w, "a %s where the ACK clock belongs", what);
	else if (w->bits != 1)
		wire_violation(w, "a %s after %u bits of a byte", what, w->bits);
	else if (w->void_message)
		wire_violation(w, "a %s right after a START", what);
	else if (w->phase == WIRE_SEND)
		wire_violation(w, "a %s after a byte that the master acknowledged", what);
}

static void on_start(struct wire *w)
{
	w->counts.starts++;
	check_place(w, "START");
	if (w->phase == WIRE_IDLE)
		check_time(w, "bus free time", w->last_stop, w->mode->buf);
	check_time(w, "START set-up", w->last_rise, w->mode->su_sta);
	w->last_start = w->now_ns;
	w->phase = WIRE_ADDRESS;
	w->bits = 0;
	w->void_message = true;
	answer(w, false);
}

static void on_stop(struct wire *w)
{
	if (w->phase == WIRE_IDLE)
		return;
	w->counts.stops++;
	check_place(w, "STOP");
	check_time(w, "STOP set-up", w->last_rise, w->mode->su_sto);
	w->last_stop = w->now_ns;
	w->phase = WIRE_IDLE;
	w->bits = 0;
	answer(w, false);
	w->ops->stop(w->user);
}

void wire_slave_sda(struct wire *w)
{
	w->last_sda = w->now_ns;
	if (!w->level[WIRE_SCL])
		return;
	if (w->level[WIRE_SDA])
		on_stop(w);
	else
		on_start(w);
}
