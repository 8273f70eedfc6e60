/* SPDX-License-Identifier: BSD-2-Clause */
/* The buses as devices for a scan, and how to raise a bus's clock. */
#include "i2cdev_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device_fd.h"

#define FAST_HZ 400000u

/* The functions that the kernel tells; opening a bus sends nothing. */
static bool speaks_plain_i2c(const struct i2cdev_system *sys, const char *path)
{
	unsigned long functions = 0;
	int fd = cx3_device_fd(sys->open(path, 0));

	if (fd < 0)
		return false;
	if (sys->functions(fd, &functions) != 0)
		functions = 0;
	sys->close(fd);
	return functions & I2C_FUNC_I2C;
}

/* Buses on which a write to the card's address may do harm. */
static void tell_keep_off(const struct i2cdev_system *sys, const struct i2cdev_bus *bus, char *why,
			  size_t size)
{
	char driver[48];

	if (i2cdev_holder(sys, bus->number, CX3_CARD_ADDRESS, driver, sizeof(driver)))
		snprintf(why, size, "the kernel's driver %s serves the device at 0x48", driver);
	else if (i2cdev_is_display(bus))
		snprintf(why, size, "it belongs to a display (DDC)");
	else if (i2cdev_is_mainboard(bus))
		snprintf(why, size,
			 "it is the mainboard's own SMBus, with sensors and memory on it");
}

static void describe(const struct i2cdev_system *sys, const struct i2cdev_bus *bus,
		     struct cx3_listed *device)
{
	snprintf(device->device, sizeof(device->device), "%.48s/i2c-%u", sys->dev, bus->number);
	if (bus->usb[0])
		snprintf(device->by_port, sizeof(device->by_port), "i2c:usb=%s", bus->usb);
	snprintf(device->name, sizeof(device->name), "%s", bus->name);
	snprintf(device->driver, sizeof(device->driver), "%s", bus->driver);
	snprintf(device->usb, sizeof(device->usb), "%s", bus->usb);
	device->clock_hz = bus->clock_hz;
	device->plain_i2c = speaks_plain_i2c(sys, device->device);
	tell_keep_off(sys, bus, device->keep_off, sizeof(device->keep_off));
}

/* The numbers of the buses that are asked for: all, or the one that is named. */
static int wanted(const struct i2cdev_system *sys, struct cx3_devname *name, unsigned **numbers,
		  size_t *count, struct cx3_error *err)
{
	unsigned number;
	int rc;

	if (!name)
		return i2cdev_list(sys, numbers, count, err);
	rc = i2cdev_find(sys, name, &number, err);
	if (rc != CX3_OK)
		return rc;
	*numbers = malloc(sizeof(**numbers));
	if (!*numbers)
		return i2cdev_no_memory(err);
	**numbers = number;
	*count = 1;
	return CX3_OK;
}

/* A bus that is named is told of even if it is not there: opening it says why. */
int i2cdev_list_on(const struct i2cdev_system *sys, struct cx3_devname *name,
		   struct cx3_listed **devices, size_t *count, struct cx3_error *err)
{
	unsigned *numbers = NULL;
	size_t all = 0;
	int rc = wanted(sys, name, &numbers, &all, err);

	*devices = NULL;
	*count = 0;
	if (rc != CX3_OK || all == 0)
		return rc;
	*devices = calloc(all, sizeof(**devices));
	for (size_t i = 0; *devices && i < all; i++) {
		struct cx3_listed *device = &(*devices)[*count];
		struct i2cdev_bus bus;

		if (i2cdev_look(sys, numbers[i], &bus))
			describe(sys, &bus, device);
		else if (name)
			snprintf(device->device, sizeof(device->device), "%.48s/i2c-%u", sys->dev,
				 numbers[i]);
		else
			continue; /* it vanished while the buses were listed */
		(*count)++;
	}
	free(numbers);
	return *devices ? CX3_OK : i2cdev_no_memory(err);
}

bool i2cdev_hint(struct cx3_adapter *a, char *words, size_t size)
{
	const struct i2cdev *d = (const struct i2cdev *)(const void *)a;
	struct i2cdev_bus bus;
	const char *how;

	if (!i2cdev_look(d->sys, d->number, &bus))
		return false;
	how = i2cdev_clock_words(&bus);
	if (!how || bus.clock_hz >= FAST_HZ)
		return false;
	snprintf(words, size,
		 "The bus clock is the adapter's; %s. Lower it again if the wires are long.", how);
	return true;
}
