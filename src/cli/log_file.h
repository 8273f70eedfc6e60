/* SPDX-License-Identifier: BSD-2-Clause */
/* --log FILE: what the library tells on all of its levels, with the time, and how the run ended. */
#ifndef CX3_CLI_LOG_FILE_H
#define CX3_CLI_LOG_FILE_H

#include "cli.h"

/*
 * Opens the file that --log names, if it names one; from here on the library tells all it can.
 * A file that is there is added to. CX3_E_FILE.
 */
int log_open(struct cli *cli);
/* "-W- ", "-I- ", "-D- ": how a line of this level begins, here and on standard error. */
const char *log_mark(enum cx3_log_level level);
/* One line; nothing without a file. A failure to write is told by log_close. */
void log_line(struct cli *cli, enum cx3_log_level level, const char *line);
/* The last line, with the error of a run that failed. CX3_E_DISK_FULL or CX3_E_FILE in *err: not
 * all could be written. */
int log_close(struct cli *cli, int rc, struct cx3_error *err);

#endif
