/* SPDX-License-Identifier: BSD-2-Clause */
/* The exit codes, and which error gets which. */
#ifndef CX3_CLI_EXIT_CODE_H
#define CX3_CLI_EXIT_CODE_H

#include "cx3flash/error.h"

/* What the process answers, by cause. 0, 1 and 7 mean what they mean in mstflint. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_OTHER = 1,
	EXIT_USAGE = 2,
	EXIT_ADAPTER = 3,
	EXIT_BUS = 4,
	EXIT_CARD = 5,
	EXIT_FLASH = 6,
	EXIT_REFUSED = 7,
	EXIT_IMAGE = 8,
	EXIT_MISMATCH = 9,
	EXIT_FILES = 10,
	EXIT_NEEDS = 11,       /* of status alone */
	EXIT_DIFFERS = 12,     /* of diff alone */
	EXIT_SEVERAL = 13,     /* of several devices: they failed in different ways */
	EXIT_INTERRUPTED = 130 /* as a shell has it for SIGINT */
};

/* The exit code of any enum cx3_code. */
enum exit_code exit_code_of(int code);

struct exit_meaning {
	enum exit_code code;
	const char *text;
};
/* For the help text, in order. */
extern const struct exit_meaning exit_meanings[];
extern const unsigned exit_meaning_count;

#endif
