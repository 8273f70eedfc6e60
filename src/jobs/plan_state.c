/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "plan.h"

/* What lies on the flash when a plan stops in `stage`, for a person. */
static const char *state_text(const struct cx3_plan *plan, enum cx3_stage stage, bool wrote)
{
	if (!wrote)
		return "nothing was written";
	switch (stage) {
	case CX3_STAGE_CLEAR:
	case CX3_STAGE_BODY:
		if (plan->summary.bootable_throughout)
			return "the old image is untouched and boots, the new one is not complete";
		return "no image on the flash may boot now: leave the card's power on";
	case CX3_STAGE_SIGN:
		if (plan->summary.bootable_throughout)
			return "the new image is written but not signed, the old one still boots";
		return "the new content is written but not signed, and nothing may boot: leave the "
		       "card's power on";
	case CX3_STAGE_BOOT:
		return "the new image is complete, but the boot address is not set";
	case CX3_STAGE_RETIRE:
		return "the new image is complete, but the old one is not marked as replaced, and "
		       "either may boot";
	case CX3_STAGE_IN_PLACE:
		break;
	}
	return "the image is whole but for the fields that were being filled in: leave the card's "
	       "power on";
}

void cx3_plan_explain(const struct cx3_plan *plan, enum cx3_stage stage, bool wrote,
		      struct cx3_error *err)
{
	char text[sizeof(err->text)];
	char tail[256];
	size_t len, room;

	if (!err)
		return;
	snprintf(tail, sizeof(tail), "; %s: run the same %s again to %s.",
		 state_text(plan, stage, wrote), plan->noun, wrote ? "go on" : "begin anew");
	snprintf(text, sizeof(text), "%s", err->text);
	len = strlen(text);
	while (len && (text[len - 1] == '.' || text[len - 1] == ' '))
		len--;
	/* the state matters more than the end of a long cause */
	room = sizeof(err->text) - 1 - strlen(tail);
	if (len > room)
		len = room;
	snprintf(err->text, sizeof(err->text), "%.*s%s", (int)len, text, tail);
}
