/* SPDX-License-Identifier: BSD-2-Clause */
/* The wire format: Documentation/usb/usbip_protocol.rst of the Linux kernel. */
#include "usbip.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "usbip_wire.h"

#define MAX_WAITING 64u
#define MAX_PAYLOAD (256u * 1024u)

/* An IN request that has no data yet. */
struct waiting {
	uint32_t seqnum, ep, max;
	uint64_t since_us;
};

struct server {
	const struct usbip_device *device;
	int fd;
	uint8_t configuration; /* 0 until SET_CONFIGURATION */
	struct waiting waiting[MAX_WAITING];
	unsigned waiting_count;
	uint8_t in[USBIP_WIRE_HEADER + MAX_PAYLOAD]; /* received, not yet handled */
	size_t in_len;
	uint8_t reply[USBIP_WIRE_HEADER + MAX_PAYLOAD];
};

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static int send_all(int fd, const uint8_t *data, size_t len)
{
	while (len) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EPIPE;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* The answer to a request; its IN data, if any, lies behind the header already. */
static int reply(struct server *s, uint32_t command, uint32_t seqnum, int32_t status,
		 uint32_t actual, size_t data_len)
{
	struct usbip_wire_header *h = (struct usbip_wire_header *)(void *)s->reply;

	memset(h, 0, sizeof(*h));
	h->command = htobe32(command);
	h->seqnum = htobe32(seqnum);
	h->u.reply.status = (int32_t)htobe32((uint32_t)status);
	h->u.reply.actual_length = htobe32(actual);
	return send_all(s->fd, s->reply, sizeof(*h) + data_len);
}

static uint8_t *reply_data(struct server *s)
{
	return s->reply + USBIP_WIRE_HEADER;
}

/* Descriptor of `type` into `out` (up to 65535 bytes); its length or USBIP_STALL. */
static int get_descriptor(const struct usbip_device *d, unsigned type, unsigned index, uint8_t *out)
{
	size_t len;

	switch (type) {
	case USBIP_WIRE_DESC_DEVICE:
		memcpy(out, d->device_descriptor, d->device_descriptor[0]);
		return d->device_descriptor[0];
	case USBIP_WIRE_DESC_CONFIG:
		len = d->config_descriptor[2] | (size_t)d->config_descriptor[3] << 8;
		memcpy(out, d->config_descriptor, len);
		return (int)len;
	case USBIP_WIRE_DESC_STRING:
		if (index == 0) {
			memcpy(out, "\x04\x03\x09\x04", 4); /* one language, English (US) */
			return 4;
		}
		if (index > d->string_count)
			return USBIP_STALL;
		len = strlen(d->strings[index - 1]);
		out[0] = (uint8_t)(2 + 2 * len);
		out[1] = USBIP_WIRE_DESC_STRING;
		for (size_t i = 0; i < len; i++) {
			out[2 + 2 * i] = (uint8_t)d->strings[index - 1][i];
			out[3 + 2 * i] = 0;
		}
		return out[0];
	default:
		return USBIP_STALL;
	}
}

static int standard_request(struct server *s, const struct usbip_setup *setup, uint8_t *data)
{
	switch (setup->request) {
	case USBIP_WIRE_GET_DESCRIPTOR:
		return get_descriptor(s->device, setup->value >> 8, setup->value & 0xff, data);
	case USBIP_WIRE_GET_STATUS:
		data[0] = data[1] = 0;
		return 2;
	case USBIP_WIRE_GET_CONFIGURATION:
		data[0] = s->configuration;
		return 1;
	case USBIP_WIRE_GET_INTERFACE:
		data[0] = 0;
		return 1;
	case USBIP_WIRE_SET_CONFIGURATION:
		s->configuration = (uint8_t)setup->value;
		return 0;
	case USBIP_WIRE_CLEAR_FEATURE:
	case USBIP_WIRE_SET_FEATURE:
	case USBIP_WIRE_SET_ADDRESS:
	case USBIP_WIRE_SET_INTERFACE:
		return 0;
	default:
		return USBIP_STALL;
	}
}

static int finish(struct server *s, uint32_t seqnum, int result, bool to_host, uint32_t out_len)
{
	if (result == USBIP_UNPLUG)
		return USBIP_UNPLUG;
	if (result < 0)
		return reply(s, USBIP_WIRE_RET_SUBMIT, seqnum, -EPIPE, 0, 0);
	if (to_host)
		return reply(s, USBIP_WIRE_RET_SUBMIT, seqnum, 0, (uint32_t)result, (size_t)result);
	return reply(s, USBIP_WIRE_RET_SUBMIT, seqnum, 0, out_len, 0);
}

static int handle_control(struct server *s, const struct usbip_wire_header *h, uint8_t *payload,
			  uint32_t len)
{
	const uint8_t *raw = h->u.submit.setup;
	struct usbip_setup setup = {
		.request_type = raw[0],
		.request = raw[1],
		.value = (uint16_t)(raw[2] | raw[3] << 8),
		.index = (uint16_t)(raw[4] | raw[5] << 8),
		.length = (uint16_t)(raw[6] | raw[7] << 8),
	};
	bool to_host = raw[0] & 0x80;
	uint8_t *data = to_host ? reply_data(s) : payload;
	int result = USBIP_STALL;

	if ((raw[0] & 0x60) == 0)
		result = standard_request(s, &setup, data);
	else if (s->device->control)
		result = s->device->control(s->device->user, &setup, data);
	if (to_host && result > (int)setup.length)
		result = setup.length;
	return finish(s, be32toh(h->seqnum), result, to_host, len);
}

/* Asks for the data of each waiting IN request once, oldest first. An endpoint
 * whose oldest request stays unanswered keeps its later ones waiting too. */
static int try_waiting(struct server *s)
{
	uint32_t dry = 0; /* one bit for each endpoint */
	unsigned kept = 0;
	int rc = 0;

	assert(s->device->bulk_in);
	for (unsigned i = 0; i < s->waiting_count; i++) {
		struct waiting w = s->waiting[i];
		int result = USBIP_AGAIN;

		if (rc == 0 && !(dry & 1u << w.ep))
			result = s->device->bulk_in(s->device->user, w.ep, reply_data(s), w.max,
						    now_us() - w.since_us);
		if (rc != 0 || result == USBIP_AGAIN) {
			dry |= 1u << w.ep;
			s->waiting[kept++] = w;
			continue;
		}
		rc = finish(s, w.seqnum, result, true, 0);
	}
	s->waiting_count = kept;
	return rc;
}

static int handle_submit(struct server *s, const struct usbip_wire_header *h, uint8_t *payload,
			 uint32_t len)
{
	uint32_t ep = be32toh(h->ep) & 15;
	uint32_t seqnum = be32toh(h->seqnum);
	int rc;

	if (ep == 0) {
		rc = handle_control(s, h, payload, len);
	} else if (be32toh(h->direction) == USBIP_WIRE_OUT) {
		int result = s->device->bulk_out
				     ? s->device->bulk_out(s->device->user, ep, payload, len)
				     : USBIP_STALL;

		rc = finish(s, seqnum, result, false, len);
	} else if (s->device->bulk_in && s->waiting_count < MAX_WAITING) {
		s->waiting[s->waiting_count++] = (struct waiting){seqnum, ep, len, now_us()};
		rc = 0;
	} else {
		rc = finish(s, seqnum, USBIP_STALL, true, 0);
	}
	return rc == 0 && s->waiting_count ? try_waiting(s) : rc;
}

static int handle_unlink(struct server *s, const struct usbip_wire_header *h)
{
	uint32_t victim = be32toh(h->u.unlink.seqnum);
	int32_t status = 0; /* it was answered before */

	for (unsigned i = 0; i < s->waiting_count; i++) {
		if (s->waiting[i].seqnum != victim)
			continue;
		memmove(&s->waiting[i], &s->waiting[i + 1],
			(--s->waiting_count - i) * sizeof(s->waiting[0]));
		status = -ECONNRESET;
		break;
	}
	return reply(s, USBIP_WIRE_RET_UNLINK, be32toh(h->seqnum), status, 0, 0);
}

/* Handles each whole request that has come in; keeps the rest. */
static int handle_received(struct server *s)
{
	size_t at = 0;
	int rc = 0;

	while (rc == 0 && s->in_len - at >= USBIP_WIRE_HEADER) {
		struct usbip_wire_header h;
		uint32_t len, payload = 0;

		memcpy(&h, s->in + at, sizeof(h));
		len = be32toh(h.u.submit.length);
		if (be32toh(h.command) == USBIP_WIRE_CMD_SUBMIT) {
			if (len > MAX_PAYLOAD)
				return -EMSGSIZE;
			payload = be32toh(h.direction) == USBIP_WIRE_OUT ? len : 0;
		}
		if (s->in_len - at < USBIP_WIRE_HEADER + payload)
			break;
		if (be32toh(h.command) == USBIP_WIRE_CMD_UNLINK)
			rc = handle_unlink(s, &h);
		else
			rc = handle_submit(s, &h, s->in + at + USBIP_WIRE_HEADER, len);
		at += USBIP_WIRE_HEADER + payload;
	}
	memmove(s->in, s->in + at, s->in_len - at);
	s->in_len -= at;
	return rc;
}

/* Waits for requests, or for the next time to ask for waiting IN data. */
static int step(struct server *s)
{
	if (s->waiting_count && s->device->retry_us) {
		struct pollfd p = {.fd = s->fd, .events = POLLIN};
		struct timespec t = {.tv_sec = s->device->retry_us / 1000000u,
				     .tv_nsec = (long)(s->device->retry_us % 1000000u) * 1000};

		if (ppoll(&p, 1, &t, NULL) == 0)
			return try_waiting(s);
	}
	ssize_t n = recv(s->fd, s->in + s->in_len, sizeof(s->in) - s->in_len, 0);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (n == 0)
		return USBIP_UNPLUG;
	s->in_len += (size_t)n;
	return handle_received(s);
}

int usbip_serve(int fd, const struct usbip_device *device)
{
	struct server *s = calloc(1, sizeof(*s));
	int rc = 0;

	if (!s) {
		close(fd);
		return -ENOMEM;
	}
	s->device = device;
	s->fd = fd;
	while (rc == 0)
		rc = step(s);
	/* vhci-hcd takes a shut connection for an unplugged cable. */
	shutdown(fd, SHUT_RDWR);
	close(fd);
	free(s);
	/* The kernel resets the connection when it detaches the port itself. */
	return rc == USBIP_UNPLUG || rc == -ECONNRESET || rc == -EPIPE ? 0 : rc;
}

int usbip_plug(unsigned port, enum usbip_speed speed)
{
	FILE *attach = fopen("/sys/devices/platform/vhci_hcd.0/attach", "w");
	int pair[2], rc = 0;

	if (!attach)
		return -errno;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0) {
		rc = -errno;
		fclose(attach);
		return rc;
	}
	/* The device id is bus << 16 | device at the far end: any, but each its own. */
	fprintf(attach, "%u %d %u %u", port, pair[1], 1u << 16 | (port + 2), (unsigned)speed);
	if (fclose(attach) != 0)
		rc = -errno;
	close(pair[1]); /* the kernel holds its own reference now */
	if (rc == 0)
		return pair[0];
	close(pair[0]);
	return rc;
}
