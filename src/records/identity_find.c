/* SPDX-License-Identifier: BSD-2-Clause */
/* Which identities are in a file, in a backup, on a card's flash. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backup.h"
#include "cx3flash/file.h"
#include "cx3flash/identityfile.h"
#include "cx3flash/image.h"
#include "digest.h"
#include "fs2/homes.h"
#include "identity_find.h"
#include "manifest.h"

/* An image that can be read says it itself. */
static void take_image(const struct cx3_fs2_info *info, enum cx3_salvage_rank rank,
		       enum cx3_identity_source source, const char *where, struct cx3_salvage *out)
{
	struct cx3_salvaged *item = &out->item[0];

	memset(out, 0, sizeof(*out));
	memcpy(out->psid, info->psid, sizeof(out->psid));
	out->psid_checked = info->psid[0] != '\0';
	item->info = *info;
	item->has_info = true;
	item->rank = rank;
	item->addr = cx3_fs2_addr(info, info->guid_ptr);
	item->len = info->uid_count * 8;
	item->copies = 1;
	cx3_identity_from_info(info, source, where, &item->identity);
	item->published = cx3_identity_is_published(&item->identity);
	if (cx3_identity_has_guids(&item->identity) || cx3_identity_has_macs(&item->identity))
		out->count = out->checked = 1;
}

static void take_identity(const struct cx3_identity *identity, struct cx3_salvage *out)
{
	memset(out, 0, sizeof(*out));
	if (identity->blank)
		return;
	out->count = out->checked = 1;
	out->item[0].identity = *identity;
	out->item[0].copies = 1;
	out->item[0].rank = CX3_SALVAGE_LOOSE; /* it stands alone */
	out->item[0].published = cx3_identity_is_published(identity);
	memcpy(out->psid, identity->psid, sizeof(out->psid));
	out->psid_checked = identity->has_psid;
}

/* --- Files --- */

static int take_content(const char *path, const uint8_t *data, uint32_t len,
			struct cx3_salvage *out, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_fs2_memory(data, len);
	struct cx3_fs2_info info;
	char where[160];
	int rc;

	snprintf(where, sizeof(where), "the file %.140s", path);
	if (cx3_fs2_query(&src, CX3_FS2_DETECT, CX3_FS2_QUICK, &info, NULL) == CX3_OK &&
	    !info.striped) {
		rc = cx3_fs2_verify(&src, CX3_FS2_DETECT, &info, NULL, NULL, NULL);
		take_image(&info, rc == CX3_OK ? CX3_SALVAGE_WHOLE : CX3_SALVAGE_READABLE,
			   CX3_IDENTITY_FILE, where, out);
		return CX3_OK;
	}
	rc = cx3_salvage(data, len, out, err);
	if (rc == CX3_OK && !out->count && !out->psid[0])
		return cx3_fail(err, CX3_E_IMAGE, path,
				"The file holds no image, and nothing of one.\n"
				"Name an image file, a backup or an identity file.");
	return rc;
}

/* The path of the content that a manifest belongs to; false if `path` is no manifest's. */
static bool content_of(const char *path, char *content, size_t size)
{
	size_t len = strlen(path), end = strlen(CX3_MANIFEST_ENDING);

	if (len <= end || len - end >= size || strcmp(path + len - end, CX3_MANIFEST_ENDING) != 0)
		return false;
	snprintf(content, size, "%.*s", (int)(len - end), path);
	return true;
}

static int of_manifest(const char *content, struct cx3_identity *out, struct cx3_error *err)
{
	struct cx3_manifest_facts facts;
	bool found;
	int rc = cx3_manifest_read(content, &facts, &found, err);

	if (rc != CX3_OK)
		return rc;
	if (!found)
		return cx3_fail(err, CX3_E_FILE, content,
				"There is no manifest of this backup.\n"
				"Name the backup or its manifest.");
	*out = facts.identity;
	out->blank = !facts.has_identity;
	snprintf(out->where, sizeof(out->where), "the manifest of %.130s", content);
	return CX3_OK;
}

static bool is_json(const uint8_t *data, size_t len)
{
	size_t at = 0;

	while (at < len && (data[at] == ' ' || data[at] == '\n' || data[at] == '\t'))
		at++;
	return at < len && data[at] == '{';
}

/* What begins as JSON is one of the two that this tool writes. */
static int of_json(const char *path, struct cx3_salvage *out, struct cx3_error *err)
{
	struct cx3_identity identity = {.blank = true};
	char content[4096];
	int rc = content_of(path, content, sizeof(content))
			 ? of_manifest(content, &identity, err)
			 : cx3_identity_load(path, &identity, err);

	if (rc == CX3_OK)
		take_identity(&identity, out);
	return rc;
}

int cx3_identity_of_file(const char *path, struct cx3_salvage *out, struct cx3_error *err)
{
	uint8_t *data;
	uint32_t size;
	size_t len;
	bool json;
	int rc = cx3_file_read(path, (size_t)2 * CX3_FS2_MAX_IMAGE, &data, &len, err);

	if (rc != CX3_OK)
		return rc;
	json = is_json(data, len);
	free(data);
	if (json)
		return of_json(path, out, err);
	rc = cx3_image_load(path, NULL, &data, &size, err);
	if (rc != CX3_OK)
		return rc;
	rc = take_content(path, data, size, out, err);
	free(data);
	return rc;
}

/* --- Backups --- */

static int check_manifest(const char *path, const uint8_t *data, size_t len, struct cx3_error *err)
{
	struct cx3_manifest_facts facts;
	bool found, same = true;
	int rc = cx3_manifest_read(path, &facts, &found, err);

	if (rc == CX3_OK && found)
		rc = cx3_sha256_is(data, len, facts.sha256, &same, err);
	if (rc != CX3_OK || same)
		return rc;
	return cx3_fail(err, CX3_E_BACKUP, path,
			"The backup is not what its manifest says: it was changed or damaged.\n"
			"Take another backup of the card, or give its GUID and MAC by hand.");
}

static int choose(const char *path, const struct cx3_salvage *found, struct cx3_identity *out,
		  struct cx3_error *err)
{
	if (!found->checked)
		return cx3_fail(
			err, CX3_E_IDENTITY, path,
			"No GUIDs and MACs that are sure are in this backup.\n"
			"Take another backup of the card, or give its GUID and MAC by hand.");
	if (!cx3_salvage_is_clear(found))
		return cx3_fail(
			err, CX3_E_IDENTITY, path,
			"It can't be told which GUIDs and MACs in this backup are the "
			"card's: %u different ones are in it, the first with the GUID "
			"%016llx.\n"
			"Compare them with the card's label, and give the right ones by hand.",
			found->checked, (unsigned long long)found->item[0].identity.guid[0]);
	*out = found->item[0].identity;
	out->source = CX3_IDENTITY_BACKUP;
	snprintf(out->where, sizeof(out->where), "the backup %.140s", path);
	return CX3_OK;
}

static int of_content(const char *path, struct cx3_identity *out, struct cx3_error *err)
{
	struct cx3_salvage found;
	uint8_t *data;
	size_t len;
	int rc = cx3_file_read(path, CX3_FS2_MAX_IMAGE, &data, &len, err);

	if (rc != CX3_OK)
		return rc;
	rc = check_manifest(path, data, len, err);
	if (rc == CX3_OK)
		rc = cx3_salvage(data, (uint32_t)len, &found, err);
	if (rc == CX3_OK)
		rc = choose(path, &found, out, err);
	free(data);
	return rc;
}

int cx3_identity_of_backup(const char *path, struct cx3_identity *out, struct cx3_error *err)
{
	char content[4096];
	int rc;

	if (!content_of(path, content, sizeof(content)))
		return of_content(path, out, err);
	if (access(content, F_OK) == 0)
		return of_content(content, out, err);
	rc = of_manifest(content, out, err);
	if (rc != CX3_OK || !out->blank)
		return rc;
	return cx3_fail(err, CX3_E_IDENTITY, path,
			"The manifest names no GUIDs and MACs.\n"
			"Take another backup of the card, or give its GUID and MAC by hand.");
}

/* --- Cards --- */

bool cx3_salvaged_tells(const struct cx3_salvaged *item, uint16_t hw_id)
{
	const struct cx3_identity *identity = &item->identity;

	if (item->has_info && cx3_fs2_is_other_chips(&item->info, hw_id))
		return false;
	return identity->checked && !item->published && cx3_identity_is_own(identity) &&
	       (cx3_identity_has_guids(identity) || cx3_identity_has_macs(identity));
}

int cx3_identity_search(struct cx3_shadow *shadow, struct cx3_salvage *out, struct cx3_error *err)
{
	struct cx3_backup_checked checked;
	int rc = cx3_backup_read(shadow, false, &checked, err);

	return rc == CX3_OK ? cx3_salvage(cx3_shadow_bytes(shadow), shadow->size, out, err) : rc;
}

/* The image that the chip takes: the first; but not one for another chip, if one of this chip's
 * lies behind it. NULL if the first can't be read. */
static const struct cx3_home *first_of_chip(const struct cx3_shadow *shadow,
					    struct cx3_homes *homes)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(shadow->flash));

	cx3_homes_know_chip(homes, id->hw_id);
	if (!homes->count || !homes->home[0].home.readable)
		return NULL;
	for (unsigned i = 0; i < homes->count; i++) {
		if (homes->home[i].home.readable && !homes->home[i].other_chips)
			return &homes->home[i].home;
	}
	return &homes->home[0].home;
}

int cx3_identity_of_card(struct cx3_shadow *shadow, struct cx3_salvage *out, bool *searched,
			 struct cx3_error *err)
{
	static const enum cx3_salvage_rank ranks[] = {
		[CX3_HOME_UNCHECKED] = CX3_SALVAGE_UNCHECKED,
		[CX3_HOME_WHOLE] = CX3_SALVAGE_WHOLE,
		[CX3_HOME_DAMAGED] = CX3_SALVAGE_READABLE,
	};
	struct cx3_fs2_source src = cx3_shadow_source(shadow);
	struct cx3_homes homes;
	const struct cx3_home *first;
	char where[64];
	int rc = cx3_homes_judge(&src, &homes, err);

	first = rc == CX3_OK ? first_of_chip(shadow, &homes) : NULL;
	if (searched)
		*searched = rc == CX3_OK && !first;
	if (rc != CX3_OK)
		return rc;
	if (!first)
		return cx3_identity_search(shadow, out, err);
	snprintf(where, sizeof(where), "the image at 0x%x", first->start);
	take_image(&first->info, ranks[first->health], CX3_IDENTITY_HOME, where, out);
	return CX3_OK;
}
