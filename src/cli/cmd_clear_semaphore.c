/* SPDX-License-Identifier: BSD-2-Clause */
/* clear_semaphore: frees a flash semaphore that stays held, after a question. */
#include "commands.h"

/* Whether somebody holds the flash's can be seen only by taking it, for 5 s: so the question comes
 * first. */
static int ask(struct cli *cli)
{
	bool runs = cx3_card_identity(cli->session.card)->state == CX3_CARD_FUNCTIONAL;
	bool tools = false;

	/* a bus that fails here is told of by what comes */
	(void)cx3_card_ask_tools(cli->session.card, &tools, NULL);
	say(cli,
	    "-W- Whoever holds %s is not asked. If somebody does, and it is %s at work on the flash, "
	    "both write to it at once, and the flash is damaged.\n",
	    tools ? "the semaphore of the flash tools (0xf03a0), and the flash semaphore (0xf03fc) "
		    "if that is taken too,"
		  : "the flash semaphore (0xf03fc)",
	    tools  ? "a flash tool"
	    : runs ? "the card's firmware, the host's driver or another tool"
		   : "another tool");
	return ask_continue(cli, &cli->err);
}

/*
 * The semaphore (register 0xf03fc) is shared with the running firmware and with
 * other tools; a tool that was killed leaves it taken. mstflint has both this
 * command and an option of the same name; so have we.
 */
static int run(struct cli *cli)
{
	struct cx3_cleared was = {false, false};
	int rc;

	rc = session_open(cli, CX3_OPEN_CARD);
	if (rc == CX3_OK)
		rc = ask(cli);
	if (rc == CX3_OK)
		rc = cx3_card_clear_semaphore(cli->session.card, &was, &cli->err);
	if (rc != CX3_OK)
		return rc;
	json_flag(cli->json, "was_taken", was.flash || was.tools);
	json_flag(cli->json, "flash_was_taken", was.flash);
	json_flag(cli->json, "tools_was_taken", was.tools);
	if (was.flash)
		say(cli,
		    "-I- The flash semaphore (0xf03fc) was held by somebody; it is free now.\n");
	if (was.tools)
		say(cli,
		    "-I- The semaphore of the flash tools (0xf03a0) was held by somebody; it is "
		    "free now.\n");
	if (!was.flash && !was.tools)
		say(cli, "-I- The flash semaphores were free already.\n");
	return CX3_OK;
}

const struct command cmd_clear_semaphore = {
	.name = "clear_semaphore",
	.args = "",
	.summary = "free a flash semaphore that stays held",
	.help = "Only when nothing else can be using the flash: no driver, no other tool, and a\n"
		"firmware that hangs or does not run. It is asked for first; -y answers that.",
	.example = "-d /dev/i2c-3 clear_semaphore",
	.group = GROUP_CHANGE,
	.target = TARGET_DEVICE,
	.run = run,
};
