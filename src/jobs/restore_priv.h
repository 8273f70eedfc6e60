/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of a restore share. */
#ifndef CX3_JOBS_RESTORE_PRIV_H
#define CX3_JOBS_RESTORE_PRIV_H

#include "content.h"

struct cx3_restore_job {
	const struct cx3_restore_options *options;
	uint32_t size; /* of the content, bytes */
	struct cx3_content content;
};

/* restore_guard.c: is the content what its manifest says, whole, and for this card? */
int cx3_restore_check_content(struct cx3_restore_job *job, struct cx3_error *err);
/* Is it this card's: PSID, GUIDs and MACs of draft->old_info, where there is one. */
int cx3_restore_check_card(struct cx3_restore_job *job, struct cx3_error *err);
/* The same where no image tells, with the whole flash known: by the GUIDs and MACs that are left on
 * it. CX3_E_IDENTITY. */
int cx3_restore_check_left(struct cx3_restore_job *job, struct cx3_error *err);

#endif
