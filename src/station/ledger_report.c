/* SPDX-License-Identifier: BSD-2-Clause */
/* What the ledger tells: counts, identities, results; and the results as CSV and JSON lines. */
#include "station_priv.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/text.h"

static int count_states(struct cx3_ledger *ledger, struct cx3_ledger_counts *counts,
			struct cx3_error *err)
{
	int rc = CX3_OK;

	for (unsigned i = 0; i <= CX3_LEDGER_RETIRED && rc == CX3_OK; i++) {
		int64_t n = 0;

		rc = cx3_ledger_number(ledger, &n, err,
				       "SELECT count(*) FROM identity WHERE state = ? AND home = ?",
				       "ss", cx3_ledger_state_name((enum cx3_ledger_state)i),
				       ledger->id);
		counts->state[i] = (unsigned)n;
	}
	return rc;
}

static int count_outcomes(struct cx3_ledger *ledger, struct cx3_ledger_counts *counts,
			  struct cx3_error *err)
{
	int rc = CX3_OK;

	for (unsigned i = 0; i <= CX3_LEDGER_INTERRUPTED && rc == CX3_OK; i++) {
		int64_t n = 0;

		rc = cx3_ledger_number(ledger, &n, err,
				       "SELECT count(*) FROM result WHERE outcome = ?", "s",
				       cx3_ledger_outcome_name((enum cx3_ledger_outcome)i));
		counts->outcome[i] = (unsigned)n;
	}
	return rc;
}

int cx3_ledger_count(struct cx3_ledger *ledger, struct cx3_ledger_counts *counts,
		     struct cx3_error *err)
{
	int64_t elsewhere = 0, cards = 0, backups = 0;
	int rc;

	memset(counts, 0, sizeof(*counts));
	rc = count_states(ledger, counts, err);
	if (rc == CX3_OK)
		rc = count_outcomes(ledger, counts, err);
	if (rc == CX3_OK)
		rc = cx3_ledger_number(ledger, &elsewhere, err,
				       "SELECT count(*) FROM identity WHERE home <> ?", "s",
				       ledger->id);
	if (rc == CX3_OK)
		rc = cx3_ledger_number(ledger, &cards, err, "SELECT count(*) FROM card", "");
	if (rc == CX3_OK)
		rc = cx3_ledger_number(ledger, &backups, err, "SELECT count(*) FROM backup", "");
	counts->elsewhere = (unsigned)elsewhere;
	counts->cards = (unsigned)cards;
	counts->backups = (unsigned)backups;
	return rc;
}

int cx3_ledger_each_entry(struct cx3_ledger *ledger,
			  bool (*fn)(void *user, const struct cx3_ledger_entry *entry), void *user,
			  struct cx3_error *err)
{
	struct cx3_ledger_entry entry;
	sqlite3_stmt *statement;
	bool more = true;
	int rc = cx3_ledger_prepare(ledger, &statement, err,
				    "SELECT " CX3_ENTRY_COLUMNS " FROM identity ORDER BY id", "");

	while (rc == CX3_OK && more) {
		rc = cx3_ledger_step(ledger, statement, &more, err);
		if (rc != CX3_OK || !more)
			break;
		cx3_ledger_read_entry(ledger, statement, &entry);
		more = fn(user, &entry);
	}
	sqlite3_finalize(statement);
	return rc;
}

static enum cx3_ledger_outcome outcome_of(const char *name)
{
	unsigned i = 0;

	while (i < CX3_LEDGER_INTERRUPTED &&
	       strcmp(name, cx3_ledger_outcome_name((enum cx3_ledger_outcome)i)) != 0)
		i++;
	return (enum cx3_ledger_outcome)i;
}

#define COLUMN(n, member) cx3_ledger_column(row, n, r->member, sizeof(r->member))

static void read_result(sqlite3_stmt *row, struct cx3_ledger_result *r)
{
	char outcome[16];

	memset(r, 0, sizeof(*r));
	COLUMN(0, time);
	COLUMN(1, station);
	COLUMN(2, device);
	COLUMN(3, card);
	COLUMN(4, guid);
	COLUMN(5, mac);
	COLUMN(6, label);
	COLUMN(7, image);
	COLUMN(8, image_psid);
	COLUMN(9, image_sha256);
	cx3_ledger_column(row, 10, outcome, sizeof(outcome));
	r->outcome = outcome_of(outcome);
	COLUMN(11, cause);
	COLUMN(12, text);
	COLUMN(13, backup);
	r->seconds = sqlite3_column_double(row, 14);
	r->pages = (unsigned)sqlite3_column_int64(row, 15);
	r->pages_again = (unsigned)sqlite3_column_int64(row, 16);
	r->reads_repeated = (uint64_t)sqlite3_column_int64(row, 17);
	r->differences = (unsigned)sqlite3_column_int64(row, 18);
}

/* A ledger's own results keep their order, though its clock may have been set back: each counts as
 * no older than those before it. */
int cx3_ledger_each_result(struct cx3_ledger *ledger,
			   bool (*fn)(void *user, const struct cx3_ledger_result *result),
			   void *user, struct cx3_error *err)
{
	struct cx3_ledger_result result;
	sqlite3_stmt *statement;
	bool more = true;
	int rc = cx3_ledger_prepare(
		ledger, &statement, err,
		"SELECT time, station, device, card, guid, mac, label, image, image_psid,"
		" image_sha256, outcome, cause, text, backup, seconds, pages, pages_again,"
		" reads_repeated, differences FROM result ORDER BY"
		" max(time) OVER (PARTITION BY home ORDER BY seq), home, seq",
		"");

	while (rc == CX3_OK && more) {
		rc = cx3_ledger_step(ledger, statement, &more, err);
		if (rc != CX3_OK || !more)
			break;
		read_result(statement, &result);
		more = fn(user, &result);
	}
	sqlite3_finalize(statement);
	return rc;
}

/* --- As text --- */

struct column {
	const char *name;
	const char *text; /* NULL: a number */
	double number;
};
#define MOST_COLUMNS 19u

static void columns_of(const struct cx3_ledger_result *r, struct column column[MOST_COLUMNS])
{
	const struct column columns[MOST_COLUMNS] = {
		{"time", r->time, 0},
		{"adapter", r->device, 0},
		{"card", r->card, 0},
		{"guid", r->guid, 0},
		{"mac", r->mac, 0},
		{"label", r->label, 0},
		{"image", r->image, 0},
		{"psid", r->image_psid, 0},
		{"result", cx3_ledger_outcome_name(r->outcome), 0},
		{"cause", r->cause, 0},
		{"text", r->text, 0},
		{"seconds", NULL, r->seconds},
		{"pages", NULL, r->pages},
		{"pages_again", NULL, r->pages_again},
		{"reads_repeated", NULL, (double)r->reads_repeated},
		{"differences", NULL, r->differences},
		{"backup", r->backup, 0},
		{"image_sha256", r->image_sha256, 0},
		{"station", r->station, 0},
	};

	memcpy(column, columns, sizeof(columns));
}

/* A text that a spreadsheet would take for a formula gets an apostrophe before it. */
static void write_field(FILE *out, const char *text)
{
	bool formula = *text && strchr("=+-@", *text);

	if (!formula && !strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	fputs(formula ? "\"'" : "\"", out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static bool write_csv(void *user, const struct cx3_ledger_result *result)
{
	struct column column[MOST_COLUMNS];
	FILE *out = user;

	columns_of(result, column);
	for (unsigned i = 0; i < MOST_COLUMNS; i++) {
		if (i > 0)
			fputc(',', out);
		if (column[i].text)
			write_field(out, column[i].text);
		else
			fprintf(out, "%.10g", column[i].number);
	}
	fputs("\r\n", out);
	return true;
}

static void write_csv_head(FILE *out)
{
	static const struct cx3_ledger_result none;
	struct column column[MOST_COLUMNS];

	columns_of(&none, column);
	for (unsigned i = 0; i < MOST_COLUMNS; i++)
		fprintf(out, "%s%s", i ? "," : "", column[i].name);
	fputs("\r\n", out);
}

static bool write_json(void *user, const struct cx3_ledger_result *result)
{
	struct column column[MOST_COLUMNS];
	cJSON *object = cJSON_CreateObject();
	FILE *out = user;
	char *text;

	columns_of(result, column);
	for (unsigned i = 0; i < MOST_COLUMNS; i++) {
		char *valid = column[i].text && *column[i].text ? cx3_text_valid(column[i].text)
								: NULL;

		if (!column[i].text)
			cJSON_AddNumberToObject(object, column[i].name, column[i].number);
		else if (valid)
			cJSON_AddStringToObject(object, column[i].name, valid);
		else
			cJSON_AddNullToObject(object, column[i].name);
		free(valid);
	}
	text = cJSON_PrintUnformatted(object);
	cJSON_Delete(object);
	if (text)
		fprintf(out, "%s\n", text);
	cJSON_free(text);
	return text != NULL;
}

int cx3_ledger_text(struct cx3_ledger *ledger, enum cx3_ledger_form form, char **text, size_t *len,
		    struct cx3_error *err)
{
	FILE *out = open_memstream(text, len);
	int rc = CX3_OK;

	if (out && form == CX3_LEDGER_CSV)
		write_csv_head(out);
	if (out)
		rc = cx3_ledger_each_result(ledger, form == CX3_LEDGER_CSV ? write_csv : write_json,
					    out, err);
	if (!out || fclose(out) != 0) {
		free(out ? *text : NULL);
		*text = NULL;
		return cx3_fail(err, CX3_E_NO_MEMORY, ledger->path,
				"There is no memory for the report.\n"
				"Close other programs and try again.");
	}
	if (rc != CX3_OK) {
		free(*text);
		*text = NULL;
	}
	return rc;
}
