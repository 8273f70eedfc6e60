/* SPDX-License-Identifier: BSD-2-Clause */
/* Formats the lines that a program asked to be told. */
#include "cx3flash/log.h"

#include <stdarg.h>
#include <stdio.h>

void cx3_log(const struct cx3_log *log, enum cx3_log_level level, const char *fmt, ...)
{
	char line[512];
	va_list args;

	if (!log || !log->fn || level > log->level)
		return;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	log->fn(log->user, level, line);
}
