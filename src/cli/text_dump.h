/* SPDX-License-Identifier: BSD-2-Clause */
/* dc and dh: what they share. */
#ifndef CX3_CLI_TEXT_DUMP_H
#define CX3_CLI_TEXT_DUMP_H

#include "cli.h"

/* The text of the section of this type: printed, or written to the file that is the command's
 * argument. `key`: its name in the document. */
int text_dump(struct cli *cli, uint32_t type, const char *key);

#endif
