/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a restore refuses. A raw content has no checksum over all of it, so its
 * manifest and the CRCs of the images in it are what can be asked. Each refusal can be
 * overruled by name, since a damaged backup may be all that there is.
 */
#include "restore_priv.h"

#include <string.h>

#include "cx3flash/identity.h"
#include "digest.h"
#include "records/identity_find.h"
#include "records/manifest.h"

static int check_size(const struct cx3_restore_job *job, struct cx3_error *err)
{
	uint32_t flash = job->content.input->shadow->size;

	if (job->size == flash)
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_WRONG_CARD, "restore",
		"The content has %u bytes but the flash %u: it is not of this card, or no raw "
		"content.\n"
		"Please take a file that was made as a backup of this card.",
		job->size, flash);
}

static int bad_backup(const struct cx3_restore_job *job, const char *what, struct cx3_error *err)
{
	if (job->options->allow_bad_backup)
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_BACKUP, job->options->path,
		"%s, so it was not restored.\n"
		"Take another backup of this card; or restore it as it is, if it is the best "
		"that there is.",
		what);
}

static int check_sum(const struct cx3_restore_job *job, const struct cx3_manifest_facts *facts,
		     struct cx3_error *err)
{
	bool same;
	int rc = cx3_sha256_is(job->content.bytes, job->size, facts->sha256, &same, err);

	if (rc != CX3_OK || same)
		return rc;
	return bad_backup(job,
			  "The file's SHA-256 is not the one in its manifest: the file was changed "
			  "or damaged",
			  err);
}

static int check_made_for(const struct cx3_restore_job *job, const struct cx3_manifest_facts *facts,
			  struct cx3_error *err)
{
	struct cx3_flash *flash = job->content.input->shadow->flash;
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(flash));
	const struct cx3_flash_part *part = cx3_flash_part(flash);

	if (job->options->allow_other_card)
		return CX3_OK;
	if (facts->hw_id != id->hw_id || facts->hw_rev != id->hw_rev)
		return cx3_fail(
			err, CX3_E_WRONG_CARD, job->options->path,
			"The backup is of a card with hardware id 0x%x, revision 0x%x; this one "
			"has 0x%x, revision 0x%x.\n"
			"Please take a backup of this card.",
			facts->hw_id, facts->hw_rev, id->hw_id, id->hw_rev);
	if (memcmp(facts->jedec, part->jedec, sizeof(facts->jedec)) != 0)
		return cx3_fail(
			err, CX3_E_WRONG_CARD, job->options->path,
			"The backup is of a flash with the JEDEC id %02x%02x%02x; this one is a "
			"%s (%02x%02x%02x).\n"
			"Please take a backup of this card.",
			facts->jedec[0], facts->jedec[1], facts->jedec[2], part->name,
			part->jedec[0], part->jedec[1], part->jedec[2]);
	return CX3_OK;
}

/* A content without a manifest can be restored: a clip on the chip makes none. */
static int check_manifest(const struct cx3_restore_job *job, struct cx3_error *err)
{
	struct cx3_manifest_facts facts;
	bool found = false;
	int rc;

	if (!job->options->path)
		return CX3_OK;
	rc = cx3_manifest_read(job->options->path, &facts, &found, err);
	if (rc == CX3_E_BACKUP && job->options->allow_bad_backup)
		return CX3_OK;
	if (rc != CX3_OK || !found)
		return rc;
	rc = check_sum(job, &facts, err);
	return rc == CX3_OK ? check_made_for(job, &facts, err) : rc;
}

static int check_images(const struct cx3_restore_job *job, struct cx3_error *err)
{
	const struct cx3_homes *homes = &job->content.homes;
	const struct cx3_home *boots = homes->count ? &homes->home[0].home : NULL;
	const struct cx3_judged *best = cx3_homes_best(homes);
	const struct cx3_card_id *id = cx3_card_identity(
		cx3_flash_card(job->content.input->shadow->flash));
	const struct cx3_home *image = boots && boots->readable ? boots : best ? &best->home : NULL;

	if (!boots) {
		if (job->options->allow_no_image)
			return CX3_OK;
		return cx3_fail(
			err, CX3_E_NO_IMAGE, job->options->path,
			"There is no firmware image in the content: a card with it does not "
			"boot.\n"
			"Please check that it is the file you mean.");
	}
	if (image && !job->options->allow_other_card) {
		int rc = cx3_fs2_fits(&image->info, id->hw_id, id->hw_rev, err);

		if (rc != CX3_OK)
			return rc;
	}
	if (boots->health != CX3_HOME_WHOLE)
		return bad_backup(job, "The image in it that boots is damaged", err);
	return CX3_OK;
}

int cx3_restore_check_content(struct cx3_restore_job *job, struct cx3_error *err)
{
	struct cx3_fs2_source content = cx3_fs2_memory(job->content.bytes, job->size);
	const struct cx3_judged *best;
	int rc = check_size(job, err);

	if (rc == CX3_OK)
		rc = check_manifest(job, err);
	if (rc == CX3_OK)
		rc = cx3_draft_judge(job->content.input, &content, &job->content.homes, err);
	if (rc == CX3_OK)
		rc = check_images(job, err);
	best = cx3_homes_best(&job->content.homes);
	job->content.draft->has_new = rc == CX3_OK && best;
	if (job->content.draft->has_new)
		job->content.draft->new_info = best->home.info;
	job->content.draft->others_first = rc == CX3_OK && best &&
					   job->content.homes.home[0].other_chips;
	return rc;
}

int cx3_restore_check_card(struct cx3_restore_job *job, struct cx3_error *err)
{
	const struct cx3_restore_options *o = job->options;
	const struct cx3_draft *draft = job->content.draft;
	struct cx3_identity old, fresh;

	if (!draft->has_old || !draft->has_new)
		return CX3_OK;
	cx3_identity_from_info(&draft->old_info, CX3_IDENTITY_HOME, "the card", &old);
	cx3_identity_from_info(&draft->new_info, CX3_IDENTITY_BACKUP, "the backup", &fresh);
	/* the card's own backup: its PSID is the one that the card had */
	if (cx3_identity_equal(&old, &fresh) && !old.blank)
		return CX3_OK;
	if (!o->allow_identity_change && !cx3_identity_is_own(&old) && cx3_identity_is_own(&fresh))
		return cx3_fail(
			err, CX3_E_IDENTITY, o->path,
			"The backup has GUIDs and MACs, and those on the card are %s: they do not "
			"say whether the backup is of this card.\n"
			"Compare the backup's with the card's label. If it is this card's, allow "
			"the change of its identity.",
			old.blank ? "blank" : "of a published image");
	if (!o->allow_identity_change && !cx3_identity_equal(&old, &fresh))
		return cx3_fail(
			err, CX3_E_IDENTITY, o->path,
			"The GUIDs and MACs in the backup are not the card's: it seems to be of "
			"another card, and two cards with the same MACs can't share a network.\n"
			"Take a backup of this card, or allow the change of its identity.");
	if (!o->allow_psid_change &&
	    strncmp(draft->old_info.psid, draft->new_info.psid, CX3_FS2_PSID_LEN) != 0)
		return cx3_fail(err, CX3_E_PSID, o->path,
				"The PSID in the backup is '%s' and the card's '%s'.\n"
				"Take a backup of this card, or allow the change of the PSID.",
				draft->new_info.psid, draft->old_info.psid);
	return CX3_OK;
}

static bool names(const struct cx3_salvage *found, const struct cx3_identity *identity)
{
	for (unsigned i = 0; i < found->count; i++) {
		if (cx3_identity_equal(&found->item[i].identity, identity))
			return true;
	}
	return false;
}

/* The card of the backup may have been given others since. */
static bool was_given(const struct cx3_restore_job *job, const struct cx3_identity *identity)
{
	struct cx3_manifest_facts facts;
	bool found;

	return cx3_manifest_read(job->options->path, &facts, &found, NULL) == CX3_OK && found &&
	       cx3_manifest_gave(&facts, identity);
}

/* The first that is left on the flash and that the backup does not know; NULL if one is left that
 * it knows, or none. */
static const struct cx3_identity *left_of_another(const struct cx3_restore_job *job,
						  const struct cx3_salvage *left,
						  const struct cx3_salvage *backup)
{
	const struct cx3_card *card = cx3_flash_card(job->content.input->shadow->flash);
	const struct cx3_identity *other = NULL;

	for (unsigned i = 0; i < left->count; i++) {
		const struct cx3_salvaged *item = &left->item[i];

		if (!cx3_salvaged_tells(item, cx3_card_identity(card)->hw_id))
			continue;
		if (names(backup, &item->identity) || was_given(job, &item->identity))
			return NULL;
		if (!other)
			other = &item->identity;
	}
	return other;
}

int cx3_restore_check_left(struct cx3_restore_job *job, struct cx3_error *err)
{
	const struct cx3_draft *draft = job->content.draft;
	struct cx3_shadow *shadow = job->content.input->shadow;
	struct cx3_salvage left, backup;
	const struct cx3_identity *other;
	int rc;

	if (draft->has_old || !draft->has_new || job->options->allow_identity_change)
		return CX3_OK;
	rc = cx3_salvage(cx3_shadow_bytes(shadow), shadow->size, &left, err);
	if (rc == CX3_OK)
		rc = cx3_salvage(job->content.bytes, job->size, &backup, err);
	if (rc != CX3_OK)
		return rc;
	other = left_of_another(job, &left, &backup);
	if (!other)
		return CX3_OK;
	return cx3_fail(err, CX3_E_IDENTITY, job->options->path,
			"No image is on the flash, but what is left of one has the GUID %016llx, "
			"which is not in the backup: it seems to be of another card, and two cards "
			"with the same MACs can't share a network.\n"
			"Take a backup of this card, or recover it: that keeps its GUIDs and MACs. "
			"If the backup is this card's, allow the change of its identity.",
			(unsigned long long)other->guid[0]);
}
