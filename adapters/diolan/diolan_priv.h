/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The adapter of the Diolan U2C-12, which the vendor sells as MTUSB-1. From below: u2c.c (a queue
 * of the dongle's commands), batch.c (transfers as such commands), proof.c (how many may be on
 * their way), diolan.c (the adapter); board.c is the real dongle.
 */
#ifndef CX3_DIOLAN_PRIV_H
#define CX3_DIOLAN_PRIV_H

#include "cx3flash/adapterops.h"
#include "u2c.h"
#include "usb/usb.h"

/* Bytes of a transfer, at most. */
#define DIOLAN_MOST_WRITE 128u
#define DIOLAN_MOST_READ 256u

/* Whether the dongle waits for a slave that holds SCL low. AUTO: below 400 kHz. */
enum diolan_sync { DIOLAN_SYNC_AUTO, DIOLAN_SYNC_ON, DIOLAN_SYNC_OFF };

struct diolan {
	struct cx3_adapter base;
	struct u2c_usb *usb; /* this struct's from attach to close */
	struct u2c u;
	uint64_t opened_us;
	enum diolan_sync sync;
	bool sync_on; /* the dongle waits for slaves now */
	bool proven;  /* the depth of the queue is known */
	bool told_single;
	/* A transfer that was cut, and what ends it: bytes to put, a byte to get, and a STOP. */
	bool cut, cut_in_read;
	uint8_t rest[DIOLAN_MOST_WRITE];
	size_t rest_at, rest_len;
};

/*
 * Makes an adapter of an open dongle: finds it in step, sets the clock and frees the bus. On a
 * failure `usb` is closed. The label, address and retries are taken from `head`.
 */
int diolan_attach(struct u2c_usb *usb, const struct cx3_adapter *head, enum diolan_sync sync,
		  unsigned hz, struct cx3_adapter **out, struct cx3_error *err);

/* After a failure: in step again, a transfer that was cut ended if all that was sent of it has
 * arrived, and the bus freed by a STOP. */
int diolan_recover(struct diolan *d, struct cx3_error *err);

/* --- batch.c --- */

/* The adapter's transfer(), with the queue as deep as d->u.depth says. */
int diolan_run(struct diolan *d, const struct cx3_xfer *xfer, size_t n,
	       struct cx3_progress_mark *mark, struct cx3_error *err);

/* --- proof.c --- */

/*
 * Finds the deepest queue that answers right, by reads of a register of the card that every
 * state of it lets be read. Where no card answers, one command at a time is sent on, and
 * d->proven stays false. Fails only where USB does.
 */
int diolan_prove(struct diolan *d, struct cx3_error *err);

/* --- board.c: the real dongle, through libusb --- */

/* The boards that this adapter drives. */
extern const struct cx3_usb_kind diolan_kind;

/*
 * Opens and locks the dongle that `name` means, with the kernel's driver detached until it is
 * closed; takes the options serial=, usb=, vid= and pid= from the name. On CX3_OK *out is the
 * caller's until its close(), and the dongle's name for messages is in `label`. Errors as those of
 * cx3_usb_find(), cx3_usb_lock() and cx3_usb_open_failed(); CX3_E_IN_USE also where another
 * program holds the bus that the kernel's driver has made of the dongle.
 */
int diolan_board_open(struct cx3_devname *name, const struct cx3_log *log, struct u2c_usb **out,
		      char *label, size_t label_size, struct cx3_error *err);

#endif
