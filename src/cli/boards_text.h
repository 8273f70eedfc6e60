/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of boards as `help boards` prints it. */
#ifndef CX3_CLI_BOARDS_TEXT_H
#define CX3_CLI_BOARDS_TEXT_H

#include "cli.h"

/*
 * All boards, or with `wanted` (NULL: none) those with that PSID, part number or name, each
 * with its source. CX3_E_USAGE if there is none.
 */
int boards_tell(struct cli *cli, const char *wanted);

#endif
