/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a page is sent, in the best way that is known to work:
 *
 * - With a bare head: opcode and address are a command of their own, which is read back before
 *   any data follow. Had its address bit been lost on the wire, the flash would take the page's
 *   first bytes for an address, and program anywhere.
 * - As the vendor's tool does it (its published source): opcode, address and the first 16 bytes
 *   in one command, chip select held, and the address register written with 0 before each
 *   further block. A damaged head shows only after its data have gone.
 * - 16 bytes a command: program.c.
 *
 * Reading tells whether chip select can be held, but not that programs hold it. So the first
 * page of a job is a trial, in the home that has no signature yet: it is sent as the vendor's
 * tool does it, and read back at once. Where chip select does not stay low, that programs 16
 * bytes and ends; with a bare head WEL would stay set while the page's data go out as commands.
 * For the trial of the bare head a page is taken of which no block begins with an opcode that
 * writes. When the trial comes out right, the next page tries the bare head. A trial that fails may
 * be the wires' fault: that page is written 16 bytes a command, and the next page tries once more.
 * A way that fails twice is not used again, and only the last one's failure is the flash's. A bare
 * head is tried again only if most of its page was there, for that shows that chip select was held
 * while WEL was set. Once a page has come out right,
 * its way is kept: what goes wrong then is the wires, and noise must not switch to a way that
 * contains less.
 */
#include "program.h"

#include <string.h>

/* May be used, as far as is known. */
static bool held_works(const struct cx3_flash *flash)
{
	return cx3_gw_quick(flash->gw) && cx3_way_works(flash->gw, CX3_WAY_HELD_PROGRAM);
}

static bool bare_works(const struct cx3_flash *flash)
{
	return cx3_gw_quick(flash->gw) && cx3_way_works(flash->gw, CX3_WAY_BARE_HEAD);
}

/* The next page has a bare head. */
static bool bare_head(const struct cx3_flash *flash)
{
	bool tried = flash->bare_right || !held_works(flash);

	return bare_works(flash) && (flash->held_right || !held_works(flash)) &&
	       (tried || !flash->page_risky);
}

bool cx3_flash_is_risky(const struct unit *unit)
{
	/* of data sheets: what programs, erases or writes a register, and power-down */
	static const uint8_t opcodes[] = {0x01, 0x02, 0x11, 0x12, 0x20, 0x21, 0x31, 0x32, 0x34,
					  0x36, 0x38, 0x3e, 0x42, 0x52, 0x5c, 0x60, 0x61, 0x62,
					  0x7e, 0x81, 0x98, 0x9a, 0xa2, 0xad, 0xaf, 0xb1, 0xb9,
					  0xc1, 0xc5, 0xc7, 0xd2, 0xd8, 0xdc, 0xe1, 0xe5};

	for (size_t i = 0; i < unit->blocks; i++) {
		if (memchr(opcodes, (int)(unit->words[i * GW_BLOCK_WORDS] >> 24), sizeof(opcodes)))
			return true;
	}
	return false;
}

bool cx3_flash_pages(const struct cx3_flash *flash)
{
	return !flash->page_apart && (bare_works(flash) || held_works(flash));
}

bool cx3_flash_bare_pages(const struct cx3_flash *flash)
{
	return bare_works(flash);
}

bool cx3_flash_tries_page(const struct cx3_flash *flash)
{
	return cx3_flash_pages(flash) &&
	       !(bare_head(flash) ? flash->bare_right : flash->held_right);
}

bool cx3_flash_tries_again(struct cx3_flash *flash)
{
	bool again = !flash->trial_failed && (!bare_head(flash) || flash->trial_held);

	flash->trial_failed = again;
	return again;
}

bool cx3_flash_step_down(struct cx3_flash *flash)
{
	static const char why[] = "the first pages did not come out right";
	bool bare = bare_head(flash);

	if (flash->part->byte_program || (bare ? flash->bare_right : flash->held_right))
		return false;
	flash->trial_failed = false;
	if (bare || held_works(flash))
		cx3_way_give_up(flash->gw, CX3_WAY_BARE_HEAD, why);
	if (!bare && held_works(flash))
		cx3_way_give_up(flash->gw, CX3_WAY_HELD_PROGRAM, why);
	else if (!bare && cx3_gw_quick(flash->gw))
		cx3_way_give_up(flash->gw, CX3_WAY_NO_POLL, why);
	else if (!bare)
		return false;
	return true;
}

/* Bits of a block that the wires may have damaged, the block having arrived. */
#define FEW_BITS 4u

static unsigned wrong_bits(const uint32_t *now, const uint32_t *wanted)
{
	unsigned count = 0;

	for (size_t i = 0; i < GW_BLOCK_WORDS; i++) {
		for (uint32_t bits = now[i] ^ wanted[i]; bits; bits &= bits - 1)
			count++;
	}
	return count;
}

/*
 * Did chip select stay low to the page's end? Then its last block has arrived. One other that has
 * not got lost on the wires, which says nothing of the way, and so do wrong bits in one that has:
 * the page is read back later on. *held: most of those that are not blank have.
 */
static bool came_out(const struct unit *unit, const uint32_t *now, bool *held)
{
	size_t arrived = 0, filled = 0, here = 0;
	bool last = false;

	for (size_t i = 0; i < unit->blocks; i++) {
		const uint32_t *have = now + i * GW_BLOCK_WORDS;
		const uint32_t *wanted = unit->words + i * GW_BLOCK_WORDS;
		unsigned wrong = wrong_bits(have, wanted);
		bool blank = cx3_is_blank((const void *)wanted, GW_BLOCK);

		last = wrong == 0 ||
		       (wrong <= FEW_BITS && !cx3_is_blank((const void *)have, GW_BLOCK));
		arrived += last;
		/* what is blank looks so whether it has arrived or not */
		filled += !blank;
		here += last && !blank;
	}
	*held = here > filled / 2;
	return last && arrived + 1 >= unit->blocks;
}

int cx3_flash_try_page(struct cx3_flash *flash, const struct unit *unit, bool *wrong,
		       struct cx3_error *err)
{
	size_t bytes = unit->blocks * (size_t)GW_BLOCK;
	uint32_t now[PAGE_WORDS];
	bool bare = bare_head(flash);
	bool held;

	*wrong = false;
	if (unit->blocks < TRIAL_BLOCKS || !cx3_flash_tries_page(flash))
		return CX3_OK;
	/* one wrong reading is noise */
	for (unsigned i = 0; i < TRIAL_READINGS; i++) {
		int rc = cx3_gw_read_plain(flash->gw, unit->addr, now, unit->blocks, err);

		if (rc)
			return rc;
		flash->gw->counts.bytes_read -= bytes; /* not asked for */
		if (!came_out(unit, now, &held)) {
			flash->trial_held = held;
			continue;
		}
		flash->trial_failed = false;
		if (bare)
			flash->bare_right = true;
		else
			flash->held_right = true;
		return CX3_OK;
	}
	*wrong = true;
	return CX3_OK;
}

/*
 * The step added last may follow one that was not acknowledged. Without its WREN the flash ignores
 * a head. While the page is open, all that is sent are bytes of this page: what gets lost makes
 * the page wrong, and nothing else. It is read back, and its sector written anew. A card that
 * does not acknowledge time and again is not sent anything so: nor is a trial, whose failure has
 * to show what the card bears.
 */
static void may_be_blind(const struct cx3_flash *flash)
{
	if (flash->stumbles < CX3_MOST_STUMBLES && !cx3_flash_tries_page(flash))
		cx3_gw_blind(flash->gw);
}

/* WREN and the head; what reads back of the head is compared before anything else is sent. */
static int open_page(struct cx3_flash *flash, const struct unit *unit, struct cx3_error *err)
{
	struct cx3_gateway *gw = flash->gw;
	bool bare = bare_head(flash);
	uint32_t more = bare ? GW_HOLD_CS : GW_HAS_DATA | GW_LOG2_BYTES(GW_BLOCK_LOG2);
	uint32_t hold = unit->blocks > 1 ? GW_HOLD_CS : 0;
	uint32_t enable = cx3_gw_word(GW_OP(SPI_WRITE_ENABLE));
	uint32_t head = cx3_gw_word(GW_OP(SPI_PROGRAM) | GW_SEND_ADDR | more | hold);
	uint32_t echo = 0, wrong;
	int rc;

	cx3_gw_start(gw);
	cx3_gw_command(gw, &enable);
	cx3_gw_command(gw, &head);
	may_be_blind(flash);
	cx3_gw_read(gw, GW_COMMAND, &echo, 1);
	gw->last_word = head;
	rc = cx3_gw_run(gw, CX3_ONCE, NULL, err);
	wrong = (echo ^ head) & ~GW_BUSY;
	if (rc || !cx3_way_works(gw, CX3_WAY_COMMAND_ECHO) || wrong == 0)
		return rc;
	cx3_flash_raise_doubt(flash, unit, wrong, bare);
	return cx3_fail(err, CX3_E_IO, cx3_gw_place(gw, unit->addr).text,
			"The gateway's command register (0xf0400) reads back as 0x%08x where "
			"0x%08x was written, so the page was not programmed.\n"
			"Check the wires and pull-ups, or lower the clock.",
			(unsigned)echo, (unsigned)head);
}

int cx3_flash_send_page(struct cx3_flash *flash, const struct unit *unit, struct cx3_error *err)
{
	const uint32_t body = GW_HAS_DATA | GW_LOG2_BYTES(GW_BLOCK_LOG2), none = 0;
	uint32_t middle = cx3_gw_word(body | GW_HOLD_CS), last = cx3_gw_word(body);
	struct cx3_gateway *gw = flash->gw;
	bool bare = bare_head(flash);
	int rc = open_page(flash, unit, err);

	flash->paged = true;
	if (rc || (!bare && unit->blocks == 1))
		return rc;
	cx3_gw_start(gw);
	for (size_t i = bare ? 0 : 1; i < unit->blocks; i++) {
		if (i > 0) {
			cx3_gw_write(gw, GW_DATA, unit->words + i * GW_BLOCK_WORDS, GW_BLOCK_WORDS);
			may_be_blind(flash);
		}
		if (!bare) {
			cx3_gw_write(gw, GW_ADDRESS, &none, 1);
			may_be_blind(flash);
		}
		cx3_gw_command(gw, i + 1 < unit->blocks ? &middle : &last);
		may_be_blind(flash);
	}
	rc = cx3_gw_run(gw, CX3_ONCE, NULL, err);
	flash->stumbles += rc != CX3_OK;
	return rc;
}
