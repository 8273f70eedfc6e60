/* SPDX-License-Identifier: BSD-2-Clause */
/* Planning the whole content of a flash: for restore and for raw writes. */
#ifndef CX3_JOBS_CONTENT_H
#define CX3_JOBS_CONTENT_H

#include "draft.h"

struct cx3_content {
	const struct cx3_input *input;
	struct cx3_draft *draft;
	const char *noun;     /* "restore": for messages */
	const uint8_t *bytes; /* as many as the flash has; the caller's */
	bool few_bytes;	      /* a raw write, which changes what it names, and not the rest */
	const char *no_image; /* begins a sentence: why the card does not boot then */
	const char *damaged;
	struct cx3_homes homes;	       /* the images in the content, all checked */
	const struct cx3_judged *keep; /* a whole image on the flash now; or NULL */
};

/* Judges what the card holds, and what it held before an interrupted job: draft->homes, old_info.
 */
int cx3_content_look(struct cx3_content *job, struct cx3_error *err);

/* Makes draft->plan. The whole flash is known, and `homes` is judged. */
int cx3_content_plan(struct cx3_content *job, struct cx3_error *err);

#endif
