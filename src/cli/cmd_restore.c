/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "commands.h"

/*
 * restore: the way back. The file is raw content and not an image, so nothing in
 * it is patched: GUIDs, settings and both homes come back as they were.
 */

/* All of it is compared, so that only what differs is written. */
static int read_all(struct cli *cli)
{
	uint64_t weight = 1;
	const uint8_t *data;
	int rc;

	progress_begin(&cli->progress, &weight, 1);
	rc = cx3_shadow_read_all(cli->session.shadow, &data, &cli->err);
	progress_end(&cli->progress);
	return rc;
}

static int restore(struct cli *cli, const uint8_t *content, uint32_t size)
{
	struct cx3_plan *plan = NULL;
	int rc = CX3_OK;

	/* a file of another size is refused at once, not after minutes of reading */
	if (size == cx3_flash_part(cli->session.flash)->size)
		rc = read_all(cli);
	if (rc == CX3_OK)
		rc = cx3_restore_prepare(cli->session.shadow, content, size, &plan, &cli->err);
	if (rc == CX3_OK)
		rc = plan_carry_out(cli, plan,
				    "Restored and read back. Power the machine off and on.");
	cx3_plan_free(plan);
	return rc;
}

static int run(struct cli *cli)
{
	const char *path = cli->argv[0];
	uint8_t *content = NULL;
	size_t len;
	int rc = cx3_file_read(path, CX3_FS2_MAX_IMAGE, &content, &len, &cli->err);

	if (rc == CX3_OK)
		rc = session_open(cli, OPEN_SHADOW);
	if (rc == CX3_OK)
		rc = unprotect_if_asked(cli);
	if (rc == CX3_OK)
		rc = restore(cli, content, (uint32_t)len);
	free(content);
	return rc;
}

const struct command cmd_restore = {
	.name = "restore",
	.args = "FILE",
	.summary = "put a backup back, byte for byte",
	.help = "FILE is a raw content of the flash's size, as backup makes it. It is no image: an\n"
		"image file goes onto the card with burn.",
	.example = "-d /dev/i2c-3 restore card.bin",
	.group = GROUP_CHANGE,
	.target = TARGET_DEVICE,
	.min_args = 1,
	.max_args = 1,
	.scope = SCOPE_RESTORE,
	.run = run,
};
