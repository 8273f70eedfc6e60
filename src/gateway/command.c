/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SPI commands: data registers, then address register, then the command word, which
 * starts the command.
 *
 * I2C has no checksum. This is what one flipped bit in a message could do, and what
 * limits the damage:
 *
 * - Address register. This is the one bit that could send an erase to another place.
 *   So the register is read back and compared while the flash's write enable latch
 *   (WEL) is clear. WREN and the erase or program follow with no other write between.
 *   In a run of pages a status command comes between, which one flipped bit could send to
 *   this register: there it is read back again after the head, before any data
 *   (flash/pages.c).
 * - WREN's command word. Another opcode, an extra phase, or no start: WEL stays clear,
 *   because WREN counts only if chip select rises right after its 8 bits. The flash
 *   ignores the erase or program that follows.
 * - Address bit of a program's command word. The flash would take the first data bytes
 *   for the address. So opcode and address go out as a command of their own with chip
 *   select held, and the command register is read back before data follow. This needs a
 *   register that reads back as it was written, and the streamed way to be proven.
 *   Without these, and in place, a program is one command of 16 bytes, and this bit has
 *   no guard: flash/stray.c knows where the bytes go then, and the jobs look there.
 * - Opcode of an erase or program. One bit turns 20 into 60 (chip erase), and 02 into
 *   06. But the address phase is still sent, and parts accept 60 and 06 only without
 *   one. Other opcodes (42: one-time area) do not touch the array.
 * - Address, data or hold bit lost. The command has the wrong length. The flash ignores
 *   it, or programs a page with wrong content, which the read back finds.
 * - Bit 14 (4-byte address) of a program's command word. The flash takes the top three
 *   bytes of the address register, A >> 8, for the address: that is near 0, where the
 *   first image begins. So the top byte, which a 3-byte address does not use, holds the
 *   number of the 64 KiB block once more. Then such a program stays within its own
 *   block, at a place that flash/stray.c knows. An erase with a byte too many is
 *   ignored.
 * - Opcode bit of a program's command word. The address is sent first, so its top byte is
 *   taken for the opcode. If it is 02, see flash/stray.c. Others do nothing with so many
 *   bytes behind them: that is why a broken command is ended with four bytes, not one.
 * - Register address. 0xf0404 and 0xf0410 are one bit away from 0xf0400. If a command
 *   word lands in 0xf0404, no command runs. WEL stays clear, and the next read-back of
 *   the address register shows the wrong word. If data land in 0xf0400, they may start
 *   any command. So the first data block is written before WREN, or like later ones
 *   while chip select is held in a page program: there the flash takes an
 *   opcode for data of that page.
 * - A read. One bit turns 03 into 02, but WEL is clear whenever we read: it is looked
 *   at on open and cleared after every write that failed.
 * - A status answer. If WIP seems clear too early, the flash ignores the next command,
 *   which the read back finds. After an erase the status is read twice.
 */
#include "gateway/gateway.h"

#include <assert.h>
#include <string.h>

#define BUSY_LIMIT_US 1000000u
#define FIRST_BUSY_POLL_US 20u
#define ADDRESS_TRIES 3u
#define MOST_NACKS 3u /* commands in a row that come through only when waited for */

uint32_t cx3_gw_word(uint32_t bits)
{
	return bits | GW_ENABLE | GW_BUSY;
}

void cx3_gw_start(struct cx3_gateway *gw)
{
	gw->n_ops = 0;
}

static bool is_secret(const struct cx3_gateway *gw, uint32_t reg)
{
	return gw->secret && reg >= GW_DATA && reg < GW_DATA + GW_BLOCK;
}

void cx3_gw_write(struct cx3_gateway *gw, uint32_t reg, const uint32_t *words, uint16_t count)
{
	/* A writing step only reads its words. */
	union {
		const uint32_t *in;
		uint32_t *out;
	} u = {.in = words};

	assert(gw->n_ops < gw->ops_room);
	gw->ops[gw->n_ops++] = (struct cx3_regop){.reg = reg,
						  .words = u.out,
						  .count = count,
						  .write = true,
						  .secret = is_secret(gw, reg)};
}

void cx3_gw_read(struct cx3_gateway *gw, uint32_t reg, uint32_t *words, uint16_t count)
{
	struct cx3_regop *op = &gw->ops[gw->n_ops++];

	assert(gw->n_ops <= gw->ops_room);
	*op = (struct cx3_regop){.reg = reg, .count = count, .secret = is_secret(gw, reg)};
	op->words = words;
}

void cx3_gw_command(struct cx3_gateway *gw, const uint32_t *word)
{
	cx3_gw_write(gw, GW_COMMAND, word, 1);
	gw->counts.commands++;
}

void cx3_gw_blind(struct cx3_gateway *gw)
{
	gw->ops[gw->n_ops - 1].blind = true;
}

int cx3_gw_run(struct cx3_gateway *gw, enum cx3_repeat repeat, struct cx3_progress_mark *mark,
	       struct cx3_error *err)
{
	return cx3_card_run(gw->card, gw->ops, gw->n_ops, repeat, mark, err);
}

int cx3_gw_wait(struct cx3_gateway *gw, uint32_t *word, struct cx3_error *err)
{
	uint64_t deadline_us = cx3_gw_now_us(gw) + BUSY_LIMIT_US;
	uint64_t pause_us = FIRST_BUSY_POLL_US;

	for (;;) {
		int rc = cx3_card_read(gw->card, GW_COMMAND, word, err);

		if (rc || !(*word & GW_BUSY))
			return rc;
		if (cx3_gw_now_us(gw) > deadline_us)
			return cx3_fail(
				err, CX3_E_GATEWAY, cx3_gw_label(gw),
				"The flash gateway stays busy (register 0xf0400 reads 0x%08x).\n"
				"Switch the card's power off and on, and try again.",
				(unsigned)*word);
		cx3_gw_wait_us(gw, pause_us);
		pause_us *= 2;
	}
}

/* After another word than the one before: else it may be that one which reads back. */
static void note_echo(struct cx3_gateway *gw, uint32_t word, uint32_t echo)
{
	if (((echo ^ word) & ~GW_BUSY) == 0 && word != gw->last_word)
		cx3_way_proven(gw, CX3_WAY_COMMAND_ECHO, "a command read back as it was written");
	gw->last_word = word;
}

/* cx3_gw_exec in steps: what goes out, the command, its end, what comes in. So a card that does
 * not acknowledge while the command runs is only waited for, and does not run it again. */
static int exec_apart(struct cx3_gateway *gw, uint32_t bits, const uint32_t *addr, uint32_t *data,
		      uint16_t count, struct cx3_error *err)
{
	uint32_t word = cx3_gw_word(bits), busy = 0;
	bool reads = count && (bits & GW_READ);
	int rc = CX3_OK;

	cx3_gw_start(gw);
	if (count && !reads)
		cx3_gw_write(gw, GW_DATA, data, count);
	if (addr)
		cx3_gw_write(gw, GW_ADDRESS, addr, 1);
	if (gw->n_ops)
		rc = cx3_gw_run(gw, CX3_REPEATABLE, NULL, err);
	cx3_gw_start(gw);
	cx3_gw_command(gw, &word);
	if (!rc)
		rc = cx3_gw_run(gw, CX3_REPEATABLE, NULL, err);
	if (!rc)
		rc = cx3_gw_wait(gw, &busy, err);
	if (rc)
		return rc;
	note_echo(gw, word, busy);
	if (!reads)
		return CX3_OK;
	cx3_gw_start(gw);
	cx3_gw_read(gw, GW_DATA, data, count);
	return cx3_gw_run(gw, CX3_REPEATABLE, NULL, err);
}

/* Registers answer, a command never comes through. */
static int no_time(const struct cx3_gateway *gw, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_TIMEOUT, cx3_gw_label(gw),
			"The adapter gives up waiting for the bus each time that a flash command "
			"has started: it seems that the card holds SCL low (clock stretching) for "
			"longer than this adapter waits.\n"
			"Use an adapter that waits longer.");
}

/* The bus has failed in a command with code `rc`. */
static int exec_again(struct cx3_gateway *gw, int rc, uint32_t bits, const uint32_t *addr,
		      uint32_t *data, uint16_t count, struct cx3_error *err)
{
	bool nack = rc == CX3_E_NO_ACK || rc == CX3_E_NACK_DATA;

	rc = exec_apart(gw, bits, addr, data, count, err);
	if (rc == CX3_E_TIMEOUT)
		return no_time(gw, err);
	if (rc == CX3_OK && nack && ++gw->nacks >= MOST_NACKS)
		cx3_way_give_up(gw, CX3_WAY_ACK_BUSY,
				"commands were acknowledged only when waited for");
	return rc;
}

int cx3_gw_exec(struct cx3_gateway *gw, uint32_t bits, const uint32_t *addr, uint32_t *data,
		uint16_t count, struct cx3_error *err)
{
	uint32_t word = cx3_gw_word(bits), busy = 0;
	int rc;

	if (cx3_way_is_given_up(gw, CX3_WAY_ACK_BUSY))
		return exec_apart(gw, bits, addr, data, count, err);
	cx3_gw_start(gw);
	if (count && !(bits & GW_READ))
		cx3_gw_write(gw, GW_DATA, data, count);
	if (addr)
		cx3_gw_write(gw, GW_ADDRESS, addr, 1);
	cx3_gw_command(gw, &word);
	cx3_gw_read(gw, GW_COMMAND, &busy, 1);
	if (count && (bits & GW_READ))
		cx3_gw_read(gw, GW_DATA, data, count);
	rc = cx3_gw_run(gw, CX3_ONCE, NULL, err);
	if (rc && cx3_code_may_pass(rc)) {
		gw->counts.repeats++;
		return exec_again(gw, rc, bits, addr, data, count, err);
	}
	if (rc)
		return rc;
	gw->nacks = 0;
	note_echo(gw, word, busy);
	if (!(busy & GW_BUSY))
		return CX3_OK;
	/* The data registers were read before the command was done: once more. */
	rc = cx3_gw_wait(gw, &busy, err);
	if (rc || !count || !(bits & GW_READ))
		return rc;
	cx3_gw_start(gw);
	cx3_gw_read(gw, GW_DATA, data, count);
	return cx3_gw_run(gw, CX3_REPEATABLE, NULL, err);
}

int cx3_gw_write_command(struct cx3_gateway *gw, uint8_t enable_opcode, uint32_t bits,
			 struct cx3_error *err)
{
	uint32_t enable = cx3_gw_word(GW_OP(enable_opcode)), word = cx3_gw_word(bits);

	if (!cx3_gw_quick(gw))
		return cx3_gw_write_polled(gw, enable_opcode, bits, &word, err);
	cx3_gw_start(gw);
	cx3_gw_command(gw, &enable);
	cx3_gw_command(gw, &word);
	return cx3_gw_run(gw, CX3_ONCE, NULL, err);
}

int cx3_gw_write_again(struct cx3_gateway *gw, uint8_t enable_opcode, uint32_t bits,
		       unsigned attempt, struct cx3_error *err)
{
	uint32_t wrong;

	return attempt == 0 ? cx3_gw_write_command(gw, enable_opcode, bits, err)
			    : cx3_gw_write_polled(gw, enable_opcode, bits, &wrong, err);
}

/* How the command register reads after a command that writes. */
static int judge_write(struct cx3_gateway *gw, uint32_t word, uint32_t echo, uint32_t *wrong,
		       struct cx3_error *err)
{
	if (!cx3_way_works(gw, CX3_WAY_COMMAND_ECHO))
		return CX3_OK;
	*wrong = (echo ^ word) & ~GW_BUSY;
	return *wrong & GW_HOLD_CS ? cx3_gw_end_command(gw, false, err) : CX3_OK;
}

int cx3_gw_write_polled(struct cx3_gateway *gw, uint8_t enable_opcode, uint32_t bits,
			uint32_t *wrong, struct cx3_error *err)
{
	uint32_t word = cx3_gw_word(bits), echo = 0;
	int rc = cx3_gw_exec(gw, GW_OP(enable_opcode), NULL, NULL, 0, err);

	*wrong = 0;
	if (rc)
		return rc;
	cx3_gw_start(gw);
	cx3_gw_command(gw, &word);
	gw->last_word = word;
	rc = cx3_gw_run(gw, CX3_ONCE, NULL, err);
	if (!rc)
		rc = cx3_gw_wait(gw, &echo, err);
	return rc ? rc : judge_write(gw, word, echo, wrong, err);
}

int cx3_gw_write_checked(struct cx3_gateway *gw, uint8_t enable_opcode, uint32_t bits,
			 uint32_t *wrong, struct cx3_error *err)
{
	uint32_t enable = cx3_gw_word(GW_OP(enable_opcode)), word = cx3_gw_word(bits), echo = 0;
	int rc;

	*wrong = 0;
	cx3_gw_start(gw);
	cx3_gw_command(gw, &enable);
	cx3_gw_command(gw, &word);
	cx3_gw_blind(gw); /* without its WREN the flash ignores it */
	cx3_gw_read(gw, GW_COMMAND, &echo, 1);
	gw->last_word = word;
	rc = cx3_gw_run(gw, CX3_ONCE, NULL, err);
	if (!rc && (echo & GW_BUSY))
		rc = cx3_gw_wait(gw, &echo, err);
	return rc ? rc : judge_write(gw, word, echo, wrong, err);
}

uint32_t cx3_gw_address_word(const struct cx3_gateway *gw, uint32_t addr)
{
	return cx3_way_works(gw, CX3_WAY_TOP_BYTE) ? addr | (addr & 0xff0000u) << 8 : addr;
}

static int wrong_data(const struct cx3_gateway *gw, uint32_t addr, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_GATEWAY, cx3_gw_place(gw, addr).text,
			"The gateway's data registers (0xf0410 to 0xf041c) do not read back as "
			"they were written, so nothing was programmed.\n"
			"Check the wires and pull-ups, or lower the clock.");
}

int cx3_gw_set_address(struct cx3_gateway *gw, uint32_t addr, const uint32_t *data, uint16_t count,
		       bool check_data, struct cx3_error *err)
{
	struct cx3_flash_place place = cx3_gw_place(gw, addr);
	uint32_t reg = cx3_gw_address_word(gw, addr);
	bool blind = cx3_way_is_given_up(gw, CX3_WAY_ADDRESS_ECHO);
	uint32_t echo = 0, back[GW_BLOCK_WORDS] = {0};

	assert(count <= GW_BLOCK_WORDS);
	for (unsigned i = 0; i < ADDRESS_TRIES; i++) {
		int rc;

		cx3_gw_start(gw);
		if (count)
			cx3_gw_write(gw, GW_DATA, data, count);
		cx3_gw_write(gw, GW_ADDRESS, &reg, 1);
		cx3_gw_blind(gw); /* it starts nothing */
		cx3_gw_read(gw, GW_ADDRESS, &echo, 1);
		if (check_data)
			cx3_gw_read(gw, GW_DATA, back, count);
		rc = cx3_gw_run(gw, CX3_REPEATABLE, NULL, err);
		if (rc)
			return rc;
		if (blind)
			echo = reg;
		if (echo == reg && (!check_data || memcmp(back, data, count * sizeof(*data)) == 0))
			return CX3_OK;
	}
	if (echo == reg)
		return wrong_data(gw, addr, err);
	return cx3_fail(
		err, CX3_E_GATEWAY, place.text,
		"The gateway's address register (0xf0404) reads back as 0x%08x where 0x%08x "
		"was written, so nothing was erased or programmed there.\n"
		"Check the wires and pull-ups, or lower the clock.",
		(unsigned)echo, (unsigned)reg);
}

/*
 * More data without a hold, so that chip select rises. In a page program it is FF, which
 * changes nothing on the flash; four bytes, so that a damaged opcode and address do not
 * become an erase or a status write of just the right length. In a read the flash ignores
 * its input.
 */
static int end_once(struct cx3_gateway *gw, bool reading, struct cx3_error *err)
{
	uint32_t word = cx3_gw_word(GW_HAS_DATA | (reading ? GW_READ : GW_LOG2_BYTES(2)));
	uint32_t ones = 0xffffffffu;

	cx3_gw_start(gw);
	if (!reading)
		cx3_gw_write(gw, GW_DATA, &ones, 1);
	cx3_gw_command(gw, &word);
	return cx3_gw_run(gw, CX3_ONCE, NULL, err);
}

int cx3_gw_end_command(struct cx3_gateway *gw, bool reading, struct cx3_error *err)
{
	unsigned tries = cx3_card_adapter(gw->card)->retries + 2;
	uint32_t word;
	int rc;

	do {
		rc = cx3_gw_wait(gw, &word, err);
		/* Where the command register reads back as it was written (then our enable
		 * bit is set), its hold bit says whether chip select is held. Elsewhere one
		 * byte too many does no harm: no part has an opcode 00 or FF that writes. */
		if (rc || ((word & GW_ENABLE) && !(word & GW_HOLD_CS)))
			return rc;
		rc = end_once(gw, reading, err);
		if (!rc && !(word & GW_ENABLE))
			return CX3_OK;
	} while (--tries > 0);
	return rc ? rc
		  : cx3_fail(err, CX3_E_GATEWAY, cx3_gw_label(gw),
			     "The gateway keeps chip select held (register 0xf0400 reads "
			     "0x%08x).\nSwitch the card's power off and on, and try again.",
			     (unsigned)word);
}
