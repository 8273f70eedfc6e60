/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_FLASH_FLASH_H
#define CX3_FLASH_FLASH_H

/*
 * The flash chip, for the rooms above: what changes it, and what that costs. None of
 * it is public: programs change a card through the library's jobs, and through
 * cx3_serprog_serve (with `writes`).
 *
 * All functions return CX3_OK or a negative code and fill *err (which may be NULL).
 */
#include "cx3flash/flash.h"

/*
 * On a functional card each operation takes the semaphore and frees it. Between
 * hold and let_go operations share it, for max_hold_ms at a time (an erase may
 * take longer), which saves 29 wire bytes each. Must not be nested. let_go (or
 * cx3_flash_close) frees what is held.
 */
void cx3_flash_hold(struct cx3_flash *flash);
int cx3_flash_let_go(struct cx3_flash *flash, struct cx3_error *err);
bool cx3_flash_is_held(const struct cx3_flash *flash);

/*
 * As cx3_flash_hold, but the semaphore is not given back before let_go, on a functional
 * card either: for a job that writes. The vendor's tool does the same, from the first
 * erase until it closes (mtcr's mflash source). It is what keeps the host's driver from
 * resetting the chip in the middle of a write.
 */
void cx3_flash_keep(struct cx3_flash *flash);

/*
 * Frees the semaphore for a while, in livefish too, and takes it again: for a process
 * that is stopped (SIGTSTP). After it nothing that was read is known to be true.
 */
int cx3_flash_suspend(struct cx3_flash *flash, struct cx3_error *err);
int cx3_flash_resume(struct cx3_flash *flash, struct cx3_error *err);

/* From now on, or no longer: the flash's content is in no log. For a job that writes a key. */
void cx3_flash_set_secret(struct cx3_flash *flash, bool secret);

/* True if what cx3_flash_read has shown as blank since cx3_flash_open surely is: the flash
 * was seen to answer after each read that ended blank. Never after the first write. */
bool cx3_flash_blank_is_sure(const struct cx3_flash *flash);

/* The user does not want 0xf3834 to be changed: it is put back as it was at cx3_flash_open, and
 * stays so. CX3_E_VERIFY, or a bus error. */
int cx3_flash_leave_link(struct cx3_flash *flash, struct cx3_error *err);

/*
 * On a running card, or one that a lost link resets, for 2.5 s: CX3_E_GATEWAY if others use the
 * gateway though its semaphore is held, CX3_E_CHANGED if the chip is reset, or a bus error. For a
 * job that is about to write.
 */
int cx3_flash_watch(struct cx3_flash *flash, struct cx3_error *err);

/*
 * After a failure `rc`, before it is told: could others at the gateway have caused it, and does
 * cx3_flash_watch see them? Then *err and the result are what that tells. Else `rc`.
 */
int cx3_flash_blame(struct cx3_flash *flash, int rc, struct cx3_error *err);

/* As cx3_flash_watch, if since the last time anything was read that was not as it should be. Before
 * what was read is called right. */
int cx3_flash_watch_if_odd(struct cx3_flash *flash, struct cx3_error *err);

/* As cx3_flash_read. *proven: what reads as blank was so read that no single damaged command can
 * have made it look blank: see cx3_gw_prove_blank. */
int cx3_flash_read_proving(struct cx3_flash *flash, uint32_t addr, void *buf, uint32_t len,
			   bool *proven, struct cx3_error *err);
/* What that costs more for `len` bytes that are blank. */
struct cx3_flash_cost cx3_flash_proof_cost(const struct cx3_flash *flash, uint32_t len);

/* Reads the flash's id again: CX3_E_CHANGED if it is not that of cx3_flash_open, or a
 * bus error. */
int cx3_flash_recheck(struct cx3_flash *flash, struct cx3_error *err);

/*
 * Erases one sector or block (`size` is CX3_FLASH_SECTOR or CX3_FLASH_BLOCK, addr a
 * multiple of it) and waits until it is done. Not read back: that is the caller's.
 * CX3_E_PART (no 4 KiB erase), CX3_E_PROTECTED, CX3_E_TIMEOUT, CX3_E_GATEWAY,
 * or a bus error.
 */
int cx3_flash_erase(struct cx3_flash *flash, uint32_t addr, uint32_t size, struct cx3_error *err);

/*
 * Programs [addr, addr + len), which must lie within one page. Bits only go from 1 to
 * 0. 0xff bytes at both ends are not sent. If the bus fails in the middle, the
 * command is ended, and the page programmed again where what lies there still allows
 * it (CX3_E_VERIFY where only an erase helps). Not read back: that is the caller's.
 * I2C has no checksum, and a flipped bit can send a program elsewhere: after each call
 * ask cx3_flash_take_doubt, and where the bytes are not there when they are read back,
 * look at cx3_flash_strays.
 * CX3_E_PROTECTED, CX3_E_TIMEOUT, CX3_E_GATEWAY, or a bus error.
 */
int cx3_flash_program(struct cx3_flash *flash, uint32_t addr, const void *buf, uint32_t len,
		      struct cx3_error *err);

/*
 * Programs [addr, addr + len), of any number of pages, in the way that costs the least time: the
 * next page's address travels with the data of the one before. `go_on` is asked after each page
 * how far it came; false ends it there. *done: so many bytes are programmed when this returns, as
 * far as the flash's status told that; a flash that has become slow may have ignored some of
 * their pages, which only reading back shows. Fewer than `len`, also with CX3_OK, where that
 * way is not known to work or something did not go smoothly: then cx3_flash_program has to
 * program the next page. That and up to four more may hold some of their bytes by then. A doubt
 * as above is about one of the pages, see its addr.
 * CX3_E_TIMEOUT, CX3_E_GATEWAY, or a bus error.
 */
int cx3_flash_program_pages(struct cx3_flash *flash, uint32_t addr, const void *buf, uint32_t len,
			    bool (*go_on)(void *user, uint32_t done), void *user, uint32_t *done,
			    struct cx3_error *err);

/*
 * As cx3_flash_program, for a few bytes among others that must stay as they are: in commands of 16
 * bytes, FF around the bytes that are meant. Each goes out only when both the address
 * and all 16 bytes were read back from the gateway's registers.
 */
int cx3_flash_program_in_place(struct cx3_flash *flash, uint32_t addr, const void *buf,
			       uint32_t len, struct cx3_error *err);

/* How a program command may have gone astray. */
struct cx3_flash_doubt {
	uint32_t addr;	/* the command's, where one is known to have arrived damaged */
	uint32_t wrong; /* bits of the command word that may have arrived wrong */
	bool no_data;	/* it was ended before any data were sent */
	uint32_t unit;	/* bytes that one command carries at most: 1, 16 or a page */
};
/* What is to be suspected where bytes are not there though the command was taken. */
struct cx3_flash_doubt cx3_flash_missing(const struct cx3_flash *flash, bool in_place);
/* Programs were sent as whole pages earlier, and are no more: what is missing may have gone
 * where those go as well. */
bool cx3_flash_missing_before(const struct cx3_flash *flash, struct cx3_flash_doubt *doubt);

/*
 * A page that was programmed twice came out wrong twice in the same manner, or was not carried
 * out: from now on pages are sent in the next way down. False if the way in use is the last
 * one, or has programmed a page right already: then the way is not to blame.
 */
bool cx3_flash_step_down(struct cx3_flash *flash);

/*
 * True if the command word of a program since the last call read back wrong: then what
 * was programmed may lie elsewhere, even if a second try has put it where it belongs.
 */
bool cx3_flash_take_doubt(struct cx3_flash *flash, struct cx3_flash_doubt *doubt);

/* misread.c: *so: where the flash holds `is`, the wires show `seen`: that comes back from the
 * gateway's registers, too. Both are blocks of 16 bytes. No command is sent to the flash. */
int cx3_flash_misreads(struct cx3_flash *flash, const uint8_t *is, const uint8_t *seen, bool *so,
		       struct cx3_error *err);

/* stray.c: a page that a command may have hit by mistake. `left` has, for each of its
 * bytes, the bits that the command can have left standing: FF where it did not reach. */
struct cx3_flash_stray {
	uint32_t page;	/* flash address */
	uint32_t first; /* byte of the page that it began with; behind the last it wraps */
	uint8_t left[CX3_FLASH_PAGE];
};
/* So many bytes lie there at the least, unless the command had fewer: where it was broken off
 * behind its first block, the first three of which were the address. */
#define CX3_FLASH_STRAY_BYTES 13u
#define CX3_FLASH_MOST_STRAYS 3u
/*
 * Where one command that was to program `data` at [addr, addr + len), within one
 * `doubt->unit`, may have put it. Returns how many places were filled in. No I/O.
 */
unsigned cx3_flash_strays(const struct cx3_flash *flash, uint32_t addr, const uint8_t *data,
			  uint32_t len, const struct cx3_flash_doubt *doubt,
			  struct cx3_flash_stray stray[CX3_FLASH_MOST_STRAYS]);

/*
 * As cx3_flash_read, for bytes that were read before: what went wrong then does not go
 * wrong in the same way again, so that two equal readings mean something. Slower where
 * streams are not used or something had to be read again.
 */
int cx3_flash_read_again(struct cx3_flash *flash, uint32_t addr, void *buf, uint32_t len,
			 struct cx3_error *err);

/*
 * Two readings of each of a few short pieces, all of them in one batch, one piece after the other
 * in `first` and in `second`. They need not be the same. Not *both, and nothing was read: there
 * are too many or too long ones, something went wrong, or such readings would prove nothing here;
 * then each takes a cx3_flash_read and a cx3_flash_read_again. Errors as those.
 */
struct cx3_flash_piece {
	uint32_t addr, len; /* multiples of 16 */
};
int cx3_flash_read_pairs(struct cx3_flash *flash, const struct cx3_flash_piece *piece, size_t n,
			 uint8_t *first, uint8_t *second, bool *both, struct cx3_error *err);

/* True if all of `data` is 0xff. */
bool cx3_is_blank(const uint8_t *data, uint32_t len);
/* The length of `data` without the 0xff bytes at both ends; *skip counts those in front. */
uint32_t cx3_trim_blank(const uint8_t *data, uint32_t len, uint32_t *skip);

/*
 * Lifts the write protection: clears the protection bits, or opens Winbond's block locks
 * until power-off. All other bits stay. Read back; nothing is written if nothing is
 * protected. CX3_E_PROTECTED if the bits stay (WP# is wired); CX3_E_STATUS_LOCKED (SRP1).
 */
int cx3_flash_unprotect(struct cx3_flash *flash, struct cx3_error *err);

/*
 * Makes the registers' protection bits (BP, TB, SEC, CMP; AT25DF: SWP, SPRL) those of
 * protection->status and reads them back; all other bits stay. For putting back what
 * cx3_flash_protection_read has read before cx3_flash_unprotect, or what
 * cx3_flash_protection_of has found. Block locks close by themselves at power-off.
 * CX3_E_PROTECTED as above; CX3_E_PART where only some of an AT25DF's sectors
 * were protected.
 */
int cx3_flash_protection_write(struct cx3_flash *flash,
			       const struct cx3_flash_protection *protection,
			       struct cx3_error *err);

/*
 * Sets or clears the quad enable bit and reads the registers back: all other bits stay as they
 * are. CX3_E_PART: the part has none in its status registers. CX3_E_PROTECTED: it does not
 * change. CX3_E_STATUS_LOCKED (SRP1), CX3_E_GATEWAY, or a bus error.
 */
int cx3_flash_quad_write(struct cx3_flash *flash, bool on, struct cx3_error *err);

/*
 * Sets a setting to `number`, for good, and reads its register back: no other bit changes. A drive
 * strength is first tried with a write until power-off, since only some chips of an id have it.
 * Dummy cycles count from the next power-on. Nothing is sent where cx3_flash_setting_check refuses.
 * CX3_E_USAGE: as there. CX3_E_PART: the chip has no such setting, or its register is not as it
 * must be. CX3_E_PROTECTED: it does not change. CX3_E_STATUS_LOCKED (SRP1), CX3_E_VERIFY: it is
 * otherwise now. CX3_E_GATEWAY, or a bus error.
 */
int cx3_flash_setting_write(struct cx3_flash *flash, enum cx3_flash_setting setting,
			    unsigned number, struct cx3_error *err);

/* What a setting is called: a key for programs, a name and a unit for people ("" or " %"). NULL:
 * there is no such setting. */
struct cx3_flash_setting_words {
	const char *key, *name, *unit;
};
const struct cx3_flash_setting_words *cx3_flash_setting_words(enum cx3_flash_setting setting);

/*
 * Sets protection->status so that exactly [start, start + len) is protected (len 0:
 * nothing), leaving its other bits as cx3_flash_protection_read has read them. Nothing
 * is written. CX3_E_USAGE if no setting is known to do just that.
 */
int cx3_flash_protection_of(const struct cx3_flash_part *part, uint32_t start, uint32_t len,
			    struct cx3_flash_protection *protection, struct cx3_error *err);

/*
 * What an erase of `size` bytes, or programming `len` bytes within one page, costs
 * now: see cx3_flash_read_cost. Between hold and let_go the semaphore is not counted.
 */
struct cx3_flash_cost cx3_flash_erase_cost(const struct cx3_flash *flash, uint32_t size);
struct cx3_flash_cost cx3_flash_program_cost(const struct cx3_flash *flash, uint32_t len);

/*
 * Call after a read whose data ends at `end`. If its last 16 bytes are all ff, reads the status
 * register: ff twice means that the flash no longer answers (CX3_E_GATEWAY). Does nothing where
 * anchored streams have checked that already. CX3_E_GATEWAY, or a bus error.
 */
int cx3_flash_still_answers(struct cx3_flash *flash, const uint8_t *end, struct cx3_error *err);

/* --- For who drives the flash by its own commands (serprog) --- */

/*
 * The first `len` bytes (at most 16) that the flash answers to an opcode that reads, sent with the
 * address `addr` or with none (NULL). The flash must be idle, and the opcode one that changes
 * nothing: that is the caller's. Or a bus error.
 */
int cx3_flash_ask(struct cx3_flash *flash, uint8_t opcode, const uint32_t *addr, uint8_t *out,
		  uint32_t len, struct cx3_error *err);

/*
 * Writes `count` (1 or 2) bytes into status registers with the opcode `opcode`, after the enabling
 * opcode `enable` (06, or 50 for SST's parts), and waits until that is done. The bytes are read
 * back from the gateway before they go out; the registers are not. *taken: the flash has carried
 * it out. CX3_E_GATEWAY, CX3_E_TIMEOUT, or a bus error.
 */
int cx3_flash_put_status(struct cx3_flash *flash, uint8_t enable, uint8_t opcode,
			 const uint8_t *byte, unsigned count, bool *taken, struct cx3_error *err);

/* size.c: cx3_flash_status's seems_larger. */
bool cx3_flash_seems_larger(const struct cx3_flash *flash);

#endif
