/* SPDX-License-Identifier: BSD-2-Clause */
/* What became of a card goes into the ledger; and what a person decides of an identity. */
#include "station_priv.h"

#include <inttypes.h>
#include <string.h>

#include "digest.h"

static const char *const outcomes[CX3_LEDGER_OUTCOMES] = {
	[CX3_LEDGER_NONE] = "none",
	[CX3_LEDGER_OK] = "ok",
	[CX3_LEDGER_DONE] = "done",
	[CX3_LEDGER_FAILED] = "failed",
	[CX3_LEDGER_INTERRUPTED] = "interrupted",
};

const char *cx3_ledger_outcome_name(enum cx3_ledger_outcome outcome)
{
	return outcomes[(unsigned)outcome < CX3_LEDGER_OUTCOMES ? outcome : CX3_LEDGER_NONE];
}

int cx3_ledger_backed_up(struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
			 const char *path, const char *sha256, struct cx3_error *err)
{
	char now[CX3_LEDGER_TIME];

	cx3_ledger_now(now);
	return cx3_ledger_run(ledger, NULL, err,
			      "INSERT OR IGNORE INTO backup(home, path, card, time, sha256)"
			      " VALUES (?,?,?,?,?)",
			      "sssss", ledger->id, path, card->name, now, sha256);
}

int cx3_ledger_image(const struct cx3_image *image, struct cx3_ledger_result *result,
		     struct cx3_error *err)
{
	const uint16_t *v = image->info.fw_version;

	snprintf(result->image, sizeof(result->image), "%u.%u.%04u", v[0], v[1], v[2]);
	snprintf(result->image_psid, sizeof(result->image_psid), "%s", image->info.psid);
	return cx3_sha256(image->bytes, image->len, result->image_sha256, err);
}

static int insert(struct cx3_ledger *ledger, const struct cx3_ledger_result *r,
		  struct cx3_error *err)
{
	return cx3_ledger_run(
		ledger, NULL, err,
		"INSERT INTO result VALUES (?1, (SELECT ifnull(max(seq), 0) + 1 FROM result WHERE home ="
		" ?1), ?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
		"sssssssssssssssdiiii", ledger->id, r->time, r->station, r->device, r->card,
		r->guid, r->mac, r->label, r->image, r->image_psid, r->image_sha256,
		cx3_ledger_outcome_name(r->outcome), r->cause, r->text, r->backup, r->seconds,
		(int64_t)r->pages, (int64_t)r->pages_again, (int64_t)r->reads_repeated,
		(int64_t)r->differences);
}

/* The state after it. */
static enum cx3_ledger_state state_after(const struct cx3_ledger_entry *entry,
					 const struct cx3_ledger_result *result)
{
	if (result->outcome == CX3_LEDGER_OK)
		return CX3_LEDGER_BURNT;
	if (entry->state == CX3_LEDGER_BEGUN && entry->begun_now && result->untouched)
		return CX3_LEDGER_RESERVED;
	return entry->state;
}

static int let_go(struct cx3_ledger *ledger, struct cx3_ledger_entry *entry,
		  const struct cx3_ledger_result *result, struct cx3_error *err)
{
	enum cx3_ledger_state state = state_after(entry, result);
	unsigned changed = 0;
	int rc = cx3_ledger_run(
		ledger, &changed, err,
		"UPDATE identity SET changed = CASE WHEN state = ?1 THEN changed ELSE ?2"
		" END, state = ?1, station = NULL WHERE id = ?3 AND card = ?4 AND"
		" station = ?5",
		"ssiss", cx3_ledger_state_name(state), result->time, entry->id, entry->card,
		ledger->station);

	/* one whose burn was never begun may have been taken away: it was seen on another card */
	if (rc == CX3_OK && changed != 1 && entry->state != CX3_LEDGER_RESERVED)
		return cx3_fail(err, CX3_E_IDENTITY, ledger->path,
				"The identity is not this card's any more in the ledger.\n"
				"Put the card aside, and look at what the report says of it.");
	entry->state = state;
	return rc;
}

/* A result that was never filled in must not make an identity burnt. */
static int check_outcome(const struct cx3_ledger *ledger, const struct cx3_ledger_entry *entry,
			 const struct cx3_ledger_result *result, struct cx3_error *err)
{
	if (result->outcome == CX3_LEDGER_NONE || (unsigned)result->outcome >= CX3_LEDGER_OUTCOMES)
		return cx3_fail(err, CX3_E_USAGE, ledger->path,
				"The result of a card says nothing of how it went, and was not "
				"written down.\n"
				"Set its outcome.");
	if (result->outcome != CX3_LEDGER_OK ||
	    (entry && !entry->elsewhere &&
	     (entry->state == CX3_LEDGER_BEGUN || entry->state == CX3_LEDGER_BURNT)))
		return CX3_OK;
	return cx3_fail(err, CX3_E_USAGE, ledger->path,
			"The result of a card says that it was burnt, and no burn was begun in "
			"this ledger: its identity is %s. The result was not written down.\n"
			"Begin the burn in the ledger before the first write to the card.",
			entry ? cx3_ledger_state_name(entry->state) : "not known");
}

/* When, where, which card and which identity. */
static void sign(const struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
		 const struct cx3_ledger_entry *entry, struct cx3_ledger_result *result)
{
	const char *name = card && card->name[0] ? card->name : entry ? entry->card : "";

	cx3_ledger_now(result->time);
	snprintf(result->station, sizeof(result->station), "%s", ledger->station);
	snprintf(result->card, sizeof(result->card), "%s", name);
	snprintf(result->label, sizeof(result->label), "%s", entry ? entry->label : "");
	cx3_fs2_guid_text(entry ? entry->identity.guid[0] : UINT64_MAX, result->guid);
	cx3_fs2_mac_text(entry ? entry->identity.mac[0] : UINT64_MAX, result->mac);
}

int cx3_ledger_note(struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
		    struct cx3_ledger_entry *entry, struct cx3_ledger_result *result,
		    struct cx3_error *err)
{
	int64_t last = ledger->last;
	int rc = check_outcome(ledger, entry, result, err);

	if (rc == CX3_OK)
		rc = cx3_ledger_enter(ledger, err);
	if (rc != CX3_OK)
		return rc;
	sign(ledger, card, entry, result);
	rc = insert(ledger, result, err);
	if (rc == CX3_OK)
		rc = cx3_ledger_number(ledger, &last, err,
				       "SELECT max(seq) FROM result WHERE home = ?", "s",
				       ledger->id);
	if (rc == CX3_OK && entry && !entry->elsewhere)
		rc = let_go(ledger, entry, result, err);
	rc = cx3_ledger_leave(ledger, rc, err);
	if (rc == CX3_OK)
		ledger->last = last;
	return rc;
}

/* --- What a person decides --- */

static int find_guid(struct cx3_ledger *ledger, uint64_t guid, struct cx3_ledger_entry *entry,
		     struct cx3_error *err)
{
	sqlite3_stmt *statement;
	char text[20];
	bool found = false;
	int rc;

	cx3_fs2_guid_text(guid, text);
	rc = cx3_ledger_prepare(ledger, &statement, err,
				"SELECT " CX3_ENTRY_COLUMNS
				" FROM identity WHERE guid0 = ? ORDER BY home = ? DESC LIMIT 1",
				"ss", text, ledger->id);
	if (rc == CX3_OK)
		rc = cx3_ledger_one_entry(ledger, statement, entry, &found, err);
	if (rc == CX3_OK && !found)
		return cx3_fail(err, CX3_E_IDENTITY, ledger->path,
				"The ledger has no identity with the base GUID %016" PRIx64
				".\nLook at the report for those that it has.",
				guid);
	if (rc == CX3_OK && entry->elsewhere)
		return cx3_fail(err, CX3_E_IDENTITY, ledger->path,
				"The identity %016" PRIx64 " is another ledger's.\n"
				"Do it there, and merge that one again.",
				guid);
	return rc;
}

static int check_release(struct cx3_ledger *ledger, const struct cx3_ledger_entry *entry,
			 struct cx3_error *err)
{
	const char *path = ledger->path;

	if (entry->station[0] && cx3_ledger_works(entry->station))
		return cx3_fail(err, CX3_E_IN_USE, path,
				"A station works on its card now: %s.\nWait until it has ended.",
				entry->station);
	if (entry->state == CX3_LEDGER_BEGUN)
		return cx3_fail(
			err, CX3_E_IDENTITY, path,
			"Its burn was begun, so the card %s may have it: it is never given to "
			"another one.\n"
			"Put that card on again. If its old image is still there, go on with the "
			"interrupted burn by hand first (resume).",
			entry->card);
	if (entry->state != CX3_LEDGER_RESERVED)
		return cx3_fail(err, CX3_E_IDENTITY, path,
				"This identity is %s, and not reserved.\n"
				"Look at the report for those that are.",
				cx3_ledger_state_name(entry->state));
	if (entry->found && !cx3_ledger_is_withdrawn(entry))
		return cx3_fail(err, CX3_E_IDENTITY, path,
				"The card %s came with this identity, so it is given to no other.\n"
				"Put that card on again, or leave the identity as it is.",
				entry->card);
	return CX3_OK;
}

static int check_retire(struct cx3_ledger *ledger, const struct cx3_ledger_entry *entry,
			struct cx3_error *err)
{
	if (entry->state == CX3_LEDGER_FREE || cx3_ledger_is_withdrawn(entry))
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_IDENTITY, ledger->path,
		"This identity is %s, and not free.\n"
		"Only a free one is retired. If its card has another one by now, or is gone, "
		"say that it is replaced.",
		cx3_ledger_state_name(entry->state));
}

typedef int (*check_fn)(struct cx3_ledger *ledger, const struct cx3_ledger_entry *entry,
			struct cx3_error *err);

/* In one transaction: finds the identity, asks `check`, and changes its row. `update` takes the
 * time and the row's id, `also` (may be NULL) the id alone. */
static int change_one(struct cx3_ledger *ledger, uint64_t guid, struct cx3_ledger_entry *entry,
		      check_fn check, const char *update, const char *also, struct cx3_error *err)
{
	char now[CX3_LEDGER_TIME];
	int rc = cx3_ledger_enter(ledger, err);

	if (rc != CX3_OK)
		return rc;
	cx3_ledger_now(now);
	rc = find_guid(ledger, guid, entry, err);
	if (rc == CX3_OK)
		rc = check(ledger, entry, err);
	if (rc == CX3_OK)
		rc = cx3_ledger_run(ledger, NULL, err, update, "si", now, entry->id);
	if (rc == CX3_OK && also)
		rc = cx3_ledger_run(ledger, NULL, err, also, "i", entry->id);
	return cx3_ledger_leave(ledger, rc, err);
}

int cx3_ledger_release(struct cx3_ledger *ledger, uint64_t guid, struct cx3_ledger_entry *entry,
		       struct cx3_error *err)
{
	return change_one(ledger, guid, entry, check_release,
			  "UPDATE identity SET state = 'free', card = NULL, station = NULL,"
			  " found = 0, changed = ? WHERE id = ? AND state = 'reserved'",
			  NULL, err);
}

/* Another ledger's may have its addresses then. */
static int retire(struct cx3_ledger *ledger, uint64_t guid, struct cx3_ledger_entry *entry,
		  check_fn check, struct cx3_error *err)
{
	return change_one(ledger, guid, entry, check,
			  "UPDATE identity SET state = 'retired', card = NULL, station = NULL,"
			  " changed = ? WHERE id = ?",
			  "DELETE FROM address WHERE identity = ?", err);
}

int cx3_ledger_retire(struct cx3_ledger *ledger, uint64_t guid, struct cx3_ledger_entry *entry,
		      struct cx3_error *err)
{
	return retire(ledger, guid, entry, check_retire, err);
}

static int check_replaced(struct cx3_ledger *ledger, const struct cx3_ledger_entry *entry,
			  struct cx3_error *err)
{
	if (entry->station[0] && cx3_ledger_works(entry->station))
		return cx3_fail(err, CX3_E_IN_USE, ledger->path,
				"A station works on its card now: %s.\nWait until it has ended.",
				entry->station);
	if (entry->state == CX3_LEDGER_BEGUN || entry->state == CX3_LEDGER_BURNT ||
	    (entry->state == CX3_LEDGER_RESERVED && entry->found))
		return CX3_OK;
	return cx3_fail(err, CX3_E_IDENTITY, ledger->path,
			"This identity is %s: no card was given it.\n"
			"Look at the report for those that cards have.",
			cx3_ledger_state_name(entry->state));
}

int cx3_ledger_replaced(struct cx3_ledger *ledger, uint64_t guid, struct cx3_ledger_entry *entry,
			struct cx3_error *err)
{
	return retire(ledger, guid, entry, check_replaced, err);
}
