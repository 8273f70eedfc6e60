/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * New identities, one or a list of them. A list may be long, and while it comes in nobody else
 * writes: so its statements are prepared once, and each line costs a few searches of a B-tree.
 */
#include "station_priv.h"

#include <string.h>

/* The addresses of retired ones. The table of addresses does not have them, since a merge may bring
 * them from the ledger that gives them; a list may not. */
static const char gone[] =
	"CREATE TEMP TABLE IF NOT EXISTS gone(value TEXT PRIMARY KEY, identity INTEGER) WITHOUT ROWID;"
	"DELETE FROM gone;"
	"INSERT OR IGNORE INTO gone WITH old AS (SELECT * FROM identity WHERE state = 'retired')"
	" SELECT 'guid ' || guid0, id FROM old WHERE guid0 IS NOT NULL"
	" UNION ALL SELECT 'guid ' || guid1, id FROM old WHERE guid1 IS NOT NULL"
	" UNION ALL SELECT 'guid ' || guid2, id FROM old WHERE guid2 IS NOT NULL"
	" UNION ALL SELECT 'guid ' || guid3, id FROM old WHERE guid3 IS NOT NULL"
	" UNION ALL SELECT 'mac ' || mac0, id FROM old WHERE mac0 IS NOT NULL"
	" UNION ALL SELECT 'mac ' || mac1, id FROM old WHERE mac1 IS NOT NULL";

#define SIX "(?1,?2,?3,?4,?5,?6)"
static const char find_taken[] = "SELECT identity FROM address WHERE value IN " SIX " LIMIT 1";
static const char find_taken_or_gone[] = "SELECT identity FROM address WHERE value IN " SIX
					 " UNION ALL SELECT identity FROM gone WHERE value IN " SIX
					 " LIMIT 1";

int cx3_adder_open(struct cx3_adder *adder, struct cx3_ledger *ledger, bool retired_too,
		   struct cx3_error *err)
{
	int rc = retired_too ? cx3_ledger_exec(ledger, gone, err) : CX3_OK;

	memset(adder, 0, sizeof(*adder));
	adder->ledger = ledger;
	cx3_ledger_now(adder->now);
	if (rc == CX3_OK)
		rc = cx3_ledger_prepare(ledger, &adder->find, err,
					retired_too ? find_taken_or_gone : find_taken, "");
	if (rc == CX3_OK)
		rc = cx3_ledger_prepare(
			ledger, &adder->identity, err,
			"INSERT INTO identity(home, guid0, guid1, guid2, guid3, mac0, mac1, label,"
			" state, changed) VALUES (?,?,?,?,?,?,?,?,'free',?)",
			"");
	if (rc == CX3_OK)
		rc = cx3_ledger_prepare(ledger, &adder->address, err,
					"INSERT INTO address VALUES (?, ?)", "");
	return rc;
}

void cx3_adder_close(struct cx3_adder *adder)
{
	sqlite3_finalize(adder->find);
	sqlite3_finalize(adder->identity);
	sqlite3_finalize(adder->address);
}

/* Empty is NULL. The texts stay until the statement has run. */
static void bind(sqlite3_stmt *statement, int at, const char *text)
{
	if (text && *text)
		sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, at);
}

static int add_row(struct cx3_adder *adder, const struct cx3_identity *identity, const char *label,
		   struct cx3_error *err)
{
	char guid[4][20] = {""}, mac[2][16] = {""};
	bool row;
	int rc;

	for (unsigned i = 0; i < identity->guid_count; i++)
		cx3_fs2_guid_text(identity->guid[i], guid[i]);
	for (unsigned i = 0; i < identity->mac_count; i++)
		cx3_fs2_mac_text(identity->mac[i], mac[i]);
	bind(adder->identity, 1, adder->ledger->id);
	for (int i = 0; i < 4; i++)
		bind(adder->identity, 2 + i, guid[i]);
	for (int i = 0; i < 2; i++)
		bind(adder->identity, 6 + i, mac[i]);
	bind(adder->identity, 8, label);
	bind(adder->identity, 9, adder->now);
	rc = cx3_ledger_step(adder->ledger, adder->identity, &row, err);
	sqlite3_reset(adder->identity);
	return rc;
}

int cx3_adder_add(struct cx3_adder *adder, const struct cx3_identity *identity, const char *label,
		  int64_t *id, int64_t *by, struct cx3_error *err)
{
	char address[CX3_ADDRESSES][CX3_ADDRESS] = {""};
	unsigned count = cx3_ledger_addresses(identity, address);
	bool row;
	int rc;

	for (unsigned i = 0; i < CX3_ADDRESSES; i++)
		bind(adder->find, (int)i + 1, address[i]);
	rc = cx3_ledger_step(adder->ledger, adder->find, &row, err);
	*by = row ? sqlite3_column_int64(adder->find, 0) : 0;
	sqlite3_reset(adder->find);
	if (rc != CX3_OK || row)
		return rc;
	rc = add_row(adder, identity, label, err);
	*id = sqlite3_last_insert_rowid(adder->ledger->db);
	for (unsigned i = 0; i < count && rc == CX3_OK; i++) {
		bind(adder->address, 1, address[i]);
		sqlite3_bind_int64(adder->address, 2, *id);
		rc = cx3_ledger_step(adder->ledger, adder->address, &row, err);
		sqlite3_reset(adder->address);
	}
	return rc;
}

int cx3_ledger_entry_of(struct cx3_ledger *ledger, int64_t id, struct cx3_ledger_entry *entry,
			struct cx3_error *err)
{
	sqlite3_stmt *statement;
	bool found;
	int rc = cx3_ledger_prepare(ledger, &statement, err,
				    "SELECT " CX3_ENTRY_COLUMNS " FROM identity WHERE id = ?", "i",
				    id);

	return rc == CX3_OK ? cx3_ledger_one_entry(ledger, statement, entry, &found, err) : rc;
}

int cx3_ledger_add(struct cx3_ledger *ledger, const struct cx3_identity *identity,
		   const char *label, int64_t *id, bool *taken, struct cx3_ledger_entry *by,
		   struct cx3_error *err)
{
	struct cx3_adder adder;
	int64_t other = 0;
	int rc = cx3_adder_open(&adder, ledger, false, err);

	if (rc == CX3_OK)
		rc = cx3_adder_add(&adder, identity, label, id, &other, err);
	cx3_adder_close(&adder);
	*taken = other != 0;
	return rc == CX3_OK && *taken ? cx3_ledger_entry_of(ledger, other, by, err) : rc;
}
