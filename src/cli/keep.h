/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that may be the only copy of a card, or of what cards were given: no command writes to
 * them, whatever was agreed to. */
#ifndef CX3_CLI_KEEP_H
#define CX3_CLI_KEEP_H

#include "cli.h"

/*
 * CX3_E_FILE if `path`, or what it leads to as a symbolic link, is a backup with a manifest beside
 * it, or a manifest. A file that is not there is none.
 */
int keep_backup(struct cli *cli, const char *path);

/*
 * For output files, which lose all that they hold: CX3_E_FILE if `path` looks like the content of a
 * card's whole flash, or is a ledger, or of a journal. A backup that was moved away from its
 * manifest is known by nothing else. Not
 * for commands that edit an image file: a copy of a backup is what they are meant for.
 */
int keep_content(struct cli *cli, const char *path);

#endif
