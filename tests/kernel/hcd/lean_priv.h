/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the kernel module lean_hcd share. */
#ifndef CX3_TEST_LEAN_PRIV_H
#define CX3_TEST_LEAN_PRIV_H

#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/usb.h>
#include <linux/usb/hcd.h>
#include <linux/wait.h>

#include "lean_hcd.h"

struct lean_device;

/* The root hub's view of a port; usbcore's values of wPortStatus and wPortChange. */
struct lean_port {
	u16 status, change;
	struct lean_device *plugged;
};

/* One open file: a device that is, was or will be plugged in. */
struct lean_device {
	struct lean_port *port; /* NULL: not plugged in */
	bool pulled;
	u32 last_id;
	struct mutex mutex;	    /* read(), write() and pulling out one after the other */
	struct list_head queued;    /* requests that read() has not handed out */
	struct list_head handed;    /* ... that wait for their reply */
	struct list_head cancelled; /* their notices, not handed out yet */
	struct list_head early;	    /* answers that came before their requests */
	wait_queue_head_t wait;
};

struct lean_request {
	struct list_head link;
	struct urb *urb; /* NULL: a notice that `id` was cancelled */
	u32 id;
	bool copying; /* read() or write() is at its data, without the lock */
};

/* Answers that one reply brought: each a byte with its length and its bytes. */
struct lean_early {
	struct list_head link;
	u32 endpoint, len, at;
	u8 data[];
};

extern struct usb_hcd *lean_the_hcd;
extern struct lean_port lean_ports[LEAN_HCD_PORTS];
extern spinlock_t lean_lock; /* over ports, devices and requests */

/* lean_host.c. With the lock held, which goes off and on again, as usbcore wants it. */
void lean_give_back(struct lean_request *request, int status);
extern const struct hc_driver lean_hc_driver;

/* lean_hub.c: hc_driver's functions of the root hub. */
int lean_hub_control(struct usb_hcd *hcd, u16 request, u16 value, u16 index, char *buf, u16 length);
int lean_hub_status_data(struct usb_hcd *hcd, char *buf);

/* lean_device.c: /dev/lean_hcd. */
extern const struct file_operations lean_file_operations;

#endif
