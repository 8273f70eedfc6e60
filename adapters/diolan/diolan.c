/* SPDX-License-Identifier: BSD-2-Clause */
/* The adapter: opening by name, listing, clock, closing. */
#include "adapters.h"
#include "diolan_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAST_HZ 400000u
#define STANDARD_HZ 100000u
#define SLOWEST 242u
/* As the Linux driver sets it: how long a slave may hold SCL low. */
#define SYNC_LIMIT_MS 20u
#define COMMAND_US 2000000u
#define OPEN_TRIES 3u

/* What clock=auto chooses from: the dongle has nothing between these. It is not the default: USB
 * lets so few answers through that its proof takes 20 s. */
static const unsigned auto_hz[] = {STANDARD_HZ, FAST_HZ, 0};

const struct cx3_usb_kind diolan_kind = {
	.scheme = "mtusb1",
	.chips = "MTUSB-1 (Diolan U2C-12)",
	.vid = 0x0abf,
	.pids = {0x3370},
};

static void diolan_wait_us(struct cx3_adapter *a, uint64_t us)
{
	const struct u2c_usb *usb = ((struct diolan *)a)->usb;

	usb->wait_us(usb->user, us);
}

static uint64_t diolan_now_us(struct cx3_adapter *a)
{
	const struct diolan *d = (const struct diolan *)a;

	return d->usb->now_us(d->usb->user) - d->opened_us;
}

static void diolan_close(struct cx3_adapter *a)
{
	struct diolan *d = (struct diolan *)a;

	d->usb->close(d->usb->user);
	/* the last bytes that were sent may be a key */
	explicit_bzero(d->u.out, sizeof(d->u.out));
	explicit_bzero(d->rest, sizeof(d->rest));
	free(d);
}

static int not_its_answer(struct diolan *d, const struct u2c_answer *answer, struct cx3_error *err)
{
	d->u.out_of_step = true;
	return cx3_fail(err, CX3_E_IO, d->base.label,
			"The dongle's answer is not one to the command that was sent (%zu bytes, "
			"result %u).\n"
			"Try again. If it stays, unplug the dongle, plug it in again, if it is on "
			"a hub then without it, and start anew.",
			answer->len, (unsigned)answer->result);
}

/* One that answers with its result alone. */
static int tell(struct diolan *d, const uint8_t *command, size_t len, enum u2c_result *result,
		struct cx3_error *err)
{
	struct u2c_answer answer;
	int rc = u2c_ask(&d->u, command, len, &answer, COMMAND_US, err);

	if (rc == CX3_OK && answer.len != 0)
		return not_its_answer(d, &answer, err);
	*result = answer.result;
	return rc;
}

static int ask(struct diolan *d, const uint8_t *command, size_t len, const char *what,
	       struct cx3_error *err)
{
	enum u2c_result result = U2C_OK;
	int rc = tell(d, command, len, &result, err);

	if (rc != CX3_OK || result == U2C_OK)
		return rc;
	return cx3_fail(
		err, CX3_E_UNSUPPORTED, d->base.label,
		"The dongle refuses %s (result %u).\n"
		"Leave clock= and sync= out of the device name, or use the kernel's driver: "
		"i2c:name=diolan.",
		what, (unsigned)result);
}

/* The dongle's number for the fastest clock that is not above `hz`. */
static unsigned speed_of(unsigned hz)
{
	unsigned n;

	if (hz >= FAST_HZ)
		return 0;
	n = (1000000u + hz - 1) / hz;
	return n <= 10 ? 1 : (n - 10 + 1) / 2 + 1;
}

static unsigned hz_of(unsigned speed)
{
	return speed == 0 ? FAST_HZ : 1000000u / (2 * (speed - 1) + 10);
}

/* At 400 kHz the Linux driver has the dongle not wait for slaves that stretch. */
static int set_speed(struct diolan *d, unsigned hz, struct cx3_error *err)
{
	unsigned speed = speed_of(hz);
	bool sync = d->sync == DIOLAN_SYNC_AUTO ? speed != 0 : d->sync == DIOLAN_SYNC_ON;
	const uint8_t clock[] = {U2C_SET_SPEED, (uint8_t)speed};
	const uint8_t wait[] = {U2C_SET_SYNC, sync};
	const uint8_t limit[] = {U2C_SET_SYNC_LIMIT, (SYNC_LIMIT_MS * 10) & 0xff,
				 (SYNC_LIMIT_MS * 10) >> 8};
	int rc;

	if (hz > FAST_HZ || speed > SLOWEST)
		return cx3_fail(err, CX3_E_UNSUPPORTED, d->base.label,
				"This dongle makes no clock of %u Hz.\n"
				"Write a clock= of 2100 to 400k.",
				hz);
	rc = ask(d, clock, sizeof(clock), "this clock", err);
	if (rc == CX3_OK)
		rc = ask(d, wait, sizeof(wait), "to wait for slaves that stretch the clock", err);
	if (rc == CX3_OK && sync)
		rc = ask(d, limit, sizeof(limit), "a limit for that", err);
	if (rc == CX3_OK) {
		d->base.clock_hz = hz_of(speed);
		d->sync_on = sync;
	}
	return rc;
}

static int diolan_set_clock(struct cx3_adapter *a, unsigned hz, struct cx3_error *err)
{
	struct diolan *d = (struct diolan *)a;
	unsigned before = a->clock_hz;
	int rc = d->u.out_of_step ? diolan_recover(d, err) : CX3_OK;

	if (rc == CX3_OK)
		rc = set_speed(d, hz, err);
	if (rc != CX3_OK && (!d->u.out_of_step || diolan_recover(d, NULL) == CX3_OK))
		(void)set_speed(d, before, NULL);
	return rc;
}

/*
 * A slave that was cut off in the middle of a read holds SDA until it has been clocked past its
 * ACK: nine clocks at most (UM10204, 3.1.16). The byte ff after a START makes them; no slave has
 * that address.
 */
static int free_bus(struct diolan *d, struct cx3_error *err)
{
	static const uint8_t start[] = {U2C_START}, ones[] = {U2C_PUT_BYTE, 0xff},
			     stop[] = {U2C_STOP};
	enum u2c_result result = U2C_OK;
	int rc = tell(d, start, sizeof(start), &result, err);

	cx3_log(d->base.log, CX3_LOG_WIRE, "%s: START, nine clocks, STOP, to nobody",
		d->base.label);
	if (rc == CX3_OK)
		rc = tell(d, ones, sizeof(ones), &result, err);
	if (rc == CX3_OK)
		rc = tell(d, stop, sizeof(stop), &result, err);
	if (rc == CX3_OK && result == U2C_NACK) /* of a byte, which a STOP has not */
		return not_its_answer(d, &(struct u2c_answer){.result = result}, err);
	if (rc == CX3_OK && result != U2C_OK)
		return cx3_fail(
			err, CX3_E_BUS, d->base.label,
			"The dongle can't make a STOP (result %u): a line is low though nobody "
			"should drive it. A pull-up is missing, the card has no power, or a "
			"wire touches ground.\n"
			"Check the pull-ups, the wires and the card's power.",
			(unsigned)result);
	return rc;
}

/* A START in the middle of a write's data would be an end of it that no document tells of. Where
 * commands were lost, nobody knows which bytes the card has: then the rest would go elsewhere. */
static int end_transfer(struct diolan *d, struct cx3_error *err)
{
	static const uint8_t get[] = {U2C_GET_BYTE, 0}, stop[] = {U2C_STOP};
	struct u2c_answer byte;
	enum u2c_result result;
	int rc = CX3_OK;

	while (d->rest_at < d->rest_len && rc == CX3_OK) {
		const uint8_t put[] = {U2C_PUT_BYTE, d->rest[d->rest_at++]};

		rc = tell(d, put, sizeof(put), &result, err);
	}
	if (rc == CX3_OK && d->cut_in_read) {
		d->cut_in_read = false;
		rc = u2c_ask(&d->u, get, sizeof(get), &byte, COMMAND_US, err);
	}
	if (rc != CX3_OK)
		return rc;
	d->cut = false;
	return tell(d, stop, sizeof(stop), &result, err);
}

int diolan_recover(struct diolan *d, struct cx3_error *err)
{
	int rc = u2c_sync(&d->u, err);

	if (rc == CX3_OK && d->cut && d->u.none_lost)
		rc = end_transfer(d, err);
	if (rc == CX3_OK)
		rc = free_bus(d, err);
	if (rc == CX3_OK)
		d->cut = false;
	return rc;
}

/* Everything that has to hold before the first transfer. */
static int bring_up(struct diolan *d, unsigned hz, struct cx3_error *err)
{
	int rc;

	d->u = (struct u2c){.usb = d->usb, .depth = 1};
	for (unsigned i = 0; i < OPEN_TRIES; i++) {
		rc = u2c_sync(&d->u, err);
		if (rc != CX3_OK)
			return rc;
		rc = set_speed(d, hz, err);
		if (rc == CX3_OK)
			rc = free_bus(d, err);
		if (rc == CX3_OK || !d->u.out_of_step)
			break;
	}
	if (rc != CX3_OK)
		return rc;
	cx3_log(d->base.log, CX3_LOG_INFO, "%s: firmware %u.%u; the bus runs at %u Hz",
		d->base.label, d->u.version[0], d->u.version[1], d->base.clock_hz);
	return CX3_OK;
}

int diolan_attach(struct u2c_usb *usb, const struct cx3_adapter *head, enum diolan_sync sync,
		  unsigned hz, struct cx3_adapter **out, struct cx3_error *err)
{
	struct diolan *d = calloc(1, sizeof(*d));
	int rc;

	if (!d) {
		usb->close(usb->user);
		return cx3_fail(err, CX3_E_NO_MEMORY, usb->place,
				"There is no memory for the adapter.\n"
				"Close other programs and try again.");
	}
	d->base = *head;
	d->base.ops = &cx3_diolan_ops;
	d->base.max_write = DIOLAN_MOST_WRITE;
	d->base.max_read = DIOLAN_MOST_READ;
	d->usb = usb;
	d->sync = sync;
	d->opened_us = usb->now_us(usb->user);
	rc = bring_up(d, hz, err);
	if (rc == CX3_OK)
		rc = diolan_prove(d, err);
	if (rc != CX3_OK) {
		diolan_close(&d->base);
		return rc;
	}
	*out = &d->base;
	return CX3_OK;
}

/*
 * A queue that was proven and then loses answers is taken for too deep: it is proven anew, with
 * the next transfer.
 */
static int diolan_transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			   struct cx3_progress_mark *mark, struct cx3_error *err)
{
	struct diolan *d = (struct diolan *)a;
	int rc = cx3_adapter_check_lengths(a, xfer, n, err);

	*mark = (struct cx3_progress_mark){0, 0};
	if (rc == CX3_OK && d->u.out_of_step)
		rc = diolan_recover(d, err);
	if (rc == CX3_OK && !d->proven)
		rc = diolan_prove(d, err);
	if (rc != CX3_OK)
		return rc;
	rc = diolan_run(d, xfer, n, mark, err);
	if (d->u.out_of_step) {
		d->proven = false;
		/* Its own failure is told by the next transfer, if it stays. */
		(void)diolan_recover(d, NULL);
	}
	return rc;
}

/* *sync is untouched if it is not given. */
static int take_sync(struct cx3_devname *name, enum diolan_sync *sync, struct cx3_error *err)
{
	const char *text = cx3_devname_take(name, "sync");

	if (!text)
		return CX3_OK;
	*sync = DIOLAN_SYNC_ON;
	if (strcmp(text, "yes") == 0)
		return CX3_OK;
	*sync = DIOLAN_SYNC_OFF;
	if (strcmp(text, "no") == 0)
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_USAGE, "sync",
		"\"%s\" is neither yes nor no.\n"
		"Write sync=yes to have the dongle wait for a card that stretches the clock.",
		text);
}

static int diolan_open(struct cx3_devname *name, const struct cx3_log *log,
		       struct cx3_adapter **out, struct cx3_error *err)
{
	struct cx3_adapter head = {.log = log};
	enum diolan_sync sync = DIOLAN_SYNC_AUTO;
	struct u2c_usb *usb;
	unsigned hz = STANDARD_HZ;
	bool automatic = false;
	int rc;

	if (!cx3_usb_is_meant(&diolan_kind, name))
		return CX3_E_NOT_MINE;
	if (name->scheme[0] && name->head[0])
		return cx3_fail(err, CX3_E_USAGE, name->head,
				"\"mtusb1:%s\" names no dongle.\n"
				"Write mtusb1:serial=%s or mtusb1:usb=BUS-PORT.",
				name->head, name->head);
	rc = cx3_adapter_take_common(&head, name, err);
	if (rc == CX3_OK)
		rc = cx3_devname_take_clock(name, &hz, &automatic, err);
	if (rc == CX3_OK)
		rc = take_sync(name, &sync, err);
	if (automatic)
		head.auto_hz = auto_hz;
	if (rc == CX3_OK)
		rc = diolan_board_open(name, log, &usb, head.label, sizeof(head.label), err);
	if (rc == CX3_OK)
		rc = diolan_attach(usb, &head, sync, hz, out, err);
	return rc;
}

static int diolan_list(struct cx3_devname *name, struct cx3_listed **devices, size_t *count,
		       struct cx3_error *err)
{
	return cx3_usb_list_devices(&diolan_kind, name, devices, count, err);
}

static bool diolan_hint(struct cx3_adapter *a, char *words, size_t size)
{
	return cx3_usb_clock_hint(a, FAST_HZ, words, size);
}

const struct cx3_adapter_ops cx3_diolan_ops = {
	.name = "mtusb1",
	.syntax = "mtusb1[:serial=TEXT|usb=BUS-PORT,clock=auto|100k,sync=yes|no]",
	.open = diolan_open,
	.transfer = diolan_transfer,
	.wait_us = diolan_wait_us,
	.now_us = diolan_now_us,
	.close = diolan_close,
	.list = diolan_list,
	.hint = diolan_hint,
	.set_clock = diolan_set_clock,
};
