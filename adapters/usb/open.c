/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock of a USB board, its libusb device, and why it can't be opened. */
#include "usb.h"

#include <errno.h>
#include <fcntl.h>
#include <libusb.h>
#include <string.h>
#include <unistd.h>

#include "device_fd.h"
#include "lock.h"

int cx3_usb_lock(const struct cx3_usb_board *board, const char *label, const struct cx3_log *log,
		 int *fd, struct cx3_error *err)
{
	int rc;

	*fd = cx3_device_fd(open(board->node, O_RDONLY | O_CLOEXEC));
	if (*fd < 0) {
		cx3_log(log, CX3_LOG_DEBUG, "%s: %s can't be opened for a lock (%s)", label,
			board->node, cx3_errno_text(errno));
		return CX3_OK;
	}
	rc = cx3_device_lock(*fd, label, log, err);
	if (rc != CX3_OK) {
		close(*fd);
		*fd = -1;
	}
	return rc;
}

static int gone(const char *label, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_GONE, label,
			"The board was unplugged.\n"
			"Plug it in again and start anew.");
}

int cx3_usb_device(struct libusb_context *context, const struct cx3_usb_board *board,
		   const char *label, struct libusb_device **device, struct cx3_error *err)
{
	libusb_device **list;
	ssize_t count = libusb_get_device_list(context, &list);

	*device = NULL;
	if (count < 0)
		return cx3_fail(err, CX3_E_IO, label,
				"The list of USB devices can't be read (%s).\n"
				"See the kernel's log.",
				libusb_strerror((int)count));
	for (ssize_t i = 0; i < count && !*device; i++) {
		if (libusb_get_bus_number(list[i]) == board->bus &&
		    libusb_get_device_address(list[i]) == board->address)
			*device = libusb_ref_device(list[i]);
	}
	libusb_free_device_list(list, 1);
	return *device ? CX3_OK : gone(label, err);
}

int cx3_usb_open_failed(int libusb_code, const char *label, const char *detail,
			struct cx3_error *err)
{
	switch (libusb_code) {
	case LIBUSB_ERROR_ACCESS:
		return cx3_fail(err, CX3_E_PERMISSION, label,
				"This user may not open the board.\n"
				"Install the udev rule 70-cx3flash.rules and plug the board in "
				"again, or run as root.");
	case LIBUSB_ERROR_NO_DEVICE:
		return gone(label, err);
	case LIBUSB_ERROR_BUSY:
		return cx3_fail(err, CX3_E_IN_USE, label,
				"Another program has claimed the board (%s).\n"
				"Stop that program, perhaps openocd or a virtual machine, and try "
				"again.",
				detail);
	default:
		return cx3_fail(err, CX3_E_IO, label,
				"The board can't be opened (%s).\n"
				"Unplug the board, plug it in again, and see the kernel's log.",
				detail);
	}
}
