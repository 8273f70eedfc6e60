/* SPDX-License-Identifier: BSD-2-Clause */
/* Which area the status register protects (see enum cx3_flash_protect_scheme). */
#include "flash_priv.h"

#include <string.h>

#define KIB 1024ull
#define TB 0x20u
#define BIT6 0x40u
#define CMP 0x40u /* status register 2 */
#define SWP 0x0cu /* AT25DF: how much is protected */
#define MOST_SECTORS (32 * KIB)

static bool has_tb(const struct cx3_flash_part *part)
{
	return part->protect == CX3_PROTECT_BP3_TB || part->protect == CX3_PROTECT_BP3_TB_SEC ||
	       part->protect == CX3_PROTECT_BP4_TB;
}

/* The BP bits' value. */
static unsigned bp_value(const struct cx3_flash_part *part, uint8_t status)
{
	unsigned low = status >> 2 & 7u;

	if (part->protect == CX3_PROTECT_BP4_TB)
		return low | (status & BIT6 ? 8u : 0);
	if (part->protect == CX3_PROTECT_BP4)
		return status >> 2 & 15u;
	return low;
}

static uint32_t area(const struct cx3_flash_part *part, uint8_t status)
{
	unsigned value = bp_value(part, status);
	uint64_t unit = part->size / 64 > 64 * KIB ? part->size / 64 : 64 * KIB;
	uint64_t most = part->size, len;

	if (value == 0)
		return 0;
	if (part->protect == CX3_PROTECT_BP4 && value >= 8)
		return part->size;
	if (part->protect == CX3_PROTECT_BP4_TB)
		unit = 64 * KIB;
	if (part->protect == CX3_PROTECT_BP3_TB_SEC && (status & BIT6)) {
		if (value >= 6)
			return part->size;
		unit = 4 * KIB;
		most = MOST_SECTORS;
	}
	len = unit << (value - 1);
	return (uint32_t)(len < most ? len : most);
}

bool cx3_flash_power_on_protected(const struct cx3_flash_part *part)
{
	return part->protect == CX3_PROTECT_GLOBAL || part->byte_program;
}

void cx3_flash_protected_area(const struct cx3_flash_part *part, const uint8_t status[2],
			      uint32_t *start, uint32_t *len)
{
	bool bottom = has_tb(part) && (status[0] & TB);

	if (part->protect == CX3_PROTECT_GLOBAL)
		*len = status[0] & SWP ? part->size : 0;
	else
		*len = area(part, status[0]);
	if (part->protect == CX3_PROTECT_BP3_TB_SEC && (status[1] & CMP)) {
		*len = part->size - *len;
		bottom = !bottom;
	}
	*start = bottom || *len == 0 ? 0 : part->size - *len;
}

#define TRIES 3u
/* Data sheets: 1.3 to 15 ms, at most 200 ms (N25Q: 8 s at worst, never seen). */
#define TYPICAL_US 5000u
#define LIMIT_US 8000000u
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
	return cx3_fail(err, CX3_E_GATEWAY, cx3_gw_label(flash->gw),
			"The flash's status register reads 0x%02x, then 0x%02x.\n"
			"Check the wires and pull-ups, or lower the clock.",
			before[0], status[0]);
}

int cx3_flash_status(struct cx3_flash *flash, struct cx3_flash_status *status,
		     struct cx3_error *err)
{
	uint8_t raw[2] = {0};
	int rc = cx3_gw_begin(flash->gw, 0, err);

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
	return cx3_gw_end(flash->gw, rc, err);
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
		cx3_gw_start(flash->gw);
		cx3_gw_write(flash->gw, GW_DATA, &data, 1);
		cx3_gw_read(flash->gw, GW_DATA, &echo, 1);
		rc = cx3_gw_run(flash->gw, CX3_REPEATABLE, NULL, err);
		if (rc)
			return rc;
	}
	if (echo != data)
		return cx3_fail(err, CX3_E_GATEWAY, cx3_gw_label(flash->gw),
				"The gateway's data register (0xf0410) reads back as 0x%08x where "
				"0x%08x was written, so the status register was left alone.\n"
				"Check the wires and pull-ups, or lower the clock.",
				(unsigned)echo, (unsigned)data);
	rc = cx3_gw_write_command(
		flash->gw, GW_OP(SPI_WRITE_STATUS) | GW_HAS_DATA | GW_LOG2_BYTES(both ? 1 : 0),
		err);
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
	return cx3_fail(err, CX3_E_PROTECTED, cx3_gw_label(flash->gw),
			"The flash stays write-protected from 0x%x on (0x%x bytes; status register "
			"0x%02x), so its WP# pin is probably wired.\n"
			"Look for a write-protect jumper or strap on the board.",
			(unsigned)start, (unsigned)len, (unsigned)status[0]);
}

int cx3_flash_unprotect(struct cx3_flash *flash, struct cx3_error *err)
{
	int rc = cx3_gw_begin(flash->gw, 0, err);

	if (rc)
		return rc;
	rc = cx3_card_prepare_write(flash->gw->card, err);
	if (!rc)
		rc = cx3_flash_unprotect_locked(flash, err);
	return cx3_gw_end(flash->gw, rc, err);
}

int cx3_flash_prepare_write(struct cx3_flash *flash, struct cx3_error *err)
{
	int rc;

	if (flash->write_prepared)
		return CX3_OK;
	rc = cx3_card_prepare_write(flash->gw->card, err);
	if (!rc && cx3_flash_power_on_protected(flash->part))
		rc = cx3_flash_unprotect_locked(flash, err);
	if (!rc)
		flash->write_prepared = true;
	return rc;
}
