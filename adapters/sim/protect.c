/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which part of the flash the status registers protect, after the data sheets' tables.
 * Where the chips of one id differ, or the answer lies in a register that the model does
 * not have, the model protects most: a tool that believes to have less to lift is wrong
 * on some chip.
 */
#include "model.h"

#define KIB 1024u
#define STATUS_TB 0x20u
#define STATUS_SEC 0x40u
#define STATUS_BP3_HIGH 0x40u
#define STATUS2_CMP 0x40u
#define STATUS3_WPS 0x04u

/* The sheets' usual rows: 1/64, 1/32 ... 1/2, all; but 64 KiB sectors at least. */
static uint32_t usual_rows(uint32_t size, unsigned bp)
{
	uint32_t share = size >> (7 - bp), sectors = 64u * KIB << (bp - 1);
	uint32_t larger = share > sectors ? share : sectors;

	return larger < size ? larger : size;
}

/* N25Q: 1, 2, 4 ... sectors of 64 KiB, four bits. */
static uint32_t micron_rows(uint32_t size, unsigned bp)
{
	uint32_t sectors = size / (64u * KIB), count = 1u << (bp - 1);

	return count < sectors ? count * 64u * KIB : size;
}

/* SEC: 4, 8, 16 KiB, 32 KiB twice; the sheets leave 6 open, 7 is all. */
static uint32_t sec_rows(uint32_t size, unsigned bp)
{
	static const uint32_t rows[] = {0, 4 * KIB, 8 * KIB, 16 * KIB, 32 * KIB, 32 * KIB};

	return bp < 6 ? rows[bp] : size;
}

static uint32_t rows_of(const struct sim_part *part, uint8_t status)
{
	unsigned low = status >> 2 & 7u, all4 = status >> 2 & 15u;

	switch (part->bits) {
	case SIM_TOP:
	case SIM_TOP_BOTTOM:
		return low ? usual_rows(part->size, low) : 0;
	case SIM_WINBOND:
		if (low && (status & STATUS_SEC))
			return sec_rows(part->size, low);
		return low ? usual_rows(part->size, low) : 0;
	case SIM_MICRON:
		low |= status & STATUS_BP3_HIGH ? 8u : 0;
		return low ? micron_rows(part->size, low) : 0;
	case SIM_MACRONIX:
		if (all4 >= 8)
			return part->size;
		return low ? usual_rows(part->size, low) : 0;
	case SIM_OPEN3:
		return low ? part->size : 0;
	case SIM_OPEN4:
	case SIM_SST:
		return all4 ? part->size : 0;
	case SIM_ATMEL:
		break;
	}
	return status & 0x0c ? part->size : 0; /* the model protects all sectors or none */
}

bool sim_bits_area(const struct sim_part *part, const uint8_t status[2], uint32_t *start,
		   uint32_t *len)
{
	bool winbond = part->bits == SIM_WINBOND;
	bool has_tb = winbond || part->bits == SIM_TOP_BOTTOM || part->bits == SIM_MICRON;
	bool bottom = has_tb && (status[0] & STATUS_TB);

	*len = rows_of(part, status[0]);
	if (winbond && (status[1] & STATUS2_CMP)) {
		/* SEC with BP 6 is open, and with 7 so is its complement: all stays protected. */
		if (!((status[0] & STATUS_SEC) && (status[0] >> 2 & 7u) >= 6)) {
			*len = part->size - *len;
			bottom = !bottom;
		}
	}
	*start = bottom || *len == 0 ? 0 : part->size - *len;
	return *len > 0;
}

bool sim_protected_area(const struct nor *nor, uint32_t *start, uint32_t *len)
{
	if (!nor->part->wps || !(nor->status[2] & STATUS3_WPS))
		return sim_bits_area(nor->part, nor->status, start, len);
	/* All block locks are closed at power-on, and opened together. */
	*start = 0;
	*len = nor->blocks_unlocked ? 0 : nor->size;
	return *len > 0;
}

bool sim_bits_volatile(const struct sim_part *part)
{
	return part->bits == SIM_ATMEL || part->bits == SIM_SST;
}

/*
 * W25Q16JV 7.1.7, S25FL116K "Status Register-2": S9. IS25LP128 table 6.1: bit 6. Macronix: bit 6 of
 * MX25L1673E and 12835F; reserved, and 0, on MX25L1606E, 3206E, 6406E and 12805D.
 */
enum sim_quad sim_quad_of(const struct sim_part *part)
{
	if ((part->id[0] == 0xef && part->id[1] >= 0x40) ||
	    (part->id[0] == 0x01 && part->id[1] == 0x40))
		return SIM_QUAD_2_1;
	return part->id[0] == 0x9d ? SIM_QUAD_1_6 : SIM_NO_QUAD;
}

void sim_quad_mask(const struct nor *nor, uint8_t mask[2])
{
	enum sim_quad quad = nor->quad_1_6 ? SIM_QUAD_1_6 : sim_quad_of(nor->part);

	mask[0] = quad == SIM_QUAD_1_6 ? 0x40 : 0;
	mask[1] = quad == SIM_QUAD_2_1 ? 0x02 : 0;
}

bool sim_quad_on(const struct nor *nor)
{
	uint8_t mask[2];

	sim_quad_mask(nor, mask);
	return (nor->status[0] & mask[0]) || (nor->status[1] & mask[1]);
}

void sim_quad_fix(struct nor *nor)
{
	uint8_t mask[2];

	sim_quad_mask(nor, mask);
	nor->status[0] |= mask[0];
	nor->status[1] |= mask[1];
}

/*
 * W25Q128JV 7.1.10 (DRV1, DRV0: S22, S21), and the 16JV, 32JV, 64JV alike; W25Q16BV, 80BV and 40BV
 * have no register 3.
 */
bool sim_family_has_drive(const struct sim_part *part)
{
	return part->id[0] == 0xef && part->id[1] >= 0x40;
}

bool sim_has_drive(const struct nor *nor)
{
	if (nor->drive != SIM_DRIVE_OF_PART)
		return sim_family_has_drive(nor->part) && nor->drive == 1;
	return nor->part->wps || (sim_family_has_drive(nor->part) && nor->part->id[1] == 0x70);
}

uint8_t sim_status_writable(const struct nor *nor)
{
	uint8_t quad[2];

	sim_quad_mask(nor, quad);
	switch (nor->part->bits) {
	case SIM_TOP:
	case SIM_OPEN3:
		return 0x9c; /* SRWD, BP2..0 */
	case SIM_TOP_BOTTOM:
	case SIM_SST:
		return 0xbc; /* and TB, or BP3 */
	case SIM_MACRONIX:
	case SIM_OPEN4:
		return (uint8_t)(0xbc | quad[0]);
	default:
		return 0xfc; /* and SEC or BP3 */
	}
}
