/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "burn.h"

/*
 * Which GUIDs and MACs the new image gets. Of what the user gives, the other
 * half (GUIDs or MACs) stays as it is on the flash, so that a card can move
 * between InfiniBand and Ethernet firmware.
 */

#define GUIDS 4
#define MACS 2
static const uint64_t mac_mask = UINT64_C(0xffffffffffff);

static bool given(const struct cx3_burn_options *o)
{
	return o->guid_count || o->mac_count;
}

/* MACs that the flash does not have: 4-entry images, or all ones. */
static bool lacks_macs(const struct cx3_burn *burn)
{
	const struct cx3_fs2_info *old = &burn->old_info;

	if (!burn->has_old || old->uid_count <= GUIDS)
		return true;
	return (old->uid[GUIDS] & mac_mask) == mac_mask &&
	       (old->uid[GUIDS + 1] & mac_mask) == mac_mask;
}

static void put_given(const struct cx3_burn_options *o, uint64_t *uid)
{
	if (o->guid_count == 1)
		cx3_fs2_guids_from_base(o->guid[0], uid);
	else if (o->guid_count == GUIDS)
		memcpy(uid, o->guid, sizeof(o->guid));
	if (o->mac_count == 1)
		cx3_fs2_macs_from_base(o->mac[0], uid + GUIDS);
	else if (o->mac_count == MACS)
		memcpy(uid + GUIDS, o->mac, sizeof(o->mac));
}

static int check_macs(const uint64_t *uid, bool user, struct cx3_error *err)
{
	struct cx3_error why = {0};

	for (unsigned i = GUIDS; i < GUIDS + MACS; i++) {
		if (cx3_fs2_check_mac(uid[i], &why) == CX3_OK)
			continue;
		return cx3_fail(
			err, CX3_E_IDENTITY, user ? "-mac" : "flash",
			"The MAC %012llx %s is none (%.160s); give the card's MAC with -mac, or "
			"add -blank_guids to leave the identity blank.",
			(unsigned long long)uid[i],
			user ? "that was given" : "that the flash's identity leads to", why.cause);
	}
	return CX3_OK;
}

static int check_source(const struct cx3_burn_job *job, struct cx3_error *err)
{
	if (given(job->options))
		return CX3_OK;
	if (!job->burn->has_old)
		return cx3_fail(err, CX3_E_IDENTITY, "flash",
				"The flash has no readable GUIDs and MACs to keep (%.*s); give the "
				"card's own with -guid and -mac (label, backup), or add "
				"-use_image_guids or -blank_guids.",
				160, job->why_no_old.cause);
	if (job->burn->old_info.blank_uids)
		return cx3_fail(
			err, CX3_E_IDENTITY, "flash",
			"The GUIDs and MACs on the flash are blank; give the card's own with "
			"-guid and -mac, or add -use_image_guids or -blank_guids.");
	return CX3_OK;
}

int cx3_burn_uids(const struct cx3_burn_job *job, uint64_t *uid, bool *keep, bool *blank,
		  struct cx3_error *err)
{
	const struct cx3_burn_options *o = job->options;
	const struct cx3_burn *burn = job->burn;
	int rc;

	*blank = o->blank_guids;
	*keep = !given(o) && o->use_image_guids && !o->blank_guids;
	if (*blank || *keep)
		return CX3_OK;
	rc = check_source(job, err);
	if (rc != CX3_OK)
		return rc;
	memset(uid, 0, CX3_FS2_MAX_UIDS * sizeof(*uid));
	/* Ethernet-only cards have all-ones GUIDs with real MACs */
	if (!burn->has_old)
		memset(uid, 0xff, GUIDS * sizeof(*uid));
	else
		memcpy(uid, burn->old_info.uid, burn->old_info.uid_count * sizeof(*uid));
	put_given(o, uid);
	if (!o->mac_count && lacks_macs(burn)) {
		uid[GUIDS] = cx3_fs2_mac_from_guid(uid[1]);
		uid[GUIDS + 1] = cx3_fs2_mac_from_guid(uid[2]);
	}
	return check_macs(uid, o->mac_count != 0, err);
}
