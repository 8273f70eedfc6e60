/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_JOBS_BURN_H
#define CX3_JOBS_BURN_H

#include "plan/plan.h"

/* What is known while a burn (or sg) is prepared. */
struct cx3_burn_job {
	struct cx3_shadow *shadow;
	struct cx3_fs2_source flash;
	const struct cx3_burn_options *options;
	const char *noun;      /* "burn", "sg" */
	struct cx3_burn *burn; /* what the caller gets */

	uint32_t start[CX3_FS2_MAX_STARTS]; /* signatures on the flash */
	unsigned start_count;
	struct cx3_error why_no_old; /* what the flash's image lacks, if there is none */
	bool nofs;		     /* asked for, or both images are not fail-safe */
	bool old_damaged;	     /* all of it was read, and a CRC is wrong */
};

/* burn_check.c */
/* Locates and reads the images on the flash; a flash without one is no error here. */
int cx3_burn_look(struct cx3_burn_job *job, struct cx3_error *err);
/* Refuses an image that is not for this card; sets job->nofs. */
int cx3_burn_check(struct cx3_burn_job *job, struct cx3_error *err);
/* Refuses an image, patched, that the flash has no room for. */
int cx3_burn_check_size(const struct cx3_burn_job *job, struct cx3_error *err);

/* burn_patch.c */
/* Takes the image out of the file, checks all of its CRCs. */
int cx3_burn_load(struct cx3_burn_job *job, const uint8_t *image, uint32_t len,
		  struct cx3_error *err);
/* The flash's ROM, VSD and identity into the image; the CRCs made right. */
int cx3_burn_patch(struct cx3_burn_job *job, struct cx3_error *err);
/* The part of it that sg needs too. */
int cx3_burn_seal_image(struct cx3_burn_job *job, struct cx3_error *err);

/* burn_uids.c */
/* The GUIDs and MACs that the new image gets. *keep: those of the image stay.
 * *blank: all ones. Else uid[] (CX3_FS2_MAX_UIDS of them). */
int cx3_burn_uids(const struct cx3_burn_job *job, uint64_t *uid, bool *keep, bool *blank,
		  struct cx3_error *err);

/* burn_plan.c */
int cx3_burn_plan(struct cx3_burn_job *job, struct cx3_error *err);

/* changes.c */
void cx3_burn_changes(struct cx3_burn *burn);

#endif
