/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the flash does once chip select goes up: programs, erases, the write
 * enable latch and the status register. The new content is in place at once (so
 * that a killed process leaves it there, as the flash would go on by itself);
 * until its time is over, the job can still be torn by a power cut.
 */
#include "model.h"

#include <string.h>

#define STATUS_SRWD 0x80u
#define STATUS2_SRP1 0x01u
/* Data sheets' typical time of a status register write: 1.3 to 15 ms. */
#define WRITE_STATUS_NS 5000000u
/* N25Q032A, tWNVCR */
#define WRITE_CONFIG_NS 200000000u
#define STATUS2_LOCKS 0x38u /* LB3 to LB1: once set for good */
#define STATUS2_SUS 0x80u   /* read only */
#define STATUS3_BITS 0xe4u  /* HOLD/RST, DRV1, DRV0, WPS */
/* ... and longest time of a page: 3 to 5 ms. */
#define SLOW_PAGE_US 5000u

/* The latch falls when the job is done (data sheets), but nobody can use it before:
 * the model clears it at the start. */
static void start_job(struct simcard *card, enum nor_job job, uint32_t addr, uint32_t len,
		      uint64_t ns)
{
	struct nor *nor = &card->nor;

	nor->job = job;
	nor->job_opcode = nor->opcode;
	nor->job_addr = addr;
	nor->job_len = len;
	nor->began_ns = card->now_ns;
	nor->busy_until_ns = card->now_ns + ns;
	nor->wel = false;
}

/* S25FL032P, "Status Register": in what is protected P_ERR or E_ERR is set, and the part
 * stays busy until CLSR. WEL is as it was. */
static void fail_in_protected(struct nor *nor)
{
	if (nor->part->bits == SIM_OPEN3)
		nor->failed = nor->opcode == 0x02 ? 0x40 : 0x20;
}

/* True if the area may be changed: WEL set, nothing of it protected. */
static bool may_change(struct simcard *card, const char *what, uint32_t addr, uint32_t len)
{
	struct nor *nor = &card->nor;
	uint32_t start;
	uint32_t area;

	if (!nor->wel) {
		sim_violation(card, "%s at 0x%x without a write enable before it", what, addr);
		return false;
	}
	if (sim_protected_area(nor, &start, &area) && addr < start + area && start < addr + len) {
		sim_violation(card, "%s at 0x%x, which the status register (0x%02x) protects", what,
			      addr, nor->status[0]);
		fail_in_protected(nor);
		return false;
	}
	return true;
}

/* The address as the part takes it, or false if it came in part only. */
static bool whole_address(struct simcard *card, const char *what)
{
	struct nor *nor = &card->nor;

	if (nor->bytes < 4) {
		sim_violation(card, "%s with only %u address bytes", what, nor->bytes - 1);
		return false;
	}
	if (nor->addr >= nor->size)
		sim_violation(card, "%s at 0x%x, past the end of the flash", what, nor->addr);
	nor->addr %= nor->size;
	return true;
}

/*
 * A byte that is ff is padding and changes nothing. Any other that would need a
 * bit to rise is what MCUboot's flash model fails on too: the tool meant something
 * else than what now lies there.
 */
static void program(struct simcard *card)
{
	struct nor *nor = &card->nor;
	uint64_t us = nor->part->program_us;
	bool touched[SIM_PAGE] = {false};
	uint32_t page;

	if (!whole_address(card, "program"))
		return;
	if (nor->loaded_count == 0) {
		sim_violation(card, "program at 0x%x without data", nor->addr);
		return;
	}
	if (!may_change(card, "program", nor->addr, 1))
		return;
	page = nor->addr & ~(SIM_PAGE - 1);
	memcpy(nor->before, nor->data + page, SIM_PAGE);
	sim_order_before(card);
	for (unsigned i = 0; i < SIM_PAGE; i++) {
		uint8_t old = nor->before[i];

		if (!nor->loaded[i])
			continue;
		if (nor->page[i] != 0xff && (old & nor->page[i]) != nor->page[i])
			sim_violation(card,
				      "programmed 0x%x from 0x%02x to 0x%02x without an erase",
				      page + i, old, nor->page[i]);
		nor->data[page + i] = old & nor->page[i];
		touched[i] = nor->page[i] != 0xff;
	}
	sim_order_touched(card, "program", page, SIM_PAGE, touched);
	sim_order_after(card);
	card->counts.page_programs++;
	if (card->habits.slow_pages && card->counts.page_programs >= card->habits.slow_pages)
		us = SLOW_PAGE_US;
	start_job(card, NOR_PROGRAM, page, SIM_PAGE, us * 1000);
}

/* Any address within the area selects it on hardware; a tool that means another
 * one than the area's first is mistaken about something. */
static void erase(struct simcard *card, uint32_t size, unsigned ms)
{
	struct nor *nor = &card->nor;
	uint32_t addr;

	if (!whole_address(card, "erase"))
		return;
	if (nor->addr % size != 0)
		sim_violation(card, "erase at 0x%x, which is no multiple of 0x%x", nor->addr, size);
	/* An opcode that is followed by more than its address is not executed. */
	if (nor->bytes > 4) {
		sim_violation(card, "erase at 0x%x with data behind its address", nor->addr);
		return;
	}
	addr = nor->addr & ~(size - 1);
	if (!may_change(card, "erase", addr, size))
		return;
	sim_order_before(card);
	memset(nor->data + addr, 0xff, size);
	sim_order_touched(card, "erase", addr, size, NULL);
	sim_order_after(card);
	if (size == SIM_SECTOR)
		card->counts.sector_erases++;
	else
		card->counts.block_erases++;
	start_job(card, NOR_ERASE, addr, size, (uint64_t)ms * 1000000);
}

/* WP# does nothing unless SRWD is set, and the other way round. With QE set it is a data pin. */
static bool status_locked(const struct nor *nor)
{
	return (nor->status[0] & STATUS_SRWD) && nor->wp_low && !sim_quad_on(nor);
}

/* AT25DF: [5:2] all zero unprotects every sector, all one protects every
 * sector, anything else leaves them; bit 4 shows the WP# pin. While SPRL (bit 7) is set,
 * a write changes SPRL only. */
static uint8_t global_status(uint8_t old, uint8_t in)
{
	uint8_t status = (uint8_t)((old & 0x1cu) | (in & STATUS_SRWD));

	if (old & STATUS_SRWD)
		return status;
	if ((in & 0x3cu) == 0)
		status &= 0xf3;
	else if ((in & 0x3cu) == 0x3c)
		status |= 0x0c;
	return status;
}

/* A write after 50, which lasts until power-off (W25Q128JV 8.2.4). */
static bool is_brief(const struct nor *nor)
{
	return nor->ewsr && sim_family_has_drive(nor->part);
}

/* Around a write of status registers: what comes back at power-off. */
static void before_write(struct nor *nor)
{
	if (is_brief(nor) && !nor->brief)
		memcpy(nor->kept, nor->status, sizeof(nor->kept));
	nor->brief = nor->brief || is_brief(nor);
}

static void wrote(struct simcard *card, unsigned first, unsigned count)
{
	struct nor *nor = &card->nor;

	if (is_brief(nor))
		return;
	memcpy(nor->kept + first, nor->status + first, count);
	start_job(card, NOR_WRITE_STATUS, 0, 0,
		  card->habits.wrsr_ms ? card->habits.wrsr_ms * 1000000 : WRITE_STATUS_NS);
}

/* True if the write enable before it was one that the part wants. */
static bool status_enabled(const struct nor *nor)
{
	switch (nor->part->status_enable) {
	case SIM_EWSR:
		return nor->ewsr;
	case SIM_WREN_OR_EWSR:
		return nor->ewsr || nor->wel;
	default:
		return nor->wel || (is_brief(nor) && sim_has_drive(nor));
	}
}

/* True if a write of `most` bytes at most into status registers is carried out. */
static bool may_write_status(struct simcard *card, unsigned most)
{
	struct nor *nor = &card->nor;

	if (!status_enabled(nor)) {
		sim_violation(card, "status register write without a write enable before it");
		return false;
	}
	if (nor->loaded_count == 0 || nor->loaded_count > most) {
		sim_violation(card, "status register write of %u bytes", nor->loaded_count);
		return false;
	}
	if (status_locked(nor)) {
		sim_violation(card, "status register write while SRWD is set and WP# is low");
		return false;
	}
	if (nor->part->bits == SIM_WINBOND && (nor->status[1] & STATUS2_SRP1)) {
		sim_violation(card, "status register write while SRP1 is set");
		return false;
	}
	return true;
}

static uint8_t new_status2(const struct nor *nor, uint8_t in)
{
	return (uint8_t)((in & ~STATUS2_SUS) | (nor->status[1] & (STATUS2_LOCKS | STATUS2_SUS)));
}

static void write_status(struct simcard *card)
{
	struct nor *nor = &card->nor;
	uint8_t mask = sim_status_writable(nor);

	if (!may_write_status(card, 2))
		return;
	before_write(nor);
	if (nor->part->bits == SIM_ATMEL)
		nor->status[0] = global_status(nor->status[0], nor->page[0]);
	else
		nor->status[0] = (uint8_t)((nor->status[0] & ~mask) | (nor->page[0] & mask));
	/* Winbond and alike: a one-byte write clears register 2 (W25Q16BV 11.2.8). */
	if (nor->part->bits == SIM_WINBOND)
		nor->status[1] = new_status2(nor, nor->loaded_count == 2 ? nor->page[1] : 0);
	if (nor->quad_fixed)
		sim_quad_fix(nor);
	wrote(card, 0, 2);
}

/* W25Q's opcodes for registers 2 and 3 alone (W25Q128JV 8.2.6). */
static void write_one_status(struct simcard *card, unsigned index)
{
	struct nor *nor = &card->nor;

	if (!may_write_status(card, 1))
		return;
	before_write(nor);
	if (index == 1)
		nor->status[1] = new_status2(nor, nor->page[0]);
	else
		nor->status[2] = (uint8_t)((nor->status[2] & ~STATUS3_BITS) |
					   (nor->page[0] & STATUS3_BITS));
	wrote(card, index, 1);
}

static void write_config(struct simcard *card)
{
	struct nor *nor = &card->nor;

	if (!nor->wel || nor->loaded_count != 2) {
		sim_violation(card, "configuration register write of %u bytes, %s",
			      nor->loaded_count, nor->wel ? "enabled" : "not enabled");
		return;
	}
	nor->config = nor->page[0] | (uint64_t)nor->page[1] << 8;
	start_job(card, NOR_WRITE_STATUS, 0, 0, WRITE_CONFIG_NS);
}

/* All block locks open, until power-off. */
static void unlock_blocks(struct simcard *card)
{
	if (!card->nor.wel) {
		sim_violation(card, "block unlock without a write enable before it");
		return;
	}
	card->nor.blocks_unlocked = true;
	card->nor.wel = false;
}

void sim_nor_execute(struct simcard *card)
{
	struct nor *nor = &card->nor;
	bool ewsr = nor->opcode == 0x50;

	switch (nor->opcode) {
	case 0x01:
		write_status(card);
		break;
	case 0x11:
		write_one_status(card, 2);
		break;
	case 0x31:
		write_one_status(card, 1);
		break;
	case 0xb1:
		write_config(card);
		break;
	case 0x02:
		program(card);
		break;
	case 0x04:
		nor->wel = false;
		break;
	case 0x06:
		nor->wel = true;
		break;
	case 0x30:
		nor->failed = 0;
		break;
	case 0x20:
		erase(card, SIM_SECTOR, nor->part->erase_4k_ms);
		break;
	case 0xd8:
		erase(card, SIM_BLOCK, nor->part->erase_64k_ms);
		break;
	case 0x98:
		unlock_blocks(card);
		break;
	default:
		break;
	}
	nor->ewsr = ewsr; /* it holds for the next command only */
}

/* The cells of the register that is written are erased, and not written yet. */
static void tear_status(struct nor *nor)
{
	switch (nor->job_opcode) {
	case 0x11:
		nor->status[2] = 0;
		break;
	case 0xb1:
		nor->config = 0xffff;
		break;
	default:
		nor->status[0] &= (uint8_t)~sim_status_writable(nor);
		nor->status[1] = 0;
	}
	memcpy(nor->kept, nor->status, sizeof(nor->kept));
}

void sim_nor_power_off(struct simcard *card)
{
	struct nor *nor = &card->nor;

	nor->failed = 0;
	/* The power went at some moment after the last register write. */
	if (nor->job == NOR_IDLE || nor->busy_until_ns <= card->last_write_ns)
		return;
	if (nor->job == NOR_WRITE_STATUS && nor->torn_status)
		tear_status(nor);
	for (uint32_t i = 0; i < nor->job_len; i++) {
		uint8_t *byte = &nor->data[nor->job_addr + i];
		uint8_t noise = (uint8_t)(sim_random(card) >> 56);

		/* An erase first programs all bits to 0, then raises them slowly: anything
		 * may be read in between. A program only ever lets bits fall. */
		if (nor->job == NOR_ERASE)
			*byte = noise;
		else if (nor->before[i] != *byte) /* of the bits to clear, some are */
			*byte |= (uint8_t)(nor->before[i] & noise);
	}
	nor->job = NOR_IDLE;
}
