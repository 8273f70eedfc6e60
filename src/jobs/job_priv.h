/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine that every change of a card goes through. A job is a struct cx3_job_kind:
 * its name and a function that makes a draft of it. All else is the engine's.
 */
#ifndef CX3_JOBS_JOB_PRIV_H
#define CX3_JOBS_JOB_PRIV_H

#include "card/card.h"
#include "draft.h"
#include "records/journal.h"

struct cx3_job;

struct cx3_job_kind {
	const char *noun; /* "burn": for messages, and the name in the journal */
	/* Its draft needs what the flash held before: identity, VSD, ROM. */
	bool needs_before;
	/* The journal names the card by its new identity, because it may have no readable old
	 * one. */
	bool names_new_owner;
	/* What it writes has, or may have, GUIDs of its own, whatever the card has. */
	bool brings_identity;
	/* It changes no byte of the flash, so an interruption leaves nothing to go on with: no
	 * journal is kept, but where the draft risks the protection. */
	bool changes_no_byte;
	/* It writes to a part of a sector: the rest is in memory only while the sector is erased.
	 */
	bool keeps_rest;
	/* Its draft reads the whole flash, which takes minutes. */
	bool reads_all;
	/* It leaves a whole image: earlier jobs that were interrupted have no more to do. */
	bool makes_image;
	/* It writes a key, which is in no log. */
	bool secret;
	/* Makes job->draft of job->input. Called again when more of the flash is known; the
	 * result depends on nothing else. Refuses what can be refused. */
	int (*draft)(struct cx3_job *job, struct cx3_error *err);
};

struct cx3_job {
	const struct cx3_job_kind *kind;
	const struct cx3_job_options *options;
	const struct cx3_job_caller *caller;
	struct cx3_job_result *result;
	const void *what;	       /* the kind's own options */
	struct cx3_job_choice choice;  /* of the options, and what confirm has added */
	struct cx3_job_choice may;     /* of the view that is shown */
	bool tools_held;	       /* recover: by somebody, before it was shown */
	struct cx3_recovery *recovery; /* recover: over all of its drafts */
	const struct cx3_image *image; /* burn */
	const uint8_t *bytes;	       /* of its image or content; NULL where it has none */
	uint32_t len;
	char digest[65];     /* SHA-256 of what it was asked for: see cx3_journal_next */
	bool gives_identity; /* ... GUIDs or MACs among that: then it is for one card only */

	struct cx3_device *device;
	struct cx3_shadow *shadow;
	struct cx3_input input;
	struct cx3_draft draft;

	struct cx3_journal journal; /* of this run */
	bool claims;		    /* no other thread finds it */
	struct cx3_journal resumed; /* of the interrupted run that this one continues */
	bool resumes;		    /* `resumed` is valid */
	struct cx3_journal lost;    /* an interrupted one whose saved content can't be read; path
				     * empty: none */
	bool no_image;		    /* a journal waits, and no image on the flash is whole */
	unsigned candidates;	    /* journals that may be this card's; `resumed`: the newest */
	uint8_t *before_bytes;
	uint8_t *found; /* job_found.c: what the oldest interrupted job of this card has found */
	struct cx3_fs2_extents found_known, found_touched;
	struct cx3_fs2_source before;
	bool ends_lifted; /* the protection that interrupted runs on this card have lifted is seen
			     to */
	bool puts_back;	  /* an interrupted run has lifted the protection that it found: */
	uint8_t protection[CX3_FLASH_STATUS_REGISTERS];
	uint64_t repeats_before; /* cx3_device_repeats when this job began */
	char worse[256];	 /* what the full reading has shown to be worse than agreed */
	enum cx3_code worse_code;
};

/*
 * Runs the job: the steps of cx3flash/job.h. `result` is filled whatever happens.
 * Frees the draft.
 */
int cx3_job_run(struct cx3_job *job, struct cx3_error *err);

/* job_kinds.c: `noun` is a kind's that keeps_rest. */
bool cx3_job_noun_keeps_rest(const char *noun);

/* job_link.c: reads on until the rate of wrong bits can be told, and CX3_E_NOISE above the
 * limit of link.h. At the beginning, and once more before the first write. */
int cx3_job_check_link(struct cx3_job *job, bool before_write, struct cx3_error *err);
/* The same of the flash: of one that seems to be larger than its user has said, an image that is
 * not whole may only run past the end that was said. `rc` is the first look's; CX3_E_UNKNOWN_PART.
 */
int cx3_job_check_size(const struct cx3_job *job, int rc, struct cx3_error *err);
/* job_link.c: what was read for the backup a second time tells of the wires too. */
void cx3_job_count_backup(struct cx3_job *job);

/* job_choice.c: what the user may still leave out. */
struct cx3_job_choice cx3_job_may_choose(const struct cx3_job *job);
/* job_choice.c: takes what is left out from the draft's plan. */
void cx3_job_leave_out(struct cx3_job *job);
/* job_choice.c: carries out what confirm has added to `before`, and makes the draft anew. */
int cx3_job_take_choice(struct cx3_job *job, const struct cx3_job_choice *before,
			struct cx3_error *err);

/* job_reading.c: bytes of the image that is to stay bootable which have not been read; 0 where
 * its CRCs are checked. */
uint32_t cx3_job_unread_of_kept(const struct cx3_job *job);
/* job_reading.c: reads that image, and what an interrupted run of the same job has written. */
int cx3_job_read_more(struct cx3_job *job, struct cx3_error *err);

/* job.c: a backup is made first. */
bool cx3_job_makes_backup(const struct cx3_job *job);

/*
 * job_found.c: after the first draft. On a part that erases whole blocks only, what lies
 * behind an image in its last block may have been lost by an interrupted job of this card; on
 * any part, what lies beside the bytes of a raw write. Then the draft is made anew.
 */
int cx3_job_draft_again(struct cx3_job *job, struct cx3_error *err);

/* job_write.c: carries out the plan, with a journal as long as it is not done. */
int cx3_job_write(struct cx3_job *job, struct cx3_error *err);
/* job_write.c: `rc` of freeing a semaphore after the job; says that all else is done. */
int cx3_job_freed(const struct cx3_job *job, int rc, struct cx3_error *err);

/*
 * job_begin.c: is the card still as it was when the plan was made? CX3_E_CHANGED. `plans_again`:
 * the plan is made anew behind it, so that a first reading that was wrong is only mended;
 * else that is CX3_E_NOISE.
 */
int cx3_job_recheck(struct cx3_job *job, bool plans_again, struct cx3_error *err);

/* job_begin.c: `rc` failed between the question and the first write; CX3_OK stays. *err then says
 * that nothing was written, and who caused it where that is seen. */
int cx3_job_before_writing(struct cx3_job *job, int rc, struct cx3_error *err);

/*
 * job_journal.c: writes the job's journal, and a copy of the old image where no backup has one and
 * the job can leave the flash without it. CX3_E_NO_FOLDER if there is no place for it and the job
 * needs one.
 */
int cx3_journal_begin(struct cx3_job *job, struct cx3_error *err);
/* Before the question: a note that there is no place for one, where the job goes on without. */
void cx3_journal_note(struct cx3_job *job);

/* job_journal_end.c: the journals of this job (its kind and digest) for cards and flash parts like
 * this one, newest first. `name` is "" at first. False: there is none more. */
bool cx3_journal_next(const struct cx3_job *job, char name[CX3_JOURNAL_NAME],
		      struct cx3_journal *journal);
/* The oldest backup that journals of this very job and card name, of those that are still there;
 * empty: there is none. */
void cx3_journal_first_backup(const struct cx3_job *job, char *path, size_t size);

/* The job is complete: its journal goes, and older ones of the same job and card. A
 * journal of another card that is like this one stays. */
void cx3_journal_end(struct cx3_job *job);

/* ... whose card the job's journal is for; empty if that is not known. */
void cx3_job_owner(const struct cx3_job *job, char owner[CX3_JOURNAL_OWNER]);

/* job_agreed.c: what was agreed to. */
struct cx3_agreed {
	struct cx3_plan_summary plan;
	unsigned change_count;
	struct cx3_change change[CX3_MAX_CHANGES];
};
void cx3_job_remember(const struct cx3_job *job, struct cx3_agreed *agreed);
/* Says what is worse than agreed, in job->worse; empty if nothing is. */
void cx3_job_compare(struct cx3_job *job, const struct cx3_agreed *agreed);

/* job_boots.c: takes back the promise that an image stays bootable where that image is for another
 * chip, or where the card has not started from it (recovery). */
void cx3_job_doubt_kept(struct cx3_job *job);

/* job.c: makes job->draft, which it frees before. */
int cx3_job_draft(struct cx3_job *job, struct cx3_error *err);

/*
 * job_resume.c: looks for the journal of the same job, interrupted on this card. Where the
 * flash was left without a whole image, takes what it held before as the job's `before`,
 * makes the draft from that, and sets `resumes`. Reads the whole flash if there is such a
 * journal.
 */
int cx3_job_resume(struct cx3_job *job, struct cx3_error *err);

/* job_traces.c: an image on the flash has an identity that is neither the plan's nor one from
 * before an interrupted job of this request. */
bool cx3_job_holds_other_card(const struct cx3_job *job);
/* job_traces.c: *fits if the flash has something of this job, or an image with GUIDs that the job
 * brings, or any with GUIDs where it gives none or nothing else tells. Reads all of the flash where
 * images do not tell. */
int cx3_job_may_be_its(struct cx3_job *job, bool *fits, struct cx3_error *err);
/* What journals there are may lead on where no image or identity was found: says so in *err. */
void cx3_job_resume_hint(const struct cx3_job *job, struct cx3_error *err);
/* The job is none that goes on. */
void cx3_job_resume_free(struct cx3_job *job);

/* job_size.c: CX3_E_UNKNOWN_PART where the upper half of the flash reads as its lower one does, and
 * the job would lose something by that. Reads what is not known of it. */
int cx3_job_check_halves(struct cx3_job *job, struct cx3_error *err);

/* job_protect.c: the caller has named this journal to go on from. */
bool cx3_job_is_named(const struct cx3_job *job, const struct cx3_journal *journal);
/* job_journal_end.c: it is of the same kind of job with the same request; `job`: struct cx3_job. */
bool cx3_job_same_request(const void *job, const struct cx3_journal *journal);
/* The journal is of this job's card: its GUIDs and MACs, or what is left on the flash, prove it; or
 * the same request gives it these GUIDs. */
bool cx3_job_proves(const struct cx3_job *job, const struct cx3_journal *journal);
/* It is proved, or the caller says so. */
bool cx3_job_owns(const struct cx3_job *job, const struct cx3_journal *journal);
/* With the draft made: did an interrupted run of this job on this card lift the write
 * protection, and nobody put it back? Fills in job->protection. */
int cx3_job_find_protection(struct cx3_job *job, struct cx3_error *err);
/* Adds the step that puts it back to the draft's plan. */
void cx3_job_put_back(struct cx3_job *job);
/* The draft risks the protection, and it is not surely what the journal says of it. */
bool cx3_job_lost_protection(struct cx3_job *job);
/* What the journal of this run must remember of it. */
int cx3_job_note_protection(struct cx3_job *job, struct cx3_journal *journal,
			    struct cx3_error *err);

/* job_cut.c: with the draft made, does the flash hold what an interruption of this very
 * job leaves? */
bool cx3_job_was_cut_here(const struct cx3_job *job);

#endif
