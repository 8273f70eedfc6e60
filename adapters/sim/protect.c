/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which part of the flash the status register protects: the tables of the data
 * sheets, as a formula (see enum cx3_flash_protect_scheme). BP bits with the
 * value v protect U << (v - 1) bytes: one 64 KiB sector at least, 1/64 of the
 * larger parts.
 */
#include "model.h"

#define STATUS_TB 0x20u
#define STATUS_BIT6 0x40u
#define STATUS2_CMP 0x40u
#define KIB ((uint32_t)1024)

/* BP bits' value, with their weights in order. */
static unsigned bp_value(const struct nor *nor)
{
	unsigned status = nor->status[0];
	unsigned low = status >> 2 & 7;

	switch (nor->part->protect) {
	case CX3_PROTECT_BP4_TB:
		return low | (status & STATUS_BIT6 ? 8 : 0);
	case CX3_PROTECT_BP4:
		return status >> 2 & 15;
	default:
		return low;
	}
}

static uint32_t shifted(uint64_t unit, unsigned value, uint32_t most)
{
	uint64_t len = unit << (value - 1);

	return len > most ? most : (uint32_t)len;
}

static uint32_t bp_length(const struct nor *nor, unsigned value)
{
	uint32_t unit = nor->size / 64 > 64 * KIB ? nor->size / 64 : 64 * KIB;

	switch (nor->part->protect) {
	case CX3_PROTECT_BP3_TB_SEC:
		if (nor->status[0] & STATUS_BIT6)
			return value >= 6 ? nor->size : shifted(4ull * KIB, value, 32 * KIB);
		break;
	case CX3_PROTECT_BP4_TB:
		unit = 64 * KIB;
		break;
	case CX3_PROTECT_BP4:
		/* The makers' tables part ways from 8 on: the model takes the strictest. */
		if (value >= 8)
			return nor->size;
		unit = 64 * KIB;
		break;
	default:
		break;
	}
	return shifted(unit, value, nor->size);
}

static bool has_tb(const struct nor *nor)
{
	return nor->part->protect == CX3_PROTECT_BP3_TB ||
	       nor->part->protect == CX3_PROTECT_BP3_TB_SEC ||
	       nor->part->protect == CX3_PROTECT_BP4_TB;
}

bool sim_protected_area(const struct nor *nor, uint32_t *start, uint32_t *len)
{
	unsigned value = bp_value(nor);
	bool bottom = has_tb(nor) && (nor->status[0] & STATUS_TB);

	if (nor->part->protect == CX3_PROTECT_GLOBAL) {
		/* The model protects all sectors or none. */
		*start = 0;
		*len = nor->status[0] & 0x0c ? nor->size : 0;
		return *len > 0;
	}
	*len = value == 0 ? 0 : bp_length(nor, value);
	/* CMP turns the area inside out (Winbond, S25FL-K). */
	if (nor->part->protect == CX3_PROTECT_BP3_TB_SEC && (nor->status[1] & STATUS2_CMP)) {
		*len = nor->size - *len;
		bottom = !bottom;
	}
	*start = bottom ? 0 : nor->size - *len;
	return *len > 0;
}

uint8_t sim_status_writable(const struct nor *nor)
{
	switch (nor->part->protect) {
	case CX3_PROTECT_BP3:
		return 0x9c; /* SRWD, BP2..0 */
	case CX3_PROTECT_BP3_TB:
		return 0xbc; /* and TB */
	default:
		return 0xfc; /* and SEC, BP3 or QE */
	}
}
