/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The journal of a job that writes: a file that is there from before the first write
 * until the job is complete. It names what the flash held before, so that the same job
 * can go on after an interruption, with the identity that the card had.
 */
#ifndef CX3_JOBS_JOURNAL_H
#define CX3_JOBS_JOURNAL_H

#include "cx3flash/job.h"

struct cx3_job;

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
};

/*
 * Writes the job's journal, and a copy of the old image where no backup has one and the
 * job can leave the flash without it. CX3_E_NO_FOLDER if there is no place for it and
 * the job needs one.
 */
int cx3_journal_begin(struct cx3_job *job, struct cx3_error *err);

/* Removes it if `done`. */
void cx3_journal_end(struct cx3_job *job, bool done);

/* The newest journal of this job (its kind and digest) for this card and flash part.
 * *found is false if there is none that can be read. */
void cx3_journal_find(const struct cx3_job *job, struct cx3_journal *journal, bool *found);

/* journal_file.c: the JSON text (malloc'd), and back. False for what is no journal. */
char *cx3_journal_text(const struct cx3_journal *journal);
bool cx3_journal_parse(const char *text, size_t len, struct cx3_journal *journal);

#endif
