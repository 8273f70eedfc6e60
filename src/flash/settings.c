/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Settings of the flash outside of status registers 1 and 2: the drive strength of W25Q's status
 * register 3, and the dummy cycles of N25Q's nonvolatile configuration register.
 *
 * Sources: W25Q128JV data sheet, 7.1 (DRV1, DRV0: status 3 bits 6 and 5; 00 is 100 %, 01 75 %, 10
 * 50 %, 11 25 %) and 8.2.4 to 8.2.6 (opcodes 50, 15, 11); N25Q032A data sheet, "Nonvolatile
 * Configuration Register" (opcodes B5, B1; the low byte first). The vendor's published tool uses
 * the same registers and bits (mflash/mflash.c).
 */
#include "flash_priv.h"

#include <string.h>

#define TRIES 3u
#define SPI_WRITE_STATUS3 0x11u
#define SPI_READ_CONFIG 0xb5u
#define SPI_WRITE_CONFIG 0xb1u
#define STATUS3_DRIVE 0x60u
#define DRIVE_SHIFT 5u
#define DRIVE_STEP 25u /* per cent */
#define CONFIG_CYCLES_SHIFT 12u
#define CONFIG_CYCLES 0xf000u
/* XIP mode off [11:9], quad and dual protocol off [3:2]: all ones in a chip that we can read. */
#define CONFIG_PLAIN 0x0e0cu
#define NO_REGISTER 0xffu /* what reads where nothing drives the line */

enum { S1, S2, S3 };

/* All that is known of a setting but its registers. A value is a multiple of `step`. */
struct kind {
	struct cx3_flash_setting_words words;
	unsigned step, most;
	const char *values; /* the same in words */
	unsigned quirk;	    /* parts that may have it: by this, or by where their quad bit is */
	bool in_config;
};

static const struct kind kinds[] = {
	[CX3_SETTING_DRIVER_STRENGTH] = {{"driver_strength", "Drive strength", " %"},
					 DRIVE_STEP,
					 100,
					 "25, 50, 75 or 100 per cent",
					 CX3_QUIRK_STATUS3,
					 false},
	[CX3_SETTING_DUMMY_CYCLES] = {{"dummy_cycles", "Dummy cycles", ""},
				      1,
				      15,
				      "1 to 15, where 15 is what the data sheet has",
				      0,
				      true},
};

/* NULL: there is no such setting. */
static const struct kind *kind_of(enum cx3_flash_setting setting)
{
	size_t at = (size_t)setting;

	return at < sizeof(kinds) / sizeof(kinds[0]) && kinds[at].step ? &kinds[at] : NULL;
}

static bool may_have(const struct cx3_flash_part *part, const struct kind *kind)
{
	return (part->quirks & kind->quirk) || (kind->in_config && part->quad == CX3_QUAD_CONFIG);
}

bool cx3_flash_may_have(const struct cx3_flash_part *part, enum cx3_flash_setting setting)
{
	const struct kind *kind = kind_of(setting);

	return kind && may_have(part, kind);
}

const struct cx3_flash_setting_words *cx3_flash_setting_words(enum cx3_flash_setting setting)
{
	const struct kind *kind = kind_of(setting);

	return kind ? &kind->words : NULL;
}

int cx3_flash_setting_check(const struct cx3_flash_part *part, enum cx3_flash_setting setting,
			    unsigned number, struct cx3_error *err)
{
	const struct kind *kind = kind_of(setting);

	if (!kind)
		return cx3_fail(
			err, CX3_E_USAGE, "setting",
			"No setting of the flash has the number %u, and nothing was written.\n"
			"Give the drive strength or the dummy cycles.",
			(unsigned)setting);
	if (number == 0 || number > kind->most || number % kind->step)
		return cx3_fail(err, CX3_E_USAGE, kind->words.key,
				"%u is no value of the flash's setting \"%s\", and nothing was "
				"written.\n"
				"Give one of these: %s.",
				number, kind->words.name, kind->values);
	if (part && !may_have(part, kind))
		return cx3_fail(err, CX3_E_PART, part->name,
				"This flash chip has no such setting (%s), by its data sheet. "
				"Nothing was written.\nLeave it as it is.",
				kind->words.name);
	return CX3_OK;
}

static int two_readings_differ(struct cx3_flash *flash, const char *what, unsigned before,
			       unsigned now, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NOISE, cx3_gw_label(flash->gw),
			"The flash's %s reads 0x%02x, then 0x%02x: the wires are noisy.\n"
			"Check the wires, the ground and the pull-ups, or lower the clock.",
			what, before, now);
}

/* Status registers 1 to 3, the same twice in a row; WIP and WEL as 0. */
static int read_status(struct cx3_flash *flash, uint8_t status[CX3_FLASH_STATUS_REGISTERS],
		       struct cx3_error *err)
{
	uint8_t before = 0, third = 0;
	int rc = CX3_OK;

	for (unsigned i = 0; i < 2 * TRIES && rc == CX3_OK; i++) {
		before = third;
		rc = cx3_flash_read_status(flash, SPI_READ_STATUS3, &third, err);
		if (rc != CX3_OK || i == 0 || before != third)
			continue;
		/* last, since it notices a flash that has stopped answering */
		rc = cx3_flash_read_registers(flash, status, err);
		status[S1] &= (uint8_t) ~(STATUS_WIP | STATUS_WEL);
		status[S3] = third;
		return rc;
	}
	return rc ? rc : two_readings_differ(flash, "status register 3", before, third, err);
}

/* The nonvolatile configuration register, the same twice in a row. */
static int read_config(struct cx3_flash *flash, uint16_t *config, struct cx3_error *err)
{
	const uint32_t bits = GW_OP(SPI_READ_CONFIG) | GW_READ | GW_HAS_DATA | GW_LOG2_BYTES(2);
	uint8_t status[CX3_FLASH_STATUS_REGISTERS];
	uint16_t before = 0;

	for (unsigned i = 0; i < 2 * TRIES; i++) {
		uint32_t word = 0;
		int rc = cx3_gw_exec(flash->gw, bits, NULL, &word, 1, err);

		if (rc != CX3_OK)
			return rc;
		before = *config;
		*config = (uint16_t)(word >> 24 | (word >> 8 & 0xff00u));
		/* last, since it notices a flash that has stopped answering */
		if (i > 0 && before == *config)
			return cx3_flash_read_registers(flash, status, err);
	}
	return two_readings_differ(flash, "nonvolatile configuration register", before, *config,
				   err);
}

static unsigned percent_of(uint8_t third)
{
	return 100u - DRIVE_STEP * ((third & STATUS3_DRIVE) >> DRIVE_SHIFT);
}

static uint8_t with_percent(uint8_t third, unsigned percent)
{
	unsigned drive = (100u - percent) / DRIVE_STEP;

	return (uint8_t)((third & ~STATUS3_DRIVE) | (drive << DRIVE_SHIFT));
}

static int read_value(struct cx3_flash *flash, enum cx3_flash_setting setting,
		      struct cx3_flash_value *value, struct cx3_error *err)
{
	uint8_t status[CX3_FLASH_STATUS_REGISTERS] = {0};
	uint16_t config = 0;
	int rc;

	if (setting == CX3_SETTING_DUMMY_CYCLES) {
		rc = read_config(flash, &config, err);
		value->there = rc == CX3_OK;
		value->number = config >> CONFIG_CYCLES_SHIFT;
		value->sure = (config & CONFIG_PLAIN) == CONFIG_PLAIN;
		value->raw = config;
		return rc;
	}
	rc = read_status(flash, status, err);
	value->there = rc == CX3_OK && status[S3] != NO_REGISTER;
	value->number = percent_of(status[S3]);
	value->sure = status[S3] != 0;
	value->raw = status[S3];
	return rc;
}

int cx3_flash_setting_read(struct cx3_flash *flash, enum cx3_flash_setting setting,
			   struct cx3_flash_value *value, struct cx3_error *err)
{
	int rc;

	memset(value, 0, sizeof(*value));
	if (!cx3_flash_may_have(flash->part, setting))
		return CX3_OK;
	rc = cx3_gw_begin(flash->gw, 0, err);
	return rc ? rc : cx3_gw_end(flash->gw, read_value(flash, setting, value, err), err);
}

/* --- the drive strength --- */

static int no_register(struct cx3_flash *flash, uint8_t third, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_PART, flash->part->name,
			"This chip has no status register 3 with a drive strength (it reads "
			"0x%02x): several kinds of chips share its id.\n"
			"Leave it as it is.",
			(unsigned)third);
}

/*
 * A write of register 3 whose opcode arrived with a wrong bit may have gone to register 1 or 2
 * (11 is near 01 and 31): they are made what they were. Bits that are set once for good (LB1 to
 * LB3 of register 2) can't be.
 */
static int mend_others(struct cx3_flash *flash, const uint8_t *before, const uint8_t *now,
		       struct cx3_error *err)
{
	/* register 2 bit 7 (SUS) is read only */
	static const uint8_t mask[2] = {(uint8_t) ~(STATUS_WIP | STATUS_WEL), 0x7f};
	int rc;

	if (before[S1] == now[S1] && !((before[S2] ^ now[S2]) & mask[S2]))
		return CX3_OK;
	rc = cx3_flash_put_bits(flash, before, mask, false, err);
	if (rc != CX3_E_PROTECTED && rc != CX3_E_STATUS_LOCKED)
		return rc;
	return cx3_fail(err, CX3_E_VERIFY, cx3_gw_label(flash->gw),
			"A command that arrived damaged has changed the flash's status registers "
			"1 and 2: 0x%02x 0x%02x were 0x%02x 0x%02x, and some of that can't be put "
			"back.\n"
			"Check the wires and pull-ups, or lower the clock. The flash's content is "
			"as it was.",
			(unsigned)now[S1], (unsigned)now[S2], (unsigned)before[S1],
			(unsigned)before[S2]);
}

/*
 * Writes register 3 until it reads `third`. *now: what the three read then, which may be something
 * else. `enable`: 50 for until power-off, 06 for good.
 */
static int put_third(struct cx3_flash *flash, uint8_t enable, const uint8_t *before, uint8_t third,
		     uint8_t *now, struct cx3_error *err)
{
	bool taken;
	int rc = CX3_OK;

	for (unsigned i = 0; i < TRIES && rc == CX3_OK; i++) {
		rc = cx3_flash_send_registers(flash, enable, SPI_WRITE_STATUS3, &third, 1, &taken,
					      err);
		if (rc == CX3_OK)
			rc = read_status(flash, now, err);
		if (rc == CX3_OK)
			rc = mend_others(flash, before, now, err);
		if (rc == CX3_OK && now[S3] == third)
			break;
	}
	return rc;
}

static int does_not_change(struct cx3_flash *flash, const uint8_t *before, const uint8_t *now,
			   struct cx3_error *err)
{
	if (!(before[S1] & STATUS_SRWD))
		return no_register(flash, now[S3], err);
	return cx3_fail(err, CX3_E_PROTECTED, cx3_gw_label(flash->gw),
			"The flash's status register 3 does not change (0x%02x): SRP0 is set, so "
			"its WP# pin may hold it, or this chip has no such register.\n"
			"Look for a write-protect jumper or strap on the board.",
			(unsigned)now[S3]);
}

static int left_otherwise(struct cx3_flash *flash, uint8_t before, uint8_t now, const char *how,
			  struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_VERIFY, cx3_gw_label(flash->gw),
			"The flash's status register 3 reads 0x%02x where 0x%02x was, %s.\n"
			"Check the wires and pull-ups, and set the drive strength again.",
			(unsigned)now, (unsigned)before, how);
}

/*
 * Is the register there? Another drive strength is written until power-off, and read back. It is
 * none that is wanted: a run that ends in between does not look as if all were done. What is
 * assumed of chips without the register: an opcode that they do not know is ignored (W25Q16BV data
 * sheet, "Instructions": a fixed list; 11 and 15 are not in it), as is a 50 before it.
 */
static int try_register(struct cx3_flash *flash, const uint8_t *before, uint8_t wanted,
			struct cx3_error *err)
{
	uint8_t now[CX3_FLASH_STATUS_REGISTERS] = {0}, other = before[S3];
	bool changed;
	int rc;

	for (unsigned percent = DRIVE_STEP; percent <= 100; percent += DRIVE_STEP) {
		other = with_percent(before[S3], percent);
		if (other != before[S3] && other != wanted)
			break;
	}
	rc = put_third(flash, SPI_ENABLE_STATUS, before, other, now, err);
	changed = rc == CX3_OK && now[S3] == other;
	if (rc == CX3_OK && !changed && now[S3] == before[S3])
		return does_not_change(flash, before, now, err);
	if (rc != CX3_OK) {
		/* it may have been carried out: as well as can be */
		(void)put_third(flash, SPI_ENABLE_STATUS, before, before[S3], now, NULL);
		return rc;
	}
	rc = put_third(flash, SPI_ENABLE_STATUS, before, before[S3], now, err);
	if (rc == CX3_OK && now[S3] != before[S3])
		return left_otherwise(flash, before[S3], now[S3], "until power-off", err);
	return rc != CX3_OK || changed ? rc : no_register(flash, now[S3], err);
}

static int strength_locked(struct cx3_flash *flash, unsigned percent, struct cx3_error *err)
{
	uint8_t before[CX3_FLASH_STATUS_REGISTERS], now[CX3_FLASH_STATUS_REGISTERS];
	uint8_t wanted;
	int rc = read_status(flash, before, err);

	if (rc != CX3_OK)
		return rc;
	wanted = with_percent(before[S3], percent);
	if (before[S3] == NO_REGISTER)
		return no_register(flash, before[S3], err);
	if (before[S2] & STATUS2_SRP1)
		return cx3_flash_registers_locked(flash, before, err);
	if (before[S3] == wanted)
		return CX3_OK;
	rc = try_register(flash, before, wanted, err);
	if (rc == CX3_OK)
		rc = put_third(flash, SPI_WRITE_ENABLE, before, wanted, now, err);
	if (rc != CX3_OK || now[S3] == wanted)
		return rc;
	return left_otherwise(flash, wanted, now[S3], "though it was written", err);
}

/* --- the dummy cycles --- */

static int odd_config(struct cx3_flash *flash, uint16_t config, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_PART, flash->part->name,
			"The flash's nonvolatile configuration register reads 0x%04x. A chip that "
			"answers as this one does has XIP mode, quad and dual protocol off in it "
			"(0x%04x set), so nothing was written to it.\n"
			"Look at the chip's marking and its data sheet.",
			(unsigned)config, CONFIG_PLAIN);
}

/* The register holds from power-on only, so the chip can be read here whatever was written. */
static int cycles_locked(struct cx3_flash *flash, unsigned cycles, struct cx3_error *err)
{
	uint16_t config = 0, wanted, now;
	uint8_t byte[2];
	bool taken;
	int rc = read_config(flash, &config, err);

	if (rc != CX3_OK)
		return rc;
	if ((config & CONFIG_PLAIN) != CONFIG_PLAIN)
		return odd_config(flash, config, err);
	wanted = (uint16_t)((config & ~CONFIG_CYCLES) | cycles << CONFIG_CYCLES_SHIFT);
	byte[0] = (uint8_t)wanted;
	byte[1] = (uint8_t)(wanted >> 8);
	now = config;
	for (unsigned i = 0; i < TRIES && now != wanted; i++) {
		rc = cx3_flash_send_registers(flash, SPI_WRITE_ENABLE, SPI_WRITE_CONFIG, byte, 2,
					      &taken, err);
		if (rc == CX3_OK)
			rc = read_config(flash, &now, err);
		if (rc != CX3_OK)
			return rc;
	}
	if (now == wanted)
		return CX3_OK;
	return cx3_fail(err, now == config ? CX3_E_PROTECTED : CX3_E_VERIFY,
			cx3_gw_label(flash->gw),
			"The flash's nonvolatile configuration register reads 0x%04x where 0x%04x "
			"was written.\n"
			"Leave the card's power on, check the wires, and set the dummy cycles "
			"again.",
			(unsigned)now, (unsigned)wanted);
}

int cx3_flash_setting_write(struct cx3_flash *flash, enum cx3_flash_setting setting,
			    unsigned number, struct cx3_error *err)
{
	int rc = cx3_flash_setting_check(flash->part, setting, number, err);

	if (rc == CX3_OK)
		rc = cx3_gw_begin(flash->gw, 0, err);
	if (rc)
		return rc;
	rc = cx3_gw_prepare_link(flash->gw, err);
	if (!rc && setting == CX3_SETTING_DRIVER_STRENGTH)
		rc = strength_locked(flash, number, err);
	else if (!rc)
		rc = cycles_locked(flash, number, err);
	return cx3_gw_end(flash->gw, rc, err);
}
