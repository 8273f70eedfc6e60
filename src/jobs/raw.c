/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * erase, ww, wb, wwne, wbne, bb: bytes where somebody says, whatever lies there. No GUIDs, no CRCs
 * and no PSID are looked after. What is looked after: the rest of each sector is put back as it was
 * (mstflint's wb and bb leave it blank), a write without an erase is refused before it can leave
 * the AND of old and new bytes (mstflint leaves that), and a card that boots is not left without
 * an image that boots unless that was allowed by name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "content.h"
#include "cx3flash/text.h"
#include "fs2/config_area.h"
#include "plan/settle.h"

struct raw {
	const struct cx3_input *input;
	const struct cx3_raw *what;
	struct cx3_draft *draft;
	uint32_t lo, hi;     /* the bytes that are given, flash addresses */
	uint32_t first, end; /* the sectors or blocks that they are in */
	uint8_t *bytes;	     /* the whole flash as it shall be */
	bool lost;	     /* an interrupted raw write has lost the rest of a sector */
	struct cx3_content content;
};

static bool programs(const struct raw *r)
{
	return r->what->kind == CX3_RAW_PROGRAM;
}

/* --- Where --- */

static int check_place(struct raw *r, struct cx3_error *err)
{
	const struct cx3_raw *what = r->what;
	uint32_t size = r->input->shadow->size;
	uint32_t unit = cx3_erase_unit(r->input->shadow->flash);
	uint32_t len = what->kind == CX3_RAW_ERASE ? 1 : what->len;

	if (what->kind == CX3_RAW_IMAGE && len > size)
		return cx3_fail(err, CX3_E_TOO_BIG, "image",
				"The file has %u bytes but the flash %u.\n"
				"Take a file for this flash.",
				len, size);
	if (what->addr >= size || len > size - what->addr)
		return cx3_fail(err, CX3_E_USAGE, "address",
				"%u bytes at 0x%x do not lie within the flash, which has 0x%x "
				"bytes.\n"
				"Look at the address again.",
				len, what->addr, size);
	r->lo = what->addr;
	r->hi = what->addr + len;
	r->first = r->lo / unit * unit;
	r->end = (r->hi + unit - 1) / unit * unit;
	if (what->kind == CX3_RAW_ERASE) {
		r->lo = r->first;
		r->hi = r->end;
	}
	return CX3_OK;
}

/* The rest of the sectors is written back, and no CRC covers it. */
static int read_around(const struct raw *r, struct cx3_error *err)
{
	struct cx3_shadow *shadow = r->input->shadow;
	int rc = cx3_shadow_make_sure(shadow, r->first, r->lo - r->first, err);

	if (rc == CX3_OK)
		rc = cx3_shadow_make_sure(shadow, r->hi, r->end - r->hi, err);
	if (rc == CX3_OK && programs(r))
		rc = cx3_shadow_make_sure(shadow, r->lo, r->hi - r->lo, err);
	return rc;
}

static int check_bits(const struct raw *r, uint32_t *refused, struct cx3_error *err)
{
	const uint8_t *now = cx3_shadow_bytes(r->input->shadow) + r->lo;
	char place[32];

	for (uint32_t at = 0; programs(r) && at < r->what->len; at += 4) {
		if (cx3_bits_allow(now + at, r->what->bytes + at, 4))
			continue;
		*refused = r->lo + at;
		snprintf(place, sizeof(place), "flash 0x%x", *refused);
		return cx3_fail(
			err, CX3_E_NEEDS_ERASE, place,
			"At 0x%x the flash holds 0x%08x, and without an erase no 0x%08x can be "
			"made of that: bits would have to go from 0 to 1; nothing was written.\n"
			"Write that word with an erase of its sector first.",
			*refused, be32(now + at), be32(r->what->bytes + at));
	}
	return CX3_OK;
}

/* --- What the flash shall hold --- */

static bool overlap(const struct cx3_fs2_extents *extents, uint32_t lo, uint32_t hi)
{
	for (unsigned i = 0; i < extents->count; i++) {
		if (lo < extents->range[i].hi && extents->range[i].lo < hi)
			return true;
	}
	return false;
}

/* All CRCs of the image that this byte belongs to are right: nothing of it was lost. */
static bool is_whole(const struct cx3_homes *homes, uint32_t addr)
{
	for (unsigned i = 0; i < homes->count; i++) {
		if (homes->home[i].home.health == CX3_HOME_WHOLE &&
		    overlap(&homes->home[i].extents, addr, addr + 1))
			return true;
	}
	return false;
}

/* An interrupted raw write had the rest of the sectors that it erased in memory only. */
static void take_found(struct raw *r)
{
	const struct cx3_input *input = r->input;
	const struct cx3_fs2_extents *touched = input->found_touched;

	for (unsigned i = 0; input->found && i < touched->count; i++) {
		const struct cx3_fs2_range *range = &touched->range[i];

		if (!cx3_fs2_extents_hold(input->found_known, range->lo, range->hi))
			continue;
		for (uint32_t at = range->lo; at < range->hi; at++) {
			if (r->bytes[at] == input->found[at] || is_whole(&r->draft->homes, at))
				continue;
			r->bytes[at] = input->found[at];
			r->lost = true;
		}
	}
}

static int make_content(struct raw *r, struct cx3_error *err)
{
	const struct cx3_input *input = r->input;
	uint32_t size = input->shadow->size;
	int rc = CX3_OK;

	r->bytes = malloc(size);
	if (!r->bytes)
		return cx3_fail(err, CX3_E_NO_MEMORY, "flash",
				"There is no memory for the flash's content.\n"
				"Close other programs and try again.");
	if (input->before)
		rc = input->before->read(input->before->user, 0, r->bytes, size, err);
	else
		memcpy(r->bytes, cx3_shadow_bytes(input->shadow), size);
	if (rc != CX3_OK)
		return rc;
	/* which a write without an erase can't put back */
	if (!programs(r))
		take_found(r);
	if (r->what->kind == CX3_RAW_ERASE)
		memset(r->bytes + r->lo, 0xff, r->hi - r->lo);
	else
		memcpy(r->bytes + r->lo, r->what->bytes, r->what->len);
	r->content.bytes = r->bytes;
	return CX3_OK;
}

/* --- What boots --- */

/* What this chip takes at power-on is whole, and of its kind. */
static bool boots(const struct raw *r, const struct cx3_homes *homes)
{
	const struct cx3_home *home = &homes->home[0].home;

	return homes->count && home->health == CX3_HOME_WHOLE &&
	       !cx3_draft_is_others(r->input, &home->info);
}

/* A clause. */
static void why_not(const struct cx3_homes *then, char *text, size_t size)
{
	const struct cx3_home *home = &then->home[0].home;

	if (then->count == 0)
		snprintf(text, size, "no image would be there");
	else if (home->health == CX3_HOME_WHOLE)
		snprintf(text, size, "the image at 0x%x would be one for another chip",
			 home->start);
	else
		snprintf(text, size, "the image at 0x%x, which the chip takes, would be damaged",
			 home->start);
}

static int check_boots(struct raw *r, bool allowed, struct cx3_error *err)
{
	const struct cx3_homes *now = &r->draft->homes;
	struct cx3_fs2_source content = cx3_fs2_memory(r->bytes, r->input->shadow->size);
	char why[80];
	int rc = cx3_homes_judge(&content, &r->content.homes, err);

	if (rc != CX3_OK || allowed || !boots(r, now) || boots(r, &r->content.homes))
		return rc;
	why_not(&r->content.homes, why, sizeof(why));
	return cx3_fail(err, CX3_E_UNBOOTABLE, "flash",
			"The card boots the image at 0x%x now. After this %s %s, and the card "
			"would come up in recovery (livefish); nothing was written.\n"
			"If that is meant, it has to be allowed by name.",
			now->home[0].home.start, r->content.noun, why);
}

/* --- The plan --- */

static void judge_in_place(const struct raw *r)
{
	const struct cx3_card *card = cx3_flash_card(r->input->shadow->flash);
	const struct cx3_judged *best = cx3_homes_best(&r->draft->homes);
	struct cx3_plan *plan = r->draft->plan;
	struct cx3_plan_summary *s = &plan->summary;
	struct cx3_lap *lap = cx3_plan_lap(plan);

	lap->keeps = best && best->home.health == CX3_HOME_WHOLE && boots(r, &r->content.homes) &&
		     !overlap(&best->extents, r->lo, r->hi) &&
		     cx3_card_identity(card)->state != CX3_CARD_LIVEFISH;
	lap->keeps_start = lap->keeps ? best->home.start : 0;
	s->bootable_throughout = s->bootable_checked = lap->keeps;
	s->bootable_start = lap->keeps_start;
	if (!lap->keeps)
		snprintf(s->warning, sizeof(s->warning),
			 "No image is known to boot while this is written, or after it: the bytes "
			 "lie in the one that boots, or none does.");
}

/* Runs of bytes that differ, each within one page: nothing else is programmed again. */
static int plan_in_place(struct raw *r, struct cx3_error *err)
{
	struct cx3_shadow *shadow = r->input->shadow;
	const uint8_t *now = cx3_shadow_bytes(shadow);
	struct cx3_plan *plan;
	int rc = cx3_plan_new(shadow->size, r->content.noun, &r->draft->plan, err);

	if (rc != CX3_OK)
		return rc;
	plan = r->draft->plan;
	memcpy(plan->target, r->bytes, shadow->size);
	for (uint32_t at = r->lo, len; at < r->hi; at += len) {
		uint32_t most = cx3_page_part(at, r->hi);
		bool same = now[at] == r->bytes[at];

		for (len = 1; len < most && (now[at + len] == r->bytes[at + len]) == same; len++)
			continue;
		if (!same)
			cx3_plan_write(plan, CX3_STAGE_IN_PLACE, at, len, "as given");
	}
	judge_in_place(r);
	return cx3_plan_seal(plan, shadow, r->input->unprotect, err);
}

/* --- What is said --- */

static void bytes_text(const uint8_t *bytes, uint32_t len, char *text, size_t size)
{
	if (cx3_is_blank(bytes, len))
		snprintf(text, size, "blank");
	else
		cx3_hex_text(bytes, len, text, size);
}

static void tell_change(const struct raw *r)
{
	char what[24], before[64], after[64];

	snprintf(what, sizeof(what), "0x%06x-0x%06x", r->lo, r->hi - 1);
	bytes_text(cx3_shadow_bytes(r->input->shadow) + r->lo, r->hi - r->lo, before,
		   sizeof(before));
	bytes_text(r->bytes + r->lo, r->hi - r->lo, after, sizeof(after));
	/* the table of a burn has nothing to say of a few bytes */
	if (r->what->kind == CX3_RAW_IMAGE && r->draft->has_new)
		cx3_draft_changes(r->draft);
	cx3_draft_change(r->draft, "bytes", what, before, after);
}

static bool is_erased(const struct raw *r)
{
	const struct cx3_plan *plan = r->draft->plan;

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->step[i].kind == CX3_STEP_ERASE && plan->step[i].addr < r->end &&
		    r->first < plan->step[i].addr + plan->step[i].len)
			return true;
	}
	return false;
}

static void note_settings(struct raw *r)
{
	struct cx3_fs2_range area[CX3_CONFIG_AREAS];
	unsigned count = r->draft->has_old ? cx3_config_areas(&r->draft->old_info,
							      r->input->shadow->size, area)
					   : 0;

	for (unsigned i = 0; i < count; i++) {
		if (r->lo < area[i].hi && area[i].lo < r->hi)
			cx3_draft_note(r->draft, "settings",
				       "The bytes lie in the card's settings (0x%06x-0x%06x): what "
				       "is wrong there makes the host's tools fail until "
				       "the settings are reset.",
				       area[i].lo, area[i].hi - 1);
	}
}

static void note(struct raw *r)
{
	const struct cx3_homes *homes = &r->draft->homes;

	cx3_draft_note(r->draft, "raw",
		       "Nothing is checked of what these bytes mean: a wrong address or value can "
		       "change the card's identity or settings, or damage its firmware.");
	if (r->lost)
		cx3_draft_note(r->draft, "rest_lost",
			       "An interrupted write of this card has lost what lay beside its "
			       "bytes in their sector: that is put back, as it was found then.");
	if (is_erased(r) && r->end - r->first > r->hi - r->lo)
		cx3_draft_note(r->draft, "sector",
			       "0x%06x-0x%06x is erased and written again: what lies beside the "
			       "bytes there is put back as it was.",
			       r->first, r->end - 1);
	for (unsigned i = 0; i < homes->count; i++) {
		if (overlap(&homes->home[i].extents, r->lo, r->hi))
			cx3_draft_note(r->draft, "in_image",
				       "The bytes lie in the image at 0x%06x%s: no CRC is made "
				       "right, and no GUIDs or MACs are looked after.",
				       homes->home[i].home.start, i ? "" : ", which boots");
	}
	note_settings(r);
}

/* --- All of it --- */

static int plan(struct raw *r, bool allowed, struct cx3_error *err)
{
	const uint8_t *now;
	int rc = cx3_shadow_read_all(r->input->shadow, &now, err);

	/* what is there becomes what shall be there, so one reading does not do */
	if (rc == CX3_OK && !programs(r) && !r->input->before)
		rc = cx3_shadow_settle(r->input->shadow, NULL, err);
	/* every CRC can be checked now */
	if (rc == CX3_OK)
		rc = cx3_content_look(&r->content, err);
	if (rc == CX3_OK)
		rc = make_content(r, err);
	if (rc == CX3_OK)
		rc = check_boots(r, allowed, err);
	if (rc != CX3_OK)
		return rc;
	r->draft->has_new = r->what->kind == CX3_RAW_IMAGE && r->content.homes.count &&
			    r->content.homes.home[0].home.readable;
	if (r->draft->has_new)
		r->draft->new_info = r->content.homes.home[0].home.info;
	return programs(r) ? plan_in_place(r, err) : cx3_content_plan(&r->content, err);
}

int cx3_draft_raw(const struct cx3_input *input, const char *noun, const struct cx3_raw *what,
		  bool allow_unbootable, uint32_t *refused, struct cx3_draft *draft,
		  struct cx3_error *err)
{
	struct raw r = {
		.input = input,
		.what = what,
		.draft = draft,
		.content = {.input = input,
			    .few_bytes = true,
			    .draft = draft,
			    .noun = noun,
			    .no_image = "No image is on the flash then",
			    .damaged = "The image that the chip takes is damaged then"},
	};
	int rc;

	memset(draft, 0, sizeof(*draft));
	rc = check_place(&r, err);
	if (rc == CX3_OK)
		rc = read_around(&r, err);
	if (rc == CX3_OK)
		rc = check_bits(&r, refused, err);
	if (rc == CX3_OK)
		rc = plan(&r, allow_unbootable, err);
	if (rc == CX3_OK) {
		tell_change(&r);
		note(&r);
	} else {
		cx3_draft_free(draft);
	}
	free(r.bytes);
	return rc;
}
