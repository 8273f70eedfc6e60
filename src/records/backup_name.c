/* SPDX-License-Identifier: BSD-2-Clause */
/* What tells automatic backups apart: their names, their content, and the card that they are of. */
#include "backup.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/file.h"
#include "digest.h"
#include "manifest.h"

static void plain_name(char *text)
{
	for (; *text; text++) {
		if (!isalnum((unsigned char)*text) && *text != '_')
			*text = '-';
	}
}

void cx3_backup_name(const struct cx3_fs2_info *info, time_t when, unsigned try, const char *sha256,
		     char *name, size_t size)
{
	char psid[CX3_FS2_PSID_LEN + 1] = "no-image";
	char owner[20] = "no-id";
	char date[20], number[12] = "";
	struct tm tm;

	if (try > 1)
		snprintf(number, sizeof(number), ".%u", try);
	if (info) {
		snprintf(psid, sizeof(psid), "%s", info->psid[0] ? info->psid : "no-psid");
		if (!info->blank_uids && info->uid[0] != UINT64_MAX)
			snprintf(owner, sizeof(owner), "%016" PRIx64, info->uid[0]);
		else if (!info->blank_uids && info->uid_count > 4)
			snprintf(owner, sizeof(owner), "%012" PRIx64, info->uid[4]);
	}
	plain_name(psid);
	gmtime_r(&when, &tm);
	strftime(date, sizeof(date), "%Y%m%dT%H%M%SZ", &tm);
	snprintf(name, size, "%s-%s-%s%s-%.8s.bin", psid, owner, date, number, sha256);
}

/* A name only suggests what is in the file: the bytes are compared. */
static bool holds(const char *path, uint32_t size, const char *sha256)
{
	uint8_t *data;
	size_t len;
	bool same;

	if (cx3_file_read(path, size, &data, &len, NULL) != CX3_OK)
		return false;
	(void)cx3_sha256_is(data, len, sha256, &same, NULL);
	same = same && len == size;
	free(data);
	return same;
}

/* A manifest that tells of another chip or flash part would keep the content from this card. */
static bool is_of_kind(const struct cx3_shadow *shadow, const char *path)
{
	struct cx3_manifest_facts facts;
	bool found = false;

	return cx3_manifest_read(path, &facts, &found, NULL) == CX3_OK &&
	       (!found || cx3_manifest_of_kind(&facts, shadow));
}

bool cx3_backup_is_of(const struct cx3_shadow *shadow, const char *path, const char *sha256)
{
	return is_of_kind(shadow, path) && holds(path, shadow->size, sha256);
}
