/* SPDX-License-Identifier: BSD-2-Clause */
/* What mstflint should print, made from the library's values. */
#ifndef TESTS_INTEROP_IMAGES_TEXT_H
#define TESTS_INTEROP_IMAGES_TEXT_H

#include <stdio.h>

#include "cx3flash/fs2.h"

/* mstflint's own lines, made from our values. */
void text_section(FILE *to, const struct cx3_fs2_section *section);
void text_query_full(FILE *to, const struct cx3_fs2_info *info);

/* mstflint's `q full` without its remarks " (-W- ...)" and " (-E- ...)". */
void text_strip_remarks(char *text);

#endif
