/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the file that a command is going to change. */
#include "image_file.h"

#include <string.h>

#include "keep.h"

int image_file_read(struct cli *cli, uint8_t **bytes, size_t *len)
{
	const char *path = cli->options.image;
	int rc = keep_backup(cli, path);

	if (rc == CX3_OK)
		rc = cx3_file_read(path, CX3_FS2_MAX_IMAGE, bytes, len, &cli->err);
	if (rc == CX3_OK && *len >= 4 && memcmp(*bytes, "PK\3\4", 4) == 0)
		rc = cx3_fail(&cli->err, CX3_E_USAGE, path,
			      "This is a zip archive, which can't be changed in place: unpack it "
			      "first.");
	return rc;
}

int image_file_load(struct cli *cli, uint8_t **image, size_t *len, struct cx3_fs2_info *info)
{
	const char *path = cli->options.image;
	struct cx3_fs2_source src;
	struct cx3_fs2_info striped;
	int rc = image_file_read(cli, image, len);

	if (rc != CX3_OK)
		return rc;
	src = cx3_fs2_memory(*image, (uint32_t)*len);
	rc = cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, info, NULL, NULL, &cli->err);
	if (rc != CX3_OK &&
	    cx3_fs2_verify(&src, CX3_FS2_STRIPED, &striped, NULL, NULL, NULL) == CX3_OK)
		rc = cx3_fail(&cli->err, CX3_E_USAGE, path,
			      "The file is a raw read of a flash: its image lies there in pieces, "
			      "and is not changed in place.\n"
			      "Take the image out of it with ri first.");
	else if (rc == CX3_E_IMAGE)
		cx3_fail_next(&cli->err, "Take a whole image. If this one was edited by hand, "
					 "fix_crc shows what its CRCs do not fit, and mends them.");
	return rc;
}
