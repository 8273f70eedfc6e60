/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One bar for a whole job, which may have several stages (a backup, then a
 * burn), each with a clock of its own. Never goes back, never passes 100 %.
 */
#ifndef CX3_CLI_PROGRESS_H
#define CX3_CLI_PROGRESS_H

#include <stdio.h>

#include "cx3flash/jobs.h"

#define PROGRESS_STAGES 4

struct progress {
	FILE *out;     /* NULL: off. Should never wait: see screen.h */
	bool terminal; /* a bar; else a line for each 10 % */
	unsigned stage, stages;
	uint64_t weight_us[PROGRESS_STAGES]; /* how long each stage should take */
	double fraction;		     /* highest shown, 0 to 1 */
	int shown_percent;		     /* -1: nothing yet */
	uint64_t shown_us;		     /* when the bar was drawn last, on the stage's clock */
	bool drawn;			     /* a bar stands on the terminal's last line */
};

/* `out` NULL: nothing is ever shown. */
void progress_init(struct progress *progress, FILE *out, bool terminal);
/* A new job of `stages` stages that should take weight_us[0..stages). */
void progress_begin(struct progress *progress, const uint64_t *weight_us, unsigned stages);
/* A new job of one stage, however long it takes. */
void progress_begin_one(struct progress *progress);
void progress_next_stage(struct progress *progress);
/* cx3_watch's callback. */
void progress_update(void *progress, const struct cx3_progress *now);
/* Takes the bar away, so that other text can follow. */
void progress_clear(struct progress *progress);
void progress_end(struct progress *progress);

/* The bar's text without a line end, at most `width` characters. */
void progress_text(char *buf, size_t size, unsigned width, double fraction,
		   const struct cx3_progress *now, uint64_t left_us);

#endif
