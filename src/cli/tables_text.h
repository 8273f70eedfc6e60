/* SPDX-License-Identifier: BSD-2-Clause */
/* Two of the program's tables, for help: the flash parts, and the adapters' device names. */
#ifndef CX3_CLI_TABLES_TEXT_H
#define CX3_CLI_TABLES_TEXT_H

#include "cli.h"

/* All flash parts that are known by their JEDEC id. */
void parts_tell(struct cli *cli);
/* What -d takes, by adapter. */
void devices_tell(struct cli *cli);

#endif
