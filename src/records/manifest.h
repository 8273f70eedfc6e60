/* SPDX-License-Identifier: BSD-2-Clause */
/* The manifest beside a backup: a JSON document that says what the content is of. */
#ifndef CX3_RECORDS_MANIFEST_H
#define CX3_RECORDS_MANIFEST_H

#include <dirent.h>
#include <time.h>

#include "backup.h"
#include "cx3flash/identity.h"
#include "flash/flash.h"

/* What a manifest tells of a content. */
struct cx3_manifest {
	const struct cx3_card_id *card;
	const struct cx3_flash_part *part;
	const char *device; /* the adapter's label */
	const char *sha256;
	const char *file; /* the content's file name, without its folder */
	uint32_t size;
	time_t date;
	const struct cx3_backup_checked *checked;
	bool has_status; /* the flash's status registers could be read */
	struct cx3_flash_protection status;
};

/* UTC, as "2026-01-31T12:00:00Z". */
#define CX3_DATE 24
void cx3_date_text(time_t date, char text[CX3_DATE]);

/* The JSON text, malloc'd; NULL without memory. */
char *cx3_manifest_text(const struct cx3_manifest *manifest);

/* Identities that a manifest keeps of those that its card was given since; the oldest goes. */
#define CX3_MANIFEST_GIVEN 8u

/* What a restore asks a manifest for. */
struct cx3_manifest_facts {
	char sha256[65];
	uint32_t size; /* bytes */
	uint16_t hw_id;
	uint8_t hw_rev;
	uint8_t jedec[3];
	char date[CX3_DATE]; /* of the backup, as cx3_date_text has it; empty if it does not say */
	bool has_identity;   /* an image is in it, whose GUIDs or MACs are set */
	struct cx3_identity identity;
	unsigned given_count;
	struct cx3_identity given[CX3_MANIFEST_GIVEN]; /* see cx3_manifest_give */
};

/*
 * Reads the manifest of the content in `path`. *found is false, and all else untouched,
 * if there is none. CX3_E_BACKUP if it is no manifest of this tool; CX3_E_FILE.
 */
int cx3_manifest_read(const char *path, struct cx3_manifest_facts *facts, bool *found,
		      struct cx3_error *err);

/*
 * manifest_given.c: from now on the manifest of the content in `path` says that a job was to give
 * the card which the content is of this identity. So a backup of a card that said nothing, or
 * something else, is found as that card's. Nothing is done where the content has the identity
 * itself, where it says of no card that it is that one, or where there is no manifest that can be
 * written: what is lost then is a hint. True if the manifest was changed.
 */
bool cx3_manifest_give(const char *path, const struct cx3_identity *identity);
/* cx3_manifest_give was true, and the job has written nothing after it. */
void cx3_manifest_take_back(const char *path, const struct cx3_identity *identity);
/* A backup in the folder of automatic backups, or in `folder` (may be NULL), is of a card that had
 * this identity then, and was given another one since. */
bool cx3_identity_was_replaced(const char *folder, const struct cx3_identity *identity);
/* The content in `path` is on its card again, with the identity that it tells: nothing that was
 * given before counts any more. */
void cx3_manifest_forget_given(const char *path);
/* The card with this identity was given it after the backup was made: the backup is of it. */
bool cx3_manifest_gave(const struct cx3_manifest_facts *facts, const struct cx3_identity *own);

/* identity_clone.c: the next backup in `folder`, which `dir` (NULL: none) is open on, that has
 * a manifest that can be read: the path of its content, and what the manifest says. */
bool cx3_next_manifest(DIR *dir, const char *folder, char *content, size_t size,
		       struct cx3_manifest_facts *facts);
/* It is of a chip, revision and flash part like these. */
bool cx3_manifest_of_kind(const struct cx3_manifest_facts *facts, const struct cx3_shadow *shadow);

#endif
