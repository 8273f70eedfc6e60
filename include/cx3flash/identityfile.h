/* SPDX-License-Identifier: BSD-2-Clause */
/* Identities in files: saved, loaded, and taken from a backup or from a card. */
#ifndef CX3FLASH_IDENTITYFILE_H
#define CX3FLASH_IDENTITYFILE_H

#include "cx3flash/salvage.h"
#include "cx3flash/shadow.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * Writes an identity as a JSON file, mode 0600. CX3_E_EXISTS unless `overwrite`;
 * CX3_E_IDENTITY if it is not checked; CX3_E_DISK_FULL, CX3_E_FILE, CX3_E_NO_MEMORY.
 */
int cx3_identity_save(const char *path, const struct cx3_identity *identity, bool overwrite,
		      struct cx3_error *err);

/* Reads such a file. CX3_E_FILE; CX3_E_IDENTITY if it is none or a field makes no sense. */
int cx3_identity_load(const char *path, struct cx3_identity *out, struct cx3_error *err);

/*
 * The identity in a backup: in its content or in its manifest, whichever `path` names; where
 * both lie side by side, the content is read and must be what the manifest says. An identity
 * that only a damaged image holds counts if the CRC of its section is right.
 * CX3_E_FILE, CX3_E_BACKUP; CX3_E_IDENTITY if none is in it, or several are and none is the
 * one that boots; CX3_E_NO_MEMORY.
 */
int cx3_identity_of_backup(const char *path, struct cx3_identity *out, struct cx3_error *err);

/*
 * All identities in a file, best first: an image file (or an archive with one), raw flash
 * content, a backup's manifest, or a file that cx3_identity_save wrote. CX3_E_FILE;
 * CX3_E_IMAGE, CX3_E_IDENTITY or CX3_E_BACKUP for what is none of these; CX3_E_NO_MEMORY. That
 * there is none in it is no error.
 */
int cx3_identity_of_file(const char *path, struct cx3_salvage *out, struct cx3_error *err);

/*
 * All identities on a card's flash, best first. Where an image boots and can be read, that is
 * the only one, and a few KiB are read; else the whole flash is searched, and `searched` (may
 * be NULL) becomes true. What no CRC vouches for is read until two readings are the same.
 * A failure of the bus, CX3_E_NOISE, CX3_E_INTERRUPTED, CX3_E_NO_MEMORY. That there is none
 * is no error.
 */
int cx3_identity_of_card(struct cx3_shadow *shadow, struct cx3_salvage *out, bool *searched,
			 struct cx3_error *err);

/*
 * CX3_E_IDENTITY if a backup in the folder of automatic backups, or in `folder` (may be NULL),
 * is of another card and has a GUID or MAC of this identity: then two cards would have the
 * same. Of another card is a backup of another chip, revision or flash part; or of any card, if
 * `own` (may be NULL: not known) is this card's identity and another one, and no job
 * has given it to the card of that backup since. An `own` that is blank,
 * or that published images carry, says nothing of the card and counts as not known.
 */
int cx3_identity_check_clone(const struct cx3_shadow *shadow, const char *folder,
			     const struct cx3_identity *own, const struct cx3_identity *identity,
			     struct cx3_error *err);

/*
 * True if a backup in the folder of automatic backups, or in `folder` (may be NULL), has a GUID or
 * MAC of this identity; its name is in path[size].
 */
bool cx3_identity_in_backup(const char *folder, const struct cx3_identity *identity, char *path,
			    size_t size);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
