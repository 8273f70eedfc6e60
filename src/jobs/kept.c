/* SPDX-License-Identifier: BSD-2-Clause */
/* Which backups in the folder are of this card: see kept.h. */
#include "kept.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "cx3flash/backup.h"
#include "cx3flash/file.h"
#include "manifest.h"

#define MOST_BYTES 262144u
#define ENDING ".manifest.json"
#define UIDS 6u

struct search {
	const struct cx3_shadow *shadow;
	const struct cx3_homes *homes;
	const char *folder;
	struct cx3_kept *kept;
	char newest_date[CX3_DATE];
};

/* The i-th GUID or MAC of a manifest's image; false if it has none. */
static bool manifest_uid(const cJSON *image, unsigned i, uint64_t *uid)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(image, i < 4 ? "guids" : "macs");
	const cJSON *item = cJSON_GetArrayItem(list, (int)(i < 4 ? i : i - 4));
	char *end;

	if (!cJSON_IsString(item) || !item->valuestring[0])
		return false;
	*uid = strtoull(item->valuestring, &end, 16);
	return *end == '\0';
}

static bool same_uids(const cJSON *image, const struct cx3_fs2_info *info)
{
	for (unsigned i = 0; i < UIDS && i < info->uid_count; i++) {
		uint64_t uid;

		if (!manifest_uid(image, i, &uid) || uid != info->uid[i])
			return false;
	}
	return info->uid_count >= 4;
}

/* Whether an image on the card tells whose it is; *same: as the manifest does. */
static bool tells_owner(const struct search *s, const cJSON *image, bool *same)
{
	bool tells = false;

	*same = false;
	for (unsigned i = 0; i < s->homes->count; i++) {
		const struct cx3_home *home = &s->homes->home[i].home;

		if (!home->readable || home->info.blank_uids)
			continue;
		tells = true;
		*same = *same || same_uids(image, &home->info);
	}
	return tells;
}

static bool of_this_kind(const struct search *s, const struct cx3_manifest_facts *facts)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(s->shadow->flash));
	const struct cx3_flash_part *part = cx3_flash_part(s->shadow->flash);

	return facts->hw_id == id->hw_id && facts->hw_rev == id->hw_rev &&
	       facts->size == part->size && memcmp(facts->jedec, part->jedec, 3) == 0;
}

static void note(struct search *s, const char *path, const cJSON *root)
{
	const cJSON *date = cJSON_GetObjectItemCaseSensitive(root, "date");
	const char *when = cJSON_IsString(date) ? date->valuestring : "";
	bool same;
	bool tells = tells_owner(s, cJSON_GetObjectItemCaseSensitive(root, "image"), &same);

	if (tells && !same)
		return;
	/* one that is surely the card's comes before all others */
	if (same && s->kept->sure == 0)
		s->newest_date[0] = '\0';
	if (same || s->kept->sure == 0) {
		if (strcmp(when, s->newest_date) >= 0 || !s->newest_date[0]) {
			snprintf(s->newest_date, sizeof(s->newest_date), "%s", when);
			snprintf(s->kept->newest, sizeof(s->kept->newest), "%.511s", path);
		}
	}
	if (same)
		s->kept->sure++;
	else
		s->kept->unsure++;
}

static void look_at(struct search *s, const char *name)
{
	struct cx3_manifest_facts facts;
	char path[1024], manifest[1040];
	uint8_t *text;
	size_t len;
	bool found;
	cJSON *root;

	if (snprintf(path, sizeof(path), "%s/%.*s", s->folder, (int)(strlen(name) - strlen(ENDING)),
		     name) >= (int)sizeof(s->kept->newest) ||
	    cx3_manifest_read(path, &facts, &found, NULL) != CX3_OK || !found ||
	    !of_this_kind(s, &facts))
		return;
	snprintf(manifest, sizeof(manifest), "%s" ENDING, path);
	if (cx3_file_read(manifest, MOST_BYTES, &text, &len, NULL) != CX3_OK)
		return;
	root = cJSON_ParseWithLength((const char *)text, len);
	free(text);
	if (root)
		note(s, path, root);
	cJSON_Delete(root);
}

void cx3_kept_backups(const struct cx3_shadow *shadow, const struct cx3_homes *homes,
		      const char *folder, struct cx3_kept *kept)
{
	struct search s = {.shadow = shadow, .homes = homes, .folder = folder, .kept = kept};
	struct dirent *entry;
	char own[512];
	DIR *dir;

	memset(kept, 0, sizeof(*kept));
	if (!folder && cx3_backup_folder(own, sizeof(own), NULL) != CX3_OK)
		return;
	if (!folder)
		s.folder = own;
	dir = opendir(s.folder);
	while (dir && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len > strlen(ENDING) &&
		    strcmp(entry->d_name + len - strlen(ENDING), ENDING) == 0)
			look_at(&s, entry->d_name);
	}
	if (dir)
		closedir(dir);
}
