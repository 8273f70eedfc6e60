/* SPDX-License-Identifier: BSD-2-Clause */
/* The bus between host and dongle: see u2c_host.h. */
#include "u2c_host.h"

#include <assert.h>
#include <string.h>

#define FRAME_NS 1000000u
#define SLOT_NS (FRAME_NS / 19u)
#define PACKET 64u

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t frame_end(uint64_t ns)
{
	return (ns + FRAME_NS - 1) / FRAME_NS * FRAME_NS;
}

static int gone(const struct u2c_host *h, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_GONE, h->usb.place, "The dongle was pulled.\nPlug it in.");
}

static void linux_sends(struct u2c_linux *l)
{
	l->transfers += 1 + l->answers;
	l->bytes = l->answers = 0;
}

static void count_for_linux(struct u2c_linux *l, const uint8_t *data, size_t len)
{
	for (size_t at = 0; at < len; at += dongle_length(data[at])) {
		l->bytes += dongle_length(data[at]);
		l->answers++;
		if (data[at] == 0x14 || data[at] == 0x0d || l->bytes >= 124)
			linux_sends(l);
	}
}

static void wait_until(struct u2c_host *h, uint64_t ns)
{
	h->waits += ns > h->now_ns;
	h->now_ns = later(h->now_ns, ns);
}

/* The answers from `count` on are new. */
static void give_packets(struct u2c_host *h, unsigned count)
{
	const struct dongle *d = &h->dongle;

	for (unsigned i = count; i < d->count; i++) {
		unsigned at = (d->first + i) % DONGLE_ANSWERS;

		h->bus_ns = later(h->bus_ns, 1000 * d->answer[at].ready_us) + SLOT_NS;
		h->seen_ns[at] = frame_end(h->bus_ns);
		h->packets++;
		h->ins++;
	}
}

/* The dongle carries out what it has as soon as it has it. */
static int host_send(void *user, const uint8_t *data, size_t len, struct cx3_error *err)
{
	struct u2c_host *h = user;
	uint64_t packets = (len + PACKET - 1) / PACKET, sent_ns = h->now_ns + packets * SLOT_NS;
	uint64_t card_ns = 1000 * simcard_now_us(h->dongle.card);
	unsigned before = h->dongle.count;

	h->outs++;
	if (h->gone_at && h->outs >= h->gone_at)
		return gone(h, err);
	h->bus_ns = later(h->bus_ns, h->now_ns) + packets * SLOT_NS;
	h->packets += packets;
	if (card_ns < sent_ns)
		simcard_advance_us(h->dongle.card, (sent_ns - card_ns) / 1000);
	assert(dongle_put(&h->dongle, data, len));
	give_packets(h, before);
	count_for_linux(&h->linux_driver, data, len);
	wait_until(h, frame_end(sent_ns));
	return CX3_OK;
}

/* The dongle goes on where it was after that time, if the host has waited for so long. */
static bool stands_still(struct u2c_host *h, uint64_t wait_us)
{
	if (h->answers == h->still_at)
		h->still_until_ns = h->now_ns + 1000 * h->still_us;
	if (h->now_ns + 1000 * wait_us < h->still_until_ns) {
		h->now_ns += 1000 * wait_us;
		return true;
	}
	h->now_ns = later(h->now_ns, h->still_until_ns);
	return false;
}

static int host_answer(void *user, uint8_t *data, size_t *len, uint64_t wait_us,
		       struct cx3_error *err)
{
	struct u2c_host *h = user;

	*len = 0;
	if (h->gone_at && h->outs >= h->gone_at)
		return gone(h, err);
	h->failed |= ++h->answers == h->fail_at;
	if (h->failed)
		return cx3_fail(err, CX3_E_IO, h->usb.place, "A read has failed.\nTry again.");
	if (stands_still(h, wait_us))
		return CX3_OK;
	if (h->answers == h->stale_at) {
		data[0] = 0;
		*len = 1;
		return CX3_OK;
	}
	if (h->dongle.count == 0) {
		h->now_ns += 1000 * wait_us;
		return CX3_OK;
	}
	wait_until(h, h->seen_ns[h->dongle.first]);
	*len = dongle_answer(&h->dongle, data);
	return CX3_OK;
}

static int host_restart(void *user, struct cx3_error *err)
{
	struct u2c_host *h = user;

	h->failed = false;
	return h->gone_at && h->outs >= h->gone_at ? gone(h, err) : CX3_OK;
}

static uint64_t host_now_us(void *user)
{
	return ((const struct u2c_host *)user)->now_ns / 1000;
}

static void host_wait_us(void *user, uint64_t us)
{
	((struct u2c_host *)user)->now_ns += 1000 * us;
}

static void host_close(void *user)
{
	((struct u2c_host *)user)->closed = true;
}

void u2c_host_init(struct u2c_host *host, struct simcard *card, unsigned queue)
{
	memset(host, 0, sizeof(*host));
	host->usb = (struct u2c_usb){host,	   "fixture",	host_send,    host_answer,
				     host_restart, host_now_us, host_wait_us, host_close};
	host->dongle.card = card;
	host->dongle.queue = queue;
}
