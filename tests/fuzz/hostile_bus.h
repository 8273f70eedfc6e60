/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fuzzer between adapter and card. It may answer wrongly and fail, within what a bad
 * wire and a bad adapter can do and the tool promises to bear: a wrong bit is not the
 * same in two readings, and lies of many bits do not come one after the other.
 */
#ifndef TESTS_FUZZ_HOSTILE_BUS_H
#define TESTS_FUZZ_HOSTILE_BUS_H

#include "cx3flash/adapterops.h"
#include "fuzz.h"

struct hostile_bus {
	struct fuzz_bytes plan; /* the lies, four bytes each; no bytes: an honest bus */
	uint64_t random;	/* fills what a lie invents */

	bool cancelled; /* the user has stopped the job */
	bool failed;	/* a batch was made to fail */
	bool gone;	/* the adapter fails for good */
	bool all_ones;	/* that lie was told */
	unsigned lies, flips;
	uint64_t batches, orders, last_big;
	uint64_t next;	    /* of them: orders for a bit that is written, else batches */
	unsigned kind, arg; /* of the next lie */
};

/* From now on all batches of the adapter go through `bus`, one adapter at a time. */
void hostile_bus_attach(struct hostile_bus *bus, struct cx3_adapter *adapter);

#endif
