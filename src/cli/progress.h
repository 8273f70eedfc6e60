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

/* How far a whole job is. */
struct progress_mark {
	struct cx3_progress now;
	double fraction;  /* 0 to 1 */
	uint64_t left_us; /* to the end of the last stage */
};

struct progress {
	/* Instead of `out`, for somebody who draws it himself: called with each update. */
	void (*note)(void *user, const struct progress_mark *mark);
	void *user;
	FILE *out;	    /* NULL: off. Should never wait: see screen.h */
	bool terminal;	    /* a bar; else a line for each 10 % */
	bool json;	    /* neither: lines for programs, see progress_json.h ... */
	const char *device; /* ... of this device, or NULL */
	uint64_t next_ms;   /* ... and when the next one may come */
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

/* The line of a log, "reading: 40 %, 812 KiB  9.6 KiB/s  2:07 left". */
void progress_words(char *buf, size_t size, const struct progress_mark *mark);
/* Columns of the terminal that standard error is, 20 to 120; 80 where that is not known. */
unsigned progress_width(void);
/* The bar's text without a line end, at most `width` characters. */
void progress_text(char *buf, size_t size, unsigned width, double fraction,
		   const struct cx3_progress *now, uint64_t left_us);

#endif
