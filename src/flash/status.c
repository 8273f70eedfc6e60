/* SPDX-License-Identifier: BSD-2-Clause */
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

	if (!flash->ways.streamed) {
		rc = cx3_gw_exec(flash, bits, NULL, &data, 1, err);
	} else {
		cx3_gw_start(flash);
		cx3_gw_command(flash, &word);
		cx3_gw_read(flash, GW_DATA, &data, 1);
		rc = cx3_gw_run(flash, CX3_REPEATABLE, NULL, err);
	}
	*status = (uint8_t)(data >> 24);
	return rc;
}

int cx3_flash_wait_ready(struct cx3_flash *flash, const struct cx3_flash_wait *wait, uint32_t addr,
			 uint8_t *status, struct cx3_error *err)
{
	struct cx3_flash_place place = cx3_flash_place(flash, addr);
	uint64_t start_us = cx3_flash_now_us(flash);
	uint64_t pause_us = wait->typical_us / POLL_FRACTION;
	unsigned clear = 0;

	if (wait->typical_us)
		cx3_flash_wait_us(flash, wait->typical_us);
	for (;;) {
		int rc = cx3_flash_read_status(flash, SPI_READ_STATUS, status, err);

		if (rc)
			return rc;
		clear = *status & STATUS_WIP ? 0 : clear + 1;
		if (clear >= wait->agree)
			return CX3_OK;
		if (clear)
			continue;
		if (cx3_flash_now_us(flash) - start_us > wait->limit_us)
			break;
		cx3_flash_wait_us(flash, pause_us > SHORTEST_POLL_US ? pause_us : SHORTEST_POLL_US);
		pause_us = pause_us * 2 < wait->typical_us ? pause_us * 2 : wait->typical_us;
	}
	return cx3_fail(
		err, CX3_E_TIMEOUT, place.text,
		"The flash is still busy with its last write after %llu ms (status 0x%02x): "
		"leave the card powered, wait a minute, and run the command again.",
		(unsigned long long)(cx3_flash_now_us(flash) - start_us) / 1000u,
		(unsigned)*status);
}

int cx3_flash_write_disable(struct cx3_flash *flash, uint8_t status, struct cx3_error *err)
{
	if (!(status & STATUS_WEL))
		return CX3_OK;
	return cx3_gw_exec(flash, GW_OP(SPI_WRITE_DISABLE), NULL, NULL, 0, err);
}
