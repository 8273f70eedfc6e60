/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The journal of a job that writes: a file that is there from before the first write
 * until the job is complete. It names what the flash held before, so that the same job
 * can go on after an interruption, with the identity that the card had.
 */
#ifndef CX3_RECORDS_JOURNAL_H
#define CX3_RECORDS_JOURNAL_H

#include "cx3flash/flash.h"
#include "cx3flash/waiting.h"

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
	/* The run that writes, or has written last: its process, where, and since when (UTC).
	 * Empty, 0: not known. */
	char host[CX3_RUN_HOST];
	uint32_t pid;
	char run_date[24];
	/* The write protection was lifted; the status registers were these before. */
	bool lifted;
	uint8_t status[CX3_FLASH_STATUS_REGISTERS];
};

/* Removes a journal, and the copy that belongs to it. */
void cx3_journal_remove(const struct cx3_journal *journal);

/* The folders that journals may lie in; how many, 0 to 2. `backup_folder` may be NULL. */
unsigned cx3_journal_folders(const char *backup_folder, char folder[2][512]);

/* True if a journal is of a card and a flash part like these. */
bool cx3_journal_of_kind(const struct cx3_journal *journal, const struct cx3_shadow *shadow);

/*
 * The number with which a new journal's name ends: above those of all that are there. It tells
 * which of two was begun first. Their dates can't: a clock may be wrong, as on a board that keeps
 * no time without power, and two can begin within a second.
 */
unsigned cx3_journal_next_number(const char *backup_folder);

/*
 * journal_claim.c: from before the journal is written until the job ends, well or not, it is the
 * calling thread's, and no other thread or process finds it. CX3_E_IN_USE if it is another
 * one's, CX3_E_NO_MEMORY.
 */
int cx3_journal_claim(const char *path, struct cx3_error *err);
/* Each time after its file was written: that is a new file. CX3_E_IN_USE as above. */
int cx3_journal_claim_written(const char *path, struct cx3_error *err);
/* For a path that nobody has claimed, nothing. */
void cx3_journal_unclaim(const char *path);
bool cx3_journal_claimed_elsewhere(const char *path);

#define CX3_JOURNAL_NAME 80
/*
 * The journals for which `fits` answers true, newest first. `name` is "" at first. False: there
 * is none more.
 */
typedef bool (*cx3_journal_fits)(const void *user, const struct cx3_journal *journal);
bool cx3_journal_next_of(const char *backup_folder, cx3_journal_fits fits, const void *user,
			 char name[CX3_JOURNAL_NAME], struct cx3_journal *journal);
/* The same, with those that other threads and processes work with now. */
bool cx3_journal_next_run(const char *backup_folder, cx3_journal_fits fits, const void *user,
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
/* The same of a journal's file, which is read for it. */
bool cx3_journal_before(const struct cx3_journal *journal, struct cx3_fs2_info *info);
/* The card that an image is of, as journals name it. */
void cx3_journal_owner(const struct cx3_fs2_info *info, char owner[CX3_JOURNAL_OWNER]);
/* Whether two images have the same GUIDs and MACs. */
bool cx3_same_uids(const struct cx3_fs2_info *a, const struct cx3_fs2_info *b);

/* journal_run.c: this machine's name; empty if it has none. */
void cx3_host_name(char host[CX3_RUN_HOST]);

/* journal_file.c: the name of the copy that a journal may keep beside it. */
void cx3_journal_name_copy(struct cx3_journal *journal);
/* The JSON text (malloc'd), and back. False for what is no journal. */
char *cx3_journal_text(const struct cx3_journal *journal);
bool cx3_journal_parse(const char *text, size_t len, struct cx3_journal *journal);

#endif
