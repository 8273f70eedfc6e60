/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "burn.h"

/* Bus errors stop the job; an image that does not parse is a finding. */
static bool is_finding(int rc)
{
	return rc == CX3_E_IMAGE || rc == CX3_E_NO_IMAGE;
}

int cx3_burn_look(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_burn *burn = job->burn;
	struct cx3_fs2_info info;
	int rc = cx3_fs2_locate(&job->flash, job->start, &job->start_count, err);

	if (rc != CX3_OK)
		return rc;
	rc = cx3_fs2_query(&job->flash, CX3_FS2_STRIPED, CX3_FS2_QUICK, &burn->old_info,
			   &job->why_no_old);
	burn->has_old = rc == CX3_OK;
	if (rc != CX3_OK && !is_finding(rc)) {
		if (err)
			*err = job->why_no_old;
		return rc;
	}
	/* free when a backup has read everything: then look at every CRC */
	if (burn->has_old && cx3_shadow_missing(job->shadow) == 0)
		job->old_damaged = cx3_fs2_verify(&job->flash, CX3_FS2_STRIPED, &info, NULL, NULL,
						  NULL) != CX3_OK;
	return CX3_OK;
}

static int check_old_image(const struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_burn *burn = job->burn;

	if (!burn->has_old && !job->options->non_failsafe)
		return cx3_fail(
			err, CX3_E_NO_IMAGE, "flash",
			"There is no valid image on the flash (%.*s), so the burn can't be "
			"fail-safe; to burn all the same add -nofs, and for the identity -guid "
			"and -mac (from the card's label or a backup), -use_image_guids or "
			"-blank_guids; and -use_image_ps or -vsd.",
			160, job->why_no_old.cause);
	return CX3_OK;
}

static int check_failsafe(const struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_fs2_info *old = &job->burn->old_info;
	const struct cx3_fs2_info *fresh = &job->burn->new_info;

	if (job->nofs)
		return CX3_OK;
	if (old->failsafe != fresh->failsafe)
		return cx3_fail(
			err, CX3_E_IMAGE, "image",
			"The image %s fail-safe but the one on the flash %s, so one can't "
			"replace the other safely; take the matching image, or add -nofs to "
			"burn without that safety.",
			fresh->failsafe ? "is" : "is not", old->failsafe ? "is" : "is not");
	if (old->failsafe && old->log2_chunk != fresh->log2_chunk)
		return cx3_fail(
			err, CX3_E_IMAGE, "image",
			"The image's chunks have 0x%x bytes and those on the flash 0x%x, so one "
			"would overwrite the other; take the matching image, or add -nofs to "
			"burn without fail-safety.",
			1u << fresh->log2_chunk, 1u << old->log2_chunk);
	return CX3_OK;
}

static int check_psid(const struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_fs2_info *old = &job->burn->old_info;
	const struct cx3_fs2_info *fresh = &job->burn->new_info;

	if (!job->burn->has_old || job->options->allow_psid_change)
		return CX3_OK;
	if (strncmp(old->psid, fresh->psid, CX3_FS2_PSID_LEN) != 0)
		return cx3_fail(
			err, CX3_E_PSID, "image",
			"The image's PSID is '%s' and the card's '%s': it is made for another "
			"board; take the card's own image, or add -allow_psid_change if you "
			"are sure that it fits.",
			fresh->psid, old->psid);
	if (old->config_pad != fresh->config_pad)
		return cx3_fail(err, CX3_E_PSID, "image",
				"The image keeps its configuration %u sectors from the end and the "
				"card's %u, so the card's settings would be lost; add "
				"-allow_psid_change if that is meant.",
				fresh->config_pad, old->config_pad);
	return CX3_OK;
}

int cx3_burn_check_size(const struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_burn *burn = job->burn;
	uint32_t flash_size = job->shadow->size;
	uint32_t limit = cx3_fs2_max_image(flash_size, burn->has_old ? &burn->old_info : NULL,
					   &burn->new_info);
	uint32_t size = burn->new_info.image_size;

	if (size < burn->image_len)
		size = burn->image_len;
	if (size <= limit)
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_TOO_BIG, "image",
		"The image has 0x%x bytes and at most 0x%x fit this flash of 0x%x bytes%s; take "
		"an image made for this card.",
		size, limit, flash_size,
		burn->new_info.failsafe ? " (half of it, less the configuration area)" : "");
}

int cx3_burn_check(struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_burn *burn = job->burn;
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(job->shadow->flash));
	int rc = cx3_fs2_fits(&job->burn->new_info, id->hw_id, id->hw_rev, err);

	/* an image of the older kind over one of its kind has no other way */
	job->nofs = job->options->non_failsafe ||
		    (burn->has_old && !burn->old_info.failsafe && !burn->new_info.failsafe);
	if (rc == CX3_OK)
		rc = check_old_image(job, err);
	if (rc == CX3_OK)
		rc = check_failsafe(job, err);
	if (rc == CX3_OK)
		rc = check_psid(job, err);
	return rc;
}
