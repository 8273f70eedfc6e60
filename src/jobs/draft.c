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

bool cx3_draft_is_others(const struct cx3_input *input, const struct cx3_fs2_info *info)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(input->shadow->flash));

	return cx3_fs2_is_other_chips(info, id->hw_id);
}

int cx3_draft_judge(const struct cx3_input *input, const struct cx3_fs2_source *src,
		    struct cx3_homes *homes, struct cx3_error *err)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(input->shadow->flash));
	int rc = cx3_homes_judge(src, homes, err);

	if (rc == CX3_OK)
		cx3_homes_know_chip(homes, id->hw_id);
	return rc;
}

void cx3_draft_warn_livefish(struct cx3_draft *draft, const char *noun)
{
	struct cx3_plan_summary *s = &draft->plan->summary;

	snprintf(s->warning, sizeof(s->warning),
		 "The card is in recovery (livefish): it does not boot what is on the flash; if "
		 "the power is cut before the %s is complete, run it again.",
		 noun);
}

void cx3_draft_free(struct cx3_draft *draft)
{
	cx3_plan_free(draft->plan);
	free(draft->image);
	draft->plan = NULL;
	draft->image = NULL;
	draft->image_len = 0;
}
