/* SPDX-License-Identifier: BSD-2-Clause */
/* The queue of MPSSE commands: appended, sent, answered, brought back into step. */
#include "mpsse.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	CMD_OUT_BYTES = 0x11,	 /* out on the falling edge, MSB first */
	CMD_IN_OUT_BYTES = 0x31, /* and in on the rising edge */
	CMD_IN_OUT_BITS = 0x33,
	CMD_SET_LOW = 0x80,
	CMD_GET_LOW = 0x81,
	CMD_SEND_NOW = 0x87,
	ANSWER_BAD_COMMAND = 0xfa
};

/* USB, the host's scheduler and a loaded hub may each take their time; a chip
 * that is silent for longer than this has stopped. */
#define STALL_US 1000000u

int mpsse_init(struct mpsse *m, const struct mpsse_usb *usb, struct cx3_error *err)
{
	memset(m, 0, sizeof(*m));
	m->usb = usb;
	m->queue = malloc(MPSSE_QUEUE_SIZE);
	if (!m->queue)
		return cx3_fail(err, CX3_E_NO_MEMORY, usb->place,
				"There is no memory for the %u bytes of the command queue.\n"
				"Close other programs and try again.",
				MPSSE_QUEUE_SIZE);
	return CX3_OK;
}

void mpsse_free(struct mpsse *m)
{
	free(m->queue);
	m->queue = NULL;
}

/* One byte is kept for the "send now" at the end. */
size_t mpsse_queue_room(const struct mpsse *m)
{
	return MPSSE_QUEUE_SIZE - 1 - m->queued;
}

/* The first failure is the one to tell: what follows is its consequence. */
static int stick(struct mpsse *m, const struct cx3_error *failure, struct cx3_error *err)
{
	if (m->failure.code == CX3_OK)
		m->failure = *failure;
	m->out_of_step = true;
	if (err)
		*err = m->failure;
	return m->failure.code;
}

void mpsse_put(struct mpsse *m, const uint8_t *command, size_t len, size_t answers)
{
	if (m->failure.code != CX3_OK)
		return;
	if (len > mpsse_queue_room(m)) {
		cx3_fail(&m->failure, CX3_E_INTERNAL, m->usb->place,
			 "%zu bytes of commands do not fit the queue with %zu in it.\n"
			 "Report this as a bug.",
			 len, m->queued);
		return;
	}
	memcpy(m->queue + m->queued, command, len);
	m->queued += len;
	m->queued_answers += answers;
}

void mpsse_set_pins(struct mpsse *m, uint8_t level, uint8_t direction)
{
	mpsse_put(m, (const uint8_t[]){CMD_SET_LOW, level, direction}, 3, 0);
}

void mpsse_get_pins(struct mpsse *m)
{
	mpsse_put(m, (const uint8_t[]){CMD_GET_LOW}, 1, 1);
}

/* Lengths go over the wire less one: 0 means 1. */
void mpsse_clock_bits(struct mpsse *m, const uint8_t *out, size_t bits)
{
	size_t bytes = bits / 8;
	uint8_t rest = (uint8_t)(bits % 8);

	assert(bytes <= 65536);
	if (bytes) {
		uint16_t field = (uint16_t)(bytes - 1);

		mpsse_put(
			m,
			(const uint8_t[]){CMD_IN_OUT_BYTES, (uint8_t)field, (uint8_t)(field >> 8)},
			3, 0);
		mpsse_put(m, out, bytes, bytes);
	}
	if (rest)
		mpsse_put(m, (const uint8_t[]){CMD_IN_OUT_BITS, (uint8_t)(rest - 1), out[bytes]}, 3,
			  1);
}

size_t mpsse_bits_answer(size_t bits)
{
	return (bits + 7) / 8;
}

void mpsse_clock_ones(struct mpsse *m, size_t len)
{
	static const uint8_t ones[16] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	uint16_t field = (uint16_t)(len - 1);

	assert(len >= 1 && len <= 65536);
	mpsse_put(m, (const uint8_t[]){CMD_OUT_BYTES, (uint8_t)field, (uint8_t)(field >> 8)}, 3, 0);
	for (; len > sizeof(ones); len -= sizeof(ones))
		mpsse_put(m, ones, sizeof(ones), 0);
	mpsse_put(m, ones, len, 0);
}

int mpsse_send(struct mpsse *m, struct cx3_error *err)
{
	struct cx3_error failure;
	size_t len = m->queued;

	if (m->failure.code == CX3_OK && len) {
		m->queue[len++] = CMD_SEND_NOW;
		m->awaited += m->queued_answers;
		m->usb_bytes += len;
		if (m->usb->write(m->usb->user, m->queue, len, &failure) != CX3_OK)
			stick(m, &failure, NULL);
	}
	m->queued = 0;
	m->queued_answers = 0;
	return m->failure.code == CX3_OK ? CX3_OK : stick(m, &m->failure, err);
}

int mpsse_receive(struct mpsse *m, uint8_t *answer, size_t len, uint64_t busy_us,
		  struct cx3_error *err)
{
	const struct mpsse_usb *usb = m->usb;
	uint64_t last = usb->now_us(usb->user) + busy_us;
	struct cx3_error failure;
	size_t have = 0;
	size_t got;

	assert(len <= m->awaited || m->failure.code != CX3_OK);
	if (m->failure.code != CX3_OK)
		return stick(m, &m->failure, err);
	while (have < len) {
		if (usb->read(usb->user, answer + have, len - have, &got, &failure) != CX3_OK)
			return stick(m, &failure, err);
		have += got;
		m->usb_bytes += got;
		if (got && usb->now_us(usb->user) > last)
			last = usb->now_us(usb->user);
		if (!got && usb->now_us(usb->user) > last + STALL_US) {
			cx3_fail(&failure, CX3_E_TIMEOUT, usb->place,
				 "The board answered %zu of %zu bytes, then went silent for a "
				 "second.\n"
				 "Unplug it, plug it in again and start anew.",
				 have, len);
			return stick(m, &failure, err);
		}
	}
	m->awaited -= len;
	return CX3_OK;
}

int mpsse_flush(struct mpsse *m, uint8_t *answer, size_t len, struct cx3_error *err)
{
	int rc = mpsse_send(m, err);

	if (rc != CX3_OK)
		return rc;
	assert(len == m->awaited);
	return mpsse_receive(m, answer, len, 0, err);
}

static int ask_bad_command(struct mpsse *m, uint8_t command, struct cx3_error *err)
{
	uint8_t answer[2] = {0, 0};
	int rc;

	mpsse_put(m, &command, 1, 2);
	rc = mpsse_flush(m, answer, 2, err);
	if (rc == CX3_OK && (answer[0] != ANSWER_BAD_COMMAND || answer[1] != command)) {
		struct cx3_error failure;

		cx3_fail(&failure, CX3_E_IO, m->usb->place,
			 "The chip answered %02x %02x where its command processor says fa %02x.\n"
			 "Unplug the board, plug it in again, and make sure that no other program "
			 "uses it.",
			 answer[0], answer[1], command);
		return stick(m, &failure, err);
	}
	return rc;
}

int mpsse_sync(struct mpsse *m, struct cx3_error *err)
{
	int rc;

	m->failure.code = CX3_OK;
	m->queued = 0;
	m->queued_answers = 0;
	m->awaited = 0;
	rc = m->usb->purge(m->usb->user, err);
	/* Two different ones, so that a stale answer can't pass for the second. */
	if (rc == CX3_OK)
		rc = ask_bad_command(m, 0xaa, err);
	if (rc == CX3_OK)
		rc = ask_bad_command(m, 0xab, err);
	if (rc == CX3_OK)
		m->out_of_step = false;
	return rc;
}
