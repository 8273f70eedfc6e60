/* SPDX-License-Identifier: BSD-2-Clause */
/* One command to the running firmware, through its command interface for tools. */
#ifndef CX3_CARD_TOOLS_COMMAND_H
#define CX3_CARD_TOOLS_COMMAND_H

#include "card_priv.h"

/* What the firmware answers, in [31:24] of the control word; other values may be. */
enum tools_status {
	TOOLS_DONE = 0,
	TOOLS_NO_SUCH_COMMAND = 2,
	TOOLS_NO_SUCH_VALUE = 3 /* the vendor's tool takes it for a wrong key */
};

struct tools_command {
	uint64_t in;
	uint16_t opcode;  /* 12 bits */
	uint8_t modifier; /* 4 bits */
	uint8_t status;	  /* enum tools_status, or another value */
	bool unanswered;  /* it was started, and what came of it was not to be read */
};

/*
 * Takes the interface's semaphore (up to 5 s), waits until the interface is idle, posts the
 * command, starts it, waits for its end (up to 10 s, or until the card's `cancelled` says so),
 * and gives the semaphore back in each case.
 * CX3_OK: see `status`, if not `unanswered`. CX3_E_COMMAND: there is no such interface, it stays
 * busy, another tool has it, or it does not keep what is written; then nothing was started, but
 * where the text says so. CX3_E_INTERRUPTED, or a bus error.
 */
int cx3_tools_command(struct cx3_card *card, struct tools_command *command, struct cx3_error *err);

#endif
