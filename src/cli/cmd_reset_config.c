/* SPDX-License-Identifier: BSD-2-Clause */
/* reset_config: the card's settings back to its defaults. */
#include "carry_out.h"
#include "commands.h"

static int run(struct cli *cli)
{
	struct cx3_job_options options = carry_out_options(cli);
	struct cx3_job_caller caller = carry_out_caller(cli);
	struct cx3_job_result result = {0};
	int rc = session_open(cli, CX3_OPEN_ADAPTER);

	if (rc == CX3_OK)
		rc = cx3_job_reset_config(cli->session.device, &options, &caller, &result,
					  &cli->err);
	rc = carry_out_end(
		cli, &result, rc,
		"Erased and read back. The settings are the defaults from the next start "
		"on.");
	/* images stay as they are: what the backup has of them is what every backup has */
	if (rc == CX3_OK)
		carry_out_way_back(cli, &result, false);
	return rc;
}

const struct command cmd_reset_config = {
	.name = "reset_config",
	.args = "",
	.summary = "erase the card's settings, which a burn keeps",
	.help = "The non-volatile configuration at the end of both homes is saved with the backup and\n"
		"erased. Mends: \"Failed to query device current configuration\" of the host's tools,\n"
		"which no burn mends. Loses: what was set with mstconfig or in the boot menu (link\n"
		"type, SR-IOV, boot options). Images, GUIDs and MACs stay as they are.",
	.example = "-d /dev/i2c-3 reset_config",
	.group = GROUP_CHANGE,
	.target = TARGET_DEVICE,
	.scope = SCOPE_RESET,
	.run = run,
};
