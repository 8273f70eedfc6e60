/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that may be the only copy of a card: no command writes to them, whatever was agreed to. */
#ifndef CX3_CLI_KEEP_H
#define CX3_CLI_KEEP_H

#include "cli.h"

/*
 * CX3_E_FILE if `path`, or what it leads to as a symbolic link, is a backup with a manifest beside
 * it, or a manifest. A file that is not there is none.
 */
int keep_backup(struct cli *cli, const char *path);

#endif
