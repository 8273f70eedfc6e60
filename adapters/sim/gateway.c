/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flash gateway: command 0xf0400, address 0xf0404, data 0xf0410 to 0xf041c.
 * A command becomes bytes on the SPI bus at 10 MHz; the busy bit reads 1 and the
 * data registers keep their old words until the last of them has gone. Bits of
 * the command word as in the vendor's driver source; what this gateway does when
 * it is misused is not documented anywhere, so the model takes the worst case.
 */
#include "model.h"

#include <string.h>

#define GW_COMMAND 0xf0400u
#define GW_ADDRESS 0xf0404u
#define GW_DATA 0xf0410u

#define CMD_CHIP (1u << 11)
#define CMD_FLASH_ENABLE (1u << 13)
#define CMD_ADDRESS4 (1u << 14)

/* 10 MHz: slower than these parts allow (M25PX16: 33 MHz for opcode 03), so that
 * what relies on the gateway's speed has less room here than on a card. */
#define SPI_NS_PER_BYTE 800u

/* gateway-stuck=: the busy bit never falls. */
static bool busy(const struct simcard *card)
{
	return card->gateway.stuck || card->now_ns < card->gateway.busy_until_ns;
}

/* The words of a read appear in the data registers as the busy bit falls. */
static void settle(struct simcard *card)
{
	struct gateway *gw = &card->gateway;

	if (gw->has_arriving && !busy(card)) {
		memcpy(gw->data, gw->arriving, sizeof(gw->data));
		memcpy(gw->from, gw->arriving_from, sizeof(gw->from));
		gw->has_arriving = false;
	}
}

/* One byte to the chip that the command selects; the second one is not fitted. */
static uint8_t spi(struct simcard *card, uint8_t in)
{
	bool lost = card->faults.flash_lost && card->gateway.commands >= card->faults.flash_lost;

	card->gateway.spi_until_ns += card->habits.slow_spi && card->boot.livefish
					      ? 100 * SPI_NS_PER_BYTE
					      : SPI_NS_PER_BYTE;
	if (card->gateway.command & CMD_CHIP)
		return sim_habit_second_chip(card, in);
	if (lost)
		return 0xff;
	return sim_nor_byte(card, in);
}

/* The first flash byte is [31:24] of the first word. Bytes that are not asked for
 * keep what they held. */
static void data_phase(struct simcard *card, unsigned count)
{
	struct gateway *gw = &card->gateway;
	bool reading = gw->command & CMD_READ;

	memcpy(gw->arriving, gw->data, sizeof(gw->arriving));
	memcpy(gw->arriving_from, gw->from, sizeof(gw->arriving_from));
	for (unsigned i = 0; i < count; i++) {
		bool low = reading && count == 1 && card->habits.byte_low;
		unsigned shift = low ? 0 : 24 - 8 * (i % 4);
		uint8_t out = (uint8_t)(reading ? 0xff : gw->data[i / 4] >> shift);
		uint8_t in;

		if (i % 4 == 0)
			gw->arriving_from[i / 4] = i + 4 <= count ? sim_nor_reads_at(card)
								  : SIM_NOWHERE;
		in = spi(card, out);
		gw->arriving[i / 4] &= ~(0xffu << shift);
		gw->arriving[i / 4] |= (uint32_t)in << shift;
	}
	gw->has_arriving = reading;
}

/* Three address bytes, or four with bit 14, which no part up to 16 MiB expects. */
static void opcode_and_address(struct simcard *card)
{
	struct gateway *gw = &card->gateway;
	unsigned bytes = gw->command & CMD_ADDRESS4 ? 4 : 3;

	if (gw->command & CMD_OPCODE)
		spi(card, (uint8_t)(gw->command >> 16));
	if (!(gw->command & CMD_ADDRESS))
		return;
	for (unsigned i = bytes; i > 0; i--)
		spi(card, (uint8_t)(gw->address >> (8 * (i - 1))));
}

void sim_gateway_inherit(struct simcard *card)
{
	card->gateway.held = true;
	card->gateway.inherited = true;
	card->gateway.command = CMD_FLASH_ENABLE | CMD_HOLD | CMD_DATA;
	sim_nor_select(card);
	card->nor.ignored = true;
	card->nor.bytes = 1;
}

/* What a command word must not ask for. True: it is carried out all the same. */
static bool sensible(struct simcard *card)
{
	struct gateway *gw = &card->gateway;
	bool continues = !(gw->command & (CMD_OPCODE | CMD_ADDRESS));
	bool writes = (gw->command & CMD_DATA) && !(gw->command & CMD_READ);

	/* A hold that a killed process left is ended before its semaphore is freed. */
	if (card->semaphore.holder != SIM_TOOL && !card->semaphore.lost &&
	    !(card->semaphore.holder == SIM_LEFT && continues && !(gw->command & CMD_HOLD)))
		sim_violation(card, "gateway command 0x%08x without holding the semaphore",
			      gw->command);
	if (!(gw->command & CMD_FLASH_ENABLE)) {
		sim_violation(card, "gateway command 0x%08x without flash enable (bit 13)",
			      gw->command);
		return false;
	}
	if ((gw->command & CMD_DATA) && (gw->command >> 8 & 7) > 4)
		sim_violation(card, "gateway command 0x%08x with more than 16 data bytes",
			      gw->command);
	/* Who finds chip select held by a killed process can't know. */
	if (gw->held && !gw->inherited && !continues)
		sim_violation(card,
			      "gateway command 0x%08x with an opcode or address while chip "
			      "select is still held",
			      gw->command);
	gw->inherited = false;
	/* A lone ff, and any read, is how one ends a command that may be held or not. */
	if (!gw->held && continues && writes && gw->data[0] >> 24 != 0xff && !gw->cut_in)
		sim_violation(card, "gateway command 0x%08x continues, but chip select is not held",
			      gw->command);
	return true;
}

/* The SPI bytes go at once, their time is counted after: nobody can look between. */
static void clock_out(struct simcard *card)
{
	struct gateway *gw = &card->gateway;
	unsigned log2 = gw->command >> 8 & 7;
	bool first_chip = !(gw->command & CMD_CHIP);
	bool held;

	card->habits.second_bytes = 0;
	if (first_chip && !gw->held)
		sim_nor_select(card);
	opcode_and_address(card);
	if (card->habits.bare == SIM_BARE_CLOCKS && !(gw->command & CMD_DATA) &&
	    (gw->command & CMD_HOLD))
		spi(card, 0xff);
	if (gw->command & CMD_DATA)
		data_phase(card, 1u << (log2 > 4 ? 4 : log2));
	/* stream=0 is the chip that lets chip select rise after each command. */
	held = sim_habit_holds(card, gw->command, gw->held);
	if (first_chip && !held)
		sim_nor_deselect(card);
	gw->busy_until_ns = gw->spi_until_ns + sim_habit_slow_us(card) * 1000;
	if (card->habits.address_echo == SIM_ADDRESS_COUNTS && (gw->command & CMD_DATA))
		gw->address += 1u << (log2 > 4 ? 4 : log2);
	if (gw->held != held) {
		gw->held = held;
		sim_state_live(card);
	}
}

/* The tool's command. */
static void run(struct simcard *card)
{
	struct gateway *gw = &card->gateway;

	card->counts.gateway_commands++;
	gw->commands++;
	gw->spi_until_ns = card->now_ns;
	if (card->faults.gateway_stuck && gw->commands >= card->faults.gateway_stuck)
		gw->stuck = true;
	sim_habit_started(card);
	if (gw->stuck || sim_habit_ignores(card, gw->command))
		return;
	if (gw->held && sim_habit_ends_hold(card)) {
		sim_nor_deselect(card);
		gw->held = false;
	}
	if (!sensible(card))
		return;
	if (gw->command & (CMD_OPCODE | CMD_ADDRESS))
		gw->cut_in = false;
	clock_out(card);
}

bool sim_gateway_intrude(struct simcard *card, bool status, uint32_t addr)
{
	struct gateway *gw = &card->gateway;

	settle(card);
	if (busy(card))
		return false;
	gw->cut_in = gw->held;
	gw->spi_until_ns = card->now_ns;
	gw->command = CMD_FLASH_ENABLE | CMD_OPCODE | CMD_DATA | CMD_READ |
		      (status ? 0x05u << 16 | 2u << 8 : 0x03u << 16 | 4u << 8 | CMD_ADDRESS);
	if (!status)
		gw->address = addr;
	clock_out(card);
	/* the firmware waits for it, and takes its words out before the tool's next access */
	gw->busy_until_ns = card->now_ns;
	settle(card);
	memset(gw->from, 0xff, sizeof(gw->from)); /* SIM_NOWHERE: not what the tool asked for */
	return true;
}

uint32_t sim_gateway_read(struct simcard *card, uint32_t reg)
{
	struct gateway *gw = &card->gateway;

	sim_others_gateway(card);
	settle(card);
	/* they read as they were written, but for the busy bit */
	if (reg == GW_COMMAND)
		return sim_habit_command(card, gw->command, busy(card));
	if (reg == GW_ADDRESS)
		return sim_habit_address(card, gw->address);
	if (gw->from[(reg - GW_DATA) / 4 % 4] != SIM_NOWHERE)
		sim_order_fetched(card, gw->from[(reg - GW_DATA) / 4 % 4]);
	return gw->data[(reg - GW_DATA) / 4 % 4];
}

void sim_gateway_write(struct simcard *card, uint32_t reg, uint32_t value)
{
	struct gateway *gw = &card->gateway;

	sim_others_gateway(card);
	settle(card);
	if (busy(card)) {
		/* slow-gw= is there to be found out by a probe, so its delay is nobody's fault. */
		if (gw->stuck || (card->now_ns < gw->spi_until_ns && !card->habits.slow_spi))
			sim_violation(card, "gateway register 0x%x written while it was busy", reg);
		return;
	}
	if (reg == GW_ADDRESS) {
		gw->address = value;
	} else if (reg == GW_COMMAND) {
		card->habits.command_before = gw->command;
		gw->command = value;
		if (value & CMD_BUSY)
			run(card);
	} else {
		gw->data[(reg - GW_DATA) / 4 % 4] = value;
		gw->from[(reg - GW_DATA) / 4 % 4] = SIM_NOWHERE;
	}
}

void sim_gateway_reset(struct simcard *card)
{
	struct gateway *gw = &card->gateway;
	uint64_t commands = gw->commands;

	/* Chip select rises with the reset: what the flash has got so far is carried out. */
	if (gw->held)
		sim_nor_deselect(card);
	memset(gw, 0, sizeof(*gw));
	memset(gw->from, 0xff, sizeof(gw->from)); /* SIM_NOWHERE */
	gw->commands = commands;
}

/* What the firmware leaves in the registers when it has used the gateway: a pattern that
 * no tool writes. A tool that frees the semaphore and later goes on as if its own words
 * were still there uses these instead. */
void sim_gateway_scribble(struct simcard *card)
{
	struct gateway *gw = &card->gateway;

	settle(card);
	gw->address = 0x00fa57f0;
	for (unsigned i = 0; i < 4; i++) {
		gw->data[i] = 0x5eedf1a5u ^ i;
		gw->from[i] = SIM_NOWHERE;
	}
}
