/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An FT232H on USB: control requests, two bulk endpoints and the two status
 * bytes at the head of each IN packet, around the command interpreter.
 */
#ifndef CX3_TEST_FT232H_USB_H
#define CX3_TEST_FT232H_USB_H

#include "mpsse_host.h"
#include "usb_gadget.h"

#define FT232H_BACKLOG (1u << 20)

struct ft232h_usb {
	struct mpsse_interp chip;
	struct mpsse_card behind;
	uint64_t started_ns; /* real time at which the wire's clock was 0 */
	uint8_t latency_ms;
	uint8_t *backlog; /* commands that USB has delivered and the chip not yet taken */
	size_t backlog_len;
	uint64_t calls;	    /* bulk OUT and IN requests so far */
	uint64_t unplug_at; /* the call with which the cable is pulled; 0: never */
	uint64_t requests_in, requests_out, bytes_in, bytes_out;
};

/* Descriptors and callbacks; `user` is a struct ft232h_usb. */
extern const struct gadget_device ft232h_usb_device;

#endif
