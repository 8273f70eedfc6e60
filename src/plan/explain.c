/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "plan.h"

/* What lies on the flash when a plan stops in `stage`, for a person. */
static const char *state_text(const struct cx3_plan *plan, enum cx3_stage stage, bool wrote)
{
	if (!wrote)
		return "Nothing was written";
	switch (stage) {
	case CX3_STAGE_CLEAR:
	case CX3_STAGE_BODY:
		if (plan->summary.bootable_throughout)
			return "The old image is untouched and boots, the new one is not complete";
		return "No image on the flash may boot now: leave the card's power on";
	case CX3_STAGE_SIGN:
		if (plan->summary.bootable_throughout)
			return "The new image is written but not signed, the old one still boots";
		return "The new content is written but not signed, and nothing may boot: leave the "
		       "card's power on";
	case CX3_STAGE_BOOT:
		return "The new image is complete, but the boot address is not set";
	case CX3_STAGE_RETIRE:
		return "The new image is complete, but the old one is not marked as replaced, and "
		       "either may boot";
	case CX3_STAGE_IN_PLACE:
		break;
	}
	return "The image is whole but for the fields that were being filled in: leave the card's "
	       "power on";
}

void cx3_plan_explain(const struct cx3_plan *plan, enum cx3_stage stage, bool wrote,
		      struct cx3_error *err)
{
	char before[sizeof(err->next)];

	if (!err)
		return;
	snprintf(before, sizeof(before), "%s", err->next);
	cx3_fail_next(err, "%.120s%s%s: run the same %s again to %s.", before, before[0] ? " " : "",
		      state_text(plan, stage, wrote), plan->noun, wrote ? "go on" : "begin anew");
}
