/* SPDX-License-Identifier: BSD-2-Clause */
/* burn: the main job. The library decides, plans and asks; here it is reported. */
#include "carry_out.h"
#include "commands.h"
#include "identity_option.h"

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
	if (burn->use_image_rom && burn->use_dev_rom)
		return cx3_fail(&cli->err, CX3_E_USAGE, "-use_image_rom",
				"This contradicts -use_dev_rom; give one or the other.");
	return CX3_OK;
}

static int run(struct cli *cli)
{
	struct cx3_job_options options = carry_out_options(cli);
	struct cx3_job_caller caller = carry_out_caller(cli);
	struct cx3_job_result result = {0};
	struct cx3_image *image = NULL;
	int rc = check_options(cli);

	if (rc == CX3_OK)
		rc = identity_option(cli);
	/* before the card is opened: what is wrong with a file shows at once */
	if (rc == CX3_OK)
		rc = cx3_image_open(cli->options.image, cli->options.psid, false, &image,
				    &cli->err);
	if (rc == CX3_OK)
		rc = session_open(cli, CX3_OPEN_ADAPTER);
	if (rc == CX3_OK)
		rc = cx3_job_burn(cli->session.device, image, &cli->options.burn, &options, &caller,
				  &result, &cli->err);
	cx3_image_free(image);
	rc = carry_out_end(cli, &result, rc,
			   "Burnt and read back. The card runs it after a reset: power the machine "
			   "off and on.");
	if (rc == CX3_OK)
		carry_out_way_back(cli, &result, cli->options.burn.allow_psid_change);
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
	.side_by_side = true,
	.scope = SCOPE_BURN,
	.run = run,
};
