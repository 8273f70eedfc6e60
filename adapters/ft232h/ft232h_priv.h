/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The adapter of FT232H, FT2232H and FT4232H boards. From below: mpsse.c (a queue of
 * the chip's commands), mpsse_i2c.c (I2C as such commands), lines.c (the state of the
 * two lines), batch.c (transfers), ft232h.c (the adapter); board.c is the real board.
 */
#ifndef CX3_FT232H_PRIV_H
#define CX3_FT232H_PRIV_H

#include "cx3flash/adapterops.h"
#include "mpsse_i2c.h"
#include "usb/usb.h"

struct ft232h {
	struct cx3_adapter base;
	struct mpsse_usb *usb; /* this struct's from attach to close */
	struct mpsse m;
	struct mpsse_i2c i2c;
	uint64_t opened_us;
	unsigned asked_hz;
};

/*
 * Makes an adapter of an open board: finds the chip in step, sets the clock,
 * checks that the bus is idle and frees it if it hangs. On a failure `usb` is
 * closed. The label, address and retries are taken from `head`.
 */
int ft232h_attach(struct mpsse_usb *usb, const struct cx3_adapter *head, unsigned hz,
		  struct cx3_adapter **out, struct cx3_error *err);

/* --- batch.c: the adapter's transfer() --- */

int ft232h_transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err);

/* --- lines.c: the state of the two lines --- */

/* CX3_OK if both lines are high in `pins`, as command 81 reads them; else
 * CX3_E_BUS with the line's name and what that means. */
int ft232h_judge_lines(const struct ft232h *f, uint8_t pins, struct cx3_error *err);

/* Both lines high, else nine clocks and a STOP, and the judgement after that. */
int ft232h_free_bus(struct ft232h *f, struct cx3_error *err);

/* A START, the START byte (01: no slave may answer it) and a STOP: all slaves
 * start anew, and SDA is seen to follow at this clock. */
int ft232h_reset_slaves(struct ft232h *f, struct cx3_error *err);

/* Brings chip and bus to a known state after a failure. */
int ft232h_recover(struct ft232h *f, struct cx3_error *err);

/* --- selftest.c --- */

int ft232h_selftest(struct cx3_adapter *a, void (*line)(void *user, const char *text), void *user,
		    struct cx3_error *err);

/* --- board.c: the real board, through libftdi1 --- */

/* The boards that this adapter drives. */
extern const struct cx3_usb_kind ft232h_kind;

/*
 * Opens and locks the board that `name` means, in MPSSE mode; takes the options
 * serial=, usb=, vid=, pid= and channel= from it. On CX3_OK *out is the caller's
 * until its close(), and the board's name for messages is in `label`. Errors as
 * those of cx3_usb_find(), cx3_usb_lock() and cx3_usb_open_failed();
 * CX3_E_UNSUPPORTED for a chip or channel without MPSSE.
 */
int ft232h_board_open(struct cx3_devname *name, const struct cx3_log *log, struct mpsse_usb **out,
		      char *label, size_t label_size, struct cx3_error *err);

#endif
