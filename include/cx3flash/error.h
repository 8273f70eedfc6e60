/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors: the codes, and what went wrong in words for a person. */
#ifndef CX3FLASH_ERROR_H
#define CX3FLASH_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * Every function of the library that can fail returns CX3_OK (0) or a negative
 * code, and fills the struct cx3_error that its caller passed (which may be
 * NULL). No library function prints or exits.
 */
enum cx3_code {
	CX3_OK = 0,
	CX3_E_USAGE = -1,	    /* an argument or option that makes no sense */
	CX3_E_NO_MEMORY = -2,	    /* malloc failed */
	CX3_E_NOT_MINE = -3,	    /* an adapter's open: the device name is another adapter's */
	CX3_E_NO_DEVICE = -4,	    /* the adapter named is not there */
	CX3_E_PERMISSION = -5,	    /* the adapter is there, but not for this user */
	CX3_E_UNSUPPORTED = -6,	    /* the adapter can't do what is asked */
	CX3_E_GONE = -7,	    /* the adapter vanished while in use */
	CX3_E_NO_ACK = -8,	    /* no ACK on the address: nothing answers there */
	CX3_E_NACK_DATA = -9,	    /* address acknowledged, a data byte not */
	CX3_E_BUS = -10,	    /* bus stuck or busy: a line is held low */
	CX3_E_ARBITRATION = -11,    /* another master won the bus */
	CX3_E_TIMEOUT = -12,	    /* the adapter or the gateway did not finish in time */
	CX3_E_TOO_LONG = -13,	    /* the adapter refuses a message of this length */
	CX3_E_IO = -14,		    /* any other failure to move bytes */
	CX3_E_WRONG_ID = -15,	    /* what answers is no ConnectX-3 */
	CX3_E_LOCKED = -16,	    /* CR-space is locked ("secure host") */
	CX3_E_SEMAPHORE = -17,	    /* the flash semaphore stays taken */
	CX3_E_GATEWAY = -18,	    /* the gateway stays busy, or echoes a wrong address */
	CX3_E_NO_FLASH = -19,	    /* no flash answers behind the gateway */
	CX3_E_UNKNOWN_PART = -20,   /* a JEDEC id that the parts table lacks */
	CX3_E_PROTECTED = -21,	    /* the flash is write-protected */
	CX3_E_VERIFY = -22,	    /* what was read back is not what was written */
	CX3_E_IMAGE = -23,	    /* the image is corrupt, truncated, or no FS2 image */
	CX3_E_NO_IMAGE = -24,	    /* no image signature where one is needed */
	CX3_E_WRONG_CARD = -25,	    /* the image is for another chip or board revision */
	CX3_E_PSID = -26,	    /* the PSIDs differ and a change was not allowed */
	CX3_E_TOO_BIG = -27,	    /* the image does not fit the flash */
	CX3_E_IDENTITY = -28,	    /* GUIDs or MACs missing or malformed */
	CX3_E_FILE = -29,	    /* a file can't be read or written */
	CX3_E_EXISTS = -30,	    /* the output file is there already */
	CX3_E_DISK_FULL = -31,	    /* no room for the output file */
	CX3_E_REFUSED = -32,	    /* the user said no */
	CX3_E_INTERRUPTED = -33,    /* the user or a signal stopped the job */
	CX3_E_INTERNAL = -34,	    /* a contract between our own parts is broken */
	CX3_E_IN_USE = -35,	    /* another process uses the adapter or the card */
	CX3_E_NOISE = -36,	    /* two readings of the same bytes differ: the wires */
	CX3_E_CHANGED = -37,	    /* the card is not as it was when the plan was made */
	CX3_E_UNBOOTABLE = -38,	    /* what was to stay bootable does not verify */
	CX3_E_FAILSAFE = -39,	    /* images that can't replace each other safely */
	CX3_E_BACKUP = -40,	    /* a backup is not what its manifest says, or not this card's */
	CX3_E_NO_FOLDER = -41,	    /* there is no folder for backups and journals */
	CX3_E_SEMAPHORE_OURS = -42, /* the flash semaphore stays taken, perhaps by this program */
	CX3_E_OTHER_TOOL = -43,	    /* another flash tool works on the card */
	CX3_E_NO_REGISTERS = -44,   /* something acknowledges, and no register answers */
	CX3_E_BOARD = -45,	    /* the image is for another board, or was seen to harm one */
	CX3_E_KEY = -46,	    /* the image has a hardware access key */
	CX3_E_STATUS_LOCKED = -47,  /* write-protected, and locked until power-off (SRP1) */
	CX3_E_ROM = -48,	    /* the image's ROM goes with its product version */
	CX3_E_NEEDS_ERASE = -49,    /* a bit would have to become 1, and no erase is allowed */
	CX3_E_COMMAND = -50, /* the firmware's command interface: none, busy, or it refuses */
	CX3_E_PART = -51     /* this flash part has no such thing */
};

/*
 * What went wrong, for a person. `place` names where: the adapter, a register, a
 * flash address, a file. `cause` says what happened; `next` says what to do about
 * it, and is empty where the cause says it all. Both are whole sentences. Neither
 * names an option of a command line: that is the program's business.
 */
struct cx3_error {
	enum cx3_code code;
	char place[96];
	char cause[512];
	char next[640];
};

/* The code's name for programs ("no-ack", "psid", ...): stable. */
const char *cx3_code_name(enum cx3_code code);

/* A failure to move bytes that may pass when tried again: noise, a busy chip,
 * another master. Not an adapter that is gone, nor one that refuses. */
bool cx3_code_may_pass(int code);

/*
 * Fills *err (if not NULL) and returns `code`. `place` may be NULL. The text has
 * one line or two: the cause, and after a newline what to do next.
 */
int cx3_fail(struct cx3_error *err, enum cx3_code code, const char *place, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Replaces what *err (may be NULL) says to do next. */
void cx3_fail_next(struct cx3_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * What errno value `number` means, as strerror() says it, whose own text another thread may
 * replace. The text is the calling thread's until it calls this again.
 */
const char *cx3_errno_text(int number);

/* "cause next" in `buf` of `size` bytes, cut at its end; returns buf. */
const char *cx3_error_text(const struct cx3_error *err, char *buf, size_t size);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
