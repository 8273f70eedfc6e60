/* SPDX-License-Identifier: BSD-2-Clause */
/* Which card lies on the bench: what tells it from others. */
#include "station_priv.h"

#include <string.h>

#include "cx3flash/backup.h"
#include "cx3flash/identityfile.h"
#include "digest.h"
#include "records/identity_find.h"

static void describe(struct cx3_device *device, struct cx3_ledger_card *card)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_device_card(device));
	const struct cx3_flash_part *part = cx3_flash_part(cx3_device_flash(device));

	snprintf(card->chip, sizeof(card->chip), "%s", id->name);
	snprintf(card->part, sizeof(card->part), "%s", part->name);
}

static void describe_image(const struct cx3_salvage *found, struct cx3_ledger_card *card)
{
	const struct cx3_salvaged *best = &found->item[0];
	const uint16_t *v = best->info.fw_version;

	snprintf(card->psid, sizeof(card->psid), "%s", found->psid_checked ? found->psid : "");
	if (card->boots && best->has_info)
		snprintf(card->version, sizeof(card->version), "%u.%u.%04u", v[0], v[1], v[2]);
}

/* It says which card this is, and not which image was burnt or that none was. */
static bool tells(struct cx3_device *device, const struct cx3_salvaged *item)
{
	return cx3_salvaged_tells(item, cx3_card_identity(cx3_device_card(device))->hw_id);
}

/* One that the ledger has given wins: a burn that was cut has left it beside the old one. */
static int choose_given(struct cx3_ledger *ledger, struct cx3_device *device,
			const struct cx3_salvage *found, struct cx3_ledger_card *card,
			struct cx3_error *err)
{
	struct cx3_ledger_entry entry;
	int rc = CX3_OK;

	for (unsigned i = 0; i < found->count && rc == CX3_OK && !card->has_own; i++) {
		if (!tells(device, &found->item[i]))
			continue;
		rc = cx3_ledger_find(ledger, &found->item[i].identity, &entry, &card->has_own, err);
		card->has_own = card->has_own && !cx3_ledger_is_withdrawn(&entry) &&
				(entry.card[0] || entry.elsewhere);
		card->own = found->item[i].identity;
	}
	return rc;
}

static int choose(struct cx3_ledger *ledger, struct cx3_device *device,
		  const struct cx3_salvage *found, struct cx3_ledger_card *card,
		  struct cx3_error *err)
{
	int rc = choose_given(ledger, device, found, card, err);

	if (rc != CX3_OK || card->has_own || found->count == 0 || !tells(device, &found->item[0]))
		return rc;
	if (card->boots || cx3_salvage_is_clear(found)) {
		card->has_own = true;
		card->own = found->item[0].identity;
	}
	return CX3_OK;
}

/* The image that boots, if any, has a blank identity: is one that the ledger gave anywhere else? */
static int look_everywhere(struct cx3_ledger *ledger, struct cx3_device *device,
			   struct cx3_salvage *found, struct cx3_ledger_card *card,
			   struct cx3_error *err)
{
	uint32_t size = cx3_flash_part(cx3_device_flash(device))->size;
	const uint8_t *content;
	int rc = cx3_backup_content(cx3_device_shadow(device), &content, err);

	if (rc == CX3_OK)
		rc = cx3_salvage(content, size, found, err);
	if (rc == CX3_OK)
		rc = choose_given(ledger, device, found, card, err);
	card->blank = card->boots && card->has_own;
	if (rc == CX3_OK && !card->has_own)
		rc = cx3_sha256(content, size, card->fingerprint, err);
	return rc;
}

/* Whatever becomes of this card. Of an image for another chip, too: it lies here, whosever it is.
 */
static int withdraw_what_is_seen(struct cx3_ledger *ledger, const struct cx3_salvage *found,
				 const struct cx3_ledger_card *card, struct cx3_error *err)
{
	int rc = CX3_OK;

	for (unsigned i = 0; i < found->count && rc == CX3_OK; i++) {
		const struct cx3_salvaged *item = &found->item[i];

		if (item->identity.checked && !item->published)
			rc = cx3_ledger_withdraw(ledger, card, &item->identity, err);
	}
	return rc;
}

int cx3_ledger_look(struct cx3_ledger *ledger, struct cx3_device *device,
		    struct cx3_ledger_card *card, struct cx3_error *err)
{
	struct cx3_salvage found;
	bool searched;
	int rc;

	memset(card, 0, sizeof(*card));
	describe(device, card);
	rc = cx3_identity_of_card(cx3_device_shadow(device), &found, &searched, err);
	if (rc != CX3_OK)
		return rc;
	card->boots = !searched;
	describe_image(&found, card);
	rc = choose(ledger, device, &found, card, err);
	if (rc == CX3_OK && !card->has_own)
		rc = look_everywhere(ledger, device, &found, card, err);
	return rc == CX3_OK ? withdraw_what_is_seen(ledger, &found, card, err) : rc;
}
