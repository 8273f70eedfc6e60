/* SPDX-License-Identifier: BSD-2-Clause */
/* sg on the image file of -i: a bare, contiguous image, changed in place. */
#ifndef CX3_CLI_SG_FILE_H
#define CX3_CLI_SG_FILE_H

#include "cli.h"

int sg_file(struct cli *cli);

#endif
