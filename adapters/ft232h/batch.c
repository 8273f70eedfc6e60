/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Batches of transfers: how much goes to the chip before its answers are looked at.
 *
 * MPSSE can't stop at a missing ACK: what is in its queue is clocked out. So
 * what may follow a transfer blindly is bounded in two ways.
 * - A command waits for what only writes in front of it, as cx3_adapter_must_wait() says.
 * - A write followed by a read, over and over, is how the card is read. Those are
 *   streamed: a missed command there only spoils what is read after it, and the
 *   error says from where on.
 * What was sent after a failed transfer is told as "unsure".
 *
 * A stall is not possible: the answers in flight never exceed what the chip has
 * room for, so its command processor never waits for the host. Two spans of half
 * that room alternate, so the wire does not wait for the host either.
 */

#include "ft232h_priv.h"

#include <string.h>

#define FLIGHTS 2u

struct span {
	size_t first, end; /* transfers */
	size_t answers;
	uint64_t busy_us;
};

struct window {
	const struct cx3_xfer *xfer;
	size_t n;
	size_t sent; /* transfers handed to the chip */
	struct span flight[FLIGHTS];
	unsigned count;
};

static struct mpsse_i2c_message write_message(const struct ft232h *f, const struct cx3_xfer *xfer)
{
	return (struct mpsse_i2c_message){(uint8_t)(f->base.addr << 1), xfer->wr, xfer->wr_len};
}

static struct mpsse_i2c_message read_message(const struct ft232h *f, const struct cx3_xfer *xfer)
{
	return (struct mpsse_i2c_message){(uint8_t)(f->base.addr << 1 | 1), NULL, xfer->rd_len};
}

static size_t transfer_answers(const struct ft232h *f, const struct cx3_xfer *xfer)
{
	struct mpsse_i2c_message wr = write_message(f, xfer);
	struct mpsse_i2c_message rd = read_message(f, xfer);

	return mpsse_i2c_message_answer(&f->i2c, &wr) +
	       (xfer->rd_len ? mpsse_i2c_message_answer(&f->i2c, &rd) : 0);
}

/* Bytes of commands, at most: without open drain each bit may take six, and the
 * pauses around START and STOP three for each of up to 200 commands. */
static size_t transfer_commands(const struct cx3_xfer *xfer)
{
	return 54u * (xfer->wr_len + xfer->rd_len + 2u) + 600u;
}

/* The transfers that can go out next as one span; span->end == span->first if
 * none may go before earlier answers have come. */
static struct span next_span(const struct ft232h *f, const struct window *w)
{
	size_t room = f->usb->answer_room - 24; /* the lines' state, and a reserve */
	size_t commands = 0;
	struct span span = {.first = w->sent, .end = w->sent, .answers = 1};

	for (unsigned i = 0; i < w->count; i++)
		room -= w->flight[i].answers;
	while (span.end < w->n) {
		const struct cx3_xfer *xfer = &w->xfer[span.end];
		size_t answers = transfer_answers(f, xfer);
		bool first = span.end == span.first;
		bool in_flight = w->count > 0 || !first;

		commands += transfer_commands(xfer);
		if (in_flight && cx3_adapter_must_wait(xfer))
			break;
		if (span.answers + answers > room || commands > mpsse_queue_room(&f->m))
			break;
		if (!first && span.answers + answers > f->usb->answer_room / FLIGHTS - 12)
			break;
		span.answers += answers;
		span.end++;
	}
	return span;
}

static void queue_transfer(struct ft232h *f, const struct cx3_xfer *xfer)
{
	struct mpsse_i2c_message wr = write_message(f, xfer);
	struct mpsse_i2c_message rd = read_message(f, xfer);
	struct cx3_traffic *traffic = &f->base.traffic;

	mpsse_i2c_start(&f->i2c);
	mpsse_i2c_message(&f->i2c, &wr);
	traffic->messages++;
	traffic->wire_bytes += wr.len + 1;
	if (xfer->rd_len) {
		mpsse_i2c_start(&f->i2c);
		mpsse_i2c_message(&f->i2c, &rd);
		traffic->messages++;
		traffic->wire_bytes += rd.len + 1;
	}
	mpsse_i2c_stop(&f->i2c);
}

static int send_span(struct ft232h *f, struct window *w, struct span span, struct cx3_error *err)
{
	uint64_t before = f->base.traffic.wire_bytes;

	for (size_t i = span.first; i < span.end; i++)
		queue_transfer(f, &w->xfer[i]);
	mpsse_get_pins(&f->m);
	/* Twice nine bits for each byte: the pauses are not counted one by one. */
	span.busy_us = (f->base.traffic.wire_bytes - before) * 18u * 1000000u / f->i2c.hz;
	w->flight[w->count++] = span;
	w->sent = span.end;
	return mpsse_send(&f->m, err);
}

static int tell_result(const struct ft232h *f, enum mpsse_i2c_result result, size_t transfer,
		       size_t n, const char *message, size_t where, struct cx3_error *err)
{
	const char *place = f->base.label;
	unsigned addr = f->base.addr;

	switch (result) {
	case MPSSE_I2C_OK:
		return CX3_OK;
	case MPSSE_I2C_NO_ACK:
		return cx3_fail(
			err, CX3_E_NO_ACK, place,
			"The lines are right, but nothing acknowledges address 0x%02x (%s of "
			"transfer %zu of %zu).\n"
			"See that the card has power, that SCL and SDA are not swapped and that "
			"the grounds are joined. The adapter's self test checks the wiring.",
			addr, message, transfer + 1, n);
	case MPSSE_I2C_NACK:
		return cx3_fail(
			err, CX3_E_NACK_DATA, place,
			"The card acknowledged its address 0x%02x but not byte %zu of the %s of "
			"transfer %zu of %zu: it is busy or the line is noisy.\n"
			"Try again, or with a lower clock= in the device name.",
			addr, where, message, transfer + 1, n);
	case MPSSE_I2C_DISTURBED:
		break;
	}
	return cx3_fail(
		err, CX3_E_ARBITRATION, place,
		"SDA was not what the adapter sent in byte %zu of the %s of transfer %zu of "
		"%zu: another master or noise is on the bus.\n"
		"Stop the other master, or use shorter wires and a lower clock= in the device "
		"name.",
		where, message, transfer + 1, n);
}

/* Judges the answers to one transfer; *answer moves past them. */
static int check_transfer(const struct ft232h *f, const struct window *w, size_t i,
			  const uint8_t **answer, struct cx3_error *err)
{
	const struct cx3_xfer *xfer = &w->xfer[i];
	struct mpsse_i2c_message wr = write_message(f, xfer);
	struct mpsse_i2c_message rd = read_message(f, xfer);
	enum mpsse_i2c_result result;
	size_t where;
	int rc;

	result = mpsse_i2c_message_check(&f->i2c, &wr, *answer, NULL, &where);
	rc = tell_result(f, result, i, w->n, "write", where, err);
	*answer += mpsse_i2c_message_answer(&f->i2c, &wr);
	if (rc != CX3_OK || !xfer->rd_len)
		return rc;
	result = mpsse_i2c_message_check(&f->i2c, &rd, *answer, xfer->rd, &where);
	rc = tell_result(f, result, i, w->n, "read", where, err);
	*answer += mpsse_i2c_message_answer(&f->i2c, &rd);
	return rc;
}

/*
 * Receives and judges the oldest span. If a line is low after its last STOP,
 * that is the cause to tell, and none of its transfers is believed: a line that
 * stays low looks like an ACK.
 */
static int receive_span(struct ft232h *f, struct window *w, struct cx3_progress_mark *mark,
			struct cx3_error *err)
{
	struct span span = w->flight[0];
	uint8_t answers[4096];
	const uint8_t *answer = answers;
	uint64_t busy = 0;
	int rc;

	for (unsigned i = 0; i < w->count; i++)
		busy += w->flight[i].busy_us;
	/* Nothing else for the chip to do meanwhile: the host waits for it. */
	if (w->count == 1)
		f->base.traffic.calls++;
	rc = mpsse_receive(&f->m, answers, span.answers, busy, err);
	w->count--;
	memmove(w->flight, w->flight + 1, w->count * sizeof(w->flight[0]));
	if (rc == CX3_OK)
		rc = ft232h_judge_lines(f, answers[span.answers - 1], err);
	for (size_t i = span.first; rc == CX3_OK && i < span.end; i++) {
		rc = check_transfer(f, w, i, &answer, err);
		if (rc == CX3_OK)
			mark->done = i + 1;
	}
	return rc;
}

static size_t half(size_t length, size_t least)
{
	length = length / 2 - length / 2 % 4; /* whole registers */
	return length > least ? length : least;
}

/* Nothing is on its way, and the next transfer's answers don't fit the chip: half of
 * the longer message may do. */
static int refuse_large(struct ft232h *f, const struct cx3_xfer *xfer, struct cx3_error *err)
{
	struct cx3_adapter *a = &f->base;

	if (xfer->rd_len > CX3_LEAST_READ)
		a->max_read = half(xfer->rd_len, CX3_LEAST_READ);
	else
		a->max_write = half(xfer->wr_len, CX3_LEAST_WRITE);
	return cx3_fail(err, CX3_E_TOO_LONG, a->label,
			"The chip has no room for the answers to a transfer of %u bytes out and %u "
			"in.\n"
			"Split it.",
			xfer->wr_len, xfer->rd_len);
}

int ft232h_transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	struct ft232h *f = (struct ft232h *)a;
	struct window w = {.xfer = xfer, .n = n};
	int rc = cx3_adapter_check_lengths(a, xfer, n, err);

	*mark = (struct cx3_progress_mark){0, 0};
	/* An earlier failure of the USB side may be over by now. */
	if (rc == CX3_OK && f->m.out_of_step)
		rc = ft232h_recover(f, err);
	while (rc == CX3_OK && (w.sent < n || w.count)) {
		struct span span = {0};

		if (w.count < FLIGHTS)
			span = next_span(f, &w);
		if (span.end > span.first)
			rc = send_span(f, &w, span, err);
		else if (w.count == 0)
			rc = refuse_large(f, &xfer[w.sent], err);
		else
			rc = receive_span(f, &w, mark, err);
	}
	if (rc != CX3_OK) {
		mark->unsure = w.sent - mark->done;
		/* Its own failure is told by the next transfer, if it stays. */
		if (w.sent)
			ft232h_recover(f, NULL);
	}
	f->base.traffic.usb_bytes = f->m.usb_bytes;
	return rc;
}
