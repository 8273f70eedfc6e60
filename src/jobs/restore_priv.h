/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of a restore share. */
#ifndef CX3_JOBS_RESTORE_PRIV_H
#define CX3_JOBS_RESTORE_PRIV_H

#include "draft.h"

struct cx3_restore_job {
	const struct cx3_input *input;
	const struct cx3_restore_options *options;
	const uint8_t *content;
	uint32_t size; /* of the content, bytes */
	struct cx3_draft *draft;

	struct cx3_homes content_homes; /* the images in the content, all checked */
	const struct cx3_judged *keep;	/* a whole image on the flash now; or NULL */
};

/* restore_guard.c: is the content what its manifest says, whole, and for this card? */
int cx3_restore_check_content(struct cx3_restore_job *job, struct cx3_error *err);
/* Is it this card's: PSID, GUIDs and MACs of draft->old_info, where there is one. */
int cx3_restore_check_card(struct cx3_restore_job *job, struct cx3_error *err);

#endif
