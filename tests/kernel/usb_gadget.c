/* SPDX-License-Identifier: BSD-2-Clause */
/* The wire format: Documentation/usb/gadget_protocol.rst of the Linux kernel. */
#include "usb_gadget.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/usb/ch9.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "hcd/lean_hcd.h"

#define MAX_WAITING 64u
#define MAX_PAYLOAD (256u * 1024u)

/* An IN request that has no data yet. */
struct waiting {
	struct lean_hcd_request request;
	uint64_t since_us;
};

struct server {
	const struct gadget_device *device;
	int fd;
	uint8_t configuration; /* 0 until SET_CONFIGURATION */
	struct waiting waiting[MAX_WAITING];
	unsigned waiting_count;
	/* A message each, its data behind the head. */
	struct {
		struct lean_hcd_request head;
		uint8_t data[MAX_PAYLOAD];
	} in;
	struct {
		struct lean_hcd_reply head;
		uint8_t data[MAX_PAYLOAD];
	} out;
};

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

/* Descriptor of `type` into `out` (up to 65535 bytes); its length or GADGET_STALL. */
static int get_descriptor(const struct gadget_device *d, unsigned type, unsigned index,
			  uint8_t *out)
{
	size_t len;

	switch (type) {
	case USB_DT_DEVICE:
		memcpy(out, d->device_descriptor, d->device_descriptor[0]);
		return d->device_descriptor[0];
	case USB_DT_CONFIG:
		len = d->config_descriptor[2] | (size_t)d->config_descriptor[3] << 8;
		memcpy(out, d->config_descriptor, len);
		return (int)len;
	case USB_DT_STRING:
		if (index == 0) {
			memcpy(out, "\x04\x03\x09\x04", 4); /* one language, English (US) */
			return 4;
		}
		if (index > d->string_count)
			return GADGET_STALL;
		len = strlen(d->strings[index - 1]);
		out[0] = (uint8_t)(2 + 2 * len);
		out[1] = USB_DT_STRING;
		for (size_t i = 0; i < len; i++) {
			out[2 + 2 * i] = (uint8_t)d->strings[index - 1][i];
			out[3 + 2 * i] = 0;
		}
		return out[0];
	default:
		return GADGET_STALL;
	}
}

static int standard_request(struct server *s, const struct gadget_setup *setup, uint8_t *data)
{
	switch (setup->request) {
	case USB_REQ_GET_DESCRIPTOR:
		return get_descriptor(s->device, setup->value >> 8, setup->value & 0xff, data);
	case USB_REQ_GET_STATUS:
		data[0] = data[1] = 0;
		return 2;
	case USB_REQ_GET_CONFIGURATION:
		data[0] = s->configuration;
		return 1;
	case USB_REQ_GET_INTERFACE:
		data[0] = 0;
		return 1;
	case USB_REQ_SET_CONFIGURATION:
		s->configuration = (uint8_t)setup->value;
		return 0;
	case USB_REQ_CLEAR_FEATURE:
	case USB_REQ_SET_FEATURE:
	case USB_REQ_SET_ADDRESS:
	case USB_REQ_SET_INTERFACE:
		return 0;
	default:
		return GADGET_STALL;
	}
}

static int send_reply(struct server *s, const struct lean_hcd_reply *head, size_t data)
{
	s->out.head = *head;
	return write(s->fd, &s->out, sizeof(*head) + data) < 0 ? -errno : 0;
}

/* What a callback's result comes to. To the host: `result` bytes of data, which lie in
 * s->out; to the device: 0, and all `length` bytes are taken. */
static int finish(struct server *s, const struct lean_hcd_request *request, int result)
{
	struct lean_hcd_reply reply = {.id = request->id, .status = result < 0 ? -EPIPE : 0};

	if (result == GADGET_UNPLUG)
		return GADGET_UNPLUG;
	if (result >= 0 && !request->to_host)
		reply.taken = request->length;
	return send_reply(s, &reply, request->to_host && result > 0 ? (size_t)result : 0);
}

#define EARLY_MOST 255u

/* The OUT request is through; what bulk_in has to say to it goes along. */
static int finish_early(struct server *s, const struct lean_hcd_request *request)
{
	const struct gadget_device *d = s->device;
	struct lean_hcd_reply reply = {
		.id = request->id, .taken = request->length, .early = d->early_ep};
	size_t len = 0;

	while (len + 1 + EARLY_MOST <= sizeof(s->out.data)) {
		int n = d->bulk_in(d->user, d->early_ep, s->out.data + len + 1, EARLY_MOST, 0);

		if (n < 0)
			break;
		s->out.data[len] = (uint8_t)n;
		len += 1 + (size_t)n;
	}
	return send_reply(s, &reply, len);
}

static int handle_out(struct server *s, const struct lean_hcd_request *request)
{
	const struct gadget_device *d = s->device;
	int result = d->bulk_out(d->user, request->endpoint, s->in.data, request->length);

	return result == 0 && d->early_ep ? finish_early(s, request) : finish(s, request, result);
}

static int handle_control(struct server *s, const struct lean_hcd_request *request)
{
	const uint8_t *raw = request->setup;
	struct gadget_setup setup = {
		.request_type = raw[0],
		.request = raw[1],
		.value = (uint16_t)(raw[2] | raw[3] << 8),
		.index = (uint16_t)(raw[4] | raw[5] << 8),
		.length = (uint16_t)(raw[6] | raw[7] << 8),
	};
	uint8_t *data = request->to_host ? s->out.data : s->in.data;
	int result = GADGET_STALL;

	if ((raw[0] & USB_TYPE_MASK) == USB_TYPE_STANDARD)
		result = standard_request(s, &setup, data);
	else if (s->device->control)
		result = s->device->control(s->device->user, &setup, data);
	if (result > (int)setup.length)
		result = setup.length;
	return finish(s, request, result);
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
		unsigned ep = w.request.endpoint;
		int result = GADGET_AGAIN;

		if (rc == 0 && !(dry & 1u << ep))
			result = s->device->bulk_in(s->device->user, ep, s->out.data,
						    w.request.length, now_us() - w.since_us);
		if (rc != 0 || result == GADGET_AGAIN) {
			dry |= 1u << ep;
			s->waiting[kept++] = w;
			continue;
		}
		rc = finish(s, &w.request, result);
	}
	s->waiting_count = kept;
	return rc;
}

static int handle_request(struct server *s, const struct lean_hcd_request *request)
{
	const struct gadget_device *device = s->device;
	int rc = 0;

	if (request->length > MAX_PAYLOAD)
		return -EMSGSIZE;
	if (request->endpoint == 0)
		rc = handle_control(s, request);
	else if (!request->to_host && device->bulk_out)
		rc = handle_out(s, request);
	else if (request->to_host && device->bulk_in && s->waiting_count < MAX_WAITING)
		s->waiting[s->waiting_count++] = (struct waiting){*request, now_us()};
	else
		rc = finish(s, request, GADGET_STALL);
	return rc == 0 && s->waiting_count ? try_waiting(s) : rc;
}

static void forget_waiting(struct server *s, uint32_t id)
{
	for (unsigned i = 0; i < s->waiting_count; i++) {
		if (s->waiting[i].request.id != id)
			continue;
		memmove(&s->waiting[i], &s->waiting[i + 1],
			(--s->waiting_count - i) * sizeof(s->waiting[0]));
		return;
	}
}

/* Waits for requests, or for the next time to ask for waiting IN data. */
static int step(struct server *s)
{
	if (s->waiting_count && s->device->retry_us) {
		struct pollfd p = {.fd = s->fd, .events = POLLIN};
		struct timespec t = {.tv_sec = (time_t)(s->device->retry_us / 1000000u),
				     .tv_nsec = (long)(s->device->retry_us % 1000000u) * 1000};

		if (ppoll(&p, 1, &t, NULL) == 0)
			return try_waiting(s);
	}
	ssize_t n = read(s->fd, &s->in, sizeof(s->in));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	if (n == 0)
		return GADGET_UNPLUG;
	if (!s->in.head.cancelled)
		return handle_request(s, &s->in.head);
	forget_waiting(s, s->in.head.id);
	return 0;
}

void gadget_pull(int fd)
{
	ioctl(fd, LEAN_HCD_PULL);
}

int gadget_serve(int fd, const struct gadget_device *device)
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
	close(fd); /* pulls the cable, if nobody has */
	free(s);
	return rc == GADGET_UNPLUG || rc == -EPIPE ? 0 : rc;
}

int gadget_plug(unsigned port, enum gadget_speed speed)
{
	struct lean_hcd_plug plug = {port, (unsigned)speed};
	int fd = open(LEAN_HCD_NODE, O_RDWR | O_CLOEXEC), rc;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, LEAN_HCD_PLUG, &plug) == 0)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}
