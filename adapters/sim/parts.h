/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_SIM_PARTS_H
#define CX3_SIM_PARTS_H

/* The model's own facts on flash parts and their protection. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the protection bits are and what they do. */
enum sim_bits {
	SIM_TOP,	/* BP0..2 in [4:2]: the top of the flash */
	SIM_TOP_BOTTOM, /* ... or with bit 5 its bottom */
	SIM_WINBOND,	/* BP0..2, TB bit 5, SEC bit 6; CMP, SRP1 in status 2 */
	SIM_MICRON,	/* BP0..2, BP3 in bit 6, TB in bit 5 */
	SIM_MACRONIX,	/* BP0..3 in [5:2], where bit 5 may also invert */
	SIM_OPEN3,	/* BP0..2; which end they protect is in a register of its own */
	SIM_OPEN4,	/* BP0..3; the same */
	SIM_ATMEL,	/* SWP in [3:2], SPRL in bit 7; all protected at power-on */
	SIM_SST		/* BP0..3 in [5:2]; all protected at power-on */
};

/* Where the quad enable bit is. */
enum sim_quad { SIM_NO_QUAD, SIM_QUAD_1_6, SIM_QUAD_2_1 };

/* What a status register write wants before it. */
enum sim_status_enable { SIM_WREN, SIM_EWSR, SIM_WREN_OR_EWSR };

struct sim_part {
	const char *name;
	uint8_t id[3]; /* JEDEC */
	uint32_t size; /* bytes */
	bool one_byte; /* a program command takes one byte */
	bool wps;      /* status 3 bit 2: a lock for each block */
	enum sim_bits bits;
	enum sim_status_enable status_enable;
	/* typical times; erase_4k_ms 0: no such erase */
	unsigned program_us, erase_4k_ms, erase_64k_ms;
};

const struct sim_part *sim_parts(size_t *count);
/* NULL if there is none of that name. */
const struct sim_part *sim_part_named(const char *name);

/*
 * The area that status registers 1 and 2 protect on `part`; false if none. Where it
 * depends on what the model does not have, all of the flash.
 */
bool sim_bits_area(const struct sim_part *part, const uint8_t status[2], uint32_t *start,
		   uint32_t *len);

/* By the maker's data sheets. Of Macronix' ids, the chip of the part's name, which has none. */
enum sim_quad sim_quad_of(const struct sim_part *part);

/* Some chips of this id have status register 3 with the drive strength. */
bool sim_family_has_drive(const struct sim_part *part);

/* Protected from power-on, and the bits are lost without power. */
bool sim_bits_volatile(const struct sim_part *part);

#endif
