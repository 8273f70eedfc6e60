/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An identity for a card: reserved, begun, burnt. Each step is one transaction, which is on disk
 * when the function returns.
 *
 * What must never happen is that two cards get one identity. So a new one is taken wherever it is
 * not sure that a card is the one that a burn was begun on. That may strand an identity, which the
 * report shows; it never doubles one.
 */
#include "station_priv.h"

#include <string.h>

struct take {
	struct cx3_ledger *ledger;
	struct cx3_ledger_card *card;
	struct cx3_ledger_entry *entry;
	bool keep;
	bool done; /* *entry is the card's */
	bool again;
};

/* --- Which card --- */

static int entry_of_card(struct cx3_ledger *ledger, const char *name,
			 struct cx3_ledger_entry *entry, bool *found, struct cx3_error *err)
{
	sqlite3_stmt *statement;
	int rc = cx3_ledger_prepare(ledger, &statement, err,
				    "SELECT " CX3_ENTRY_COLUMNS
				    " FROM identity WHERE home = ? AND card = ?",
				    "ss", ledger->id, name);

	*found = false;
	return rc == CX3_OK ? cx3_ledger_one_entry(ledger, statement, entry, found, err) : rc;
}

static bool others_work_on(const struct cx3_ledger *ledger, const struct cx3_ledger_entry *entry)
{
	return entry->station[0] && strcmp(entry->station, ledger->station) != 0 &&
	       cx3_ledger_works(entry->station);
}

static int in_use(const struct cx3_ledger_entry *entry, struct cx3_error *err)
{
	return cx3_fail(
		err, CX3_E_IN_USE, entry->card,
		"A station works on this card, or on one that says the same of itself: %s.\n"
		"Wait until it has ended.",
		entry->station);
}

/*
 * Is this the card that the entry was taken for, whose name this is? Nothing was written for one
 * that is reserved, so each card that says the same of itself is as good as the first one. One that
 * was finished shows its new identity, so this is another that came with the same, or it was put
 * back by hand.
 */
static bool is_its_card(const struct take *t, const struct cx3_ledger_entry *entry)
{
	return entry->state == CX3_LEDGER_RESERVED &&
	       (t->card->has_own || !others_work_on(t->ledger, entry));
}

/*
 * A burn was begun for a card that came with the same identity. That one may have the new identity
 * by now, and this may be another that came with the same: cards are cloned so. Or it is that one,
 * cut before its old image went. Nothing on it tells, so a person decides.
 */
static int check_begun(const struct take *t, const struct cx3_ledger_entry *entry,
		       struct cx3_error *err)
{
	char name[20];

	if (!t->card->has_own || entry->state != CX3_LEDGER_BEGUN)
		return CX3_OK;
	if (others_work_on(t->ledger, entry))
		return in_use(entry, err);
	cx3_ledger_name(&entry->identity, name);
	return cx3_fail(
		err, CX3_E_IDENTITY, "identity",
		"A burn with the identity %s was begun for a card that came with the same "
		"GUIDs. Another may have them too.\n"
		"If this is that card, go on with its interrupted burn by hand (resume), or burn "
		"that identity by hand; then put it on again. If not, put that one on first.",
		name);
}

/* The first of NAME, NAME#2, NAME#3, ... that is this card's, or nobody's yet. With `anew` none
 * is this card's. */
static int find_by_name(struct take *t, bool anew, struct cx3_error *err)
{
	char base[CX3_LEDGER_CARD];
	struct cx3_ledger_entry entry;
	bool found = true;
	int rc = CX3_OK;

	cx3_ledger_base_name(t->card, base);
	for (unsigned n = 1; rc == CX3_OK && found && !t->done; n++) {
		if (n == 1)
			snprintf(t->card->name, sizeof(t->card->name), "%.80s", base);
		else
			snprintf(t->card->name, sizeof(t->card->name), "%.80s#%u", base, n);
		rc = entry_of_card(t->ledger, t->card->name, &entry, &found, err);
		if (rc == CX3_OK && found && !anew)
			rc = check_begun(t, &entry, err);
		t->done = t->again = rc == CX3_OK && found && !anew && is_its_card(t, &entry);
	}
	if (t->done)
		*t->entry = entry;
	return rc;
}

/* --- Which identity --- */

static int conflict(const struct cx3_ledger_entry *entry, struct cx3_error *err)
{
	const char *card = entry->card;
	char name[20];

	cx3_ledger_name(&entry->identity, name);
	if (entry->elsewhere && !entry->card[0])
		return cx3_fail(
			err, CX3_E_IDENTITY, "identity",
			"The card carries an address of the identity %s, which another ledger has "
			"as %s. That ledger may give it to a second card.\n"
			"Put this card aside, and retire the identity in that ledger.",
			name, cx3_ledger_state_name(entry->state));
	if (cx3_ledger_is_withdrawn(entry))
		return cx3_fail(
			err, CX3_E_IDENTITY, "identity",
			"The card carries an address of the identity %s of this ledger, which was "
			"withdrawn: it was seen on the card %s. Two cards may have the same.\n"
			"Put this card aside, and look at what the report says of that identity.",
			name, card + strlen(CX3_SEEN));
	return cx3_fail(
		err, CX3_E_IDENTITY, "identity",
		"The card carries an address of the identity %s, which the ledger has as %s%s%s. "
		"Two cards may have the same.\n"
		"Put this card aside, and look at what the report says of that identity.",
		name, cx3_ledger_state_name(entry->state), card[0] ? " for the card " : "", card);
}

/* The card carries one of the ledger's: it keeps that, whatever the ledger thought of it. */
static int find_carried(struct take *t, struct cx3_error *err)
{
	struct cx3_ledger_entry *entry = t->entry;
	bool found = false;
	int rc = cx3_ledger_find(t->ledger, &t->card->own, entry, &found, err);

	if (rc != CX3_OK || !found)
		return rc;
	if (entry->elsewhere)
		return conflict(entry, err);
	if (cx3_ledger_is_withdrawn(entry) && !cx3_ledger_seen_on(entry, t->card))
		return conflict(entry, err);
	if (entry->state == CX3_LEDGER_FREE || cx3_ledger_is_withdrawn(entry)) {
		rc = find_by_name(t, true, err);
		t->done = true;
		return rc;
	}
	snprintf(t->card->name, sizeof(t->card->name), "%s", entry->card);
	/* what is reserved was never written: this card has it from elsewhere */
	if (entry->state == CX3_LEDGER_RESERVED && !entry->found)
		return conflict(entry, err);
	t->done = t->again = true;
	return entry->state == CX3_LEDGER_BURNT
		       ? cx3_ledger_check_burnt(t->ledger, t->card, entry, err)
		       : CX3_OK;
}

/* A card was given it, and a person has said that this card gets another: it is on two. */
static int check_replaced(const struct take *t, struct cx3_error *err)
{
	char guid[20], mac[16], name[20];
	int64_t replaced = 0;
	int rc;

	cx3_fs2_guid_text(t->card->own.guid[0], guid);
	cx3_fs2_mac_text(t->card->own.mac[0], mac);
	rc = cx3_ledger_number(t->ledger, &replaced, err,
			       "SELECT count(*) FROM identity i WHERE state = 'retired' AND"
			       " guid0 IS ?1 AND mac0 IS ?2 AND EXISTS"
			       " (SELECT 1 FROM result r WHERE r.guid IS ?1 AND r.mac IS ?2)",
			       "ss", guid, mac);
	if (rc != CX3_OK || replaced == 0)
		return rc;
	cx3_ledger_name(&t->card->own, name);
	return cx3_fail(err, CX3_E_IDENTITY, "identity",
			"The card carries the identity %s, which was replaced in this ledger: its "
			"card is to get another one.\n"
			"Let the station give it one, and not keep what the card has.",
			name);
}

static int add_kept(struct take *t, struct cx3_error *err)
{
	bool taken;
	int rc = check_replaced(t, err);

	if (rc != CX3_OK)
		return rc;
	rc = cx3_ledger_add(t->ledger, &t->card->own, NULL, &t->entry->id, &taken, t->entry, err);

	if (rc == CX3_OK && taken)
		return conflict(t->entry, err);
	t->done = rc == CX3_OK;
	return rc;
}

static int next_free(struct take *t, struct cx3_error *err)
{
	sqlite3_stmt *statement;
	int rc = cx3_ledger_prepare(t->ledger, &statement, err,
				    "SELECT " CX3_ENTRY_COLUMNS " FROM identity"
				    " WHERE state = 'free' AND home = ? ORDER BY id LIMIT 1",
				    "s", t->ledger->id);

	if (rc == CX3_OK)
		rc = cx3_ledger_one_entry(t->ledger, statement, t->entry, &t->done, err);
	if (rc != CX3_OK || t->done)
		return rc;
	return cx3_fail(err, CX3_E_IDENTITY, t->ledger->path,
			"The ledger has no free identity left, and nothing was written.\n"
			"Import more of them, then put the card on again.");
}

/* The row becomes this card's. The constraints of the table have the last word. */
static int take_row(struct take *t, struct cx3_error *err)
{
	unsigned changed = 0;
	char now[CX3_LEDGER_TIME];
	bool found;
	int rc;

	cx3_ledger_now(now);
	if (t->again)
		rc = cx3_ledger_run(t->ledger, &changed, err,
				    "UPDATE identity SET station = ? WHERE id = ?", "si",
				    t->ledger->station, t->entry->id);
	else
		rc = cx3_ledger_run(t->ledger, &changed, err,
				    "UPDATE identity SET state = 'reserved', card = ?, station = ?,"
				    " changed = ?, found = ? WHERE id = ? AND (state = 'free' OR"
				    " card LIKE '" CX3_SEEN "%')",
				    "sssii", t->card->name, t->ledger->station, now,
				    (int64_t)t->entry->found, t->entry->id);
	if (rc != CX3_OK)
		return rc;
	if (changed != 1)
		return cx3_fail(err, CX3_E_INTERNAL, t->ledger->path,
				"The identity could not be reserved.\nTry again.");
	return entry_of_card(t->ledger, t->card->name, t->entry, &found, err);
}

static int see_card(struct take *t, struct cx3_error *err)
{
	const struct cx3_ledger_card *card = t->card;
	char now[CX3_LEDGER_TIME];

	cx3_ledger_now(now);
	return cx3_ledger_run(
		t->ledger, NULL, err,
		"INSERT INTO card(name, first_seen, last_seen, chip, part, psid, version, fingerprint)"
		" VALUES (?1,?2,?2,?3,?4,?5,?6,?7) ON CONFLICT(name) DO UPDATE SET last_seen = ?2,"
		" chip = ?3, part = ?4, psid = ?5, version = ?6",
		"sssssss", card->name, now, card->chip, card->part, card->psid, card->version,
		card->fingerprint);
}

static int choose(struct take *t, struct cx3_error *err)
{
	int rc = t->card->has_own ? find_carried(t, err) : CX3_OK;
	bool carried = t->done;

	if (rc == CX3_OK && !t->done)
		rc = find_by_name(t, false, err);
	if (rc == CX3_OK && t->done && t->again && others_work_on(t->ledger, t->entry))
		return in_use(t->entry, err);
	if (rc == CX3_OK && !t->done && t->keep && t->card->has_own) {
		rc = add_kept(t, err);
		carried = true;
	} else if (rc == CX3_OK && !t->done) {
		/* a part of it is on this card: nobody but it may have it */
		rc = cx3_ledger_find_seen(t->ledger, t->card, t->entry, &t->done, err);
		carried = t->done;
	}
	if (rc == CX3_OK && !t->done) {
		rc = next_free(t, err);
	}
	if (!t->again)
		t->entry->found = carried;
	return rc;
}

/* Results are only ever added. With fewer than before, this is an older copy that was put in the
 * ledger's place, which does not know what was given since. */
static int check_same(struct cx3_ledger *ledger, struct cx3_error *err)
{
	int64_t last = 0;
	int rc = cx3_ledger_number(ledger, &last, err,
				   "SELECT ifnull(max(seq), 0) FROM result WHERE home = ?", "s",
				   ledger->id);

	if (rc == CX3_OK && last < ledger->last)
		return cx3_fail(
			err, CX3_E_FILE, ledger->path,
			"An older copy was put in the ledger's place while the station ran. "
			"Nothing was given.\n"
			"Put the newest one back. This copy would give identities that cards "
			"have.");
	ledger->last = last;
	return rc;
}

int cx3_ledger_reserve(struct cx3_ledger *ledger, struct cx3_ledger_card *card, bool keep,
		       struct cx3_ledger_entry *entry, bool *again, struct cx3_error *err)
{
	struct take t = {.ledger = ledger, .card = card, .entry = entry, .keep = keep};
	int rc = cx3_ledger_enter(ledger, err);

	if (rc != CX3_OK)
		return rc;
	rc = check_same(ledger, err);
	if (rc == CX3_OK)
		rc = choose(&t, err);
	if (rc == CX3_OK)
		rc = see_card(&t, err);
	if (rc == CX3_OK)
		rc = take_row(&t, err);
	*again = t.again;
	return cx3_ledger_leave(ledger, rc, err);
}

int cx3_ledger_begin(struct cx3_ledger *ledger, struct cx3_ledger_entry *entry,
		     struct cx3_error *err)
{
	unsigned changed = 0;
	char now[CX3_LEDGER_TIME];
	int rc;

	cx3_ledger_now(now);
	rc = cx3_ledger_run(ledger, &changed, err,
			    "UPDATE identity SET state = 'begun', changed = ?"
			    " WHERE id = ? AND card = ? AND station = ? AND state <> 'free'",
			    "siss", now, entry->id, entry->card, ledger->station);
	if (rc == CX3_OK && changed != 1)
		return cx3_fail(
			err, CX3_E_IDENTITY, ledger->path,
			"The identity is not reserved for this card any more, so nothing was "
			"written.\nPut the card on again.");
	if (rc == CX3_OK)
		entry->begun_now = entry->state == CX3_LEDGER_RESERVED;
	if (rc == CX3_OK)
		entry->state = CX3_LEDGER_BEGUN;
	return rc;
}
