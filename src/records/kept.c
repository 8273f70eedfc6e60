/* SPDX-License-Identifier: BSD-2-Clause */
/* Which backups on this machine are of this card, by their manifests: see kept.h. */
#include "kept.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cx3flash/backup.h"
#include "manifest.h"

struct search {
	const struct cx3_shadow *shadow;
	const struct cx3_homes *homes;
	struct cx3_kept *kept;
	char newest_date[CX3_DATE];
};

/* Whether an image on the card tells whose it is; *same: as the manifest does, or as the card of
 * the backup was given it later. */
static bool tells_owner(const struct search *s, const struct cx3_manifest_facts *facts, bool *same)
{
	bool tells = false;

	*same = false;
	for (unsigned i = 0; i < s->homes->count; i++) {
		const struct cx3_home *home = &s->homes->home[i].home;
		struct cx3_identity own;

		if (!home->readable || home->info.blank_uids)
			continue;
		tells = true;
		cx3_identity_from_info(&home->info, CX3_IDENTITY_HOME, "", &own);
		*same = *same || cx3_manifest_gave(facts, &own) ||
			(facts->has_identity && own.guid_count > 0 &&
			 cx3_identity_equal(&own, &facts->identity));
	}
	return tells;
}

static void note(struct search *s, const char *path, const struct cx3_manifest_facts *facts)
{
	bool same;
	bool tells = tells_owner(s, facts, &same);

	if (tells && !same)
		return;
	if (strcmp(facts->date, s->newest_date) >= 0) {
		memcpy(s->newest_date, facts->date, sizeof(s->newest_date));
		snprintf(s->kept->newest, sizeof(s->kept->newest), "%s", path);
	}
	if (same)
		s->kept->sure++;
	else
		s->kept->unsure++;
}

static void search_folder(struct search *s, const char *folder)
{
	struct cx3_manifest_facts facts;
	char path[sizeof(s->kept->newest)];
	DIR *dir = opendir(folder);

	while (cx3_next_manifest(dir, folder, path, sizeof(path), &facts)) {
		if (cx3_manifest_of_kind(&facts, s->shadow))
			note(s, path, &facts);
	}
	if (dir)
		closedir(dir);
}

/* However their names are spelt. */
static bool same_folder(const char *one, const char *other)
{
	struct stat a, b;

	return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

void cx3_kept_backups(const struct cx3_shadow *shadow, const struct cx3_homes *homes,
		      const char *folder, struct cx3_kept *kept)
{
	struct search s = {.shadow = shadow, .homes = homes, .kept = kept};
	char usual[512];
	bool has_usual = cx3_backup_folder(usual, sizeof(usual), NULL) == CX3_OK;

	memset(kept, 0, sizeof(*kept));
	if (has_usual)
		search_folder(&s, usual);
	if (folder && !(has_usual && same_folder(folder, usual)))
		search_folder(&s, folder);
}
