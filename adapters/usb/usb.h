/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What adapters that are driven through libusb share: which boards are plugged in,
 * which of them a device name means, the lock, and why a board can't be opened.
 * Boards are listed from /sys alone. Nothing is opened for that, so nobody's serial
 * port is disturbed and no permission is needed.
 */
#ifndef CX3_ADAPTERS_USB_H
#define CX3_ADAPTERS_USB_H

#include "cx3flash/adapterops.h"

struct libusb_context;
struct libusb_device;

/* Where the kernel tells of USB: the tests put folders of their own here. */
struct cx3_usb_system {
	const char *sys; /* "/sys" */
	const char *dev; /* "/dev" */
};
extern const struct cx3_usb_system cx3_usb_linux;

/* The boards that one adapter drives. */
struct cx3_usb_kind {
	const char *scheme; /* of device names: "ft232h" */
	const char *chips;  /* in messages: "FT232H, FT2232H or FT4232H" */
	uint16_t vid;	    /* USB vendor id */
	uint16_t pids[4];   /* USB product ids; 0 after the last */
};

struct cx3_usb_board {
	uint16_t vid, pid;
	unsigned bus, address; /* as libusb and lsusb number them; new after each plug */
	char port[32];	       /* "1-2.3": bus 1, port 2, port 3 of the hub there */
	char serial[40];       /* its serial number; "" if it has none */
	char product[64];      /* "Single RS232-HS"; may be empty */
	char driver[32];       /* of its first interface; "" if none is bound */
	char node[64];	       /* "/dev/bus/usb/001/005" */
};

#define CX3_USB_BOARDS 16u

struct cx3_usb_boards {
	struct cx3_usb_board board[CX3_USB_BOARDS];
	unsigned count;
};

/* All boards of this kind in the order of their ports; more than CX3_USB_BOARDS
 * are left out. A system without USB has none. */
void cx3_usb_list(const struct cx3_usb_system *sys, const struct cx3_usb_kind *kind,
		  struct cx3_usb_boards *boards);

/*
 * The one board that a device name means. Takes serial=, usb=, vid= and pid= from
 * it; vid= and pid= replace those of the kind. CX3_E_NO_DEVICE (the text lists what
 * is there), or CX3_E_USAGE if several fit or an option is malformed.
 */
int cx3_usb_find(const struct cx3_usb_system *sys, const struct cx3_usb_kind *kind,
		 struct cx3_devname *name, struct cx3_usb_board *board, struct cx3_error *err);

/*
 * The boards as devices for ops->list(): named by serial number where a board has
 * one that fits into a device name, else by port. *devices is the caller's to free;
 * NULL if there is none. CX3_E_NO_MEMORY.
 */
int cx3_usb_devices(const struct cx3_usb_kind *kind, const struct cx3_usb_boards *boards,
		    struct cx3_listed **devices, size_t *count, struct cx3_error *err);

/* The device name is one of this kind: its scheme, or that alone. */
bool cx3_usb_is_meant(const struct cx3_usb_kind *kind, const struct cx3_devname *name);

/* ops->list() of an adapter of this kind of board. */
int cx3_usb_list_devices(const struct cx3_usb_kind *kind, struct cx3_devname *name,
			 struct cx3_listed **devices, size_t *count, struct cx3_error *err);

/* ops->hint() of an adapter that sets its own clock: what clock=auto would do, where the device
 * name gives a clock below `fast_hz`. */
bool cx3_usb_clock_hint(const struct cx3_adapter *a, unsigned fast_hz, char *words, size_t size);

/*
 * Locks the board's node (see lock.h). *fd holds the lock until the caller closes
 * it; -1 if the node can't be opened: the board is used without a lock then, which
 * the log tells. CX3_E_IN_USE.
 */
int cx3_usb_lock(const struct cx3_usb_board *board, const char *label, const struct cx3_log *log,
		 int *fd, struct cx3_error *err);

/* libusb's device for the board, with a reference that the caller drops with
 * libusb_unref_device(). CX3_E_GONE if it was unplugged meanwhile, CX3_E_IO. */
int cx3_usb_device(struct libusb_context *context, const struct cx3_usb_board *board,
		   const char *label, struct libusb_device **device, struct cx3_error *err);

/*
 * Tells why a board can't be opened or its interface can't be claimed, by libusb's
 * code: CX3_E_PERMISSION, CX3_E_GONE, CX3_E_IN_USE (claimed by another program), or
 * CX3_E_IO. `detail` is the library's own text.
 */
int cx3_usb_open_failed(int libusb_code, const char *label, const char *detail,
			struct cx3_error *err);

#endif
