/* SPDX-License-Identifier: BSD-2-Clause */
/* A firmware file as it was downloaded: a zip archive or the vendor's own, or the image. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "fs2/query.h"
#include "mfa.h"

/* Published archives hold one file or a few; more is no such archive. */
#define MOST_ENTRIES 64
/* All entries together may inflate to this: room for an image and some notes. */
#define MOST_BYTES (2 * (uint64_t)CX3_FS2_MAX_IMAGE)
#define STEP 65536u
#define MOST_NAMED 8u

struct unpack {
	zip_t *zip;
	const char *psid; /* of the image that is wanted; NULL: there is but one */
	uint64_t inflated;
	unsigned images; /* that are wanted, or may be */
	char names[400]; /* of the first ones: "MT_1 (2.42.5000), MT_2 (2.40.7000)" */
	uint8_t *image;	 /* the first of them */
	uint32_t image_len;
};

static int bad_archive(struct cx3_error *err, const char *name, const char *why)
{
	return cx3_fail(
		err, CX3_E_IMAGE, name,
		"The zip archive can't be used: %s.\nDownload it again, or unpack it yourself.",
		why);
}

static int no_memory(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NO_MEMORY, "zip archive",
			"There is no memory to unpack the zip archive.\n"
			"Close other programs and try again.");
}

/* Grows with what really comes out, whatever size the archive claims. */
static int inflate_entry(struct unpack *u, zip_file_t *file, const char *name, uint8_t **data,
			 uint32_t *len, struct cx3_error *err)
{
	for (;;) {
		uint8_t *more = realloc(*data, (size_t)*len + STEP);
		zip_int64_t got;

		if (!more)
			return no_memory(err);
		*data = more;
		got = zip_fread(file, more + *len, STEP);
		if (got < 0)
			return bad_archive(err, name, zip_file_strerror(file));
		if (got == 0)
			return CX3_OK;
		*len += (uint32_t)got;
		u->inflated += (uint64_t)got;
		if (*len > CX3_FS2_MAX_IMAGE || u->inflated > MOST_BYTES)
			return bad_archive(
				err, name,
				"it unpacks to more than the 16 MiB of the largest flash");
	}
}

/* The image names another PSID than the one that is wanted; one that can't be read names none. */
static bool is_another(const struct unpack *u, const struct cx3_fs2_source *src,
		       struct cx3_fs2_info *info)
{
	return u->psid && cx3_fs2_query(src, CX3_FS2_DETECT, CX3_FS2_QUICK, info, NULL) == CX3_OK &&
	       strcmp(info->psid, u->psid) != 0;
}

/* The PSID and the version, behind those of the images before it. `info`: NULL where the image
 * names none. */
static void name_image(struct unpack *u, const struct cx3_fs2_info *info)
{
	size_t len = strlen(u->names);
	const char *comma = u->images ? ", " : "";

	if (u->images >= MOST_NAMED)
		return;
	if (!info || !info->psid[0])
		snprintf(u->names + len, sizeof(u->names) - len, "%sone that names no PSID", comma);
	else
		snprintf(u->names + len, sizeof(u->names) - len, "%s%s (%u.%u.%u)", comma,
			 info->psid, info->fw_version[0], info->fw_version[1], info->fw_version[2]);
}

/* The image that is wanted, or may be. */
static bool is_image(struct unpack *u, const uint8_t *data, uint32_t len)
{
	struct cx3_fs2_source src = cx3_fs2_memory(data, len);
	struct cx3_fs2_info info;
	uint32_t start;
	bool readable;

	if (fs2_first_start(&src, &start, NULL) != CX3_OK)
		return false;
	readable = cx3_fs2_query(&src, CX3_FS2_DETECT, CX3_FS2_QUICK, &info, NULL) == CX3_OK;
	if (u->psid && readable && strcmp(info.psid, u->psid) != 0)
		return false;
	name_image(u, readable ? &info : NULL);
	u->images++;
	return true;
}

/* Of the other methods some make the reader allocate what the file asks for: up to 4 GiB. */
static bool is_plain(zip_t *zip, zip_uint64_t index)
{
	zip_stat_t st;

	return zip_stat_index(zip, index, 0, &st) == 0 && st.valid & ZIP_STAT_COMP_METHOD &&
	       (st.comp_method == ZIP_CM_STORE || st.comp_method == ZIP_CM_DEFLATE);
}

static int try_entry(struct unpack *u, zip_uint64_t index, struct cx3_error *err)
{
	const char *name = zip_get_name(u->zip, index, 0);
	zip_file_t *file;
	uint8_t *data = NULL;
	uint32_t len = 0;
	int rc;

	if (!name)
		name = "zip archive";
	if (!is_plain(u->zip, index))
		return bad_archive(err, name,
				   "a file in it is packed by another method than Deflate");
	file = zip_fopen_index(u->zip, index, 0);
	if (!file)
		return bad_archive(err, name, zip_strerror(u->zip));
	rc = inflate_entry(u, file, name, &data, &len, err);
	zip_fclose(file);
	if (!rc && is_image(u, data, len) && !u->image) {
		u->image = data;
		u->image_len = len;
		return CX3_OK;
	}
	free(data);
	return rc;
}

static int several(const struct unpack *u, struct cx3_error *err)
{
	char others[32] = "";

	if (u->images > MOST_NAMED)
		snprintf(others, sizeof(others), " and %u other%s", u->images - MOST_NAMED,
			 u->images > MOST_NAMED + 1 ? "s" : "");
	if (u->psid)
		return cx3_fail(err, CX3_E_PSID, "archive",
				"There are %u firmware images in it: %s%s.\n"
				"Unpack it, and give the one that is meant.",
				u->images, u->names, others);
	return cx3_fail(err, CX3_E_PSID, "archive",
			"There are %u firmware images in it: %s%s.\n"
			"Say which by its PSID, or unpack it yourself.",
			u->images, u->names, others);
}

static int unpack_all(struct unpack *u, struct cx3_error *err)
{
	zip_int64_t count = zip_get_num_entries(u->zip, 0);
	int rc = CX3_OK;

	if (count > MOST_ENTRIES)
		return bad_archive(err, "zip archive", "there are too many files in it");
	for (zip_int64_t i = 0; !rc && i < count; i++)
		rc = try_entry(u, (zip_uint64_t)i, err);
	/* also where what is behind them can't be unpacked */
	if (u->images > 1)
		return several(u, err);
	if (!rc && !u->image)
		rc = bad_archive(err, "zip archive",
				 u->psid ? "there is no FS2 firmware image with that PSID in it"
					 : "there is no FS2 firmware image in it");
	return rc;
}

static int unpack_zip(const void *data, size_t len, struct unpack *u, struct cx3_error *err)
{
	zip_error_t why;
	zip_source_t *source;
	int rc;

	zip_error_init(&why);
	source = zip_source_buffer_create(data, len, 0, &why);
	if (source) {
		u->zip = zip_open_from_source(source, ZIP_RDONLY, &why);
		if (!u->zip)
			zip_source_free(source);
	}
	rc = u->zip ? unpack_all(u, err)
		    : bad_archive(err, "zip archive", zip_error_strerror(&why));
	if (u->zip)
		zip_discard(u->zip);
	zip_error_fini(&why);
	return rc;
}

/* What is no archive has one image: it has to be the one that is asked for. */
static int check_psid(const struct unpack *u, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_fs2_memory(u->image, u->image_len);
	struct cx3_fs2_info info;

	if (!is_another(u, &src, &info))
		return CX3_OK;
	return cx3_fail(err, CX3_E_IMAGE, NULL,
			"The image's PSID is '%s', not '%s'.\n"
			"Give the file with that image, or leave the PSID out.",
			info.psid, u->psid);
}

static int copy_plain(const void *data, size_t len, struct unpack *u, struct cx3_error *err)
{
	if (!len || len > CX3_FS2_MAX_IMAGE)
		return cx3_fail(err, CX3_E_IMAGE, NULL,
				"The file has %zu bytes, but an image has 1 to %u.\n"
				"Give the firmware file for this card.",
				len, CX3_FS2_MAX_IMAGE);
	u->image = malloc(len);
	if (!u->image)
		return no_memory(err);
	memcpy(u->image, data, len);
	u->image_len = (uint32_t)len;
	return check_psid(u, err);
}

int cx3_fs2_unpack(const void *data, size_t len, const char *psid, uint8_t **out, uint32_t *out_len,
		   struct cx3_error *err)
{
	struct unpack u = {.psid = psid};
	int rc;

	/* "PK" and a record's type: an entry, or the end of an empty archive. */
	if (len >= 4 && (memcmp(data, "PK\3\4", 4) == 0 || memcmp(data, "PK\5\6", 4) == 0))
		rc = unpack_zip(data, len, &u, err);
	else if (fs2_is_mfa(data, len))
		rc = fs2_mfa_unpack(data, len, psid, &u.image, &u.image_len, err);
	else
		rc = copy_plain(data, len, &u, err);
	if (rc) {
		free(u.image);
		u.image = NULL;
		u.image_len = 0;
	}
	*out = u.image;
	*out_len = u.image_len;
	return rc;
}
