/* SPDX-License-Identifier: BSD-2-Clause */
/* Erasing a sector or a block. */
#include "flash_priv.h"

#include <assert.h>

#define ERASE_TRIES 3u
/* Data sheets' longest erase times are up to 10 times the typical ones; worn parts more. */
#define LIMIT_FACTOR 20u
#define LEAST_LIMIT_US 5000000u

/*
 * A reset of the chip between the address and the command clears the address, and the erase
 * goes to 0. It can't be undone, but it must not go unnoticed.
 */
static int check_address(struct cx3_flash *flash, uint32_t addr, struct cx3_error *err)
{
	uint32_t word = cx3_gw_address_word(flash->gw, addr), now[2] = {0, 0};
	int rc = CX3_OK;

	if (cx3_way_is_given_up(flash->gw, CX3_WAY_ADDRESS_ECHO) || cx3_gw_address_moves(flash->gw))
		return CX3_OK;
	for (unsigned i = 0; i < 2 && rc == CX3_OK; i++) {
		rc = cx3_card_read(flash->gw->card, GW_ADDRESS, &now[i], err);
		if (rc == CX3_OK && now[i] == word)
			return CX3_OK;
	}
	if (rc != CX3_OK)
		return rc;
	return cx3_fail(err, CX3_E_CHANGED, cx3_gw_place(flash->gw, addr).text,
			"The gateway's address (0xf0404) is 0x%08x after the erase at 0x%x, not "
			"what was written: the card was reset in the middle of it, or its "
			"firmware uses the gateway without asking, and something else may have "
			"been erased.\n"
			"Leave the card's power on and keep the host's driver away from it.",
			(unsigned)now[1], (unsigned)addr);
}

/* If an erase failed on the bus, it may have begun or not: erasing again does no harm. */
static int erase_locked(struct cx3_flash *flash, uint32_t addr, uint32_t size,
			struct cx3_error *err)
{
	const struct cx3_flash_part *part = flash->part;
	bool sector = size == CX3_FLASH_SECTOR;
	uint8_t opcode = sector ? SPI_ERASE_SECTOR : SPI_ERASE_BLOCK;
	uint64_t typical_us = 1000ull * (sector ? part->sector_erase_ms : part->block_erase_ms);
	struct cx3_flash_wait wait = {CX3_WAIT_MARGIN(typical_us), LIMIT_FACTOR * typical_us, 2};
	int rc = cx3_flash_prepare_write(flash, err);

	if (rc)
		return rc;
	if (wait.limit_us < LEAST_LIMIT_US)
		wait.limit_us = LEAST_LIMIT_US;
	for (unsigned i = 0; i < ERASE_TRIES; i++) {
		int rc_settle;
		bool taken;

		rc = cx3_gw_set_address(flash->gw, addr, NULL, 0, false, err);
		if (rc)
			return rc;
		rc = cx3_gw_write_again(flash->gw, SPI_WRITE_ENABLE, GW_OP(opcode) | GW_SEND_ADDR,
					i, err);
		if (rc && !cx3_code_may_pass(rc))
			return rc;
		rc_settle = cx3_flash_settle(flash, &wait, addr, &taken, err);
		if (rc_settle)
			return rc_settle;
		if (!rc && taken)
			return check_address(flash, addr, err);
	}
	return rc ? rc : cx3_flash_not_taken(flash, "erase", addr, err);
}

int cx3_flash_erase(struct cx3_flash *flash, uint32_t addr, uint32_t size, struct cx3_error *err)
{
	int rc;

	assert(size == CX3_FLASH_SECTOR || size == CX3_FLASH_BLOCK);
	assert(addr % size == 0 && addr < flash->part->size);
	if (size == CX3_FLASH_SECTOR && !flash->part->sector_erase)
		return cx3_fail(err, CX3_E_PART, cx3_gw_place(flash->gw, addr).text,
				"A %s erases whole 64 KiB blocks only.\nErase the block.",
				flash->part->name);
	rc = cx3_gw_begin(flash->gw, cx3_flash_erase_cost(flash, size).us, err);
	if (rc)
		return rc;
	rc = erase_locked(flash, addr, size, err);
	if (!rc)
		flash->gw->counts.erases++;
	return cx3_gw_end(flash->gw, rc, err);
}
