/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The USB boards that are plugged in, from SYS/bus/usb/devices: a folder for each
 * device, named after its port, with its descriptors as attributes
 * (Documentation/ABI/stable/sysfs-bus-usb of the Linux kernel). The kernel keeps
 * the strings, so reading them sends nothing to the board.
 */
#include "usb.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sysfs.h"

const struct cx3_usb_system cx3_usb_linux = {.sys = "/sys", .dev = "/dev"};

static bool is_of_kind(const struct cx3_usb_kind *kind, unsigned vid, unsigned pid)
{
	if (vid != kind->vid)
		return false;
	for (size_t i = 0; i < sizeof(kind->pids) / sizeof(kind->pids[0]) && kind->pids[i]; i++) {
		if (pid == kind->pids[i])
			return true;
	}
	return false;
}

/* A string that the board brings, for messages: printable ASCII only. */
static void read_string(const char *folder, const char *file, char *text, size_t size)
{
	if (!cx3_sysfs_line(folder, file, text, size))
		text[0] = '\0';
	for (; *text; text++) {
		if (*text < 0x20 || *text > 0x7e)
			*text = '?';
	}
}

/* False if the folder is no board of this kind, or has gone while it is read. */
static bool read_board(const struct cx3_usb_system *sys, const struct cx3_usb_kind *kind,
		       const char *port, struct cx3_usb_board *board)
{
	char folder[PATH_MAX], interface[PATH_MAX + 8];
	unsigned vid, pid;

	memset(board, 0, sizeof(*board));
	if (strlen(port) >= sizeof(board->port))
		return false;
	snprintf(folder, sizeof(folder), "%s/bus/usb/devices/%s", sys->sys, port);
	if (!cx3_sysfs_number(folder, "idVendor", 16, &vid) ||
	    !cx3_sysfs_number(folder, "idProduct", 16, &pid) || !is_of_kind(kind, vid, pid) ||
	    !cx3_sysfs_number(folder, "busnum", 10, &board->bus) ||
	    !cx3_sysfs_number(folder, "devnum", 10, &board->address))
		return false;
	board->vid = (uint16_t)vid;
	board->pid = (uint16_t)pid;
	snprintf(board->port, sizeof(board->port), "%.31s", port);
	read_string(folder, "serial", board->serial, sizeof(board->serial));
	read_string(folder, "product", board->product, sizeof(board->product));
	snprintf(interface, sizeof(interface), "%s:1.0", folder);
	cx3_sysfs_driver(interface, board->driver, sizeof(board->driver));
	return snprintf(board->node, sizeof(board->node), "%s/bus/usb/%03u/%03u", sys->dev,
			board->bus, board->address) < (int)sizeof(board->node);
}

static int compare_ports(const void *a, const void *b)
{
	const struct cx3_usb_board *x = a, *y = b;

	return strverscmp(x->port, y->port);
}

void cx3_usb_list(const struct cx3_usb_system *sys, const struct cx3_usb_kind *kind,
		  struct cx3_usb_boards *boards)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *folder;

	boards->count = 0;
	snprintf(path, sizeof(path), "%s/bus/usb/devices", sys->sys);
	folder = opendir(path);
	if (!folder)
		return;
	while ((entry = readdir(folder)) && boards->count < CX3_USB_BOARDS) {
		if (cx3_sysfs_is_usb_port(entry->d_name) &&
		    read_board(sys, kind, entry->d_name, &boards->board[boards->count]))
			boards->count++;
	}
	closedir(folder);
	qsort(boards->board, boards->count, sizeof(boards->board[0]), compare_ports);
}

/* A comma would end the option in a device name. */
static bool fits_a_name(const char *serial)
{
	if (!*serial)
		return false;
	for (; *serial; serial++) {
		if (!isalnum((unsigned char)*serial) && !strchr("-_.:+", *serial))
			return false;
	}
	return true;
}

static void describe(const struct cx3_usb_kind *kind, const struct cx3_usb_board *board,
		     bool serial_is_unique, struct cx3_listed *device)
{
	snprintf(device->by_port, sizeof(device->by_port), "%s:usb=%s", kind->scheme, board->port);
	if (serial_is_unique && fits_a_name(board->serial))
		snprintf(device->device, sizeof(device->device), "%s:serial=%s", kind->scheme,
			 board->serial);
	else
		snprintf(device->device, sizeof(device->device), "%s", device->by_port);
	snprintf(device->name, sizeof(device->name), "%s",
		 board->product[0] ? board->product : kind->chips);
	snprintf(device->driver, sizeof(device->driver), "%s", board->driver);
	snprintf(device->usb, sizeof(device->usb), "%s", board->port);
	device->plain_i2c = true;
	device->usb_board = true;
	snprintf(device->keep_off, sizeof(device->keep_off),
		 "opening it would take it from whoever uses it now, as a serial port or else");
}

static bool is_unique(const struct cx3_usb_boards *boards, unsigned which)
{
	for (unsigned i = 0; i < boards->count; i++) {
		if (i != which && strcmp(boards->board[i].serial, boards->board[which].serial) == 0)
			return false;
	}
	return true;
}

int cx3_usb_devices(const struct cx3_usb_kind *kind, const struct cx3_usb_boards *boards,
		    struct cx3_listed **devices, size_t *count, struct cx3_error *err)
{
	*devices = NULL;
	*count = 0;
	if (boards->count == 0)
		return CX3_OK;
	*devices = calloc(boards->count, sizeof(**devices));
	if (!*devices)
		return cx3_fail(err, CX3_E_NO_MEMORY, kind->scheme,
				"There is no memory for the list of boards.\n"
				"Close other programs and try again.");
	for (unsigned i = 0; i < boards->count; i++)
		describe(kind, &boards->board[i], is_unique(boards, i), &(*devices)[i]);
	*count = boards->count;
	return CX3_OK;
}

bool cx3_usb_is_meant(const struct cx3_usb_kind *kind, const struct cx3_devname *name)
{
	return strcmp(name->scheme, kind->scheme) == 0 ||
	       (!name->scheme[0] && strcmp(name->head, kind->scheme) == 0);
}

int cx3_usb_list_devices(const struct cx3_usb_kind *kind, struct cx3_devname *name,
			 struct cx3_listed **devices, size_t *count, struct cx3_error *err)
{
	struct cx3_usb_boards boards = {.count = 1};
	int rc = CX3_OK;

	if (name && !cx3_usb_is_meant(kind, name))
		return CX3_E_NOT_MINE;
	if (name)
		rc = cx3_usb_find(&cx3_usb_linux, kind, name, &boards.board[0], err);
	else
		cx3_usb_list(&cx3_usb_linux, kind, &boards);
	return rc == CX3_OK ? cx3_usb_devices(kind, &boards, devices, count, err) : rc;
}

bool cx3_usb_clock_hint(const struct cx3_adapter *a, unsigned fast_hz, char *words, size_t size)
{
	if (a->clock_hz >= fast_hz || a->auto_hz)
		return false;
	snprintf(words, size,
		 "The bus clock is %.1f kHz, as the device name says. With clock=auto in its place "
		 "it is the fastest that reads without an error, up to 400 kHz.",
		 a->clock_hz / 1e3);
	return true;
}
