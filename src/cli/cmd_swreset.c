/* SPDX-License-Identifier: BSD-2-Clause */
/* swreset: resets the chip, which then starts the image that is on the flash now. */
#include "commands.h"

static const char *state_of(const struct cx3_card_id *id)
{
	return id->state == CX3_CARD_LIVEFISH ? "livefish" : "functional";
}

static int ask(struct cli *cli, const struct cx3_card_id *id)
{
	bool runs = id->state == CX3_CARD_FUNCTIONAL;

	say(cli,
	    "-W- The chip is reset through register 0xf0010. Over I2C nobody has told of that yet; a "
	    "host's driver does it over PCIe.\n");
	if (runs)
		say(cli, "-W- The card's firmware runs: its links go down, and a host whose driver "
			 "uses it now loses it, hangs, or resets as well. Unload the driver first "
			 "(mlx4_core).\n");
	say(cli, "-W- What comes up is the image on the flash. Nothing is written to the flash.\n");
	return ask_continue(cli, &cli->err);
}

static int tell(struct cli *cli, bool seen)
{
	const struct cx3_card_id *id = cx3_card_identity(cli->session.card);
	char version[32];

	json_flag(cli->json, "reset_seen", seen);
	json_text(cli->json, "state_after", state_of(id));
	say(cli, seen ? "-I- The chip was reset: a semaphore that was held is free.\n"
		      : "-W- No sign of a reset was seen: switch the card's power off and on.\n");
	version_text(version, sizeof(version), id->running_fw);
	if (id->state == CX3_CARD_LIVEFISH)
		say(cli, "-I- It is in recovery (livefish): no firmware runs.\n");
	else
		say(cli, "-I- Its firmware %s runs.\n", version);
	return CX3_OK;
}

static int run(struct cli *cli)
{
	bool seen = false;
	int rc = session_open(cli, CX3_OPEN_CARD);

	if (rc != CX3_OK)
		return rc;
	json_text(cli->json, "state_before", state_of(cx3_card_identity(cli->session.card)));
	rc = ask(cli, cx3_card_identity(cli->session.card));
	if (rc == CX3_OK)
		rc = cx3_card_reset(cli->session.card, &seen, &cli->err);
	if (rc != CX3_OK)
		return rc;
	/* nothing that was known of it holds */
	session_close(cli);
	rc = session_open(cli, CX3_OPEN_CARD);
	return rc == CX3_OK ? tell(cli, seen) : rc;
}

const struct command cmd_swreset = {
	.name = "swreset",
	.args = "",
	.summary = "reset the chip (a power-off is surer)",
	.help = "Writes register 0xf0010, and tells what is seen of the card after it. It is asked for\n"
		"first; -y answers that. Not while a host uses the card. (mstflint has it for switches\n"
		"only.)",
	.example = "-d /dev/i2c-3 swreset",
	.group = GROUP_CHANGE,
	.target = TARGET_DEVICE,
	.run = run,
};
