/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is seen on a card is withdrawn: an identity of this ledger that nobody has yet, and of which
 * a card shows a GUID or a MAC. That card may be refused in the next moment, for its PSID or its
 * chip, and the next card must not get what lies on it. A person releases or retires the identity,
 * or the same card takes it.
 *
 * A withdrawn one is "reserved" for the card "seen:NAME". Older versions of the program know it as
 * reserved, and give it to nobody either.
 */
#include "station_priv.h"

#include <string.h>

void cx3_ledger_base_name(const struct cx3_ledger_card *card, char name[CX3_LEDGER_CARD])
{
	char guid[20] = "", mac[16] = "";

	if (!card->has_own) {
		snprintf(name, CX3_LEDGER_CARD, "content-%.16s", card->fingerprint);
		return;
	}
	if (card->own.guid_count)
		cx3_fs2_guid_text(card->own.guid[0], guid);
	if (card->own.mac_count)
		cx3_fs2_mac_text(card->own.mac[0], mac);
	snprintf(name, CX3_LEDGER_CARD, "%s/%s", guid, mac);
}

bool cx3_ledger_is_withdrawn(const struct cx3_ledger_entry *entry)
{
	return strncmp(entry->card, CX3_SEEN, strlen(CX3_SEEN)) == 0;
}

static void seen_name(const struct cx3_ledger_card *card, char name[CX3_LEDGER_CARD])
{
	char base[CX3_LEDGER_CARD];

	cx3_ledger_base_name(card, base);
	snprintf(name, CX3_LEDGER_CARD, CX3_SEEN "%.60s", base);
}

bool cx3_ledger_seen_on(const struct cx3_ledger_entry *entry, const struct cx3_ledger_card *card)
{
	char name[CX3_LEDGER_CARD];
	size_t len;

	seen_name(card, name);
	len = strlen(name);
	return strncmp(entry->card, name, len) == 0 && strchr("#", entry->card[len]);
}

/* Of its own identity: what else lies on it may be another card's. */
int cx3_ledger_find_seen(struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
			 struct cx3_ledger_entry *entry, bool *found, struct cx3_error *err)
{
	char address[CX3_ADDRESSES][CX3_ADDRESS] = {""}, name[CX3_LEDGER_CARD];
	sqlite3_stmt *statement;
	int rc;

	*found = false;
	if (!card->has_own)
		return CX3_OK;
	seen_name(card, name);
	(void)cx3_ledger_addresses(&card->own, address);
	rc = cx3_ledger_prepare(
		ledger, &statement, err,
		"SELECT " CX3_ENTRY_COLUMNS " FROM identity WHERE id IN"
		" (SELECT identity FROM address WHERE value IN (?1,?2,?3,?4,?5,?6)) AND"
		" home = ?7 AND (card = ?8 OR card LIKE ?8 || '#%')"
		" ORDER BY id LIMIT 1",
		"ssssssss", address[0], address[1], address[2], address[3], address[4], address[5],
		ledger->id, name);
	return rc == CX3_OK ? cx3_ledger_one_entry(ledger, statement, entry, found, err) : rc;
}

/* One that nobody has. What is reserved was never written to its card, which gets another one. */
static int find_loose(struct cx3_ledger *ledger, const struct cx3_identity *shown, int64_t *id,
		      struct cx3_error *err)
{
	char address[CX3_ADDRESSES][CX3_ADDRESS] = {""};

	*id = 0;
	(void)cx3_ledger_addresses(shown, address);
	return cx3_ledger_number(
		ledger, id, err,
		"SELECT id FROM identity WHERE id IN"
		" (SELECT identity FROM address WHERE value IN (?,?,?,?,?,?)) AND home = ? AND"
		" (state = 'free' OR (state = 'reserved' AND NOT found)) ORDER BY id LIMIT 1",
		"sssssss", address[0], address[1], address[2], address[3], address[4], address[5],
		ledger->id);
}

/* Several may be seen on one card: NAME, NAME#2, ... */
static int withdraw_one(struct cx3_ledger *ledger, const char *base, int64_t id,
			struct cx3_error *err)
{
	char name[CX3_LEDGER_CARD], now[CX3_LEDGER_TIME];
	int64_t used = 1;
	int rc = CX3_OK;

	snprintf(name, sizeof(name), "%s", base);
	for (unsigned n = 2; rc == CX3_OK; n++) {
		rc = cx3_ledger_number(ledger, &used, err,
				       "SELECT count(*) FROM identity WHERE home = ? AND card = ?",
				       "ss", ledger->id, name);
		if (rc != CX3_OK || used == 0)
			break;
		snprintf(name, sizeof(name), "%.70s#%u", base, n);
	}
	cx3_ledger_now(now);
	return rc == CX3_OK ? cx3_ledger_run(ledger, NULL, err,
					     "UPDATE identity SET state = 'reserved', found = 1,"
					     " card = ?, station = NULL, changed = ? WHERE id = ?",
					     "ssi", name, now, id)
			    : rc;
}

int cx3_ledger_withdraw(struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
			const struct cx3_identity *shown, struct cx3_error *err)
{
	char base[CX3_LEDGER_CARD];
	int64_t id;
	int rc = find_loose(ledger, shown, &id, err);

	/* so it is with nearly each card, and nothing is written then */
	if (rc != CX3_OK || id == 0)
		return rc;
	seen_name(card, base);
	rc = cx3_ledger_enter(ledger, err);
	if (rc != CX3_OK)
		return rc;
	do {
		rc = find_loose(ledger, shown, &id, err);
		if (rc == CX3_OK && id != 0)
			rc = withdraw_one(ledger, base, id, err);
	} while (rc == CX3_OK && id != 0);
	return cx3_ledger_leave(ledger, rc, err);
}
