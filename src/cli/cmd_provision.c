/* SPDX-License-Identifier: BSD-2-Clause */
/* provision: a bench for many cards. Which of its words is given decides what it works on. */
#include "commands.h"
#include "provision.h"

static int check_run(struct cli *cli)
{
	if (!cli->options.device)
		return cx3_fail(
			&cli->err, CX3_E_USAGE, "provision",
			"A station needs a device: name it with -d (/dev/i2c-N, ft232h, mtusb1 "
			"or sim:FILE).\n"
			"It may be given more than once.");
	if (!cli->options.image)
		return cx3_fail(&cli->err, CX3_E_USAGE, "provision",
				"A station needs an image: name its file with -i.");
	return CX3_OK;
}

static int check_book(struct cli *cli, const char *word)
{
	if (cli->options.device || cli->options.image)
		return cx3_fail(&cli->err, CX3_E_USAGE, word,
				"This is about the ledger alone: leave out -d and -i.");
	if (cli->options.cards || cli->options.only_psid || cli->options.keep_identity ||
	    cli->options.burn_again)
		return cx3_fail(
			&cli->err, CX3_E_USAGE, word,
			"This is about the ledger alone: leave out the options of a station.");
	return CX3_OK;
}

static int run(struct cli *cli)
{
	int rc;

	if (!cli->options.ledger)
		return cx3_fail(&cli->err, CX3_E_USAGE, "provision",
				"It needs a ledger: name its file with --ledger.");
	rc = cli->argc == 0 ? check_run(cli) : check_book(cli, cli->argv[0]);
	if (rc != CX3_OK)
		return rc;
	if (cli->argc == 0)
		return provision_run(cli);
	rc = provision_book(cli, cli->argv[0]);
	if (rc != CX3_E_NOT_MINE)
		return rc;
	return cx3_fail(&cli->err, CX3_E_USAGE, cli->argv[0],
			"provision has no such word; see cx3flash provision --help.");
}

const struct command cmd_provision = {
	.name = "provision",
	.args = "[WORD ...]",
	.summary = "a bench full of cards: each its identity and the image",
	.help = "Waits for a card, reserves the next free identity of the ledger for it, backs up, burns,\n"
		"reads back, writes it down, says OK or FAIL, and waits for the next card. A card that\n"
		"is done with this image is left alone; one whose burn was cut never gets a second\n"
		"identity, if its GUIDs tell which card it is. The first word may be, for the ledger alone:\n"
		"  import FILE        identities from a list: GUID[,MAC[,LABEL]] a line\n"
		"  range FIRST COUNT  or FIRST..LAST[,step=N]: base GUIDs, 4 apart unless told\n"
		"  report             what there is, and what was done\n"
		"  export FILE        what was done, as CSV, or as JSON lines (FILE.jsonl)\n"
		"  merge OTHER        what another machine's ledger has; refuses doubles\n"
		"  release GUID       a reserved or withdrawn identity is free again\n"
		"  retire GUID        a free identity is never given\n"
		"  replaced GUID      the card that has it gets another one, or is gone\n"
		"Exit code: 0 if no card failed, else the first failure's, or 13 for several causes.",
	.example = "-d ft232h -i fw.bin --ledger station.db provision",
	.group = GROUP_CHANGE,
	.target = TARGET_OWN,
	.max_args = 3,
	.side_by_side = true,
	.scope = SCOPE_PROVISION,
	.run = run,
};
