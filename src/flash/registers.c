/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading and writing the status registers: what they protect, lifting protection, and
 * putting it back. Bits that do not protect (QE, SRWD, drive strength) are written back
 * as they were read. A flipped bit in what is written could lock the registers for good
 * (SRP1 on Winbond's parts), so the gateway's data register is read back before the
 * write enable goes out.
 */
#include "flash_priv.h"

#include <string.h>

#include "sized.h"

#define TRIES 3u
#define SPI_UNLOCK_BLOCKS 0x98u /* all of Winbond's block locks, until power-off */
#define GLOBAL_ALL 0x3cu /* AT25DF: written to protect all sectors; 0 there unprotects them */
/* Data sheets: 1.3 to 15 ms, at most 200 ms (N25Q: 8 s at worst, never seen). */
#define TYPICAL_US 5000u
#define LIMIT_US 8000000u
#define STABLE_BITS (~(STATUS_WIP | STATUS_WEL))

static bool two_registers(const struct cx3_flash_part *part)
{
	return part->protect == CX3_PROTECT_BP3_TB_SEC;
}

int cx3_flash_read_registers(struct cx3_flash *flash, uint8_t status[CX3_FLASH_STATUS_REGISTERS],
			     struct cx3_error *err)
{
	uint8_t before[CX3_FLASH_STATUS_REGISTERS] = {0};

	memset(status, 0, sizeof(before));
	for (unsigned i = 0; i < 2 * TRIES; i++) {
		int rc;

		memcpy(before, status, sizeof(before));
		rc = cx3_flash_read_status(flash, SPI_READ_STATUS, &status[0], err);
		if (!rc && two_registers(flash->part))
			rc = cx3_flash_read_status(flash, SPI_READ_STATUS2, &status[1], err);
		if (!rc && (flash->part->quirks & CX3_QUIRK_WPS))
			rc = cx3_flash_read_status(flash, SPI_READ_STATUS3, &status[2], err);
		if (rc)
			return rc;
		if (i > 0 && (before[0] & status[0]) == 0xff)
			return cx3_flash_is_lost(flash, err);
		if (i > 0 && before[1] == status[1] && before[2] == status[2] &&
		    !((before[0] ^ status[0]) & STABLE_BITS))
			return CX3_OK;
	}
	return cx3_fail(err, CX3_E_NOISE, cx3_gw_label(flash->gw),
			"The flash's status register reads 0x%02x, then 0x%02x: the wires are "
			"noisy.\n"
			"Check the wires, the ground and the pull-ups, or lower the clock.",
			before[0], status[0]);
}

static int read_locked(struct cx3_flash *flash, struct cx3_flash_protection *p,
		       struct cx3_error *err)
{
	int rc;

	memset(p, 0, sizeof(*p));
	rc = cx3_flash_read_registers(flash, p->status, err);
	if (!rc)
		cx3_flash_protection_decode(flash->part, flash->blocks_unlocked, p);
	return rc;
}

int cx3_flash_protection_read(struct cx3_flash *flash, struct cx3_flash_protection *p,
			      struct cx3_error *err)
{
	int rc = cx3_gw_begin(flash->gw, 0, err);

	return rc ? rc : cx3_gw_end(flash->gw, read_locked(flash, p, err), err);
}

int cx3_flash_status(struct cx3_flash *flash, struct cx3_flash_status *status,
		     struct cx3_error *err)
{
	struct cx3_flash_status own = {0};
	struct cx3_flash_protection *p = &own.protection;
	int rc = CX3_CHECK(cx3_flash_status, status, err);

	if (rc != CX3_OK)
		return rc;
	rc = cx3_flash_protection_read(flash, p, err);
	own.raw = p->status[0];
	own.write_in_progress = p->status[0] & STATUS_WIP;
	own.write_enabled = p->status[0] & STATUS_WEL;
	own.register_locked = p->register_lock != CX3_REGISTER_FREE;
	own.seems_larger = flash->seems_larger;
	own.power_on_protection = cx3_flash_power_on_protected(flash->part);
	if (!own.power_on_protection) {
		own.protected_start = p->start;
		own.protected_len = p->len;
	}
	CX3_GIVE(cx3_flash_status, status, &own);
	return rc;
}

int cx3_flash_send_registers(struct cx3_flash *flash, uint8_t enable, uint8_t opcode,
			     const uint8_t *byte, unsigned count, bool *taken,
			     struct cx3_error *err)
{
	static const struct cx3_flash_wait wait = {TYPICAL_US, LIMIT_US, 2};
	uint32_t data = (uint32_t)byte[0] << 24 | (count > 1 ? (uint32_t)byte[1] << 16 : 0);
	uint32_t echo = ~data, wrong;
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
				"0x%08x was written, so the register was left alone.\n"
				"Check the wires and pull-ups, or lower the clock.",
				(unsigned)echo, (unsigned)data);
	/* once in a job: it is waited for in any case */
	rc = cx3_gw_write_polled(flash->gw, enable,
				 GW_OP(opcode) | GW_HAS_DATA | GW_LOG2_BYTES(count - 1), &wrong,
				 err);
	if (rc && !cx3_code_may_pass(rc))
		return rc;
	return cx3_flash_settle(flash, &wait, 0, taken, err);
}

/*
 * Writes status 1, and 2 where the part has it. SST's parts want EWSR before it; some take WREN as
 * well, so the second attempt (`attempt` 1) is made with that.
 */
static int write_registers(struct cx3_flash *flash, const uint8_t *status, unsigned attempt,
			   struct cx3_error *err)
{
	bool ewsr = (flash->part->quirks & CX3_QUIRK_EWSR) && attempt % 2 == 0;
	bool taken;

	return cx3_flash_send_registers(flash, ewsr ? SPI_ENABLE_STATUS : SPI_WRITE_ENABLE,
					SPI_WRITE_STATUS, status,
					two_registers(flash->part) ? 2 : 1, &taken, err);
}

int cx3_flash_put_status(struct cx3_flash *flash, uint8_t enable, uint8_t opcode,
			 const uint8_t *byte, unsigned count, bool *taken, struct cx3_error *err)
{
	int rc = cx3_gw_begin(flash->gw, 0, err);

	if (rc)
		return rc;
	rc = cx3_gw_prepare_link(flash->gw, err);
	if (!rc)
		rc = cx3_flash_send_registers(flash, enable, opcode, byte, count, taken, err);
	/* a part that is protected at power-on is unprotected again before the next write */
	flash->write_prepared = false;
	return cx3_gw_end(flash->gw, rc, err);
}

int cx3_flash_registers_locked(struct cx3_flash *flash, const uint8_t *status,
			       struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_STATUS_LOCKED, cx3_gw_label(flash->gw),
			"The flash's status registers are locked until power-off, or for good "
			"(SRP1 is set: status 0x%02x 0x%02x), so no bit of them can be changed.\n"
			"Switch the card's power off and on and try again. If it stays so, only "
			"another flash chip helps.",
			(unsigned)status[0], (unsigned)status[1]);
}

/* What to write so that the bits of `mask` become those of `wanted` and no other changes. */
static void merge(const struct cx3_flash *flash, const uint8_t *wanted, const uint8_t mask[2],
		  uint8_t *status)
{
	const struct cx3_flash_part *part = flash->part;

	for (unsigned i = 0; i < 2; i++)
		status[i] = (uint8_t)((status[i] & ~mask[i]) | (wanted[i] & mask[i]));
	status[0] &= (uint8_t) ~(STATUS_WIP | STATUS_WEL);
	if (part->quirks & CX3_QUIRK_FAIL_FLAGS)
		status[0] &= (uint8_t)~0x60u;
	/* With SPRL set, the first write only clears SPRL: the next one takes effect. */
	if (part->protect == CX3_PROTECT_GLOBAL)
		status[0] = (uint8_t)((status[0] & 0x40u) | (wanted[0] & mask[0] & STATUS_SRWD) |
				      (wanted[0] & STATUS_SWP ? GLOBAL_ALL : 0));
}

static int bits_stay(struct cx3_flash *flash, const uint8_t *status, bool quad,
		     struct cx3_error *err)
{
	if (quad)
		return cx3_fail(
			err, CX3_E_PROTECTED, cx3_gw_label(flash->gw),
			"The flash's quad enable bit does not change (status registers 0x%02x "
			"0x%02x): this chip has none, since several share its id, or its maker has "
			"set it for good, or the WP# pin holds the registers.\n"
			"Look at the chip's marking and its data sheet.",
			(unsigned)status[0], (unsigned)status[1]);
	return cx3_fail(
		err, CX3_E_PROTECTED, cx3_gw_label(flash->gw),
		"The flash's protection bits do not change (status register 0x%02x), so its "
		"WP# pin is probably wired.\n"
		"Look for a write-protect jumper or strap on the board.",
		(unsigned)status[0]);
}

int cx3_flash_put_bits(struct cx3_flash *flash, const uint8_t *wanted, const uint8_t mask[2],
		       bool quad, struct cx3_error *err)
{
	uint8_t status[CX3_FLASH_STATUS_REGISTERS];

	for (unsigned i = 0;; i++) {
		int rc = cx3_flash_read_registers(flash, status, err);

		if (rc)
			return rc;
		if (!((status[0] ^ wanted[0]) & mask[0]) && !((status[1] ^ wanted[1]) & mask[1]))
			return CX3_OK;
		if (two_registers(flash->part) && (status[1] & STATUS2_SRP1))
			return cx3_flash_registers_locked(flash, status, err);
		if (i == TRIES)
			break;
		merge(flash, wanted, mask, status);
		rc = write_registers(flash, status, i, err);
		if (rc)
			return rc;
	}
	return bits_stay(flash, status, quad, err);
}

static int unlock_blocks(struct cx3_flash *flash, struct cx3_error *err)
{
	static const struct cx3_flash_wait wait = {0, 1000000, 1};
	uint32_t wrong;
	int rc = cx3_gw_write_polled(flash->gw, SPI_WRITE_ENABLE, GW_OP(SPI_UNLOCK_BLOCKS), &wrong,
				     err);
	bool taken = false;

	if (!rc)
		rc = cx3_flash_settle(flash, &wait, 0, &taken, err);
	if (!rc)
		flash->blocks_unlocked = true;
	return rc;
}

static int unprotect_locked(struct cx3_flash *flash, struct cx3_error *err)
{
	static const uint8_t none[CX3_FLASH_STATUS_REGISTERS] = {0};
	struct cx3_flash_protection now;
	uint8_t mask[2];
	int rc = read_locked(flash, &now, err);

	if (rc || now.len == 0)
		return rc;
	if (now.lock_kind == CX3_LOCK_BLOCKS)
		return unlock_blocks(flash, err);
	cx3_flash_protection_mask(flash->part, mask);
	return cx3_flash_put_bits(flash, none, mask, false, err);
}

int cx3_flash_unprotect(struct cx3_flash *flash, struct cx3_error *err)
{
	int rc = cx3_gw_begin(flash->gw, 0, err);

	if (rc)
		return rc;
	rc = cx3_gw_prepare_link(flash->gw, err);
	if (!rc)
		rc = unprotect_locked(flash, err);
	return cx3_gw_end(flash->gw, rc, err);
}

int cx3_flash_protection_write(struct cx3_flash *flash, const struct cx3_flash_protection *p,
			       struct cx3_error *err)
{
	bool global = flash->part->protect == CX3_PROTECT_GLOBAL;
	uint8_t mask[2];
	int rc;

	if (global && (p->status[0] & STATUS_SWP) && (p->status[0] & STATUS_SWP) != STATUS_SWP)
		return cx3_fail(err, CX3_E_PART, flash->part->name,
				"Some sectors of the flash were protected one by one, and which of "
				"them is not known, so that can't be put back.\n"
				"Protect all of the flash or nothing.");
	cx3_flash_protection_full_mask(flash->part, mask);
	if (global)
		mask[0] |= STATUS_SRWD;
	rc = cx3_gw_begin(flash->gw, 0, err);
	if (rc)
		return rc;
	rc = cx3_gw_prepare_link(flash->gw, err);
	if (!rc)
		rc = cx3_flash_put_bits(flash, p->status, mask, false, err);
	/* A part that is protected at power-on is unprotected again before the next write. */
	flash->write_prepared = false;
	return cx3_gw_end(flash->gw, rc, err);
}

/* All bits that a write can change are compared afterwards: no other than QE may differ. */
static int quad_locked(struct cx3_flash *flash, bool on, struct cx3_error *err)
{
	static const uint8_t stable[2] = {(uint8_t) ~(STATUS_WIP | STATUS_WEL), 0x7f};
	uint8_t status[CX3_FLASH_STATUS_REGISTERS], qe[2], mask[2] = {stable[0], 0};
	int rc = cx3_flash_read_registers(flash, status, err);

	if (rc)
		return rc;
	cx3_flash_quad_mask(flash->part, qe);
	for (unsigned i = 0; i < 2; i++)
		status[i] = (uint8_t)(on ? status[i] | qe[i] : status[i] & ~qe[i]);
	if (two_registers(flash->part))
		mask[1] = stable[1];
	return cx3_flash_put_bits(flash, status, mask, true, err);
}

int cx3_flash_quad_write(struct cx3_flash *flash, bool on, struct cx3_error *err)
{
	uint8_t qe[2];
	int rc;

	cx3_flash_quad_mask(flash->part, qe);
	if (!qe[0] && !qe[1])
		return cx3_fail(err, CX3_E_PART, flash->part->name,
				"The flash has no quad enable bit in its status registers.\n"
				"Leave it as it is.");
	rc = cx3_gw_begin(flash->gw, 0, err);
	if (rc)
		return rc;
	rc = cx3_gw_prepare_link(flash->gw, err);
	if (!rc)
		rc = quad_locked(flash, on, err);
	return cx3_gw_end(flash->gw, rc, err);
}

int cx3_flash_prepare_write(struct cx3_flash *flash, struct cx3_error *err)
{
	int rc;

	cx3_gw_drop_anchor(flash->gw);
	if (flash->write_prepared)
		return CX3_OK;
	rc = cx3_gw_prepare_link(flash->gw, err);
	if (!rc && cx3_flash_power_on_protected(flash->part))
		rc = unprotect_locked(flash, err);
	if (!rc)
		flash->write_prepared = true;
	return rc;
}

int cx3_flash_leave_link(struct cx3_flash *flash, struct cx3_error *err)
{
	return cx3_gw_leave_link(flash->gw, err);
}
