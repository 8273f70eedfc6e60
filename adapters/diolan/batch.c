/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Batches of transfers as commands of the dongle.
 *
 * A missing ACK does not stop the dongle: the commands behind it are clocked out. So what may
 * follow a transfer before its answers have come is bounded, as cx3_adapter_must_wait() says: no
 * command is given to the card unless the data, the address or the command before it has arrived.
 * Within a transfer nothing harmful follows a missing ACK either. A slave that has not
 * acknowledged takes nothing more before the next START, and what follows that is a read, which
 * then reads a register that was read or written before.
 *
 * A transfer that has begun is always sent to its STOP. All that was sent and not answered is told
 * as "unsure". Behind the last transfer the dongle is asked for its version, which nothing else is
 * answered by: an answer more or less than commands is seen there at the latest.
 */
#include "diolan_priv.h"

#include <string.h>

/* Besides the wire's own time: USB's frames, and a clock that a slave holds low for 20 ms. */
#define SLACK_US 300000u
/* A dongle that stands still for once is waited for, since it goes on where it was. Not behind a
 * missing ACK: some may lose answers then. */
#define STILL_US 2000000u
/* The register's address is in the bytes before. */
#define ADDRESS_BYTES 4u

/* Where a transfer stands, for those that send and for those that take the answers. */
enum phase {
	PHASE_START,
	PHASE_ADDRESS,
	PHASE_WRITE,
	PHASE_AGAIN,
	PHASE_READ_ADDRESS,
	PHASE_READ,
	PHASE_STOP
};

struct cursor {
	size_t transfer;
	enum phase phase;
	size_t byte; /* of the write or read */
};

struct run {
	struct diolan *d;
	const struct cx3_xfer *xfer;
	size_t n;
	struct cursor out, in;
	size_t end; /* transfers that are sent: fewer than n after a failure */
	bool asked; /* for the version */
};

static void advance(struct cursor *c, const struct cx3_xfer *xfer)
{
	bool more = false;

	switch (c->phase) {
	case PHASE_WRITE:
		more = ++c->byte < xfer->wr_len;
		break;
	case PHASE_READ:
		more = ++c->byte < xfer->rd_len;
		break;
	case PHASE_STOP:
		c->transfer++;
		c->phase = PHASE_START;
		return;
	default:
		break;
	}
	if (more)
		return;
	c->byte = 0;
	c->phase++;
	if (c->phase == PHASE_AGAIN && xfer->rd_len == 0)
		c->phase = PHASE_STOP;
}

static void put_command(struct run *r)
{
	const struct cx3_xfer *xfer = &r->xfer[r->out.transfer];
	uint8_t address = (uint8_t)(r->d->base.addr << 1);
	uint8_t c[2] = {U2C_PUT_BYTE, 0};
	size_t len = 2;

	switch (r->out.phase) {
	case PHASE_START:
	case PHASE_AGAIN:
		c[0] = r->out.phase == PHASE_START ? U2C_START : U2C_REPEATED_START;
		len = 1;
		r->d->base.traffic.messages++;
		break;
	case PHASE_ADDRESS:
		c[1] = address;
		break;
	case PHASE_WRITE:
		c[1] = xfer->wr[r->out.byte];
		break;
	case PHASE_READ_ADDRESS:
		c[1] = address | 1;
		break;
	case PHASE_READ:
		c[0] = U2C_GET_BYTE;
		c[1] = r->out.byte + 1 < xfer->rd_len;
		break;
	case PHASE_STOP:
		c[0] = U2C_STOP;
		len = 1;
		break;
	}
	r->d->base.traffic.wire_bytes += len == 2;
	u2c_put(&r->d->u, c, len);
	advance(&r->out, xfer);
}

/* The next command may be sent without the answers to those before it. */
static bool may_go(const struct run *r)
{
	if (r->out.transfer >= r->end)
		return false;
	if (r->out.phase != PHASE_START || r->in.transfer >= r->out.transfer)
		return true;
	return !cx3_adapter_must_wait(&r->xfer[r->out.transfer]);
}

static bool all_is_put(const struct run *r)
{
	return r->out.transfer >= r->end && r->out.phase == PHASE_START;
}

/* All answers but the last are there. */
static bool all_is_answered(const struct run *r)
{
	return r->in.transfer == r->out.transfer && r->in.phase == r->out.phase;
}

static void put_question(struct run *r)
{
	static const uint8_t version[] = {U2C_FW_VERSION};

	if (r->asked || !all_is_put(r) || !u2c_has_room(&r->d->u))
		return;
	r->asked = true;
	u2c_put(&r->d->u, version, sizeof(version));
}

/* Fills the queue. Few long packets cost less than many short ones: so it waits until half of
 * what was sent is answered. */
static int refill(struct run *r, struct cx3_error *err)
{
	struct u2c *u = &r->d->u;

	if (u->awaited > u->depth / 2)
		return CX3_OK;
	r->d->base.traffic.calls += u->awaited == 0 && may_go(r); /* the dongle has waited */
	while (may_go(r)) {
		int rc;

		if (u2c_has_room(u)) {
			put_command(r);
			continue;
		}
		if (u->queued == 0)
			return CX3_OK;
		rc = u2c_send(u, err);
		if (rc != CX3_OK)
			return rc;
	}
	put_question(r);
	return u2c_send(u, err);
}

static int nack(const struct run *r, struct cx3_error *err)
{
	const char *place = r->d->base.label;
	unsigned addr = r->d->base.addr;
	const char *message = r->in.phase < PHASE_AGAIN ? "write" : "read";

	if (r->in.phase == PHASE_ADDRESS || r->in.phase == PHASE_READ_ADDRESS)
		return cx3_fail(
			err, CX3_E_NO_ACK, place,
			"Nothing acknowledges address 0x%02x (%s of transfer %zu of %zu).\n"
			"See that the card has power, that SCL and SDA are not swapped, that both "
			"have pull-ups and that the grounds are joined.",
			addr, message, r->in.transfer + 1, r->n);
	return cx3_fail(err, CX3_E_NACK_DATA, place,
			"The card acknowledged its address 0x%02x but not byte %zu of the %s of "
			"transfer %zu of %zu: it is busy or the line is noisy.\n"
			"Try again, or with a lower clock= in the device name.",
			addr, r->in.byte + 1, message, r->in.transfer + 1, r->n);
}

static int bad_answer(struct run *r, const struct u2c_answer *answer, struct cx3_error *err)
{
	const char *place = r->d->base.label;

	if (answer->result == U2C_TIMEOUT)
		return cx3_fail(
			err, CX3_E_TIMEOUT, place,
			"SCL stayed low for longer than the dongle waits (transfer %zu of "
			"%zu): its pull-up is missing, the wire touches ground, or the card "
			"holds the clock.\n"
			"Check SCL's wire and pull-up, then switch the card off and on.",
			r->in.transfer + 1, r->n);
	/* commands or answers were lost: which answer belongs to what is not known any more */
	r->d->u.out_of_step = true;
	return cx3_fail(
		err, CX3_E_IO, place,
		"The dongle's answer is not one to the command that was sent (%zu bytes, "
		"result %u; transfer %zu of %zu).\n"
		"Try again. If it stays, unplug the dongle, plug it in again, if it is on a "
		"hub then without it, and start anew.",
		answer->len, (unsigned)answer->result, r->in.transfer + 1, r->n);
}

/* Judges the answer to the command that `in` stands at. */
static int check(struct run *r, const struct u2c_answer *answer, struct cx3_error *err)
{
	bool reads = r->in.phase == PHASE_READ;

	if (answer->result == U2C_NACK)
		return nack(r, err);
	if (answer->result != U2C_OK || answer->len != (reads ? 1u : 0u))
		return bad_answer(r, answer, err);
	if (reads)
		r->xfer[r->in.transfer].rd[r->in.byte] = answer->data[0];
	return CX3_OK;
}

static uint64_t patience_us(const struct diolan *d, bool failed)
{
	unsigned hz = d->base.clock_hz ? d->base.clock_hz : 1;

	return (failed ? SLACK_US : STILL_US) + (uint64_t)d->u.awaited * 9u * 1000000u / hz;
}

/* Which of the answers was not its command's is not known: so nothing is called done. */
static int check_step(struct run *r, const struct u2c_answer *answer,
		      struct cx3_progress_mark *mark, struct cx3_error *err)
{
	if (u2c_is_version(&r->d->u, answer))
		return CX3_OK;
	mark->done = 0;
	return bad_answer(r, answer, err);
}

/* The first failure is the one that is told. One that is out of step ends all. */
static int take(struct run *r, int rc, struct cx3_progress_mark *mark, struct cx3_error *err)
{
	struct u2c_answer answer;
	bool last = r->asked && all_is_answered(r);
	int now = u2c_take(&r->d->u, &answer, patience_us(r->d, rc != CX3_OK),
			   rc == CX3_OK ? err : NULL);

	if (now != CX3_OK) {
		if (last && rc == CX3_OK)
			mark->done = 0;
		return rc == CX3_OK ? now : rc;
	}
	if (last) {
		now = check_step(r, &answer, mark, rc == CX3_OK ? err : NULL);
		return rc == CX3_OK ? now : rc;
	}
	if (rc == CX3_OK)
		rc = check(r, &answer, err);
	advance(&r->in, &r->xfer[r->in.transfer]);
	if (rc == CX3_OK)
		mark->done = r->in.transfer;
	else if (r->end > r->out.transfer)
		r->end = r->out.transfer + (r->out.phase != PHASE_START);
	return rc;
}

/* What diolan_recover() has to end: a write that has some of its data gets the rest; one that has
 * none yet, and a read, end without. */
static void keep_rest(struct run *r)
{
	const struct cx3_xfer *xfer = &r->xfer[r->out.transfer];
	struct diolan *d = r->d;
	size_t to;

	d->cut = r->out.phase > PHASE_ADDRESS;
	d->cut_in_read = r->out.phase == PHASE_READ;
	d->rest_at = d->rest_len = 0;
	if (r->out.phase != PHASE_WRITE)
		return;
	to = r->out.byte > ADDRESS_BYTES || xfer->wr_len < ADDRESS_BYTES ? xfer->wr_len
									 : ADDRESS_BYTES;
	d->rest_len = to - r->out.byte;
	memcpy(d->rest, xfer->wr + r->out.byte, d->rest_len);
}

int diolan_run(struct diolan *d, const struct cx3_xfer *xfer, size_t n,
	       struct cx3_progress_mark *mark, struct cx3_error *err)
{
	struct run r = {.d = d, .xfer = xfer, .n = n, .end = n};
	int rc = CX3_OK;

	*mark = (struct cx3_progress_mark){0, 0};
	while (!d->u.out_of_step && (!r.asked || d->u.awaited > 0)) {
		int now = refill(&r, rc == CX3_OK ? err : NULL);

		if (now != CX3_OK) {
			rc = rc == CX3_OK ? now : rc;
			break;
		}
		rc = take(&r, rc, mark, err);
	}
	if (d->u.out_of_step)
		keep_rest(&r);
	if (rc != CX3_OK)
		mark->unsure = r.out.transfer + (r.out.phase != PHASE_START) - mark->done;
	d->base.traffic.usb_bytes = d->u.usb_bytes;
	return rc;
}
