/* SPDX-License-Identifier: BSD-2-Clause */
/* Standard output and standard error while a card is open: they never make a job wait. */
#ifndef CX3_CLI_SCREEN_H
#define CX3_CLI_SCREEN_H

#include <stddef.h>
#include <stdio.h>

/*
 * A job may hold the card's flash semaphore while it reports progress, and the
 * card's firmware waits for as long. So from screen_open on, what is printed goes
 * through a channel each (channel.h) and never waits for the terminal.
 */
void screen_open(void);

/* The streams to print to; plain stdout and stderr until screen_open. */
FILE *screen_out(void);
FILE *screen_err(void);

/*
 * Writes all that was kept, and waits for it until a signal comes. Call it only
 * while the card's semaphore is free. Answers 0, or the errno of the first write
 * to standard output that failed (a full disk, a closed pipe).
 */
int screen_settle(void);

/* For signal handlers: writes to standard error, or drops the text if that would wait. */
void screen_signal(const char *text, size_t len);

#endif
