/* SPDX-License-Identifier: BSD-2-Clause */
/* dc: the configuration text of an image. */
#include <stdlib.h>

#include "commands.h"

/* dc: "dump configuration", as in mstflint: the INI text that the image was made from. */
static int run(struct cli *cli)
{
	const char *path = cli->argc > 0 ? cli->argv[0] : NULL;
	struct cli_source source;
	char *text = NULL;
	size_t len = 0;
	int rc = path ? output_allowed(cli, path) : CX3_OK;

	if (rc != CX3_OK)
		return rc;
	rc = source_open(cli, &source);
	if (rc == CX3_OK)
		rc = cx3_fs2_text(&source.src, source.layout, CX3_FS2_FW_CONFIG, &text, &len,
				  &cli->err);
	if (rc == CX3_OK && path)
		rc = cx3_file_write(path, text, len, cli->options.yes, &cli->err);
	else if (rc == CX3_OK)
		say_text(cli, text);
	if (rc == CX3_OK) {
		json_text(cli->json, "file", path);
		json_number(cli->json, "bytes", len);
	}
	if (rc == CX3_OK && !path && cli->json)
		json_text(cli->json, "configuration", text);
	free(text);
	source_close(&source);
	return rc;
}

const struct command cmd_dc = {
	.name = "dc",
	.args = "[FILE]",
	.summary = "the image's configuration (INI text)",
	.help = "The text that the image was made from. It is no backup of the card: that is backup.",
	.example = "-d /dev/i2c-3 dc card.ini",
	.group = GROUP_LOOK,
	.target = TARGET_EITHER,
	.max_args = 1,
	.scope = SCOPE_READ,
	.run = run,
};
