/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An i2c-tiny-usb, as its kernel driver and its first firmware see it
 * (harbaum/I2C-Tiny-USB, firmware/main.c): control transfers only. Like that
 * firmware it tells of a missing ACK on the address, but never of one on data.
 */
#include "emul.h"

#include <linux/i2c.h>
#include <string.h>

enum { CMD_ECHO = 0, CMD_FUNCTIONS = 1, CMD_DELAY = 2, CMD_STATUS = 3, CMD_IO = 4 };
enum { IO_BEGIN = 1, IO_END = 2 };
enum { STATUS_ACK = 1, STATUS_NACK = 2 };

static int io(struct tiny_usb *t, const struct gadget_setup *setup, uint8_t *data)
{
	bool read = setup->value & I2C_M_RD;

	emul_pass_time(&t->clock);
	if (!simcard_i2c_start(t->card, (uint8_t)(setup->index << 1 | read))) {
		t->status = STATUS_NACK;
		simcard_i2c_stop(t->card);
		if (read)
			memset(data, 0, setup->length);
		return read ? setup->length : 0;
	}
	t->status = STATUS_ACK;
	for (uint16_t i = 0; i < setup->length; i++) {
		if (read)
			data[i] = simcard_i2c_read(t->card, i + 1 < setup->length);
		else
			simcard_i2c_write(t->card, data[i]);
	}
	if (setup->request & IO_END)
		simcard_i2c_stop(t->card);
	return read ? setup->length : 0;
}

static int control(void *user, const struct gadget_setup *setup, uint8_t *data)
{
	struct tiny_usb *t = user;
	int result;
	const uint32_t functions = I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;

	switch (setup->request) {
	case CMD_ECHO:
		data[0] = (uint8_t)setup->value;
		data[1] = (uint8_t)(setup->value >> 8);
		return 2;
	case CMD_FUNCTIONS:
		for (unsigned i = 0; i < 4; i++)
			data[i] = (uint8_t)(functions >> 8 * i);
		return 4;
	case CMD_DELAY:
		return 0;
	case CMD_STATUS:
		data[0] = t->status;
		return 1;
	default:
		if ((setup->request & ~(IO_BEGIN | IO_END)) != CMD_IO)
			return GADGET_STALL;
		result = io(t, setup, data);
		return simcard_gone(t->card) ? GADGET_UNPLUG : result;
	}
}

static const uint8_t device_descriptor[18] = {
	18,   1,    0x10, 0x01, 0xff, 0, 0, 8, /* USB 1.1, vendor class, 8-byte endpoint 0 */
	0x03, 0x04, 0x31, 0xc6,		       /* 0403:c631 */
	0x04, 0x02, 1,	  2,	0,    1,       /* version 2.04, strings 1 and 2 */
};

static const uint8_t config_descriptor[18] = {
	9, 2, 18, 0, 1, 1, 0, 0x80, 50, /* one interface, 100 mA */
	9, 4, 0,  0, 0, 0, 0, 0,    0,	/* no endpoints */
};

static const char *const strings[] = {"Till Harbaum", "i2c-tiny-usb"};

const struct gadget_device tiny_usb_device = {
	.device_descriptor = device_descriptor,
	.config_descriptor = config_descriptor,
	.strings = strings,
	.string_count = 2,
	.control = control,
};
