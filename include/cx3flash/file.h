/* SPDX-License-Identifier: BSD-2-Clause */
/* Files read and written whole. */
#ifndef CX3FLASH_FILE_H
#define CX3FLASH_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * A whole file, or all that comes through a pipe; *data is malloc'd and the caller's. CX3_E_FILE
 * for what is missing, unreadable, neither of the two, or over `limit` bytes.
 */
int cx3_file_read(const char *path, size_t limit, uint8_t **data, size_t *len,
		  struct cx3_error *err);

/*
 * Writes a new file: to a temporary one beside it, synced, then linked into place, so
 * that it is whole or not there. A symbolic link stays one: what it leads to is written.
 * CX3_E_EXISTS unless `overwrite`; CX3_E_DISK_FULL;
 * CX3_E_FILE for what else the system says.
 */
int cx3_file_write(const char *path, const void *data, size_t len, bool overwrite,
		   struct cx3_error *err);

/*
 * Whether cx3_file_write could put a file of `bytes` there: its folder, its name, its
 * temporary file and the room for it. For use before what takes minutes; leaves nothing
 * behind. Errors as those of cx3_file_write.
 */
int cx3_file_try(const char *path, uint64_t bytes, bool overwrite, struct cx3_error *err);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
