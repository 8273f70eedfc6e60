/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "burn.h"

/*
 * sg: another identity for the image that is on the card. Blank fields (all
 * ones) are filled in where they are, since programming needs no erase; else
 * the patched image is burnt to the other home.
 */

#define GUIDS 4u

/* One field of the image that lies on the flash; it may cross a chunk's end. */
static void write_field(struct cx3_burn_job *job, uint32_t logical, uint32_t len,
			const char *purpose)
{
	const struct cx3_fs2_info *info = &job->burn->old_info;
	struct cx3_plan *plan = job->burn->plan;
	uint32_t chunk = info->failsafe ? UINT32_C(1) << info->log2_chunk : job->shadow->size;
	uint32_t end = logical + len;

	for (uint32_t at = logical, part; at < end; at += part) {
		uint32_t addr = cx3_fs2_addr(info, at);

		part = chunk - at % chunk < end - at ? chunk - at % chunk : end - at;
		memcpy(plan->target + addr, job->burn->image + at, part);
		cx3_plan_write(plan, CX3_STAGE_IN_PLACE, addr, part, purpose);
	}
}

/* True if the fields can get there by programming alone. */
static bool fits_in_place(const struct cx3_burn *burn, const uint8_t *before)
{
	const struct cx3_fs2_info *info = &burn->old_info;
	uint32_t size = info->uid_count * 8 + 4;

	return info->blank_uids &&
	       cx3_bits_allow(before + info->guid_ptr, burn->image + info->guid_ptr, size) &&
	       cx3_bits_allow(before + CX3_FS2_OFF_CRC, burn->image + CX3_FS2_OFF_CRC, 4);
}

/* The section and its CRC in one go: one page program, if no page ends within. */
static int plan_in_place(struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_fs2_info *info = &job->burn->old_info;
	struct cx3_plan_summary *s;
	int rc = cx3_plan_new(job->shadow->size, job->noun, &job->burn->plan, err);

	if (rc != CX3_OK)
		return rc;
	write_field(job, info->guid_ptr, info->uid_count * 8 + 4, "GUIDs and MACs");
	write_field(job, CX3_FS2_OFF_CRC, 4, "CRC of the image");
	s = &job->burn->plan->summary;
	s->bootable_throughout = false;
	snprintf(s->warning, sizeof(s->warning),
		 "The blank GUIDs are filled in where they are: if the power is cut within these "
		 "milliseconds the GUID section is damaged; burn the image again then, with -nofs, "
		 "-guid and -mac.");
	return cx3_plan_seal(job->burn->plan, job->shadow, err);
}

/* Fields that the user does not give stay blank in an image with blank fields. */
static int blank_uids(const struct cx3_burn_options *o, uint64_t *uid, struct cx3_error *err)
{
	int rc = CX3_OK;

	memset(uid, 0xff, CX3_FS2_MAX_UIDS * sizeof(*uid));
	if (o->guid_count == 1)
		cx3_fs2_guids_from_base(o->guid[0], uid);
	else if (o->guid_count)
		memcpy(uid, o->guid, sizeof(o->guid));
	if (o->mac_count == 1)
		cx3_fs2_macs_from_base(o->mac[0], uid + GUIDS);
	else if (o->mac_count)
		memcpy(uid + GUIDS, o->mac, sizeof(o->mac));
	for (unsigned i = 0; i < 2 && o->mac_count && rc == CX3_OK; i++)
		rc = cx3_fs2_check_mac(uid[GUIDS + i], err);
	return rc;
}

static int patch(struct cx3_burn_job *job, const uint64_t *uid, struct cx3_error *err)
{
	struct cx3_burn *burn = job->burn;
	int rc = cx3_fs2_set_uids(burn->image, burn->image_len, &burn->old_info, uid, err);

	return rc == CX3_OK ? cx3_burn_seal_image(job, err) : rc;
}

static int try_in_place(struct cx3_burn_job *job, bool *planned, struct cx3_error *err)
{
	struct cx3_burn *burn = job->burn;
	uint64_t uid[CX3_FS2_MAX_UIDS];
	uint8_t *before;
	int rc = blank_uids(job->options, uid, err);

	*planned = false;
	if (rc != CX3_OK)
		return rc;
	before = malloc(burn->image_len);
	if (!before)
		return cx3_fail(err, CX3_E_NO_MEMORY, "sg",
				"No memory for a copy of the image; free some and try again.");
	memcpy(before, burn->image, burn->image_len);
	rc = patch(job, uid, err);
	if (rc == CX3_OK && fits_in_place(burn, before)) {
		*planned = true;
		rc = plan_in_place(job, err);
	} else {
		memcpy(burn->image, before, burn->image_len);
	}
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

static int prepare(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_burn *burn = job->burn;
	bool planned = false;
	int rc = cx3_burn_look(job, err);

	if (rc != CX3_OK)
		return rc;
	if (!burn->has_old)
		return cx3_fail(
			err, CX3_E_NO_IMAGE, "flash",
			"There is no valid image on the flash to give GUIDs to (%.*s); burn one "
			"first, with -nofs, -guid and -mac.",
			200, job->why_no_old.cause);
	rc = cx3_fs2_extract(&job->flash, &burn->old_info, &burn->image, &burn->image_len, err);
	if (rc == CX3_OK)
		rc = try_in_place(job, &planned, err);
	if (rc == CX3_OK && !planned)
		rc = plan_reburn(job, err);
	return rc;
}

int cx3_set_guids_prepare(struct cx3_shadow *shadow, const struct cx3_burn_options *options,
			  struct cx3_burn *burn, struct cx3_error *err)
{
	struct cx3_burn_options own = *options;
	struct cx3_burn_job job = {
		.shadow = shadow,
		.flash = cx3_shadow_source(shadow),
		.options = &own,
		.noun = "sg",
		.burn = burn,
	};
	int rc;

	memset(burn, 0, sizeof(*burn));
	if (!options->guid_count && !options->mac_count)
		return cx3_fail(
			err, CX3_E_USAGE, "sg",
			"sg needs to be told an identity; add -guid, -guids, -mac or -macs.");
	own.blank_guids = false;
	own.use_image_guids = false;
	rc = prepare(&job, err);
	if (rc == CX3_OK)
		cx3_burn_changes(burn);
	else
		cx3_burn_finish(burn);
	return rc;
}
