/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_FLASH_PROGRAM_H
#define CX3_FLASH_PROGRAM_H

/* What program.c and page.c share: one command's worth of bytes. */
#include "flash_priv.h"

#define PAGE_WORDS (CX3_FLASH_PAGE / 4)
/* A page of fewer blocks comes out right though chip select does not stay low for a whole one. */
#define TRIAL_BLOCKS (CX3_FLASH_PAGE / GW_BLOCK)
#define TRIAL_READINGS 3u
/* After so many pages in a row that had to be sent again, pages do not go out in a run any more:
 * each is sent alone, and each of its steps once the one before is known to have arrived. */
#define CX3_MOST_STUMBLES 3u

/* What one command programs, FF where nothing is to change. */
struct unit {
	uint32_t addr; /* a multiple of 16 but for one byte */
	uint32_t blocks;
	bool single;   /* one byte */
	bool in_place; /* among bytes that must not change */
	uint32_t words[PAGE_WORDS];
};

/* program.c: the unit of [addr, addr + len), FF around it. False if there is nothing to program. */
bool cx3_flash_make_unit(struct unit *unit, uint32_t addr, const uint8_t *bytes, uint32_t len,
			 bool single, bool in_place);
/* program.c: how a program is waited for, until its status agrees so many times. */
struct cx3_flash_wait cx3_flash_program_wait(const struct cx3_flash *flash, unsigned agree);

/* page.c: the whole page in one program, its first block in the data registers already. */
int cx3_flash_send_page(struct cx3_flash *flash, const struct unit *unit, struct cx3_error *err);
/* Pages are programmed as a whole, chip select held; with a bare head, once the trials are over;
 * the next one is a trial. */
bool cx3_flash_pages(const struct cx3_flash *flash);
bool cx3_flash_bare_pages(const struct cx3_flash *flash);
bool cx3_flash_tries_page(const struct cx3_flash *flash);
/* cost.c: what a trial costs more than another page. */
struct cx3_flash_cost cx3_flash_trial_cost(const struct cx3_flash *flash);
/* After a page was sent in a way that has not shown yet that it works: *wrong if the page is
 * not there. */
int cx3_flash_try_page(struct cx3_flash *flash, const struct unit *unit, bool *wrong,
		       struct cx3_error *err);

/* A block of it begins with an opcode that writes: not for a trial of the bare head. */
bool cx3_flash_is_risky(const struct unit *unit);
/* After that: true if the way is tried once more with another page. Else cx3_flash_step_down. */
bool cx3_flash_tries_again(struct cx3_flash *flash);

/* program.c: the command word of a program read back with these bits wrong. Several such
 * commands of one call add up to one doubt, which holds for any of them. */
void cx3_flash_raise_doubt(struct cx3_flash *flash, const struct unit *unit, uint32_t wrong,
			   bool no_data);

#endif
