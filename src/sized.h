/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Structs that begin with their size (cx3flash/version.h), on the library's side: taken whole from
 * a program that was built with another version, and given to one. Only public functions do so; all
 * behind them has whole structs.
 *
 * A new member begins where the struct ended before. Where padding was there, a member that nobody
 * uses fills it: its bytes are within the size that older programs give, and those do not set them.
 * packaging/abi/check looks at that.
 */
#ifndef CX3_SIZED_H
#define CX3_SIZED_H

#include <stddef.h>

#include "cx3flash/error.h"

/* The last member that each had in version 0.2.0. A struct that is new gets a line, none changes.
 */
#define CX3_LAST_cx3_backup unfit
#define CX3_LAST_cx3_backup_options once
#define CX3_LAST_cx3_burn_options mac
#define CX3_LAST_cx3_card_options accept_locked
#define CX3_LAST_cx3_device_options patient
#define CX3_LAST_cx3_diagnosis needs_doing
#define CX3_LAST_cx3_edit allow_rom_change
#define CX3_LAST_cx3_flash_options part
#define CX3_LAST_cx3_flash_status protection
#define CX3_LAST_cx3_job_caller user
#define CX3_LAST_cx3_job_options journal
#define CX3_LAST_cx3_job_result other_revision
#define CX3_LAST_cx3_protect_options number
#define CX3_LAST_cx3_raw len
#define CX3_LAST_cx3_recover_options contradicted
#define CX3_LAST_cx3_restore_options allow_no_image
#define CX3_LAST_cx3_scan_options ask_boards
#define CX3_LAST_cx3_serprog_counts status_writes
#define CX3_LAST_cx3_serprog_options running_too

struct cx3_sized {
	const char *name; /* for messages */
	size_t whole;	  /* as this library has it */
	size_t first;	  /* as version 0.2.0 had it: what `size` 0 means */
};

/* sizeof, if `last` is the last member. */
#define CX3_SIZE_UP_TO(type, last)                                                                 \
	((offsetof(struct type, last) + sizeof(__typeof__(((struct type *)0)->last)) +             \
	  _Alignof(struct type) - 1) /                                                             \
	 _Alignof(struct type) * _Alignof(struct type))

#define CX3_SIZED(type)                                                                            \
	((const struct cx3_sized){"struct " #type, sizeof(struct type),                            \
				  CX3_SIZE_UP_TO(type, CX3_LAST_##type)})

/*
 * Fills *own from the program's struct, whose bytes behind its size are not read: what is not there
 * is 0. `theirs` NULL: all is 0. own->size is the whole size. CX3_E_USAGE: the size makes no sense,
 * or behind what this library knows something is not 0.
 */
int cx3_sized_take(struct cx3_sized of, void *own, const void *theirs, struct cx3_error *err);

/* Before a result is worked for: CX3_E_USAGE if its size makes no sense. */
int cx3_sized_check(struct cx3_sized of, const void *theirs, struct cx3_error *err);

/*
 * Fills the program's result, which was checked, from *own. No byte behind its size is written,
 * what this library does not know becomes 0, and its `size` stays.
 */
void cx3_sized_give(struct cx3_sized of, void *theirs, const void *own);

/* The same with the types checked: CX3_TAKE(cx3_burn_options, &own, what, err). */
#define CX3_TAKE(type, own, theirs, err)                                                           \
	cx3_sized_take(CX3_SIZED(type), (struct type *){own}, (const struct type *){theirs}, err)
#define CX3_CHECK(type, theirs, err)                                                               \
	cx3_sized_check(CX3_SIZED(type), (const struct type *){theirs}, err)
#define CX3_GIVE(type, theirs, own)                                                                \
	cx3_sized_give(CX3_SIZED(type), (struct type *){theirs}, (const struct type *){own})

#endif
