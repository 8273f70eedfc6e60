/* SPDX-License-Identifier: BSD-2-Clause */
/* How long work talks to the program that asked for it. */
#ifndef CX3FLASH_WATCH_H
#define CX3FLASH_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the work stands. `done` never passes `total` and never goes back. */
struct cx3_progress {
	const char *phase;    /* "reading", "erasing", "writing", "verifying" */
	uint64_t done, total; /* wire bytes of the whole job */
	uint64_t flash_bytes; /* flash bytes read or written so far */
	uint64_t elapsed_us;
	uint64_t left_us; /* estimate */
};

/*
 * All members may be NULL. The callbacks run between two accesses to the card, while
 * its flash semaphore may be held: they must not block.
 */
struct cx3_watch {
	void (*progress)(void *user, const struct cx3_progress *progress);
	/* Asked between pages: true stops the job (CX3_E_INTERRUPTED) once the page is whole. */
	bool (*cancelled)(void *user);
	/* Asked between pages: true when the program is to be stopped for a while (SIGTSTP).
	 * The semaphore is freed, `pause` called, and the card looked at again after it. */
	bool (*pause_wanted)(void *user);
	void (*pause)(void *user);
	void *user;
};

#ifdef __cplusplus
}
#endif

#endif
