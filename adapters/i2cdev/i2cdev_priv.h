/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The adapter of /dev/i2c-N. bus.c and find.c know the buses, kind.c and list.c what
 * they are good for, i2cdev.c opens one, rdwr.c and smbus.c carry transfers, errno.c
 * tells what went wrong; system.c is the real kernel.
 */
#ifndef CX3_I2CDEV_PRIV_H
#define CX3_I2CDEV_PRIV_H

#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <sys/types.h>

#include "adapters.h"

/* The kernel as this adapter sees it: the tests put a model in its place. */
struct i2cdev_system {
	const char *sys; /* "/sys" */
	const char *dev; /* "/dev" */
	int (*open)(const char *path, int flags);
	int (*close)(int fd);
	/* Each returns a negative value with errno set, as the system calls do. */
	int (*rdwr)(int fd, struct i2c_rdwr_ioctl_data *data);
	int (*functions)(int fd, unsigned long *functions);
	int (*slave)(int fd, unsigned addr, bool force);
	int (*no_retries)(int fd);
	int (*block_write)(int fd, uint8_t command, uint8_t len, const uint8_t *data);
	int (*receive_byte)(int fd);
};

extern const struct i2cdev_system i2cdev_linux;

/* --- Buses, as sysfs tells of them (bus.c, find.c) --- */

struct i2cdev_bus {
	unsigned number;
	char name[64];	    /* the adapter's own name */
	char driver[48];    /* of the device that the adapter is part of; may be empty */
	char usb[32];	    /* "1-2.3"; empty: not on USB */
	uint32_t pci_class; /* of the nearest PCI device above; 0: none */
	bool drm;	    /* hangs from a display connector */
	unsigned clock_hz;  /* 0: nobody says */
};

/* "i2c-3", all of it. */
bool i2cdev_parse_node(const char *text, unsigned *number);
/* All bus numbers in rising order, malloc'd; *count may be 0. */
int i2cdev_list(const struct i2cdev_system *sys, unsigned **numbers, size_t *count,
		struct cx3_error *err);
/* False if there is no such bus. */
bool i2cdev_look(const struct i2cdev_system *sys, unsigned number, struct i2cdev_bus *bus);
/* The driver that holds `addr` on the bus, or false. */
bool i2cdev_holder(const struct i2cdev_system *sys, unsigned number, unsigned addr, char *driver,
		   size_t size);
/* What a device name means. CX3_E_NOT_MINE, CX3_E_NO_DEVICE, CX3_E_USAGE. */
int i2cdev_find(const struct i2cdev_system *sys, struct cx3_devname *name, unsigned *number,
		struct cx3_error *err);

/* --- What kind of bus it is, by where it hangs and what it is called (kind.c) --- */

bool i2cdev_is_display(const struct i2cdev_bus *bus);
bool i2cdev_is_mainboard(const struct i2cdev_bus *bus);
/* How to raise the clock of this kind of adapter, as a part of a sentence, or NULL. */
const char *i2cdev_clock_words(const struct i2cdev_bus *bus);

/* --- ops->list() and ops->hint() (list.c) --- */

int i2cdev_list_on(const struct i2cdev_system *sys, struct cx3_devname *name,
		   struct cx3_listed **devices, size_t *count, struct cx3_error *err);
bool i2cdev_hint(struct cx3_adapter *a, char *words, size_t size);

/* --- An open adapter --- */

#define I2CDEV_PLAIN 2u /* messages of one transfer */

enum i2cdev_join {
	JOIN_UNKNOWN, /* not tried yet */
	JOIN_PROVEN,
	JOIN_NOT
};

struct i2cdev {
	struct cx3_adapter head;
	const struct i2cdev_system *sys;
	int fd;
	unsigned number;
	char path[128];
	uint64_t opened_us;
	bool smbus; /* no I2C_RDWR: SMBus calls carry the bytes */

	/* Whether one ioctl may carry several transfers, joined by repeated STARTs. */
	enum i2cdev_join join;
	unsigned join_tries;
	unsigned call_messages; /* most messages that one ioctl may carry */

	/* The longest messages that this adapter has carried: a longer one goes
	 * alone, so that a refusal says what was refused. */
	size_t proven_read, proven_write;
};

int i2cdev_open_on(const struct i2cdev_system *sys, struct cx3_devname *name,
		   const struct cx3_log *log, struct cx3_adapter **out, struct cx3_error *err);

/* Batches through I2C_RDWR (rdwr.c). */
int i2cdev_rdwr_transfer(struct i2cdev *d, const struct cx3_xfer *xfer, size_t n,
			 struct cx3_progress_mark *mark, struct cx3_error *err);

/* The same through SMBus calls, and the proof that they work (smbus.c). */
int i2cdev_smbus_prove(struct i2cdev *d, unsigned long functions, struct cx3_error *err);
int i2cdev_smbus_transfer(struct i2cdev *d, const struct cx3_xfer *xfer, size_t n,
			  struct cx3_progress_mark *mark, struct cx3_error *err);

/* --- Errors (errno.c) --- */

int i2cdev_no_memory(struct cx3_error *err);

int i2cdev_open_failed(const struct i2cdev_system *sys, unsigned number, const char *path,
		       int error, struct cx3_error *err);
/* Of a transfer. Finds out whether the adapter has vanished. */
int i2cdev_transfer_failed(struct i2cdev *d, int error, struct cx3_error *err);

#endif
