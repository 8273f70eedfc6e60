/* SPDX-License-Identifier: BSD-2-Clause */
/* What the plan and the jobs do with the shadow: see cx3flash/shadow.h. */
#ifndef CX3_PLAN_SHADOW_H
#define CX3_PLAN_SHADOW_H

#include "cx3flash/shadow.h"

/*
 * The shadow knows bytes in units of 16: a signature has 16 bytes, and the rest of its page
 * may have another state.
 */
#define CX3_SHADOW_GRAIN 16u

/*
 * Bytes of one read call: as many as the flash sends at the least cost, about one second's
 * worth. Between two calls the bar moves and a stop is noticed.
 */
uint32_t cx3_read_piece(const struct cx3_flash *flash);

/* Why a grain's bytes are believed. I2C has no checksum: one reading decides nothing. */
enum cx3_trust {
	CX3_TRUST_NONE,	 /* not read */
	CX3_TRUST_ONCE,	 /* read once */
	CX3_TRUST_BLANK, /* read once, as blank, in a stream in which no command was damaged, by a
			  * flash that was seen to answer right after it */
	CX3_TRUST_CRC,	 /* a CRC of the image that it belongs to is right */
	CX3_TRUST_TWICE, /* two readings were the same */
	CX3_TRUST_THRICE /* three, for the CRC is wrong */
};

struct cx3_shadow {
	struct cx3_flash *flash;
	const struct cx3_watch *watch;
	uint32_t size;
	uint32_t missing; /* bytes */
	uint8_t *data;
	uint8_t *trust;	      /* enum cx3_trust, one for each grain */
	uint32_t bytes_twice; /* read a second time */
	unsigned differences; /* grains that the second reading differed in */
	unsigned holds;	      /* of its source */
	bool held;	      /* ... and so the flash's semaphore is shared by its readings */
};

/* Makes [addr, addr + len) known, reading what is not. */
int cx3_shadow_want(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, struct cx3_error *err);

/* As cx3_shadow_source, but one reading is enough for all: for what was compared with what
 * it has to be. */
struct cx3_fs2_source cx3_shadow_once(struct cx3_shadow *shadow);

/* Keeps whole blocks of CX3_SHADOW_GRAIN bytes that were read elsewhere. */
void cx3_shadow_put(struct cx3_shadow *shadow, uint32_t addr, const void *buf, uint32_t len,
		    enum cx3_trust trust);

/* Reads [addr, addr + len) again, known or not. Asks no one whether to stop: a
 * plan that runs decides that itself. */
int cx3_shadow_reread(struct cx3_shadow *shadow, uint32_t addr, uint32_t len,
		      struct cx3_error *err);

/*
 * Does the flash still hold what is known of [addr, addr + len), `len` up to a sector? What
 * is not known counts as the same. A difference is believed when two readings show one. The
 * shadow stays as it is.
 */
int cx3_shadow_compare(const struct cx3_shadow *shadow, uint32_t addr, uint32_t len, bool *same,
		       struct cx3_error *err);

struct cx3_meter;
/* cx3_shadow_want, counted in a meter that the caller has begun. */
int cx3_shadow_read_part(struct cx3_shadow *shadow, uint32_t addr, uint32_t len,
			 struct cx3_meter *meter, struct cx3_error *err);
/* Reads all that is not known yet, and counts it in a meter that the caller has begun. */
int cx3_shadow_read_rest(struct cx3_shadow *shadow, struct cx3_meter *meter, struct cx3_error *err);
/* The same without the proof of blank blocks: for who wants speed. */
int cx3_shadow_read_rest_once(struct cx3_shadow *shadow, struct cx3_meter *meter,
			      struct cx3_error *err);
/* What that costs, read as it is read. */
struct cx3_flash_cost cx3_shadow_missing_cost(const struct cx3_shadow *shadow);

/* The flash is about to change there: what was known is not true any more. */
void cx3_shadow_forget(struct cx3_shadow *shadow, uint32_t addr, uint32_t len);

/* The whole buffer; only grains that are known mean something. */
const uint8_t *cx3_shadow_bytes(const struct cx3_shadow *shadow);

/*
 * pause.c: is the card still the one that the shadow is of? Its id, state and flash part are
 * asked for, and what is known of each place where an image may start is read again.
 * `since` ends the sentence "has changed since". CX3_E_CHANGED, or a failure of the bus.
 */
int cx3_same_card(struct cx3_shadow *shadow, const char *since, struct cx3_error *err);
/* The same of any bytes. */
int cx3_same_bytes(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, const char *since,
		   struct cx3_error *err);

#endif
