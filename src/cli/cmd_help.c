/* SPDX-License-Identifier: BSD-2-Clause */
/* help: the help text, of the program or of a command. */
#include "commands.h"

/* Also reached by --help; as a command since people try it first. */
static int run(struct cli *cli)
{
	const struct command *command = NULL;

	if (cli->argc > 0) {
		command = cli_find_command(cli->argv[0]);
		if (!command)
			return cx3_fail(&cli->err, CX3_E_USAGE, cli->argv[0],
					"There is no such command; see cx3flash --help.");
	}
	cli_help(cli, command);
	return CX3_OK;
}

const struct command cmd_help = {
	.name = "help",
	.args = "[COMMAND]",
	.summary = "this text, or a command's",
	.help = "The same as --help.",
	.example = "help burn",
	.group = GROUP_BENCH,
	.target = TARGET_NONE,
	.max_args = 1,
	.run = run,
};
