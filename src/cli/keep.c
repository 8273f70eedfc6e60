/* SPDX-License-Identifier: BSD-2-Clause */
/* Which files are kept: see keep.h. */
#include "keep.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cx3flash/backup.h"

static bool is_manifest(const char *path)
{
	size_t len = strlen(path), end = strlen(CX3_MANIFEST_ENDING);

	return len > end && strcmp(path + len - end, CX3_MANIFEST_ENDING) == 0;
}

static bool has_manifest(const char *path)
{
	char manifest[PATH_MAX];

	return snprintf(manifest, sizeof(manifest), "%s" CX3_MANIFEST_ENDING, path) <
		       (int)sizeof(manifest) &&
	       access(manifest, F_OK) == 0;
}

int keep_backup(struct cli *cli, const char *path)
{
	char real[PATH_MAX];

	if (!realpath(path, real))
		return CX3_OK;
	if (is_manifest(path) || is_manifest(real))
		return cx3_fail(
			&cli->err, CX3_E_FILE, path,
			"This file is the manifest of a backup, without which nothing vouches "
			"for it. So it is not written to.\n"
			"Give another name.");
	if (has_manifest(path) || has_manifest(real))
		return cx3_fail(
			&cli->err, CX3_E_FILE, path,
			"This file is a backup of a card: its manifest lies beside it. So it is "
			"not written to.\n"
			"Give another name; to change its content, copy it first.");
	return CX3_OK;
}
