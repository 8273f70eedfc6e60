/* SPDX-License-Identifier: BSD-2-Clause */
/* set_key: the hardware access key in the image ("secure host"). The key itself goes nowhere else.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "edit_run.h"
#include "secret.h"

#define KEY_DIGITS 16u
#define KEY_TEXT 64u

/* No word of the key is in the text. */
static int parse_key(const char *text, uint64_t *key, struct cx3_error *err)
{
	const char *digits = text[0] == '0' && tolower((unsigned char)text[1]) == 'x' ? text + 2
										      : text;
	size_t len = strlen(digits);

	if (len == 0 || len > KEY_DIGITS || digits[strspn(digits, "0123456789abcdefABCDEF")])
		return cx3_fail(err, CX3_E_USAGE, "key",
				"A key is 1 to 16 hexadecimal digits; 0 takes it away.");
	*key = strtoull(digits, NULL, 16);
	return CX3_OK;
}

/* Twice, since nobody sees what is typed; from a pipe once. */
static int type_key(char text[KEY_TEXT], struct cx3_error *err)
{
	char again[KEY_TEXT];
	int rc = secret_read("Enter Key : ", text, KEY_TEXT, err);
	bool same;

	if (rc != CX3_OK || !isatty(STDIN_FILENO))
		return rc;
	rc = secret_read("Verify Key : ", again, sizeof(again), err);
	same = strcmp(text, again) == 0;
	explicit_bzero(again, sizeof(again));
	if (rc == CX3_OK && !same)
		rc = cx3_fail(err, CX3_E_USAGE, "key",
			      "The keys that were typed are not the same; nothing was written.");
	return rc;
}

static int take_key(struct cli *cli, uint64_t *key)
{
	char text[KEY_TEXT] = "";
	int rc;

	if (cli->argc > 0) {
		say(cli,
		    "-W- A key on the command line can be seen by who lists the processes, and "
		    "stays in the shell's history: without it, set_key asks for it.\n");
		return parse_key(cli->argv[0], key, &cli->err);
	}
	rc = type_key(text, &cli->err);
	if (rc == CX3_OK)
		rc = parse_key(text, key, &cli->err);
	explicit_bzero(text, sizeof(text));
	return rc;
}

static int run(struct cli *cli)
{
	struct cx3_edit edit = {.kind = CX3_EDIT_SET_KEY};
	int rc = take_key(cli, &edit.access_key);

	if (rc == CX3_OK)
		rc = edit_run(cli, &edit);
	explicit_bzero(&edit, sizeof(edit));
	return rc;
}

const struct command cmd_set_key = {
	.name = "set_key",
	.args = "[KEY]",
	.summary = "set the hardware access key (secure host), in card or image",
	.help = "KEY is 1 to 16 hexadecimal digits, 0 takes it away. Without it, it is asked for and not\n"
		"shown; or it is a line of standard input. It is in no message, log or journal, but in\n"
		"the image: so in each backup of the card, and in each file made of it. It counts from\n"
		"the next power-on, with firmware that knows the secure host.",
	.example = "-d /dev/i2c-3 set_key",
	.group = GROUP_CHANGE,
	.target = TARGET_EITHER,
	.max_args = 1,
	.secret = true,
	.scope = SCOPE_KEY,
	.run = run,
};
