/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands of a Diolan U2C-12, queued, and their answers.
 *
 * Each command is a byte, some with operands behind it. The dongle carries them out in order and
 * answers each with a packet of its own, whose last byte is the result. Many may be on their way:
 * how many is not documented, see proof.c.
 *
 * Command bytes and results: the Linux driver i2c-diolan-u2c sends and expects these. The
 * firmware's commands for whole transactions (01, 02) are never sent: their format is not known.
 */
#ifndef CX3_U2C_H
#define CX3_U2C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/error.h"

enum {
	U2C_FW_VERSION = 0x0a, /* answers major, minor */
	U2C_SERIAL = 0x0b,     /* answers four bytes, the lowest first */
	U2C_START = 0x0c,
	U2C_STOP = 0x0d,
	U2C_REPEATED_START = 0x0e,
	U2C_PUT_BYTE = 0x13, /* the byte; the result tells of the ACK */
	U2C_GET_BYTE = 0x14, /* 1: ACK it, 0: do not; answers the byte */
	U2C_SET_SPEED = 0x1b,
	U2C_SET_SYNC = 0x24,	   /* 1: wait while a slave holds SCL low */
	U2C_SET_SYNC_LIMIT = 0x26, /* ... for so many 0.1 ms at most; two bytes, the lower first */
	U2C_LONGEST_COMMAND = 3	   /* bytes */
};

enum u2c_result {
	U2C_OK = 0,
	U2C_NOT_KNOWN = 6, /* a command that it does not have */
	U2C_NACK = 7,
	U2C_TIMEOUT = 9 /* SCL was held low too long */
};

/* The longest OUT transfer: one packet that is not full, so that it arrives whole or not at all,
 * and its end can be seen. */
#define U2C_MOST_OUT 63u
/* Bytes of the longest answer, of any kind: a full-speed bulk packet. */
#define U2C_PACKET 64u

/* The USB side: libusb, or an emulated dongle in the tests. */
struct u2c_usb {
	void *user;
	const char *place; /* the dongle, for messages */
	/* One OUT transfer of whole commands, up to U2C_MOST_OUT bytes. Returns when the dongle
	 * has taken it. */
	int (*send)(void *user, const uint8_t *data, size_t len, struct cx3_error *err);
	/* The next answer packet; `data` has room for U2C_PACKET bytes. *len is 0 if none has
	 * come within `wait_us`. */
	int (*answer)(void *user, uint8_t *data, size_t *len, uint64_t wait_us,
		      struct cx3_error *err);
	/* After a failure: forgets it, and reads anew what still comes. */
	int (*restart)(void *user, struct cx3_error *err);
	/* One clock for both. */
	uint64_t (*now_us)(void *user);
	void (*wait_us)(void *user, uint64_t us);
	/* Puts the kernel's driver back; frees `user`. */
	void (*close)(void *user);
};

struct u2c {
	const struct u2c_usb *usb;
	uint8_t out[U2C_MOST_OUT];
	size_t out_len;
	unsigned queued;  /* commands in `out` */
	unsigned awaited; /* commands that were sent and not yet answered */
	unsigned depth;	  /* the most of both together */
	uint64_t usb_bytes;
	uint64_t sends;	  /* OUT transfers */
	bool out_of_step; /* an answer has not come: which ones still may is not known */
	unsigned owed;	  /* answers that had not come when it was to be brought into step */
	bool none_lost;	  /* all that was sent before the last u2c_sync() was answered after all */
	uint8_t version[2]; /* of the firmware, since the first u2c_sync() */
};

/* An answer: its bytes without the result. */
struct u2c_answer {
	enum u2c_result result;
	uint8_t data[U2C_PACKET];
	size_t len;
};

/* May one more command be queued? */
bool u2c_has_room(const struct u2c *u);
/* Queues a command of `len` bytes. There must be room. */
void u2c_put(struct u2c *u, const uint8_t *command, size_t len);
/* Sends what is queued. After a failure the dongle is out of step. */
int u2c_send(struct u2c *u, struct cx3_error *err);
/*
 * The answer to the oldest command that was sent, waited for up to `wait_us`. CX3_E_TIMEOUT if it
 * does not come; the dongle is out of step then.
 */
int u2c_take(struct u2c *u, struct u2c_answer *answer, uint64_t wait_us, struct cx3_error *err);

/* One command alone, its answer awaited. A result other than U2C_OK is no failure. */
int u2c_ask(struct u2c *u, const uint8_t *command, size_t len, struct u2c_answer *answer,
	    uint64_t wait_us, struct cx3_error *err);

/* Is this the answer to U2C_FW_VERSION, of this dongle? Nothing else is answered so. */
bool u2c_is_version(const struct u2c *u, const struct u2c_answer *answer);

/*
 * Forgets what is queued, takes all answers that are still on their way, of this program or one
 * before it, and asks two questions whose answers differ until both come as they should: the dongle
 * is in step again. CX3_E_TIMEOUT if it never is; or a failure of USB.
 */
int u2c_sync(struct u2c *u, struct cx3_error *err);

#endif
