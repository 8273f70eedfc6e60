/* SPDX-License-Identifier: BSD-2-Clause */
/* All commands, as declarations made from commands.def. */
#ifndef CX3_CLI_COMMANDS_H
#define CX3_CLI_COMMANDS_H

#include "cli.h"

/* Each command's own file, cmd_NAME.c, defines its cmd_NAME. */
#define CLI_COMMAND(name) extern const struct command cmd_##name;
#include "commands.def"
#undef CLI_COMMAND

#endif
