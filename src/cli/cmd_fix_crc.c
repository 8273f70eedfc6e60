/* SPDX-License-Identifier: BSD-2-Clause */
/* fix_crc: after a hex edit of an image file. It shows what it mends, for each of these is a place
 * where the file is not what somebody has released. */
#include <stdlib.h>

#include "commands.h"
#include "keep.h"
#include "printable.h"

struct shown_fixes {
	struct cli *cli;
	cJSON *list;
};

static void show(void *user, const struct cx3_fs2_section *section)
{
	const struct shown_fixes *shown_fixes = user;
	cJSON *item = json_append(shown_fixes->list);

	say(shown_fixes->cli, "     /0x%08x-0x%08x/ (%s) - CRC 0x%x, right is 0x%x\n",
	    section->addr, section->addr + section->size - 1, section->name, section->crc_found,
	    section->crc_computed);
	json_hex(item, "address", 8, section->addr);
	json_text(item, "section", section->name);
	json_hex(item, "before", 8, section->crc_found);
	json_hex(item, "after", 8, section->crc_computed);
}

static int store(struct cli *cli, const char *path, const uint8_t *image, size_t len)
{
	int rc = CX3_OK;

	if (cli->options.dry_run) {
		say(cli, "\n-I- Dry run: nothing was written.\n");
		return CX3_OK;
	}
	rc = ask_continue(cli, &cli->err);
	if (rc == CX3_OK)
		rc = cx3_file_write(path, image, len, true, &cli->err);
	if (rc == CX3_OK)
		say(cli, "-I- Mended: %s\n", shown(path));
	return rc;
}

static int run(struct cli *cli)
{
	const char *path = cli->argv[0];
	struct shown_fixes fixes = {.cli = cli, .list = json_array(cli->json, "fixed")};
	uint8_t *image;
	unsigned fixed;
	size_t len;
	int rc = keep_backup(cli, path);

	if (rc == CX3_OK)
		rc = cx3_file_read(path, CX3_FS2_MAX_IMAGE, &image, &len, &cli->err);
	if (rc != CX3_OK)
		return rc;
	rc = cx3_fs2_fix_crcs(image, (uint32_t)len, show, &fixes, &fixed, &cli->err);
	if (rc == CX3_OK && fixed == 0)
		say(cli, "-I- Every CRC of %s is right already.\n", shown(path));
	else if (rc == CX3_OK)
		rc = store(cli, path, image, len);
	free(image);
	return rc;
}

const struct command cmd_fix_crc = {
	.name = "fix_crc",
	.args = "FILE",
	.summary = "make an edited image file's CRCs right",
	.help = "Shows each section whose CRC is wrong, asks, and writes the right ones. What is\n"
		"wrong with the image otherwise stays wrong, and is told. FILE is a bare image, not a\n"
		"zip archive.",
	.example = "fix_crc fw.bin",
	.group = GROUP_CHANGE,
	.target = TARGET_NONE,
	.min_args = 1,
	.max_args = 1,
	.scope = SCOPE_FILE,
	.run = run,
};
