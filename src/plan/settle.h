/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a second time what no CRC vouches for. */
#ifndef CX3_PLAN_SETTLE_H
#define CX3_PLAN_SETTLE_H

#include "meter.h"
#include "shadow.h"

/* Readings of the same bytes, the first one included, until it is given up that they agree. */
#define CX3_MOST_READINGS 8u

/* CX3_E_NOISE: so many readings of the bytes at `addr` did not agree. */
int cx3_never_agree(uint32_t addr, struct cx3_error *err);

/*
 * Reads [addr, addr + len) until two readings are the same, but for what is sure already.
 * CX3_E_NOISE if no two of eight readings are the same, CX3_E_INTERRUPTED, CX3_E_NO_MEMORY,
 * or a bus error.
 */
int cx3_shadow_make_sure(struct cx3_shadow *shadow, uint32_t addr, uint32_t len,
			 struct cx3_error *err);

/*
 * To be called before `count` short pieces are made sure one by one. Reads all of them twice in one
 * batch where the flash can do that; else it reads nothing. Errors as above.
 */
int cx3_shadow_expect(struct cx3_shadow *shadow, const struct cx3_fs2_range *range, unsigned count,
		      struct cx3_error *err);

/*
 * The whole flash, which is known in full. What is blank is sure after one reading where
 * the flash was seen to answer after it. `meter` may be NULL. Errors as above.
 */
int cx3_shadow_settle(struct cx3_shadow *shadow, struct cx3_meter *meter, struct cx3_error *err);

/*
 * The CRC over [addr, addr + len) is wrong though two readings of it are the same: a third one,
 * for the same message can have been damaged in both. Errors as above.
 */
int cx3_shadow_doubt(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, struct cx3_error *err);

/* Each byte was read more than once, or is vouched for. */
bool cx3_shadow_is_sure(const struct cx3_shadow *shadow, uint32_t addr, uint32_t len);

/* A CRC that is right vouches for [addr, addr + len), which is known: whole grains of it. */
void cx3_shadow_vouch(struct cx3_shadow *shadow, uint32_t addr, uint32_t len);

/* True if all bytes are 0: what most registers read, and so what a wrong register reads. */
bool cx3_reads_zero(const uint8_t *bytes, uint32_t len);

#endif
