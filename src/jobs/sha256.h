/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_JOBS_SHA256_H
#define CX3_JOBS_SHA256_H

#include <stddef.h>

#include "cx3flash/error.h"

/* SHA-256 of `len` bytes as 64 hex digits and a NUL. */
int cx3_sha256(const void *data, size_t len, char hex[65], struct cx3_error *err);

#endif
