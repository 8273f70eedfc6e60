/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Backups that may be of a card which does not say any more whose it is. Firmware is the same
 * on many cards, so equal firmware proves nothing. GUIDs and MACs are a card's own: where two
 * of a backup's entries are still on the flash, in their places, the backup is this card's.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/backup.h"
#include "cx3flash/file.h"
#include "digest.h"
#include "records/manifest.h"
#include "recover.h"

#define ENTRY 8u
#define ENOUGH 2u /* entries: one may be equal by accident where both are damaged alike */

/* Where all these lead to. */
struct search {
	const struct cx3_recovery *recovery;
	const struct cx3_input *input;
	const uint8_t *content; /* of the flash */
	struct cx3_salvage *known, *own;
	bool contradict; /* two backups of other identities both look like this card's */
};

/* The identity that a backup holds without a doubt. */
static bool identity_in(const char *path, const struct cx3_manifest_facts *facts, uint8_t **bytes,
			struct cx3_salvaged *item)
{
	struct cx3_salvage found;
	size_t len;
	bool clear, same;

	if (cx3_file_read(path, facts->size, bytes, &len, NULL) != CX3_OK)
		return false;
	(void)cx3_sha256_is(*bytes, len, facts->sha256, &same, NULL);
	clear = same && len == facts->size &&
		cx3_salvage(*bytes, (uint32_t)len, &found, NULL) == CX3_OK &&
		cx3_salvage_is_clear(&found);
	if (clear)
		*item = found.item[0];
	else
		free(*bytes);
	return clear;
}

static bool is_left_on(const uint8_t *content, const uint8_t *backup,
		       const struct cx3_salvaged *item)
{
	static const uint8_t blank[ENTRY] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	unsigned same = 0;

	for (uint32_t at = item->addr; at < item->addr + item->len; at += ENTRY)
		same += memcmp(backup + at, blank, ENTRY) != 0 &&
			memcmp(backup + at, content + at, ENTRY) == 0;
	return same >= ENOUGH;
}

/* `replaced`: the card was given another identity after this backup. */
static void add(struct search *s, const char *path, bool own, bool replaced,
		struct cx3_salvaged *item)
{
	struct cx3_salvage *list = own ? s->own : s->known;

	item->identity.source = CX3_IDENTITY_BACKUP;
	item->identity.checked = own;
	item->doubt = own	 ? NULL
		      : replaced ? "its card was given others since"
				 : "it may be another card's";
	snprintf(item->identity.where, sizeof(item->identity.where), "%s%.100s",
		 own ? "the backup " : "a backup of a card of this kind, ", path);
	for (unsigned i = 0; i < list->count; i++) {
		if (cx3_identity_equal(&list->item[i].identity, &item->identity))
			return;
	}
	s->contradict = s->contradict || (own && list->count > 0);
	if (list->count < CX3_SALVAGE_MOST)
		list->item[list->count++] = *item;
}

static void search_folder(struct search *s, const char *folder)
{
	struct cx3_manifest_facts facts;
	struct cx3_salvaged item;
	char path[1024];
	DIR *dir = opendir(folder);
	uint8_t *bytes;

	while (cx3_next_manifest(dir, folder, path, sizeof(path), &facts)) {
		if (!cx3_manifest_of_kind(&facts, s->input->shadow) ||
		    !identity_in(path, &facts, &bytes, &item))
			continue;
		/* also a backup of this very content: what is doubted of that is doubted here */
		if (!cx3_recover_doubt(s->recovery, s->input, &item))
			add(s, path, !facts.given_count && is_left_on(s->content, bytes, &item),
			    facts.given_count > 0, &item);
		free(bytes);
	}
	if (dir)
		closedir(dir);
}

bool cx3_recover_backups(const struct cx3_recovery *recovery, const struct cx3_input *input,
			 const uint8_t *content, struct cx3_salvage *known, struct cx3_salvage *own)
{
	struct search s = {.recovery = recovery,
			   .input = input,
			   .content = content,
			   .known = known,
			   .own = own};
	char usual[512];

	own->count = 0;
	if (cx3_backup_folder(usual, sizeof(usual), NULL) == CX3_OK)
		search_folder(&s, usual);
	if (input->backup_folder)
		search_folder(&s, input->backup_folder);
	if (s.contradict)
		own->count = 0;
	return s.contradict;
}
