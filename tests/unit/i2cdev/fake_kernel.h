/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_FAKE_KERNEL_H
#define CX3_FAKE_KERNEL_H

/* The kernel that i2cdev.c talks to, made up: sysfs in a folder, ioctls here. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "i2cdev/i2cdev_priv.h"

#define SENT 256u

struct fake_kernel {
	struct i2cdev_system system; /* first: what the adapter gets */
	char root[64], sys[80], dev[80];

	unsigned long functions;
	int open_error, slave_error; /* an errno, or 0 */
	unsigned retries_off;	     /* how often they were switched off */
	bool forced;

	/* The adapter's limits; 0: none. */
	unsigned max_length, max_messages;
	int length_error;	     /* what too long a message gets; EOPNOTSUPP from the kernel */
	int fail_call, fail_error;   /* the n-th ioctl that sends (from 1) fails */
	int short_call, short_count; /* the n-th sends only so many messages */
	bool only_pairs;	     /* joins a write with its read, and nothing else */
	bool join_breaks;	     /* after the first transfer of an ioctl, reads are rubbish */

	/* SMBus: how the card answers bytes fetched one by one. */
	bool answers_bytes; /* the next byte each; else 0xff */
	bool block_write_fails;

	/* What was sent. */
	struct {
		uint32_t reg;
		uint16_t wr_len, rd_len;
		unsigned call;
	} sent[SENT];
	unsigned sent_count, calls, most_messages, refusals;
	uint32_t smbus_reg;
	unsigned smbus_at;
};

extern struct fake_kernel fake;

/* A word that tells its register's address; the id at 0xf0014. */
uint32_t fake_word(uint32_t reg);

/* cmocka setup and teardown: bus 3 is a Diolan on USB port 1-2, bus 4 an
 * i2c-tiny-usb on 1-1.3, bus 0 the mainboard's SMBus, bus 7 a display's. */
int fake_setup(void **state);
int fake_teardown(void **state);
/* Removes what belongs to a bus: its folder and its node. */
void fake_pull(unsigned number);
void fake_bind(unsigned number, const char *driver);

/* Opens a device name on the made-up kernel. */
int fake_open(const char *device, struct cx3_adapter **out, struct cx3_error *err);
int fake_open_logged(const char *device, const struct cx3_log *log, struct cx3_adapter **out,
		     struct cx3_error *err);

#endif
