/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The adapter of `-d sim:FILE`: batches go to the simulated card's I2C slave.
 * It counts and fails as i2c-dev does: one call for each 42 messages, and a
 * call that fails does not say how far it came (exact=1: it does). It never
 * sleeps: waits move the model's time. options.c has the options.
 */
#include "../adapters.h"
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGES_A_CALL 42u /* I2C_RDWR_IOCTL_MAX_MSGS */
#define I2CDEV_BYTES 8192u  /* of one message */

struct sim_adapter {
	struct cx3_adapter head;
	struct simcard *card;
};

static struct sim_adapter *self(struct cx3_adapter *a)
{
	return (struct sim_adapter *)a;
}

struct simcard *simcard_behind(const struct cx3_adapter *adapter)
{
	return ((const struct sim_adapter *)adapter)->card;
}

static unsigned messages_of(const struct cx3_xfer *xfer)
{
	return xfer->rd_len > 0 ? 2 : 1;
}

/* Why a message was not acknowledged: a fault of the plan, or nobody there. */
static int refused(struct cx3_adapter *a, bool in_data, struct cx3_error *err)
{
	switch (self(a)->card->trouble) {
	case SIM_GONE:
		return cx3_fail(err, CX3_E_GONE, a->label,
				"The adapter vanished.\nPlug it in again and try again.");
	case SIM_ARBITRATION:
		return cx3_fail(err, CX3_E_ARBITRATION, a->label,
				"Another master won the bus.\nTry again.");
	case SIM_TIMEOUT:
		return cx3_fail(err, CX3_E_TIMEOUT, a->label,
				"The bus did not get free in time.\nTry again.");
	case SIM_BUS_STUCK:
		return cx3_fail(err, CX3_E_BUS, a->label,
				"SDA stays low.\nCheck the wiring and the card's power.");
	case SIM_CUT:
		return cx3_fail(err, CX3_E_IO, a->label,
				"A transfer broke off in the middle.\nTry again.");
	default:
		break;
	}
	if (in_data)
		return cx3_fail(err, CX3_E_NACK_DATA, a->label,
				"The card acknowledged its address 0x%02x, but not all of the "
				"data.\nCheck the wires, and try again.",
				a->addr);
	return cx3_fail(err, CX3_E_NO_ACK, a->label,
			"Nothing answers at address 0x%02x.\nCheck power and wiring.", a->addr);
}

static void count_bytes(struct cx3_adapter *a, size_t bytes)
{
	a->traffic.wire_bytes += bytes;
}

/* Counted as it is sent, acknowledged or not. */
static bool start(struct cx3_adapter *a, unsigned read_bit)
{
	a->traffic.messages++;
	count_bytes(a, 1);
	return simcard_i2c_start(self(a)->card, (uint8_t)(a->addr << 1 | read_bit));
}

static int write_message(struct cx3_adapter *a, const struct cx3_xfer *xfer, struct cx3_error *err)
{
	if (!start(a, 0))
		return refused(a, false, err);
	for (size_t i = 0; i < xfer->wr_len; i++) {
		count_bytes(a, 1);
		if (!simcard_i2c_write(self(a)->card, xfer->wr[i]))
			return refused(a, true, err);
	}
	return CX3_OK;
}

static int read_message(struct cx3_adapter *a, const struct cx3_xfer *xfer, struct cx3_error *err)
{
	struct simcard *card = self(a)->card;

	if (!start(a, 1))
		return refused(a, false, err);
	for (size_t i = 0; i < xfer->rd_len; i++) {
		count_bytes(a, 1);
		xfer->rd[i] = simcard_i2c_read(card, i + 1 < xfer->rd_len);
	}
	/* A master can't see that the slave let go; an adapter that broke off itself can. */
	return card->slave.fault && (card->trouble == SIM_CUT || card->trouble == SIM_TIMEOUT)
		       ? refused(a, true, err)
		       : CX3_OK;
}

/* A STOP ends a transfer, or only the last one of a call where the card asks to see that. */
static int transfer_one(struct cx3_adapter *a, const struct cx3_xfer *xfer, bool last,
			struct cx3_error *err)
{
	int rc = write_message(a, xfer, err);

	if (rc == CX3_OK && xfer->rd_len > 0)
		rc = read_message(a, xfer, err);
	if (rc != CX3_OK || last || !simcard_joins(self(a)->card))
		simcard_i2c_stop(self(a)->card);
	/* SCL was held low for too long before the STOP */
	if (rc == CX3_OK && self(a)->card->trouble == SIM_TIMEOUT)
		return refused(a, true, err);
	return rc;
}

/* Half of a refused length, which may do. */
static size_t half(unsigned length, size_t least)
{
	return length / 2 > least ? length / 2 : least;
}

/*
 * A message that is too long for the adapter (max-read=, max-write=). As i2c-dev's, it does
 * not tell of a limit before it is asked to go beyond.
 */
static int check_length(struct cx3_adapter *a, const struct cx3_xfer *xfer, struct cx3_error *err)
{
	const struct simcard *card = self(a)->card;
	uint64_t max_write = sim_habit_longest(card, card->max_write);
	uint64_t max_read = sim_habit_longest(card, card->max_read);

	if (max_write && xfer->wr_len > max_write) {
		if (xfer->wr_len <= CX3_LEAST_WRITE)
			return cx3_fail(err, CX3_E_UNSUPPORTED, a->label,
					"The adapter refuses to write %u bytes in one message, and "
					"a register needs %u.\nUse another adapter.",
					xfer->wr_len, CX3_LEAST_WRITE);
		a->max_write = half(xfer->wr_len, CX3_LEAST_WRITE);
		return cx3_fail(err, CX3_E_TOO_LONG, a->label,
				"The adapter refuses to write %u bytes in one message.",
				xfer->wr_len);
	}
	if (max_read && xfer->rd_len > max_read) {
		a->max_read = half(xfer->rd_len, CX3_LEAST_READ);
		return cx3_fail(err, CX3_E_TOO_LONG, a->label,
				"The adapter refuses to read %u bytes in one message.",
				xfer->rd_len);
	}
	return CX3_OK;
}

/* How many transfers go into the next call. */
static size_t call_size(const struct cx3_xfer *xfer, size_t n)
{
	unsigned messages = 0;
	size_t count = 0;

	while (count < n && messages + messages_of(&xfer[count]) <= MESSAGES_A_CALL)
		messages += messages_of(&xfer[count++]);
	return count;
}

/* Lengths are looked at before anything is sent, as the kernel does with quirks. */
static int one_call(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t count,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	int rc = CX3_OK;

	for (size_t i = 0; rc == CX3_OK && i < count; i++)
		rc = check_length(a, &xfer[i], err);
	if (rc != CX3_OK)
		return rc;
	a->traffic.calls++;
	for (size_t i = 0; i < count; i++) {
		rc = transfer_one(a, &xfer[i], i + 1 == count, err);
		if (rc != CX3_OK) {
			bool exact = self(a)->card->exact;

			mark->done += exact ? i : 0;
			mark->unsure = exact ? 1 : count;
			return rc;
		}
	}
	mark->done += count;
	return CX3_OK;
}

static int sim_transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			struct cx3_progress_mark *mark, struct cx3_error *err)
{
	int rc = cx3_adapter_check_lengths(a, xfer, n, err);

	*mark = (struct cx3_progress_mark){0};
	while (rc == CX3_OK && mark->done < n) {
		const struct cx3_xfer *next = xfer + mark->done;

		rc = one_call(a, next, call_size(next, n - mark->done), mark, err);
	}
	return rc;
}

static void sim_wait_us(struct cx3_adapter *a, uint64_t us)
{
	simcard_advance_us(self(a)->card, us);
}

static uint64_t sim_now_us(struct cx3_adapter *a)
{
	return simcard_now_us(self(a)->card);
}

/* What clock=auto chooses from. */
static const unsigned auto_hz[] = {100000, 200000, 400000, 1000000, 0};

static int sim_set_clock(struct cx3_adapter *a, unsigned hz, struct cx3_error *err)
{
	if (hz < auto_hz[0] || hz > 1000000)
		return cx3_fail(err, CX3_E_UNSUPPORTED, a->label,
				"The simulated card's bus has no clock of %u Hz.\n"
				"Use 100k to 1M.",
				hz);
	self(a)->card->clock_hz = hz;
	a->clock_hz = hz;
	return CX3_OK;
}

static void sim_close(struct cx3_adapter *a)
{
	struct simcard *card = self(a)->card;
	const struct simcard_counts *counts = simcard_counts(card);
	struct cx3_error err;

	if (counts->violations > 0)
		cx3_log(a->log, CX3_LOG_WARN,
			"the simulated card saw %llu violation(s) of what hardware allows, the "
			"first: %s",
			(unsigned long long)counts->violations, simcard_violation(card));
	if (simcard_sync(card, &err) != CX3_OK)
		cx3_log(a->log, CX3_LOG_WARN, "%s: %s", err.place, err.cause);
	simcard_close(card);
	free(a);
}

static int sim_open(struct cx3_devname *name, const struct cx3_log *log, struct cx3_adapter **out,
		    struct cx3_error *err)
{
	struct sim_adapter *sim;
	int rc;

	if (strcmp(name->scheme, "sim") != 0)
		return CX3_E_NOT_MINE;
	sim = calloc(1, sizeof(*sim));
	if (!sim)
		return cx3_fail(err, CX3_E_NO_MEMORY, name->head,
				"There is no memory to open the simulated card.\n"
				"Close other programs and try again.");
	sim->head.ops = &cx3_sim_ops;
	sim->head.log = log;
	/* What i2c-dev takes. A real adapter's own limit shows only when it refuses. */
	sim->head.max_read = I2CDEV_BYTES;
	sim->head.max_write = I2CDEV_BYTES;
	sim->head.limits_unsure = true;
	snprintf(sim->head.label, sizeof(sim->head.label), "sim:%.80s", name->head);
	rc = cx3_adapter_take_common(&sim->head, name, err);
	if (rc == CX3_OK)
		rc = simcard_open(name, &sim->card, err);
	if (rc != CX3_OK) {
		free(sim);
		return rc;
	}
	if (sim->card->auto_clock) {
		sim->head.auto_hz = auto_hz;
		sim->card->clock_hz = auto_hz[0];
	}
	sim->head.clock_hz = (unsigned)sim->card->clock_hz;
	*out = &sim->head;
	return CX3_OK;
}

const struct cx3_adapter_ops cx3_sim_ops = {
	.name = "sim",
	.help = simcard_help,
	.syntax = "sim:FILE[,key=value...]  a simulated card; FILE is its flash's raw content",
	.open = sim_open,
	.transfer = sim_transfer,
	.wait_us = sim_wait_us,
	.now_us = sim_now_us,
	.close = sim_close,
	.set_clock = sim_set_clock,
};
