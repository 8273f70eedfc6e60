/* SPDX-License-Identifier: BSD-2-Clause */
#include "sha256.h"

#include <stdio.h>

#include <openssl/evp.h>

int cx3_sha256(const void *data, size_t len, char hex[65], struct cx3_error *err)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;

	if (EVP_Digest(data, len, digest, &size, EVP_sha256(), NULL) != 1 || size != 32)
		return cx3_fail(err, CX3_E_INTERNAL, "sha256",
				"OpenSSL could not compute a SHA-256; its configuration may forbid "
				"it: check openssl.cnf.");
	for (unsigned i = 0; i < size; i++)
		snprintf(hex + 2 * (size_t)i, 3, "%02x", digest[i]);
	return CX3_OK;
}
