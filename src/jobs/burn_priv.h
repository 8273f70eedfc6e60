/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that make a burn out of an image share: see burn.c for their order. */
#ifndef CX3_JOBS_BURN_PRIV_H
#define CX3_JOBS_BURN_PRIV_H

#include "draft.h"

/* What is known while a burn (or sg) is drafted. */
struct cx3_burn_job {
	const struct cx3_input *input;
	struct cx3_shadow *shadow;
	struct cx3_fs2_source before; /* the flash as it was before the job */
	const struct cx3_burn_options *options;
	const char *noun; /* "burn", "sg" */
	struct cx3_draft *draft;

	struct cx3_homes before_homes;
	const struct cx3_judged *old;  /* of before_homes: whose identity is kept; or NULL */
	const struct cx3_judged *keep; /* of draft->homes: what stays bootable; or NULL */
	char why_no_old[192];	       /* what the flash's image lacks, if there is none */
	bool identity_is_sure; /* the new image's GUIDs and MACs are known to be the card's */
	bool nofs;	       /* asked for, or both images are not fail-safe */
	/* What lies at `spared` is to stay until the new image is complete, if that can be. */
	bool spares;
	uint32_t spared; /* flash address */
};

/* Begins a job: empties the draft. */
void cx3_burn_begin(struct cx3_burn_job *job, const struct cx3_input *input, const char *noun,
		    const struct cx3_burn_options *options, struct cx3_draft *draft);

/* burn_check.c: finds and judges the images on the flash; one without an image is no
 * error here. */
int cx3_burn_look(struct cx3_burn_job *job, struct cx3_error *err);
/* After that: CX3_E_IDENTITY where GUIDs and MACs that are given, or the image's, are those of
 * another card (cx3_identity_check_clone). */
int cx3_burn_check_clone(const struct cx3_burn_job *job, struct cx3_error *err);
/* Refuses an image that is not for this card; sets job->nofs. */
int cx3_burn_check(struct cx3_burn_job *job, struct cx3_error *err);
/* Refuses an image, patched, that the flash has no room for. */
int cx3_burn_check_size(const struct cx3_burn_job *job, struct cx3_error *err);

/* burn_board.c: reads both boards' names; refuses what is known to brick a board, and a
 * hardware access key. CX3_E_BOARD, CX3_E_KEY. */
int cx3_burn_check_board(struct cx3_burn_job *job, struct cx3_error *err);
/* burn_board.c: what a person should know before the question. */
void cx3_burn_notes(struct cx3_burn_job *job);
/* The part of it that sg needs too: a backup that is, or may be, another card's has the new
 * identity. */
void cx3_burn_note_clone(struct cx3_burn_job *job);

/* burn_patch.c: takes a copy of the image into the draft. */
int cx3_burn_load(struct cx3_burn_job *job, const struct cx3_image *image, struct cx3_error *err);
/* The flash's ROM, VSD and identity into the image; the CRCs made right. */
int cx3_burn_patch(struct cx3_burn_job *job, struct cx3_error *err);
/* The part of it that sg needs too. */
int cx3_burn_seal_image(struct cx3_burn_job *job, struct cx3_error *err);

/* burn_uids.c: the GUIDs and MACs that the new image gets. *keep: those of the image
 * stay. *blank: all ones. Else uid[] (CX3_FS2_MAX_UIDS of them). */
int cx3_burn_uids(struct cx3_burn_job *job, uint64_t *uid, bool *keep, bool *blank,
		  struct cx3_error *err);

/* burn_home.c: which home the image goes to, and the plan. */
int cx3_burn_plan(struct cx3_burn_job *job, struct cx3_error *err);

#endif
