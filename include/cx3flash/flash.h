/* SPDX-License-Identifier: BSD-2-Clause */
/* The flash chip of a card: its part, reading it, its write protection, what that costs. */
#ifndef CX3FLASH_FLASH_H
#define CX3FLASH_FLASH_H

#include "cx3flash/card.h"
#include "cx3flash/ways.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * The SPI NOR flash behind a card's gateway, for reading: a program changes it through
 * the library's jobs only. A flash does not own its card, which must outlive it.
 *
 * Threads: a flash is for one thread at a time, the one that uses its card. The parts
 * table may be read from any thread.
 */
struct cx3_flash;

#define CX3_FLASH_PAGE 256u
#define CX3_FLASH_SECTOR 0x1000u /* erased by opcode 20, where the part has it */
#define CX3_FLASH_BLOCK 0x10000u /* erased by opcode D8 */

/*
 * Which status register bits protect what. With the value v of the BP bits above 0, the
 * protected area is U << (v - 1) bytes, at most all, at the top of the flash, or at its
 * bottom where a TB bit is set. U is the larger of 64 KiB and size / 64 if not told
 * otherwise. src/flash/protect.c has the bits.
 */
enum cx3_flash_protect_scheme {
	CX3_PROTECT_BP3,	/* BP0..2 in status [4:2] and no more */
	CX3_PROTECT_BP3_TB,	/* and TB in bit 5 */
	CX3_PROTECT_BP3_TB_SEC, /* and SEC in bit 6 (Winbond and alike): U is 4 KiB, at most 32 KiB
				 * (v 6 and 7: taken as all). CMP in status 2 bit 6: what is not
				 * in that area is protected. SRP1 in status 2 bit 0 */
	CX3_PROTECT_BP4_TB,	/* BP3 in bit 6, TB in bit 5 (N25Q). U is 64 KiB */
	CX3_PROTECT_BP4,	/* BP0..3 in [5:2] (MX25L, IS25LP). On some parts of the same ids
				 * bit 5 inverts the area, so it is taken as all from v = 8 on. Bit
				 * 6 is QE and is kept */
	CX3_PROTECT_GLOBAL, /* AT25DF: [3:2] tell (0 none, 3 all, else some: taken as all). All is
			     * protected at power-on. Writing 0 to [5:2] unprotects all, until
			     * power-off */
	CX3_PROTECT_SST	    /* SST25VF: BP0..3 in [5:2], and any of them is taken as all. All is
			     * protected at power-on */
};

/* What else a part's protection has. An id may stand for several chips: "some". */
enum cx3_flash_quirk {
	CX3_QUIRK_WPS = 1, /* some have WPS in status 3 bit 2: a lock for each block, BP ignored */
	CX3_QUIRK_HIDDEN_LOCKS = 2, /* some can be set to a lock for each block, in a bit that is
				     * not read (MX25L: WPSEL), or it is not known */
	CX3_QUIRK_HIDDEN_TB = 4,    /* some have TB in a register that is not read: with any BP
				     * bit set, all is taken as protected */
	CX3_QUIRK_EWSR = 8,	    /* a status write wants EWSR (50) before it */
	CX3_QUIRK_FAIL_FLAGS = 16,  /* status bits 5 and 6 may be erase and program fail flags:
				     * never written as 1 */
	CX3_QUIRK_STATUS3 = 32	    /* some have status register 3, with the drive strength */
};

/* Where the quad enable bit (QE) is. With it set, WP# and HOLD# are data pins. */
enum cx3_flash_quad {
	CX3_QUAD_NONE,
	CX3_QUAD_STATUS1, /* status 1 bit 6: IS25LP; MX25L, but not all chips of those ids have it
			   */
	CX3_QUAD_STATUS2, /* status 2 bit 1: W25Q, S25FL1xxK */
	CX3_QUAD_CONFIG	  /* in the nonvolatile configuration register, and not changed (N25Q) */
};

struct cx3_flash_part {
	const char *name;  /* "M25PX16" */
	uint8_t jedec[3];  /* manufacturer, type, density */
	uint32_t size;	   /* bytes */
	bool sector_erase; /* 4 KiB erases (opcode 20) */
	bool byte_program; /* SST: one byte a command */
	enum cx3_flash_protect_scheme protect;
	enum cx3_flash_quad quad;
	unsigned quirks; /* enum cx3_flash_quirk, or-ed */
	/* data sheet's typical times */
	unsigned page_program_us, sector_erase_ms, block_erase_ms;
};

/* The parts table, `*count` entries; and the entry of a JEDEC id, or NULL. */
const struct cx3_flash_part *cx3_flash_parts(size_t *count);
const struct cx3_flash_part *cx3_flash_find_part(const uint8_t jedec[3]);
/* A part of `size` bytes by its name, or by the vendor's name of its kind ("W25QxxBV"); NULL. */
const struct cx3_flash_part *cx3_flash_part_like(const char *kind, uint32_t size);
/* The vendor's names of kinds, one after the other; NULL behind the last. */
const char *cx3_flash_kind(size_t index);

enum cx3_flash_reading {
	CX3_READ_PROBE, /* find out what works, and use it */
	CX3_READ_PLAIN	/* one gateway command, polled, for each 16 bytes; the same for programs */
};

struct cx3_flash_options {
	size_t size; /* sizeof, or 0: cx3flash/version.h */
	enum cx3_flash_reading reading;
	unsigned max_hold_ms; /* longest hold of the semaphore on a functional card; 0: 500 */
	struct cx3_assumptions assume; /* is not tried out */
	/* What a flash with a JEDEC id that nobody knows is taken for; NULL: nothing. */
	const struct cx3_flash_part *part;
};

/*
 * Opens the flash of `card`; `options` may be NULL. Identifies the part, waits for an
 * erase or program that an interrupted run has left going, and probes the ways of
 * reading. On CX3_OK *out is the caller's until cx3_flash_close.
 * CX3_E_NO_FLASH, CX3_E_UNKNOWN_PART (the text has the id; or it is known, and of another part than
 * options->part), CX3_E_SEMAPHORE,
 * CX3_E_GATEWAY, CX3_E_TIMEOUT, CX3_E_NO_MEMORY, CX3_E_USAGE (options->size, or a way that this
 * library does not know), or a bus error.
 */
int cx3_flash_open(struct cx3_card *card, const struct cx3_flash_options *options,
		   struct cx3_flash **out, struct cx3_error *err);
/* Frees the flash, and the semaphore if it is held. NULL is allowed. */
void cx3_flash_close(struct cx3_flash *flash);

/* The flash's row of the parts table, and its card. */
const struct cx3_flash_part *cx3_flash_part(const struct cx3_flash *flash);
struct cx3_card *cx3_flash_card(struct cx3_flash *flash);

/*
 * Asks for the JEDEC id of a flash on chip select 1, once: these cards have none today. It is
 * all ones or zeros where none answers. Nothing else is ever sent there. CX3_E_SEMAPHORE,
 * CX3_E_GATEWAY, or a bus error.
 */
int cx3_flash_second_id(struct cx3_flash *flash, uint8_t id[3], struct cx3_error *err);

/* The table of ways as it is now: CX3_WAYS rows, the flash's own. */
const struct cx3_way_row *cx3_flash_ways(const struct cx3_flash *flash);
/* Whether reads are streamed: chip select held, no polling. */
bool cx3_flash_streams(const struct cx3_flash *flash);

/*
 * Reads [addr, addr + len) into buf; any address and length within the part. I2C has no
 * checksum: the caller reads again what decides something.
 * CX3_E_INTERNAL outside of the part, CX3_E_SEMAPHORE, CX3_E_GATEWAY, or a bus error.
 */
int cx3_flash_read(struct cx3_flash *flash, uint32_t addr, void *buf, uint32_t len,
		   struct cx3_error *err);

/*
 * What one cx3_flash_read sends in one go, about a second's worth or what fits
 * max_hold_ms: reads of this length (or a multiple) cost least, and a caller who
 * looks at a signal or moves a bar between them stays prompt.
 */
uint32_t cx3_flash_read_chunk(const struct cx3_flash *flash);

/* What protects the flash. */
enum cx3_flash_lock_kind {
	CX3_LOCK_BITS,		 /* the block protection bits */
	CX3_LOCK_BITS_OR_BLOCKS, /* the same, or a lock for each block: the id does not tell, and
				  * locks are not read */
	CX3_LOCK_SECTORS,	 /* AT25DF: a lock for each sector; which are locked is not read */
	CX3_LOCK_BLOCKS /* a lock for each block (WPS is set): all are locked at power-on */
};

/* What keeps the status registers from being written. */
enum cx3_flash_register_lock {
	CX3_REGISTER_FREE,
	CX3_REGISTER_PIN,   /* SRWD, SRP0, SPRL or BPL is set: while the WP# pin is low */
	CX3_REGISTER_LOCKED /* SRP1 is set: until power-off, or for good */
};

#define CX3_FLASH_STATUS_REGISTERS 3

struct cx3_flash_protection {
	uint8_t status[CX3_FLASH_STATUS_REGISTERS]; /* as read; 0 where the part has none */
	/* The protected bytes, `len` 0 if there are none; never fewer than the chip protects. */
	uint32_t start, len;
	bool exact; /* no more than it protects either: see enum cx3_flash_protect_scheme */
	enum cx3_flash_lock_kind lock_kind;
	enum cx3_flash_register_lock register_lock;
};

/* Reads the status registers until two readings agree; CX3_E_GATEWAY if they never do,
 * CX3_E_SEMAPHORE, or a bus error. Also of AT25DF and SST25VF after power-on: all. */
int cx3_flash_protection_read(struct cx3_flash *flash, struct cx3_flash_protection *protection,
			      struct cx3_error *err);

/* The status registers, decoded. */
struct cx3_flash_status {
	size_t size;				 /* sizeof, or 0: cx3flash/version.h */
	uint8_t raw;				 /* status register 1 */
	bool write_in_progress, write_enabled;	 /* WIP, WEL */
	bool register_locked;			 /* see protection.register_lock */
	uint32_t protected_start, protected_len; /* len 0: nothing keeps a write off */
	/* AT25DF, SST25VF: all is protected after each power-on. The first erase or
	 * program lifts that by itself, so protected_len is 0. */
	bool power_on_protection;
	/* Of a part that the caller has described: what is read behind its end tells that it is
	 * larger than that, perhaps. */
	bool seems_larger;
	struct cx3_flash_protection protection;
};
/* Reads the status registers as cx3_flash_protection_read does and fills *status. Errors as there;
 * CX3_E_USAGE (status->size). */
int cx3_flash_status(struct cx3_flash *flash, struct cx3_flash_status *status,
		     struct cx3_error *err);

/* QE in the status registers that cx3_flash_protection_read has read; false where it is not
 * there. */
bool cx3_flash_quad_enabled(const struct cx3_flash_part *part,
			    const struct cx3_flash_protection *protection);

/* What else the flash can be set to. */
enum cx3_flash_setting {
	CX3_SETTING_NONE,
	CX3_SETTING_DRIVER_STRENGTH, /* per cent: 25, 50, 75, 100. Status register 3 (W25Q) */
	CX3_SETTING_DUMMY_CYCLES     /* of fast reads, 1 to 15, and 15 is "as the data sheet has
				      * it". Nonvolatile configuration register (N25Q) */
};
struct cx3_flash_value {
	bool there;	 /* the chip has this setting, as far as its register tells */
	bool sure;	 /* false: a chip without the register could read like this as well */
	unsigned number; /* as above */
	uint16_t raw;	 /* the register */
};
/* Can chips with the part's id have it? */
bool cx3_flash_may_have(const struct cx3_flash_part *part, enum cx3_flash_setting setting);
/*
 * Can `setting` become `number` on chips with the part's id? Without I/O; `part` NULL: on any.
 * CX3_E_USAGE: there is no such setting, or this is none of its values, which the text names.
 * CX3_E_PART: the part can't have it.
 */
int cx3_flash_setting_check(const struct cx3_flash_part *part, enum cx3_flash_setting setting,
			    unsigned number, struct cx3_error *err);
/* Reads its register until two readings agree. A part that can't have it is not asked. CX3_E_NOISE,
 * CX3_E_GATEWAY, CX3_E_SEMAPHORE, or a bus error. */
int cx3_flash_setting_read(struct cx3_flash *flash, enum cx3_flash_setting setting,
			   struct cx3_flash_value *value, struct cx3_error *err);

/* Bytes of the flash, as a setting of the protection bits protects them. */
struct cx3_flash_range {
	uint32_t start, len;
};
/*
 * The ranges that the part has an exact setting for, the longest first: `room` of them at most
 * into `range`. Answers how many. An id that stands for several chips has fewer.
 */
size_t cx3_flash_protect_ranges(const struct cx3_flash_part *part, struct cx3_flash_range *range,
				size_t room);

/* What an operation costs on the wire (bytes, with slave addresses, without ACK bits)
 * and in time, computed from the adapter's clock_hz (100 kHz where it is not known). */
struct cx3_flash_cost {
	uint64_t wire_bytes;
	uint64_t us;
};
/* Of one cx3_flash_read of `len` bytes. */
struct cx3_flash_cost cx3_flash_read_cost(const struct cx3_flash *flash, uint32_t len);

/* What the gateway has done since the flash was opened. */
struct cx3_flash_counts {
	uint64_t commands, erases, programs, bytes_read;
	uint64_t repeats; /* streams read again: the bus broke them, or they can't be right; see
			   * also cx3_card_repeats */
};
const struct cx3_flash_counts *cx3_flash_counts(const struct cx3_flash *flash);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
