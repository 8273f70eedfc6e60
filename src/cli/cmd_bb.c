/* SPDX-License-Identifier: BSD-2-Clause */
/* bb: "burn block", a file from address 0 on, as it is. */
#include <stdlib.h>

#include "commands.h"
#include "raw_run.h"

static int run(struct cli *cli)
{
	struct cx3_raw raw = {.kind = CX3_RAW_IMAGE};
	uint8_t *file = NULL, *image = NULL;
	size_t len = 0;
	int rc = cx3_file_read(cli->options.image, CX3_FS2_MAX_IMAGE, &file, &len, &cli->err);

	if (rc == CX3_OK)
		rc = cx3_fs2_unpack(file, len, NULL, &image, &raw.len, &cli->err);
	free(file);
	if (rc == CX3_OK)
		rc = raw_whole_words(cli, cli->options.image, raw.len);
	raw.bytes = image;
	/* the file has an identity of its own: the way back is from that to the card's */
	cli->options.burn.use_image_guids = true;
	if (rc == CX3_OK)
		rc = raw_run(cli, &raw);
	free(image);
	return rc;
}

const struct command cmd_bb = {
	.name = "bb",
	.args = "",
	.summary = "burn block: a file from address 0 on, as it is",
	.help = "Nothing of the card is kept: no GUIDs, no MACs, no VSD; no PSID is compared. A\n"
		"published image that is longer than its chunk does not boot from there: burn lays it\n"
		"out as the chip wants it, and restore is for a raw read of a flash. What lies behind\n"
		"the file stays. A card that boots, and would not then, wants --allow-unbootable.",
	.example = "-d /dev/i2c-3 -i fw.bin bb",
	.group = GROUP_CHANGE,
	.target = TARGET_BOTH,
	.scope = SCOPE_RAW,
	.run = run,
};
