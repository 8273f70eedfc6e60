/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line that leads on from an error. */
#ifndef CX3_CLI_ADVICE_H
#define CX3_CLI_ADVICE_H

#include "cli.h"

#define ADVICE_WORDS 80

/* Words of a command line, "cx3flash" first; the strings are the command line's or static. */
struct advice {
	const char *word[ADVICE_WORDS];
	size_t count; /* 0: there is nothing to advise */
};

/*
 * What to type after cli->err: this run's own line with the option that helps, or
 * another command on the same device. GUID, MAC, FILE and FOLDER in capitals stand
 * for what only the user knows.
 */
void advice_find(const struct cli *cli, struct advice *advice);

/* Another word; what there is no room for is left out. */
void advice_push(struct advice *advice, const char *word);
/* The program and the device. `advice` need not be initialised. */
void advice_device(const struct cli *cli, struct advice *advice);
/* The words that each line for this run's card begins with: the device, and the options that say
 * how the card is opened. `advice` need not be initialised either. */
void advice_begin(const struct cli *cli, struct advice *advice);

/* This run's own line without the options whose names are in `without` (NULL at its end), and with
 * the option `more`, if it is not NULL. `advice` need not be initialised. */
void advice_own_line(const struct cli *cli, const char *const *without, const char *more,
		     struct advice *advice);

/* Says "TEXT: LINE"; with `key` the line stays in the document, too (null without memory). */
void advice_tell(const struct cli *cli, const struct advice *advice, const char *key,
		 const char *text);

/* The words with blanks between them, quoted for a shell where needed. malloc'd, or NULL. */
char *advice_line(const struct advice *advice);

#endif
