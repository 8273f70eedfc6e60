/* SPDX-License-Identifier: BSD-2-Clause */
/* An open FT232H adapter on the emulated chip, with memory as its slave. */
#include "rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool slave_start(void *user, uint8_t address_and_read_bit)
{
	struct rig *rig = user;

	if (address_and_read_bit >> 1 != CX3_CARD_ADDRESS)
		return false;
	rig->address_acks++;
	rig->transfers += !(address_and_read_bit & 1);
	rig->count = 0;
	return true;
}

static bool slave_write(void *user, uint8_t byte)
{
	struct rig *rig = user;

	if (rig->count++ < 4) {
		rig->address = rig->address << 8 | byte;
		return true;
	}
	rig->memory[rig->address++ % RIG_MEMORY] = byte;
	rig->writes++;
	return true;
}

static uint8_t slave_read(void *user)
{
	struct rig *rig = user;

	return rig->memory[rig->address++ % RIG_MEMORY];
}

static void slave_nothing(void *user)
{
	(void)user;
}

static const struct wire_slave_ops slave_ops = {
	.start = slave_start,
	.write = slave_write,
	.read = slave_read,
	.read_end = slave_nothing,
	.stop = slave_nothing,
};

void rig_init(struct rig *rig, enum mpsse_chip chip, unsigned command_ns, unsigned hz)
{
	memset(rig, 0, sizeof(*rig));
	for (unsigned i = 0; i < RIG_MEMORY; i++)
		rig->memory[i] = (uint8_t)(i * 7 + i / 256);
	mpsse_host_init(&rig->host, chip, command_ns, hz, &slave_ops, rig);
}

int rig_open(struct rig *rig, unsigned hz, struct cx3_error *err)
{
	const struct cx3_adapter head = {.label = "rig", .addr = CX3_CARD_ADDRESS};

	return ft232h_attach(&rig->host.usb, &head, hz, &rig->adapter, err);
}

void rig_close(struct rig *rig)
{
	cx3_adapter_close(rig->adapter);
	rig->adapter = NULL;
}

void rig_assert_clean(const struct rig *rig)
{
	const struct wire_counts *counts = &rig->host.chip.wire.counts;

	if (counts->violations)
		fail_msg("%llu violations, the first: %s", (unsigned long long)counts->violations,
			 counts->first);
}

static void put_address(uint8_t *to, uint32_t reg)
{
	for (unsigned i = 0; i < 4; i++)
		to[i] = (uint8_t)(reg >> (24 - 8 * i));
}

void rig_write(struct rig_transfer *t, uint32_t reg, const uint8_t *data, unsigned len)
{
	put_address(t->wr, reg);
	memcpy(t->wr + 4, data, len);
	t->xfer = (struct cx3_xfer){t->wr, NULL, (uint16_t)(4 + len), 0};
}

void rig_read(struct rig_transfer *t, uint32_t reg, unsigned len)
{
	put_address(t->wr, reg);
	memset(t->rd, 0, sizeof(t->rd));
	t->xfer = (struct cx3_xfer){t->wr, t->rd, 4, (uint16_t)len};
}
