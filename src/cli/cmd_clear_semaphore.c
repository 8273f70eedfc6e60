/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clear_semaphore: the semaphore (register 0xf03fc) is shared with the running firmware and with
 * other tools; a tool that was killed leaves it taken. mstflint has both this command and an
 * option of the same name; so have we.
 */
#include <stdlib.h>

#include "advice.h"
#include "commands.h"
#include "cx3flash/adapterops.h"
#include "facts_text.h"
#include "printable.h"

/* Who holds what, as status tells it. */
static void tell(struct cli *cli, const struct cx3_cleared *held, uint64_t us)
{
	struct cx3_facts facts = {.has_card = true,
				  .id = *cx3_card_identity(cli->session.card),
				  .has_flash = true,
				  .tools_asked = true,
				  .tools_held = held->tools,
				  .semaphore_watched_ms = (uint32_t)(us / 1000)};

	/* so that a document has the same keys as that of status */
	if (held->flash)
		facts.failed = CX3_E_SEMAPHORE;
	facts_show_semaphores(cli, &facts);
}

static int look(struct cli *cli, struct cx3_cleared *held)
{
	struct cx3_adapter *adapter = cli->session.adapter;
	uint64_t begun = adapter->ops->now_us(adapter);
	int rc = cx3_card_ask_semaphores(cli->session.card, held, &cli->err);

	if (rc == CX3_OK)
		tell(cli, held, adapter->ops->now_us(adapter) - begun);
	return rc;
}

static int ask(struct cli *cli, const struct cx3_cleared *held)
{
	bool runs = cx3_card_identity(cli->session.card)->state == CX3_CARD_FUNCTIONAL;

	say(cli,
	    "-W- Whoever holds %s is not asked. If it is %s at work on the flash, both write to it at "
	    "once, and the flash is damaged.\n",
	    !held->tools  ? "the flash semaphore (0xf03fc)"
	    : held->flash ? "the flash semaphore (0xf03fc) and that of the flash tools (0xf03a0)"
			  : "the semaphore of the flash tools (0xf03a0)",
	    held->tools ? "a flash tool"
	    : runs	? "the card's firmware, the host's driver or another tool"
			: "another tool");
	return ask_continue(cli, &cli->err);
}

/* Whether it stays free, and what a tool that was stopped has left behind, status tells. */
static void say_next(struct cli *cli)
{
	struct advice advice;

	advice_begin(cli, &advice);
	advice_push(&advice, "status");
	advice_tell(cli, &advice, "next", "Next");
}

static void tell_cleared(struct cli *cli, const struct cx3_cleared *was)
{
	json_flag(cli->json, "was_taken", was->flash || was->tools);
	json_flag(cli->json, "flash_was_taken", was->flash);
	json_flag(cli->json, "tools_was_taken", was->tools);
	if (was->flash)
		say(cli,
		    "-I- The flash semaphore (0xf03fc) was held by somebody; it is free now.\n");
	if (was->tools)
		say(cli,
		    "-I- The semaphore of the flash tools (0xf03a0) was held by somebody; it is "
		    "free now.\n");
	if (was->flash || was->tools) {
		say_next(cli);
		return;
	}
	say(cli, "-I- The flash semaphores are free: there is nothing to clear.\n");
	json_text(cli->json, "next", NULL);
}

static int run(struct cli *cli)
{
	struct cx3_cleared held = {false, false}, was = {false, false};
	int rc;

	rc = session_open(cli, CX3_OPEN_CARD);
	if (rc == CX3_OK)
		rc = look(cli, &held);
	if (rc == CX3_OK && (held.flash || held.tools)) {
		rc = ask(cli, &held);
		if (rc == CX3_OK)
			rc = cx3_card_clear_semaphore(cli->session.card, &was, &cli->err);
	}
	if (rc == CX3_OK)
		tell_cleared(cli, &was);
	return rc;
}

const struct command cmd_clear_semaphore = {
	.name = "clear_semaphore",
	.args = "",
	.summary = "free a flash semaphore that stays held",
	.help = "Only when nothing else can be using the flash: no driver, no other tool, and a\n"
		"firmware that hangs or does not run. Who holds it is looked for first, for 5 s; where\n"
		"nobody does, nothing is asked. -y answers the question.",
	.example = "-d /dev/i2c-3 clear_semaphore",
	.group = GROUP_CHANGE,
	.target = TARGET_DEVICE,
	.run = run,
};
