/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_JOBS_BACKUP_H
#define CX3_JOBS_BACKUP_H

#include <time.h>

#include "plan/shadow.h"

/* What a manifest tells of a content. */
struct cx3_manifest {
	const struct cx3_card_id *card;
	const struct cx3_flash_part *part;
	const char *device; /* the adapter's label */
	const char *sha256;
	const char *file; /* the content's file name, without its folder */
	uint32_t size;
	time_t date;
	bool has_image; /* info is valid */
	bool image_ok;
	const struct cx3_fs2_info *info;
};

/* The JSON text, malloc'd; NULL without memory. */
char *cx3_manifest_text(const struct cx3_manifest *manifest);

/*
 * Looks whether the image in a shadow that is read in full is right, and reads
 * again what is not, in case the bus and not the flash was wrong. *ok: all CRCs
 * are right; *has: *info is valid.
 */
int cx3_backup_check(struct cx3_shadow *shadow, struct cx3_fs2_info *info, bool *has, bool *ok,
		     struct cx3_error *err);

#endif
