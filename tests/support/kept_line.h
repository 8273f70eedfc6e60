/* SPDX-License-Identifier: BSD-2-Clause */
/* For struct cx3_log: keeps the last line that was logged. */
#ifndef CX3_KEPT_LINE_H
#define CX3_KEPT_LINE_H

#include <stdio.h>

#include "cx3flash/log.h"

#define KEPT_LINE 400

/* `user`: char[KEPT_LINE]. */
static inline void keep_line(void *user, enum cx3_log_level level, const char *line)
{
	(void)level;
	snprintf(user, KEPT_LINE, "%s", line);
}

#endif
