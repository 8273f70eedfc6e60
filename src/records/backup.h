/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of a backup share. */
#ifndef CX3_RECORDS_BACKUP_H
#define CX3_RECORDS_BACKUP_H

#include <time.h>

#include "cx3flash/backup.h"
#include "cx3flash/link.h"
#include "fs2/homes.h"
#include "plan/settle.h"

#define CX3_BACKUP_RANGES 512u

/* How a backup was checked, and what is in it. */
struct cx3_backup_checked {
	/* Valid if has_image: of the image that the chip takes; of this chip's own, if one for
	 * another chip lies before that. */
	struct cx3_fs2_info info;
	bool has_image;
	bool image_ok;	      /* the one that the chip takes verified */
	bool unfit;	      /* that one is not for this chip and revision (cx3_fs2_fits) */
	uint32_t bytes_twice; /* read a second time for this backup */
	unsigned differences; /* blocks of 16 bytes that read differently then */
	unsigned count;
	struct {
		uint32_t lo, hi; /* flash addresses */
		enum cx3_trust trust;
	} range[CX3_BACKUP_RANGES];
};

/*
 * Checks a shadow that is read in full: what no right CRC of an image vouches for is
 * read a second time, until two readings are the same; not with `once`. `meter` may be
 * NULL. CX3_E_NOISE, CX3_E_INTERRUPTED, CX3_E_NO_MEMORY, or a bus error.
 */
int cx3_backup_check(struct cx3_shadow *shadow, bool once, struct cx3_meter *meter,
		     struct cx3_backup_checked *checked, struct cx3_error *err);

/* backup.c: is there room for a backup of this flash in `folder` (NULL: the usual one), as far as
 * can be told without making it? For use before the flash is read for minutes. CX3_E_NO_FOLDER,
 * CX3_E_DISK_FULL. */
int cx3_backup_try(const struct cx3_shadow *shadow, const char *folder, struct cx3_error *err);

/* backup.c: reads the whole flash, and checks it as cx3_backup_check does. */
int cx3_backup_read(struct cx3_shadow *shadow, bool once, struct cx3_backup_checked *checked,
		    struct cx3_error *err);

/* backup_name.c: <psid>-<node guid, else mac>-<date>-<first 8 of the sha256>.bin, with the number
 * of the `try` behind the date from the second one on. `info` NULL: there is no image in it. */
void cx3_backup_name(const struct cx3_fs2_info *info, time_t when, unsigned try, const char *sha256,
		     char *name, size_t size);
/* backup_name.c: the file has this content, and its manifest, if there is one, says that it is of a
 * card like this one. */
bool cx3_backup_is_of(const struct cx3_shadow *shadow, const char *path, const char *sha256);

/* Reads the image at `start`: what its right CRCs vouch for is sure in the shadow then. No
 * error if there is no image. */
int cx3_backup_vouch(struct cx3_shadow *shadow, uint32_t start, struct cx3_error *err);

/* What its second readings tell of the wires: 16 bits a byte, and a block of 16 bytes that
 * differed has one wrong bit at least. */
struct cx3_link cx3_backup_link(const struct cx3_backup *backup);

/* About what a backup is going to cost: what is not known yet, and without `once` the second
 * reading. */
struct cx3_flash_cost cx3_backup_cost(const struct cx3_shadow *shadow,
				      const struct cx3_homes *homes, bool once);
/* The same without the proof of what reads as blank, of which nobody knows how much there is. */
struct cx3_flash_cost cx3_backup_reading_cost(const struct cx3_shadow *shadow,
					      const struct cx3_homes *homes, bool once);

#endif
