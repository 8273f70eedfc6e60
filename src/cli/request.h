/* SPDX-License-Identifier: BSD-2-Clause */
/* What of a command line is kept in a job's journal, and a command line made of it again. */
#ifndef CX3_CLI_REQUEST_H
#define CX3_CLI_REQUEST_H

#include "cli.h"
#include "cx3flash/waiting.h"

/*
 * The words of this run's command line that say what is to be done: without the device and
 * without what is about this run alone (--yes, --json, ...). Files are named by their
 * absolute paths. NULL-terminated, malloc'd: request_free. NULL without memory.
 */
char **request_make(const struct cli *cli);

/*
 * A command line of a journal's request (see struct cx3_waiting) for the device and with
 * the --yes and the like of this run. NULL-terminated, malloc'd: request_free; *count
 * words. NULL without memory.
 */
char **request_again(const struct cli *cli, const char *request, int *count);

/* An option that was decided on by an answer, as if it had been given; at most REQUEST_MORE. */
#define REQUEST_MORE 4u
void request_add(char **words, const char *option);

/* NULL is allowed. */
void request_free(char **words);

#endif
