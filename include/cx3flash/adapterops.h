/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an adapter has to provide, and what helps it to. For who writes one: a program that uses
 * cards needs cx3flash/adapter.h alone.
 */
#ifndef CX3FLASH_ADAPTEROPS_H
#define CX3FLASH_ADAPTEROPS_H

#include "cx3flash/adapter.h"

#pragma GCC visibility push(default)

#ifdef __cplusplus
extern "C" {
#endif

struct cx3_devname;

/* One I2C transfer: a write message, and if rd_len > 0 a repeated START and a
 * read message; then STOP. wr_len is at least 1. */
struct cx3_xfer {
	const uint8_t *wr;
	uint8_t *rd;
	uint16_t wr_len;
	uint16_t rd_len;
	bool blind; /* does no harm though the transfer before it was not acknowledged: an adapter
		     * that can't stop there need not wait for that */
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

struct cx3_adapter_ops {
	const char *name;   /* "i2c-dev", "ft232h", "sim" */
	const char *syntax; /* its device names, for the help text */

	/*
	 * Opens and locks the device. CX3_E_NOT_MINE (and nothing else done, *err
	 * untouched) if the name is of another adapter's form; CX3_E_IN_USE if it is
	 * open already, here or in another process. On CX3_OK, *out is the caller's
	 * until ops->close. Takes from `name` the options that it knows. `log` may be
	 * NULL and must outlive the adapter.
	 */
	int (*open)(struct cx3_devname *name, const struct cx3_log *log, struct cx3_adapter **out,
		    struct cx3_error *err);

	/*
	 * Sends xfer[0..n) in order. On CX3_OK all have been acknowledged in full and
	 * *mark is {n, 0}. Else the code says why the batch stopped and *mark how far it
	 * came; done + unsure is never more than n. The adapter itself never sends a
	 * transfer twice.
	 * CX3_E_TOO_LONG: a message is longer than max_read or max_write, which the
	 * adapter may have lowered just now, and no transfer from `done` on has begun
	 * (unsure is 0): the caller splits its messages anew.
	 */
	int (*transfer)(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			struct cx3_progress_mark *mark, struct cx3_error *err);

	/* Waits: real time on hardware, model time on the simulated card. */
	void (*wait_us)(struct cx3_adapter *a, uint64_t us);

	/* Microseconds since open, on the same clock as wait_us. */
	uint64_t (*now_us)(struct cx3_adapter *a);

	/* Frees everything, the lock too. Called exactly once for each successful open. */
	void (*close)(struct cx3_adapter *a);

	/* Adapter-specific self test (wiring, lines, clock), or NULL. Lines of the
	 * report go to `line`. */
	int (*selftest)(struct cx3_adapter *a, void (*line)(void *user, const char *text),
			void *user, struct cx3_error *err);

	/*
	 * The devices of this kind that are plugged in, or NULL where that means nothing.
	 * With `name` only the one that it means, with the errors of open() if there is
	 * none (CX3_E_NOT_MINE, CX3_E_NO_DEVICE, CX3_E_USAGE). Sends nothing, takes no
	 * lock, and opens nothing that is somebody else's. *devices is the caller's to
	 * free(); NULL if *count is 0.
	 */
	int (*list)(struct cx3_devname *name, struct cx3_listed **devices, size_t *count,
		    struct cx3_error *err);

	/*
	 * How to raise the bus clock, as whole sentences in `words` of `size` bytes.
	 * False if there is nothing to say: the clock is high already, or it is not
	 * known how. NULL where that means nothing.
	 */
	bool (*hint)(struct cx3_adapter *a, char *words, size_t size);

	/*
	 * Sets the bus clock to `hz` or as little below as the adapter can, between two
	 * transfers; a->clock_hz is what it is then. Sends nothing that a slave answers. NULL
	 * where the clock is not the adapter's to set. After a failure the clock is as it was:
	 * CX3_E_UNSUPPORTED if it can't be so, CX3_E_BUS if the lines do not follow at it, or
	 * another failure of the adapter.
	 */
	int (*set_clock)(struct cx3_adapter *a, unsigned hz, struct cx3_error *err);

	/* More on its device names than `syntax` has room for: lines, NULL behind the last. NULL:
	 * no more is to be said. */
	const char *const *help;
};

#define CX3_DEFAULT_RETRIES 10u

/* Bytes of the messages without which a register can't be used: four of address and
 * four of data out, four of data in. */
#define CX3_LEAST_WRITE 8u
#define CX3_LEAST_READ 4u

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

/* Fills *name from `text`. CX3_E_USAGE if it is malformed or a part is too long. */
int cx3_devname_parse(const char *text, struct cx3_devname *name, struct cx3_error *err);

/* The option's value, which is the name's own, marked as taken; NULL if it is not there. */
const char *cx3_devname_take(struct cx3_devname *name, const char *key);

/* A number (0x.., or decimal without a leading 0) within [min, max]; *value is untouched
 * if the option is not there. CX3_E_USAGE. */
int cx3_devname_take_uint(struct cx3_devname *name, const char *key, uint64_t min, uint64_t max,
			  uint64_t *value, struct cx3_error *err);

/* A rate such as 100k, 400k, 1M, 93750, in Hz, within 1k to 5M; *hz is untouched if the
 * option is not there. CX3_E_USAGE. */
int cx3_devname_take_rate(struct cx3_devname *name, const char *key, unsigned *hz,
			  struct cx3_error *err);

/* clock=: a rate as above (then *automatic is false), or "auto" (true). Neither is touched
 * if the option is not there. CX3_E_USAGE. */
int cx3_devname_take_clock(struct cx3_devname *name, unsigned *hz, bool *automatic,
			   struct cx3_error *err);

/* addr= and retries=, which every adapter has, into *a. CX3_E_USAGE. */
int cx3_adapter_take_common(struct cx3_adapter *a, struct cx3_devname *name, struct cx3_error *err);

/*
 * For an adapter's transfer(): CX3_E_TOO_LONG if a message of the batch is longer than
 * a->max_write or a->max_read, before anything is sent.
 */
int cx3_adapter_check_lengths(const struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			      struct cx3_error *err);

/*
 * For an adapter that can't stop at a missing ACK: must the answers to all transfers in front of
 * `xfer` have come before it is sent? `xfer` is not the first of its batch.
 *
 * A transfer that writes one register and reads nothing may be a command. It waits for what
 * only writes in front of it, unless its caller calls it harmless: so no command is given to the
 * card unless the data, the address or the command before it has arrived. A write of several
 * registers is data and does nothing by itself. A write that follows a read may go: a missed
 * command there only spoils what is read after it.
 */
bool cx3_adapter_must_wait(const struct cx3_xfer *xfer);

#ifdef __cplusplus
}
#endif

#pragma GCC visibility pop

#endif
