/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of ways, for status: what was found out of this card's undocumented behaviour. */
#ifndef CX3_CLI_WAYS_TEXT_H
#define CX3_CLI_WAYS_TEXT_H

#include "cli.h"

/* With a flash that is open: the table, and what answers on chip select 1. */
int ways_show(struct cli *cli);

#endif
