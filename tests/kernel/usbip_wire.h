/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_TEST_USBIP_WIRE_H
#define CX3_TEST_USBIP_WIRE_H

#include <stdint.h>

/* The head of each USB/IP message; all numbers big-endian but `setup`.
 * Documentation/usb/usbip_protocol.rst of the Linux kernel. */
struct usbip_wire_header {
	uint32_t command, seqnum, devid, direction, ep;
	union {
		struct {
			uint32_t flags, length, start_frame, packets, interval;
			uint8_t setup[8];
		} submit;
		struct {
			int32_t status;
			uint32_t actual_length, start_frame, packets, errors;
			uint8_t padding[8];
		} reply;
		struct {
			uint32_t seqnum;
			uint8_t padding[24];
		} unlink;
	} u;
};

#define USBIP_WIRE_HEADER 48u
_Static_assert(sizeof(struct usbip_wire_header) == USBIP_WIRE_HEADER, "USB/IP header");

enum {
	USBIP_WIRE_CMD_SUBMIT = 1,
	USBIP_WIRE_CMD_UNLINK,
	USBIP_WIRE_RET_SUBMIT,
	USBIP_WIRE_RET_UNLINK
};
enum { USBIP_WIRE_OUT = 0, USBIP_WIRE_IN = 1 };

/* USB 2.0, tables 9-4 and 9-5. */
enum {
	USBIP_WIRE_GET_STATUS = 0,
	USBIP_WIRE_CLEAR_FEATURE = 1,
	USBIP_WIRE_SET_FEATURE = 3,
	USBIP_WIRE_SET_ADDRESS = 5,
	USBIP_WIRE_GET_DESCRIPTOR = 6,
	USBIP_WIRE_GET_CONFIGURATION = 8,
	USBIP_WIRE_SET_CONFIGURATION = 9,
	USBIP_WIRE_GET_INTERFACE = 10,
	USBIP_WIRE_SET_INTERFACE = 11
};
enum { USBIP_WIRE_DESC_DEVICE = 1, USBIP_WIRE_DESC_CONFIG = 2, USBIP_WIRE_DESC_STRING = 3 };

#endif
