/* SPDX-License-Identifier: BSD-2-Clause */
/* One job in one way with one kind of fault on the bus: what job_bus and its branches share. */
#ifndef CX3_JOB_BUS_H
#define CX3_JOB_BUS_H

#include <inttypes.h>

#include "short_jobs.h"

struct bus_way {
	const char *name, *card;
};

struct bus_fault {
	const char *name; /* and the simulated card's option */
	bool passes;	  /* the bus works again after it */
	bool flip;
};

/* Each run of a series has a number: of the message, from 1 on; of a flip 32 times the word's
 * number, from 1 on, plus the bit's. */
struct bus_series {
	struct short_world *w;
	const struct bus_way *way;
	const struct bus_fault *fault;
};

struct bus_verdict {
	bool ok, done, taken, misled;
};

/* How many numbers there are. */
uint64_t bus_count(const struct bus_series *s);

/* After the run number n, which ended with `rc`; prints what is wrong, and how to do it again,
 * if `tell`. */
struct bus_verdict bus_judge(const struct bus_series *s, uint64_t n, int rc,
			     const struct cx3_error *err, bool tell);

/* Each number, by branches of one run. False if one failed. */
bool bus_each(struct bus_series *s);

#endif
