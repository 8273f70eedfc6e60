/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which identities the card of a backup was given after it was made. A backup of an unreadable
 * flash says nothing of its card, and after an sg its GUIDs are not the card's any more: this is
 * what still tells whose it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "cx3flash/backup.h"
#include "cx3flash/file.h"
#include "identity_json.h"
#include "manifest.h"

#define MOST_BYTES 65536u

static bool tells_card(const struct cx3_identity *identity)
{
	return cx3_identity_is_own(identity) &&
	       (cx3_identity_has_guids(identity) || cx3_identity_has_macs(identity));
}

bool cx3_manifest_gave(const struct cx3_manifest_facts *facts, const struct cx3_identity *own)
{
	for (unsigned i = 0; tells_card(own) && i < facts->given_count; i++) {
		if (cx3_identity_equal(own, &facts->given[i]))
			return true;
	}
	return false;
}

static bool is_known(const char *path, const struct cx3_identity *identity)
{
	struct cx3_manifest_facts facts;
	bool found;

	if (cx3_manifest_read(path, &facts, &found, NULL) != CX3_OK || !found)
		return true; /* there is none to change */
	return (facts.has_identity && cx3_identity_equal(&facts.identity, identity)) ||
	       cx3_manifest_gave(&facts, identity);
}

static cJSON *given_list(cJSON *root)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "given");

	if (cJSON_IsArray(list))
		return list;
	cJSON_DeleteItemFromObjectCaseSensitive(root, "given");
	return cJSON_AddArrayToObject(root, "given");
}

static cJSON *as_json(const struct cx3_identity *identity)
{
	cJSON *item = cJSON_CreateObject();

	cx3_identity_to_json(item, identity->guid_count, identity->guid, identity->mac_count,
			     identity->mac);
	return item;
}

static void add(cJSON *root, const struct cx3_identity *identity)
{
	cJSON *list = given_list(root);

	while (cJSON_GetArraySize(list) >= (int)CX3_MANIFEST_GIVEN)
		cJSON_DeleteItemFromArray(list, 0);
	cJSON_AddItemToArray(list, as_json(identity));
}

/* All that were given: the card has its own again. */
static void forget(cJSON *root, const struct cx3_identity *identity)
{
	(void)identity;
	cJSON_DeleteItemFromObjectCaseSensitive(root, "given");
}

/* The last one that is like it: another card may have been given one since, and shares the backup.
 */
static void take_back(cJSON *root, const struct cx3_identity *identity)
{
	cJSON *list = given_list(root), *like = as_json(identity);
	int at = cJSON_GetArraySize(list) - 1;

	while (at >= 0 && !cJSON_Compare(cJSON_GetArrayItem(list, at), like, true))
		at--;
	if (at >= 0)
		cJSON_DeleteItemFromArray(list, at);
	cJSON_Delete(like);
}

static bool change_alone(const char *path, const struct cx3_identity *identity,
			 void (*how)(cJSON *root, const struct cx3_identity *identity))
{
	char name[4096 + 16];
	uint8_t *bytes;
	char *text = NULL;
	size_t len;
	cJSON *root;
	bool done;

	if (snprintf(name, sizeof(name), "%s" CX3_MANIFEST_ENDING, path) >= (int)sizeof(name) ||
	    cx3_file_read(name, MOST_BYTES, &bytes, &len, NULL) != CX3_OK)
		return false;
	root = cJSON_ParseWithLength((const char *)bytes, len);
	free(bytes);
	if (root) {
		how(root, identity);
		text = cJSON_Print(root);
	}
	/* what could not be read again is not written */
	done = text && strlen(text) < MOST_BYTES &&
	       cx3_file_write(name, text, strlen(text), true, NULL) == CX3_OK;
	free(text);
	cJSON_Delete(root);
	return done;
}

/*
 * The folder of a file, locked against other processes; -1 where that can't be had within 2 s. That
 * is longer than any of them holds it, and where a file system has no locks one does without.
 */
static int lock_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];
	int dir;

	if (slash == path)
		slash++;
	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) : 1,
		 slash ? path : ".");
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (unsigned tries = 0; dir >= 0 && tries < 200; tries++) {
		if (flock(dir, LOCK_EX | LOCK_NB) == 0)
			return dir;
		if (errno != EWOULDBLOCK && errno != EINTR)
			break;
		usleep(10000);
	}
	if (dir >= 0)
		close(dir);
	return -1;
}

/* Cards that held the same share a backup, and threads and processes may work on them side by
 * side. */
static bool change(const char *path, const struct cx3_identity *identity,
		   void (*how)(cJSON *root, const struct cx3_identity *identity))
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	int folder;
	bool done;

	pthread_mutex_lock(&lock);
	folder = lock_folder_of(path);
	done = change_alone(path, identity, how);
	if (folder >= 0)
		close(folder);
	pthread_mutex_unlock(&lock);
	return done;
}

bool cx3_manifest_give(const char *path, const struct cx3_identity *identity)
{
	return tells_card(identity) && !is_known(path, identity) && change(path, identity, add);
}

void cx3_manifest_take_back(const char *path, const struct cx3_identity *identity)
{
	(void)change(path, identity, take_back);
}

void cx3_manifest_forget_given(const char *path)
{
	struct cx3_manifest_facts facts;
	bool found;

	if (cx3_manifest_read(path, &facts, &found, NULL) == CX3_OK && found && facts.given_count &&
	    facts.has_identity)
		(void)change(path, NULL, forget);
}
