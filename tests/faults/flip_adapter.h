/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An adapter between a job and the simulated card that flips one bit of one register write: of the
 * register's address or of what is written. I2C does not notice.
 */
#ifndef CX3_FLIP_ADAPTER_H
#define CX3_FLIP_ADAPTER_H

#include <stdint.h>

#include "cx3flash/adapterops.h"

struct flip_sent {
	uint32_t reg, word;
	unsigned bits;
};

/* One adapter at a time. */
struct flip {
	uint64_t writes;	/* register writes since the adapter was opened */
	uint64_t at;		/* the one to damage, from 1; 0: none */
	unsigned bit;		/* of it, from the address's most significant one on */
	struct flip_sent *sent; /* each one, where there is room for them; may be NULL */
	/* ahead of the n-th write, of so many bits; may be NULL */
	void (*before)(void *user, struct cx3_adapter *adapter, uint64_t n, unsigned bits);
	void *user;
};
extern struct flip flip;

#define FLIP_MOST_WRITES 200000u

/* Takes the adapter's place: for a fixture's at_adapter. */
void flip_at_adapter(struct cx3_adapter *adapter);
/* No flip, and nothing left of the last one. */
void flip_forget(void);

#endif
