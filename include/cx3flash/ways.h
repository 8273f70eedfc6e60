/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What no document says of this hardware: one row for each behaviour, with the way that
 * makes use of it and the plain way that does without. All rows are independent: where a
 * behaviour is missing, only the speed that it gives is lost.
 */
#ifndef CX3FLASH_WAYS_H
#define CX3FLASH_WAYS_H

#include <stdbool.h>

#include "cx3flash/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

enum cx3_way {
	CX3_WAY_JOIN,	      /* many transfers go in one call of the adapter */
	CX3_WAY_READ_AFTER,   /* a read right after a write sees what was written */
	CX3_WAY_BLOCK_READ,   /* the register address counts up in a read message */
	CX3_WAY_BLOCK_WRITE,  /* ... and in a write message */
	CX3_WAY_LONG,	      /* the adapter takes messages of 20 bytes */
	CX3_WAY_ACK_BUSY,     /* the card acknowledges while a gateway command runs */
	CX3_WAY_NO_POLL,      /* a gateway command is done before the next message */
	CX3_WAY_HELD_READ,    /* chip select stays low between the commands of a read */
	CX3_WAY_BARE_HEAD,    /* ... and after a command of opcode and address alone */
	CX3_WAY_HELD_PROGRAM, /* ... and in a page program as the vendor's tool sends it */
	CX3_WAY_COMMAND_ECHO, /* register 0xf0400 reads back as it was written */
	CX3_WAY_ADDRESS_ECHO, /* ... and 0xf0404 */
	CX3_WAY_TOP_BYTE,     /* [31:24] of 0xf0404 are kept and have no effect */
	CX3_WAY_STATUS_WORD,  /* the flash repeats its status byte as long as it is read */
	CX3_WAY_LIVEFISH_LINK /* livefish: 0xf3834 is set, so that a lost link resets nothing */
};
#define CX3_WAYS 15u
/* Room for those that newer versions add. */
#define CX3_WAYS_MOST 32u

enum cx3_way_state {
	CX3_WAY_UNKNOWN,  /* nothing has shown it yet: the plain way is used */
	CX3_WAY_ASSUMED,  /* used without proof: the user said so, or another row implies it */
	CX3_WAY_PROVEN,	  /* seen to work on this card */
	CX3_WAY_GIVEN_UP, /* seen not to work, or the user said no */
};

/* A row as it is now. Texts are the library's. */
struct cx3_way_row {
	const char *name;  /* "held-read": for programs, and for cx3_assume */
	const char *what;  /* what the behaviour is */
	const char *plain; /* what is done without it */
	enum cx3_way_state state;
	char why[112]; /* how that was found */
};

/* The name of a row, by enum cx3_way; NULL behind the last. */
const char *cx3_way_name(unsigned way);

/* "unknown", "assumed", "proven", "given-up": for programs, too */
const char *cx3_way_state_name(enum cx3_way_state state);

/* What is to be taken for granted, one element a way. All zero: nothing. */
enum cx3_assume { CX3_ASSUME_NOTHING, CX3_ASSUME_NO, CX3_ASSUME_YES };
struct cx3_assumptions {
	enum cx3_assume of[CX3_WAYS_MOST]; /* behind CX3_WAYS: CX3_ASSUME_NOTHING */
};

/* Takes "NAME=no" or "NAME=yes" into *assumptions. CX3_E_USAGE; the text has the names. */
int cx3_assume(struct cx3_assumptions *assumptions, const char *text, struct cx3_error *err);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
