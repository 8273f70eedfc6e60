/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A simulated card behind an emulated adapter, plugged into this kernel. Serves
 * on the calling thread until the cable is pulled: by the card's fault plan, by
 * the kernel, or by usb_card_pull.
 */
#ifndef CX3_TEST_USB_CARD_H
#define CX3_TEST_USB_CARD_H

#include <stdbool.h>

#include "emul.h"

struct usb_card {
	struct simcard *card;
	union {
		struct tiny_usb tiny_usb;
		struct diolan diolan;
	} adapter;
	struct gadget_device device;
	uint64_t queue; /* of the dongle; 0: more than the Linux driver ever fills */
	bool loses;	/* the dongle loses answers behind a NACK */
	int fd;
};

/* `adapter` is tiny-usb, diolan (for the kernel's driver) or mtusb1 (the same, for libusb), `card`
 * what follows `sim:` in a device name, with queue= and loses= for the dongle. Tells on standard
 * error what is wrong. */
bool usb_card_plug(struct usb_card *u, const char *adapter, unsigned port, const char *card);
int usb_card_serve(struct usb_card *u);
/* Safe in a signal handler, and from another thread. */
void usb_card_pull(const struct usb_card *u);
/* Writes the card's file back, and a line of what it saw to `counts` (may be NULL). */
bool usb_card_close(struct usb_card *u, const char *counts);

#endif
