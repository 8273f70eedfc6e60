/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recover: a burn for a card that does not boot. A burn keeps the identity of an image that
 * it can read; here it comes from whatever is left of one, from a backup or from the card's
 * label. The new image goes to the home that does not hold it, so that it stays on the flash
 * until the new image is complete.
 */
#include "recover.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "burn_priv.h"
#include "cx3flash/knowledge.h"
#include "job_priv.h"
#include "records/backup.h"

/* The flash's content, or what it was before an interruption: malloc'd. */
static int load_content(const struct cx3_input *input, uint8_t **content, struct cx3_error *err)
{
	struct cx3_fs2_source now = cx3_shadow_once(input->shadow);
	const struct cx3_fs2_source *src = input->before ? input->before : &now;
	int rc;

	*content = malloc(src->size);
	if (!*content)
		return cx3_fail(err, CX3_E_NO_MEMORY, "recover",
				"There is no memory for a copy of the flash's content.\n"
				"Close other programs and try again.");
	rc = src->read(src->user, 0, *content, src->size, err);
	if (rc != CX3_OK)
		free(*content);
	return rc;
}

static bool fits(const struct cx3_burn_job *job, const struct cx3_fs2_info *info)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(job->shadow->flash));

	return cx3_fs2_fits(info, id->hw_id, id->hw_rev, NULL) == CX3_OK;
}

/* An image for another chip is none of this card's: nothing of it is kept. */
static void drop_strangers(struct cx3_burn_job *job)
{
	if (job->keep && !fits(job, &job->keep->home.info))
		job->keep = NULL;
	if (!job->old || fits(job, &job->draft->old_info))
		return;
	snprintf(job->why_no_old, sizeof(job->why_no_old), "the image is for another chip");
	job->old = NULL;
	job->draft->has_old = false;
}

/* A damaged image's ROM goes into the new one only if its own CRC is right. */
static void drop_bad_rom(struct cx3_burn_job *job)
{
	struct cx3_draft *draft = job->draft;
	uint8_t *rom;
	uint32_t len;

	if (!draft->has_old || !draft->old_info.has_rom)
		return;
	draft->old_info.has_rom = cx3_fs2_rom_of(&job->before, &draft->old_info, &rom, &len,
						 NULL) == CX3_OK;
	free(rom);
}

/* As if all of it had been given on a command line. */
static void give(const struct cx3_burn_job *job, const struct cx3_recovered *found,
		 struct cx3_burn_options *own)
{
	const struct cx3_fs2_info *fresh = &job->draft->new_info;
	const struct cx3_identity *id = &found->identity;
	bool macs = fresh->uid_count >= 6 || found->macs_given;

	own->guid_count = id->guid_count;
	memcpy(own->guid, id->guid, sizeof(own->guid));
	own->mac_count = macs ? id->mac_count : 0;
	memcpy(own->mac, id->mac, sizeof(own->mac));
	if (!own->vsd && id->has_vsd && fresh->vsd_offset && strlen(id->vsd) <= fresh->vsd_size)
		own->vsd = id->vsd;
	/* nothing is left of the card's: then the image's */
	own->use_image_ps = !own->vsd && !(job->draft->has_old &&
					   cx3_fs2_has_tag(&job->draft->old_info, CX3_FS2_TAG_VSD));
	own->non_failsafe = true;
}

static int check_psid(const struct cx3_burn_job *job, const struct cx3_recovered *found,
		      struct cx3_error *err)
{
	const char *psid = job->draft->new_info.psid;

	if (job->options->allow_psid_change || !found->psid[0] || strcmp(found->psid, psid) == 0)
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_PSID, "image",
		"The image's PSID is '%s', and %s says '%s': it is made for another board.\n"
		"Take the card's own image, or allow the change of the PSID if you are sure "
		"that the image fits.",
		psid, found->psid_from, found->psid);
}

/* Refuses a PSID pair that harmed another card; for cards whose image cannot be read.
 * (cx3_burn_check_board does it for the others.) */
static int check_pair(const struct cx3_burn_job *job, const struct cx3_recovered *found,
		      struct cx3_error *err)
{
	const char *psid = job->draft->new_info.psid;
	const struct cx3_pair *pair = cx3_pair_of(found->psid, psid);

	if (job->options->allow_other_board || !pair || pair->result < CX3_PAIR_REFUSED ||
	    strcmp(found->psid, psid) == 0)
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_BOARD, "image",
		"Somebody has tried an image with this PSID (%s) on a card with PSID %s: %s "
		"(%s).\n"
		"Take another image, or allow another board if you know better.",
		psid, found->psid, pair->story, pair->source);
}

static int make_image(struct cx3_burn_job *job, const struct cx3_recovered *found,
		      struct cx3_error *err)
{
	int rc = cx3_burn_check(job, err);

	if (rc == CX3_OK)
		rc = check_psid(job, found, err);
	if (rc == CX3_OK)
		rc = cx3_burn_check_board(job, err);
	if (rc == CX3_OK)
		rc = check_pair(job, found, err);
	if (rc == CX3_OK)
		rc = cx3_burn_patch(job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_check_size(job, err);
	if (rc != CX3_OK)
		return rc;
	job->identity_is_sure = found->sure;
	job->spares = found->on_flash;
	job->spared = found->addr;
	snprintf(job->draft->identity, sizeof(job->draft->identity), "%s", found->phrase);
	return cx3_burn_plan(job, err);
}

static int draft_on(struct cx3_burn_job *job, struct cx3_recovery *recovery,
		    struct cx3_burn_options *own, struct cx3_recovered *found,
		    struct cx3_error *err)
{
	uint8_t *content = NULL;
	int rc = cx3_burn_look(job, err);

	/* what is given by value is judged when all is known that tells whose this card is */
	if (rc == CX3_OK && recovery->options->from_file)
		rc = cx3_burn_check_clone(job, err);
	if (rc == CX3_OK)
		rc = load_content(job->input, &content, err);
	if (rc != CX3_OK)
		return rc;
	drop_strangers(job);
	drop_bad_rom(job);
	rc = cx3_recover_identity(recovery, job->input, content, found, err);
	free(content);
	if (rc != CX3_OK)
		return rc;
	give(job, found, own);
	return make_image(job, found, err);
}

/* Before minutes of reading, and before anybody is asked for what stands on the label. */
static int take_image(struct cx3_burn_job *job, const struct cx3_image *image,
		      struct cx3_error *err)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(job->shadow->flash));
	int rc = cx3_burn_load(job, image, err);

	if (rc == CX3_OK)
		rc = cx3_fs2_fits(&job->draft->new_info, id->hw_id, id->hw_rev, err);
	return rc == CX3_OK ? cx3_burn_check_size(job, err) : rc;
}

/* The PSID may be known though no image can be read. */
static void show_changes(struct cx3_draft *draft, const struct cx3_recovered *found)
{
	const char *owner = cx3_psid_owner(found->psid);

	cx3_draft_changes(draft);
	for (unsigned i = 0; i < draft->change_count; i++) {
		struct cx3_change *change = &draft->change[i];

		if (strcmp(change->key, "psid") != 0 || change->before[0])
			continue;
		snprintf(change->before, sizeof(change->before), owner ? "%s (%s)" : "%s",
			 found->psid, owner);
		change->differs = strncmp(change->before, draft->new_info.psid, CX3_FS2_PSID_LEN) !=
				  0;
	}
}

static void note_identity(struct cx3_draft *draft, const struct cx3_recovered *found)
{
	if (found->contradicts)
		cx3_draft_note(
			draft, CX3_NOTE_OTHER_IDENTITY,
			"The card does not keep its own identity: %.120s has GUID %016" PRIx64
			", MAC %012" PRIx64 ", and what is given is GUID %016" PRIx64
			", MAC %012" PRIx64 ".",
			found->own.where, found->own.guid[0], found->own.mac[0],
			found->identity.guid[0], found->identity.mac[0]);
}

int cx3_draft_recover(const struct cx3_input *input, struct cx3_recovery *recovery,
		      struct cx3_draft *draft, struct cx3_error *err)
{
	struct cx3_burn_options own = *recovery->burn;
	struct cx3_backup_checked checked;
	struct cx3_recovered found;
	struct cx3_burn_job job;
	int rc;

	cx3_burn_begin(&job, input, "recovery", &own, draft);
	rc = take_image(&job, recovery->image, err);
	/* all of it decides: which images are whole, and what is left of the others */
	if (rc == CX3_OK)
		rc = cx3_backup_read(input->shadow, false, &checked, err);
	if (rc == CX3_OK)
		rc = draft_on(&job, recovery, &own, &found, err);
	if (rc == CX3_OK) {
		show_changes(draft, &found);
		cx3_burn_notes(&job);
		note_identity(draft, &found);
		rc = cx3_recover_config(input, draft, err);
	}
	if (rc != CX3_OK)
		cx3_draft_free(draft);
	return rc;
}
