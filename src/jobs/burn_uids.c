/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which GUIDs and MACs the new image gets. Of what the user gives, the other half
 * (GUIDs or MACs) stays as it is on the flash, so that a card can move between
 * InfiniBand and Ethernet firmware.
 */
#include "burn_priv.h"

#include <stdio.h>
#include <string.h>

#include "cx3flash/identity.h"

static bool given(const struct cx3_burn_options *o)
{
	return o->guid_count || o->mac_count;
}

static int no_identity(const struct cx3_burn_job *job, struct cx3_error *err)
{
	if (!job->old)
		return cx3_fail(
			err, CX3_E_IDENTITY, "flash",
			"The flash has no readable GUIDs and MACs to keep (%s).\n"
			"Give the card's own: they are on its label or in a backup of it. Or "
			"take the image's, or leave them blank.",
			job->why_no_old);
	return cx3_fail(err, CX3_E_IDENTITY, "flash",
			"The GUIDs and MACs on the flash are blank.\n"
			"Give the card's own, take the image's, or leave them blank.");
}

/* Such an image was burnt raw, or cloned: its GUIDs and MACs are most likely another card's. */
static int check_whose(const struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_burn_options *o = job->options;

	if ((o->guid_count && o->mac_count) ||
	    !cx3_draft_is_others(job->input, &job->old->home.info))
		return CX3_OK;
	return cx3_fail(err, CX3_E_IDENTITY, "image on the flash",
			"It is not sure which GUIDs and MACs are this card's: the image at 0x%x is "
			"for another chip.\n"
			"Give all of them: they are on the card's label or in a backup of it.",
			job->old->home.start);
}

static void tell_source(struct cx3_burn_job *job, const char *text)
{
	snprintf(job->draft->identity, sizeof(job->draft->identity), "%s", text);
}

/* The identity of the old image, as a base for what the user gives. */
static void old_identity(const struct cx3_burn_job *job, struct cx3_identity *base)
{
	char where[64];

	snprintf(where, sizeof(where), "kept from the image at 0x%x%s", job->old->home.start,
		 job->input->before ? " before the interrupted job" : "");
	cx3_identity_from_info(&job->old->home.info,
			       job->input->before ? CX3_IDENTITY_BACKUP : CX3_IDENTITY_HOME, where,
			       base);
}

int cx3_burn_uids(struct cx3_burn_job *job, uint64_t *uid, bool *keep, bool *blank,
		  struct cx3_error *err)
{
	const struct cx3_burn_options *o = job->options;
	struct cx3_identity base, identity;
	int rc;

	*blank = o->blank_guids;
	*keep = !given(o) && o->use_image_guids && !o->blank_guids;
	if (*blank || *keep) {
		tell_source(job, *blank ? "left blank" : "of the image file");
		return CX3_OK;
	}
	if (!given(o) && (!job->old || job->draft->old_info.blank_uids))
		return no_identity(job, err);
	rc = job->old ? check_whose(job, err) : CX3_OK;
	if (rc != CX3_OK)
		return rc;
	if (job->old)
		old_identity(job, &base);
	rc = cx3_identity_given(job->old ? &base : NULL, o->guid_count, o->guid, o->mac_count,
				o->mac, &identity, err);
	if (rc != CX3_OK)
		return rc;
	tell_source(job, given(o) ? "as given" : base.where);
	memset(uid, 0, CX3_FS2_MAX_UIDS * sizeof(*uid));
	return cx3_identity_to_uids(&identity, job->draft->new_info.uid_count, uid, err);
}
