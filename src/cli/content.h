/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole content of a card's flash, or of a file, for commands that take either. */
#ifndef CX3_CLI_CONTENT_H
#define CX3_CLI_CONTENT_H

#include "cli.h"

struct content {
	const uint8_t *bytes; /* the shadow's, or `file` */
	uint32_t len;
	uint8_t *file; /* malloc'd: content_free; NULL for a card */
};

/* Of this run's -d or -i. Reads a card's whole flash as a backup does, with a bar. */
int content_load(struct cli *cli, struct content *content);
/* Of a file, bare or in a zip archive. */
int content_of_file(struct cli *cli, const char *path, struct content *content);
/* May this verdict ("The flash differs from FILE", without a full stop) be told of it? CX3_OK,
 * or of a card behind noisy wires CX3_E_NOISE: see card_verdict. */
int content_verdict(struct cli *cli, const struct content *content, const char *verdict);
void content_free(struct content *content);

/* Of a size that a flash has: then it may be raw content. */
bool content_is_flash(const struct content *content);

#endif
