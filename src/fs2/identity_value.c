/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An identity (GUIDs and MACs) as a value: from an image, from what a user gives, and
 * into the entries of an image.
 */
#include "cx3flash/identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GUIDS 4u
#define MACS 2u

/* Both kinds of address begin with 24 bits that name their manufacturer. */
#define GUID_SERIAL UINT64_C(0xffffffffff)
#define MAC_SERIAL UINT64_C(0xffffff)
#define MAC_BITS UINT64_C(0xffffffffffff)

/* Published image files carry these, the same for every card (seen in
 * fw-ConnectX3Pro-rel-2_42_5000). Some cards were burnt with them. */
#define PUBLISHED_GUID UINT64_C(0x0002c9000100d050)
#define PUBLISHED_MAC UINT64_C(0x0002c9000001)

static bool any_not_blank(const uint64_t *entry, unsigned count, uint64_t ones)
{
	for (unsigned i = 0; i < count; i++)
		if ((entry[i] & ones) != ones)
			return true;
	return false;
}

bool cx3_identity_has_guids(const struct cx3_identity *identity)
{
	return any_not_blank(identity->guid, identity->guid_count, UINT64_MAX);
}

bool cx3_identity_has_macs(const struct cx3_identity *identity)
{
	return any_not_blank(identity->mac, identity->mac_count, MAC_BITS);
}

void cx3_identity_from_info(const struct cx3_fs2_info *info, enum cx3_identity_source source,
			    const char *where, struct cx3_identity *out)
{
	memset(out, 0, sizeof(*out));
	if (info->uid_count >= GUIDS) {
		out->guid_count = GUIDS;
		memcpy(out->guid, info->uid, sizeof(out->guid));
	}
	if (info->uid_count >= GUIDS + MACS) {
		out->mac_count = MACS;
		memcpy(out->mac, info->uid + GUIDS, sizeof(out->mac));
	}
	out->blank = info->blank_uids;
	out->has_vsd = cx3_fs2_has_tag(info, CX3_FS2_TAG_VSD);
	out->has_psid = cx3_fs2_has_tag(info, CX3_FS2_TAG_PSID);
	memcpy(out->vsd, info->vsd, sizeof(out->vsd));
	memcpy(out->psid, info->psid, sizeof(out->psid));
	out->source = source;
	out->checked = true;
	out->home = info->start;
	snprintf(out->where, sizeof(out->where), "%s", where ? where : "");
}

static int put_guids(unsigned count, const uint64_t *guid, struct cx3_identity *out,
		     struct cx3_error *err)
{
	if (!count)
		return CX3_OK;
	if (count == 1 && (guid[0] & GUID_SERIAL) > GUID_SERIAL - (GUIDS - 1))
		return cx3_fail(err, CX3_E_IDENTITY, "GUID",
				"From the GUID %016" PRIx64
				" the card's four consecutive GUIDs would "
				"run over into another manufacturer's.\nCheck the digits on the "
				"card's label.",
				guid[0]);
	if (count == 1)
		cx3_fs2_guids_from_base(guid[0], out->guid);
	else
		memcpy(out->guid, guid, sizeof(out->guid));
	for (unsigned i = 0; i < count; i++)
		if (guid[i] == 0)
			return cx3_fail(
				err, CX3_E_IDENTITY, "GUID",
				"A GUID of zero is not possible.\nGive the card's own, from "
				"its label or a backup.");
	out->guid_count = GUIDS;
	out->guids_given = true;
	return CX3_OK;
}

static int check_macs(const struct cx3_identity *identity, struct cx3_error *err)
{
	int rc = CX3_OK;

	for (unsigned i = 0; i < identity->mac_count && rc == CX3_OK; i++)
		rc = cx3_fs2_check_mac(identity->mac[i], err);
	return rc;
}

static int check_ports_differ(const struct cx3_identity *identity, struct cx3_error *err)
{
	if (identity->mac[0] != identity->mac[1])
		return CX3_OK;
	return cx3_fail(err, CX3_E_IDENTITY, "MAC",
			"Both ports would get the same MAC %012" PRIx64
			".\nGive each port a MAC of its own.",
			identity->mac[0]);
}

static int put_macs(unsigned count, const uint64_t *mac, struct cx3_identity *out,
		    struct cx3_error *err)
{
	int rc;

	if (!count)
		return CX3_OK;
	if (count == 1 && (mac[0] & MAC_SERIAL) == MAC_SERIAL)
		return cx3_fail(err, CX3_E_IDENTITY, "MAC",
				"From the MAC %012" PRIx64
				" the second port's MAC would run over into "
				"another manufacturer's.\nCheck the digits on the card's label.",
				mac[0]);
	if (count == 1)
		cx3_fs2_macs_from_base(mac[0], out->mac);
	else
		memcpy(out->mac, mac, sizeof(out->mac));
	for (unsigned i = 0; i < count; i++)
		if (mac[i] == 0)
			return cx3_fail(err, CX3_E_IDENTITY, "MAC",
					"A MAC of zero is not possible.\nGive the card's own, from "
					"its label or a backup.");
	out->mac_count = MACS;
	out->macs_given = true;
	rc = check_macs(out, err);
	return rc == CX3_OK ? check_ports_differ(out, err) : rc;
}

static int lay_over(const struct cx3_identity *base, unsigned guid_count, const uint64_t *guid,
		    unsigned mac_count, const uint64_t *mac, struct cx3_identity *out,
		    struct cx3_error *err)
{
	struct cx3_identity made = {.source = CX3_IDENTITY_NONE};
	int rc;

	if ((guid_count > 1 && guid_count != GUIDS) || mac_count > MACS)
		return cx3_fail(
			err, CX3_E_USAGE, "identity",
			"There are %u GUIDs and %u MACs.\nGive one GUID or four, and one MAC "
			"or two.",
			guid_count, mac_count);
	if (base)
		made = *base;
	rc = put_guids(guid_count, guid, &made, err);
	if (rc == CX3_OK)
		rc = put_macs(mac_count, mac, &made, err);
	if (rc != CX3_OK)
		return rc;
	if (guid_count || mac_count) {
		made.blank = false;
		made.checked = made.checked || (guid_count && mac_count);
		made.source = CX3_IDENTITY_GIVEN;
	}
	*out = made;
	return CX3_OK;
}

int cx3_identity_overlay(const struct cx3_identity *base, unsigned guid_count, const uint64_t *guid,
			 unsigned mac_count, const uint64_t *mac, struct cx3_identity *out,
			 struct cx3_error *err)
{
	struct cx3_identity made = {.source = CX3_IDENTITY_NONE};
	int rc = lay_over(base, guid_count, guid, mac_count, mac, &made, err);

	/* blank MACs may stay blank only where the whole section was */
	if (rc == CX3_OK && !mac_count && base && !base->blank)
		rc = check_macs(&made, err);
	if (rc == CX3_OK)
		*out = made;
	return rc;
}

static int derive_macs(struct cx3_identity *identity, struct cx3_error *err)
{
	identity->mac_count = MACS;
	for (unsigned i = 0; i < MACS; i++)
		identity->mac[i] = cx3_fs2_mac_from_guid(identity->guid[1 + i]);
	return check_ports_differ(identity, err);
}

int cx3_identity_given(const struct cx3_identity *base, unsigned guid_count, const uint64_t *guid,
		       unsigned mac_count, const uint64_t *mac, struct cx3_identity *out,
		       struct cx3_error *err)
{
	struct cx3_identity made = {.source = CX3_IDENTITY_NONE};
	int rc = lay_over(base, guid_count, guid, mac_count, mac, &made, err);

	if (rc != CX3_OK)
		return rc;
	if (!made.guid_count) {
		made.guid_count = GUIDS;
		memset(made.guid, 0xff, sizeof(made.guid));
	}
	if (!cx3_identity_has_macs(&made) && !cx3_identity_has_guids(&made))
		return cx3_fail(err, CX3_E_IDENTITY, "identity",
				"No GUIDs and MACs are known.\nGive the card's own, from its label "
				"or a backup.");
	if (!cx3_identity_has_macs(&made))
		rc = derive_macs(&made, err);
	if (rc == CX3_OK)
		rc = check_macs(&made, err);
	if (rc == CX3_OK)
		*out = made;
	return rc;
}

int cx3_identity_to_uids(const struct cx3_identity *identity, unsigned uid_count,
			 uint64_t uid[CX3_FS2_MAX_UIDS], struct cx3_error *err)
{
	bool guids = uid_count >= GUIDS, macs = uid_count >= GUIDS + MACS;

	if ((identity->guids_given && !guids) || (identity->macs_given && !macs))
		return cx3_fail(
			err, CX3_E_IDENTITY, "image",
			"The image has no room for %s.\nLeave them out, or take an image that "
			"has room for them.",
			guids ? "MACs" : "GUIDs and MACs");
	if (guids && identity->guid_count)
		memcpy(uid, identity->guid, sizeof(identity->guid));
	if (macs && identity->mac_count)
		memcpy(uid + GUIDS, identity->mac, sizeof(identity->mac));
	return CX3_OK;
}

bool cx3_identity_is_published(const struct cx3_identity *identity)
{
	return (identity->guid_count && identity->guid[0] == PUBLISHED_GUID) ||
	       (identity->mac_count && (identity->mac[0] & MAC_BITS) == PUBLISHED_MAC);
}

bool cx3_identity_is_own(const struct cx3_identity *identity)
{
	return !identity->blank && !cx3_identity_is_published(identity);
}

bool cx3_identity_equal(const struct cx3_identity *a, const struct cx3_identity *b)
{
	return a->guid_count == b->guid_count && a->mac_count == b->mac_count &&
	       memcmp(a->guid, b->guid, a->guid_count * sizeof(a->guid[0])) == 0 &&
	       memcmp(a->mac, b->mac, a->mac_count * sizeof(a->mac[0])) == 0;
}
