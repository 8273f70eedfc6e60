/* SPDX-License-Identifier: BSD-2-Clause */
/* hw_access: shuts the card's registers, or opens them with the key ("secure host"). */
#include <string.h>

#include "commands.h"
#include "secret.h"

static bool is_shut(const struct cli *cli)
{
	return cx3_card_identity(cli->session.card)->state == CX3_CARD_LOCKED;
}

static const char *word_of(const struct cli *cli)
{
	return is_shut(cli) ? "disabled" : "enabled";
}

static void tell(struct cli *cli)
{
	const struct cx3_card_id *id = cx3_card_identity(cli->session.card);

	json_text(cli->json, "access_after", word_of(cli));
	if (is_shut(cli))
		say(cli, "-I- HW access is disabled: the registers were read, and each answers "
			 "0xbad0cafe.\n");
	else
		say(cli,
		    "-I- The Secure Host was disabled successfully on the device.\n"
		    "-I- HW access is enabled: the registers were read, and answer as a %s's "
		    "(hardware id 0x%x, revision 0x%x).\n",
		    id->name, id->hw_id, id->hw_rev);
}

static int open_it(struct cli *cli)
{
	uint64_t key = 0;
	int rc;

	if (!is_shut(cli)) {
		json_text(cli->json, "access_after", word_of(cli));
		say(cli, "-I- HW access already enabled\n");
		return CX3_OK;
	}
	rc = secret_key(cli, cli->argc > 1 ? cli->argv[1] : NULL, false, &key);
	if (rc != CX3_OK)
		return rc;
	say(cli, "-W- The key goes to the card's firmware by a command in registers 0x80780 to "
		 "0x80798. Over I2C nobody has told of that yet; the vendor's tool does it over "
		 "PCIe.\n");
	rc = cx3_card_set_access(cli->session.card, true, key, &cli->err);
	explicit_bzero(&key, sizeof(key));
	return rc;
}

static int ask(struct cli *cli)
{
	say(cli,
	    "-W- From then on the card refuses its registers to each tool, this one too: no status, "
	    "no backup and no burn, neither over PCIe nor, as far as is known, over I2C.\n"
	    "-W- Back leads hw_access enable with the key (keep it), or the flash-not-present jumper "
	    "and another image; a card that is reset or switched on may be open or not, as its "
	    "firmware has it.\n"
	    "-W- The command goes to the card's firmware through registers 0x80780 to 0x80798. Over "
	    "I2C nobody has told of that yet; the vendor's tool does it over PCIe. Nothing is "
	    "written to the flash.\n");
	return ask_continue(cli, &cli->err);
}

static int shut_it(struct cli *cli)
{
	int rc;

	if (is_shut(cli)) {
		json_text(cli->json, "access_after", word_of(cli));
		say(cli, "-I- HW access already disabled\n");
		return CX3_OK;
	}
	/* without firmware there is nothing to ask: the library refuses it */
	rc = cx3_card_identity(cli->session.card)->state == CX3_CARD_LIVEFISH ? CX3_OK : ask(cli);
	return rc == CX3_OK ? cx3_card_set_access(cli->session.card, false, 0, &cli->err) : rc;
}

static int run(struct cli *cli)
{
	bool enable = strcmp(cli->argv[0], "enable") == 0, before;
	int rc;

	if (!enable && strcmp(cli->argv[0], "disable") != 0)
		return cx3_fail(&cli->err, CX3_E_USAGE, "hw_access",
				"The first word says what to do; use: hw_access enable [KEY], or "
				"hw_access disable.");
	if (!enable && cli->argc > 1)
		return cx3_fail(&cli->err, CX3_E_USAGE, "hw_access",
				"These cards take no key with disable: the key is the one in the "
				"card's image, see set_key. Use: hw_access disable");
	rc = session_open(cli, CX3_OPEN_CARD);
	if (rc != CX3_OK)
		return rc;
	before = is_shut(cli);
	json_text(cli->json, "access_before", word_of(cli));
	rc = enable ? open_it(cli) : shut_it(cli);
	if (rc == CX3_OK && before != is_shut(cli))
		tell(cli);
	return rc;
}

const struct command cmd_hw_access = {
	.name = "hw_access",
	.args = "enable [KEY]|disable",
	.summary = "open or shut the card's registers (secure host)",
	.help = "By a command to the running firmware, as mstflint gives it over PCIe; over I2C nobody\n"
		"has told of it yet. disable: the card's image must have a key (set_key) since it was\n"
		"started; it is asked for first, and -y answers that. enable: with that key, 1 to 16\n"
		"hexadecimal digits. Without KEY it is asked for and not shown, or it is a line of\n"
		"standard input. What the registers answer is read afterwards, and told. In recovery\n"
		"(livefish) no firmware runs, and the registers are open.",
	.example = "-d /dev/i2c-3 hw_access disable",
	.group = GROUP_CHANGE,
	.target = TARGET_DEVICE,
	.min_args = 1,
	.max_args = 2,
	.secret = true,
	.told = 1,
	.locked_too = true,
	.run = run,
};
