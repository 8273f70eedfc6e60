/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sg: another identity for the image that is on the card. Blank fields (all ones) are
 * filled in where they are, since programming needs no erase. Else the patched image
 * is burnt to the other home.
 */
#include "burn_priv.h"
#include "records/backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/identity.h"

#define FULL_CRC_LEN 4u

/* The GUID section's data and its CRC, bytes. */
static uint32_t section_len(const struct cx3_fs2_info *info)
{
	return info->uid_count * 8 + 4;
}

/* One field of the image that lies on the flash; it may cross a chunk's end. */
static void write_field(struct cx3_burn_job *job, uint32_t logical, uint32_t len,
			const char *purpose)
{
	const struct cx3_fs2_info *info = &job->draft->old_info;
	struct cx3_plan *plan = job->draft->plan;
	uint32_t chunk = info->failsafe ? UINT32_C(1) << info->log2_chunk : job->shadow->size;
	uint32_t end = logical + len;

	for (uint32_t at = logical, part; at < end; at += part) {
		uint32_t addr = cx3_fs2_addr(info, at);

		part = chunk - at % chunk < end - at ? chunk - at % chunk : end - at;
		memcpy(plan->target + addr, job->draft->image + at, part);
		cx3_plan_write(plan, CX3_STAGE_IN_PLACE, addr, part, purpose);
	}
}

/* Whether programming alone makes what the flash holds now into the field's new bytes. */
static int field_fits(struct cx3_burn_job *job, uint32_t logical, uint32_t len, bool *fits,
		      struct cx3_error *err)
{
	const struct cx3_fs2_info *info = &job->draft->old_info;
	int rc = CX3_OK;

	for (uint32_t at = logical; at < logical + len && *fits && rc == CX3_OK; at++) {
		uint32_t addr = cx3_fs2_addr(info, at);

		rc = cx3_shadow_want(job->shadow, addr, 1, err);
		if (rc == CX3_OK)
			*fits = cx3_bits_allow(cx3_shadow_bytes(job->shadow) + addr,
					       job->draft->image + at, 1);
	}
	return rc;
}

static bool is_filled(const struct cx3_fs2_info *info, uint32_t addr)
{
	return (addr >= info->guid_ptr && addr - info->guid_ptr < section_len(info)) ||
	       (addr >= CX3_FS2_OFF_CRC && addr - CX3_FS2_OFF_CRC < FULL_CRC_LEN);
}

/* Of a job that goes on: is the image, but for the fields, what it was before the job? If
 * more was lost, the image is written as a whole. */
static bool rest_is_as_before(struct cx3_burn_job *job)
{
	const struct cx3_fs2_info *info = &job->draft->old_info;
	const uint8_t *now = cx3_shadow_bytes(job->shadow);

	if (!job->input->before)
		return true;
	for (uint32_t addr = 0; addr < job->draft->image_len; addr++) {
		uint32_t at = cx3_fs2_addr(info, addr);

		if (at < job->shadow->size && !is_filled(info, addr) &&
		    now[at] != job->draft->image[addr])
			return false;
	}
	return true;
}

static int fits_in_place(struct cx3_burn_job *job, bool *fits, struct cx3_error *err)
{
	const struct cx3_fs2_info *info = &job->draft->old_info;
	int rc;

	*fits = info->blank_uids && rest_is_as_before(job);
	rc = field_fits(job, info->guid_ptr, section_len(info), fits, err);
	if (rc == CX3_OK)
		rc = field_fits(job, CX3_FS2_OFF_CRC, FULL_CRC_LEN, fits, err);
	return rc;
}

/* The section and its CRC in one go: one page program, if no page ends within. */
static int plan_in_place(struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_fs2_info *info = &job->draft->old_info;
	struct cx3_plan_summary *s;
	int rc = cx3_plan_new(job->shadow->size, job->noun, &job->draft->plan, err);

	if (rc != CX3_OK)
		return rc;
	write_field(job, info->guid_ptr, section_len(info), "GUIDs and MACs");
	write_field(job, CX3_FS2_OFF_CRC, FULL_CRC_LEN, "CRC of the image");
	s = &job->draft->plan->summary;
	job->draft->plan->fills_image = true;
	job->draft->plan->filled_start = job->old->home.start;
	s->bootable_throughout = false;
	snprintf(s->warning, sizeof(s->warning),
		 "The blank GUIDs are filled in where they are: if the power is cut within these "
		 "milliseconds, the GUID section is damaged and the card does not boot until the "
		 "same sg was run again.");
	return cx3_plan_seal(job->draft->plan, job->shadow, job->input->unprotect, err);
}

/* Fields that the user does not give stay blank in an image with blank fields. */
static int blank_uids(struct cx3_burn_job *job, uint64_t *uid, struct cx3_error *err)
{
	const struct cx3_burn_options *o = job->options;
	struct cx3_identity identity;
	int rc = cx3_identity_overlay(NULL, o->guid_count, o->guid, o->mac_count, o->mac, &identity,
				      err);

	memset(uid, 0xff, CX3_FS2_MAX_UIDS * sizeof(*uid));
	if (rc == CX3_OK)
		rc = cx3_identity_to_uids(&identity, job->draft->old_info.uid_count, uid, err);
	return rc;
}

static int patch(struct cx3_burn_job *job, const uint64_t *uid, struct cx3_error *err)
{
	struct cx3_draft *draft = job->draft;
	int rc = cx3_fs2_set_uids(draft->image, draft->image_len, &draft->old_info, uid, err);

	return rc == CX3_OK ? cx3_burn_seal_image(job, err) : rc;
}

static int try_in_place(struct cx3_burn_job *job, bool *planned, struct cx3_error *err)
{
	struct cx3_draft *draft = job->draft;
	uint64_t uid[CX3_FS2_MAX_UIDS];
	uint8_t *before;
	int rc = blank_uids(job, uid, err);

	*planned = false;
	if (rc != CX3_OK || !draft->old_info.blank_uids)
		return rc;
	before = malloc(draft->image_len);
	if (!before)
		return cx3_fail(err, CX3_E_NO_MEMORY, "sg",
				"There is no memory for a copy of the image.\n"
				"Close other programs and try again.");
	memcpy(before, draft->image, draft->image_len);
	rc = patch(job, uid, err);
	if (rc == CX3_OK)
		rc = fits_in_place(job, planned, err);
	if (rc == CX3_OK && *planned)
		rc = plan_in_place(job, err);
	else
		memcpy(draft->image, before, draft->image_len);
	free(before);
	return rc;
}

static int plan_reburn(struct cx3_burn_job *job, struct cx3_error *err)
{
	uint64_t uid[CX3_FS2_MAX_UIDS];
	bool keep, blank;
	int rc = cx3_burn_uids(job, uid, &keep, &blank, err);

	if (rc == CX3_OK)
		rc = patch(job, uid, err);
	if (rc == CX3_OK)
		rc = cx3_burn_check_size(job, err);
	return rc == CX3_OK ? cx3_burn_plan(job, err) : rc;
}

static int draft_image(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_draft *draft = job->draft;
	bool planned = false;
	int rc = cx3_burn_look(job, err);

	if (rc == CX3_OK)
		rc = cx3_burn_check_clone(job, err);
	if (rc != CX3_OK)
		return rc;
	if (!job->old) {
		rc = cx3_fail(err, CX3_E_NO_IMAGE, "flash",
			      "There is no valid image on the flash to give GUIDs to (%s).\n"
			      "Burn one first, without fail-safety and with the card's GUIDs and "
			      "MACs.",
			      job->why_no_old);
		return cx3_shadow_verdict(job->shadow, rc, err);
	}
	/* It is going to be written again with new CRCs, which would hide a wrong reading. */
	if (!job->input->before)
		rc = cx3_backup_vouch(job->shadow, job->old->home.start, err);
	if (rc != CX3_OK)
		return rc;
	rc = cx3_fs2_extract(&job->before, &draft->old_info, &draft->image, &draft->image_len, err);
	draft->new_info = draft->old_info;
	draft->has_new = true;
	if (rc == CX3_OK)
		rc = try_in_place(job, &planned, err);
	if (rc == CX3_OK && !planned)
		rc = plan_reburn(job, err);
	if (planned)
		snprintf(draft->identity, sizeof(draft->identity), "as given");
	return rc;
}

/* The half that was not given stays blank where it was: mstflint leaves it so too. */
static void note_half(struct cx3_draft *draft)
{
	const struct cx3_fs2_info *fresh = &draft->new_info;
	bool no_guids = fresh->uid[0] == UINT64_MAX;
	bool no_macs = fresh->uid_count >= 6 &&
		       (fresh->uid[4] & UINT64_C(0xffffffffffff)) == UINT64_C(0xffffffffffff);

	if (fresh->blank_uids || no_guids == no_macs)
		return;
	cx3_draft_note(
		draft, "half_identity",
		no_macs ? "The MACs are left blank (all ones): as an Ethernet card it has no "
			  "address of its own. Give them too."
			: "The GUIDs are left blank (all ones), as firmware for Ethernet alone "
			  "has them. For InfiniBand or VPI give them too.");
}

int cx3_draft_set_guids(const struct cx3_input *input, const struct cx3_burn_options *options,
			struct cx3_draft *draft, struct cx3_error *err)
{
	struct cx3_burn_options own = *options;
	struct cx3_burn_job job;
	int rc;

	cx3_burn_begin(&job, input, "sg", &own, draft);
	if (!options->guid_count && !options->mac_count)
		return cx3_fail(err, CX3_E_USAGE, "sg",
				"No identity is given.\nGive GUIDs, MACs or both.");
	own.blank_guids = false;
	own.use_image_guids = false;
	rc = draft_image(&job, err);
	if (rc == CX3_OK) {
		cx3_draft_changes(draft);
		cx3_burn_note_clone(&job);
		note_half(draft);
	} else {
		cx3_draft_free(draft);
	}
	return rc;
}
