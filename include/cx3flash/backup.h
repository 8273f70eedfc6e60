/* SPDX-License-Identifier: BSD-2-Clause */
/* Backups: a flash's whole content in a file, with a manifest that describes it. */
#ifndef CX3FLASH_BACKUP_H
#define CX3FLASH_BACKUP_H

#include "cx3flash/shadow.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct cx3_backup_options {
	size_t size;	    /* sizeof, or 0: cx3flash/version.h */
	const char *folder; /* of automatic backups; NULL: cx3_backup_folder */
	bool once;	    /* no second reading of what no CRC vouches for; the manifest says so */
};

/* The manifest of a backup lies beside it: its name is the backup's and this. */
#define CX3_MANIFEST_ENDING ".manifest.json"

struct cx3_backup {
	size_t size;	    /* sizeof, or 0: cx3flash/version.h */
	char path[512];	    /* of the raw content */
	char manifest[528]; /* of the manifest beside it */
	char sha256[65];
	bool reused;	/* the card's content was in a backup already */
	bool has_image; /* an image is in it that can be read */
	bool image_ok;	/* its image verified */
	bool once;	/* nothing was read twice */
	/* What no CRC vouches for and was not blank was read twice. The blocks of 16 bytes
	 * that differed then were read until two readings were the same. */
	uint32_t bytes_twice;
	unsigned differences;
	/* Its image, the one that the chip takes, does not say that it is for this card's chip and
	 * revision (cx3_fs2_fits): a restore wants that allowed. */
	bool unfit;
};

/*
 * The folder of automatic backups: $XDG_STATE_HOME/cx3flash/backups, or
 * ~/.local/state/cx3flash/backups. CX3_E_NO_FOLDER if neither is set.
 */
int cx3_backup_folder(char *path, size_t size, struct cx3_error *err);

/*
 * Reads the whole flash into the folder of `options` (which may be NULL), or finds that its
 * content is there already. The file appears whole or not at all; mode 0600. CX3_E_USAGE for the
 * size of a struct, before anything is read (cx3flash/version.h).
 */
int cx3_backup_auto(struct cx3_shadow *shadow, const struct cx3_backup_options *options,
		    struct cx3_backup *backup, struct cx3_error *err);

/* The same into a file that must not exist yet, with FILE.manifest.json beside it. */
int cx3_backup_to(struct cx3_shadow *shadow, const char *path,
		  const struct cx3_backup_options *options, struct cx3_backup *backup,
		  struct cx3_error *err);

/*
 * Reads the whole flash as a backup is read, into no file: what no right CRC vouches for is
 * read until two readings are the same. *content is the shadow's, `size` of its flash part
 * long. CX3_E_NOISE if no two readings agree, CX3_E_INTERRUPTED, CX3_E_NO_MEMORY, or a failure
 * of the bus.
 */
int cx3_backup_content(struct cx3_shadow *shadow, const uint8_t **content, struct cx3_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
