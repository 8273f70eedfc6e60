/* SPDX-License-Identifier: BSD-2-Clause */
/* backup: the whole flash into a file. */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "printable.h"

/*
 * The whole flash into a file. The same backup is taken by itself before each
 * first write to a card; see carry_out.c.
 */

void backup_tell(struct cli *cli, const struct cx3_backup *backup)
{
	cJSON *item = json_object(cli->json, "backup");

	json_text(item, "file", backup->path);
	json_text(item, "manifest", backup->manifest);
	json_text(item, "sha256", backup->sha256);
	json_flag(item, "reused", backup->reused);
	json_flag(item, "image_ok", backup->image_ok);
	progress_clear(&cli->progress);
	say(cli, "%s %s\n",
	    backup->reused ? "-I- The card's content is in a backup already:" : "-I- Backup:",
	    shown(backup->path));
	json_number(item, "bytes_read_twice", backup->bytes_twice);
	json_number(item, "differences", backup->differences);
	json_flag(item, "read_once", backup->once);
	if (backup->differences)
		say(cli,
		    "-W- %u blocks of 16 bytes read differently at first and were read until two "
		    "readings were the same: the wires are noisy.\n",
		    backup->differences);
	if (backup->once)
		say(cli, "-W- It was read once: what no CRC vouches for may be wrong.\n");
	if (!backup->image_ok)
		say(cli, "-W- The image in it does not verify: it is kept as it is.\n");
}

static void tell_health(struct cli *cli, const struct cx3_backup *backup)
{
	cJSON *item = json_object(cli->json, "health");
	uint64_t repeats = cx3_device_repeats(cli->session.device);
	char read[32], twice[32];

	format_bytes(read, sizeof(read), cx3_flash_part(cli->session.flash)->size);
	format_bytes(twice, sizeof(twice), backup->bytes_twice);
	say(cli,
	    "-I- Health: %s read, %s of it twice; %" PRIu64 " reads repeated, %u differences.\n",
	    read, twice, repeats, backup->differences);
	json_number(item, "reads_repeated", repeats);
	json_number(item, "differences", backup->differences);
}

static int run(struct cli *cli)
{
	const char *path = cli->argc > 0 ? cli->argv[0] : NULL;
	struct cx3_backup_options options = {.folder = cli->options.backup_dir,
					     .once = cli->options.once};
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct stat there;
	int rc;

	/* as with several devices */
	if (path && !options.folder && stat(path, &there) == 0 && S_ISDIR(there.st_mode)) {
		options.folder = path;
		path = NULL;
	}
	/* never overwritten, not even with -y: it may be the only copy of a card */
	if (path && access(path, F_OK) == 0)
		return cx3_fail(&cli->err, CX3_E_EXISTS, path,
				"This file is there already, and a backup overwrites nothing: "
				"give another name.");
	rc = path ? output_allowed(cli, path) : CX3_OK;
	if (rc == CX3_OK)
		rc = session_open(cli, CX3_OPEN_SHADOW);
	if (rc != CX3_OK)
		return rc;
	progress_begin_one(&cli->progress);
	if (path)
		rc = cx3_backup_to(cli->session.shadow, path, &options, &backup, &cli->err);
	else
		rc = cx3_backup_auto(cli->session.shadow, &options, &backup, &cli->err);
	progress_end(&cli->progress);
	if (rc != CX3_OK)
		return rc;
	backup_tell(cli, &backup);
	say(cli, "    sha256 %s\n", backup.sha256);
	tell_health(cli, &backup);
	return CX3_OK;
}

const struct command cmd_backup = {
	.name = "backup",
	.args = "[FILE|FOLDER]",
	.summary = "the whole flash, with a manifest beside it",
	.help = "FILE gets the raw content, as a clip on the flash would read it; restore puts it\n"
		"back. Without FILE it goes where burn keeps its backups:\n"
		"$XDG_STATE_HOME/cx3flash/backups (~/.local/state/cx3flash/backups).",
	.example = "-d ft232h backup card.bin",
	.group = GROUP_KEEP,
	.target = TARGET_DEVICE,
	.max_args = 1,
	.side_by_side = true,
	.scope = SCOPE_BACKUP,
	.run = run,
};
