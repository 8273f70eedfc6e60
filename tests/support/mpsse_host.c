/* SPDX-License-Identifier: BSD-2-Clause */
/* The USB side of the emulated FT232H: calls, their time, and faults in them. */
#include "mpsse_host.h"

#include <string.h>

static int gone(const struct mpsse_host *host, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_GONE, host->usb.place, "the board was unplugged");
}

/* Calls are counted from 1; each may be the one where the fault begins. */
static bool fault_from(const struct mpsse_host *host, uint64_t call)
{
	return call && host->writes + host->reads >= call;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void note_answers(struct mpsse_host *host)
{
	if (host->marks == 64) {
		memmove(host->mark, host->mark + 1, 63 * sizeof(host->mark[0]));
		host->marks--;
	}
	host->mark[host->marks].answers = host->answers_read + host->chip.out_len;
	host->mark[host->marks++].at_ns = host->chip.wire.now_ns;
}

/* Returns as libusb does once the chip has taken the last byte: the last `room`
 * bytes lie in its FIFO by then, not yet run. */
static int host_write(void *user, const uint8_t *data, size_t len, struct cx3_error *err)
{
	struct mpsse_host *host = user;
	struct wire *wire = &host->chip.wire;
	size_t early = len > host->chip.room ? len - host->chip.room : 0;

	host->writes++;
	host->bytes_out += len;
	if (fault_from(host, host->unplug_at))
		return gone(host, err);
	if (fault_from(host, host->mute_at))
		return CX3_OK;
	host->now_ns += HOST_CALL_NS;
	if (wire->now_ns < host->now_ns)
		wire_advance(wire, host->now_ns - wire->now_ns);
	if (mpsse_interp_write(&host->chip, data, early) != early)
		return cx3_fail(err, CX3_E_TIMEOUT, host->usb.place, "USB write stalled");
	if (early)
		host->now_ns = later(host->now_ns, wire->now_ns);
	if (mpsse_interp_write(&host->chip, data + early, len - early) != len - early)
		return cx3_fail(err, CX3_E_TIMEOUT, host->usb.place, "USB write stalled");
	note_answers(host);
	return CX3_OK;
}

static int host_read(void *user, uint8_t *data, size_t len, size_t *got, struct cx3_error *err)
{
	struct mpsse_host *host = user;

	host->reads++;
	*got = 0;
	if (fault_from(host, host->unplug_at))
		return gone(host, err);
	host->now_ns += HOST_CALL_NS;
	if (fault_from(host, host->mute_at))
		return CX3_OK;
	*got = mpsse_interp_read(&host->chip, data, len);
	host->bytes_in += *got;
	host->answers_read += *got;
	for (unsigned i = 0; *got && i < host->marks; i++) {
		if (host->mark[i].answers >= host->answers_read) {
			host->now_ns = later(host->now_ns, host->mark[i].at_ns + HOST_CALL_NS);
			break;
		}
	}
	return CX3_OK;
}

static int host_purge(void *user, struct cx3_error *err)
{
	struct mpsse_host *host = user;

	if (fault_from(host, host->unplug_at))
		return gone(host, err);
	mpsse_interp_purge(&host->chip);
	host->marks = 0;
	return CX3_OK;
}

static uint64_t host_now_us(void *user)
{
	return ((const struct mpsse_host *)user)->now_ns / 1000;
}

static void host_wait_us(void *user, uint64_t us)
{
	((struct mpsse_host *)user)->now_ns += us * 1000;
}

static void host_close(void *user)
{
	((struct mpsse_host *)user)->closed = true;
}

void mpsse_host_init(struct mpsse_host *host, enum mpsse_chip chip, unsigned command_ns,
		     unsigned mode_hz, const struct wire_slave_ops *ops, void *user)
{
	memset(host, 0, sizeof(*host));
	mpsse_interp_init(&host->chip, chip, command_ns, mpsse_i2c_mode(mode_hz), ops, user);
	mpsse_interp_bitmode(&host->chip, 0, 2);
	host->now_ns = host->chip.wire.now_ns;
	host->usb = (struct mpsse_usb){
		.user = host,
		.place = "interpreter",
		.answer_room = host->chip.room,
		.drive_zero = chip == CHIP_FT232H,
		.write = host_write,
		.read = host_read,
		.purge = host_purge,
		.now_us = host_now_us,
		.wait_us = host_wait_us,
		.close = host_close,
	};
}
