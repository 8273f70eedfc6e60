/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3FLASH_ADAPTER_H
#define CX3FLASH_ADAPTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/error.h"
#include "cx3flash/log.h"

#pragma GCC visibility push(default)

/*
 * An adapter moves batches of I2C transfers to one 7-bit slave address and
 * knows nothing of what they mean.
 */

/* One I2C transfer: a write message, and if rd_len > 0 a repeated START and a
 * read message; then STOP. wr_len is at least 1. */
struct cx3_xfer {
	const uint8_t *wr;
	uint8_t *rd;
	uint16_t wr_len;
	uint16_t rd_len;
};

/*
 * How far a failed batch came. Transfers [0, done) have surely happened, with
 * their data in place. Of transfers [done, done + unsure) each may have happened
 * or not: an I2C_RDWR ioctl fails as a whole and does not say where. All later
 * ones have surely not begun.
 */
struct cx3_progress_mark {
	size_t done;
	size_t unsure;
};

/* What went over the wire since open. Counted by each adapter as it sends. */
struct cx3_traffic {
	uint64_t messages;   /* a START or repeated START each */
	uint64_t wire_bytes; /* slave address bytes and data bytes, ACK bits not */
	uint64_t calls;	     /* ioctls, or USB round trips */
	uint64_t usb_bytes;  /* 0 where it is not known */
};

struct cx3_adapter;
struct cx3_devname;

struct cx3_adapter_ops {
	const char *name;   /* "i2c-dev", "ft232h", "sim" */
	const char *syntax; /* its device names, for the help text */

	/*
	 * Opens the device. CX3_E_NOT_MINE (and nothing else done, *err untouched)
	 * if the name is of another adapter's form. On CX3_OK, *out is the
	 * caller's until ops->close. Takes from `name` the options that it knows.
	 */
	int (*open)(struct cx3_devname *name, const struct cx3_log *log, struct cx3_adapter **out,
		    struct cx3_error *err);

	/*
	 * Sends xfer[0..n) in order. On CX3_OK all have been acknowledged in full.
	 * Else the code says why the batch stopped and *mark how far it came. The
	 * adapter itself never sends a transfer twice.
	 * CX3_E_TOO_LONG: the adapter has lowered its max_read or max_write and no
	 * transfer from `done` on has begun (unsure is 0): the caller splits its
	 * messages anew.
	 */
	int (*transfer)(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			struct cx3_progress_mark *mark, struct cx3_error *err);

	/* Waits: real time on hardware, model time on the simulated card. */
	void (*wait_us)(struct cx3_adapter *a, uint64_t us);

	/* Microseconds since open, on the same clock as wait_us. */
	uint64_t (*now_us)(struct cx3_adapter *a);

	/* Frees everything. Called exactly once for each successful open. */
	void (*close)(struct cx3_adapter *a);

	/* Adapter-specific self test (wiring, lines, clock), or NULL. Lines of the
	 * report go to `line`. */
	int (*selftest)(struct cx3_adapter *a, void (*line)(void *user, const char *text),
			void *user, struct cx3_error *err);
};

/* The head of every adapter's own struct. Set by open; only the adapter writes it. */
struct cx3_adapter {
	const struct cx3_adapter_ops *ops;
	const struct cx3_log *log;
	char label[96];	   /* for messages: "/dev/i2c-3 (i2c-diolan-u2c)" */
	unsigned addr;	   /* 7-bit slave address, 0x48 unless addr= says otherwise */
	unsigned clock_hz; /* SCL rate; 0 where it is not known */
	unsigned retries;  /* how often the card layer may send a failed batch again */
	size_t max_write;  /* longest write message in bytes, at least 8 */
	size_t max_read;   /* longest read message in bytes, at least 4 */
	struct cx3_traffic traffic;
};

#define CX3_CARD_ADDRESS 0x48u
#define CX3_DEFAULT_RETRIES 10u

/* All adapters that this build has, NULL-terminated. */
extern const struct cx3_adapter_ops *const cx3_adapters[];

/*
 * Opens the adapter that `device` names (see each ops->syntax). Options that no
 * one has taken are an error (CX3_E_USAGE) that names the option.
 */
int cx3_adapter_open(const char *device, const struct cx3_log *log, struct cx3_adapter **out,
		     struct cx3_error *err);

/* NULL is allowed. */
void cx3_adapter_close(struct cx3_adapter *a);

/*
 * A device name, taken apart: "SCHEME:HEAD,key=value,..." or "PATH,key=value,...".
 * "ft232h:serial=X" has an empty head. Used by the adapters' open functions.
 */
#define CX3_DEVNAME_OPTIONS 24
struct cx3_devname {
	char scheme[16]; /* "" for a path or a bare word */
	char head[256];	 /* "/dev/i2c-3", "i2c-3", "ft232h", sim's FILE */
	unsigned count;
	struct {
		char key[24];
		char value[104];
		bool taken;
	} option[CX3_DEVNAME_OPTIONS];
};

int cx3_devname_parse(const char *text, struct cx3_devname *name, struct cx3_error *err);

/* The option's value, marked as taken; NULL if it is not there. */
const char *cx3_devname_take(struct cx3_devname *name, const char *key);

/* A number (0x.. or decimal) within [min, max]; *value is untouched if the option is not there. */
int cx3_devname_take_uint(struct cx3_devname *name, const char *key, uint64_t min, uint64_t max,
			  uint64_t *value, struct cx3_error *err);

/* A rate such as 100k, 400k, 1M, 93750, in Hz; *hz is untouched if the option is not there. */
int cx3_devname_take_rate(struct cx3_devname *name, const char *key, unsigned *hz,
			  struct cx3_error *err);

/* addr= and retries=, which every adapter has. */
int cx3_adapter_take_common(struct cx3_adapter *a, struct cx3_devname *name, struct cx3_error *err);

#pragma GCC visibility pop

#endif
