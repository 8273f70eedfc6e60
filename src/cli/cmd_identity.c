/* SPDX-License-Identifier: BSD-2-Clause */
/* identity: the GUIDs, MACs, VSD and PSID of a card or a file, shown or saved to a file. */
#include <string.h>

#include "commands.h"
#include "identity_option.h"

static int find(struct cli *cli, struct cx3_salvage *found)
{
	int rc;

	if (cli->options.image)
		return cx3_identity_of_file(cli->options.image, found, &cli->err);
	rc = session_open(cli, CX3_OPEN_SHADOW);
	if (rc != CX3_OK)
		return rc;
	progress_begin_one(&cli->progress);
	rc = cx3_identity_of_card(cli->session.shadow, found, NULL, &cli->err);
	progress_end(&cli->progress);
	return rc;
}

static void show_all(struct cli *cli, const struct cx3_salvage *found)
{
	cJSON *list = json_array(cli->json, "identities");

	for (unsigned i = 0; i < found->count; i++)
		identity_show(cli, &found->item[i], json_append(list));
	json_text(cli->json, "psid", found->psid[0] ? found->psid : NULL);
	json_flag(cli->json, "clear", cx3_salvage_is_clear(found));
	if (found->count > 1 && cx3_salvage_is_clear(found))
		say(cli, "-I- The first is the one that counts.\n");
}

/* Whoever calls this in a script may rely on what it answers. */
static int judge(struct cli *cli, const struct cx3_salvage *found)
{
	const char *place = cli->options.image ? cli->options.image : "flash";

	if (found->count == 0)
		return cx3_fail(&cli->err, CX3_E_IDENTITY, place,
				"There are no GUIDs and MACs in it, not even damaged ones.\n"
				"They are on the card's label, or in a backup of it.");
	if (cx3_salvage_is_clear(found))
		return CX3_OK;
	if (found->checked > 1)
		return cx3_fail(
			&cli->err, CX3_E_IDENTITY, place,
			"Several identities are in it, and nothing tells which is the card's.\n"
			"Compare them with the card's label.");
	return cx3_fail(&cli->err, CX3_E_IDENTITY, place,
			"It is not sure that these GUIDs and MACs are the card's.\n"
			"Compare them with the card's label.");
}

static int run(struct cli *cli)
{
	const char *path = cli->argc > 1 ? cli->argv[1] : NULL;
	struct cx3_salvage found;
	int rc = CX3_OK;

	if (cli->argc > 0 && strcmp(cli->argv[0], "save") != 0)
		return cx3_fail(&cli->err, CX3_E_USAGE, "identity",
				"\"%s\" is not known here; use identity or identity save FILE.",
				cli->argv[0]);
	if (cli->argc == 1)
		return cx3_fail(&cli->err, CX3_E_USAGE, "identity",
				"The file is missing; use identity save FILE.");
	if (path)
		rc = output_allowed(cli, path);
	if (rc == CX3_OK)
		rc = find(cli, &found);
	if (rc != CX3_OK)
		return rc;
	show_all(cli, &found);
	rc = judge(cli, &found);
	if (rc != CX3_OK || !path)
		return rc;
	rc = cx3_identity_save(path, &found.item[0].identity, cli->options.yes, &cli->err);
	if (rc == CX3_OK)
		say(cli, "-I- Saved to %s\n", path);
	json_text(cli->json, "file", rc == CX3_OK ? path : NULL);
	return rc;
}

const struct command cmd_identity = {
	.name = "identity",
	.args = "[save FILE]",
	.summary = "GUIDs, MACs, VSD and PSID, shown or saved to a file",
	.help = "Of a card whose image can't be read, all that is left of them on the flash is shown,\n"
		"and how sure it is. -i takes an image, a backup, its manifest, or a file that save\n"
		"has written. burn, sg and recover take such a file with --identity, and a backup\n"
		"with --identity-from.",
	.example = "-d /dev/i2c-3 identity save card.json",
	.group = GROUP_KEEP,
	.target = TARGET_EITHER,
	.max_args = 2,
	.run = run,
};
