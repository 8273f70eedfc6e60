/* SPDX-License-Identifier: BSD-2-Clause */
/* A firmware image that was checked: what a change of a card begins with. */
#ifndef CX3FLASH_IMAGE_H
#define CX3FLASH_IMAGE_H

#include "cx3flash/fs2.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

struct cx3_image {
	uint8_t *bytes; /* contiguous, `len` = info.end of them; what lay past it is dropped */
	uint32_t len;
	struct cx3_fs2_info info; /* of `bytes`: contiguous, start 0 */
	char path[512];		  /* where it is from, for messages; cut if it is longer */
	bool was_striped;	  /* it was taken out of raw flash content: the image that boots */
};

/*
 * Reads an image file: bare, or the image of a zip or .mfa archive that has the PSID `psid` (NULL:
 * the only one in it); contiguous as it is published, or raw flash content, of which the booting
 * image (the lowest start) is taken. `striped`: it is raw flash content (false: found out). Every
 * CRC is checked. *out is the caller's, for cx3_image_free. err->place names the file. CX3_E_FILE:
 * the file can't be read. CX3_E_IMAGE: no image is in it, or it is damaged, or the archive is.
 * CX3_E_NO_MEMORY.
 */
int cx3_image_open(const char *path, const char *psid, bool striped, struct cx3_image **out,
		   struct cx3_error *err);

/* The same of a file's content in memory, which is copied. `name` is the place of
 * errors. */
int cx3_image_from_memory(const void *data, size_t len, const char *name, bool striped,
			  struct cx3_image **out, struct cx3_error *err);

/*
 * An image file as it is, bare or in an archive (`psid` as above): read and unpacked, nothing in it
 * checked. *image is malloc'd and the caller's. For looking at a file that may be
 * damaged. CX3_E_FILE, CX3_E_IMAGE (the archive), CX3_E_NO_MEMORY.
 */
int cx3_image_load(const char *path, const char *psid, uint8_t **image, uint32_t *len,
		   struct cx3_error *err);

/* NULL is fine. */
void cx3_image_free(struct cx3_image *image);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
