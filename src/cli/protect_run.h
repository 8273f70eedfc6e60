/* SPDX-License-Identifier: BSD-2-Clause */
/* What wp and hw set share: the job on the status registers. */
#ifndef CX3_CLI_PROTECT_RUN_H
#define CX3_CLI_PROTECT_RUN_H

#include "cli.h"

/* Runs it and reports it; *wrote: the registers were written. What the job returns. */
int protect_run(struct cli *cli, const struct cx3_protect_options *what, bool *wrote);

#endif
