/* SPDX-License-Identifier: BSD-2-Clause */
/* The card that jobs are measured on. */
#ifndef CX3_BENCH_CARD_H
#define CX3_BENCH_CARD_H

#include "cx3flash/error.h"

#define FLASH_SIZE (2u << 20)

/* Writes the flash's content into the file `path`: a fail-safe image under another PSID than
 * that of the image that is burnt, in the first home. */
int bench_make_card(const char *path, struct cx3_error *err);

#endif
