/* SPDX-License-Identifier: BSD-2-Clause */
/* The cards and jobs of the hostile runs. */
#ifndef TESTS_FUZZ_HOSTILE_H
#define TESTS_FUZZ_HOSTILE_H

#include "jobs_fixture.h"

struct short_job;

/* A card with its flash, and what is to be done with it. */
struct hostile {
	struct fixture b;
	unsigned job, variant;
	const struct short_job *like; /* NULL: verify, which only looks */
	const char *name;
	char card[80]; /* options of the simulated card */
	bool no_backup;
	uint8_t *before; /* the flash */
	uint8_t *fresh;	 /* burn: the image; restore: the content */
	uint32_t fresh_len;
	char content[400]; /* restore: its file */
};

#define HOSTILE_MOST_JOBS 32u
#define HOSTILE_VARIANTS 14u
#define HOSTILE_CASES (HOSTILE_MOST_JOBS * HOSTILE_VARIANTS)

/* The case of two bytes of an input. It stays this file's, and there is one at a time. */
struct hostile *hostile_choose(uint8_t job, uint8_t variant);
unsigned hostile_case(const struct hostile *h);

/* The flash as it was, and no journal and backup from before. */
void hostile_reset(struct hostile *h);

/* Carries the job out on an open device. */
int hostile_do(struct hostile *h, struct cx3_device *device, const struct cx3_job_caller *caller,
	       struct cx3_error *err);

#endif
