/* SPDX-License-Identifier: BSD-2-Clause */
#include "ft232h_usb.h"

#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Which board. Only descriptors and strings are read here: no interface is
 * claimed and no driver detached, so that listing disturbs nobody's serial port.
 */

static const uint16_t known_products[] = {0x6014, 0x6010, 0x6011};

/* A wish of 0 or "" is no wish. */
struct wish {
	uint64_t vid, pid;
	const char *serial;
	const char *port;
};

static int take_wish(struct cx3_devname *name, struct wish *wish, struct cx3_error *err)
{
	int rc = cx3_devname_take_uint(name, "vid", 1, 0xffff, &wish->vid, err);

	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "pid", 1, 0xffff, &wish->pid, err);
	wish->serial = cx3_devname_take(name, "serial");
	wish->port = cx3_devname_take(name, "usb");
	return rc;
}

/* "1-2.3": bus 1, port 2 of the root hub, port 3 of the hub there; the kernel's
 * name for the place. */
static void port_name(libusb_device *dev, char *text, size_t size)
{
	uint8_t port[8];
	int depth = libusb_get_port_numbers(dev, port, sizeof(port));
	size_t len = (size_t)snprintf(text, size, "%u", libusb_get_bus_number(dev));

	for (int i = 0; i < depth && len < size; i++)
		len += (size_t)snprintf(text + len, size - len, "%c%u", i ? '.' : '-', port[i]);
}

static void add_board(struct ftdi_context *ftdi, struct ft232h_boards *boards, libusb_device *dev)
{
	struct ft232h_board *board = &boards->board[boards->count];
	struct libusb_device_descriptor descriptor;

	if (boards->count == FT232H_MAX_BOARDS ||
	    libusb_get_device_descriptor(dev, &descriptor) != 0)
		return;
	board->dev = libusb_ref_device(dev);
	board->vid = descriptor.idVendor;
	board->pid = descriptor.idProduct;
	port_name(dev, board->port, sizeof(board->port));
	/* A board without an EEPROM has no serial number; that is no failure. */
	if (!descriptor.iSerialNumber)
		snprintf(board->serial, sizeof(board->serial), "%s", "");
	else if (ftdi_usb_get_strings2(ftdi, dev, NULL, 0, board->description,
				       sizeof(board->description), board->serial,
				       sizeof(board->serial)) != 0)
		board->unreadable = true;
	boards->count++;
}

static int add_product(struct ftdi_context *ftdi, struct ft232h_boards *boards, uint16_t vid,
		       uint16_t pid, struct cx3_error *err)
{
	struct ftdi_device_list *list = NULL;

	if (ftdi_usb_find_all(ftdi, &list, vid, pid) < 0)
		return cx3_fail(err, CX3_E_IO, "USB", "the list of USB devices can't be read (%s)",
				ftdi_get_error_string(ftdi));
	for (const struct ftdi_device_list *item = list; item; item = item->next)
		add_board(ftdi, boards, item->dev);
	ftdi_list_free(&list);
	return CX3_OK;
}

void ft232h_boards_free(struct ft232h_boards *boards)
{
	for (unsigned i = 0; i < boards->count; i++)
		libusb_unref_device(boards->board[i].dev);
	boards->count = 0;
}

static bool fits(const struct ft232h_board *board, const struct wish *wish)
{
	return (!wish->serial || strcmp(wish->serial, board->serial) == 0) &&
	       (!wish->port || strcmp(wish->port, board->port) == 0);
}

static void drop_others(struct ft232h_boards *boards, const struct wish *wish)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < boards->count; i++) {
		if (fits(&boards->board[i], wish))
			boards->board[kept++] = boards->board[i];
		else
			libusb_unref_device(boards->board[i].dev);
	}
	boards->count = kept;
}

/* "04:03 at usb=1-2 serial=FT4X1234, ..." */
static void list_boards(const struct ft232h_boards *boards, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < boards->count && len < size; i++) {
		const struct ft232h_board *board = &boards->board[i];
		const char *serial = board->serial;

		if (board->unreadable)
			serial = "(no permission to read it)";
		else if (!serial[0])
			serial = "(none)";
		len += (size_t)snprintf(text + len, size - len, "%susb=%s (%04x:%04x, serial %s)",
					i ? ", " : "", board->port, board->vid, board->pid, serial);
	}
}

static int none_found(const struct wish *wish, const char *others, bool unreadable,
		      struct cx3_error *err)
{
	char asked[192] = "";

	if (wish->serial)
		snprintf(asked, sizeof(asked), " with serial=%s", wish->serial);
	else if (wish->port)
		snprintf(asked, sizeof(asked), " at usb=%s", wish->port);
	if (unreadable && wish->serial)
		return cx3_fail(
			err, CX3_E_PERMISSION, "ft232h",
			"the serial numbers can't be read by this user: %s; install the udev "
			"rule 70-cx3flash.rules and plug the board in again, or name it by usb=",
			others);
	if (others[0])
		return cx3_fail(err, CX3_E_NO_DEVICE, "ft232h",
				"no board%s; there is %s: name one of these", asked, others);
	return cx3_fail(
		err, CX3_E_NO_DEVICE, "ft232h",
		"no FT232H, FT2232H or FT4232H%s on USB: plug the board in, and see with "
		"lsusb that it is there (0403:6014); one with other ids needs vid= and pid=",
		asked);
}

static int choose(struct ft232h_boards *boards, const struct wish *wish, struct cx3_error *err)
{
	bool unreadable = false;
	char all[320];

	list_boards(boards, all, sizeof(all));
	for (unsigned i = 0; i < boards->count; i++)
		unreadable = unreadable || boards->board[i].unreadable;
	drop_others(boards, wish);
	if (boards->count == 0)
		return none_found(wish, all, unreadable, err);
	if (boards->count > 1)
		return cx3_fail(err, CX3_E_USAGE, "ft232h",
				"%u boards are attached: %s; name the right one, as in "
				"ft232h:usb=%s",
				boards->count, all, boards->board[0].port);
	return CX3_OK;
}

int ft232h_find(struct ftdi_context *ftdi, struct cx3_devname *name, struct ft232h_boards *boards,
		struct cx3_error *err)
{
	struct wish wish = {0};
	uint16_t vid;
	int rc = take_wish(name, &wish, err);

	boards->count = 0;
	vid = wish.vid ? (uint16_t)wish.vid : 0x0403;
	if (rc == CX3_OK && wish.pid)
		rc = add_product(ftdi, boards, vid, (uint16_t)wish.pid, err);
	for (size_t i = 0; rc == CX3_OK && !wish.pid && i < 3; i++)
		rc = add_product(ftdi, boards, vid, known_products[i], err);
	if (rc == CX3_OK)
		rc = choose(boards, &wish, err);
	if (rc != CX3_OK)
		ft232h_boards_free(boards);
	return rc;
}
