/* SPDX-License-Identifier: BSD-2-Clause */
/* A key that is typed and not shown. */
#ifndef CX3_CLI_SECRET_H
#define CX3_CLI_SECRET_H

#include <stddef.h>

#include "cli.h"

/*
 * One line of standard input, without its end: on a terminal `question` is printed, and what is
 * typed is not shown. CX3_E_INTERRUPTED; CX3_E_USAGE if the line does not fit.
 */
int secret_read(const char *question, char *text, size_t size, struct cx3_error *err);

/*
 * A hardware access key: of `word`, with a warning, or asked for where that is NULL; `twice` where
 * a mistyped one would be a loss. No text has a digit of it. CX3_E_USAGE, or as above.
 */
int secret_key(struct cli *cli, const char *word, bool twice, uint64_t *key);

#endif
