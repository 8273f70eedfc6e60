/* SPDX-License-Identifier: BSD-2-Clause */
/* Which files are kept: see keep.h. */
#include "keep.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cx3flash/backup.h"
#include "cx3flash/file.h"

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

/* As large as the flash of a card, and an image starts where a card looks for one. */
static bool is_flash_content(const uint8_t *data, size_t len)
{
	struct cx3_fs2_source src = cx3_fs2_memory(data, (uint32_t)len);
	uint32_t start[CX3_FS2_MAX_STARTS];
	const struct cx3_flash_part *part;
	size_t parts, i = 0;
	unsigned count = 0;

	part = cx3_flash_parts(&parts);
	while (i < parts && part[i].size != len)
		i++;
	return i < parts && cx3_fs2_locate(&src, start, &count, NULL) == CX3_OK && count > 0;
}

int keep_content(struct cli *cli, const char *path)
{
	uint8_t *data;
	size_t len;
	bool content;

	/* what can't be read, or is larger, is none */
	if (cx3_file_read(path, CX3_FS2_MAX_IMAGE, &data, &len, NULL) != CX3_OK)
		return CX3_OK;
	content = is_flash_content(data, len);
	free(data);
	if (!content)
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_FILE, path,
			"This file has the size of a flash and an image in it: it may be the only "
			"backup of a card, without its manifest. So it is not overwritten.\n"
			"Give another name, or move the file away.");
}
