/* SPDX-License-Identifier: BSD-2-Clause */
/* erase, ww, wwne, wb, wbne: one raw write, on a card or in an image file. bb: on a card. */
#ifndef CX3_CLI_RAW_RUN_H
#define CX3_CLI_RAW_RUN_H

#include "cli.h"

/* ADDR of the command line: a multiple of 4 but for erase, which takes the sector around it. */
int raw_address(struct cli *cli, const char *text, uint32_t *addr);

/* DATA: `count` words of 32 bits, into 4 * count bytes. */
int raw_words(struct cli *cli, char **text, unsigned count, uint8_t *bytes);

/* CX3_E_USAGE: a file of so many bytes is no number of whole words. */
int raw_whole_words(struct cli *cli, const char *path, size_t len);

int raw_run(struct cli *cli, const struct cx3_raw *raw);
/* ww and wwne: ADDR DATA. */
int raw_run_word(struct cli *cli, enum cx3_raw_kind kind);

/* raw_file.c: the same in the file of -i. */
int raw_file(struct cli *cli, const struct cx3_raw *raw);

/* Of a write without an erase: the word at `addr` can't be made so. Keeps the line with ww. */
void raw_advise_ww(struct cli *cli, const struct cx3_raw *raw, uint32_t addr);

#endif
