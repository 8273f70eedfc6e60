/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flash gateway: data, then address, then the command word, which starts it.
 *
 * I2C has no checksum, so here is what one flipped bit in a message could do, and
 * what contains it:
 *
 * - In the address register: the one thing that could send an erase elsewhere.
 *   It is read back and compared while the flash's write enable latch (WEL) is
 *   clear; WREN and the erase or program follow with no other write between.
 * - In WREN's command word: another opcode, a phase too many or no start at all:
 *   WEL stays clear (WREN counts only if chip select rises after its 8 bits), and
 *   what follows is ignored.
 * - In the address bit of a program's command word: the flash would take the first
 *   data bytes for the address. So opcode and address go out alone, chip select
 *   held, and the command register is read back before data follow (where it
 *   reads as it was written, and where the streamed way is proven; else a program
 *   is one command of 16 bytes, and this one bit is not contained).
 * - In the opcode of an erase or program. 20 becomes 60 (chip erase) and 02
 *   becomes 06 by one bit, but the address phase is still there, and the parts
 *   take those only without one. Others (42: one-time area) touch no array. A lost
 *   address, data or hold bit makes a command of the wrong length, which is
 *   ignored, or a page that is not what was sent: the read back tells.
 * - In bit 14 of a program's command word, the 4-byte address: the flash then takes
 *   the address register's top three bytes for the address, A >> 8, which is
 *   where the first image begins. So the top byte, which a 3-byte address does
 *   not use, holds the number of the 64 KiB block once more: such a program goes
 *   astray within its own block, whose pages the jobs read back together. (An
 *   erase with a byte too many is ignored.)
 * - In the register address: 0xf0404 and 0xf0410 are one bit from 0xf0400. A
 *   command that lands in the address register leaves no command; then WEL is
 *   clear, or is the next address's turn to be read back. Data that lands in the
 *   command register may start anything: so the first data block is written
 *   before WREN, and later ones come while chip select is held in a page program,
 *   where the flash takes any opcode for data of that page.
 * - In a read: 03 becomes 02 by one bit, but WEL is clear whenever we read: it is
 *   looked at on open and cleared on every way out of a failed write.
 * - In a status answer: WIP seen clear too early makes the next command ignored,
 *   which the read back tells. An erase asks twice.
 */
#include "flash_priv.h"

#include <assert.h>
#include <stdio.h>

#define BUSY_LIMIT_US 1000000u
#define FIRST_BUSY_POLL_US 20u
#define ADDRESS_TRIES 3u

uint64_t cx3_flash_now_us(const struct cx3_flash *flash)
{
	struct cx3_adapter *adapter = cx3_card_adapter(flash->card);

	return adapter->ops->now_us(adapter);
}

void cx3_flash_wait_us(const struct cx3_flash *flash, uint64_t us)
{
	struct cx3_adapter *adapter = cx3_card_adapter(flash->card);

	adapter->ops->wait_us(adapter, us);
}

const char *cx3_flash_label(const struct cx3_flash *flash)
{
	return cx3_card_adapter(flash->card)->label;
}

struct cx3_flash_place cx3_flash_place(const struct cx3_flash *flash, uint32_t addr)
{
	struct cx3_flash_place place;

	snprintf(place.text, sizeof(place.text), "flash 0x%06x on %.70s", (unsigned)addr,
		 cx3_flash_label(flash));
	return place;
}

uint32_t cx3_gw_word(uint32_t bits)
{
	return bits | GW_ENABLE | GW_BUSY;
}

void cx3_gw_start(struct cx3_flash *flash)
{
	flash->n_ops = 0;
}

void cx3_gw_write(struct cx3_flash *flash, uint32_t reg, const uint32_t *words, uint16_t count)
{
	/* A writing step only reads its words. */
	union {
		const uint32_t *in;
		uint32_t *out;
	} u = {.in = words};

	flash->ops[flash->n_ops++] = (struct cx3_regop){
		.reg = reg, .words = u.out, .count = count, .write = true};
}

void cx3_gw_read(struct cx3_flash *flash, uint32_t reg, uint32_t *words, uint16_t count)
{
	struct cx3_regop *op = &flash->ops[flash->n_ops++];

	*op = (struct cx3_regop){.reg = reg, .count = count};
	op->words = words;
}

void cx3_gw_command(struct cx3_flash *flash, const uint32_t *word)
{
	cx3_gw_write(flash, GW_COMMAND, word, 1);
	flash->counts.commands++;
}

int cx3_gw_run(struct cx3_flash *flash, enum cx3_repeat repeat, struct cx3_progress_mark *mark,
	       struct cx3_error *err)
{
	return cx3_card_run(flash->card, flash->ops, flash->n_ops, repeat, mark, err);
}

int cx3_gw_wait(struct cx3_flash *flash, uint32_t *word, struct cx3_error *err)
{
	uint64_t deadline_us = cx3_flash_now_us(flash) + BUSY_LIMIT_US;
	uint64_t pause_us = FIRST_BUSY_POLL_US;

	for (;;) {
		int rc = cx3_card_read(flash->card, GW_COMMAND, word, err);

		if (rc || !(*word & GW_BUSY))
			return rc;
		if (cx3_flash_now_us(flash) > deadline_us)
			return cx3_fail(
				err, CX3_E_GATEWAY, cx3_flash_label(flash),
				"The flash gateway stays busy (register 0xf0400 reads "
				"0x%08x): switch the card's power off and on, and try again.",
				(unsigned)*word);
		cx3_flash_wait_us(flash, pause_us);
		pause_us *= 2;
	}
}

int cx3_gw_exec(struct cx3_flash *flash, uint32_t bits, const uint32_t *addr, uint32_t *data,
		uint16_t count, struct cx3_error *err)
{
	uint32_t word = cx3_gw_word(bits), busy = 0;
	int rc;

	cx3_gw_start(flash);
	if (count && !(bits & GW_READ))
		cx3_gw_write(flash, GW_DATA, data, count);
	if (addr)
		cx3_gw_write(flash, GW_ADDRESS, addr, 1);
	cx3_gw_command(flash, &word);
	cx3_gw_read(flash, GW_COMMAND, &busy, 1);
	if (count && (bits & GW_READ))
		cx3_gw_read(flash, GW_DATA, data, count);
	rc = cx3_gw_run(flash, CX3_REPEATABLE, NULL, err);
	if (rc || !(busy & GW_BUSY))
		return rc;
	/* The data was fetched too early. */
	rc = cx3_gw_wait(flash, &busy, err);
	if (rc || !count || !(bits & GW_READ))
		return rc;
	cx3_gw_start(flash);
	cx3_gw_read(flash, GW_DATA, data, count);
	return cx3_gw_run(flash, CX3_REPEATABLE, NULL, err);
}

int cx3_gw_write_command(struct cx3_flash *flash, uint32_t bits, struct cx3_error *err)
{
	uint32_t enable = cx3_gw_word(GW_OP(SPI_WRITE_ENABLE)), word = cx3_gw_word(bits);
	int rc = CX3_OK;

	if (!flash->ways.streamed)
		rc = cx3_gw_exec(flash, GW_OP(SPI_WRITE_ENABLE), NULL, NULL, 0, err);
	if (rc)
		return rc;
	cx3_gw_start(flash);
	if (flash->ways.streamed)
		cx3_gw_command(flash, &enable);
	cx3_gw_command(flash, &word);
	rc = cx3_gw_run(flash, CX3_ONCE, NULL, err);
	if (rc || flash->ways.streamed)
		return rc;
	return cx3_gw_wait(flash, &word, err);
}

int cx3_gw_set_address(struct cx3_flash *flash, uint32_t addr, const uint32_t *data, uint16_t count,
		       struct cx3_error *err)
{
	struct cx3_flash_place place = cx3_flash_place(flash, addr);
	uint32_t reg = flash->top_byte ? addr | (addr & 0xff0000u) << 8 : addr;
	uint32_t echo = 0;

	for (unsigned i = 0; i < ADDRESS_TRIES; i++) {
		int rc;

		cx3_gw_start(flash);
		if (count)
			cx3_gw_write(flash, GW_DATA, data, count);
		cx3_gw_write(flash, GW_ADDRESS, &reg, 1);
		cx3_gw_read(flash, GW_ADDRESS, &echo, 1);
		rc = cx3_gw_run(flash, CX3_REPEATABLE, NULL, err);
		if (rc)
			return rc;
		if (echo == reg)
			return CX3_OK;
	}
	return cx3_fail(
		err, CX3_E_GATEWAY, place.text,
		"The gateway's address register (0xf0404) reads back as 0x%08x where 0x%08x "
		"was written, so nothing was erased or programmed there: check the wires and "
		"pull-ups, or lower the clock.",
		(unsigned)echo, (unsigned)reg);
}

/*
 * One more byte, then chip select rises. Held in a page program it is an FF, which
 * changes no byte; in a read the flash does not listen.
 */
static int end_once(struct cx3_flash *flash, bool reading, struct cx3_error *err)
{
	uint32_t word = cx3_gw_word(GW_HAS_DATA | (reading ? GW_READ : 0));
	uint32_t ones = 0xff000000u;

	cx3_gw_start(flash);
	if (!reading)
		cx3_gw_write(flash, GW_DATA, &ones, 1);
	cx3_gw_command(flash, &word);
	return cx3_gw_run(flash, CX3_ONCE, NULL, err);
}

int cx3_gw_end_command(struct cx3_flash *flash, bool reading, struct cx3_error *err)
{
	unsigned tries = cx3_card_adapter(flash->card)->retries + 2;
	uint32_t word;
	int rc;

	do {
		rc = cx3_gw_wait(flash, &word, err);
		/* Where the command register reads as it was written (our enable bit is
		 * there), it tells whether chip select is held. Elsewhere one byte too
		 * many is harmless: no part takes a lone byte of ones or zeros. */
		if (rc || ((word & GW_ENABLE) && !(word & GW_HOLD_CS)))
			return rc;
		rc = end_once(flash, reading, err);
		if (!rc && !(word & GW_ENABLE))
			return CX3_OK;
	} while (--tries > 0);
	return rc ? rc
		  : cx3_fail(err, CX3_E_GATEWAY, cx3_flash_label(flash),
			     "The gateway keeps chip select held (register 0xf0400 reads "
			     "0x%08x): switch the card's power off and on, and try again.",
			     (unsigned)word);
}
