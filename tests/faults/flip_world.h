/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One bit that is flipped in one register write of a job: the jobs, run from the opening of the
 * card on, and what must be true after each flip. "Done" means that the whole flash is as it is
 * after a run without one; a failure means that what was promised to boot is there byte for byte;
 * and nothing outside of the plan has changed in either case.
 */
#ifndef CX3_FLIP_WORLD_H
#define CX3_FLIP_WORLD_H

#include "jobs_engine.h"
#include "short_jobs.h"

/* How the flash is read. Unknown: there was no backup, and nothing is known but what the job
 * reads; tried with one job, for the others differ in nothing that matters here. */
struct flip_way {
	const char *name;
	enum cx3_flash_reading reading;
	bool unknown;
};

#define FLIP_MOST_FLASH (512u << 10)

struct flip_world {
	struct fixture b;
	const struct short_job *job;
	const struct flip_way *way;
	uint8_t *before, *after; /* the flash; `after` is also what a restore writes */
	uint8_t *image;
	uint32_t image_len;
	uint32_t size;		       /* of the flash */
	bool written[FLIP_MOST_FLASH]; /* the plan means to change it */
	bool noted, boots;	       /* what the plan is is known; promised throughout */
	unsigned runs, failures;
};

void flip_world_new(struct flip_world *w, const struct short_job *job, const struct flip_way *way);
void flip_world_delete(struct flip_world *w);

/* The job on the flash as it was before, and its verdict: NULL, or what is wrong, at *place. */
int flip_run(struct flip_world *w, struct cx3_error *err);
const char *flip_judge(const struct flip_world *w, int rc, const struct cx3_error *err,
		       uint32_t *place);

#endif
