/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ledger's file: opened, made, checked.
 *
 * journal_mode=DELETE and not WAL: the ledger is one file whenever nobody writes, so that it can be
 * carried away for a merge or a copy; and what is written here is one small transaction a minute.
 * synchronous=EXTRA: with FULL the folder is not synced after the journal is removed, so a power
 * cut right after a commit could bring the journal back and undo it (sqlite.org/pragma.html). An
 * identity that was given would be free again then.
 */
#include "station_priv.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define APPLICATION 0x63783366 /* "cx3f" */
#define SCHEMA 1

#define TEXT_OF(x) #x
#define TEXT_OF_THE(x) TEXT_OF(x)

static const char schema[] =
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE identity(id INTEGER PRIMARY KEY, home TEXT NOT NULL,"
	" guid0 TEXT, guid1 TEXT, guid2 TEXT, guid3 TEXT, mac0 TEXT, mac1 TEXT, label TEXT,"
	" state TEXT NOT NULL CHECK (state IN ('free','reserved','begun','burnt','retired')),"
	" found INTEGER NOT NULL DEFAULT 0, card TEXT, station TEXT, changed TEXT NOT NULL,"
	/* a card has at most one, and all but the free ones have a card */
	" UNIQUE (home, card), CHECK ((state IN ('free','retired')) = (card IS NULL)));"
	"CREATE INDEX identity_state ON identity(state, home);"
	/* each GUID and each MAC is in one identity */
	"CREATE TABLE address(value TEXT PRIMARY KEY,"
	" identity INTEGER NOT NULL REFERENCES identity(id)) WITHOUT ROWID;"
	"CREATE TABLE card(name TEXT PRIMARY KEY, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,"
	" chip TEXT, part TEXT, psid TEXT, version TEXT, fingerprint TEXT) WITHOUT ROWID;"
	"CREATE TABLE backup(home TEXT NOT NULL, path TEXT NOT NULL, card TEXT NOT NULL,"
	" time TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (home, path, card)) WITHOUT ROWID;"
	"CREATE TABLE result(home TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL,"
	" station TEXT NOT NULL, device TEXT NOT NULL, card TEXT, guid TEXT, mac TEXT, label TEXT,"
	" image TEXT, image_psid TEXT, image_sha256 TEXT, outcome TEXT NOT NULL, cause TEXT, text TEXT,"
	" backup TEXT, seconds REAL NOT NULL, pages INTEGER NOT NULL, pages_again INTEGER NOT NULL,"
	" reads_repeated INTEGER NOT NULL, differences INTEGER NOT NULL,"
	" PRIMARY KEY (home, seq)) WITHOUT ROWID;"
	"INSERT INTO meta VALUES ('id', lower(hex(randomblob(16))));"
	"PRAGMA application_id=" TEXT_OF_THE(APPLICATION) ";"
							  "PRAGMA user_version=" TEXT_OF_THE(
								  SCHEMA) ";";

/* Locks of SQLite are the kernel's, and those are not to be trusted there. */
static int check_place(const char *path, struct cx3_error *err)
{
	static const unsigned long over_network[] = {NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC,
						     CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC,
						     V9FS_MAGIC,       AFS_SUPER_MAGIC};
	char folder[512];
	struct statfs fs;
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	else
		snprintf(folder, sizeof(folder), ".");
	if (statfs(folder, &fs) != 0)
		return cx3_fail(
			err, CX3_E_FILE, path,
			"The ledger's folder can't be used: %s.\nName a folder that is there.",
			cx3_errno_text(errno));
	for (size_t i = 0; i < sizeof(over_network) / sizeof(over_network[0]); i++) {
		if ((unsigned long)fs.f_type == over_network[i])
			return cx3_fail(
				err, CX3_E_FILE, path,
				"This place is on a network file system, whose locks may let two "
				"stations take the same identity.\n"
				"Keep the ledger on a disk of this machine. Other machines have ledgers "
				"of their own, and they are merged.");
	}
	return CX3_OK;
}

static int check_file(const char *path, bool create, struct cx3_error *err)
{
	struct stat st;

	if (strlen(path) >= sizeof(((struct cx3_ledger *)0)->path))
		return cx3_fail(err, CX3_E_FILE, "ledger",
				"The ledger's path is too long.\nUse a shorter one.");
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return cx3_fail(err, CX3_E_FILE, path,
				"This is no file.\nName the file of the ledger.");
	if (stat(path, &st) != 0 && !create)
		return cx3_fail(
			err, CX3_E_FILE, path,
			"There is no ledger: %s.\nMake one: import a list of identities, or "
			"add a range of them.",
			cx3_errno_text(errno));
	return check_place(path, err);
}

static int count_tables(struct cx3_ledger *ledger, int64_t *tables, struct cx3_error *err)
{
	*tables = 0;
	return cx3_ledger_number(ledger, tables, err, "SELECT count(*) FROM sqlite_schema", "");
}

/* A new file, or one that another process has just made: once, whoever comes first. */
static int make(struct cx3_ledger *ledger, struct cx3_error *err)
{
	int64_t tables;
	int rc = count_tables(ledger, &tables, err);

	/* one that is there already is not waited for */
	if (rc != CX3_OK || tables > 0)
		return rc;
	rc = cx3_ledger_enter(ledger, err);
	if (rc != CX3_OK)
		return rc;
	rc = count_tables(ledger, &tables, err);
	if (rc == CX3_OK && tables == 0)
		rc = cx3_ledger_exec(ledger, schema, err);
	return cx3_ledger_leave(ledger, rc, err);
}

static int check_schema(struct cx3_ledger *ledger, struct cx3_error *err)
{
	int64_t application = 0, version = 0;
	int rc = cx3_ledger_number(ledger, &application, err, "PRAGMA application_id", "");

	if (rc == CX3_OK)
		rc = cx3_ledger_number(ledger, &version, err, "PRAGMA user_version", "");
	if (rc != CX3_OK)
		return rc;
	if (application != APPLICATION)
		return cx3_fail(err, CX3_E_FILE, ledger->path,
				"This is a database of another program.\nName the ledger.");
	if (version != SCHEMA)
		return cx3_fail(err, CX3_E_FILE, ledger->path,
				"This ledger has the form %lld, and this version knows form %d.\n"
				"Use the newer version that made it.",
				(long long)version, SCHEMA);
	return CX3_OK;
}

static int check_whole(struct cx3_ledger *ledger, struct cx3_error *err)
{
	sqlite3_stmt *statement;
	char said[200] = "";
	bool row = false;
	int rc = cx3_ledger_prepare(ledger, &statement, err, "PRAGMA integrity_check(1)", "");

	if (rc == CX3_OK)
		rc = cx3_ledger_step(ledger, statement, &row, err);
	if (row)
		cx3_ledger_column(statement, 0, said, sizeof(said));
	sqlite3_finalize(statement);
	if (rc == CX3_OK && strcmp(said, "ok") != 0)
		return cx3_fail(
			err, CX3_E_FILE, ledger->path,
			"The ledger is damaged: %s.\n"
			"Put a copy of it back that is whole. No identity that was given since "
			"that copy was made may be given again.",
			said);
	return rc;
}

static int read_id(struct cx3_ledger *ledger, struct cx3_error *err)
{
	sqlite3_stmt *statement;
	bool row = false;
	int rc = cx3_ledger_prepare(ledger, &statement, err,
				    "SELECT value FROM meta WHERE key = 'id'", "");

	if (rc == CX3_OK)
		rc = cx3_ledger_step(ledger, statement, &row, err);
	if (row)
		cx3_ledger_column(statement, 0, ledger->id, sizeof(ledger->id));
	sqlite3_finalize(statement);
	if (rc == CX3_OK && strlen(ledger->id) != CX3_LEDGER_ID - 1)
		return cx3_fail(err, CX3_E_FILE, ledger->path,
				"The ledger has lost its own number.\n"
				"Put a copy of it back that is whole.");
	return rc;
}

/* A change that was cut off, or one that is being made, has left its journal. Who only reads can't
 * undo the first. */
static bool has_journal(const struct cx3_ledger *ledger)
{
	char path[sizeof(ledger->path) + 16];

	snprintf(path, sizeof(path), "%s-journal", ledger->path);
	return access(path, F_OK) == 0;
}

static int open_file(struct cx3_ledger *ledger, enum cx3_ledger_mode mode, struct cx3_error *err)
{
	static const int flags[] = {
		[CX3_LEDGER_READ] = SQLITE_OPEN_READONLY,
		[CX3_LEDGER_WRITE] = SQLITE_OPEN_READWRITE,
		[CX3_LEDGER_MAKE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	};
	int flag = flags[mode == CX3_LEDGER_READ && has_journal(ledger) ? CX3_LEDGER_WRITE : mode];
	int code = sqlite3_open_v2(ledger->path, &ledger->db, flag | SQLITE_OPEN_NOMUTEX, NULL);
	int rc;

	if (code == SQLITE_OK)
		code = sqlite3_extended_result_codes(ledger->db, 1);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(ledger->db, CX3_LEDGER_BUSY_MS);
	if (code != SQLITE_OK)
		return cx3_ledger_fail(ledger, code, err);
	if (mode == CX3_LEDGER_READ)
		return cx3_ledger_exec(ledger, "PRAGMA trusted_schema=OFF", err);
	if (sqlite3_db_readonly(ledger->db, "main") == 1)
		return cx3_ledger_fail(ledger, SQLITE_READONLY, err);
	rc = cx3_ledger_exec(ledger,
			     "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"
			     "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
			     "PRAGMA temp_store=MEMORY;",
			     err);
	if (rc == CX3_OK && mode == CX3_LEDGER_MAKE)
		rc = make(ledger, err);
	return rc;
}

int cx3_ledger_open_as(const char *path, const char *place, enum cx3_ledger_mode mode,
		       struct cx3_ledger **out, struct cx3_error *err)
{
	struct cx3_ledger *ledger;
	int rc = check_file(path, mode == CX3_LEDGER_MAKE, err);

	if (rc != CX3_OK)
		return rc;
	ledger = calloc(1, sizeof(*ledger));
	if (!ledger)
		return cx3_fail(err, CX3_E_NO_MEMORY, path,
				"There is no memory for the ledger.\n"
				"Close other programs and try again.");
	snprintf(ledger->path, sizeof(ledger->path), "%s", path);
	cx3_ledger_who(place, ledger->station);
	rc = open_file(ledger, mode, err);
	if (rc == CX3_OK)
		rc = check_schema(ledger, err);
	if (rc == CX3_OK)
		rc = check_whole(ledger, err);
	if (rc == CX3_OK)
		rc = read_id(ledger, err);
	if (rc != CX3_OK) {
		cx3_ledger_close(ledger);
		return rc;
	}
	*out = ledger;
	return CX3_OK;
}

int cx3_ledger_open(const char *path, const char *place, bool create, struct cx3_ledger **out,
		    struct cx3_error *err)
{
	return cx3_ledger_open_as(path, place, create ? CX3_LEDGER_MAKE : CX3_LEDGER_WRITE, out,
				  err);
}

int cx3_ledger_open_to_read(const char *path, struct cx3_ledger **out, struct cx3_error *err)
{
	return cx3_ledger_open_as(path, "read", CX3_LEDGER_READ, out, err);
}

void cx3_ledger_close(struct cx3_ledger *ledger)
{
	if (!ledger)
		return;
	sqlite3_close(ledger->db);
	free(ledger);
}
