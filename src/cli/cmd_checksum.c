/* SPDX-License-Identifier: BSD-2-Clause */
/* checksum: the MD5 of a firmware without its identity. */
#include <stdlib.h>

#include "commands.h"

/* The same on all cards with this firmware, whatever their GUIDs, MACs and VSD. */
static int run(struct cli *cli)
{
	struct cli_source source;
	struct cx3_fs2_info info;
	uint8_t *image = NULL;
	uint32_t len = 0;
	char hex[33];
	int rc = source_open(cli, &source);

	if (rc == CX3_OK)
		rc = verify_sentence(cli, source_read_image(&source, &info, &image, &len));
	if (rc == CX3_OK)
		rc = cx3_fs2_checksum(image, len, &info, hex, &cli->err);
	if (rc == CX3_OK) {
		say(cli, "-I- Calculating Checksum ...\nChecksum: %s\n", hex);
		json_text(cli->json, "checksum", hex);
	}
	free(image);
	source_close(&source);
	return rc;
}

const struct command cmd_checksum = {
	.name = "checksum",
	.alias = "cs",
	.args = "",
	.summary = "MD5 of the firmware without its identity",
	.help = "The full-image CRC, the GUID section and the VSD are left out, so that two cards\n"
		"with the same firmware have the same sum.",
	.example = "-i fw.bin checksum",
	.group = GROUP_LOOK,
	.target = TARGET_EITHER,
	.scope = SCOPE_READ,
	.run = run,
};
