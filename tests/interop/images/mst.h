/* SPDX-License-Identifier: BSD-2-Clause */
/* The real mstflint as a function, and whole files for it. */
#ifndef TESTS_INTEROP_IMAGES_MST_H
#define TESTS_INTEROP_IMAGES_MST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a run of the real mstflint gave. */
struct mst_run {
	char *out;    /* standard output, then nothing: NUL-terminated */
	char *errors; /* standard error */
	int status;   /* exit status; -1: killed by a signal (a crash, or our time limit) */
};

/* Runs `mstflint ARGS...`; args ends with NULL, without "mstflint". */
void mst_run(struct mst_run *run, const char *const *args);
void mst_free(struct mst_run *run);

/* False if there is no mstflint on this machine, or another than 4.21: later ones use other words.
 */
bool mst_present(void);

/* Whole files; they end the program with a message if they can't. */
void file_put(const char *path, const void *bytes, size_t len);
uint8_t *file_get(const char *path, size_t *len);

#endif
