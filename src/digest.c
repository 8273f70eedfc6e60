/* SPDX-License-Identifier: BSD-2-Clause */
/* Digests of bytes. OpenSSL computes them; its configuration may forbid some. */
#include "digest.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#define SHA256_SIZE 32u
#define MD5_SIZE 16u

static int compute(const EVP_MD *kind, const char *name, const void *data, size_t len,
		   uint8_t *digest, unsigned want, struct cx3_error *err)
{
	unsigned char whole[EVP_MAX_MD_SIZE];
	unsigned size = 0;

	if (EVP_Digest(data, len, whole, &size, kind, NULL) != 1 || size != want)
		return cx3_fail(err, CX3_E_UNSUPPORTED, name,
				"OpenSSL refuses to compute the %s digest.\nCheck openssl.cnf: its "
				"settings may forbid this digest.",
				name);
	memcpy(digest, whole, want);
	return CX3_OK;
}

int cx3_sha256(const void *data, size_t len, char hex[65], struct cx3_error *err)
{
	uint8_t digest[SHA256_SIZE] = {0};
	int rc = compute(EVP_sha256(), "SHA-256", data, len, digest, SHA256_SIZE, err);

	if (rc != CX3_OK)
		return rc;
	for (size_t i = 0; i < SHA256_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return CX3_OK;
}

int cx3_sha256_is(const void *data, size_t len, const char *hex, bool *same, struct cx3_error *err)
{
	char own[65];
	int rc = cx3_sha256(data, len, own, err);

	*same = rc == CX3_OK && strcmp(own, hex) == 0;
	return rc;
}

int cx3_md5(const void *data, size_t len, uint8_t digest[16], struct cx3_error *err)
{
	return compute(EVP_md5(), "MD5", data, len, digest, MD5_SIZE, err);
}
