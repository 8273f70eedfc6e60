/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which image a card that does not boot needs: by the PSID that is left on its flash and what
 * is known of boards with it; else by the part number on its label.
 */
#include "recover_fits.h"

#include <string.h>

#include "identity_option.h"
#include "printable.h"
#include "shapes.h"

static void row(struct cli *cli, const char *what, const char *text)
{
	if (text && *text)
		say(cli, "    %-19s%s\n", what, shown(text));
}

static void tell_board(struct cli *cli, const struct cx3_board *board)
{
	row(cli, "Board:", board->name);
	row(cli, "Part number:", board->part_number);
	row(cli, "Name in images:", board->image);
	row(cli, "Known from:", board->source);
}

/* Of other boards' images, those that somebody has told a good end of. */
static void tell_pairs(struct cli *cli, const char *psid)
{
	cJSON *list = json_array(cli->json, "other_images");
	size_t count;
	const struct cx3_pair *pair = cx3_pairs(&count);

	for (size_t i = 0; i < count; i++) {
		cJSON *item;

		if (pair[i].result != CX3_PAIR_GOOD || !pair[i].from_psid || !pair[i].to_psid ||
		    strcmp(pair[i].from_psid, psid) != 0 || strcmp(pair[i].to_psid, psid) == 0)
			continue;
		item = json_append(list);
		row(cli, "Another image:", pair[i].to_psid);
		row(cli, "", pair[i].to_image);
		row(cli, "", pair[i].story);
		json_text(item, "psid", pair[i].to_psid);
		json_text(item, "image", pair[i].to_image);
		json_text(item, "story", pair[i].story);
	}
}

/* The PSID that is left is that of an image for another chip: then it tells nothing of this board.
 */
static bool of_other_chip(const struct cli *cli, const struct cx3_salvage *found)
{
	const struct cx3_card_id *id = cx3_card_identity(cli->session.card);

	for (unsigned i = 0; i < found->count; i++) {
		const struct cx3_salvaged *item = &found->item[i];

		if (item->has_info && strcmp(item->info.psid, found->psid) == 0 &&
		    cx3_fs2_has_tag(&item->info, CX3_FS2_TAG_DEVICE_TYPE) &&
		    cx3_fs2_fits(&item->info, id->hw_id, id->hw_rev, NULL) != CX3_OK)
			return true;
	}
	return false;
}

static void lead_to_label(struct cli *cli)
{
	say(cli, "-I- The part number on the card's label leads on: cx3flash help boards PART\n");
}

static void tell_psid(struct cli *cli, const struct cx3_salvage *found)
{
	const char *psid = found->psid, *owner = *psid ? cx3_psid_owner(psid) : NULL;
	const struct cx3_board *board = *psid ? cx3_board_by_psid(psid) : NULL;

	bool other = *psid && of_other_chip(cli, found);

	if (!*psid)
		say(cli, "    PSID:              none is left on the flash\n");
	else if (other)
		say(cli,
		    "    PSID:              not known: %s, which is on the flash, is for another "
		    "chip\n",
		    shown(psid));
	else
		say(cli, "    PSID:              %s%s%s%s%s\n", shown(psid), owner ? " (" : "",
		    owner ? owner : "", owner ? ")" : "",
		    found->psid_checked ? "" : ", of a damaged image: not sure");
	json_text(cli->json, "psid", *psid ? psid : NULL);
	json_text(cli->json, "psid_owner", owner);
	json_flag(cli->json, "psid_sure", found->psid_checked && !other);
	if (!*psid || other)
		lead_to_label(cli);
	board_json(cli->json, NULL, other ? NULL : board);
	if (board && !other)
		tell_board(cli, board);
	if (*psid && !other)
		tell_pairs(cli, psid);
}

static void tell(struct cli *cli, const struct cx3_salvage *found)
{
	const struct cx3_card_id *id = cx3_card_identity(cli->session.card);
	cJSON *list = json_array(cli->json, "identities");

	say(cli,
	    "An image fits that is made for this chip and this board:\n\n"
	    "    Chip:              %s, revision 0x%x\n",
	    id->name, id->hw_rev);
	json_text(cli->json, "chip", id->name);
	tell_psid(cli, found);
	say(cli, "\n");
	for (unsigned i = 0; i < found->count; i++)
		identity_show(cli, &found->item[i], json_append(list));
}

int recover_fits(struct cli *cli)
{
	struct cx3_salvage found;
	int rc = session_open(cli, CX3_OPEN_SHADOW);

	if (rc != CX3_OK)
		return rc;
	progress_begin_one(&cli->progress);
	rc = cx3_identity_of_card(cli->session.shadow, &found, NULL, &cli->err);
	progress_end(&cli->progress);
	if (rc != CX3_OK)
		return rc;
	tell(cli, &found);
	return cx3_fail(&cli->err, CX3_E_REFUSED, "recover",
			"No image was named, so nothing was written.\n"
			"Get the image for this board from its maker, and name its file.");
}
