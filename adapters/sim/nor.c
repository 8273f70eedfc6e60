/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An SPI NOR flash at the byte level: what goes over MOSI and MISO between two
 * edges of chip select. Opcodes and semantics are those that the data sheets of
 * M25PX16, W25Q16BV, N25Q032A, AT25DF161, SST25VF016B and MX25L1606E share.
 * nor_commands.c has what programs and erases do.
 *
 * Where the parts differ the strictest counts: what one of them ignores or does
 * not define is a violation for all, though the command still does here what it
 * would do there.
 */
#include "model.h"

#include <string.h>

enum {
	OP_WRITE_STATUS = 0x01,
	OP_PROGRAM = 0x02,
	OP_READ = 0x03,
	OP_WRITE_DISABLE = 0x04,
	OP_READ_STATUS = 0x05,
	OP_WRITE_ENABLE = 0x06,
	OP_READ_STATUS3 = 0x15,
	OP_ERASE_SECTOR = 0x20,
	OP_WRITE_STATUS2 = 0x31,
	OP_WRITE_STATUS3 = 0x11,
	OP_READ_STATUS2 = 0x35,
	OP_WRITE_CONFIG = 0xb1, /* N25Q: nonvolatile configuration register */
	OP_READ_CONFIG = 0xb5,
	OP_JEDEC_ID = 0x9f,
	OP_OLD_ID = 0xab,
	OP_ERASE_BLOCK = 0xd8,
	OP_CLEAR_FAILED = 0x30,	 /* CLSR, S25FL-P */
	OP_ENABLE_STATUS = 0x50, /* EWSR, SST; on W25Q for a write until power-off */
	OP_UNLOCK_BLOCKS = 0x98	 /* parts with WPS */
};

#define STATUS_WIP 0x01u
#define STATUS_WEL 0x02u

bool sim_nor_busy(const struct simcard *card)
{
	const struct nor *nor = &card->nor;

	return nor->failed || (nor->job != NOR_IDLE && card->now_ns < nor->busy_until_ns);
}

void sim_nor_select(struct simcard *card)
{
	struct nor *nor = &card->nor;

	/* A job whose time is over is done; its WEL falls with it (all data sheets). */
	if (nor->job != NOR_IDLE && !sim_nor_busy(card))
		nor->job = NOR_IDLE;
	nor->selected = true;
	nor->ignored = false;
	nor->bytes = 0;
	nor->addr = 0;
	nor->loaded_count = 0;
	memset(nor->loaded, 0, sizeof(nor->loaded));
}

/* Fast and quad reads, chip erase (c7, 60), deep power-down (b9) and the like: none
 * that a tool for this gateway has a use for, some that would do harm. */
static bool known_opcode(const struct nor *nor, uint8_t opcode)
{
	const struct sim_part *part = nor->part;
	static const uint8_t known[] = {
		OP_WRITE_STATUS, OP_PROGRAM,	  OP_READ,     OP_WRITE_DISABLE, OP_READ_STATUS,
		OP_WRITE_ENABLE, OP_ERASE_SECTOR, OP_JEDEC_ID, OP_OLD_ID,	 OP_ERASE_BLOCK,
	};

	if (opcode == OP_READ_STATUS2)
		return part->bits == SIM_WINBOND;
	if (opcode == OP_UNLOCK_BLOCKS)
		return part->wps;
	if (opcode == OP_READ_STATUS3 || opcode == OP_WRITE_STATUS3)
		return sim_family_has_drive(part);
	if (opcode == OP_WRITE_STATUS2)
		return sim_has_drive(nor);
	if (opcode == OP_ENABLE_STATUS)
		return part->bits == SIM_SST || sim_family_has_drive(part);
	if (opcode == OP_READ_CONFIG || opcode == OP_WRITE_CONFIG)
		return part->bits == SIM_MICRON;
	if (opcode == OP_CLEAR_FAILED)
		return part->bits == SIM_OPEN3;
	return memchr(known, opcode, sizeof(known)) != NULL;
}

/* Chips of one id differ: a tool has to ask, and the older ones ignore what they do not know. */
static bool ignored_opcode(const struct nor *nor, uint8_t opcode)
{
	return (opcode == OP_READ_STATUS3 || opcode == OP_WRITE_STATUS3) && !sim_has_drive(nor);
}

/* While a job runs, only the status registers answer. Asking for the id is no
 * misuse all the same: it is what a tool does first, not knowing what runs. */
static bool allowed_while_busy(uint8_t opcode)
{
	return opcode == OP_READ_STATUS || opcode == OP_READ_STATUS2 || opcode == OP_READ_STATUS3 ||
	       opcode == OP_CLEAR_FAILED;
}

static void take_opcode(struct simcard *card, uint8_t opcode)
{
	struct nor *nor = &card->nor;

	nor->opcode = opcode;
	nor->ignored = true;
	if (nor->deaf || (nor->asleep && opcode != OP_OLD_ID))
		return;
	nor->asleep = false; /* "release from deep power-down and read id" */
	if (!known_opcode(nor, opcode)) {
		/* A lone ff ends a command that may be in progress or not. */
		if (opcode != 0xff)
			sim_violation(card, "flash opcode %02x is none that this part has", opcode);
	} else if (sim_nor_busy(card) && !allowed_while_busy(opcode)) {
		/* a part that is slower than its data sheet's typical times surprises any tool */
		if (opcode != OP_JEDEC_ID && !card->habits.slow_pages)
			sim_violation(card,
				      "flash opcode %02x while an erase or program was in progress",
				      opcode);
	} else if (opcode == OP_ERASE_SECTOR && !nor->part->erase_4k_ms) {
		sim_violation(card, "4 KiB erase (opcode 20), which a %s does not have",
			      nor->part->name);
	} else {
		nor->ignored = ignored_opcode(nor, opcode);
	}
}

/* WIP is bit 0, WEL bit 1 on all of these parts. */
static uint8_t status_byte(const struct simcard *card)
{
	const struct nor *nor = &card->nor;

	bool shows = card->now_ns >= nor->began_ns + card->habits.wip_late_us * 1000;

	return (uint8_t)(nor->status[0] | nor->failed |
			 (sim_nor_busy(card) && shows ? STATUS_WIP : 0) |
			 (nor->wel ? STATUS_WEL : 0));
}

static uint8_t read_byte(struct simcard *card)
{
	struct nor *nor = &card->nor;
	uint8_t byte;

	if (nor->addr >= nor->size) {
		/* of a chip with an id of its own nobody knows where it ends */
		if (!nor->jedec)
			sim_violation(card, "read of 0x%x, past the end of the flash", nor->addr);
		nor->addr %= nor->size;
	}
	byte = nor->data[nor->addr];
	/* A read runs on from the end to the start, as all data sheets say. */
	if (++nor->addr == nor->size)
		nor->addr = 0;
	return byte;
}

/* Past the page's end a program goes on at its start (M25PX16 data sheet, "Page
 * Program"); of more than 256 bytes the last 256 count. */
static void load_byte(struct simcard *card, uint8_t in)
{
	struct nor *nor = &card->nor;
	unsigned limit = nor->part->one_byte ? 1 : SIM_PAGE;
	unsigned at = (nor->addr + nor->loaded_count) % SIM_PAGE;

	if (nor->loaded_count == limit)
		sim_violation(card, "program at 0x%x with more than %u bytes", nor->addr, limit);
	else if (at == 0 && nor->loaded_count > 0)
		sim_violation(card, "program at 0x%x runs over the end of its page", nor->addr);
	if (nor->loaded_count >= limit && nor->part->one_byte)
		return;
	nor->page[at] = in; /* wraps within the page */
	nor->loaded[at] = true;
	nor->loaded_count++;
}

/* A byte after opcode and address. */
static uint8_t data_byte(struct simcard *card, uint8_t in)
{
	struct nor *nor = &card->nor;
	unsigned index = nor->bytes - 1;

	switch (nor->opcode) {
	case OP_JEDEC_ID:
		if (nor->no_jedec)
			return 0xff;
		if (nor->jedec && index < 3)
			return (uint8_t)(nor->jedec >> (16 - 8 * index));
		return index < 3 ? nor->part->id[index] : 0x00;
	case OP_OLD_ID:
		/* three dummy bytes, then the signature: the density byte less one (M25P16: 14) */
		return index < 3 ? 0xff : (uint8_t)(nor->part->id[2] - 1);
	case OP_READ_STATUS:
		return index && card->habits.no_status_word ? 0xff : status_byte(card);
	case OP_READ_STATUS2:
		return nor->status[1];
	case OP_READ_STATUS3:
		return nor->status[2];
	case OP_READ_CONFIG: /* the low byte first; behind the register 0 */
		return (uint8_t)(index < 2 ? nor->config >> (8 * index) : 0);
	case OP_READ:
		return index < 3 ? 0xff : read_byte(card);
	case OP_PROGRAM:
		if (index >= 3)
			load_byte(card, in);
		return 0xff;
	case OP_WRITE_STATUS:
	case OP_WRITE_STATUS2:
	case OP_WRITE_STATUS3:
	case OP_WRITE_CONFIG:
		/* one byte or two: the page buffer has room for them */
		if (index < sizeof(nor->status))
			nor->page[index] = in;
		nor->loaded_count++;
		return 0xff;
	default:
		return 0xff;
	}
}

uint32_t sim_nor_reads_at(const struct simcard *card)
{
	const struct nor *nor = &card->nor;
	bool reads = nor->selected && !nor->ignored && nor->opcode == OP_READ && nor->bytes >= 4;

	return reads ? nor->addr % nor->size : SIM_NOWHERE;
}

/* Eight clocks: `in` is MOSI, the answer MISO, ff where the part does not drive it. */
uint8_t sim_nor_byte(struct simcard *card, uint8_t in)
{
	struct nor *nor = &card->nor;
	uint8_t out = 0xff;

	if (nor->bytes == 0)
		take_opcode(card, in);
	else if (!nor->ignored)
		out = data_byte(card, in);
	else if (nor->opcode == OP_READ_STATUS3 && nor->drive == SIM_DRIVE_NONE_LOW)
		out = 0x00;
	if (nor->bytes >= 1 && nor->bytes <= 3)
		nor->addr = nor->addr << 8 | in;
	nor->bytes++;
	return out;
}

void sim_nor_deselect(struct simcard *card)
{
	if (card->nor.selected && card->nor.bytes > 0 && !card->nor.ignored)
		sim_nor_execute(card);
	card->nor.selected = false;
}

void sim_nor_power_on(struct simcard *card)
{
	struct nor *nor = &card->nor;

	nor->selected = false;
	nor->wel = false;
	nor->job = NOR_IDLE;
	/* AT25DF and SST25VF come up with all of the flash protected (data sheets:
	 * "Global Protect", "Block-Protection ... power-up"). WPP is bit 4: WP# high. */
	nor->ewsr = false;
	nor->blocks_unlocked = false;
	if (nor->brief)
		memcpy(nor->status, nor->kept, sizeof(nor->status));
	nor->brief = false;
	/* quad, dual and XIP, all of them off when set (N25Q032A, table of the register) */
	nor->deaf = nor->part->bits == SIM_MICRON && (nor->config & 0x0e0c) != 0x0e0c;
	if (nor->part->bits == SIM_ATMEL)
		nor->status[0] = 0x0c | (nor->wp_low ? 0 : 0x10);
	else if (nor->part->bits == SIM_SST)
		nor->status[0] = 0x1c;
}
