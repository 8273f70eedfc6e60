/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "commands.h"

/*
 * burn: the main job. The library decides and plans; here it is shown, asked
 * about and reported. See carry_out.c for the order of question, backup, writes.
 */

/* mstflint's two lines, which people look for first. */
static void show_versions(struct cli *cli, const struct cx3_burn *burn)
{
	char before[32] = "N/A";
	char after[32];

	if (burn->has_old)
		version_text(before, sizeof(before), burn->old_info.fw_version);
	version_text(after, sizeof(after), burn->new_info.fw_version);
	say(cli, "\n    Current FW version on flash:  %s\n", before);
	say(cli, "    New FW version:               %s\n", after);
}

/* Everything that can be refused is refused by prepare, before the question. */
static int burn_image(struct cli *cli, const uint8_t *image, uint32_t len)
{
	struct cx3_burn burn;
	int rc = cx3_burn_prepare(cli->session.shadow, image, len, &cli->options.burn, &burn,
				  &cli->err);

	if (rc != CX3_OK)
		return rc;
	show_versions(cli, &burn);
	changes_show(cli, &burn);
	rc = plan_carry_out(
		cli, burn.plan,
		"Burnt and read back. The card runs it after a reset: power the machine off and on.");
	cx3_burn_finish(&burn);
	return rc;
}

/* In full, before the card is opened: what is wrong with a file shows at once. */
static int check_image(struct cli *cli, const uint8_t *image, uint32_t len)
{
	struct cx3_fs2_source src = cx3_fs2_memory(image, len);
	struct cx3_fs2_info info;
	int rc = cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &info, NULL, NULL, &cli->err);

	if (rc != CX3_OK)
		source_name_file(cli);
	return rc;
}

/* Pairs of which one would silently win. */
static int check_options(struct cli *cli)
{
	const struct cx3_burn_options *burn = &cli->options.burn;
	bool given = burn->guid_count > 0 || burn->mac_count > 0;

	if (burn->blank_guids && (given || burn->use_image_guids))
		return cx3_fail(
			&cli->err, CX3_E_USAGE, "-blank_guids",
			"This contradicts the other options for GUIDs and MACs; give one or the "
			"other.");
	if (burn->use_image_guids && given)
		return cx3_fail(&cli->err, CX3_E_USAGE, "-use_image_guids",
				"This contradicts -guid(s) and -mac(s); give one or the other.");
	if (burn->use_image_ps && burn->vsd)
		return cx3_fail(&cli->err, CX3_E_USAGE, "-use_image_ps",
				"This contradicts -vsd; give one or the other.");
	return CX3_OK;
}

static int run(struct cli *cli)
{
	uint8_t *image = NULL;
	uint32_t len;
	int rc = check_options(cli);

	if (rc == CX3_OK)
		rc = cx3_image_load(cli->options.image, &image, &len, &cli->err);
	if (rc == CX3_OK)
		rc = check_image(cli, image, len);
	if (rc == CX3_OK)
		rc = session_open(cli, OPEN_SHADOW);
	if (rc == CX3_OK)
		rc = unprotect_if_asked(cli);
	if (rc == CX3_OK)
		rc = burn_image(cli, image, len);
	free(image);
	return rc;
}

const struct command cmd_burn = {
	.name = "burn",
	.alias = "b",
	.args = "",
	.summary = "write an image, keeping GUIDs, MACs and VSD",
	.help = "The image is checked in full and must fit the card. Then: what changes, the plan, a\n"
		"question, a backup, the new image beside the old one, read back, and only then\n"
		"made the one that boots. GUIDs, MACs and VSD are the card's unless options say\n"
		"otherwise.",
	.example = "-d /dev/i2c-3 -i fw.zip -allow_psid_change burn",
	.group = GROUP_CHANGE,
	.target = TARGET_BOTH,
	.scope = SCOPE_BURN,
	.run = run,
};
