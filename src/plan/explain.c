/* SPDX-License-Identifier: BSD-2-Clause */
/* What lies on the flash when a plan stops, in words for a person. */
#include <stdio.h>
#include <string.h>

#include "plan_priv.h"

static void body_text(const struct cx3_lap *lap, bool first, char *text, size_t size)
{
	if (lap->keeps && !first)
		snprintf(text, size,
			 "The image at 0x%x is new, whole and boots, the rest is not complete",
			 lap->keeps_start);
	else if (lap->keeps && lap->sign_count == 0)
		snprintf(text, size,
			 "The image at 0x%x is untouched and boots, the rest is not complete",
			 lap->keeps_start);
	else if (lap->keeps)
		snprintf(text, size,
			 "The old image is untouched and boots (at 0x%x), the new one is not "
			 "complete",
			 lap->keeps_start);
	else
		snprintf(text, size,
			 "No image on the flash may boot now (keep the card's power on if it "
			 "still has it)");
}

/* The signature that goes may be that of the image which would boot next. */
static void clear_text(const struct cx3_lap *lap, bool first, char *text, size_t size)
{
	if (lap->keeps && !first)
		snprintf(text, size,
			 "The image at 0x%x is new and whole, and it or the old one boots; the "
			 "rest is not complete",
			 lap->keeps_start);
	else
		body_text(lap, first, text, size);
}

static void sign_text(const struct cx3_lap *lap, char *text, size_t size)
{
	if (lap->keeps)
		snprintf(text, size,
			 "The new content is written but perhaps not signed, an image boots: this "
			 "one or the one at 0x%x",
			 lap->keeps_start);
	else
		snprintf(text, size,
			 "The new content is written but perhaps not signed, and nothing may boot "
			 "(keep the card's power on if it still has it)");
}

/* `place` is where the plan stopped; `wrote`: an erase or program was sent before. */
static void state_text(const struct cx3_plan *plan, struct cx3_plan_place place, bool wrote,
		       char *text, size_t size)
{
	const struct cx3_lap *lap = &plan->lap[place.lap];

	if (plan->count && plan->step[0].kind == CX3_STEP_SETTING) {
		snprintf(text, size,
			 "The flash's content is untouched, and this setting may have changed");
		return;
	}
	/* the status registers may have been, where a plan begins or ends with them */
	if (!wrote && (place.stage == CX3_STAGE_OPEN || place.stage == CX3_STAGE_CLOSE))
		snprintf(text, size,
			 "The flash's content is untouched, and its write protection may have "
			 "changed");
	else if (!wrote)
		snprintf(text, size, "Nothing was written");
	if (!wrote)
		return;
	switch (place.stage) {
	case CX3_STAGE_CLEAR:
		clear_text(lap, place.lap == 0, text, size);
		break;
	case CX3_STAGE_OPEN:
	case CX3_STAGE_BODY:
		body_text(lap, place.lap == 0, text, size);
		break;
	case CX3_STAGE_SIGN:
		sign_text(lap, text, size);
		break;
	case CX3_STAGE_BOOT:
		if (place.lap + 1 < plan->laps)
			clear_text(lap + 1, false, text, size);
		else
			snprintf(text, size,
				 "The new content is complete, but the boot address is not set");
		break;
	case CX3_STAGE_RETIRE:
		snprintf(text, size,
			 "The new image is complete, but the old one is not marked as replaced, "
			 "and either may boot");
		break;
	case CX3_STAGE_IN_PLACE:
		if (!plan->fills_image)
			body_text(lap, true, text, size);
		else
			snprintf(text, size,
				 "The image is whole but for the fields that were being filled in "
				 "(keep the card's power on if it still has it)");
		break;
	case CX3_STAGE_CLOSE:
		snprintf(text, size,
			 "The new content is complete, but the write protection is not back");
		break;
	}
}

/* A bus error names the adapter; where on the flash it came is worth as much. */
static void add_address(uint32_t at, struct cx3_error *err)
{
	char before[sizeof(err->place)];

	if (strncmp(err->place, "flash ", 6) == 0)
		return;
	snprintf(before, sizeof(before), "%s", err->place);
	snprintf(err->place, sizeof(err->place), "flash 0x%x on %.70s", at, before);
}

void cx3_plan_explain(const struct cx3_plan *plan, struct cx3_plan_place place, uint32_t at,
		      bool wrote, bool damaged, struct cx3_error *err)
{
	char state[160], before[sizeof(err->next)];

	if (!err)
		return;
	add_address(at, err);
	if (damaged)
		snprintf(state, sizeof(state),
			 "Whether an image on the flash still boots is not known (keep the card's "
			 "power on if it still has it)");
	else
		state_text(plan, place, wrote, state, sizeof(state));
	snprintf(before, sizeof(before), "%s", err->next);
	if (err->code == CX3_E_PART && !wrote) {
		/* the chip lacks it: to run it again would not help */
		cx3_fail_next(err, "%.300s The flash's content is untouched.", before);
		return;
	}
	cx3_fail_next(err, "%.300s%s%s: run the same %s again to %s.", before, before[0] ? " " : "",
		      state, plan->noun, wrote ? "go on" : "begin anew");
}

bool cx3_plan_may_be_reset(int rc)
{
	return rc == CX3_E_VERIFY || rc == CX3_E_GATEWAY || rc == CX3_E_PROTECTED ||
	       rc == CX3_E_STATUS_LOCKED || rc == CX3_E_NOISE || rc == CX3_E_NO_FLASH ||
	       rc == CX3_E_IO || rc == CX3_E_CHANGED;
}
