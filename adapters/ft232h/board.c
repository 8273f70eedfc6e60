/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A real board through libftdi1 and libusb: opening it, its settings, and the USB
 * side of the command queue (struct mpsse_usb).
 */
#include "ft232h_priv.h"

#include <ftdi.h>
#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "device_fd.h"

/* Blocks of 4 KiB go to the chip one after the other; each waits until the chip
 * has clocked out most of the one before: 4 s at the lowest clock. */
#define WRITE_TIMEOUT_MS 8000
#define READ_TIMEOUT_MS 1000
#define LATENCY_MS 1
#define CLAIM_FAILED (-5) /* of ftdi_usb_open_dev(), as libftdi1 documents it */

struct board {
	struct mpsse_usb usb;
	struct ftdi_context *ftdi;
	int lock_fd; /* holds the lock on the board's node; -1: none */
	char place[96];
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

/*
 * Why a call failed. libftdi tells its own code for a failed write, and the
 * kernel answers with an I/O error until it has noticed that the board is gone:
 * so the board is asked a few times more.
 */
static int tell_failure(struct board *board, const char *what, int code, struct cx3_error *err)
{
	uint8_t byte;

	for (int tries = 0; tries < 5 && code != LIBUSB_ERROR_NO_DEVICE; tries++) {
		board_wait_us(board, 20000);
		/* what libftdi still has in memory tells nothing of the board */
		board->ftdi->readbuffer_remaining = 0;
		code = ftdi_read_data(board->ftdi, &byte, 1);
		if (code >= 0)
			break;
	}
	if (code == LIBUSB_ERROR_NO_DEVICE)
		return cx3_fail(err, CX3_E_GONE, board->place,
				"The board is no longer there: it was unplugged, or its USB "
				"connection dropped.\n"
				"Plug it in again and start anew.");
	return cx3_fail(err, code >= 0 ? CX3_E_TIMEOUT : CX3_E_IO, board->place,
			"The USB %s failed (%s).\n"
			"Unplug the board, plug it in again, if it is on a hub then without it, "
			"and start anew.",
			what, code >= 0 ? "the board takes no more data" : libusb_strerror(code));
}

static int board_write(void *user, const uint8_t *data, size_t len, struct cx3_error *err)
{
	struct board *board = user;
	int sent = ftdi_write_data(board->ftdi, data, (int)len);

	return sent == (int)len ? CX3_OK : tell_failure(board, "write", sent, err);
}

/* libftdi takes the status bytes out, and returns after one latency time with
 * what has come. */
static int board_read(void *user, uint8_t *data, size_t len, size_t *got, struct cx3_error *err)
{
	struct board *board = user;
	int rc = ftdi_read_data(board->ftdi, data, (int)len);

	*got = rc > 0 ? (size_t)rc : 0;
	return rc >= 0 ? CX3_OK : tell_failure(board, "read", rc, err);
}

static int board_purge(void *user, struct cx3_error *err)
{
	struct board *board = user;
	int rc = ftdi_tcioflush(board->ftdi);

	return rc >= 0 ? CX3_OK : tell_failure(board, "reset of the buffers", rc, err);
}

static void drop_board(struct board *board)
{
	ftdi_free(board->ftdi);
	if (board->lock_fd >= 0)
		close(board->lock_fd);
	free(board);
}

/* Back to the mode that the board powers up in, for the kernel's serial driver,
 * which libftdi then attaches again. */
static void board_close(void *user)
{
	struct board *board = user;

	ftdi_set_bitmode(board->ftdi, 0, BITMODE_RESET);
	ftdi_usb_close(board->ftdi);
	drop_board(board);
}

/* Channel A is the default; only A and B have an MPSSE. */
static int take_channel(struct cx3_devname *name, enum ftdi_interface *channel,
			struct cx3_error *err)
{
	const char *text = cx3_devname_take(name, "channel");

	*channel = INTERFACE_A;
	if (!text || strcmp(text, "A") == 0 || strcmp(text, "a") == 0)
		return CX3_OK;
	*channel = INTERFACE_B;
	if (strcmp(text, "B") == 0 || strcmp(text, "b") == 0)
		return CX3_OK;
	return cx3_fail(err, CX3_E_USAGE, "channel",
			"There is no I2C on channel %s.\n"
			"Name channel A or B.",
			text);
}

static const char *chip_of(const struct ftdi_context *ftdi, struct mpsse_usb *usb)
{
	switch (ftdi->type) {
	case TYPE_232H:
		usb->answer_room = 1024;
		usb->drive_zero = true;
		return "FT232H";
	case TYPE_2232H:
		usb->answer_room = 4096;
		return "FT2232H";
	case TYPE_4232H:
		usb->answer_room = 2048;
		return "FT4232H";
	default:
		return NULL;
	}
}

static int set_up(struct board *board, const struct cx3_usb_board *found,
		  enum ftdi_interface channel, struct cx3_error *err)
{
	struct ftdi_context *ftdi = board->ftdi;
	const char *chip = chip_of(ftdi, &board->usb);

	if (!chip)
		return cx3_fail(err, CX3_E_UNSUPPORTED, board->place,
				"This chip has no I2C mode: it is no FT232H, FT2232H or FT4232H.\n"
				"Use a board with one of these.");
	if (channel != INTERFACE_A && ftdi->type == TYPE_232H)
		return cx3_fail(err, CX3_E_UNSUPPORTED, board->place,
				"An FT232H has one channel only.\n"
				"Leave channel= out of the device name.");
	snprintf(board->place, sizeof(board->place), "ft232h usb=%.30s (%s%s%s%.30s)", found->port,
		 chip, channel == INTERFACE_B ? " channel B" : "", found->serial[0] ? " " : "",
		 found->serial);
	ftdi->usb_write_timeout = WRITE_TIMEOUT_MS;
	ftdi->usb_read_timeout = READ_TIMEOUT_MS;
	if (ftdi_set_latency_timer(ftdi, LATENCY_MS) != 0 ||
	    ftdi_set_bitmode(ftdi, 0, BITMODE_RESET) != 0 || ftdi_tcioflush(ftdi) != 0 ||
	    ftdi_set_bitmode(ftdi, 0, BITMODE_MPSSE) != 0)
		return cx3_fail(err, CX3_E_IO, board->place,
				"The chip does not take its settings (%s).\n"
				"Unplug the board and plug it in again.",
				ftdi_get_error_string(ftdi));
	return CX3_OK;
}

static struct board *new_board(void)
{
	struct board *board = calloc(1, sizeof(*board));

	if (!board)
		return NULL;
	board->usb = (struct mpsse_usb){
		.user = board,
		.place = board->place,
		.write = board_write,
		.read = board_read,
		.purge = board_purge,
		.now_us = board_now_us,
		.wait_us = board_wait_us,
		.close = board_close,
	};
	board->lock_fd = -1;
	board->ftdi = ftdi_new();
	if (!board->ftdi) {
		free(board);
		return NULL;
	}
	/* The kernel's serial driver is put back at close. */
	board->ftdi->module_detach_mode = AUTO_DETACH_REATACH_SIO_MODULE;
	return board;
}

/* libftdi does not say why libusb refused: libusb is asked again. */
static int tell_open_failure(struct board *board, int ftdi_code, struct libusb_device *device,
			     struct cx3_error *err)
{
	libusb_device_handle *handle;
	int code = libusb_open(device, &handle);

	if (code == 0)
		libusb_close(handle);
	if (code == 0 && ftdi_code == CLAIM_FAILED)
		code = LIBUSB_ERROR_BUSY;
	return cx3_usb_open_failed(code, board->place, ftdi_get_error_string(board->ftdi), err);
}

static int open_interface(struct board *board, const struct cx3_usb_board *found,
			  enum ftdi_interface channel, struct cx3_error *err)
{
	struct libusb_device *device;
	int rc = cx3_usb_device(board->ftdi->usb_ctx, found, board->place, &device, err);
	int code;

	if (rc != CX3_OK)
		return rc;
	ftdi_set_interface(board->ftdi, channel);
	code = ftdi_usb_open_dev(board->ftdi, device);
	if (code != 0)
		rc = tell_open_failure(board, code, device, err);
	libusb_unref_device(device);
	return rc;
}

/* Locked first: opening the interface would take the board from its user. */
static int open_board(const struct cx3_usb_board *found, enum ftdi_interface channel,
		      const struct cx3_log *log, struct board **out, struct cx3_error *err)
{
	struct board *board = new_board();
	int rc;

	if (!board)
		return cx3_fail(err, CX3_E_NO_MEMORY, "ft232h",
				"There is no memory for libftdi.\n"
				"Close other programs and try again.");
	snprintf(board->place, sizeof(board->place), "ft232h usb=%s", found->port);
	rc = cx3_usb_lock(found, board->place, log, &board->lock_fd, err);
	if (rc == CX3_OK)
		rc = open_interface(board, found, channel, err);
	if (rc != CX3_OK) {
		drop_board(board);
		return rc;
	}
	rc = set_up(board, found, channel, err);
	if (rc != CX3_OK)
		board_close(board);
	else
		*out = board;
	return rc;
}

int ft232h_board_open(struct cx3_devname *name, const struct cx3_log *log, struct mpsse_usb **out,
		      char *label, size_t label_size, struct cx3_error *err)
{
	struct cx3_usb_board found;
	enum ftdi_interface channel;
	struct board *board = NULL;
	struct cx3_low_fds low;
	int rc = take_channel(name, &channel, err);

	if (rc == CX3_OK)
		rc = cx3_usb_find(&cx3_usb_linux, &ft232h_kind, name, &found, err);
	/* libusb opens descriptors when it starts and when it opens a device. */
	if (rc == CX3_OK)
		rc = cx3_low_fds_take(&low, err);
	if (rc != CX3_OK)
		return rc;
	rc = open_board(&found, channel, log, &board, err);
	cx3_low_fds_free(&low);
	if (rc != CX3_OK)
		return rc;
	cx3_log(log, CX3_LOG_DEBUG, "%s: opened", board->place);
	snprintf(label, label_size, "%s", board->place);
	*out = &board->usb;
	return CX3_OK;
}
