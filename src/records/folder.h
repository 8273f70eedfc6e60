/* SPDX-License-Identifier: BSD-2-Clause */
/* The folders that this tool keeps things in. */
#ifndef CX3_RECORDS_FOLDER_H
#define CX3_RECORDS_FOLDER_H

#include <stddef.h>
#include <stdint.h>

#include "cx3flash/error.h"

/* Characters of a folder's path: with the names of files in it, and their endings, it fits
 * each field that keeps a path. */
#define CX3_LONGEST_FOLDER 400

/* $XDG_STATE_HOME/cx3flash/NAME, or ~/.local/state/cx3flash/NAME; not made yet.
 * CX3_E_NO_FOLDER if neither is set, or the path is longer than that or than `size`. */
int cx3_state_folder(const char *name, char *path, size_t size, struct cx3_error *err);

/* Makes the folder and those above it, mode 0700. CX3_E_NO_FOLDER. */
int cx3_folder_make(const char *path, struct cx3_error *err);

/* May files of `bytes` in all be written there? CX3_E_NO_FOLDER, CX3_E_DISK_FULL. */
int cx3_folder_check(const char *path, uint64_t bytes, struct cx3_error *err);

#endif
