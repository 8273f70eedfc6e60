/* SPDX-License-Identifier: BSD-2-Clause */
/* What the log says of a burnt identity: which image its card was given. */
#include "station_priv.h"

#include <string.h>

/*
 * By the numbers of the log and not by its times: a clock may have been wrong. Ledgers that were
 * merged may each have burnt the card, and no number tells which was later; so the last burn of
 * each counts, and the one that the card shows comes first.
 */
int cx3_ledger_last_burn(struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
			 const struct cx3_ledger_entry *entry, struct cx3_ledger_result *result,
			 bool *found, struct cx3_error *err)
{
	char guid[20], mac[16];
	sqlite3_stmt *statement;
	int rc;

	*found = false;
	cx3_fs2_guid_text(entry->identity.guid[0], guid);
	cx3_fs2_mac_text(entry->identity.mac[0], mac);
	rc = cx3_ledger_prepare(
		ledger, &statement, err,
		"SELECT image, image_psid, image_sha256 FROM result r"
		" WHERE outcome = 'ok' AND guid IS ?1 AND mac IS ?2 AND seq ="
		" (SELECT max(seq) FROM result WHERE home = r.home AND outcome = 'ok' AND"
		" guid IS ?1 AND mac IS ?2)"
		" ORDER BY image IS ?3 AND image_psid IS ?4 DESC, home = ?5 DESC, home LIMIT 1",
		"sssss", guid, mac, card->version, card->psid, ledger->id);
	if (rc == CX3_OK)
		rc = cx3_ledger_step(ledger, statement, found, err);
	if (*found) {
		cx3_ledger_column(statement, 0, result->image, sizeof(result->image));
		cx3_ledger_column(statement, 1, result->image_psid, sizeof(result->image_psid));
		cx3_ledger_column(statement, 2, result->image_sha256, sizeof(result->image_sha256));
	}
	sqlite3_finalize(statement);
	return rc;
}

/* A copy that was wiped, or that card itself. */
static int has_none(const struct cx3_ledger_entry *entry, struct cx3_error *err)
{
	char name[20];

	cx3_ledger_name(&entry->identity, name);
	return cx3_fail(err, CX3_E_IDENTITY, "identity",
			"The image that boots on this card has no identity. Beside it lies %s, "
			"which the ledger has as burnt: it was wiped since, or it is a copy of the "
			"card that has it.\n"
			"Put this card aside, and look for the other one. If there is none, set "
			"that identity by hand, then put the card on again.",
			name);
}

int cx3_ledger_check_burnt(struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
			   const struct cx3_ledger_entry *entry, struct cx3_error *err)
{
	struct cx3_ledger_result burnt;
	char name[20];
	bool found;
	int rc;

	if (card->blank)
		return has_none(entry, err);
	rc = cx3_ledger_last_burn(ledger, card, entry, &burnt, &found, err);
	if (rc != CX3_OK || !found || !card->boots ||
	    (strcmp(burnt.image, card->version) == 0 && strcmp(burnt.image_psid, card->psid) == 0))
		return rc;
	cx3_ledger_name(&entry->identity, name);
	return cx3_fail(
		err, CX3_E_IDENTITY, "identity",
		"The ledger has the identity %s as burnt with firmware %s (%s), and this card "
		"carries it with %s (%s). It was burnt by hand since, or two cards have the "
		"same identity.\n"
		"Put this card aside, and look for the other one.",
		name, burnt.image, burnt.image_psid, card->version, card->psid);
}
