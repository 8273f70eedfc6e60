/* SPDX-License-Identifier: BSD-2-Clause */
/* Identities as rows of the ledger, and their addresses, each of which is there once. */
#include "station_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAC_BITS UINT64_C(0xffffffffffff)

static const char *const states[] = {"free", "reserved", "begun", "burnt", "retired"};

const char *cx3_ledger_state_name(enum cx3_ledger_state state)
{
	return states[state];
}

void cx3_ledger_name(const struct cx3_identity *identity, char text[20])
{
	text[0] = '\0';
	if (cx3_identity_has_guids(identity))
		cx3_fs2_guid_text(identity->guid[0], text);
	else if (identity->mac_count)
		cx3_fs2_mac_text(identity->mac[0], text);
}

/* Some cards have one GUID in two places. */
static unsigned put_address(const char *kind, const char *text, unsigned count,
			    char address[CX3_ADDRESSES][CX3_ADDRESS])
{
	char fresh[CX3_ADDRESS];

	if (!text[0])
		return count;
	snprintf(fresh, sizeof(fresh), "%s %s", kind, text);
	for (unsigned i = 0; i < count; i++) {
		if (strcmp(address[i], fresh) == 0)
			return count;
	}
	memcpy(address[count], fresh, sizeof(fresh));
	return count + 1;
}

unsigned cx3_ledger_addresses(const struct cx3_identity *identity,
			      char address[CX3_ADDRESSES][CX3_ADDRESS])
{
	char guid[20], mac[16];
	unsigned n = 0;

	for (unsigned i = 0; i < identity->guid_count; i++) {
		cx3_fs2_guid_text(identity->guid[i], guid);
		n = put_address("guid", guid, n, address);
	}
	for (unsigned i = 0; i < identity->mac_count; i++) {
		cx3_fs2_mac_text(identity->mac[i], mac);
		n = put_address("mac", mac, n, address);
	}
	return n;
}

static uint64_t number(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return text ? strtoull(text, NULL, 16) : UINT64_MAX;
}

static enum cx3_ledger_state state_of(const char *name)
{
	unsigned i = 0;

	while (i < CX3_LEDGER_RETIRED && strcmp(states[i], name) != 0)
		i++;
	return (enum cx3_ledger_state)i;
}

void cx3_ledger_read_entry(const struct cx3_ledger *ledger, sqlite3_stmt *row,
			   struct cx3_ledger_entry *entry)
{
	char text[CX3_LEDGER_ID];

	memset(entry, 0, sizeof(*entry));
	entry->id = sqlite3_column_int64(row, 0);
	entry->identity.guid_count = 4;
	entry->identity.mac_count = 2;
	entry->identity.source = CX3_IDENTITY_GIVEN;
	entry->identity.checked = true;
	for (int i = 0; i < 4; i++)
		entry->identity.guid[i] = number(row, 1 + i);
	for (int i = 0; i < 2; i++)
		entry->identity.mac[i] = number(row, 5 + i);
	cx3_ledger_column(row, 7, entry->label, sizeof(entry->label));
	cx3_ledger_column(row, 8, text, sizeof(text));
	entry->state = state_of(text);
	cx3_ledger_column(row, 9, text, sizeof(text));
	entry->elsewhere = strcmp(text, ledger->id) != 0;
	entry->found = sqlite3_column_int(row, 10) != 0;
	cx3_ledger_column(row, 11, entry->card, sizeof(entry->card));
	cx3_ledger_column(row, 12, entry->station, sizeof(entry->station));
	cx3_ledger_column(row, 13, entry->time, sizeof(entry->time));
}

int cx3_ledger_one_entry(struct cx3_ledger *ledger, sqlite3_stmt *statement,
			 struct cx3_ledger_entry *entry, bool *found, struct cx3_error *err)
{
	int rc = cx3_ledger_step(ledger, statement, found, err);

	if (*found)
		cx3_ledger_read_entry(ledger, statement, entry);
	sqlite3_finalize(statement);
	return rc;
}

int cx3_ledger_overlap(struct cx3_ledger *ledger, const struct cx3_identity *identity,
		       struct cx3_ledger_entry *entry, bool *found, struct cx3_error *err)
{
	char address[CX3_ADDRESSES][CX3_ADDRESS] = {""};
	sqlite3_stmt *statement;
	int rc;

	*found = false;
	(void)cx3_ledger_addresses(identity, address);
	rc = cx3_ledger_prepare(
		ledger, &statement, err,
		"SELECT " CX3_ENTRY_COLUMNS " FROM identity WHERE id IN"
		" (SELECT identity FROM address WHERE value IN (?,?,?,?,?,?)) LIMIT 1",
		"ssssss", address[0], address[1], address[2], address[3], address[4], address[5]);
	return rc == CX3_OK ? cx3_ledger_one_entry(ledger, statement, entry, found, err) : rc;
}

/* An image may have room for GUIDs only. */
static bool same(const struct cx3_identity *on_card, const struct cx3_identity *in_ledger)
{
	for (unsigned i = 0; i < on_card->guid_count; i++) {
		if (on_card->guid[i] != in_ledger->guid[i])
			return false;
	}
	for (unsigned i = 0; i < on_card->mac_count; i++) {
		if ((on_card->mac[i] & MAC_BITS) != (in_ledger->mac[i] & MAC_BITS))
			return false;
	}
	return true;
}

int cx3_ledger_find(struct cx3_ledger *ledger, const struct cx3_identity *identity,
		    struct cx3_ledger_entry *entry, bool *found, struct cx3_error *err)
{
	int rc = cx3_ledger_overlap(ledger, identity, entry, found, err);

	*found = *found && same(identity, &entry->identity);
	return rc;
}
