/* SPDX-License-Identifier: BSD-2-Clause */
/* Digests of bytes, by OpenSSL. */
#ifndef CX3_DIGEST_H
#define CX3_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/error.h"

/* SHA-256 of `len` bytes as 64 hex digits and a NUL. CX3_E_UNSUPPORTED if OpenSSL refuses. */
int cx3_sha256(const void *data, size_t len, char hex[65], struct cx3_error *err);
/* *same: the SHA-256 is `hex`, in lower case. Errors as above; then *same is false. */
int cx3_sha256_is(const void *data, size_t len, const char *hex, bool *same, struct cx3_error *err);

/* MD5 of `len` bytes. CX3_E_UNSUPPORTED if OpenSSL refuses. */
int cx3_md5(const void *data, size_t len, uint8_t digest[16], struct cx3_error *err);

#endif
