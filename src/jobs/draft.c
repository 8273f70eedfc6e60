/* SPDX-License-Identifier: BSD-2-Clause */
/* What every job does with a draft: notes added, what it holds freed. */
#include "draft.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void cx3_draft_note(struct cx3_draft *draft, const char *key, const char *fmt, ...)
{
	struct cx3_note *to;
	va_list args;

	if (draft->note_count == CX3_MAX_NOTES)
		return;
	to = &draft->note[draft->note_count++];
	snprintf(to->key, sizeof(to->key), "%s", key);
	va_start(args, fmt);
	vsnprintf(to->text, sizeof(to->text), fmt, args);
	va_end(args);
}

void cx3_draft_free(struct cx3_draft *draft)
{
	cx3_plan_free(draft->plan);
	free(draft->image);
	draft->plan = NULL;
	draft->image = NULL;
	draft->image_len = 0;
}
