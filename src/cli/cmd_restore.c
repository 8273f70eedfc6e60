/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * restore: the way back. The file is raw content and not an image, so nothing in it is
 * patched: GUIDs, settings and both homes come back as they were.
 */
#include "carry_out.h"
#include "commands.h"

static int run(struct cli *cli)
{
	const struct cx3_restore_options what = {
		.path = cli->argv[0],
		.allow_psid_change = cli->options.burn.allow_psid_change,
		.allow_identity_change = cli->options.allow_identity_change,
		.allow_other_card = cli->options.allow_other_card,
		.allow_bad_backup = cli->options.allow_bad_backup,
		.allow_no_image = cli->options.allow_no_image,
	};
	struct cx3_job_options options = carry_out_options(cli);
	struct cx3_job_caller caller = carry_out_caller(cli);
	struct cx3_job_result result = {0};
	int rc = session_open(cli, CX3_OPEN_ADAPTER);

	if (rc == CX3_OK)
		rc = cx3_job_restore(cli->session.device, &what, &options, &caller, &result,
				     &cli->err);
	rc = carry_out_end(cli, &result, rc,
			   "Restored and read back. Power the machine off and on.");
	if (rc == CX3_OK)
		carry_out_way_back(cli, &result, cli->options.burn.allow_psid_change);
	return rc;
}

const struct command cmd_restore = {
	.name = "restore",
	.args = "FILE",
	.summary = "put a backup back, byte for byte",
	.help = "FILE is a raw content of the flash's size, as backup makes it. It is no image: an\n"
		"image file goes onto the card with burn. The manifest beside FILE is checked, and\n"
		"the images in it. What is not this card's own is refused, unless an option allows it.",
	.example = "-d /dev/i2c-3 restore card.bin",
	.group = GROUP_CHANGE,
	.target = TARGET_DEVICE,
	.min_args = 1,
	.max_args = 1,
	.files = 1,
	.scope = SCOPE_RESTORE,
	.run = run,
};
