/* SPDX-License-Identifier: BSD-2-Clause */
/* The status register's WIP and WEL: waiting for an erase or program, and whether it was carried
 * out. */
#include "flash_priv.h"

/* The first pause after a poll is this part of the typical time; it doubles. */
#define POLL_FRACTION 8u
#define SHORTEST_POLL_US 50u

int cx3_flash_read_status(struct cx3_flash *flash, uint8_t opcode, uint8_t *status,
			  struct cx3_error *err)
{
	const uint32_t bits = GW_OP(opcode) | GW_READ | GW_HAS_DATA | GW_LOG2_BYTES(0);
	uint32_t word = cx3_gw_word(bits), data = 0;
	int rc;

	if (!flash->gw->ways.streamed) {
		rc = cx3_gw_exec(flash->gw, bits, NULL, &data, 1, err);
	} else {
		cx3_gw_start(flash->gw);
		cx3_gw_command(flash->gw, &word);
		cx3_gw_read(flash->gw, GW_DATA, &data, 1);
		rc = cx3_gw_run(flash->gw, CX3_REPEATABLE, NULL, err);
	}
	*status = (uint8_t)(data >> 24);
	return rc;
}

/*
 * S25FL032P and S25FL064P: an erase or program of what is protected sets a fail flag, and
 * then the part stays busy until CLSR clears it. It answers nothing but its status so long.
 */
static bool has_failed(const struct cx3_flash *flash, uint8_t status)
{
	return flash->part && (flash->part->quirks & CX3_QUIRK_FAIL_FLAGS) &&
	       (status & STATUS_WIP) && (status & STATUS_FAILED);
}

/* *status: the last one that was read; with WEL set where a fail flag said that the write
 * was not carried out. */
static int wait_ready(struct cx3_flash *flash, const struct cx3_flash_wait *wait, uint32_t addr,
		      uint8_t *status, struct cx3_error *err)
{
	struct cx3_gateway *gw = flash->gw;
	struct cx3_flash_place place = cx3_gw_place(flash->gw, addr);
	uint64_t start_us = cx3_gw_now_us(gw);
	uint64_t pause_us = wait->typical_us / POLL_FRACTION;
	unsigned clear = 0;
	uint8_t failed = 0;

	if (wait->typical_us)
		cx3_gw_wait_us(gw, wait->typical_us);
	for (;;) {
		int rc = cx3_flash_read_status(flash, SPI_READ_STATUS, status, err);

		if (!rc && has_failed(flash, *status)) {
			failed = STATUS_WEL;
			rc = cx3_gw_exec(gw, GW_OP(SPI_CLEAR_FAILED), NULL, NULL, 0, err);
		}
		if (rc)
			return rc;
		clear = *status & STATUS_WIP ? 0 : clear + 1;
		if (clear >= wait->agree) {
			*status |= failed;
			return CX3_OK;
		}
		if (clear)
			continue;
		if (cx3_gw_now_us(gw) - start_us > wait->limit_us)
			break;
		cx3_gw_wait_us(gw, pause_us > SHORTEST_POLL_US ? pause_us : SHORTEST_POLL_US);
		pause_us = pause_us * 2 < wait->typical_us ? pause_us * 2 : wait->typical_us;
	}
	return cx3_fail(
		err, CX3_E_TIMEOUT, place.text,
		"The flash is still busy with its last write after %llu ms (status 0x%02x).\n"
		"Leave the card powered, wait a minute, and try again.",
		(unsigned long long)(cx3_gw_now_us(gw) - start_us) / 1000u, (unsigned)*status);
}

/* Clears WEL if it is set in `status`. */
static int write_disable(struct cx3_flash *flash, uint8_t status, struct cx3_error *err)
{
	if (!(status & STATUS_WEL))
		return CX3_OK;
	return cx3_gw_exec(flash->gw, GW_OP(SPI_WRITE_DISABLE), NULL, NULL, 0, err);
}

int cx3_flash_settle(struct cx3_flash *flash, const struct cx3_flash_wait *wait, uint32_t addr,
		     bool *taken, struct cx3_error *err)
{
	uint8_t status = 0;
	int rc = wait_ready(flash, wait, addr, &status, err);

	*taken = !(status & STATUS_WEL);
	return rc ? rc : write_disable(flash, status, err);
}

int cx3_flash_not_taken(struct cx3_flash *flash, const char *what, uint32_t addr,
			struct cx3_error *err)
{
	struct cx3_flash_place place = cx3_gw_place(flash->gw, addr);
	uint8_t status = 0;

	(void)cx3_flash_read_status(flash, SPI_READ_STATUS, &status, NULL);
	return cx3_fail(err, CX3_E_PROTECTED, place.text,
			"The flash does not carry out the %s at 0x%x (status register 0x%02x): it "
			"is write-protected there.\n"
			"Lift the protection. If it stays, look where the chip's WP# pin is wired.",
			what, (unsigned)addr, (unsigned)status);
}
