/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The status register and its protection bits. Of a register that holds more than
 * those (QE, SRWD, drive strength), the rest is written back as it was. A flipped
 * bit in what is written could lock the register for good (Winbond's SRP1), so
 * the data register is read back before WREN goes out, as the address is elsewhere.
 */
#include "flash_priv.h"

#include <string.h>

#define TRIES 3u
/* Data sheets: 1.3 to 15 ms, at most 200 ms (N25Q: 8 s at worst, never seen). */
#define TYPICAL_US 5000u
#define LIMIT_US 8000000u
#define CMP 0x40u
#define STABLE_BITS (~(STATUS_WIP | STATUS_WEL))

static bool two_registers(const struct cx3_flash_part *part)
{
	return part->protect == CX3_PROTECT_BP3_TB_SEC;
}

/* Both registers, the same twice in a row. */
static int read_registers(struct cx3_flash *flash, uint8_t status[2], struct cx3_error *err)
{
	uint8_t before[2] = {0};

	status[1] = 0;
	for (unsigned i = 0; i < 2 * TRIES; i++) {
		int rc;

		memcpy(before, status, sizeof(before));
		rc = cx3_flash_read_status(flash, SPI_READ_STATUS, &status[0], err);
		if (!rc && two_registers(flash->part))
			rc = cx3_flash_read_status(flash, SPI_READ_STATUS2, &status[1], err);
		if (rc)
			return rc;
		if (i > 0 && before[1] == status[1] && !((before[0] ^ status[0]) & STABLE_BITS))
			return CX3_OK;
	}
	return cx3_fail(
		err, CX3_E_GATEWAY, cx3_flash_label(flash),
		"The flash's status register reads 0x%02x, then 0x%02x: check the wires and "
		"pull-ups, or lower the clock.",
		before[0], status[0]);
}

int cx3_flash_status(struct cx3_flash *flash, struct cx3_flash_status *status,
		     struct cx3_error *err)
{
	uint8_t raw[2] = {0};
	int rc = cx3_flash_begin(flash, 0, err);

	memset(status, 0, sizeof(*status));
	if (rc)
		return rc;
	rc = read_registers(flash, raw, err);
	status->raw = raw[0];
	status->write_in_progress = raw[0] & STATUS_WIP;
	status->write_enabled = raw[0] & STATUS_WEL;
	status->register_locked = raw[0] & STATUS_SRWD;
	status->power_on_protection = cx3_flash_power_on_protected(flash->part);
	if (!status->power_on_protection)
		cx3_flash_protected_area(flash->part, raw, &status->protected_start,
					 &status->protected_len);
	return cx3_flash_end(flash, rc, err);
}

/* The status register's bits that protect. TB and SEC mean nothing once BP is 0. */
static uint8_t protection_bits(const struct cx3_flash_part *part)
{
	if (part->byte_program || part->protect == CX3_PROTECT_BP4)
		return 0x3c; /* BP3 is bit 5 */
	if (part->protect == CX3_PROTECT_BP4_TB)
		return 0x5c;
	/* AT25DF: 0 in [5:2] frees all; but with SPRL (bit 7) set, only if that goes first. */
	return part->protect == CX3_PROTECT_GLOBAL ? 0xbc : 0x1c;
}

/* Data register, its echo, WREN, write. */
static int write_registers(struct cx3_flash *flash, const uint8_t status[2], struct cx3_error *err)
{
	static const struct cx3_flash_wait wait = {TYPICAL_US, LIMIT_US, 2};
	bool both = two_registers(flash->part), taken;
	uint32_t data = (uint32_t)status[0] << 24 | (both ? (uint32_t)status[1] << 16 : 0);
	uint32_t echo = ~data;
	int rc;

	for (unsigned i = 0; i < TRIES && echo != data; i++) {
		cx3_gw_start(flash);
		cx3_gw_write(flash, GW_DATA, &data, 1);
		cx3_gw_read(flash, GW_DATA, &echo, 1);
		rc = cx3_gw_run(flash, CX3_REPEATABLE, NULL, err);
		if (rc)
			return rc;
	}
	if (echo != data)
		return cx3_fail(err, CX3_E_GATEWAY, cx3_flash_label(flash),
				"The gateway's data register (0xf0410) reads back as 0x%08x where "
				"0x%08x was written, so the status register was left alone: check "
				"the wires and pull-ups, or lower the clock.",
				(unsigned)echo, (unsigned)data);
	rc = cx3_gw_write_command(
		flash, GW_OP(SPI_WRITE_STATUS) | GW_HAS_DATA | GW_LOG2_BYTES(both ? 1 : 0), err);
	if (rc && !cx3_code_may_pass(rc))
		return rc;
	return cx3_flash_settle(flash, &wait, 0, &taken, err);
}

int cx3_flash_unprotect_locked(struct cx3_flash *flash, struct cx3_error *err)
{
	uint32_t start, len;
	uint8_t status[2];

	for (unsigned i = 0;; i++) {
		int rc = read_registers(flash, status, err);

		if (rc)
			return rc;
		cx3_flash_protected_area(flash->part, status, &start, &len);
		if (len == 0)
			return CX3_OK;
		if (i == TRIES)
			break;
		status[0] &= (uint8_t) ~(protection_bits(flash->part) | STATUS_WIP | STATUS_WEL);
		status[1] &= (uint8_t)~CMP;
		rc = write_registers(flash, status, err);
		if (rc)
			return rc;
	}
	return cx3_fail(err, CX3_E_PROTECTED, cx3_flash_label(flash),
			"The flash stays write-protected from 0x%x on (0x%x bytes; status register "
			"0x%02x): its WP# pin is wired, so look for a write-protect jumper or "
			"strap on the board.",
			(unsigned)start, (unsigned)len, (unsigned)status[0]);
}

int cx3_flash_unprotect(struct cx3_flash *flash, struct cx3_error *err)
{
	int rc = cx3_flash_begin(flash, 0, err);

	if (rc)
		return rc;
	rc = cx3_card_prepare_write(flash->card, err);
	if (!rc)
		rc = cx3_flash_unprotect_locked(flash, err);
	return cx3_flash_end(flash, rc, err);
}
