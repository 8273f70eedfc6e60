/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Identities come into the ledger: from a list, or as a range. All of them or none. A list is read
 * and checked before the ledger is locked, so that a station need not wait for what is refused.
 */
#include "station_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/file.h"

#define MOST_BYTES (16u << 20)
#define MOST_TOLD 50u

enum column { GUID, MAC, LABEL, COLUMNS };

/* A line that can be taken, as far as the line itself tells. */
struct item {
	struct cx3_identity identity;
	const char *label; /* in the list's text */
	unsigned line;
};

/* A list that is read. */
struct list {
	struct cx3_ledger *ledger;
	const char *path;
	unsigned line;
	int column[COLUMNS]; /* where it is in a line; -1: nowhere */
	bool started;	     /* a line with words was there */
	unsigned bad, added;
	struct item *item;
	size_t count, room;
	int64_t before; /* the last entry before this import */
	cx3_ledger_tell tell;
	void *user;
};

static void complain(struct list *list, const char *text)
{
	char place[600];

	list->bad++;
	if (!list->tell || list->bad > MOST_TOLD)
		return;
	snprintf(place, sizeof(place), "%s:%u", list->path, list->line);
	list->tell(list->user, place, text);
}

static char *trim(char *text)
{
	char *end;

	text += strspn(text, " \t");
	end = text + strlen(text);
	while (end > text && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return text;
}

#define FIELDS 16u

/*
 * The first field of *line, in place, with quotes as RFC 4180 has them. *line is what comes behind
 * its comma; NULL: nothing does. NULL: the quotes make no sense.
 */
static char *take_field(char **line)
{
	char *text = *line + strspn(*line, " \t"), *from = text, *to = text;

	if (*from != '"') {
		*line = strchr(text, ',');
		if (*line)
			*(*line)++ = '\0';
		return strchr(text, '"') ? NULL : trim(text);
	}
	for (from++; *from && (*from != '"' || from[1] == '"'); from++) {
		from += *from == '"';
		*to++ = *from;
	}
	if (*from != '"')
		return NULL;
	from++;
	from += strspn(from, " \t\r");
	if (*from && *from != ',')
		return NULL;
	*line = *from ? from + 1 : NULL;
	*to = '\0';
	return text;
}

/* Takes the line apart in place; 0: its quotes make no sense. */
static unsigned split(char *line, char *field[FIELDS])
{
	unsigned count = 0;

	while (line && count < FIELDS) {
		field[count] = take_field(&line);
		if (!field[count++])
			return 0;
	}
	return count;
}

/* "guid,mac,label" in any order; false where the first field is a GUID. Two columns of one name: no
 * line tells which of them is meant. */
static bool take_header(struct list *list, char *field[FIELDS], unsigned count)
{
	static const char *const names[COLUMNS] = {"guid", "mac", "label"};
	int column[COLUMNS] = {-1, -1, -1};
	uint64_t guid;
	bool twice = false;

	if (cx3_fs2_parse_guid(field[0], &guid, NULL) == CX3_OK)
		return false;
	for (unsigned i = 0; i < count; i++) {
		for (unsigned c = 0; c < COLUMNS; c++) {
			if (strcasecmp(field[i], names[c]) != 0)
				continue;
			twice = twice || column[c] >= 0;
			column[c] = (int)i;
		}
	}
	if (column[GUID] < 0)
		return false;
	if (twice)
		complain(list,
			 "Two columns have the same name: guid, mac and label may be there once.");
	memcpy(list->column, column, sizeof(column));
	return true;
}

static const char *field_of(const struct list *list, enum column column, char *field[FIELDS],
			    unsigned count)
{
	int at = list->column[column];

	return at >= 0 && (unsigned)at < count ? field[at] : "";
}

static int parse(const char *guid_text, const char *mac_text, struct cx3_identity *identity,
		 struct cx3_error *err)
{
	uint64_t guid, mac = 0;
	int rc = cx3_fs2_parse_guid(guid_text, &guid, err);

	if (rc == CX3_OK && *mac_text)
		rc = cx3_fs2_parse_mac(mac_text, &mac, err);
	if (rc == CX3_OK && guid == UINT64_MAX)
		return cx3_fail(err, CX3_E_IDENTITY, "GUID",
				"A GUID of ones is a blank one.\nGive the card's own.");
	if (rc == CX3_OK)
		rc = cx3_identity_given(NULL, 1, &guid, *mac_text ? 1 : 0, &mac, identity, err);
	if (rc == CX3_OK && cx3_identity_is_published(identity))
		return cx3_fail(err, CX3_E_IDENTITY, "GUID",
				"Published image files carry this one: it is no card's own.\n"
				"Take it out of the list.");
	return rc;
}

/* Why the ledger does not take it twice. */
static int complain_taken(struct list *list, int64_t id, struct cx3_error *err)
{
	struct cx3_ledger_entry by = {.id = 0};
	char text[300], name[20];
	int rc = list->bad < MOST_TOLD ? cx3_ledger_entry_of(list->ledger, id, &by, err) : CX3_OK;

	if (rc != CX3_OK)
		return rc;
	cx3_ledger_name(&by.identity, name);
	if (id > list->before)
		snprintf(text, sizeof(text),
			 "An address of this identity is in the list before, as one of %s.", name);
	else
		snprintf(
			text, sizeof(text),
			"An address of this identity is in the ledger already, as one of %s (%s%s).",
			name, cx3_ledger_state_name(by.state),
			by.elsewhere ? ", of another ledger" : "");
	complain(list, text);
	return CX3_OK;
}

static int no_memory(const struct list *list, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NO_MEMORY, list->path,
			"There is no memory for the list.\nClose other programs and try again.");
}

static int keep(struct list *list, const struct cx3_identity *identity, const char *label,
		struct cx3_error *err)
{
	size_t room = list->room ? 2 * list->room : 256;
	struct item *item = list->item;

	if (list->count == list->room) {
		item = realloc(list->item, room * sizeof(*item));
		if (!item)
			return no_memory(list, err);
		list->item = item;
		list->room = room;
	}
	item[list->count++] = (struct item){
		.identity = *identity, .label = label, .line = list->line};
	return CX3_OK;
}

static int take_fields(struct list *list, char *field[FIELDS], unsigned count,
		       struct cx3_error *err)
{
	const char *label = field_of(list, LABEL, field, count);
	struct cx3_identity identity;
	struct cx3_error why;
	char text[700];

	if (parse(field_of(list, GUID, field, count), field_of(list, MAC, field, count), &identity,
		  &why) != CX3_OK) {
		complain(list, cx3_error_text(&why, text, sizeof(text)));
		return CX3_OK;
	}
	if (strlen(label) >= CX3_LEDGER_LABEL) {
		complain(list, "The label has more than 63 bytes.");
		return CX3_OK;
	}
	return keep(list, &identity, label, err);
}

static int take_line(struct list *list, char *line, struct cx3_error *err)
{
	char *field[FIELDS];
	unsigned count;

	if (!*trim(line) || *trim(line) == '#')
		return CX3_OK;
	count = split(line, field);
	if (count == 0) {
		complain(list,
			 "Its quotes are wrong: a field with quotes begins with one and ends with "
			 "one in the same line, and a quote inside it is written twice.");
		return CX3_OK;
	}
	if (!list->started && take_header(list, field, count)) {
		list->started = true;
		return CX3_OK;
	}
	list->started = true;
	return take_fields(list, field, count, err);
}

static int check_bad(const struct list *list, struct cx3_error *err)
{
	if (list->bad == 0)
		return CX3_OK;
	return cx3_fail(err, CX3_E_IDENTITY, list->path,
			"%u lines of this list can't be taken, so none of it was.\n"
			"Mend or remove these lines, and import the list again.",
			list->bad);
}

static int take_lines(struct list *list, char *text, struct cx3_error *err)
{
	int rc = CX3_OK;

	while (text && rc == CX3_OK) {
		size_t len = strcspn(text, "\r\n");
		/* a line ends with CR LF, LF, or CR alone */
		char *next = text[len] ? text + len + (strncmp(text + len, "\r\n", 2) == 0 ? 2 : 1)
				       : NULL;

		text[len] = '\0';
		list->line++;
		rc = take_line(list, text, err);
		text = next;
	}
	if (rc == CX3_OK)
		rc = check_bad(list, err);
	if (rc == CX3_OK && list->count == 0)
		return cx3_fail(err, CX3_E_IDENTITY, list->path,
				"No identity is in this list.\n"
				"A line of it has a base GUID, and may have a MAC and a label: "
				"0002c9030000aa00,0002c900aa01,bench 7.");
	return rc;
}

static int add_items(struct list *list, struct cx3_adder *adder, struct cx3_error *err)
{
	int rc = cx3_ledger_number(list->ledger, &list->before, err,
				   "SELECT ifnull(max(id), 0) FROM identity", "");

	for (size_t i = 0; i < list->count && rc == CX3_OK; i++) {
		const struct item *item = &list->item[i];
		int64_t id, by;

		list->line = item->line;
		rc = cx3_adder_add(adder, &item->identity, item->label, &id, &by, err);
		if (rc == CX3_OK && by != 0)
			rc = complain_taken(list, by, err);
		list->added += rc == CX3_OK && by == 0;
	}
	return rc == CX3_OK ? check_bad(list, err) : rc;
}

/* All of it, in one transaction. */
static int add_list(struct list *list, struct cx3_error *err)
{
	struct cx3_adder adder;
	int rc = cx3_ledger_enter(list->ledger, err);

	if (rc != CX3_OK)
		return rc;
	rc = cx3_adder_open(&adder, list->ledger, true, err);
	if (rc == CX3_OK)
		rc = add_items(list, &adder, err);
	cx3_adder_close(&adder);
	return cx3_ledger_leave(list->ledger, rc, err);
}

/* A text: what has zero bytes is something else. */
static int load(const char *path, char **text, struct cx3_error *err)
{
	uint8_t *data;
	size_t len;
	int rc = cx3_file_read(path, MOST_BYTES, &data, &len, err);

	*text = NULL;
	if (rc != CX3_OK)
		return rc;
	*text = memchr(data, 0, len) ? NULL : strndup((const char *)data, len);
	free(data);
	if (!*text)
		return cx3_fail(err, CX3_E_IDENTITY, path,
				"This is no text file.\nName a list of GUIDs, one a line.");
	return CX3_OK;
}

int cx3_ledger_import(struct cx3_ledger *ledger, const char *path, cx3_ledger_tell tell, void *user,
		      unsigned *count, struct cx3_error *err)
{
	struct list list = {.ledger = ledger,
			    .path = path,
			    .tell = tell,
			    .user = user,
			    .column = {GUID, MAC, LABEL}};
	char *text;
	int rc = load(path, &text, err);

	if (rc != CX3_OK || !text)
		return rc;
	/* a byte order mark, as spreadsheets write one */
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		memset(text, ' ', 3);
	rc = take_lines(&list, text, err);
	if (rc == CX3_OK)
		rc = add_list(&list, err);
	free(list.item);
	free(text);
	*count = rc == CX3_OK ? list.added : 0;
	return rc;
}

static int add_one(struct cx3_adder *adder, uint64_t guid, struct cx3_error *err)
{
	struct cx3_identity identity;
	struct cx3_ledger_entry by;
	char name[20];
	int64_t id, other = 0;
	int rc = cx3_identity_given(NULL, 1, &guid, 0, NULL, &identity, err);

	if (rc == CX3_OK)
		rc = cx3_adder_add(adder, &identity, NULL, &id, &other, err);
	if (rc == CX3_OK && other != 0)
		rc = cx3_ledger_entry_of(adder->ledger, other, &by, err);
	if (rc != CX3_OK || other == 0)
		return rc;
	cx3_ledger_name(&by.identity, name);
	return cx3_fail(err, CX3_E_IDENTITY, "range",
			"An address of %016" PRIx64 " is in the ledger already, as one of %s (%s). "
			"Nothing of this range was added.\n"
			"Give another range.",
			guid, name, cx3_ledger_state_name(by.state));
}

static int check_range(uint64_t first, uint64_t count, uint64_t step, struct cx3_error *err)
{
	if (count == 0 || count > CX3_LEDGER_MOST)
		return cx3_fail(err, CX3_E_USAGE, "range",
				"A range has 1 to %u identities, not %" PRIu64
				".\nGive a smaller one.",
				CX3_LEDGER_MOST, count);
	if (step < 4 || step > 0x10000)
		return cx3_fail(
			err, CX3_E_USAGE, "range",
			"A card takes four GUIDs, so base GUIDs are 4 to 65536 apart and not "
			"%" PRIu64 ".\nGive another step.",
			step);
	/* the first 24 bits name the manufacturer */
	if (first == 0 || (first ^ (first + (count - 1) * step + 3)) >> 40)
		return cx3_fail(err, CX3_E_IDENTITY, "range",
				"From %016" PRIx64 " on this range would run over into another "
				"manufacturer's GUIDs.\nCheck the digits of the first one.",
				first);
	return CX3_OK;
}

int cx3_ledger_add_range(struct cx3_ledger *ledger, uint64_t first, uint64_t count, uint64_t step,
			 struct cx3_error *err)
{
	struct cx3_adder adder;
	int rc = check_range(first, count, step, err);

	if (rc == CX3_OK)
		rc = cx3_ledger_enter(ledger, err);
	if (rc != CX3_OK)
		return rc;
	rc = cx3_adder_open(&adder, ledger, true, err);
	for (uint64_t i = 0; i < count && rc == CX3_OK; i++)
		rc = add_one(&adder, first + i * step, err);
	cx3_adder_close(&adder);
	return cx3_ledger_leave(ledger, rc, err);
}
