/* SPDX-License-Identifier: BSD-2-Clause */
/* How a program is a USB device: /dev/lean_hcd, see lean_host.c. */
#ifndef CX3_TEST_LEAN_HCD_H
#define CX3_TEST_LEAN_HCD_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define LEAN_HCD_NODE "/dev/lean_hcd"
#define LEAN_HCD_PORTS 7u /* numbered from 0 */

/* `speed` as in enum usb_device_speed of linux/usb/ch9.h. */
struct lean_hcd_plug {
	__u32 port, speed;
};

#define LEAN_HCD_PLUG _IOW('x', 1, struct lean_hcd_plug)
#define LEAN_HCD_PULL _IO('x', 2)

/* What read() gives, one each; behind it the data of a transfer to the device. */
struct lean_hcd_request {
	__u32 id;
	__u32 length; /* of the data, or of the room for them */
	__u8 endpoint;
	__u8 to_host;
	__u8 cancelled; /* no new request: the one with this id is off */
	__u8 zero;
	__u8 setup[8]; /* endpoint 0 only */
};

/*
 * What write() takes, one each; behind it the data of a transfer to the host.
 *
 * A reply to a transfer to the device may bring answers with it, for requests that
 * the driver has not sent yet: behind the reply, each a byte with its length and
 * its bytes. The next requests from endpoint `early` then get one each, at once.
 * For drivers that never ask before their command is through.
 */
struct lean_hcd_reply {
	__u32 id;
	__s32 status; /* 0 or a negative errno: -EPIPE is a stall */
	__u32 taken;  /* bytes, of a transfer to the device */
	__u32 early;  /* an endpoint, or 0 */
};

#endif
