/* SPDX-License-Identifier: BSD-2-Clause */
/* help: the help text, of the program or of a command; and the tables of boards, flash parts and
 * devices. */
#include <string.h>

#include "boards_text.h"
#include "commands.h"
#include "cx3flash/adapterops.h"
#include "tables_text.h"

static const struct {
	const char *name;
	void (*tell)(struct cli *cli);
} tables[] = {{"parts", parts_tell}, {"devices", devices_tell}};

static void adapter_tell(struct cli *cli, const struct cx3_adapter_ops *ops)
{
	cJSON *lines = json_array(cli->json, "help");

	say(cli, "%s\n\n", ops->syntax);
	for (size_t i = 0; ops->help[i]; i++) {
		say(cli, "%s\n", ops->help[i]);
		if (lines)
			cJSON_AddItemToArray(lines, json_string(ops->help[i]));
	}
}

/* Also reached by --help; as a command since people try it first. */
static int run(struct cli *cli)
{
	const struct command *command = NULL;

	if (cli->argc > 0 && strcmp(cli->argv[0], "boards") == 0)
		return boards_tell(cli, cli->argc > 1 ? cli->argv[1] : NULL);
	if (cli->argc > 1)
		return cx3_fail(&cli->err, CX3_E_USAGE, "help",
				"\"%s\" is one argument too many; use: help COMMAND", cli->argv[1]);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && cli->argc > 0; i++) {
		if (strcmp(cli->argv[0], tables[i].name) == 0) {
			tables[i].tell(cli);
			return CX3_OK;
		}
	}
	for (size_t i = 0; cx3_adapter_kind(i) && cli->argc > 0; i++) {
		if (cx3_adapter_kind(i)->help &&
		    strcmp(cli->argv[0], cx3_adapter_kind(i)->name) == 0) {
			adapter_tell(cli, cx3_adapter_kind(i));
			return CX3_OK;
		}
	}
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
	.args = "[COMMAND|TABLE]",
	.summary = "this text, a command's, or boards, parts, devices, sim",
	.help = "The same as --help. help boards lists the boards that are known; with a PSID or a\n"
		"part number behind it, what is known of that board and where from. help parts lists\n"
		"the flash chips, help devices what -d takes, help sim what the simulated card can be.",
	.example = "help burn",
	.group = GROUP_BENCH,
	.target = TARGET_NONE,
	.max_args = 2,
	.run = run,
};
