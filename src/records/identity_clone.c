/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two cards with one GUID or MAC disturb a network in ways that are hard to find. The
 * backups on this machine tell which identities are other cards'.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "cx3flash/backup.h"
#include "cx3flash/identityfile.h"
#include "identity_find.h"
#include "manifest.h"
#include "plan/shadow.h"

static bool meet(const uint64_t *a, unsigned a_count, const uint64_t *b, unsigned b_count,
		 uint64_t ones)
{
	for (unsigned i = 0; i < a_count; i++) {
		for (unsigned k = 0; k < b_count; k++) {
			if (a[i] == b[k] && (a[i] & ones) != ones)
				return true;
		}
	}
	return false;
}

static bool share(const struct cx3_identity *a, const struct cx3_identity *b)
{
	return meet(a->guid, a->guid_count, b->guid, b->guid_count, UINT64_MAX) ||
	       meet(a->mac, a->mac_count, b->mac, b->mac_count, UINT64_C(0xffffffffffff));
}

bool cx3_manifest_of_kind(const struct cx3_manifest_facts *facts, const struct cx3_shadow *shadow)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(shadow->flash));
	const struct cx3_flash_part *part = cx3_flash_part(shadow->flash);

	return facts->hw_id == id->hw_id && facts->hw_rev == id->hw_rev &&
	       facts->size == part->size &&
	       memcmp(facts->jedec, part->jedec, sizeof(part->jedec)) == 0;
}

bool cx3_next_manifest(DIR *dir, const char *folder, char *content, size_t size,
		       struct cx3_manifest_facts *facts)
{
	const size_t end = strlen(CX3_MANIFEST_ENDING);
	struct dirent *entry;
	bool found;

	while (dir && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len <= end || strcmp(entry->d_name + len - end, CX3_MANIFEST_ENDING) != 0)
			continue;
		if ((size_t)snprintf(content, size, "%s/%.*s", folder, (int)(len - end),
				     entry->d_name) >= size)
			continue;
		if (cx3_manifest_read(content, facts, &found, NULL) == CX3_OK && found)
			return true;
	}
	return false;
}

/* The question of one folder. */
struct question {
	const struct cx3_shadow *shadow;
	const struct cx3_identity *own, *identity;
};

/* Addresses of `a` that `b` has as well are the same: nothing of another card is mixed in. Blank
 * ones, as the GUIDs of Ethernet firmware, are none. */
static bool agree(const struct cx3_identity *a, const struct cx3_identity *b)
{
	bool guids = !cx3_identity_has_guids(a) || !cx3_identity_has_guids(b) ||
		     meet(a->guid, a->guid_count, b->guid, b->guid_count, UINT64_MAX);
	bool macs = !cx3_identity_has_macs(a) || !cx3_identity_has_macs(b) ||
		    meet(a->mac, a->mac_count, b->mac, b->mac_count, UINT64_C(0xffffffffffff));

	return guids && macs;
}

static int fail_clone(const char *backup, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_IDENTITY, "identity",
			"These GUIDs and MACs are another card's: a backup of that card is "
			"'%.300s'. Two cards with the same addresses disturb each other.\n"
			"Give this card's own, from its label or a backup of it. If that card "
			"is no more, move its backup out of the folder.",
			backup);
}

/* A card of this kind: perhaps this one, which has got others since. */
static int fail_doubted(const char *backup, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_IDENTITY, "identity",
			"The backup '%.300s' has these GUIDs and MACs, and this card has others. "
			"If it is of another card, the two cards disturb each other.\n"
			"Give this card's own, from its label or a backup of it. If the backup is "
			"of this card, or its card is no more, move it out of the folder.",
			backup);
}

/* The last backup of that card is from before it got them. */
static int fail_given(const char *backup, bool of_kind, struct cx3_error *err)
{
	if (!of_kind)
		return cx3_fail(
			err, CX3_E_IDENTITY, "identity",
			"These GUIDs and MACs are another card's: it was given them after its "
			"backup '%.300s'. Two cards with the same addresses disturb each "
			"other.\n"
			"Give this card's own, from its label or a backup of it. If that card "
			"is no more, move its backup out of the folder.",
			backup);
	return cx3_fail(
		err, CX3_E_IDENTITY, "identity",
		"The card of the backup '%.300s' was given these GUIDs and MACs after it. If "
		"that is another card, the two disturb each other.\n"
		"Give this card's own, from its label or a backup of it. If the backup is "
		"of this card, or its card is no more, move it out of the folder.",
		backup);
}

static bool gave_some(const struct cx3_manifest_facts *facts, const struct cx3_identity *identity)
{
	for (unsigned i = 0; i < facts->given_count; i++) {
		if (share(&facts->given[i], identity))
			return true;
	}
	return false;
}

/* It has this card's identity, or this card has got another one since. */
static bool is_of_card(const struct cx3_manifest_facts *facts, const struct question *q)
{
	return cx3_manifest_of_kind(facts, q->shadow) &&
	       (cx3_identity_equal(&facts->identity, q->own) || cx3_manifest_gave(facts, q->own));
}

/* A backup of this card holds what is asked about: it was its own before it got others. */
static bool was_its_own(const char *folder, const struct question *q)
{
	struct cx3_manifest_facts facts;
	char content[1024];
	DIR *dir = opendir(folder);
	bool was = false;

	while (!was && cx3_next_manifest(dir, folder, content, sizeof(content), &facts))
		was = facts.has_identity && is_of_card(&facts, q) &&
		      share(&facts.identity, q->identity);
	if (dir)
		closedir(dir);
	return was;
}

static int check_folder(const char *folder, const struct question *q, struct cx3_error *err)
{
	bool known = q->own && cx3_identity_is_own(q->own);
	bool own = known && share(q->own, q->identity) && agree(q->own, q->identity);
	struct cx3_manifest_facts facts;
	char content[1024];
	DIR *dir = opendir(folder);
	int rc = CX3_OK;

	while (rc == CX3_OK && cx3_next_manifest(dir, folder, content, sizeof(content), &facts)) {
		bool of_kind = cx3_manifest_of_kind(&facts, q->shadow);
		bool holds = facts.has_identity && share(&facts.identity, q->identity);

		if ((of_kind && (!known || own)) || (known && is_of_card(&facts, q)))
			continue;
		if (holds)
			rc = of_kind ? fail_doubted(content, err) : fail_clone(content, err);
		else if (gave_some(&facts, q->identity) && !(known && was_its_own(folder, q)))
			rc = fail_given(content, of_kind, err);
	}
	if (dir)
		closedir(dir);
	return rc;
}

/* A backup of one folder that fits; false: none there does. */
typedef bool (*fits)(const struct cx3_manifest_facts *facts, const struct cx3_identity *identity);

static bool find_in(const char *folder, const struct cx3_identity *identity, fits fit, char *path,
		    size_t size)
{
	struct cx3_manifest_facts facts;
	DIR *dir = opendir(folder);
	bool found = false;

	while (!found && cx3_next_manifest(dir, folder, path, size, &facts))
		found = facts.has_identity && fit(&facts, identity);
	if (dir)
		closedir(dir);
	return found;
}

/* In the folder of automatic backups, or in `folder`, which may be NULL. */
static bool find_backup(const char *folder, const struct cx3_identity *identity, fits fit,
			char *path, size_t size)
{
	char usual[512];

	return (cx3_backup_folder(usual, sizeof(usual), NULL) == CX3_OK &&
		find_in(usual, identity, fit, path, size)) ||
	       (folder && find_in(folder, identity, fit, path, size));
}

static bool holds(const struct cx3_manifest_facts *facts, const struct cx3_identity *identity)
{
	return share(&facts->identity, identity);
}

bool cx3_identity_in_backup(const char *folder, const struct cx3_identity *identity, char *path,
			    size_t size)
{
	return find_backup(folder, identity, holds, path, size);
}

static bool replaced(const struct cx3_manifest_facts *facts, const struct cx3_identity *identity)
{
	return facts->given_count && cx3_identity_equal(&facts->identity, identity);
}

bool cx3_identity_was_replaced(const char *folder, const struct cx3_identity *identity)
{
	char path[4096];

	return find_backup(folder, identity, replaced, path, sizeof(path));
}

int cx3_identity_check_clone(const struct cx3_shadow *shadow, const char *folder,
			     const struct cx3_identity *own, const struct cx3_identity *identity,
			     struct cx3_error *err)
{
	const struct question q = {.shadow = shadow, .own = own, .identity = identity};
	char usual[512];
	int rc = CX3_OK;

	if (cx3_backup_folder(usual, sizeof(usual), NULL) == CX3_OK)
		rc = check_folder(usual, &q, err);
	if (rc == CX3_OK && folder)
		rc = check_folder(folder, &q, err);
	return rc;
}
