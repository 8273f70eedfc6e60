/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_TEST_USBIP_H
#define CX3_TEST_USBIP_H

#include <stddef.h>
#include <stdint.h>

/*
 * A USB device made of callbacks, served over USB/IP to the kernel's vhci-hcd:
 * the kernel enumerates it and binds its own driver (or lets libusb have it).
 *
 * Enumeration (descriptors, address, configuration, interface, clear halt,
 * status) is answered here from the descriptors. Everything else goes to the
 * callbacks, on one thread, in the order in which the kernel asked.
 */

/* The 8 bytes of a control transfer's SETUP stage, in host order. */
struct usbip_setup {
	uint8_t request_type; /* bit 7: to the host; bits 6..5: 2 = vendor */
	uint8_t request;
	uint16_t value, index, length;
};

/* What a callback returns instead of a length. */
enum {
	USBIP_STALL = -1, /* refuse: the host sees -EPIPE */
	USBIP_AGAIN = -2, /* bulk_in only: no data yet, keep the request waiting */
	USBIP_UNPLUG = -3 /* the device vanishes: the connection closes at once */
};

struct usbip_device {
	const uint8_t *device_descriptor; /* 18 bytes */
	const uint8_t *config_descriptor; /* with interfaces and endpoints; its own total length */
	const char *const *strings;	  /* ASCII; strings[0] has index 1 in the descriptors */
	unsigned string_count;
	void *user; /* first argument of each callback */

	/*
	 * A control request on endpoint 0 that is no standard one. To the host:
	 * fill `data`, return its length (at most setup->length). To the device:
	 * `data` holds setup->length bytes, return 0. NULL: stalls.
	 */
	int (*control)(void *user, const struct usbip_setup *setup, uint8_t *data);

	/* A bulk or interrupt OUT packet stream of one request, `ep` 1..15. Returns 0. */
	int (*bulk_out)(void *user, unsigned ep, const uint8_t *data, size_t len);

	/*
	 * A bulk or interrupt IN request on endpoint `ep` (1..15) for at most `max` bytes that has
	 * waited `waited_us` by now. Returns the length (0 is a zero-length packet) or
	 * USBIP_AGAIN: then it is asked again after each OUT or control request,
	 * and every retry_us (0: only after those).
	 */
	int (*bulk_in)(void *user, unsigned ep, uint8_t *data, size_t max, uint64_t waited_us);
	unsigned retry_us;
};

enum usbip_speed { USBIP_LOW = 1, USBIP_FULL = 2, USBIP_HIGH = 3 };

/*
 * Plugs a device into port `port` of vhci-hcd (0..14 are its first USB 2.0
 * hub's). Needs root and the module vhci-hcd. Returns the
 * socket to serve the device on, or a negative errno.
 */
int usbip_plug(unsigned port, enum usbip_speed speed);

/*
 * Serves the device until the kernel detaches it or a callback says
 * USBIP_UNPLUG; closes `fd`. Returns 0, or a negative errno.
 */
int usbip_serve(int fd, const struct usbip_device *device);

#endif
