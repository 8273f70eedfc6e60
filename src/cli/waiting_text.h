/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupted jobs, told to people and programs. */
#ifndef CX3_CLI_WAITING_TEXT_H
#define CX3_CLI_WAITING_TEXT_H

#include "cli.h"
#include "cx3flash/waiting.h"

/* What was interrupted, and when. */
void waiting_tell(const struct cli *cli, const struct cx3_waiting *waiting);
/* The line that goes on with it, behind these words. `journal` NULL: there is only one, and it is
 * certain. */
void waiting_tell_line(const struct cli *cli, const char *words, const char *journal);

/* All that may be the card's, in words and in the document, with the line that goes on. */
int waiting_show(struct cli *cli);

#endif
