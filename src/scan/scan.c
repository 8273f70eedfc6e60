/* SPDX-License-Identifier: BSD-2-Clause */
#include "cx3flash/scan.h"
#include "i2cdev/i2cdev_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan_priv.h"

const char *cx3_bus_finding_name(enum cx3_bus_finding finding)
{
	static const char *const names[] = {"card", "nothing", "other", "left-alone", "failed"};

	return names[finding];
}

/* The functions that the kernel tells; opening a bus sends nothing. */
static void look_at_functions(const struct i2cdev_system *sys, struct cx3_bus *out)
{
	unsigned long functions = 0;
	int fd = sys->open(out->device, 0);

	if (fd < 0)
		return;
	if (sys->functions(fd, &functions) == 0)
		out->plain_i2c = functions & I2C_FUNC_I2C;
	sys->close(fd);
}

static void describe(const struct i2cdev_system *sys, const struct i2cdev_bus *bus,
		     struct cx3_bus *out)
{
	memset(out, 0, sizeof(*out));
	snprintf(out->device, sizeof(out->device), "/dev/i2c-%u", bus->number);
	if (bus->usb[0])
		snprintf(out->by_name, sizeof(out->by_name), "i2c:usb=%s", bus->usb);
	snprintf(out->name, sizeof(out->name), "%s", bus->name);
	snprintf(out->driver, sizeof(out->driver), "%s", bus->driver);
	snprintf(out->usb, sizeof(out->usb), "%s", bus->usb);
	out->clock_hz = bus->clock_hz;
	look_at_functions(sys, out);
}

static void leave_alone(struct cx3_bus *out, const char *why)
{
	out->finding = CX3_BUS_LEFT_ALONE;
	snprintf(out->words, sizeof(out->words),
		 "left alone: %s; if the card is there, ask for it with `cx3flash -d %s scan`", why,
		 out->device);
}

/* Buses on which a write to 0x48 may do harm. True if this is one. */
static bool is_left_alone(const struct i2cdev_system *sys, const struct i2cdev_bus *bus,
			  struct cx3_bus *out)
{
	char driver[48], why[160];

	if (i2cdev_holder(sys, bus->number, CX3_CARD_ADDRESS, driver, sizeof(driver))) {
		snprintf(why, sizeof(why), "the kernel's driver %s serves the device at 0x48",
			 driver);
		leave_alone(out, why);
		return true;
	}
	if (scan_is_display(bus)) {
		leave_alone(out, "it belongs to a display (DDC)");
		return true;
	}
	if (scan_is_mainboard(bus)) {
		leave_alone(out, "it is the mainboard's own SMBus, with sensors and memory on it");
		return true;
	}
	return false;
}

/* What an error of opening or asking comes to. */
static void tell_failure(struct cx3_bus *out, const struct cx3_error *err)
{
	out->code = err->code;
	switch (err->code) {
	case CX3_E_NO_ACK:
		out->finding = CX3_BUS_NOTHING;
		snprintf(out->words, sizeof(out->words), "nothing answers at 0x48");
		break;
	case CX3_E_WRONG_ID:
	case CX3_E_LOCKED:
		out->finding = CX3_BUS_OTHER;
		cx3_error_text(err, out->words, sizeof(out->words));
		break;
	default:
		out->finding = CX3_BUS_FAILED;
		cx3_error_text(err, out->words, sizeof(out->words));
	}
}

static void tell_card(struct cx3_bus *out, const struct cx3_card_id *id)
{
	out->finding = CX3_BUS_CARD;
	out->id = *id;
	snprintf(out->words, sizeof(out->words),
		 "%s (id 0x%x, revision 0x%x), %s: use it with `-d %s`", id->name, id->hw_id,
		 id->hw_rev,
		 id->state == CX3_CARD_LIVEFISH ? "in recovery (livefish)" : "its firmware runs",
		 out->device);
}

/* Reads the id, as cx3_card_open does it. */
static void ask(const char *device, const struct cx3_log *log, struct cx3_bus *out)
{
	struct cx3_adapter *adapter = NULL;
	struct cx3_card *card = NULL;
	struct cx3_error err = {.code = CX3_OK};
	int rc = cx3_adapter_open(device, log, &adapter, &err);

	if (rc == CX3_OK) {
		out->clock_hz = adapter->clock_hz;
		rc = cx3_card_open(adapter, NULL, &card, &err);
	}
	if (rc == CX3_OK)
		tell_card(out, cx3_card_identity(card));
	else
		tell_failure(out, &err);
	cx3_card_close(card);
	cx3_adapter_close(adapter);
}

static void scan_bus(const struct i2cdev_system *sys, unsigned number, const struct cx3_log *log,
		     struct cx3_bus *out)
{
	struct i2cdev_bus bus;
	char device[48];

	memset(out, 0, sizeof(*out));
	if (!i2cdev_look(sys, number, &bus)) {
		snprintf(out->device, sizeof(out->device), "/dev/i2c-%u", number);
		out->finding = CX3_BUS_FAILED;
		out->code = CX3_E_GONE;
		snprintf(out->words, sizeof(out->words), "it vanished while the buses were listed");
		return;
	}
	describe(sys, &bus, out);
	if (is_left_alone(sys, &bus, out))
		return;
	/* One retry: an empty bus is the usual case and shall not take seconds. */
	snprintf(device, sizeof(device), "%s,retries=1", out->device);
	ask(device, log, out);
}

/* The bus that the user names is asked whatever it is. */
static int scan_named(const struct i2cdev_system *sys, const char *device,
		      const struct cx3_log *log, struct cx3_bus *out, struct cx3_error *err)
{
	struct cx3_devname name;
	struct i2cdev_bus bus;
	unsigned number;
	int rc = cx3_devname_parse(device, &name, err);

	if (rc != CX3_OK)
		return rc;
	rc = i2cdev_find(sys, &name, &number, err);
	memset(out, 0, sizeof(*out));
	if (rc == CX3_E_NOT_MINE) {
		snprintf(out->device, sizeof(out->device), "%.20s", device);
		snprintf(out->name, sizeof(out->name), "%.60s", device);
	} else if (rc != CX3_OK) {
		return rc;
	} else if (i2cdev_look(sys, number, &bus)) {
		describe(sys, &bus, out);
	} else {
		snprintf(out->device, sizeof(out->device), "/dev/i2c-%u", number);
	}
	ask(device, log, out);
	return CX3_OK;
}

static int no_memory(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NO_MEMORY, "scan",
			"No memory for the list of buses: close other programs and try again.");
}

static int scan_all(const struct i2cdev_system *sys, const struct cx3_log *log,
		    struct cx3_bus **buses, size_t *count, struct cx3_error *err)
{
	unsigned *numbers;
	int rc = i2cdev_list(sys, &numbers, count, err);

	if (rc != CX3_OK || *count == 0)
		return rc;
	*buses = calloc(*count, sizeof(**buses));
	for (size_t i = 0; *buses && i < *count; i++)
		scan_bus(sys, numbers[i], log, *buses + i);
	free(numbers);
	return *buses ? CX3_OK : no_memory(err);
}

int cx3_scan(const struct cx3_scan_options *options, const struct cx3_log *log,
	     struct cx3_bus **buses, size_t *count, struct cx3_error *err)
{
	const struct i2cdev_system *sys = &i2cdev_linux;
	int rc;

	*buses = NULL;
	*count = 0;
	if (!options || !options->device)
		return scan_all(sys, log, buses, count, err);
	*buses = calloc(1, sizeof(**buses));
	if (!*buses)
		return no_memory(err);
	rc = scan_named(sys, options->device, log, *buses, err);
	*count = rc == CX3_OK;
	if (rc != CX3_OK) {
		free(*buses);
		*buses = NULL;
	}
	return rc;
}
