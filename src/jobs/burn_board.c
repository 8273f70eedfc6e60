/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is the image for this board? The chip alone does not tell: a card has a board, a revision of
 * it, ports and connectors, and an owner. What can be known of that comes from the INIs of both
 * images and from the tables of knowledge/; what somebody has bricked a card with is refused.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "burn_priv.h"
#include "cx3flash/identityfile.h"
#include "cx3flash/knowledge.h"
#include "records/journal.h"

static int look_up(struct cx3_burn_job *job, struct cx3_error *err)
{
	struct cx3_draft *draft = job->draft;
	struct cx3_fs2_source image = cx3_fs2_memory(draft->image, draft->image_len);
	int rc = CX3_OK;

	(void)cx3_fs2_board_at(&image, 0, CX3_FS2_CONTIGUOUS, &draft->new_board, NULL);
	if (job->old)
		rc = cx3_fs2_board_at(&job->before, job->old->home.start, CX3_FS2_STRIPED,
				      &draft->old_board, err);
	/* an image without an INI says nothing of its board */
	return cx3_fs2_is_verdict(rc) ? CX3_OK : rc;
}

static bool psid_changes(const struct cx3_burn_job *job)
{
	const struct cx3_draft *draft = job->draft;

	return job->old &&
	       strncmp(draft->old_info.psid, draft->new_info.psid, CX3_FS2_PSID_LEN) != 0;
}

/* HP boards of revision C do not run a revision A image (STH 20525 page 14). */
static int check_revision(const struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_draft *draft = job->draft;
	struct cx3_board_name old, fresh;

	cx3_board_name_parse(draft->old_board.name, &old);
	cx3_board_name_parse(draft->new_board.name, &fresh);
	if (!cx3_board_revisions_apart(&old, &fresh))
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_BOARD, "image",
		"The image is for board revisions %s to %s (%s), and the one on the card for "
		"%s to %s (%s): images of another revision were seen not to work.\n"
		"Take an image for this board's revision, or allow another board if you are "
		"sure.",
		fresh.first, fresh.last, draft->new_board.name, old.first, old.last,
		draft->old_board.name);
}

/* What somebody else's card came to with these two. */
static int check_pair(const struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_draft *draft = job->draft;
	const struct cx3_pair *pair = cx3_pair_of(draft->old_info.psid, draft->new_info.psid);

	if (!psid_changes(job) || !pair || pair->result < CX3_PAIR_REFUSED)
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_BOARD, "image",
		"Somebody has tried an image with this PSID (%s) on a card with PSID %s: %s "
		"(%s).\n"
		"Take another image, or allow another board if you know better.",
		draft->new_info.psid, draft->old_info.psid, pair->story, pair->source);
}

/* "Secure host": the firmware closes the card's registers to whoever lacks the key. */
static int check_key(const struct cx3_burn_job *job, struct cx3_error *err)
{
	const struct cx3_draft *draft = job->draft;

	if (job->options->allow_access_key || draft->new_info.access_key == 0 ||
	    (job->old && draft->old_info.access_key == draft->new_info.access_key))
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_KEY, "image",
		"The image has a hardware access key (secure host): its firmware closes the "
		"card's registers, and without the key only the flash-not-present jumper "
		"opens them again.\n"
		"Take an image without a key, or allow one if that is meant.");
}

int cx3_burn_check_board(struct cx3_burn_job *job, struct cx3_error *err)
{
	int rc = look_up(job, err);

	if (rc == CX3_OK && !job->options->allow_other_board)
		rc = check_revision(job, err);
	if (rc == CX3_OK && !job->options->allow_other_board)
		rc = check_pair(job, err);
	return rc == CX3_OK ? check_key(job, err) : rc;
}

/* By the PSID, or by the board's name in the image. */
static const struct cx3_board *board_of(const struct cx3_fs2_info *info,
					const struct cx3_fs2_board *board)
{
	const struct cx3_board *known = cx3_board_by_psid(info->psid);

	return known ? known : cx3_board_by_part(board->name, NULL);
}

static void note_board(struct cx3_draft *draft)
{
	const struct cx3_board *old = board_of(&draft->old_info, &draft->old_board);
	const struct cx3_board *fresh = board_of(&draft->new_info, &draft->new_board);

	if (!old || !fresh)
		return;
	if (old->ports && fresh->ports && old->ports != fresh->ports)
		cx3_draft_note(
			draft, "ports",
			"The card's board has %u port%s and the image is for %u: %s.", old->ports,
			old->ports > 1 ? "s" : "", fresh->ports,
			old->ports > fresh->ports
				? "the second port is gone with it"
				: "the card shows a second port that is not there, and was seen to "
				  "keep showing it when the right image was back");
	if (old->connector && fresh->connector && strcmp(old->connector, fresh->connector) != 0)
		cx3_draft_note(draft, "connector",
			       "The card's board has %s and the image is for %s.", old->connector,
			       fresh->connector);
}

static void note_pair(struct cx3_draft *draft)
{
	const struct cx3_pair *pair = cx3_pair_of(draft->old_info.psid, draft->new_info.psid);

	if (pair)
		cx3_draft_note(draft, "pair", "Somebody has done this (%s): %s (%s, %s).",
			       cx3_pair_result_name(pair->result), pair->story, pair->source,
			       cx3_grade_name(pair->grade));
}

static void note_psid(struct cx3_draft *draft, bool no_backup)
{
	const char *owner = cx3_psid_owner(draft->old_info.psid);
	const char *next = cx3_psid_owner(draft->new_info.psid);
	const char *rom = draft->old_info.has_rom ? " and its boot ROM (PXE, CLP, UEFI)" : "";
	const char *name = owner ? owner : "the old maker";

	cx3_draft_note(
		draft, "psid_change",
		"Another PSID makes another board of the card, for its firmware and for every tool.");
	if (owner && next && strcmp(owner, next) == 0)
		cx3_draft_note(draft, "psid_lost", "Lost: the firmware for the card's own board%s.",
			       rom);
	else
		cx3_draft_note(
			draft, "psid_lost",
			"Lost: the firmware of %s%s, and with it what %s has added: updates, names "
			"and settings that its servers and tools look for.",
			name, rom, name);
	cx3_draft_note(draft, "psid_kept",
		       "Kept: %sthe settings at the end of the flash, which the new "
		       "firmware may read otherwise; erase them if it does not come up well.",
		       cx3_same_uids(&draft->old_info, &draft->new_info) ? "GUIDs and MACs, and "
									 : "");
	cx3_draft_note(
		draft, CX3_NOTE_WAY_BACK, "%s",
		no_backup ? "No backup is made: unless an older one is kept somewhere, there is no "
			    "way back."
			  : "The way back is the backup that is made first: restoring it brings "
			    "all of this back.");
}

static int compare(const uint16_t *a, const uint16_t *b)
{
	for (unsigned i = 0; i < 3; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return 0;
}

static void note_version(struct cx3_draft *draft)
{
	int order = compare(draft->new_info.fw_version, draft->old_info.fw_version);

	if (order == 0)
		cx3_draft_note(draft, "same_version",
			       "The card has this firmware version already.");
	else if (order < 0)
		cx3_draft_note(draft, "older_version",
			       "The image's firmware is older than what the card has.");
}

/* Nothing says that these are not the card's, and nothing that they are. */
static void note_backup(struct cx3_burn_job *job, const struct cx3_identity *given)
{
	char path[1024];

	if (cx3_identity_in_backup(job->input->backup_folder, given, path, sizeof(path)))
		cx3_draft_note(
			job->draft, CX3_NOTE_OTHER_CARD,
			"The backup '%.300s' has these GUIDs and MACs. Go on only if it is of "
			"this very card: two cards with the same addresses disturb each "
			"other.",
			path);
}

void cx3_burn_note_clone(struct cx3_burn_job *job)
{
	const struct cx3_fs2_info *fresh = &job->draft->new_info;
	struct cx3_identity own, given;
	struct cx3_error err;

	if (fresh->blank_uids || (job->old && cx3_same_uids(&job->old->home.info, fresh)))
		return;
	if (job->old)
		cx3_identity_from_info(&job->old->home.info, CX3_IDENTITY_HOME, NULL, &own);
	cx3_identity_from_info(fresh, CX3_IDENTITY_FILE, NULL, &given);
	if (cx3_identity_is_published(&given)) {
		cx3_draft_note(
			job->draft, "published_identity",
			"These GUIDs and MACs are those of the published image files: each card "
			"that keeps them has the same, and two of them disturb each other.");
		return;
	}
	if (cx3_identity_check_clone(job->shadow, job->input->backup_folder, job->old ? &own : NULL,
				     &given, &err) == CX3_E_IDENTITY)
		cx3_draft_note(job->draft, CX3_NOTE_OTHER_CARD, "%.399s", err.cause);
	else if (!job->identity_is_sure)
		note_backup(job, &given);
}

void cx3_burn_notes(struct cx3_burn_job *job)
{
	struct cx3_draft *draft = job->draft;

	if (draft->new_info.access_key)
		cx3_draft_note(
			draft, "access_key",
			"The image has a hardware access key (secure host): its firmware closes the "
			"card's registers.");
	cx3_burn_note_clone(job);
	if (!job->old)
		return;
	if (psid_changes(job)) {
		note_psid(draft, job->input->no_backup);
		note_pair(draft);
	}
	note_board(draft);
	note_version(draft);
}
