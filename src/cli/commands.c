/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"

#include <string.h>

/* In the order of the help text. A new command is one file and one line here. */
/* clang-format off */
const struct command *const cli_commands[] = {
	&cmd_scan,
	&cmd_query,
	&cmd_verify,
	&cmd_status,
	&cmd_checksum,
	&cmd_dc,
	&cmd_rb,
	&cmd_backup,
	&cmd_ri,
	&cmd_rrom,
	&cmd_burn,
	&cmd_sg,
	&cmd_restore,
	&cmd_clear_semaphore,
	&cmd_bench,
	&cmd_selftest,
	&cmd_help,
	NULL,
};
/* clang-format on */

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
