/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of commands, made from commands.def. */
#include "commands.h"

#include <string.h>

const struct command *const cli_commands[] = {
#define CLI_COMMAND(name) &cmd_##name,
#include "commands.def"
#undef CLI_COMMAND
	NULL,
};

/* Exact words only: a command that writes is not guessed. */
const struct command *cli_find_command(const char *word)
{
	for (size_t i = 0; cli_commands[i]; i++) {
		const struct command *command = cli_commands[i];

		if (strcmp(word, command->name) == 0 ||
		    (command->alias && strcmp(word, command->alias) == 0))
			return command;
	}
	return NULL;
}
