/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What another machine's ledger has comes into this one. Each identity has a home, the ledger
 * that gives it: only there it changes, and the newest copy of that one is believed. The other file
 * is read through a connection of its own, so it can't be written to by mistake.
 */
#include "station_priv.h"

#include <string.h>

struct merge {
	struct cx3_ledger *ours, *theirs;
	struct cx3_ledger_merged *merged;
	cx3_ledger_tell tell;
	void *user;
	struct cx3_adder adder;
	unsigned doubles;
	char home[CX3_LEDGER_ID]; /* whose results were compared last, */
	int64_t ahead;		  /* and how many more of them they have than we */
};

static void tell_double(struct merge *m, const char *text)
{
	m->doubles++;
	if (m->tell)
		m->tell(m->user, m->theirs->path, text);
}

/* A row of theirs: what is needed to find ours. */
struct row {
	struct cx3_ledger_entry entry;
	char home[CX3_LEDGER_ID];
};

/* Goes through the other ledger's identities, but for those that are ours. */
static int each_identity(struct merge *m,
			 int (*fn)(struct merge *m, const struct row *row, struct cx3_error *err),
			 struct cx3_error *err)
{
	sqlite3_stmt *statement;
	struct row row;
	bool more = true;
	int rc = cx3_ledger_prepare(m->theirs, &statement, err,
				    "SELECT " CX3_ENTRY_COLUMNS
				    " FROM identity WHERE home <> ? ORDER BY id",
				    "s", m->ours->id);

	while (rc == CX3_OK) {
		rc = cx3_ledger_step(m->theirs, statement, &more, err);
		if (rc != CX3_OK || !more)
			break;
		cx3_ledger_read_entry(m->theirs, statement, &row.entry);
		cx3_ledger_column(statement, 9, row.home, sizeof(row.home));
		rc = fn(m, &row, err);
	}
	sqlite3_finalize(statement);
	return rc;
}

/* The same identity of the same home, as we have it. */
static int find_ours(struct merge *m, const struct row *row, struct cx3_ledger_entry *ours,
		     bool *found, struct cx3_error *err)
{
	char guid[20], mac[16];
	sqlite3_stmt *statement;
	int rc;

	cx3_fs2_guid_text(row->entry.identity.guid[0], guid);
	cx3_fs2_mac_text(row->entry.identity.mac[0], mac);
	*found = false;
	rc = cx3_ledger_prepare(m->ours, &statement, err,
				"SELECT " CX3_ENTRY_COLUMNS " FROM identity WHERE home = ? AND"
				" guid0 IS ? AND mac0 IS ?",
				"sss", row->home, guid, mac);
	return rc == CX3_OK ? cx3_ledger_one_entry(m->ours, statement, ours, found, err) : rc;
}

/* A ledger only ever adds to its results, so their number tells which copy of it is the newer one.
 */
static int compare_results(struct merge *m, const char *home, struct cx3_error *err)
{
	static const char last[] = "SELECT ifnull(max(seq), 0) FROM result WHERE home = ?";
	int64_t ours = 0, theirs = 0;
	int rc = CX3_OK;

	if (strcmp(m->home, home) == 0)
		return CX3_OK;
	rc = cx3_ledger_number(m->ours, &ours, err, last, "s", home);
	if (rc == CX3_OK)
		rc = cx3_ledger_number(m->theirs, &theirs, err, last, "s", home);
	m->ahead = theirs - ours;
	snprintf(m->home, sizeof(m->home), "%s", home);
	return rc;
}

/*
 * Theirs may be an older copy. What is burnt or retired was so for good; and by equal results, with
 * which nothing was burnt between the two, the time of the change decides.
 */
static int is_newer(struct merge *m, const struct row *row, const struct cx3_ledger_entry *ours,
		    bool *newer, struct cx3_error *err)
{
	const struct cx3_ledger_entry *theirs = &row->entry;
	int rc = compare_results(m, row->home, err);

	if (theirs->state == ours->state && strcmp(theirs->card, ours->card) == 0)
		*newer = false;
	else if (ours->state >= CX3_LEDGER_BURNT && theirs->state != ours->state)
		*newer = theirs->state > ours->state;
	else if (m->ahead != 0)
		*newer = m->ahead > 0;
	else
		*newer = theirs->state >= CX3_LEDGER_BURNT || strcmp(theirs->time, ours->time) > 0;
	return rc;
}

/* --- One card that was on both benches --- */

/* What a ledger knows of an entry's card. */
struct known {
	char chip[40], part[40], came[CX3_LEDGER_TIME], burnt[CX3_LEDGER_TIME];
};

static int know(struct cx3_ledger *ledger, const struct cx3_ledger_entry *entry,
		struct known *known, struct cx3_error *err)
{
	char guid[20], mac[16];
	sqlite3_stmt *statement;
	bool row = false;
	int rc;

	memset(known, 0, sizeof(*known));
	cx3_fs2_guid_text(entry->identity.guid[0], guid);
	cx3_fs2_mac_text(entry->identity.mac[0], mac);
	rc = cx3_ledger_prepare(
		ledger, &statement, err,
		"SELECT chip, part, first_seen, (SELECT min(time) FROM result WHERE"
		" outcome = 'ok' AND guid IS ? AND mac IS ?) FROM card WHERE name = ?",
		"sss", guid, mac, entry->card);
	if (rc == CX3_OK)
		rc = cx3_ledger_step(ledger, statement, &row, err);
	if (row) {
		cx3_ledger_column(statement, 0, known->chip, sizeof(known->chip));
		cx3_ledger_column(statement, 1, known->part, sizeof(known->part));
		cx3_ledger_column(statement, 2, known->came, sizeof(known->came));
		cx3_ledger_column(statement, 3, known->burnt, sizeof(known->burnt));
	}
	sqlite3_finalize(statement);
	return rc;
}

static bool same_identity(const struct cx3_identity *a, const struct cx3_identity *b)
{
	return memcmp(a->guid, b->guid, sizeof(a->guid)) == 0 &&
	       memcmp(a->mac, b->mac, sizeof(a->mac)) == 0;
}

/* It came to a bench with its identity, and kept it there. */
static bool was_kept(const struct cx3_ledger_entry *entry)
{
	return entry->found && !cx3_ledger_is_withdrawn(entry);
}

/*
 * One ledger has burnt a card with this identity, and to the other bench it came with it, as a card
 * of the same kind, not before that: it is that card. Another one that came with the same would be
 * a copy of it, flash chip and all.
 */
static int is_one_card(struct merge *m, const struct cx3_ledger_entry *theirs,
		       const struct cx3_ledger_entry *ours, bool *one, struct cx3_error *err)
{
	struct known there, here;
	int rc;

	*one = false;
	if (!same_identity(&theirs->identity, &ours->identity) || !theirs->card[0] ||
	    !ours->card[0] || !(was_kept(theirs) || was_kept(ours)))
		return CX3_OK;
	rc = know(m->theirs, theirs, &there, err);
	if (rc == CX3_OK)
		rc = know(m->ours, ours, &here, err);
	*one = strcmp(there.chip, here.chip) == 0 && strcmp(there.part, here.part) == 0;
	if (!was_kept(theirs))
		*one = *one && there.burnt[0] && strcmp(there.burnt, here.came) <= 0;
	if (!was_kept(ours))
		*one = *one && here.burnt[0] && strcmp(here.burnt, there.came) <= 0;
	return rc;
}

/* --- Identities --- */

static void tell_both(struct merge *m, const struct cx3_ledger_entry *theirs,
		      const struct cx3_ledger_entry *ours)
{
	char text[400], name[20], other[20];

	cx3_ledger_name(&theirs->identity, name);
	cx3_ledger_name(&ours->identity, other);
	snprintf(text, sizeof(text),
		 "%s (%s%s%s) has an address that %s (%s%s%s) of this ledger has as well.", name,
		 cx3_ledger_state_name(theirs->state), theirs->card[0] ? ": card " : "",
		 theirs->card, other, cx3_ledger_state_name(ours->state),
		 ours->card[0] ? ": card " : "", ours->card);
	tell_double(m, text);
}

static int add(struct merge *m, const struct row *row, struct cx3_error *err)
{
	struct cx3_ledger_entry by;
	bool one = false;
	int64_t id = 0, other = 0;
	int rc = cx3_adder_add(&m->adder, &row->entry.identity, row->entry.label, &id, &other, err);

	if (rc != CX3_OK)
		return rc;
	if (other == 0) {
		m->merged->identities++;
		return cx3_ledger_run(m->ours, NULL, err,
				      "UPDATE identity SET home = ?, changed = '' WHERE id = ?",
				      "si", row->home, id);
	}
	/* nobody gets a retired one, wherever it is one */
	if (row->entry.state == CX3_LEDGER_RETIRED)
		return CX3_OK;
	rc = cx3_ledger_entry_of(m->ours, other, &by, err);
	if (rc == CX3_OK)
		rc = is_one_card(m, &row->entry, &by, &one, err);
	if (rc == CX3_OK && !one)
		tell_both(m, &row->entry, &by);
	return rc;
}

/* New ones come in as free ones. What has changed becomes free for a moment, since cards may
 * have changed places. */
static int first_pass(struct merge *m, const struct row *row, struct cx3_error *err)
{
	struct cx3_ledger_entry ours;
	bool found, newer = false;
	int rc = find_ours(m, row, &ours, &found, err);

	if (rc != CX3_OK)
		return rc;
	if (!found)
		return add(m, row, err);
	rc = is_newer(m, row, &ours, &newer, err);
	if (rc != CX3_OK || !newer)
		return rc;
	m->merged->identities++;
	return cx3_ledger_run(
		m->ours, NULL, err,
		"UPDATE identity SET state = 'free', card = NULL, changed = '' WHERE id = ?", "i",
		ours.id);
}

static int second_pass(struct merge *m, const struct row *row, struct cx3_error *err)
{
	const struct cx3_ledger_entry *theirs = &row->entry;
	struct cx3_ledger_entry ours;
	bool found;
	int rc = find_ours(m, row, &ours, &found, err);

	/* the first pass has taken the time of those that are to change */
	if (rc != CX3_OK || !found || ours.time[0])
		return rc;
	rc = cx3_ledger_run(
		m->ours, NULL, err,
		"UPDATE identity SET state = ?, card = ?, found = ?, changed = ? WHERE id = ?",
		"ssisi", cx3_ledger_state_name(theirs->state), theirs->card, (int64_t)theirs->found,
		theirs->time, ours.id);
	if (rc == CX3_OK && theirs->state == CX3_LEDGER_RETIRED)
		rc = cx3_ledger_run(m->ours, NULL, err, "DELETE FROM address WHERE identity = ?",
				    "i", ours.id);
	return rc;
}

/* --- Cards, backups, results --- */

/* Each row of the first statement becomes the values of the second one. */
static int copy_rows(struct merge *m, const char *from, const char *into, unsigned *count,
		     struct cx3_error *err)
{
	sqlite3_stmt *read = NULL, *write = NULL;
	bool more = true, none;
	int rc = cx3_ledger_prepare(m->theirs, &read, err, from, "");

	if (rc == CX3_OK)
		rc = cx3_ledger_prepare(m->ours, &write, err, into, "");
	while (rc == CX3_OK) {
		rc = cx3_ledger_step(m->theirs, read, &more, err);
		if (rc != CX3_OK || !more)
			break;
		for (int i = 0; i < sqlite3_column_count(read); i++)
			sqlite3_bind_value(write, i + 1, sqlite3_column_value(read, i));
		rc = cx3_ledger_step(m->ours, write, &none, err);
		*count += (unsigned)sqlite3_changes(m->ours->db);
		sqlite3_reset(write);
	}
	sqlite3_finalize(read);
	sqlite3_finalize(write);
	return rc;
}

static int copy_rest(struct merge *m, struct cx3_error *err)
{
	int rc = copy_rows(
		m, "SELECT * FROM card",
		"INSERT INTO card VALUES (?1,?2,?3,?4,?5,?6,?7,?8) ON CONFLICT(name) DO"
		" UPDATE SET last_seen = ?3, chip = ?4, part = ?5, psid = ?6, version = ?7"
		" WHERE last_seen < ?3",
		&m->merged->cards, err);

	if (rc == CX3_OK)
		rc = copy_rows(m, "SELECT * FROM backup",
			       "INSERT OR IGNORE INTO backup VALUES (?,?,?,?,?)",
			       &m->merged->backups, err);
	if (rc == CX3_OK)
		rc = copy_rows(m, "SELECT * FROM result",
			       "INSERT OR IGNORE INTO result"
			       " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
			       &m->merged->results, err);
	return rc;
}

/* --- Copies of a ledger that were worked with --- */

/* Two results of one number are of two copies. */
static int check_results(struct merge *m, struct cx3_error *err)
{
	sqlite3_stmt *statement;
	bool more = true;
	int rc = cx3_ledger_prepare(m->theirs, &statement, err,
				    "SELECT home, seq, time, station, ifnull(guid, '') FROM result",
				    "");

	while (rc == CX3_OK) {
		char home[CX3_LEDGER_ID], time[CX3_LEDGER_TIME], station[CX3_LEDGER_WHERE],
			guid[20];
		char text[300];
		int64_t others = 0;

		rc = cx3_ledger_step(m->theirs, statement, &more, err);
		if (rc != CX3_OK || !more)
			break;
		cx3_ledger_column(statement, 0, home, sizeof(home));
		cx3_ledger_column(statement, 2, time, sizeof(time));
		cx3_ledger_column(statement, 3, station, sizeof(station));
		cx3_ledger_column(statement, 4, guid, sizeof(guid));
		rc = cx3_ledger_number(
			m->ours, &others, err,
			"SELECT count(*) FROM result WHERE home = ? AND seq = ? AND"
			" (time <> ? OR station <> ? OR ifnull(guid, '') IS NOT ifnull(?, ''))",
			"sisss", home, sqlite3_column_int64(statement, 1), time, station, guid);
		if (others == 0)
			continue;
		snprintf(text, sizeof(text),
			 "What was done at %s (identity %s) is something else in this ledger.",
			 time, guid[0] ? guid : "none");
		tell_double(m, text);
	}
	sqlite3_finalize(statement);
	return rc;
}

static int check_copies(struct merge *m, struct cx3_error *err)
{
	int rc = check_results(m, err);

	if (rc != CX3_OK)
		return rc;
	if (m->doubles > 0)
		return cx3_fail(
			err, CX3_E_IDENTITY, m->theirs->path,
			"A copy of a ledger was worked with beside the ledger itself, so the same "
			"identities may be on two cards. Nothing was merged.\n"
			"Compare the reports of both, and give one of each two cards another "
			"identity. Then go on with the one ledger, and put the other file away.");
	if (strcmp(m->ours->id, m->theirs->id) == 0)
		return cx3_fail(err, CX3_E_USAGE, m->theirs->path,
				"This is a copy of the same ledger: there is nothing to merge.\n"
				"Another machine needs a ledger of its own, not a copy.");
	return CX3_OK;
}

static int merge(struct merge *m, struct cx3_error *err)
{
	int rc = check_copies(m, err);

	/* for find_ours; older ledgers have none */
	if (rc == CX3_OK)
		rc = cx3_ledger_exec(m->ours,
				     "CREATE INDEX IF NOT EXISTS identity_base"
				     " ON identity(home, guid0, mac0)",
				     err);
	if (rc == CX3_OK)
		rc = cx3_adder_open(&m->adder, m->ours, false, err);
	if (rc == CX3_OK)
		rc = each_identity(m, first_pass, err);
	cx3_adder_close(&m->adder);
	if (rc == CX3_OK && m->doubles > 0)
		return cx3_fail(
			err, CX3_E_IDENTITY, m->theirs->path,
			"%u identities have addresses that are in both ledgers. Nothing was "
			"merged.\n"
			"Retire those that are free in one of the two ledgers. Where two cards have "
			"the same already, say in the ledger of one of them that it is replaced, put "
			"that card on there once more, so that it gets another one, and merge then.",
			m->doubles);
	if (rc == CX3_OK)
		rc = each_identity(m, second_pass, err);
	return rc == CX3_OK ? copy_rest(m, err) : rc;
}

int cx3_ledger_merge(struct cx3_ledger *ledger, const char *path, cx3_ledger_tell tell, void *user,
		     struct cx3_ledger_merged *merged, struct cx3_error *err)
{
	struct merge m = {.ours = ledger, .merged = merged, .tell = tell, .user = user};
	int rc = cx3_ledger_open_as(path, "merge", CX3_LEDGER_READ, &m.theirs, err);

	memset(merged, 0, sizeof(*merged));
	if (rc != CX3_OK)
		return rc;
	/* of one moment of the other ledger, too */
	rc = cx3_ledger_exec(m.theirs, "BEGIN", err);
	if (rc == CX3_OK)
		rc = cx3_ledger_enter(ledger, err);
	if (rc == CX3_OK)
		rc = cx3_ledger_leave(ledger, merge(&m, err), err);
	cx3_ledger_close(m.theirs);
	return rc;
}
