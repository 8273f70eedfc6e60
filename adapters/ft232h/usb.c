/* SPDX-License-Identifier: BSD-2-Clause */
#include "ft232h_usb.h"

#include <errno.h>
#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Blocks of 4 KiB go to the chip one after the other; each waits until the chip
 * has clocked out most of the one before: 4 s at the lowest clock. */
#define WRITE_TIMEOUT_MS 8000
#define READ_TIMEOUT_MS 1000
#define LATENCY_MS 1

struct board {
	struct mpsse_usb usb;
	struct ftdi_context *ftdi;
	char place[96];
};

static uint64_t board_now_us(void *user)
{
	struct timespec now;

	(void)user;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static void board_wait_us(void *user, uint64_t us)
{
	struct timespec left = {(time_t)(us / 1000000u), (long)(us % 1000000u) * 1000};

	(void)user;
	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
		;
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
		code = ftdi_read_data(board->ftdi, &byte, 1);
		if (code >= 0)
			break;
	}
	if (code == LIBUSB_ERROR_NO_DEVICE)
		return cx3_fail(err, CX3_E_GONE, board->place,
				"the board is no longer there: it was unplugged, or its USB "
				"connection dropped; plug it in again and run the same command");
	return cx3_fail(err, code >= 0 ? CX3_E_TIMEOUT : CX3_E_IO, board->place,
			"the USB %s failed (%s): unplug the board, plug it in again, if it is "
			"on a hub then without it, and run the same command",
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

/* Back to the mode that the board powers up in, for the kernel's serial driver,
 * which libftdi then attaches again. */
static void board_close(void *user)
{
	struct board *board = user;

	ftdi_set_bitmode(board->ftdi, 0, BITMODE_RESET);
	ftdi_usb_close(board->ftdi);
	ftdi_free(board->ftdi);
	free(board);
}

static int tell_open_failure(const struct ft232h_board *found, struct ftdi_context *ftdi,
			     const char *place, struct cx3_error *err)
{
	libusb_device_handle *handle;
	int code = libusb_open(found->dev, &handle);

	if (code == LIBUSB_ERROR_ACCESS)
		return cx3_fail(err, CX3_E_PERMISSION, place,
				"this user may not open the board: install the udev rule "
				"70-cx3flash.rules and plug the board in again, or run as root");
	if (code == LIBUSB_ERROR_NO_DEVICE)
		return cx3_fail(
			err, CX3_E_GONE, place,
			"the board was unplugged; plug it in again and run the same command");
	if (code == 0)
		libusb_close(handle);
	return cx3_fail(err, CX3_E_IO, place,
			"the board can't be opened (%s): another program uses it, perhaps this "
			"one in another window, openocd or a virtual machine; stop it first",
			ftdi_get_error_string(ftdi));
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
			"channel=%s: only the channels A and B speak I2C", text);
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

static int set_up(struct board *board, const struct ft232h_board *found,
		  enum ftdi_interface channel, struct cx3_error *err)
{
	struct ftdi_context *ftdi = board->ftdi;
	const char *chip = chip_of(ftdi, &board->usb);

	if (!chip || (channel != INTERFACE_A && ftdi->type == TYPE_232H))
		return cx3_fail(err, CX3_E_UNSUPPORTED, board->place, "%s",
				chip ? "an FT232H has one channel only: leave channel= out"
				     : "this chip has no I2C mode: it is no FT232H, FT2232H or "
				       "FT4232H");
	snprintf(board->place, sizeof(board->place), "ft232h usb=%s (%s%s%s%s)", found->port, chip,
		 channel == INTERFACE_B ? " channel B" : "", found->serial[0] ? " " : "",
		 found->serial);
	ftdi->usb_write_timeout = WRITE_TIMEOUT_MS;
	ftdi->usb_read_timeout = READ_TIMEOUT_MS;
	if (ftdi_set_latency_timer(ftdi, LATENCY_MS) != 0 ||
	    ftdi_set_bitmode(ftdi, 0, BITMODE_RESET) != 0 || ftdi_tcioflush(ftdi) != 0 ||
	    ftdi_set_bitmode(ftdi, 0, BITMODE_MPSSE) != 0)
		return cx3_fail(
			err, CX3_E_IO, board->place,
			"the chip does not take its settings (%s): unplug the board and plug "
			"it in again",
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
	board->ftdi = ftdi_new();
	if (!board->ftdi) {
		free(board);
		return NULL;
	}
	/* The kernel's serial driver is put back at close. */
	board->ftdi->module_detach_mode = AUTO_DETACH_REATACH_SIO_MODULE;
	return board;
}

static void drop_board(struct board *board)
{
	ftdi_free(board->ftdi);
	free(board);
}

int ft232h_usb_open(struct cx3_devname *name, const struct cx3_log *log, struct mpsse_usb **out,
		    char *label, size_t label_size, struct cx3_error *err)
{
	struct board *board = new_board();
	struct ft232h_boards boards;
	enum ftdi_interface channel;
	int rc;

	if (!board)
		return cx3_fail(err, CX3_E_NO_MEMORY, "ft232h", "libftdi can't start: no memory");
	rc = take_channel(name, &channel, err);
	if (rc == CX3_OK)
		rc = ft232h_find(board->ftdi, name, &boards, err);
	if (rc != CX3_OK) {
		drop_board(board);
		return rc;
	}
	snprintf(board->place, sizeof(board->place), "ft232h usb=%s", boards.board[0].port);
	ftdi_set_interface(board->ftdi, channel);
	if (ftdi_usb_open_dev(board->ftdi, boards.board[0].dev) != 0) {
		rc = tell_open_failure(&boards.board[0], board->ftdi, board->place, err);
		drop_board(board);
	} else {
		rc = set_up(board, &boards.board[0], channel, err);
		if (rc != CX3_OK)
			board_close(board);
	}
	ft232h_boards_free(&boards);
	if (rc != CX3_OK)
		return rc;
	cx3_log(log, CX3_LOG_DEBUG, "%s: opened", board->place);
	snprintf(label, label_size, "%s", board->place);
	*out = &board->usb;
	return CX3_OK;
}
