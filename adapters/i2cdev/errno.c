/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel's error numbers mean here and what to do about them.
 * Documentation/i2c/fault-codes.rst of the Linux kernel; drivers stray from it,
 * so the sentences say what is likely, and the number is always told.
 */
#include "i2cdev_priv.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"

/* A pulled plug fails transfers a moment before the kernel removes the node. */
#define GONE_CHECKS 10u
#define GONE_PAUSE_US 20000u

int i2cdev_no_memory(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NO_MEMORY, "i2c-dev",
			"There is no memory for an adapter or the list of buses.\n"
			"Close other programs and try again.");
}

static int no_permission(const char *path, struct cx3_error *err)
{
	struct group entry, *group = NULL;
	char buf[1024];
	struct stat st;

	if (stat(path, &st) == 0)
		getgrgid_r(st.st_gid, &entry, buf, sizeof(buf), &group);
	if (group && st.st_gid != 0)
		return cx3_fail(
			err, CX3_E_PERMISSION, path,
			"This user may not open %s.\n"
			"Join the group that may (`sudo usermod -aG %s $USER`), then log in "
			"again.",
			path, group->gr_name);
	return cx3_fail(
		err, CX3_E_PERMISSION, path,
		"Only root may open %s.\n"
		"Install the udev rule 70-cx3flash.rules, create the group i2c and join it "
		"(`sudo groupadd -f i2c; sudo usermod -aG i2c $USER`), then plug the adapter "
		"in again and log in again. Or run as root.",
		path);
}

int i2cdev_open_failed(const struct i2cdev_system *sys, unsigned number, const char *path,
		       int error, struct cx3_error *err)
{
	struct i2cdev_bus bus;

	if (error == EACCES || error == EPERM)
		return no_permission(path, err);
	if (error != ENOENT && error != ENODEV && error != ENXIO)
		return cx3_fail(err, CX3_E_IO, path,
				"%s can't be opened (%s).\n"
				"See the kernel's log.",
				path, cx3_errno_text(error));
	if (i2cdev_look(sys, number, &bus))
		return cx3_fail(err, CX3_E_NO_DEVICE, path,
				"The bus i2c-%u (%s) is there, but %s is not.\n"
				"Load the module with `sudo modprobe i2c-dev`.",
				number, bus.name, path);
	return cx3_fail(err, CX3_E_NO_DEVICE, path,
			"There is no bus i2c-%u.\n"
			"Plug the adapter in, and see in the list of buses whether its number has "
			"changed.",
			number);
}

/* What a pulled plug may look like before the node goes. */
static bool may_mean_gone(int error)
{
	switch (error) {
	case EIO:
	case ENODEV:
	case ESHUTDOWN:
	case EPROTO:
	case EPIPE:
	case EILSEQ:
	case ENOENT:
	case ECONNRESET:
	case EOVERFLOW:
		return true;
	default:
		return false;
	}
}

static bool node_is_gone(const struct i2cdev *d)
{
	struct i2cdev_bus bus;
	struct stat st;

	for (unsigned i = 0; i < GONE_CHECKS; i++) {
		if (stat(d->path, &st) != 0 || !i2cdev_look(d->sys, d->number, &bus))
			return true;
		cx3_clock_wait_us(GONE_PAUSE_US);
	}
	return false;
}

static int gone(const struct i2cdev *d, struct cx3_error *err)
{
	return cx3_fail(
		err, CX3_E_GONE, d->head.label,
		"The adapter vanished from the system.\n"
		"Plug it in again and start anew. Its bus number may have changed: the device "
		"names i2c:name= and i2c:usb= find it under any number.");
}

int i2cdev_transfer_failed(struct i2cdev *d, int error, struct cx3_error *err)
{
	const char *place = d->head.label;

	if (error == ENODEV || error == ESHUTDOWN || (may_mean_gone(error) && node_is_gone(d)))
		return gone(d, err);
	switch (error) {
	case ENXIO:
		return cx3_fail(
			err, CX3_E_NO_ACK, place,
			"Nothing answers at address 0x%02x (no ACK).\n"
			"Check the card's power (3.3 V aux), SDA, SCL, the ground and the pull-ups.",
			d->head.addr);
	case EREMOTEIO:
		return cx3_fail(err, CX3_E_NACK_DATA, place,
				"The card at address 0x%02x did not acknowledge (EREMOTEIO).\n"
				"Try again. If it stays, check its power and the wires.",
				d->head.addr);
	case EAGAIN:
		return cx3_fail(err, CX3_E_ARBITRATION, place,
				"Another master won the bus (lost arbitration).\n"
				"Keep the BMC off it, or check that no line is shorted.");
	case EBUSY:
		return cx3_fail(err, CX3_E_BUS, place,
				"The bus is busy or stuck (a line is held low).\n"
				"Check SDA, SCL and the pull-ups, and power the card off and on.");
	case ETIMEDOUT:
		return cx3_fail(err, CX3_E_TIMEOUT, place,
				"The adapter gave up waiting (timeout).\n"
				"Check that SCL and SDA are pulled up and that the card has power, "
				"or lower the clock.");
	case EOPNOTSUPP:
	case EMSGSIZE:
		return cx3_fail(err, CX3_E_UNSUPPORTED, place,
				"This adapter can't carry what a register needs: %u bytes in one "
				"write, and a read of %u after a repeated START.\n"
				"Use another adapter (hardware-notes/adapters.md lists them).",
				CX3_LEAST_WRITE, CX3_LEAST_READ);
	default:
		return cx3_fail(err, CX3_E_IO, place,
				"A transfer to address 0x%02x failed (%s).\n"
				"Try again. The kernel's log may say more.",
				d->head.addr, cx3_errno_text(error));
	}
}
