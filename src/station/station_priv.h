/* SPDX-License-Identifier: BSD-2-Clause */
/* The ledger's inside: the database, statements, and how entries are read from rows. */
#ifndef CX3_STATION_PRIV_H
#define CX3_STATION_PRIV_H

#include <sqlite3.h>
#include <time.h>

#include "cx3flash/ledger.h"

#define CX3_LEDGER_ID 33u /* 32 hex digits, chosen when the ledger was made */

struct cx3_ledger {
	sqlite3 *db;
	char path[512];
	char id[CX3_LEDGER_ID];
	char station[CX3_LEDGER_WHERE]; /* see ledger_who.c: this handle */
	int64_t last;	      /* the highest number of a result that this handle has seen */
	cx3_ledger_wait wait; /* see ledger_wait.c */
	void *wait_user;
	struct timespec wait_since;
	unsigned wait_told; /* seconds */
};

#define CX3_LEDGER_BUSY_MS 20000

enum cx3_ledger_mode { CX3_LEDGER_READ, CX3_LEDGER_WRITE, CX3_LEDGER_MAKE };
/* cx3_ledger_open, and to read only. */
int cx3_ledger_open_as(const char *path, const char *place, enum cx3_ledger_mode mode,
		       struct cx3_ledger **out, struct cx3_error *err);

/* --- Statements (ledger_sql.c) --- */

/* What SQLite says, as an error of ours. */
int cx3_ledger_fail(struct cx3_ledger *ledger, int code, struct cx3_error *err);
/* Statements without answers. */
int cx3_ledger_exec(struct cx3_ledger *ledger, const char *sql, struct cx3_error *err);

/*
 * A statement with its values: `kinds` has a letter for each ("s": const char *, NULL or "" is
 * NULL; "i": int64_t; "d": double).
 */
int cx3_ledger_prepare(struct cx3_ledger *ledger, sqlite3_stmt **out, struct cx3_error *err,
		       const char *sql, const char *kinds, ...);
/* *row: there is one. */
int cx3_ledger_step(struct cx3_ledger *ledger, sqlite3_stmt *statement, bool *row,
		    struct cx3_error *err);
/* One that changes rows; *changed (may be NULL) is how many. */
int cx3_ledger_run(struct cx3_ledger *ledger, unsigned *changed, struct cx3_error *err,
		   const char *sql, const char *kinds, ...);
/* One that answers a number; *value is left as it is where it answers no row. */
int cx3_ledger_number(struct cx3_ledger *ledger, int64_t *value, struct cx3_error *err,
		      const char *sql, const char *kinds, ...);
/* A column's text, cut; "" for NULL. */
void cx3_ledger_column(sqlite3_stmt *statement, int column, char *text, size_t size);

/* From here on nobody else writes. */
int cx3_ledger_enter(struct cx3_ledger *ledger, struct cx3_error *err);
/* The transaction's end: kept where rc is CX3_OK, else undone. */
int cx3_ledger_leave(struct cx3_ledger *ledger, int rc, struct cx3_error *err);

/* --- Entries (ledger_entry.c) --- */

/* The columns that cx3_ledger_read_entry reads, in their order. */
#define CX3_ENTRY_COLUMNS                                                                          \
	"id, guid0, guid1, guid2, guid3, mac0, mac1, label, state, home, found, card, station, "   \
	"changed"
void cx3_ledger_read_entry(const struct cx3_ledger *ledger, sqlite3_stmt *row,
			   struct cx3_ledger_entry *entry);
/* The entry that the statement's first row is; *found. Ends the statement. */
int cx3_ledger_one_entry(struct cx3_ledger *ledger, sqlite3_stmt *statement,
			 struct cx3_ledger_entry *entry, bool *found, struct cx3_error *err);
/* An entry that has one of the identity's addresses. */
int cx3_ledger_overlap(struct cx3_ledger *ledger, const struct cx3_identity *identity,
		       struct cx3_ledger_entry *entry, bool *found, struct cx3_error *err);
/* "guid" and 16 digits, "mac" and 12: NULL-terminated lists of what is not blank. */
#define CX3_ADDRESSES 6u
#define CX3_ADDRESS 24u
unsigned cx3_ledger_addresses(const struct cx3_identity *identity,
			      char address[CX3_ADDRESSES][CX3_ADDRESS]);
/* What names the identity: its base GUID, or its first MAC where that is blank. */
void cx3_ledger_name(const struct cx3_identity *identity, char text[20]);

/* --- New identities (ledger_add.c) --- */

/* Adds many in one transaction. */
struct cx3_adder {
	struct cx3_ledger *ledger;
	sqlite3_stmt *find, *identity, *address;
	char now[CX3_LEDGER_TIME];
};
/* `retired_too`: the addresses of retired ones count as taken. To be closed whatever it answers. */
int cx3_adder_open(struct cx3_adder *adder, struct cx3_ledger *ledger, bool retired_too,
		   struct cx3_error *err);
void cx3_adder_close(struct cx3_adder *adder);
/* A new free one with its six addresses; *by is 0 then. Else nothing is added, and it is the entry
 * that has one of the addresses. */
int cx3_adder_add(struct cx3_adder *adder, const struct cx3_identity *identity, const char *label,
		  int64_t *id, int64_t *by, struct cx3_error *err);
/* One alone; `by` where it is taken. */
int cx3_ledger_add(struct cx3_ledger *ledger, const struct cx3_identity *identity,
		   const char *label, int64_t *id, bool *taken, struct cx3_ledger_entry *by,
		   struct cx3_error *err);
int cx3_ledger_entry_of(struct cx3_ledger *ledger, int64_t id, struct cx3_ledger_entry *entry,
			struct cx3_error *err);

/* --- What was seen on a card (ledger_seen.c) --- */

/* Before the name of the card on which a withdrawn identity was seen. */
#define CX3_SEEN "seen:"
/* The name that a card is given when it comes first: by its identity, or by its content. */
void cx3_ledger_base_name(const struct cx3_ledger_card *card, char name[CX3_LEDGER_CARD]);
/* The identities of this ledger that nobody has yet, and of which this card shows an address: from
 * now on no other card gets them. */
int cx3_ledger_withdraw(struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
			const struct cx3_identity *shown, struct cx3_error *err);
/* This withdrawn entry was seen on a card of that name. */
bool cx3_ledger_seen_on(const struct cx3_ledger_entry *entry, const struct cx3_ledger_card *card);
/* The first one of which the card carries a part, and that was seen on a card of its name. */
int cx3_ledger_find_seen(struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
			 struct cx3_ledger_entry *entry, bool *found, struct cx3_error *err);

/* --- Who (ledger_who.c) --- */

/* This process on this machine, working at `place`. */
void cx3_ledger_who(const char *place, char text[CX3_LEDGER_WHERE]);
/* Whether that process is of this machine and runs. One of another machine does not: a ledger is on
 * a disk of its machine, so what another one has left in it has ended. */
bool cx3_ledger_works(const char *station);
void cx3_ledger_now(char text[CX3_LEDGER_TIME]);

#endif
