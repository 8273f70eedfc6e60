/* SPDX-License-Identifier: BSD-2-Clause */
/* The image as it will lie on the flash: the card's ROM, identity and VSD in it. */
#include "burn_priv.h"

#include <stdlib.h>
#include <string.h>

static int query_own(struct cx3_draft *draft, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_fs2_memory(draft->image, draft->image_len);

	return cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_FULL, &draft->new_info, err);
}

int cx3_burn_load(struct cx3_burn_job *job, const struct cx3_image *image, struct cx3_error *err)
{
	struct cx3_draft *draft = job->draft;
	int rc;

	draft->image = malloc(image->len);
	if (!draft->image)
		return cx3_fail(err, CX3_E_NO_MEMORY, "burn",
				"There is no memory for a copy of the image.\n"
				"Close other programs and try again.");
	memcpy(draft->image, image->bytes, image->len);
	draft->image_len = image->len;
	rc = query_own(draft, err);
	draft->has_new = rc == CX3_OK;
	return rc;
}

/* As the vendor's tool does it. */
static bool keeps_rom(const struct cx3_burn_job *job)
{
	const struct cx3_draft *draft = job->draft;
	const struct cx3_burn_options *o = job->options;

	return draft->has_old && draft->old_info.has_rom && !o->use_image_rom &&
	       (o->use_dev_rom || !draft->new_info.has_rom);
}

/* The flash's ROM into the image. */
static int patch_rom(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_draft *draft = job->draft;
	uint8_t *rom, *image;
	uint32_t rom_len, len;
	int rc;

	if (!keeps_rom(job))
		return CX3_OK;
	rc = cx3_fs2_rom_of(&job->before, &draft->old_info, &rom, &rom_len, err);
	/* a new CRC over it would hide the damage */
	if (rc == CX3_E_IMAGE)
		return cx3_fail(
			err, CX3_E_ROM, "ROM",
			"The card's ROM, which would go into the image, is damaged: its CRC is "
			"wrong.\n"
			"Take the image's ROM, or none if it has none.");
	if (rc == CX3_OK)
		rc = cx3_fs2_replace_rom(draft->image, draft->image_len, rom, rom_len, &image, &len,
					 err);
	free(rom);
	if (rc != CX3_OK)
		return rc;
	free(draft->image);
	draft->image = image;
	draft->image_len = len;
	return query_own(draft, err);
}

static int patch_uids(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_draft *draft = job->draft;
	uint64_t uid[CX3_FS2_MAX_UIDS];
	bool keep, blank;
	int rc = cx3_burn_uids(job, uid, &keep, &blank, err);

	if (rc != CX3_OK || keep)
		return rc;
	return cx3_fs2_set_uids(draft->image, draft->image_len, &draft->new_info,
				blank ? NULL : uid, err);
}

/*
 * The VSD of the card, of the user or of the image. A card whose VSD can't be read
 * does not lose it without a word: somebody has to say which one it gets.
 */
static int patch_vsd(struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_burn_options *o = job->options;
	struct cx3_draft *draft = job->draft;
	const struct cx3_fs2_info *old = &draft->old_info;
	const char *vsd = o->vsd;
	bool kept = draft->has_old && cx3_fs2_has_tag(old, CX3_FS2_TAG_VSD) && old->psid[0];

	if (!vsd && o->use_image_ps)
		return CX3_OK;
	if (!vsd && !kept && (!job->nofs || (!draft->has_old && draft->new_info.vsd_offset)))
		return cx3_fail(err, CX3_E_IDENTITY, "flash",
				"The flash has no VSD and PSID to keep.\n"
				"Take the image's VSD, or give one.");
	if (!draft->new_info.vsd_offset && !o->vsd)
		return CX3_OK;
	if (!vsd)
		vsd = draft->has_old ? old->vsd : "";
	return cx3_fs2_set_vsd(draft->image, draft->image_len, &draft->new_info, vsd, err);
}

int cx3_burn_seal_image(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_draft *draft = job->draft;
	struct cx3_fs2_source src;
	int rc = query_own(draft, err);

	/* with blank GUIDs the image's CRC is blank too: sg fills in both */
	if (rc == CX3_OK)
		rc = cx3_fs2_set_full_crc(draft->image, draft->image_len,
					  draft->new_info.blank_uids, err);
	if (rc != CX3_OK)
		return rc;
	src = cx3_fs2_memory(draft->image, draft->image_len);
	return cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &draft->new_info, NULL, NULL, err);
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
