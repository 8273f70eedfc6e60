/* SPDX-License-Identifier: BSD-2-Clause */
/* What lies on the flash, and whether the image may go onto this card. */
#include "burn_priv.h"

#include <stdio.h>
#include <string.h>

#include "cx3flash/identityfile.h"

/* Why nothing on the flash can be kept: the first home's problem, or none is there. */
static void say_why_no_old(struct cx3_burn_job *job)
{
	const struct cx3_homes *homes = &job->before_homes;

	snprintf(job->why_no_old, sizeof(job->why_no_old), "%s",
		 homes->count ? homes->home[0].home.problem
			      : "no image's signature is at any place where one may start");
}

/* What the card is to get instead of its own; false: it keeps that, or gets none. */
static bool other_identity(const struct cx3_burn_job *job, struct cx3_identity *other)
{
	const struct cx3_burn_options *o = job->options;

	if (o->blank_guids)
		return false;
	/* values that can't be are refused where they are laid over the card's */
	if (o->guid_count || o->mac_count)
		return cx3_identity_overlay(NULL, o->guid_count, o->guid, o->mac_count, o->mac,
					    other, NULL) == CX3_OK;
	if (!o->use_image_guids)
		return false;
	cx3_identity_from_info(&job->draft->new_info, CX3_IDENTITY_FILE, NULL, other);
	return cx3_identity_is_own(other);
}

int cx3_burn_check_clone(const struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_fs2_info *old = &job->draft->old_info;
	struct cx3_identity own, other;
	bool knows = job->old && !old->blank_uids;

	if (!other_identity(job, &other))
		return CX3_OK;
	if (knows)
		cx3_identity_from_info(old, CX3_IDENTITY_HOME, NULL, &own);
	return cx3_identity_check_clone(job->shadow, job->input->backup_folder, knows ? &own : NULL,
					&other, err);
}

int cx3_burn_look(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_fs2_source now = cx3_shadow_source(job->shadow);
	struct cx3_draft *draft = job->draft;
	int rc = cx3_draft_judge(job->input, &now, &draft->homes, err);

	if (rc != CX3_OK)
		return rc;
	job->keep = cx3_homes_best(&draft->homes);
	job->before_homes = draft->homes;
	if (job->input->before)
		rc = cx3_draft_judge(job->input, &job->before, &job->before_homes, err);
	if (rc != CX3_OK)
		return rc;
	job->old = cx3_homes_best(&job->before_homes);
	draft->has_old = job->old != NULL;
	if (job->old)
		draft->old_info = job->old->home.info;
	else
		say_why_no_old(job);
	return CX3_OK;
}

static int check_old_image(const struct cx3_burn_job *job, struct cx3_error *err)
{
	int rc;

	if (job->old || job->options->non_failsafe)
		return CX3_OK;
	rc = cx3_fail(err, CX3_E_NO_IMAGE, "flash",
		      "There is no valid image on the flash (%s), so the %s can't be fail-safe.\n"
		      "Burn without fail-safety, and give the card's GUIDs and MACs: they are on "
		      "its label or in a backup of it.",
		      job->why_no_old, job->noun);
	return cx3_shadow_verdict(job->shadow, rc, err);
}

static int check_failsafe(const struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_fs2_info *old = &job->draft->old_info;
	const struct cx3_fs2_info *fresh = &job->draft->new_info;
	int rc;

	if (job->nofs || (old->failsafe == fresh->failsafe &&
			  (!old->failsafe || old->log2_chunk == fresh->log2_chunk)))
		return CX3_OK;
	/* another way to burn it is no advice for an image that the flash has no room for */
	rc = cx3_burn_check_size(job, err);
	if (rc != CX3_OK)
		return rc;
	if (old->failsafe != fresh->failsafe)
		return cx3_fail(err, CX3_E_FAILSAFE, "image",
				"The image %s fail-safe but the one on the flash %s, so one can't "
				"replace the other safely.\n"
				"Take the matching image, or burn without fail-safety.",
				fresh->failsafe ? "is" : "is not", old->failsafe ? "is" : "is not");
	return cx3_fail(err, CX3_E_FAILSAFE, "image",
			"The image's chunks have 0x%x bytes and those on the flash 0x%x, so "
			"one would overwrite the other.\n"
			"Take the matching image, or burn without fail-safety.",
			1u << fresh->log2_chunk, 1u << old->log2_chunk);
}

static int check_psid(const struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_fs2_info *old = &job->draft->old_info;
	const struct cx3_fs2_info *fresh = &job->draft->new_info;

	if (!job->old || job->options->allow_psid_change)
		return CX3_OK;
	if (strncmp(old->psid, fresh->psid, CX3_FS2_PSID_LEN) != 0)
		return cx3_fail(
			err, CX3_E_PSID, "image",
			"The image's PSID is '%s' and the card's '%s': it is made for another "
			"board.\n"
			"Take the card's own image, or allow the change of the PSID if you "
			"are sure that the image fits.",
			fresh->psid, old->psid);
	if (old->config_pad != fresh->config_pad)
		return cx3_fail(err, CX3_E_PSID, "image",
				"The image keeps its configuration %u sectors from the end and the "
				"card's %u, so the card's settings would be lost.\n"
				"Allow the change of the PSID if that is meant.",
				fresh->config_pad, old->config_pad);
	return CX3_OK;
}

int cx3_burn_check_size(const struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_draft *draft = job->draft;
	uint32_t flash_size = job->shadow->size;
	uint32_t limit = cx3_fs2_max_image(flash_size, job->old ? &draft->old_info : NULL,
					   &draft->new_info);
	uint32_t size = draft->new_info.image_size;

	if (size < draft->image_len)
		size = draft->image_len;
	if (size <= limit)
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_TOO_BIG, "image",
		"The image has 0x%x bytes and at most 0x%x fit this flash of 0x%x bytes%s.\n"
		"Please take an image made for this card.",
		size, limit, flash_size,
		draft->new_info.failsafe ? " (half of it, less the configuration area)" : "");
}

int cx3_burn_check(struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(job->shadow->flash));
	const struct cx3_draft *draft = job->draft;
	int rc = cx3_fs2_fits(&draft->new_info, id->hw_id, id->hw_rev, err);

	/* an image that is not fail-safe can replace one of its kind in no other way */
	job->nofs = job->options->non_failsafe ||
		    (job->old && !draft->old_info.failsafe && !draft->new_info.failsafe);
	if (rc == CX3_OK)
		rc = check_old_image(job, err);
	if (rc == CX3_OK)
		rc = check_failsafe(job, err);
	if (rc == CX3_OK)
		rc = check_psid(job, err);
	return rc;
}
