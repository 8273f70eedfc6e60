/* SPDX-License-Identifier: BSD-2-Clause */
/* query: what an image says of itself. */
#include <string.h>

#include "commands.h"

/* What the chip runs now, which a burn changes only after a reset. */
static void running_json(struct cli *cli)
{
	const struct cx3_card_id *id;
	char text[32];

	if (!cli->session.card)
		return;
	id = cx3_card_identity(cli->session.card);
	version_text(text, sizeof(text), id->running_fw);
	json_text(cli->json, "fw_version_running",
		  id->running_fw[0] || id->running_fw[1] || id->running_fw[2] ? text : NULL);
}

/*
 * A file is checked in full, as mstflint does: it costs nothing there. Over a
 * bus only what is asked for is read; verify checks the rest.
 */
static int look(struct cli *cli, struct cli_source *source, bool full, struct cx3_fs2_info *info)
{
	enum cx3_fs2_depth depth = CX3_FS2_QUICK;
	int rc = CX3_OK;

	if (!cli->options.quick && (full || source->file))
		depth = CX3_FS2_FULL;
	if (!cli->options.quick && source->file)
		rc = cx3_fs2_verify(&source->src, source->layout, info, NULL, NULL, &cli->err);
	if (rc == CX3_OK)
		rc = cx3_fs2_query(&source->src, source->layout, depth, info, &cli->err);
	return rc;
}

static int run(struct cli *cli)
{
	bool full = cli->argc > 0;
	struct cx3_fs2_info info;
	struct cli_source source;
	int rc;

	if (full && strcmp(cli->argv[0], "full") != 0)
		return cx3_fail(&cli->err, CX3_E_USAGE, "query",
				"\"%s\" is not known here; use query or query full.", cli->argv[0]);
	rc = source_open(cli, &source);
	if (rc == CX3_OK)
		rc = look(cli, &source, full, &info);
	if (rc == CX3_OK) {
		query_print(cli, &source, &info, full);
		running_json(cli);
		query_json(cli->json, &info);
	}
	source_close(&source);
	return rc;
}

const struct command cmd_query = {
	.name = "query",
	.alias = "q",
	.args = "[full]",
	.summary = "versions, PSID, GUIDs, MACs, ROM",
	.help = "With full: also MIC, configuration area and parameter set, and the whole ROM is\n"
		"read for its checksum. An image file is checked in full first, unless with -qq.",
	.example = "-d /dev/i2c-3 query full",
	.group = GROUP_LOOK,
	.target = TARGET_EITHER,
	.max_args = 1,
	.side_by_side = true,
	.scope = SCOPE_QUERY | SCOPE_READ,
	.run = run,
};
