/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_FLASH_PRIV_H
#define CX3_FLASH_PRIV_H

/* What the files of src/flash share with each other. */
#include "flash/flash.h"
#include "gateway/gateway.h"

/* Opcodes of the data sheets, beside those of the gateway. */
enum {
	SPI_WRITE_STATUS = 0x01,
	SPI_PROGRAM = 0x02,
	SPI_WRITE_DISABLE = 0x04,
	SPI_ERASE_SECTOR = 0x20,
	SPI_CLEAR_FAILED = 0x30, /* CLSR, S25FL-P */
	SPI_READ_STATUS3 = 0x15,
	SPI_READ_STATUS2 = 0x35,
	SPI_ENABLE_STATUS = 0x50, /* EWSR; W25Q: for a write until power-off */
	SPI_OLD_ID = 0xab,
	SPI_ERASE_BLOCK = 0xd8
};

#define STATUS_WIP 0x01u
#define STATUS_WEL 0x02u
#define STATUS_FAILED 0x60u /* S25FL-P: E_ERR, P_ERR */
#define STATUS_SRWD 0x80u
#define STATUS2_SRP1 0x01u

struct cx3_flash {
	struct cx3_gateway *gw;
	const struct cx3_flash_part *part;
	struct cx3_flash_part assumed; /* options->part, with the flash's own id; no name: none */
	bool seems_larger;	       /* than assumed, see size.c */
	bool write_prepared;	       /* see cx3_flash_prepare_write */
	uint64_t odd_watched; /* how much was odd when the gateway was last watched for that */
	bool blocks_unlocked; /* Winbond's block locks: we have opened them since power-on */
	bool doubtful;	      /* see cx3_flash_take_doubt */
	/* page.c */
	bool paged;	   /* a page was programmed as a whole */
	bool held_right;   /* ... as the vendor's tool does it, and came out right */
	bool bare_right;   /* ... with a bare head, and came out right */
	bool trial_failed; /* once, in the way that is tried now */
	bool trial_held;   /* ... and most of its page was there */
	bool page_apart;   /* the page in hand goes 16 bytes a command */
	bool page_risky;   /* ... would do harm if its data were taken for commands */
	unsigned stumbles; /* pages in a row that did not go smoothly */
	uint64_t late_us;  /* pages take so much longer than the part's typical time */
	unsigned prompt;   /* pages that were done when the flash was asked; 0 after a late one */
	struct cx3_flash_doubt doubt;
	uint32_t *data; /* the blocks of one cx3_gw_read_some */
};

/* --- size.c --- */

/* For a part that was described by the caller: CX3_E_UNKNOWN_PART if the flash is smaller than
 * that; a warning in the log if it seems larger. Or a bus error. */
int cx3_flash_check_size(struct cx3_flash *flash, struct cx3_error *err);
/* size.c: *again: it reads from `size` on, which is less than it has, as it does from 0, as far as
 * a sector tells. */
int cx3_flash_begins_again(struct cx3_flash *flash, uint32_t size, bool *again,
			   struct cx3_error *err);

/* --- status.c --- */

/* status.c: what a status register of all ones means; CX3_E_GATEWAY. */
int cx3_flash_is_lost(const struct cx3_flash *flash, struct cx3_error *err);

int cx3_flash_read_status(struct cx3_flash *flash, uint8_t opcode, uint8_t *status,
			  struct cx3_error *err);

/* The byte of the four of a status answer. False if they can't be what a flash has sent. */
bool cx3_flash_status_repeats(uint32_t word, uint8_t *status);

/* Waits `typical_us`, then polls until WIP is clear `agree` times in a row, for at most
 * `limit_us`. */
struct cx3_flash_wait {
	uint64_t typical_us, limit_us;
	unsigned agree;
};
/*
 * After a write command at `addr`: waits until the flash is idle; CX3_E_TIMEOUT.
 * *taken: WEL has fallen, as it does after a write that was carried out. If it has
 * not, it is cleared.
 */
int cx3_flash_settle(struct cx3_flash *flash, const struct cx3_flash_wait *wait, uint32_t addr,
		     bool *taken, struct cx3_error *err);
/* CX3_E_PROTECTED: `what` ("erase", "program") arrived and was not carried out. */
int cx3_flash_not_taken(struct cx3_flash *flash, const char *what, uint32_t addr,
			struct cx3_error *err);

/* --- protect.c: no I/O --- */

/* AT25DF: 0 no sector is protected, all set: all are, else some. */
#define STATUS_SWP 0x0cu

/*
 * The area that the status registers protect, as far as their bits tell: never less
 * than the chip protects. Returns true if it is exactly that.
 */
bool cx3_flash_protected_area(const struct cx3_flash_part *part, const uint8_t status[2],
			      uint32_t *start, uint32_t *len);
/* Fills *p from p->status. `blocks_unlocked`: see struct cx3_flash. */
void cx3_flash_protection_decode(const struct cx3_flash_part *part, bool blocks_unlocked,
				 struct cx3_flash_protection *p);
/* Protected from power-on until the status register is written: AT25DF, SST25VF. */
bool cx3_flash_power_on_protected(const struct cx3_flash_part *part);
/* The bits of status 1 and 2 that are 0 when nothing is protected; and all that take part. */
void cx3_flash_protection_mask(const struct cx3_flash_part *part, uint8_t mask[2]);
void cx3_flash_protection_full_mask(const struct cx3_flash_part *part, uint8_t mask[2]);

/* The bit of status 1 or 2 that is QE; both 0 where the part has none there. */
void cx3_flash_quad_mask(const struct cx3_flash_part *part, uint8_t mask[2]);

/* --- registers.c: all with the semaphore held --- */

/* The registers that the part has, the same twice in a row. Others are 0. */
int cx3_flash_read_registers(struct cx3_flash *flash, uint8_t status[CX3_FLASH_STATUS_REGISTERS],
			     struct cx3_error *err);
/*
 * One write of registers: data register, its echo, the enabling opcode, the write of `count` (1 or
 * 2) bytes. *taken: it was carried out. CX3_E_GATEWAY: nothing was sent. CX3_E_TIMEOUT, or a bus
 * error.
 */
int cx3_flash_send_registers(struct cx3_flash *flash, uint8_t enable, uint8_t opcode,
			     const uint8_t *byte, unsigned count, bool *taken,
			     struct cx3_error *err);
/* Writes until the bits of `mask` in status 1 and 2 read as `wanted`. `quad`: it is about QE.
 * CX3_E_PROTECTED: they do not. */
int cx3_flash_put_bits(struct cx3_flash *flash, const uint8_t *wanted, const uint8_t mask[2],
		       bool quad, struct cx3_error *err);
/* CX3_E_STATUS_LOCKED, with its text. */
int cx3_flash_registers_locked(struct cx3_flash *flash, const uint8_t *status,
			       struct cx3_error *err);

/* Once before the first write: the card's own measure, power-on protection. The semaphore
 * is held. */
int cx3_flash_prepare_write(struct cx3_flash *flash, struct cx3_error *err);

/* A typical time with a margin, so that one poll after it is enough. */
#define CX3_WAIT_MARGIN(us) ((us) + (us) / 16u)

#endif
