/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of a backup share. */
#ifndef CX3_JOBS_BACKUP_PRIV_H
#define CX3_JOBS_BACKUP_PRIV_H

#include "cx3flash/backup.h"
#include "homes.h"
#include "plan/settle.h"

#define CX3_BACKUP_RANGES 512u

/* How a backup was checked, and what is in it. */
struct cx3_backup_checked {
	struct cx3_fs2_info info; /* valid if has_image */
	bool has_image, image_ok;
	struct cx3_settled settled;
	unsigned count;
	struct {
		uint32_t lo, hi; /* flash addresses */
		bool by_crc;	 /* false: two readings were the same */
	} range[CX3_BACKUP_RANGES];
};

/*
 * Checks a shadow that is read in full: what no right CRC of an image vouches for is
 * read a second time, until two readings are the same. `meter` may be NULL.
 * CX3_E_NOISE, CX3_E_INTERRUPTED, CX3_E_NO_MEMORY, or a bus error.
 */
int cx3_backup_check(struct cx3_shadow *shadow, struct cx3_meter *meter,
		     struct cx3_backup_checked *checked, struct cx3_error *err);

/* What a backup is going to cost: what is not known yet once, and the rest twice. */
struct cx3_flash_cost cx3_backup_cost(const struct cx3_shadow *shadow,
				      const struct cx3_homes *homes);

#endif
