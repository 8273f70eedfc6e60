/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a second time what no CRC vouches for. */
#ifndef CX3_PLAN_SETTLE_H
#define CX3_PLAN_SETTLE_H

#include "meter.h"
#include "shadow.h"

struct cx3_settled {
	uint32_t bytes;	      /* that were read a second time */
	unsigned differences; /* blocks of 16 bytes that the two readings differed in */
};

/*
 * Reads each block of a shadow that is known in full once more, but those that are
 * `covered` (one entry for each CX3_SHADOW_GRAIN bytes). Where the readings differ,
 * reads on until two are the same: that one stays in the shadow. `meter` may be NULL.
 * CX3_E_NOISE if no two of eight readings are the same, CX3_E_INTERRUPTED, CX3_E_NO_MEMORY,
 * or a bus error.
 */
int cx3_shadow_settle(struct cx3_shadow *shadow, const bool *covered, struct cx3_settled *settled,
		      struct cx3_meter *meter, struct cx3_error *err);

#endif
