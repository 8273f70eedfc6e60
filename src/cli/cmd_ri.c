/* SPDX-License-Identifier: BSD-2-Clause */
/* ri: the firmware image into a file. */
#include <stdlib.h>

#include "commands.h"

/* ri: "read image". The home that boots, chunks joined, without the gaps between them. */
static int run(struct cli *cli)
{
	const char *path = cli->argv[0];
	struct cli_source source;
	struct cx3_fs2_info info;
	uint8_t *image = NULL;
	uint32_t len = 0;
	int rc = output_allowed(cli, path);

	if (rc != CX3_OK)
		return rc;
	rc = source_open(cli, &source);
	if (rc == CX3_OK)
		rc = source_read_image(&source, &info, &image, &len);
	if (rc == CX3_OK)
		rc = cx3_file_write(path, image, len, cli->options.yes, &cli->err);
	if (rc == CX3_OK) {
		json_text(cli->json, "file", path);
		json_number(cli->json, "bytes", len);
	}
	free(image);
	source_close(&source);
	return rc;
}

const struct command cmd_ri = {
	.name = "ri",
	.args = "FILE",
	.summary = "the firmware image, contiguous and verified",
	.help = "The file can be burnt, here or with mstflint. The whole flash, with both homes and\n"
		"the card's settings, is what backup keeps.",
	.example = "-d /dev/i2c-3 ri fw.bin",
	.group = GROUP_KEEP,
	.target = TARGET_EITHER,
	.min_args = 1,
	.max_args = 1,
	.scope = SCOPE_READ,
	.run = run,
};
