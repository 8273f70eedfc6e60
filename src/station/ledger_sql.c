/* SPDX-License-Identifier: BSD-2-Clause */
/* Statements of the ledger's database, and what SQLite says as an error for a person. */
#include "station_priv.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

static int no_room(struct cx3_ledger *ledger, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_DISK_FULL, ledger->path,
			"The ledger's disk is full; what was to be written down now is not.\n"
			"Free some space there.");
}

static int damaged(struct cx3_ledger *ledger, struct cx3_error *err)
{
	return cx3_fail(
		err, CX3_E_FILE, ledger->path,
		"This file is no ledger, or is damaged (%s).\n"
		"Name the ledger, or put a copy of it back that is whole. No identity that was "
		"given since that copy was made may be given again.",
		sqlite3_errmsg(ledger->db));
}

int cx3_ledger_fail(struct cx3_ledger *ledger, int code, struct cx3_error *err)
{
	bool full = sqlite3_system_errno(ledger->db) == ENOSPC ||
		    sqlite3_system_errno(ledger->db) == EDQUOT;

	if (code == SQLITE_READONLY_DBMOVED)
		return cx3_fail(
			err, CX3_E_FILE, ledger->path,
			"The ledger was removed, moved or replaced while it was in use.\n"
			"Put it back in its place. An older copy would give identities that "
			"cards have.");
	if (code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_CANTINIT)
		return cx3_fail(err, CX3_E_FILE, ledger->path,
				"A change of the ledger was cut off, and must be undone before it "
				"can be read.\n"
				"That needs the permission to write the file and into its folder: "
				"let its station's user run the same command once.");
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return cx3_fail(err, CX3_E_NO_MEMORY, ledger->path,
				"There is no memory for the ledger.\n"
				"Close other programs and try again.");
	case SQLITE_FULL:
		return no_room(ledger, err);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return damaged(ledger, err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return cx3_fail(err, CX3_E_FILE, ledger->path,
				"Another process keeps the ledger locked.\n"
				"Wait until it has ended, or end it, and try again.");
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return cx3_fail(
			err, CX3_E_FILE, ledger->path,
			"The ledger can't be opened or written (%s).\n"
			"This user needs the permission to write the file and into its folder.",
			sqlite3_errcode(ledger->db) == SQLITE_OK ? sqlite3_errstr(code)
								 : sqlite3_errmsg(ledger->db));
	default:
		if (full)
			return no_room(ledger, err);
		return cx3_fail(
			err, CX3_E_FILE, ledger->path,
			"The ledger can't be used: %s.\nLook after its disk, and try again.",
			sqlite3_errmsg(ledger->db));
	}
}

int cx3_ledger_exec(struct cx3_ledger *ledger, const char *sql, struct cx3_error *err)
{
	int code = sqlite3_exec(ledger->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? CX3_OK : cx3_ledger_fail(ledger, code, err);
}

static int bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	if (!text || !*text)
		return sqlite3_bind_null(statement, at);
	return sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

static int prepare(struct cx3_ledger *ledger, sqlite3_stmt **out, struct cx3_error *err,
		   const char *sql, const char *kinds, va_list *values)
{
	int code = sqlite3_prepare_v2(ledger->db, sql, -1, out, NULL);

	for (int i = 0; code == SQLITE_OK && kinds[i]; i++) {
		assert(strchr("sid", kinds[i]));
		if (kinds[i] == 's')
			code = bind_text(*out, i + 1, va_arg(*values, const char *));
		else if (kinds[i] == 'i')
			code = sqlite3_bind_int64(*out, i + 1, va_arg(*values, int64_t));
		else
			code = sqlite3_bind_double(*out, i + 1, va_arg(*values, double));
	}
	if (code == SQLITE_OK)
		return CX3_OK;
	code = cx3_ledger_fail(ledger, code, err);
	sqlite3_finalize(*out);
	*out = NULL;
	return code;
}

int cx3_ledger_prepare(struct cx3_ledger *ledger, sqlite3_stmt **out, struct cx3_error *err,
		       const char *sql, const char *kinds, ...)
{
	va_list values;
	int rc;

	va_start(values, kinds);
	rc = prepare(ledger, out, err, sql, kinds, &values);
	va_end(values);
	return rc;
}

int cx3_ledger_step(struct cx3_ledger *ledger, sqlite3_stmt *statement, bool *row,
		    struct cx3_error *err)
{
	int code = sqlite3_step(statement);

	*row = code == SQLITE_ROW;
	return code == SQLITE_ROW || code == SQLITE_DONE ? CX3_OK
							 : cx3_ledger_fail(ledger, code, err);
}

int cx3_ledger_run(struct cx3_ledger *ledger, unsigned *changed, struct cx3_error *err,
		   const char *sql, const char *kinds, ...)
{
	sqlite3_stmt *statement = NULL;
	bool row;
	va_list values;
	int rc;

	va_start(values, kinds);
	rc = prepare(ledger, &statement, err, sql, kinds, &values);
	va_end(values);
	if (rc == CX3_OK)
		rc = cx3_ledger_step(ledger, statement, &row, err);
	sqlite3_finalize(statement);
	if (rc == CX3_OK && changed)
		*changed = (unsigned)sqlite3_changes(ledger->db);
	return rc;
}

int cx3_ledger_number(struct cx3_ledger *ledger, int64_t *value, struct cx3_error *err,
		      const char *sql, const char *kinds, ...)
{
	sqlite3_stmt *statement = NULL;
	bool row = false;
	va_list values;
	int rc;

	va_start(values, kinds);
	rc = prepare(ledger, &statement, err, sql, kinds, &values);
	va_end(values);
	if (rc == CX3_OK)
		rc = cx3_ledger_step(ledger, statement, &row, err);
	if (row)
		*value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return rc;
}

void cx3_ledger_column(sqlite3_stmt *statement, int column, char *text, size_t size)
{
	const unsigned char *value = sqlite3_column_text(statement, column);

	snprintf(text, size, "%s", value ? (const char *)value : "");
}

/* IMMEDIATE: what is read in it is still so when it is written to. */
int cx3_ledger_enter(struct cx3_ledger *ledger, struct cx3_error *err)
{
	return cx3_ledger_exec(ledger, "BEGIN IMMEDIATE", err);
}

int cx3_ledger_leave(struct cx3_ledger *ledger, int rc, struct cx3_error *err)
{
	if (rc == CX3_OK)
		rc = cx3_ledger_exec(ledger, "COMMIT", err);
	/* a failure has undone it already, or this does */
	if (rc != CX3_OK && !sqlite3_get_autocommit(ledger->db))
		(void)sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}
