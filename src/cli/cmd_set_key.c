/* SPDX-License-Identifier: BSD-2-Clause */
/* set_key: the hardware access key in the image ("secure host"). The key itself goes nowhere else.
 */
#include <string.h>

#include "commands.h"
#include "edit_run.h"
#include "secret.h"

static int run(struct cli *cli)
{
	struct cx3_edit edit = {.kind = CX3_EDIT_SET_KEY};
	int rc = secret_key(cli, cli->argc > 0 ? cli->argv[0] : NULL, true, &edit.access_key);

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
