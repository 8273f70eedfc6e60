/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any I2C adapter that Linux drives, through /dev/i2c-N
 * (Documentation/i2c/dev-interface.rst of the Linux kernel).
 */
#include "i2cdev_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "device_fd.h"
#include "lock.h"

#define MOST_BYTES 8192u /* i2c-dev's own limit of a message */

static struct i2cdev *self(struct cx3_adapter *a)
{
	return (struct i2cdev *)(void *)a;
}

static uint64_t i2cdev_now_us(struct cx3_adapter *a)
{
	return cx3_clock_us() - self(a)->opened_us;
}

static void i2cdev_wait_us(struct cx3_adapter *a, uint64_t us)
{
	(void)a;
	cx3_clock_wait_us(us);
}

static int i2cdev_transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			   struct cx3_progress_mark *mark, struct cx3_error *err)
{
	struct i2cdev *d = self(a);
	int rc = cx3_adapter_check_lengths(a, xfer, n, err);

	*mark = (struct cx3_progress_mark){0};
	if (rc != CX3_OK)
		return rc;
	return d->smbus ? i2cdev_smbus_transfer(d, xfer, n, mark, err)
			: i2cdev_rdwr_transfer(d, xfer, n, mark, err);
}

static void i2cdev_close(struct cx3_adapter *a)
{
	struct i2cdev *d = self(a);

	if (d->fd >= 0)
		d->sys->close(d->fd);
	free(d);
}

/* max-read=, max-write=, join=, force=. */
static int take_options(struct i2cdev *d, struct cx3_devname *name, bool *force,
			struct cx3_error *err)
{
	uint64_t read = MOST_BYTES, write = MOST_BYTES, join = 1, forced = 0;
	int rc = cx3_adapter_take_common(&d->head, name, err);

	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "max-read", 4, MOST_BYTES, &read, err);
	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "max-write", 8, MOST_BYTES, &write, err);
	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "join", 0, 1, &join, err);
	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "force", 0, 1, &forced, err);
	d->head.max_read = (size_t)read;
	d->head.max_write = (size_t)write;
	if (!join)
		d->join = JOIN_NOT;
	*force = forced != 0;
	return rc;
}

/* A kernel driver that owns the address may be anything's: a sensor's, a DAC's. */
static int claim_address(struct i2cdev *d, bool force, struct cx3_error *err)
{
	char driver[48] = "a kernel driver";
	unsigned addr = d->head.addr;

	if (d->sys->slave(d->fd, addr, force) == 0)
		return CX3_OK;
	if (errno != EBUSY)
		return i2cdev_transfer_failed(d, errno, err);
	i2cdev_holder(d->sys, d->number, addr, driver, sizeof(driver));
	return cx3_fail(err, CX3_E_UNSUPPORTED, d->head.label,
			"The kernel's driver %s serves address 0x%02x of this bus, so another "
			"device sits there.\n"
			"Name the bus that the card is on. If it is the card all the same, unbind "
			"the driver or add ,force=1 to the device name.",
			driver, addr);
}

static int prepare(struct i2cdev *d, bool force, struct cx3_error *err)
{
	unsigned long functions = 0;
	int rc;

	if (d->sys->functions(d->fd, &functions) != 0)
		return i2cdev_transfer_failed(d, errno, err);
	rc = claim_address(d, force, err);
	if (rc != CX3_OK)
		return rc;
	/* The kernel sends a whole ioctl again after a lost arbitration, as often as
	 * this says. Repeating is the card layer's decision. */
	d->sys->no_retries(d->fd);
	d->smbus = !(functions & I2C_FUNC_I2C);
	d->head.limits_unsure = !d->smbus;
	return d->smbus ? i2cdev_smbus_prove(d, functions, err) : CX3_OK;
}

static void set_label(struct i2cdev *d)
{
	struct i2cdev_bus bus;

	snprintf(d->path, sizeof(d->path), "%s/i2c-%u", d->sys->dev, d->number);
	if (i2cdev_look(d->sys, d->number, &bus)) {
		snprintf(d->head.label, sizeof(d->head.label), "%.32s (%.56s)", d->path, bus.name);
		d->head.clock_hz = bus.clock_hz;
	} else {
		snprintf(d->head.label, sizeof(d->head.label), "%.90s", d->path);
	}
}

/* The node is locked before anything is sent through it. */
static int open_node(struct i2cdev *d, struct cx3_error *err)
{
	d->fd = cx3_device_fd(d->sys->open(d->path, O_RDWR | O_CLOEXEC));
	if (d->fd < 0)
		return i2cdev_open_failed(d->sys, d->number, d->path, errno, err);
	return cx3_device_lock(d->fd, d->head.label, d->head.log, err);
}

int i2cdev_open_on(const struct i2cdev_system *sys, struct cx3_devname *name,
		   const struct cx3_log *log, struct cx3_adapter **out, struct cx3_error *err)
{
	unsigned number = 0;
	bool force = false;
	struct i2cdev *d;
	int rc = i2cdev_find(sys, name, &number, err);

	if (rc != CX3_OK)
		return rc;
	d = calloc(1, sizeof(*d));
	if (!d)
		return i2cdev_no_memory(err);
	*d = (struct i2cdev){.head = {.ops = &cx3_i2cdev_ops, .log = log},
			     .sys = sys,
			     .fd = -1,
			     .number = number,
			     .opened_us = cx3_clock_us(),
			     .call_messages = I2C_RDWR_IOCTL_MAX_MSGS};
	set_label(d);
	rc = take_options(d, name, &force, err);
	if (rc == CX3_OK)
		rc = open_node(d, err);
	if (rc == CX3_OK)
		rc = prepare(d, force, err);
	if (rc != CX3_OK) {
		i2cdev_close(&d->head);
		return rc;
	}
	*out = &d->head;
	return CX3_OK;
}

static int i2cdev_open(struct cx3_devname *name, const struct cx3_log *log,
		       struct cx3_adapter **out, struct cx3_error *err)
{
	return i2cdev_open_on(&i2cdev_linux, name, log, out, err);
}

static int i2cdev_list_all(struct cx3_devname *name, struct cx3_listed **devices, size_t *count,
			   struct cx3_error *err)
{
	return i2cdev_list_on(&i2cdev_linux, name, devices, count, err);
}

const struct cx3_adapter_ops cx3_i2cdev_ops = {
	.name = "i2c-dev",
	.syntax = "/dev/i2c-N|i2c-N|i2c:name=PART|i2c:usb=PORT[,max-read=N][,max-write=N]",
	.open = i2cdev_open,
	.transfer = i2cdev_transfer,
	.wait_us = i2cdev_wait_us,
	.now_us = i2cdev_now_us,
	.close = i2cdev_close,
	.list = i2cdev_list_all,
	.hint = i2cdev_hint,
};
