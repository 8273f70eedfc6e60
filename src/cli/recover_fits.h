/* SPDX-License-Identifier: BSD-2-Clause */
/* recover without an image: which image would fit. */
#ifndef CX3_CLI_RECOVER_FITS_H
#define CX3_CLI_RECOVER_FITS_H

#include "cli.h"

/* Tells which image this card needs, and what is left of its identity. Nothing is written:
 * CX3_E_REFUSED, or what the card answers. */
int recover_fits(struct cli *cli);

#endif
