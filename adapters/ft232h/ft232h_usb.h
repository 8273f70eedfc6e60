/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_FT232H_USB_H
#define CX3_FT232H_USB_H

#include <ftdi.h>

#include "ft232h_priv.h"

#define FT232H_MAX_BOARDS 16u

struct ft232h_board {
	struct libusb_device *dev;
	uint16_t vid, pid;
	char port[24]; /* "1-2.3" */
	char serial[40];
	char description[64];
	bool unreadable; /* it has strings, but this user can't open the device */
};

struct ft232h_boards {
	struct ft232h_board board[FT232H_MAX_BOARDS];
	unsigned count;
};

/* Leaves exactly the one board that `name` means; the caller frees the list. */
int ft232h_find(struct ftdi_context *ftdi, struct cx3_devname *name, struct ft232h_boards *boards,
		struct cx3_error *err);
void ft232h_boards_free(struct ft232h_boards *boards);

#endif
