/* SPDX-License-Identifier: BSD-2-Clause */
/* A look at a card, from the adapter to a diagnosis. */
#ifndef CX3_CLI_LOOK_SHOW_H
#define CX3_CLI_LOOK_SHOW_H

#include "cli.h"

/*
 * Opens the session's device as far as it answers, and tells each layer, in words and in the
 * document, before it tries the next. Sets cli->answer where something needs doing. Returns
 * what has ended the look.
 */
int look_show(struct cli *cli);

#endif
