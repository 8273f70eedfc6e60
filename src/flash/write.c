/* SPDX-License-Identifier: BSD-2-Clause */
/* What erasing and programming have in common. */
#include "flash_priv.h"

int cx3_flash_prepare_write(struct cx3_flash *flash, struct cx3_error *err)
{
	int rc;

	if (flash->write_prepared)
		return CX3_OK;
	rc = cx3_card_prepare_write(flash->card, err);
	if (!rc && cx3_flash_power_on_protected(flash->part))
		rc = cx3_flash_unprotect_locked(flash, err);
	if (!rc)
		flash->write_prepared = true;
	return rc;
}

int cx3_flash_settle(struct cx3_flash *flash, const struct cx3_flash_wait *wait, uint32_t addr,
		     bool *taken, struct cx3_error *err)
{
	uint8_t status = 0;
	int rc = cx3_flash_wait_ready(flash, wait, addr, &status, err);

	*taken = !(status & STATUS_WEL);
	return rc ? rc : cx3_flash_write_disable(flash, status, err);
}

int cx3_flash_not_taken(struct cx3_flash *flash, const char *what, uint32_t addr,
			struct cx3_error *err)
{
	struct cx3_flash_place place = cx3_flash_place(flash, addr);
	uint8_t status = 0;

	(void)cx3_flash_read_status(flash, SPI_READ_STATUS, &status, NULL);
	return cx3_fail(err, CX3_E_PROTECTED, place.text,
			"The flash does not carry out the %s at 0x%x (status register 0x%02x): it "
			"is write-protected there; lift the protection, and if it stays, look "
			"where the chip's WP# pin is wired.",
			what, (unsigned)addr, (unsigned)status);
}
