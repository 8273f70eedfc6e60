/* SPDX-License-Identifier: BSD-2-Clause */
/* brom, drom, sv: one change of an image, on a card or in a file. */
#ifndef CX3_CLI_EDIT_RUN_H
#define CX3_CLI_EDIT_RUN_H

#include "cli.h"

int edit_run(struct cli *cli, const struct cx3_edit *edit);

#endif
