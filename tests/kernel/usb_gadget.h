/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A USB device made of callbacks, served to the module lean_hcd (see
 * hcd/lean_host.c): the kernel enumerates it and binds its own driver (or lets libusb
 * have it).
 *
 * Enumeration (descriptors, address, configuration, interface, clear halt,
 * status) is answered here from the descriptors. Everything else goes to the
 * callbacks, on one thread, in the order in which the kernel asked.
 */
#ifndef CX3_TEST_GADGET_H
#define CX3_TEST_GADGET_H

#include <stddef.h>
#include <stdint.h>

/* The 8 bytes of a control transfer's SETUP stage, in host order. */
struct gadget_setup {
	uint8_t request_type; /* bit 7: to the host; bits 6..5: 2 = vendor */
	uint8_t request;
	uint16_t value, index, length;
};

/* What a callback returns instead of a length. */
enum {
	GADGET_STALL = -1, /* refuse: the host sees -EPIPE */
	GADGET_AGAIN = -2, /* bulk_in only: no data yet, keep the request waiting */
	GADGET_UNPLUG = -3 /* the device vanishes: the connection closes at once */
};

struct gadget_device {
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
	int (*control)(void *user, const struct gadget_setup *setup, uint8_t *data);

	/* A bulk or interrupt OUT packet stream of one request, `ep` 1..15. Returns 0. */
	int (*bulk_out)(void *user, unsigned ep, const uint8_t *data, size_t len);

	/*
	 * A bulk or interrupt IN request on endpoint `ep` (1..15) for at most `max` bytes that has
	 * waited `waited_us` by now. Returns the length (0 is a zero-length packet) or
	 * GADGET_AGAIN: then it is asked again after each OUT or control request,
	 * and every retry_us (0: only after those).
	 */
	int (*bulk_in)(void *user, unsigned ep, uint8_t *data, size_t max, uint64_t waited_us);
	unsigned retry_us;

	/*
	 * An IN endpoint whose driver asks for data only after the OUT request that
	 * makes them is through; 0: none. What bulk_in has by then is sent ahead, up to
	 * 255 bytes a packet: it spares the guest most of its switches.
	 */
	unsigned early_ep;
};

enum gadget_speed { GADGET_LOW = 1, GADGET_FULL = 2, GADGET_HIGH = 3 };

/*
 * Plugs a device into port `port` (0..6) of lean_hcd. Needs root and the module.
 * Returns the file descriptor to serve the device on, or a negative errno.
 */
int gadget_plug(unsigned port, enum gadget_speed speed);

/* Pulls the cable: gadget_serve ends. Safe in a signal handler, and from another thread. */
void gadget_pull(int fd);

/*
 * Serves the device until the kernel detaches it or a callback says
 * GADGET_UNPLUG; closes `fd`. Returns 0, or a negative errno.
 */
int gadget_serve(int fd, const struct gadget_device *device);

#endif
