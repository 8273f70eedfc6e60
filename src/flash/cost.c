/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What reading, erasing and programming cost, for plans. The counts follow from the
 * scripts of erase.c and program.c; a test compares them with what the adapter counts.
 */
#include "program.h"

uint32_t cx3_flash_read_chunk(const struct cx3_flash *flash)
{
	return (uint32_t)cx3_gw_stream_blocks(flash->gw) * GW_BLOCK;
}

struct cx3_flash_cost cx3_flash_read_cost(const struct cx3_flash *flash, uint32_t len)
{
	return cx3_gw_read_cost(flash->gw, len);
}

struct cx3_flash_cost cx3_flash_proof_cost(const struct cx3_flash *flash, uint32_t len)
{
	return cx3_gw_proof_cost(flash->gw, len);
}

struct cx3_flash_cost cx3_flash_erase_cost(const struct cx3_flash *flash, uint32_t size)
{
	const struct cx3_flash_part *part = flash->part;
	uint64_t ms = size == CX3_FLASH_SECTOR ? part->sector_erase_ms : part->block_erase_ms;
	struct cx3_wire wire = {0, 0};

	cx3_wire_set_address(&wire, 1);
	/* WREN, the erase, the status twice; then the address once more */
	cx3_wire_command(&wire, flash->gw, 4);
	cx3_wire_read_register(&wire, 3);
	return cx3_gw_cost(flash->gw, wire, CX3_WAIT_MARGIN(ms * 1000u), 1);
}

struct cx3_flash_cost cx3_flash_program_cost(const struct cx3_flash *flash, uint32_t len)
{
	const struct cx3_gateway *gw = flash->gw;
	bool bytewise = flash->part->byte_program;
	uint64_t blocks = ((uint64_t)len + GW_BLOCK - 1) / GW_BLOCK;
	uint64_t pages = ((uint64_t)len + CX3_FLASH_PAGE - 1) / CX3_FLASH_PAGE;
	bool page = cx3_flash_pages(flash);
	bool bare = cx3_flash_bare_pages(flash);
	uint64_t writes = page ? pages : blocks;
	uint64_t holds = gw->holding ? 0 : bytewise ? blocks : pages;
	struct cx3_wire wire = {0, 0};

	if (bytewise)
		writes = blocks = len;
	/* each write: the address; WREN; the status and its answer */
	cx3_wire_set_address(&wire, writes);
	cx3_wire_command(&wire, gw, 2 * writes);
	cx3_wire_read_register(&wire, writes);
	/* each block: its data and the command that sends it */
	cx3_wire_write_registers(&wire, blocks, bytewise ? 4u : GW_BLOCK);
	cx3_wire_command(&wire, gw, blocks);
	/* a bare head is a command of its own; each head is read back */
	if (bare && !bytewise)
		cx3_wire_command(&wire, gw, writes);
	if (!bytewise && cx3_gw_quick(gw))
		cx3_wire_read_register(&wire, writes);
	/* the vendor's way: the address register before each block but the first */
	if (page && !bare && !bytewise)
		cx3_wire_write_registers(&wire, blocks - writes, 4u);
	return cx3_gw_cost(gw, wire, writes * CX3_WAIT_MARGIN(flash->part->page_program_us), holds);
}

/* Its address register is written before each block, and it is read back at once. */
struct cx3_flash_cost cx3_flash_trial_cost(const struct cx3_flash *flash)
{
	uint64_t blocks = CX3_FLASH_PAGE / GW_BLOCK;
	struct cx3_wire wire = {0, 0};

	if (cx3_flash_tries_page(flash)) {
		cx3_wire_write_registers(&wire, blocks, 4u);
		cx3_wire_read_plain(&wire, flash->gw, blocks);
	}
	return cx3_gw_cost(flash->gw, wire, 0, 0);
}
