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

/* The first bytes of a file, at most `size`: how many. */
static size_t begin_of(const char *path, char *begin, size_t size)
{
	FILE *file = fopen(path, "re");
	size_t len = file ? fread(begin, 1, size, file) : 0;

	if (file)
		fclose(file);
	return len;
}

/* sqlite.org/fileformat.html: the magic, and the application's id at 68. */
static int keep_ledger(struct cli *cli, const char *path)
{
	char begin[72];

	if (begin_of(path, begin, sizeof(begin)) < sizeof(begin) ||
	    memcmp(begin, "SQLite format 3", 16) != 0 || memcmp(begin + 68, "cx3f", 4) != 0)
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_FILE, path,
			"This file is a ledger: without it, identities that cards have are given "
			"again. So it is not overwritten.\n"
			"Give another name.");
}

/* A journal, or what it keeps of the card. */
static int keep_journal(struct cli *cli, const char *path)
{
	static const char copy[] = ".json.before.bin", mark[] = "\"cx3flash journal ";
	char begin[64];
	size_t len = strlen(path), read = begin_of(path, begin, sizeof(begin));

	if ((len < sizeof(copy) || strcmp(path + len - (sizeof(copy) - 1), copy) != 0) &&
	    !memmem(begin, read, mark, sizeof(mark) - 1))
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_FILE, path,
			"This file is of an interrupted job's journal, which it is gone on with. "
			"So it is not overwritten.\n"
			"Give another name.");
}

int keep_content(struct cli *cli, const char *path)
{
	uint8_t *data;
	size_t len;
	bool content;
	int rc = keep_ledger(cli, path);

	if (rc == CX3_OK)
		rc = keep_journal(cli, path);
	if (rc != CX3_OK)
		return rc;
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
