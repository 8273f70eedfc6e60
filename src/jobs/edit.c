/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * brom, drom, sv, set_config, set_key: the card's own image with one thing changed in it, burnt
 * beside the old one as any image is.
 */
#include <stdlib.h>

#include "burn_priv.h"
#include "records/backup.h"

/* It is going to be written again with new CRCs, which would hide a wrong reading. */
static int take_own_image(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_draft *draft = job->draft;
	int rc = CX3_OK;

	if (!job->old) {
		rc = cx3_fail(err, CX3_E_NO_IMAGE, "flash",
			      "There is no valid image on the flash to change (%s).\n"
			      "Burn one first.",
			      job->why_no_old);
		return cx3_shadow_verdict(job->shadow, rc, err);
	}
	if (!job->input->before)
		rc = cx3_backup_vouch(job->shadow, job->old->home.start, err);
	return rc == CX3_OK ? cx3_fs2_extract(&job->before, &draft->old_info, &draft->image,
					      &draft->image_len, err)
			    : rc;
}

static int change(struct cx3_burn_job *job, const struct cx3_edit *edit, struct cx3_error *err)
{
	struct cx3_draft *draft = job->draft;
	struct cx3_fs2_source src;
	uint8_t *changed;
	uint32_t len;
	int rc = cx3_fs2_edit(draft->image, draft->image_len, edit, &changed, &len, err);

	if (rc != CX3_OK)
		return rc;
	free(draft->image);
	draft->image = changed;
	draft->image_len = len;
	src = cx3_fs2_memory(changed, len);
	rc = cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_FULL, &draft->new_info, err);
	draft->has_new = rc == CX3_OK;
	return rc;
}

static void note_strange_rom(struct cx3_draft *draft, const struct cx3_edit *edit)
{
	if (edit->kind == CX3_EDIT_SET_ROM && draft->new_info.rom_count == 0)
		cx3_draft_note(draft, "rom_unknown",
			       "No vendor's mark is in this ROM, so nothing tells what it is and "
			       "whether it is for this card.");
}

static void note_text(struct cx3_draft *draft, const struct cx3_edit *edit)
{
	if (edit->kind == CX3_EDIT_SET_CONFIG)
		cx3_draft_note(
			draft, "config_text",
			"The configuration text becomes one of %zu bytes. The firmware does not "
			"read it: it reads the Configuration section, which stays.",
			edit->text_len);
}

static void note_key(struct cx3_draft *draft, const struct cx3_edit *edit)
{
	if (edit->kind != CX3_EDIT_SET_KEY || draft->new_info.access_key == 0)
		return;
	cx3_draft_note(
		draft, "access_key",
		"From the next power-on the firmware may close the card's registers until "
		"the host gives this key (secure host), perhaps over I2C too. Without the key "
		"only the jumper \"flash not present\" opens the card: keep the key.");
}

int cx3_draft_edit(const struct cx3_input *input, const char *noun, const struct cx3_edit *edit,
		   struct cx3_draft *draft, struct cx3_error *err)
{
	const struct cx3_burn_options none = {0};
	struct cx3_burn_job job;
	int rc;

	cx3_burn_begin(&job, input, noun, &none, draft);
	rc = cx3_burn_look(&job, err);
	if (rc == CX3_OK)
		rc = take_own_image(&job, err);
	if (rc == CX3_OK)
		rc = change(&job, edit, err);
	if (rc == CX3_OK)
		rc = cx3_burn_check_size(&job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_plan(&job, err);
	if (rc == CX3_OK) {
		cx3_draft_changes(draft);
		note_strange_rom(draft, edit);
		note_text(draft, edit);
		note_key(draft, edit);
	} else {
		cx3_draft_free(draft);
	}
	return rc;
}
