/* SPDX-License-Identifier: BSD-2-Clause */
/* --progress=json: how far a run is, one JSON object a line, for programs. */
#ifndef CX3_CLI_PROGRESS_JSON_H
#define CX3_CLI_PROGRESS_JSON_H

#include "progress.h"

/* Lines come at most this often, of each device. On the real clock: a simulated card's runs away.
 */
#define PROGRESS_JSON_MS 250u

/* Now, on a clock that only goes forward, for `next_ms` below. */
uint64_t progress_json_now_ms(void);

/*
 * A line of work, if one is due: *next_ms (0 at first) is when the next one may come. `device` is
 * NULL where nothing has one. Flushed.
 */
void progress_json_put(FILE *out, const char *device, const struct progress_mark *mark,
		       uint64_t *next_ms);
/* The last line of a device, or of the run: its exit code. Flushed. */
void progress_json_end(FILE *out, const char *device, int exit_code);

#endif
