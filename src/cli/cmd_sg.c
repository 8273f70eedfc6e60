/* SPDX-License-Identifier: BSD-2-Clause */
/* sg: "set GUIDs". On a card it is a burn of the card's own image, with its safety. */
#include <string.h>

#include "carry_out.h"
#include "commands.h"
#include "identity_option.h"
#include "sg_file.h"

static int check_options(struct cli *cli)
{
	if (cli->options.burn.guid_count == 0 && cli->options.burn.mac_count == 0)
		return cx3_fail(&cli->err, CX3_E_USAGE, "sg",
				"No new identity was given: use -guid or -guids, -mac or -macs, "
				"--identity or --identity-from.");
	return CX3_OK;
}

static int set_on_card(struct cli *cli)
{
	struct cx3_job_options options = carry_out_options(cli);
	struct cx3_job_caller caller = carry_out_caller(cli);
	struct cx3_job_result result = {0};
	int rc = session_open(cli, CX3_OPEN_ADAPTER);

	if (rc == CX3_OK)
		rc = cx3_job_set_guids(cli->session.device, &cli->options.burn, &options, &caller,
				       &result, &cli->err);
	rc = carry_out_end(cli, &result, rc,
			   "Set and read back. The card uses them after a reset: power the machine "
			   "off and on.");
	if (rc == CX3_OK)
		carry_out_way_back(cli, &result, false);
	return rc;
}

/* mstflint's word leaves the CRC over the whole image as it was, which is wrong then. */
static int check_word(struct cli *cli)
{
	if (cli->argc == 0)
		return CX3_OK;
	if (strcmp(cli->argv[0], "nocrc") != 0)
		return cx3_fail(&cli->err, CX3_E_USAGE, "sg",
				"\"%.40s\" is not known here.\n"
				"Write sg alone: GUIDs and MACs are options (-guid, -mac).",
				cli->argv[0]);
	say(cli, "-W- nocrc has no effect: an image with a wrong CRC is not made here.\n");
	return CX3_OK;
}

static int run(struct cli *cli)
{
	int rc = check_word(cli);

	if (rc == CX3_OK)
		rc = identity_option(cli);
	if (rc == CX3_OK)
		rc = check_options(cli);
	if (rc != CX3_OK)
		return rc;
	return cli->options.image ? sg_file(cli) : set_on_card(cli);
}

const struct command cmd_sg = {
	.name = "sg",
	.args = "[nocrc]",
	.summary = "set GUIDs and MACs, on a card or in an image file",
	.help = "What is not given stays. On a card with blank GUIDs they are filled in where they\n"
		"are; else the patched image is burnt beside the old one. An image file is changed\n"
		"in place. nocrc is mstflint's word, and has no effect: all CRCs are made right.",
	.example = "-d /dev/i2c-3 -guid 0002c90300001000 -mac 0002c9001000 sg",
	.group = GROUP_CHANGE,
	.target = TARGET_EITHER,
	.max_args = 1,
	.scope = SCOPE_SG,
	.run = run,
};
