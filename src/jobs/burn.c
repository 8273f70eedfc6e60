/* SPDX-License-Identifier: BSD-2-Clause */
/* burn: from an image file to a draft, in the order in which things can be refused. */
#include "burn_priv.h"

#include <string.h>

void cx3_burn_begin(struct cx3_burn_job *job, const struct cx3_input *input, const char *noun,
		    const struct cx3_burn_options *options, struct cx3_draft *draft)
{
	memset(draft, 0, sizeof(*draft));
	*job = (struct cx3_burn_job){
		.input = input,
		.shadow = input->shadow,
		.options = options,
		.noun = noun,
		.draft = draft,
	};
	job->before = input->before ? *input->before : cx3_shadow_source(input->shadow);
}

int cx3_draft_burn(const struct cx3_input *input, const struct cx3_image *image,
		   const struct cx3_burn_options *options, struct cx3_draft *draft,
		   struct cx3_error *err)
{
	struct cx3_burn_job job;
	int rc;

	cx3_burn_begin(&job, input, "burn", options, draft);
	rc = cx3_burn_load(&job, image, err);
	if (rc == CX3_OK)
		rc = cx3_burn_look(&job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_check_clone(&job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_check(&job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_check_board(&job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_patch(&job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_check_size(&job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_plan(&job, err);
	if (rc == CX3_OK) {
		cx3_draft_changes(draft);
		cx3_burn_notes(&job);
	} else {
		cx3_draft_free(draft);
	}
	return rc;
}
