/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "burn.h"

static int query_own(struct cx3_burn *burn, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_fs2_memory(burn->image, burn->image_len);

	return cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_FULL, &burn->new_info, err);
}

int cx3_burn_load(struct cx3_burn_job *job, const uint8_t *image, uint32_t len,
		  struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_fs2_memory(image, len);
	struct cx3_burn *burn = job->burn;
	int rc;

	rc = cx3_fs2_verify(&src, CX3_FS2_DETECT, &burn->new_info, NULL, NULL, err);
	if (rc == CX3_E_NO_IMAGE)
		return cx3_fail(err, CX3_E_IMAGE, "image",
				"The file holds no FS2 firmware image (no signature at its start); "
				"check that it is the file you mean.");
	if (rc == CX3_OK)
		rc = cx3_fs2_extract(&src, &burn->new_info, &burn->image, &burn->image_len, err);
	if (rc == CX3_OK)
		rc = query_own(burn, err);
	return rc;
}

/* The image has no ROM: the flash's goes in, as the vendor's tool does it. */
static int patch_rom(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_burn *burn = job->burn;
	uint8_t *rom, *image;
	uint32_t rom_len, len;
	int rc;

	if (burn->new_info.has_rom || !burn->has_old || !burn->old_info.has_rom)
		return CX3_OK;
	rc = cx3_fs2_rom_data(&job->flash, CX3_FS2_STRIPED, &rom, &rom_len, err);
	if (rc != CX3_OK)
		return rc;
	rc = cx3_fs2_replace_rom(burn->image, burn->image_len, rom, rom_len, &image, &len, err);
	free(rom);
	if (rc != CX3_OK)
		return rc;
	free(burn->image);
	burn->image = image;
	burn->image_len = len;
	return query_own(burn, err);
}

static int patch_uids(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_burn *burn = job->burn;
	uint64_t uid[CX3_FS2_MAX_UIDS];
	bool keep, blank;
	int rc = cx3_burn_uids(job, uid, &keep, &blank, err);

	if (rc != CX3_OK || keep)
		return rc;
	return cx3_fs2_set_uids(burn->image, burn->image_len, &burn->new_info, blank ? NULL : uid,
				err);
}

static int patch_vsd(struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_burn_options *o = job->options;
	struct cx3_burn *burn = job->burn;
	const struct cx3_fs2_info *old = &burn->old_info;
	const char *vsd = o->vsd;

	if (!vsd && o->use_image_ps)
		return CX3_OK;
	if (!vsd && !job->nofs && (!cx3_fs2_has_tag(old, CX3_FS2_TAG_VSD) || old->psid[0] == '\0'))
		return cx3_fail(
			err, CX3_E_IDENTITY, "flash",
			"The image on the flash has no VSD and PSID to keep; add -use_image_ps "
			"to take the image's, or -vsd.");
	if (!burn->new_info.vsd_offset && !o->vsd)
		return CX3_OK;
	if (!vsd)
		vsd = burn->has_old ? old->vsd : "";
	return cx3_fs2_set_vsd(burn->image, burn->image_len, &burn->new_info, vsd, err);
}

int cx3_burn_seal_image(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_burn *burn = job->burn;
	struct cx3_fs2_source src;
	int rc = query_own(burn, err);

	/* with blank GUIDs the image's CRC is blank too: sg fills in both */
	if (rc == CX3_OK)
		rc = cx3_fs2_set_full_crc(burn->image, burn->image_len, burn->new_info.blank_uids,
					  err);
	if (rc != CX3_OK)
		return rc;
	src = cx3_fs2_memory(burn->image, burn->image_len);
	return cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &burn->new_info, NULL, NULL, err);
}

int cx3_burn_patch(struct cx3_burn_job *job, struct cx3_error *err)
{
	int rc = patch_rom(job, err);

	if (rc == CX3_OK)
		rc = patch_uids(job, err);
	if (rc == CX3_OK)
		rc = patch_vsd(job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_seal_image(job, err);
	return rc;
}
