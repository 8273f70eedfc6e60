/* SPDX-License-Identifier: BSD-2-Clause */
/* What a draft holds, freed. */
#include "draft.h"

#include <stdlib.h>

void cx3_draft_free(struct cx3_draft *draft)
{
	cx3_plan_free(draft->plan);
	free(draft->image);
	draft->plan = NULL;
	draft->image = NULL;
	draft->image_len = 0;
}
