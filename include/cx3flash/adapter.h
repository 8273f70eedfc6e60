/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * I2C adapters, as a program sees them: which there are, how one is opened by name, what it tells
 * of itself. What an adapter has to provide is in cx3flash/adapterops.h.
 */
#ifndef CX3FLASH_ADAPTER_H
#define CX3FLASH_ADAPTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/error.h"
#include "cx3flash/log.h"

#pragma GCC visibility push(default)

#ifdef __cplusplus
extern "C" {
#endif

/*
 * An adapter moves batches of I2C transfers to one 7-bit slave address and
 * knows nothing of what they mean.
 *
 * Threads: an open adapter, and whatever was opened on top of it, belongs to one
 * thread at a time; nothing in it is locked. Different adapters are independent and
 * may be used by different threads at once. The log callback runs in the thread that
 * made the call.
 *
 * Processes: an open adapter holds an exclusive lock on its device until it is closed
 * or its process ends. A second open fails with CX3_E_IN_USE, in the same process too.
 */

/* What went over the wire since open. Counted by each adapter as it sends. */
struct cx3_traffic {
	uint64_t messages;   /* a START or repeated START each */
	uint64_t wire_bytes; /* slave address bytes and data bytes, ACK bits not */
	uint64_t calls;	     /* ioctls, or USB round trips */
	uint64_t usb_bytes;  /* 0 where it is not known */
};

struct cx3_adapter;
struct cx3_adapter_ops;

/* A device that is plugged in, as list() finds it. Texts that do not apply are empty. */
struct cx3_listed {
	char device[72];    /* what cx3_adapter_open() takes: "/dev/i2c-3", "ft232h:usb=1-2" */
	char by_port[72];   /* the same by its USB port, which a replug keeps: "i2c:usb=1-2.3" */
	char name[64];	    /* what it calls itself */
	char driver[48];    /* its kernel driver */
	char usb[32];	    /* its USB port: "1-2.3" */
	unsigned clock_hz;  /* SCL rate; 0: not known before it is opened */
	bool plain_i2c;	    /* false: SMBus only, or not known since it may not be opened */
	bool usb_board;	    /* it is opened through libusb: whoever uses it loses it then */
	char keep_off[160]; /* why it is not opened unless the user names it, as a part of a
			     * sentence; empty: it may be asked for a card */
};

/* The head of every adapter's own struct. Set by open; only the adapter writes it. */
struct cx3_adapter {
	const struct cx3_adapter_ops *ops;
	const struct cx3_log *log;
	char label[96];	   /* for messages: "/dev/i2c-3 (i2c-diolan-u2c)" */
	unsigned addr;	   /* 7-bit slave address, 0x48 unless addr= says otherwise */
	unsigned clock_hz; /* SCL rate; 0 where it is not known */
	/* clock=auto: the clocks in Hz to choose from, slowest first, 0 behind the last; the
	 * first is set at open. NULL: the clock is given. See cx3_link_choose_clock. */
	const unsigned *auto_hz;
	unsigned retries; /* how often the card layer may send a failed batch again */
	size_t max_write; /* longest write message in bytes, at least CX3_LEAST_WRITE */
	size_t max_read;  /* longest read message in bytes, at least CX3_LEAST_READ */
	/* Both may be less, which shows only when a message is refused: the kernel does not
	 * tell what an I2C driver takes. */
	bool limits_unsure;
	struct cx3_traffic traffic;
};

#define CX3_CARD_ADDRESS 0x48u
/* The adapters that this build has, in their order from 0 on; NULL behind the last one. A function,
 * since a table of them would have its length fixed in each program that uses it. */
const struct cx3_adapter_ops *cx3_adapter_kind(size_t index);

/*
 * Opens the adapter that `device` names (see each ops->syntax); *out is the caller's
 * until cx3_adapter_close(), NULL after a failure. Errors are those of ops->open;
 * CX3_E_USAGE for an option that no one has taken (the text names it);
 * CX3_E_UNSUPPORTED if the adapter can't carry CX3_LEAST_WRITE and CX3_LEAST_READ.
 */
int cx3_adapter_open(const char *device, const struct cx3_log *log, struct cx3_adapter **out,
		     struct cx3_error *err);

/* Closes the adapter and frees its device for others. NULL is allowed. */
void cx3_adapter_close(struct cx3_adapter *a);

#ifdef __cplusplus
}
#endif

#pragma GCC visibility pop

#endif
