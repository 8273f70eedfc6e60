/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of a backup share. */
#ifndef CX3_JOBS_BACKUP_PRIV_H
#define CX3_JOBS_BACKUP_PRIV_H

#include "cx3flash/backup.h"
#include "plan/shadow.h"

/*
 * Looks whether the image in a shadow that is read in full is right, and reads
 * again what is not, in case the bus and not the flash was wrong. *ok: all CRCs
 * are right; *has: *info is valid.
 */
int cx3_backup_check(struct cx3_shadow *shadow, struct cx3_fs2_info *info, bool *has, bool *ok,
		     struct cx3_error *err);

#endif
