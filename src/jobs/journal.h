/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The journal of a job that writes: a file that is there from before the first write
 * until the job is complete. It names what the flash held before, so that the same job
 * can go on after an interruption, with the identity that the card had.
 */
#ifndef CX3_JOBS_JOURNAL_H
#define CX3_JOBS_JOURNAL_H

#include "cx3flash/job.h"
#include "cx3flash/waiting.h"

struct cx3_job;

#define CX3_JOURNAL_OWNER sizeof(((struct cx3_waiting *)0)->owner)
struct cx3_journal {
	char path[600];	  /* of the journal itself; empty: none is kept */
	char backup[512]; /* raw content from before the job; empty: none */
	bool own_copy;	  /* `backup` is the journal's own, and goes with it */
	char job[16];
	char digest[65];
	uint16_t hw_id;
	uint8_t hw_rev;
	uint8_t jedec[3];
	uint32_t size;			/* of the flash, bytes */
	struct cx3_fs2_extents touched; /* what the job may have changed */
	struct cx3_fs2_extents known;	/* what of `backup` means something */
	char owner[CX3_JOURNAL_OWNER];	/* the card's GUID and MAC; empty if they are not known */
	char date[24];			/* when the job began; empty if it is not known */
	char request[CX3_WAITING_REQUEST]; /* see struct cx3_waiting */
	/* The write protection was lifted; the status registers were these before. */
	bool lifted;
	uint8_t status[CX3_FLASH_STATUS_REGISTERS];
};

/*
 * Writes the job's journal, and a copy of the old image where no backup has one and the
 * job can leave the flash without it. CX3_E_NO_FOLDER if there is no place for it and
 * the job needs one.
 */
int cx3_journal_begin(struct cx3_job *job, struct cx3_error *err);

/* Removes a journal, and the copy that belongs to it. */
void cx3_journal_remove(const struct cx3_journal *journal);

/* The folders that journals may lie in; how many, 0 to 2. `backup_folder` may be NULL. */
unsigned cx3_journal_folders(const char *backup_folder, char folder[2][512]);

/* True if a journal is of a card and a flash part like these. */
bool cx3_journal_of_kind(const struct cx3_journal *journal, const struct cx3_shadow *shadow);

/*
 * journal_find.c: the journals of this job (its kind and digest) for cards and flash
 * parts like this one, newest first. `name` is "" at first. False: there is none more.
 */
#define CX3_JOURNAL_NAME 80
bool cx3_journal_next(const struct cx3_job *job, char name[CX3_JOURNAL_NAME],
		      struct cx3_journal *journal);
/* The same with all journals for which `fits` answers true. */
typedef bool (*cx3_journal_fits)(const void *user, const struct cx3_journal *journal);
bool cx3_journal_next_of(const char *backup_folder, cx3_journal_fits fits, const void *user,
			 char name[CX3_JOURNAL_NAME], struct cx3_journal *journal);
/* Those whose text can't be read, by their names: only path, and backup where a copy lies
 * beside it, are set. */
bool cx3_journal_next_damaged(const char *backup_folder, char name[CX3_JOURNAL_NAME],
			      struct cx3_journal *journal);

/* What the flash held before the journal's job: malloc'd, journal->size bytes. */
bool cx3_journal_load(const struct cx3_journal *journal, uint8_t **bytes);
/* The image in it whose identity is the card's; false if none can be read. */
bool cx3_journal_identity(const struct cx3_journal *journal, const uint8_t *bytes,
			  struct cx3_fs2_info *info);
/* The card that an image is of, as journals name it. */
void cx3_journal_owner(const struct cx3_fs2_info *info, char owner[CX3_JOURNAL_OWNER]);
/* Whether two images have the same GUIDs and MACs. */
bool cx3_same_uids(const struct cx3_fs2_info *a, const struct cx3_fs2_info *b);

/* The oldest backup that journals of this very job and card name, of those that are still there;
 * empty: there is none. */
void cx3_journal_first_backup(const struct cx3_job *job, char *path, size_t size);

/* The job is complete: its journal goes, and older ones of the same job and card. A
 * journal of another card that is like this one stays. */
void cx3_journal_end(struct cx3_job *job);

/* journal_file.c: the name of the copy that a journal may keep beside it. */
void cx3_journal_name_copy(struct cx3_journal *journal);
/* The JSON text (malloc'd), and back. False for what is no journal. */
char *cx3_journal_text(const struct cx3_journal *journal);
bool cx3_journal_parse(const char *text, size_t len, struct cx3_journal *journal);

#endif
