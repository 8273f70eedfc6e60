/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A real dongle through libusb: opening it, OUT transfers, and IN transfers that are always
 * waiting for the next answers, so that USB's frames are used and the dongle never has to keep
 * many.
 */
#include "diolan_priv.h"

#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "clock.h"
#include "device_fd.h"
#include "kernel_bus.h"

#define EP_OUT 0x02u
#define EP_IN 0x84u
#define INTERFACE 0
/* A packet each; USB carries up to 19 of them in a frame of 1 ms. */
#define INS 32u
#define SEND_TIMEOUT_MS 2000u
#define CANCEL_US 1000000u
/* More answers than can ever be open. */
#define RING 512u

struct answer {
	uint8_t data[U2C_PACKET];
	size_t len;
};

struct board {
	struct u2c_usb usb;
	libusb_context *context;
	libusb_device_handle *handle;
	int lock_fd; /* holds the lock on the dongle's node; -1: none */
	char place[96];
	bool claimed;

	struct libusb_transfer *in[INS];
	uint8_t buffer[INS][U2C_PACKET];
	bool flying[INS];
	unsigned in_flight;
	bool ending;
	int failed; /* libusb's code of the first IN that failed; 0: none */

	struct answer ring[RING];
	unsigned first, count;
};

static uint64_t board_now_us(void *user)
{
	(void)user;
	return cx3_clock_us();
}

static void board_wait_us(void *user, uint64_t us)
{
	(void)user;
	cx3_clock_wait_us(us);
}

static int tell_failure(const struct board *b, const char *what, int code, struct cx3_error *err)
{
	if (code == LIBUSB_ERROR_NO_DEVICE)
		return cx3_fail(err, CX3_E_GONE, b->place,
				"The dongle is no longer there: it was unplugged, or its USB "
				"connection dropped.\n"
				"Plug it in again and start anew.");
	return cx3_fail(
		err, code == LIBUSB_ERROR_TIMEOUT ? CX3_E_TIMEOUT : CX3_E_IO, b->place,
		"The USB %s failed (%s).\n"
		"Unplug the dongle, plug it in again, if it is on a hub then without it, and "
		"start anew.",
		what, libusb_strerror(code));
}

static int code_of(enum libusb_transfer_status status)
{
	switch (status) {
	case LIBUSB_TRANSFER_COMPLETED:
	case LIBUSB_TRANSFER_CANCELLED:
		return 0;
	case LIBUSB_TRANSFER_NO_DEVICE:
		return LIBUSB_ERROR_NO_DEVICE;
	case LIBUSB_TRANSFER_STALL:
		return LIBUSB_ERROR_PIPE;
	case LIBUSB_TRANSFER_OVERFLOW:
		return LIBUSB_ERROR_OVERFLOW;
	default:
		return LIBUSB_ERROR_IO;
	}
}

static void keep(struct board *b, const struct libusb_transfer *t)
{
	struct answer *a = &b->ring[(b->first + b->count) % RING];

	if (t->actual_length <= 0 || b->count == RING)
		return;
	a->len = (size_t)t->actual_length;
	memcpy(a->data, t->buffer, a->len);
	b->count++;
}

static void submit(struct board *b, unsigned i)
{
	int code = libusb_submit_transfer(b->in[i]);

	b->flying[i] = code == 0;
	b->in_flight += code == 0;
	if (code != 0 && b->failed == 0)
		b->failed = code;
}

static void LIBUSB_CALL arrived(struct libusb_transfer *t)
{
	struct board *b = t->user_data;
	unsigned i = 0;
	int code = code_of(t->status);

	while (b->in[i] != t)
		i++;
	b->flying[i] = false;
	b->in_flight--;
	keep(b, t);
	if (code != 0 && b->failed == 0)
		b->failed = code;
	if (code == 0 && !b->ending)
		submit(b, i);
}

static int board_send(void *user, const uint8_t *data, size_t len, struct cx3_error *err)
{
	struct board *b = user;
	uint8_t copy[U2C_MOST_OUT];
	int sent = 0, code;

	memcpy(copy, data, len);
	code = libusb_bulk_transfer(b->handle, EP_OUT, copy, (int)len, &sent, SEND_TIMEOUT_MS);
	if (code == 0 && sent == (int)len)
		return CX3_OK;
	return tell_failure(b, "write", code ? code : LIBUSB_ERROR_IO, err);
}

/* Lets libusb work until there is an answer, nothing is in flight, or the time is over. */
static void wait_for(struct board *b, uint64_t wait_us)
{
	uint64_t end = cx3_clock_us() + wait_us, now;

	while (b->count == 0 && b->failed == 0 && (now = cx3_clock_us()) < end) {
		struct timeval left = {.tv_sec = (time_t)((end - now) / 1000000u),
				       .tv_usec = (suseconds_t)((end - now) % 1000000u)};
		int code = libusb_handle_events_timeout_completed(b->context, &left, NULL);

		if (code != 0 && code != LIBUSB_ERROR_INTERRUPTED)
			b->failed = code;
	}
}

static int board_answer(void *user, uint8_t *data, size_t *len, uint64_t wait_us,
			struct cx3_error *err)
{
	struct board *b = user;
	const struct answer *a;

	*len = 0;
	wait_for(b, wait_us);
	if (b->count == 0)
		return b->failed ? tell_failure(b, "read", b->failed, err) : CX3_OK;
	a = &b->ring[b->first];
	*len = a->len;
	memcpy(data, a->data, a->len);
	b->first = (b->first + 1) % RING;
	b->count--;
	return CX3_OK;
}

/* A read that has failed is not sent again by itself. What was cut off is not believed. */
static int board_restart(void *user, struct cx3_error *err)
{
	struct board *b = user;

	if (b->failed == LIBUSB_ERROR_NO_DEVICE)
		return tell_failure(b, "read", b->failed, err);
	if (b->failed == LIBUSB_ERROR_PIPE) {
		(void)libusb_clear_halt(b->handle, EP_IN);
		(void)libusb_clear_halt(b->handle, EP_OUT);
	}
	b->failed = 0;
	for (unsigned i = 0; i < INS; i++) {
		if (!b->flying[i])
			submit(b, i);
	}
	return b->failed ? tell_failure(b, "read", b->failed, err) : CX3_OK;
}

static int start_reading(struct board *b, struct cx3_error *err)
{
	for (unsigned i = 0; i < INS; i++) {
		b->in[i] = libusb_alloc_transfer(0);
		if (!b->in[i])
			return cx3_fail(err, CX3_E_NO_MEMORY, b->place,
					"There is no memory for USB transfers.\n"
					"Close other programs and try again.");
		libusb_fill_bulk_transfer(b->in[i], b->handle, EP_IN, b->buffer[i], U2C_PACKET,
					  arrived, b, 0);
		submit(b, i);
	}
	return b->failed ? tell_failure(b, "read", b->failed, err) : CX3_OK;
}

/* A transfer that libusb still works on can't be freed: then its memory is left to it. */
static bool stop_reading(struct board *b)
{
	uint64_t end = cx3_clock_us() + CANCEL_US;
	struct timeval tick = {.tv_usec = 10000};

	b->ending = true;
	for (unsigned i = 0; i < INS; i++) {
		if (b->in[i] && b->flying[i])
			libusb_cancel_transfer(b->in[i]);
	}
	while (b->in_flight > 0 && cx3_clock_us() < end)
		libusb_handle_events_timeout_completed(b->context, &tick, NULL);
	for (unsigned i = 0; i < INS; i++) {
		if (b->in[i] && !b->flying[i])
			libusb_free_transfer(b->in[i]);
	}
	return b->in_flight == 0;
}

/* libusb attaches the kernel's driver again when the interface is released. */
static void board_close(void *user)
{
	struct board *b = user;

	if (!stop_reading(b))
		return;
	if (b->claimed)
		libusb_release_interface(b->handle, INTERFACE);
	if (b->handle)
		libusb_close(b->handle);
	if (b->context)
		libusb_exit(b->context);
	if (b->lock_fd >= 0)
		close(b->lock_fd);
	free(b);
}

static int claim(struct board *b, const struct cx3_usb_board *found, struct cx3_error *err)
{
	struct libusb_device *device;
	int code = libusb_init(&b->context), rc;

	if (code != 0) {
		b->context = NULL;
		return cx3_usb_open_failed(code, b->place, libusb_strerror(code), err);
	}
	rc = cx3_usb_device(b->context, found, b->place, &device, err);
	if (rc != CX3_OK)
		return rc;
	code = libusb_open(device, &b->handle);
	libusb_unref_device(device);
	if (code != 0) {
		b->handle = NULL;
		return cx3_usb_open_failed(code, b->place, libusb_strerror(code), err);
	}
	(void)libusb_set_auto_detach_kernel_driver(b->handle, 1);
	code = libusb_claim_interface(b->handle, INTERFACE);
	if (code != 0)
		return cx3_usb_open_failed(code, b->place, libusb_strerror(code), err);
	b->claimed = true;
	return CX3_OK;
}

static int open_board(struct board *b, const struct cx3_usb_board *found, const struct cx3_log *log,
		      struct cx3_error *err)
{
	struct cx3_low_fds low;
	int rc = cx3_usb_lock(found, b->place, log, &b->lock_fd, err);

	if (rc == CX3_OK)
		rc = cx3_kernel_bus_is_free(&cx3_usb_linux, found, b->place, log, err);
	/* libusb opens descriptors when it starts and when it opens a device. */
	if (rc == CX3_OK)
		rc = cx3_low_fds_take(&low, err);
	if (rc != CX3_OK)
		return rc;
	rc = claim(b, found, err);
	cx3_low_fds_free(&low);
	return rc == CX3_OK ? start_reading(b, err) : rc;
}

int diolan_board_open(struct cx3_devname *name, const struct cx3_log *log, struct u2c_usb **out,
		      char *label, size_t label_size, struct cx3_error *err)
{
	struct cx3_usb_board found;
	struct board *b;
	int rc = cx3_usb_find(&cx3_usb_linux, &diolan_kind, name, &found, err);

	if (rc != CX3_OK)
		return rc;
	b = calloc(1, sizeof(*b));
	if (!b)
		return cx3_fail(err, CX3_E_NO_MEMORY, "mtusb1",
				"There is no memory for the dongle.\n"
				"Close other programs and try again.");
	b->lock_fd = -1;
	b->usb = (struct u2c_usb){b,
				  b->place,
				  board_send,
				  board_answer,
				  board_restart,
				  board_now_us,
				  board_wait_us,
				  board_close};
	snprintf(b->place, sizeof(b->place), "mtusb1 usb=%.30s%s%.30s", found.port,
		 found.serial[0] ? " " : "", found.serial);
	rc = open_board(b, &found, log, err);
	if (rc != CX3_OK) {
		board_close(b);
		return rc;
	}
	cx3_log(log, CX3_LOG_DEBUG, "%s: opened%s%s", b->place,
		found.driver[0] ? ", without the kernel's driver " : "", found.driver);
	snprintf(label, label_size, "%s", b->place);
	*out = &b->usb;
	return CX3_OK;
}
