/* SPDX-License-Identifier: BSD-2-Clause */
/* An open FT232H adapter on the emulated chip, with memory as its slave. */
#include "ft232h_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool slave_start(void *user, uint8_t address_and_read_bit)
{
	struct fixture *fixture = user;

	if (address_and_read_bit >> 1 != CX3_CARD_ADDRESS)
		return false;
	fixture->address_acks++;
	fixture->transfers += !(address_and_read_bit & 1);
	fixture->count = 0;
	return true;
}

static bool slave_write(void *user, uint8_t byte)
{
	struct fixture *fixture = user;

	if (fixture->count++ < 4) {
		fixture->address = fixture->address << 8 | byte;
		return true;
	}
	fixture->memory[fixture->address++ % RIG_MEMORY] = byte;
	fixture->writes++;
	return true;
}

static uint8_t slave_read(void *user)
{
	struct fixture *fixture = user;
	uint8_t byte = fixture->memory[fixture->address++ % RIG_MEMORY];
	bool too_fast = mpsse_interp_period_ns(&fixture->host.chip) < fixture->shortest_ns;

	return too_fast && ++fixture->bytes_read % 50 == 0 ? byte ^ 0x10 : byte;
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

void fixture_init(struct fixture *fixture, enum mpsse_chip chip, unsigned command_ns, unsigned hz)
{
	memset(fixture, 0, sizeof(*fixture));
	for (unsigned i = 0; i < RIG_MEMORY; i++)
		fixture->memory[i] = (uint8_t)(i * 7 + i / 256);
	mpsse_host_init(&fixture->host, chip, command_ns, hz, &slave_ops, fixture);
}

int fixture_open(struct fixture *fixture, unsigned hz, struct cx3_error *err)
{
	const struct cx3_adapter head = {.label = "fixture", .addr = CX3_CARD_ADDRESS};

	return ft232h_attach(&fixture->host.usb, &head, hz, &fixture->adapter, err);
}

void fixture_close(struct fixture *fixture)
{
	cx3_adapter_close(fixture->adapter);
	fixture->adapter = NULL;
}

void fixture_assert_clean(const struct fixture *fixture)
{
	const struct wire_counts *counts = &fixture->host.chip.wire.counts;

	if (counts->violations)
		fail_msg("%llu violations, the first: %s", (unsigned long long)counts->violations,
			 counts->first);
}

static void put_address(uint8_t *to, uint32_t reg)
{
	for (unsigned i = 0; i < 4; i++)
		to[i] = (uint8_t)(reg >> (24 - 8 * i));
}

void fixture_write(struct fixture_transfer *t, uint32_t reg, const uint8_t *data, unsigned len)
{
	put_address(t->wr, reg);
	memcpy(t->wr + 4, data, len);
	t->xfer = (struct cx3_xfer){t->wr, NULL, (uint16_t)(4 + len), 0, false};
}

void fixture_read(struct fixture_transfer *t, uint32_t reg, unsigned len)
{
	put_address(t->wr, reg);
	memset(t->rd, 0, sizeof(t->rd));
	t->xfer = (struct cx3_xfer){t->wr, t->rd, 4, (uint16_t)len, false};
}
