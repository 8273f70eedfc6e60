/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Image files. All that is wrong with one is found here, once: whoever holds a struct
 * cx3_image holds an image whose CRCs are right.
 */
#include "cx3flash/image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/file.h"

/* A published archive holds the image and little else. */
#define MOST_FILE ((size_t)16 * CX3_FS2_MAX_IMAGE)

/* The file's name, its end if it is long, and the place inside it. */
static int in_file(int rc, const char *name, struct cx3_error *err)
{
	enum { ROOM = 56 };
	size_t len = strlen(name);
	char inside[32];

	if (rc == CX3_OK)
		return rc;
	if (!err)
		return rc == CX3_E_NO_IMAGE ? CX3_E_IMAGE : rc;
	snprintf(inside, sizeof(inside), "%.31s", err->place);
	snprintf(err->place, sizeof(err->place), "%s%s%s%s", len > ROOM ? "..." : "",
		 len > ROOM ? name + len - ROOM : name, inside[0] ? ", " : "", inside);
	if (rc == CX3_E_IMAGE && !err->next[0])
		cx3_fail_next(err, "Get the file again from where it was published.");
	if (rc != CX3_E_NO_IMAGE)
		return rc;
	err->code = CX3_E_IMAGE;
	cx3_fail_next(err, "Please check that it is the file you mean.");
	return CX3_E_IMAGE;
}

/*
 * One pass over the bytes decides for nearly every file. Only where neither way is
 * right, the layout that fits better is asked what is wrong.
 */
static int verify(const struct cx3_fs2_source *src, bool striped, struct cx3_fs2_info *info,
		  struct cx3_error *err)
{
	int rc;

	if (striped)
		return cx3_fs2_verify(src, CX3_FS2_STRIPED, info, NULL, NULL, err);
	rc = cx3_fs2_verify(src, CX3_FS2_CONTIGUOUS, info, NULL, NULL, NULL);
	if (rc != CX3_OK)
		rc = cx3_fs2_verify(src, CX3_FS2_STRIPED, info, NULL, NULL, NULL);
	if (rc != CX3_OK)
		rc = cx3_fs2_verify(src, CX3_FS2_DETECT, info, NULL, NULL, err);
	return rc;
}

static int take(const uint8_t *data, uint32_t len, bool striped, struct cx3_image *image,
		struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_fs2_memory(data, len);
	int rc = verify(&src, striped, &image->info, err);

	if (rc == CX3_OK)
		rc = cx3_fs2_extract(&src, &image->info, &image->bytes, &image->len, err);
	image->was_striped = image->info.striped;
	/* the copy lies contiguous from 0 on; all other addresses were logical */
	image->info.striped = false;
	image->info.start = 0;
	return rc;
}

static int from_memory(const void *data, size_t len, const char *name, const char *psid,
		       bool striped, struct cx3_image **out, struct cx3_error *err)
{
	struct cx3_image *image = calloc(1, sizeof(*image));
	uint8_t *unpacked = NULL;
	uint32_t size = 0;
	int rc;

	*out = NULL;
	if (!image)
		return cx3_fail(err, CX3_E_NO_MEMORY, name,
				"There is no memory for an image.\nClose other programs and try "
				"again.");
	snprintf(image->path, sizeof(image->path), "%s", name);
	rc = cx3_fs2_unpack(data, len, psid, &unpacked, &size, err);
	if (rc == CX3_OK)
		rc = take(unpacked, size, striped, image, err);
	free(unpacked);
	if (rc == CX3_OK)
		*out = image;
	else
		cx3_image_free(image);
	return in_file(rc, name, err);
}

int cx3_image_from_memory(const void *data, size_t len, const char *name, bool striped,
			  struct cx3_image **out, struct cx3_error *err)
{
	return from_memory(data, len, name, NULL, striped, out, err);
}

int cx3_image_open(const char *path, const char *psid, bool striped, struct cx3_image **out,
		   struct cx3_error *err)
{
	uint8_t *data = NULL;
	size_t len = 0;
	int rc = cx3_file_read(path, MOST_FILE, &data, &len, err);

	*out = NULL;
	if (rc == CX3_OK)
		rc = from_memory(data, len, path, psid, striped, out, err);
	free(data);
	return rc;
}

void cx3_image_free(struct cx3_image *image)
{
	if (!image)
		return;
	free(image->bytes);
	free(image);
}

int cx3_image_load(const char *path, const char *psid, uint8_t **image, uint32_t *len,
		   struct cx3_error *err)
{
	uint8_t *data = NULL;
	size_t size = 0;
	int rc = cx3_file_read(path, MOST_FILE, &data, &size, err);

	if (rc != CX3_OK)
		return rc;
	rc = cx3_fs2_unpack(data, size, psid, image, len, err);
	free(data);
	return in_file(rc, path, err);
}
