/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A draft: what a job has made of its input and of what is known of the card. The
 * engine shows it, asks, and makes a new one when more is known.
 */
#ifndef CX3_JOBS_DRAFT_H
#define CX3_JOBS_DRAFT_H

#include "cx3flash/job.h"
#include "fs2/homes.h"
#include "plan/plan.h"
#include "plan/shadow.h"

struct cx3_draft {
	struct cx3_plan *plan;
	struct cx3_homes homes; /* on the flash now */
	bool has_old;		/* old_info is valid: the image whose identity is kept */
	struct cx3_fs2_info old_info, new_info;
	bool has_new; /* new_info is valid */
	/* What the job brings has an image for another chip where this chip looks first. */
	bool others_first;
	uint8_t *image; /* burn, sg: as it will lie on flash, patched, contiguous */
	uint32_t image_len;
	struct cx3_change change[CX3_MAX_CHANGES];
	unsigned change_count;
	struct cx3_fs2_board old_board, new_board; /* burn; empty where they are not told */
	struct cx3_note note[CX3_MAX_NOTES];
	unsigned note_count;
	char identity[192]; /* where GUIDs and MACs come from; empty if nowhere */
	/* It writes the status registers, and what they protect now may be lost in that: a journal
	 * is kept, also where no byte of the flash changes. */
	bool risks_protection;
};

/* What every job's prepare works on. */
struct cx3_input {
	struct cx3_shadow *shadow; /* what the flash holds now */
	/* What it held before a job that was interrupted; NULL: the same. */
	const struct cx3_fs2_source *before;
	/* What an interrupted job of this card has found on the flash, as far as `found_known`
	 * says; NULL: there was none. */
	const uint8_t *found;
	const struct cx3_fs2_extents *found_known;
	const struct cx3_fs2_extents *found_touched; /* what that job may have changed */
	bool unprotect;				     /* write protection may be lifted */
	bool no_backup;				     /* none is made before the first write */
	const char *backup_folder;		     /* of struct cx3_job_options */
};

/* Frees what a draft holds, not the draft. Twice is allowed. */
void cx3_draft_free(struct cx3_draft *draft);

/* The table of changes, from old_info to new_info (changes.c). */
void cx3_draft_changes(struct cx3_draft *draft);

/* Adds a line to it, of a job that has changes of its own. */
void cx3_draft_change(struct cx3_draft *draft, const char *key, const char *what,
		      const char *before, const char *after);

/* Adds a sentence that is shown before the question; one too many is left out. */
void cx3_draft_note(struct cx3_draft *draft, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* An image for another chip or revision than the card's. */
bool cx3_draft_is_others(const struct cx3_input *input, const struct cx3_fs2_info *info);

/* cx3_homes_judge, with what is for another chip than the card's marked. */
int cx3_draft_judge(const struct cx3_input *input, const struct cx3_fs2_source *src,
		    struct cx3_homes *homes, struct cx3_error *err);

/* The plan's warning on a card in recovery, of the job `noun`. */
void cx3_draft_warn_livefish(struct cx3_draft *draft, const char *noun);

/*
 * The drafts of the jobs. Each refuses as its cx3_job_ function in cx3flash/job.h says,
 * and writes nothing. On CX3_OK the draft is the caller's to free. What they need of
 * the flash is read through the shadow.
 */
int cx3_draft_burn(const struct cx3_input *input, const struct cx3_image *image,
		   const struct cx3_burn_options *options, struct cx3_draft *draft,
		   struct cx3_error *err);
int cx3_draft_set_guids(const struct cx3_input *input, const struct cx3_burn_options *options,
			struct cx3_draft *draft, struct cx3_error *err);
int cx3_draft_edit(const struct cx3_input *input, const char *noun, const struct cx3_edit *edit,
		   struct cx3_draft *draft, struct cx3_error *err);
/* Reads the whole flash first. `recovery` (recover.h) remembers what somebody has said. */
struct cx3_recovery;
int cx3_draft_recover(const struct cx3_input *input, struct cx3_recovery *recovery,
		      struct cx3_draft *draft, struct cx3_error *err);
int cx3_draft_protect(const struct cx3_input *input, const struct cx3_protect_options *what,
		      struct cx3_draft *draft, struct cx3_error *err);
/* cx3_draft_protect's part for a setting: changes, notes and the step, in a draft with a plan. */
int cx3_draft_setting(struct cx3_draft *draft, struct cx3_flash *flash,
		      enum cx3_flash_setting setting, unsigned number, struct cx3_error *err);
/* Reads the configuration areas. */
int cx3_draft_reset_config(const struct cx3_input *input, struct cx3_draft *draft,
			   struct cx3_error *err);
/* `content` has the flash's size. Reads the whole flash first. */
int cx3_draft_restore(const struct cx3_input *input, const uint8_t *content, uint32_t size,
		      const struct cx3_restore_options *options, struct cx3_draft *draft,
		      struct cx3_error *err);
/* Reads the whole flash first. *refused: see needs_erase of struct cx3_job_result. */
int cx3_draft_raw(const struct cx3_input *input, const char *noun, const struct cx3_raw *what,
		  bool allow_unbootable, uint32_t *refused, struct cx3_draft *draft,
		  struct cx3_error *err);

#endif
