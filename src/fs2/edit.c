/* SPDX-License-Identifier: BSD-2-Clause */
/* One change of an image, with all that hangs on it: see cx3flash/edit.h. */
#include "cx3flash/edit.h"

#include <stdlib.h>
#include <string.h>

#include "cx3flash/fs2.h"
#include "fs2/query.h"
#include "sized.h"

static int check_rom(const struct cx3_edit *edit, struct cx3_error *err)
{
	if (edit->rom_len >= 512 && edit->rom[0] == 0x55 && edit->rom[1] == 0xaa)
		return CX3_OK;
	return cx3_fail(err, CX3_E_IMAGE, "ROM",
			"That is no expansion ROM: it does not begin with 0x55 0xaa, or has fewer "
			"than 512 bytes.\n"
			"Take a file that was read from an image or a card.");
}

/* The product version names firmware and ROM together, as the vendor has released them. */
static int may_change_rom(const struct cx3_edit *edit, const struct cx3_fs2_info *info,
			  struct cx3_error *err)
{
	if (edit->kind == CX3_EDIT_REMOVE_ROM && !info->has_rom)
		return cx3_fail(err, CX3_E_IMAGE, "ROM",
				"There is no ROM in the image.\nNothing needs to be done.");
	if (!info->product_version[0] || edit->allow_rom_change)
		return CX3_OK;
	return cx3_fail(err, CX3_E_ROM, "ROM",
			"The image has a product version (%s), which stands for its firmware and "
			"its ROM together.\n"
			"Allow the change of the ROM if it is meant.",
			info->product_version);
}

static int change_rom(const uint8_t *image, uint32_t len, const struct cx3_edit *edit,
		      const struct cx3_fs2_info *info, uint8_t **out, uint32_t *out_len,
		      struct cx3_error *err)
{
	bool set = edit->kind == CX3_EDIT_SET_ROM;
	int rc = set ? check_rom(edit, err) : CX3_OK;

	if (rc == CX3_OK)
		rc = may_change_rom(edit, info, err);
	if (rc != CX3_OK)
		return rc;
	return cx3_fs2_replace_rom(image, len, set ? edit->rom : NULL, set ? edit->rom_len : 0, out,
				   out_len, err);
}

/* A change that makes the image no longer. */
static int change_info(const uint8_t *image, uint32_t len, const struct cx3_edit *edit,
		       const struct cx3_fs2_info *info, uint8_t **out, uint32_t *out_len,
		       struct cx3_error *err)
{
	int rc;

	*out = malloc(len);
	if (!*out)
		return cx3_fail(err, CX3_E_NO_MEMORY, "image",
				"There is no memory for a copy of the image.\n"
				"Close other programs and try again.");
	*out_len = len;
	memcpy(*out, image, len);
	rc = edit->kind == CX3_EDIT_SET_VSD
		     ? cx3_fs2_set_vsd(*out, len, info, edit->vsd, err)
		     : fs2_set_access_key(*out, len, info, edit->access_key, err);
	return rc == CX3_OK ? cx3_fs2_set_full_crc(*out, len, info->blank_uids, err) : rc;
}

static int change(const uint8_t *image, uint32_t len, const struct cx3_edit *edit,
		  const struct cx3_fs2_info *info, uint8_t **out, uint32_t *out_len,
		  struct cx3_error *err)
{
	switch (edit->kind) {
	case CX3_EDIT_SET_VSD:
	case CX3_EDIT_SET_KEY:
		return change_info(image, len, edit, info, out, out_len, err);
	case CX3_EDIT_SET_CONFIG:
		return fs2_replace_config(image, len, edit->text, edit->text_len, out, out_len,
					  err);
	case CX3_EDIT_SET_ROM:
	case CX3_EDIT_REMOVE_ROM:
		return change_rom(image, len, edit, info, out, out_len, err);
	}
	return cx3_fail(err, CX3_E_USAGE, "image",
			"This version of the library knows no change of kind %d.\n"
			"Install a newer one.",
			(int)edit->kind);
}

int cx3_fs2_edit(const uint8_t *image, uint32_t len, const struct cx3_edit *edit, uint8_t **out,
		 uint32_t *out_len, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_fs2_memory(image, len);
	struct cx3_fs2_info info;
	struct cx3_edit own;
	int rc = CX3_TAKE(cx3_edit, &own, edit, err);

	*out = NULL;
	*out_len = 0;
	if (rc == CX3_OK)
		rc = cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &info, NULL, NULL, err);
	if (rc == CX3_OK)
		rc = change(image, len, &own, &info, out, out_len, err);
	if (rc == CX3_OK) {
		src = cx3_fs2_memory(*out, *out_len);
		rc = cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &info, NULL, NULL, err);
	}
	if (rc != CX3_OK) {
		free(*out);
		*out = NULL;
		*out_len = 0;
	}
	return rc;
}
