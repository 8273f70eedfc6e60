/* SPDX-License-Identifier: BSD-2-Clause */
/* Jobs that were interrupted in the middle of writing, and wait to be gone on with. */
#ifndef CX3FLASH_WAITING_H
#define CX3FLASH_WAITING_H

#include "cx3flash/card.h"
#include "cx3flash/shadow.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define CX3_WAITING_REQUEST 2048u

struct cx3_waiting {
	char job[16];	   /* as in struct cx3_job_view; empty if damaged */
	char date[24];	   /* when it began, UTC: "2026-01-31T12:00:00Z"; empty if not known */
	char journal[600]; /* its file */
	char backup[512];  /* what the flash held before it; empty: no file has that */
	/* The words that it was asked for with (struct cx3_job_options), each with a newline
	 * behind it; a newline in a word is "\\n" there, and a backslash "\\\\". Empty if they are
	 * not known. */
	char request[CX3_WAITING_REQUEST];
	char owner[48]; /* the card's first GUID and MAC before the job; empty if not known */
	bool certain;	/* the card has the GUIDs and MACs of the journal; else it may be its */
	bool damaged;	/* the journal can't be read; only `journal` is known, and `backup` where
			   a copy lies beside it */
};

/*
 * The journals that may be this card's: of its chip and flash part, and whose owner does
 * not contradict the images on the flash, newest first, one for each request; and behind
 * them those that can't be read. Looks where journals are kept, and in `backup_folder`,
 * which may be NULL. *list is the caller's to free(); NULL if *count is 0.
 * Reads the few KiB of the flash that tell. CX3_E_NO_MEMORY, or a failure of the bus.
 */
int cx3_waiting_jobs(struct cx3_shadow *shadow, const char *backup_folder,
		     struct cx3_waiting **list, size_t *count, struct cx3_error *err);

/* A run that writes to a card, or has not come to its end. */
#define CX3_RUN_HOST 65u
struct cx3_run {
	char job[16];		 /* as in struct cx3_waiting */
	char date[24];		 /* since when it runs, UTC; empty: not known */
	char host[CX3_RUN_HOST]; /* the machine's name; empty: not known */
	uint32_t pid;		 /* 0: not known */
	bool here;		 /* on this machine */
	bool alive;		 /* ... and a process with this number runs */
	char journal[600];
};

/*
 * Who may have left a semaphore of this card taken: the newest run that a journal tells of, of
 * those on cards of this chip and revision. Looks where cx3_waiting_jobs does, and asks the card
 * nothing, since its flash is out of reach then. False: no journal tells of one.
 */
bool cx3_waiting_run(const struct cx3_card_id *card, const char *backup_folder,
		     struct cx3_run *run);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
