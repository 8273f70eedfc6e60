/* SPDX-License-Identifier: BSD-2-Clause */
/* --identity, --identity-from: GUIDs, MACs and VSD out of a file; and how they are shown. */
#include "identity_option.h"

#include <inttypes.h>

#include "printable.h"
#include "shapes.h"

/* Pairs of which one would silently win. */
static int check_options(struct cli *cli, const char *option)
{
	const struct cx3_burn_options *burn = &cli->options.burn;

	if (cli->options.identity && cli->options.identity_from)
		return cx3_fail(&cli->err, CX3_E_USAGE, option,
				"This contradicts --identity; give one or the other.");
	if (burn->guid_count || burn->mac_count || burn->blank_guids || burn->use_image_guids)
		return cx3_fail(
			&cli->err, CX3_E_USAGE, option,
			"This contradicts the other options for GUIDs and MACs; give one or "
			"the other.");
	return CX3_OK;
}

/* As if it had been typed; what the file lacks follows from what it has. */
static int give(struct cli *cli)
{
	struct cx3_burn_options *burn = &cli->options.burn;
	struct cx3_identity *identity = &cli->identity;
	int rc = cx3_identity_given(identity, 0, NULL, 0, NULL, identity, &cli->err);

	if (rc != CX3_OK)
		return rc;
	burn->guid_count = identity->guid_count;
	burn->mac_count = identity->mac_count;
	for (unsigned i = 0; i < identity->guid_count; i++)
		burn->guid[i] = identity->guid[i];
	for (unsigned i = 0; i < identity->mac_count; i++)
		burn->mac[i] = identity->mac[i];
	if (identity->has_vsd && !burn->vsd && !burn->use_image_ps)
		burn->vsd = identity->vsd;
	return CX3_OK;
}

/* A file that the other one of the two options reads was given to this one. */
static int tell_other_option(struct cli *cli, int rc)
{
	const struct cli_options *o = &cli->options;
	struct cx3_identity identity;

	cli->other_identity = (o->identity ? cx3_identity_of_backup(o->identity, &identity, NULL)
					   : cx3_identity_load(o->identity_from, &identity,
							       NULL)) == CX3_OK;
	if (cli->other_identity)
		cx3_fail_next(&cli->err, "%s Give it with %s.",
			      o->identity ? "It is a backup or an image, and holds an identity."
					  : "It is a file that an identity was saved to.",
			      o->identity ? "--identity-from" : "--identity");
	return rc;
}

int identity_option(struct cli *cli)
{
	const struct cli_options *o = &cli->options;
	int rc;

	if (!o->identity && !o->identity_from)
		return CX3_OK;
	rc = check_options(cli, o->identity_from ? "--identity-from" : "--identity");
	if (rc != CX3_OK)
		return rc;
	if (o->identity)
		rc = cx3_identity_load(o->identity, &cli->identity, &cli->err);
	else
		rc = cx3_identity_of_backup(o->identity_from, &cli->identity, &cli->err);
	return rc == CX3_OK ? give(cli) : tell_other_option(cli, rc);
}

static void show_list(struct cli *cli, const char *const *names, const uint64_t *value,
		      unsigned count, unsigned digits)
{
	char text[24];

	for (unsigned i = 0; i < count && names[i]; i++) {
		snprintf(text, sizeof(text), "%0*" PRIx64, (int)digits, value[i]);
		say(cli, "    %-19s%s\n", names[i], value[i] == UINT64_MAX ? "blank" : text);
	}
}

/* What is known of the image around it; as `rank` of the document. */
static const char *image_text(const struct cx3_salvaged *found)
{
	static const char *const texts[] = {
		[CX3_SALVAGE_READABLE] = " (the image is damaged elsewhere)",
		[CX3_SALVAGE_UNCHECKED] = " (the image's other CRCs were not checked)",
		[CX3_SALVAGE_WHOLE] = " (the image is whole: its CRCs are right)",
	};

	/* where it was found says that already */
	if (found->rank == CX3_SALVAGE_READABLE && found->identity.source == CX3_IDENTITY_SALVAGED)
		return "";
	return found->rank >= CX3_SALVAGE_READABLE ? texts[found->rank] : "";
}

/* Why it is not known to be the card's; "" where it is. */
static const char *doubt_text(const struct cx3_salvaged *found, char *buf, size_t size)
{
	if (found->published)
		return " (published image files carry these: no card's own)";
	if (!found->doubt)
		return found->identity.checked ? image_text(found)
					       : " (not sure: its CRC is wrong)";
	snprintf(buf, size, " (not sure: %s)", found->doubt);
	return buf;
}

void identity_show(struct cli *cli, const struct cx3_salvaged *found, cJSON *item)
{
	static const char *const guids[] = {
		"Node GUID:", "Port 1 GUID:", "Port 2 GUID:", "System image GUID:", NULL};
	static const char *const macs[] = {"Port 1 MAC:", "Port 2 MAC:", NULL};
	const struct cx3_identity *identity = &found->identity;
	const char *owner = identity->has_psid ? cx3_psid_owner(identity->psid) : NULL;
	char buf[128];

	say(cli, "From %s%s\n", shown(identity->where), doubt_text(found, buf, sizeof(buf)));
	show_list(cli, guids, identity->guid, identity->guid_count, 16);
	show_list(cli, macs, identity->mac, identity->mac_count, 12);
	if (identity->has_psid)
		say(cli, "    %-19s%s%s%s%s\n", "PSID:", shown(identity->psid), owner ? " (" : "",
		    owner ? owner : "", owner ? ")" : "");
	if (identity->has_vsd && identity->vsd[0])
		say(cli, "    %-19s%s\n", "VSD:", shown(identity->vsd));
	identity_json(item, found);
}
