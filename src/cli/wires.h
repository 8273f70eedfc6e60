/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of the wires, and how fast they are; for status, selftest and bench. */
#ifndef CX3_CLI_WIRES_H
#define CX3_CLI_WIRES_H

#include "cli.h"

/*
 * Reads the first `len` bytes of an open flash twice, and counts the bits that differ as wrong
 * ones of the link. *us: what the second reading took. A way of reading that turns out not to
 * work makes both anew: what it read wrong is not the wires' fault. CX3_OK or an error.
 */
int wires_read(struct cli *cli, uint32_t len, uint64_t *us);
/* "Link: 0 of 8000 bits wrong at 100 kHz" */
void link_tell(struct cli *cli);
/* What raises the adapter's clock, where one knows; nothing otherwise. */
void speed_hint(struct cli *cli);

#endif
