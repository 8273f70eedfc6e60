/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing to a descriptor without ever waiting for its reader. */
#ifndef CX3_CLI_CHANNEL_H
#define CX3_CLI_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A terminal stopped with Ctrl-S, or a full pipe, makes a plain write wait. A
 * channel keeps the text in memory instead and writes it with a later one.
 */
struct channel {
	int fd;	    /* where to write; a description of its own if `own` */
	bool own;   /* opened here: non-blocking, closed by channel_close */
	bool asks;  /* not own, and may wait: asked with poll before each write */
	char *kept; /* malloc'd: what could not be written yet, from `start` to `end` */
	size_t start, end, room;
	size_t limit;	  /* bytes to keep at most; what comes above it is lost; 0: no limit */
	char frame[8192]; /* the newest picture of the progress bar, not written yet */
	size_t frame_len;
	unsigned lost; /* texts that were dropped for `limit` or for want of memory */
	int error;     /* errno of the first write that failed, 0 if none has */
};

/*
 * `fd` stays the caller's. A terminal or a pipe is opened a second time, so that
 * being non-blocking is no other process' business. Where that is refused, poll is
 * asked first and little is written at a time, which waits only in a race.
 */
void channel_open(struct channel *channel, int fd, size_t limit);

/*
 * Writes what can be written now and keeps the rest. A text that begins with a
 * carriage return is a picture of the progress bar: a newer one replaces it.
 */
void channel_put(struct channel *channel, const char *text, size_t len);

/* Writes all that is kept, and waits for it. False if a signal ended the waiting. */
bool channel_settle(struct channel *channel);

/* For signal handlers: writes now or not at all. Keeps nothing. */
void channel_put_now(const struct channel *channel, const char *text, size_t len);

/* Frees what is kept, unwritten. */
void channel_close(struct channel *channel);

#endif
