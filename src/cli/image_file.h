/* SPDX-License-Identifier: BSD-2-Clause */
/* The image file of -i where a command changes it in place: bare and contiguous. */
#ifndef CX3_CLI_IMAGE_FILE_H
#define CX3_CLI_IMAGE_FILE_H

#include "cli.h"

/* The whole file, which is no zip archive. *bytes is malloc'd and the caller's. */
int image_file_read(struct cli *cli, uint8_t **bytes, size_t *len);

/* The whole file, and what is in it: every CRC is checked. *image is malloc'd and the caller's. */
int image_file_load(struct cli *cli, uint8_t **image, size_t *len, struct cx3_fs2_info *info);

/* image_edit.c: one change of it, shown and asked about first. */
int image_file_edit(struct cli *cli, const struct cx3_edit *edit);

#endif
