/* SPDX-License-Identifier: BSD-2-Clause */
/* provision's words for the ledger: import, range, report, export, merge, and for one identity. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice.h"
#include "cx3flash/file.h"
#include "keep.h"
#include "printable.h"
#include "provision.h"
#include "screen.h"

/* A line of a list, or a double: told at once. */
static void tell(void *user, const char *place, const char *text)
{
	struct cli *cli = user;
	cJSON *item;

	if (!cli->json) {
		fflush(screen_out());
		fprintf(screen_err(), "-E- %s: %s\n", shown(place), shown(text));
		fflush(screen_err());
		return;
	}
	item = json_append(cJSON_GetObjectItem(cli->json, "problems"));
	json_text(item, "place", place);
	json_text(item, "text", text);
}

static void tell_counts(struct cli *cli, struct cx3_ledger *ledger)
{
	struct cx3_ledger_counts n;
	cJSON *item;

	if (cx3_ledger_count(ledger, &n, NULL) != CX3_OK)
		return;
	say(cli,
	    "Identities: %u free, %u reserved, %u begun, %u burnt, %u retired; %u of other ledgers.\n",
	    n.state[CX3_LEDGER_FREE], n.state[CX3_LEDGER_RESERVED], n.state[CX3_LEDGER_BEGUN],
	    n.state[CX3_LEDGER_BURNT], n.state[CX3_LEDGER_RETIRED], n.elsewhere);
	item = json_object(cli->json, "identities");
	for (unsigned i = 0; i <= CX3_LEDGER_RETIRED; i++)
		json_number(item, cx3_ledger_state_name((enum cx3_ledger_state)i), n.state[i]);
	json_number(item, "elsewhere", n.elsewhere);
	json_number(cli->json, "cards_seen", n.cards);
	json_number(cli->json, "backups", n.backups);
}

static int import(struct cli *cli, struct cx3_ledger *ledger)
{
	unsigned count;
	int rc;

	json_array(cli->json, "problems");
	rc = cx3_ledger_import(ledger, cli->argv[1], tell, cli, &count, &cli->err);
	json_number(cli->json, "imported", count);
	if (rc == CX3_OK)
		say(cli, "-I- %u identities are imported.\n", count);
	return rc;
}

/* "FIRST COUNT", or "FIRST..LAST" and perhaps ",step=N". */
struct range {
	uint64_t first, count, step;
};

/* "FIRST..LAST[,step=N]" */
static int parse_span(struct cli *cli, const char *dots, struct range *range)
{
	const char *comma = strstr(dots, ",step="), *from = dots + 2;
	char text[64];
	uint64_t last = 0;
	int rc;

	snprintf(text, sizeof(text), "%.*s", (int)(dots - cli->argv[1]), cli->argv[1]);
	rc = parse_guid_text(text, &range->first, &cli->err);
	if (rc == CX3_OK && comma)
		rc = parse_number(comma + strlen(",step="), "step", UINT32_MAX, &range->step,
				  &cli->err);
	snprintf(text, sizeof(text), "%.*s", (int)(comma ? (size_t)(comma - from) : strlen(from)),
		 from);
	if (rc == CX3_OK)
		rc = parse_guid_text(text, &last, &cli->err);
	if (rc != CX3_OK)
		return rc;
	if (last < range->first || range->step == 0)
		return cx3_fail(&cli->err, CX3_E_USAGE, "range",
				"The last GUID is below the first, or the step is 0.");
	range->count = (last - range->first + 1) / range->step;
	return CX3_OK;
}

static int parse_range(struct cli *cli, struct range *range)
{
	const char *dots = strstr(cli->argv[1], "..");
	int rc;

	*range = (struct range){.step = 4};
	if (dots && cli->argc == 2)
		return parse_span(cli, dots, range);
	if (dots || cli->argc < 3)
		return cx3_fail(
			&cli->err, CX3_E_USAGE, "range",
			"Of FIRST and COUNT one is missing; use: provision range FIRST COUNT, or "
			"FIRST..LAST.");
	rc = parse_guid_text(cli->argv[1], &range->first, &cli->err);
	if (rc == CX3_OK)
		rc = parse_number(cli->argv[2], "COUNT", CX3_LEDGER_MOST, &range->count, &cli->err);
	return rc;
}

static int add_range(struct cli *cli, struct cx3_ledger *ledger)
{
	struct range range;
	int rc = parse_range(cli, &range);

	if (rc == CX3_OK)
		rc = cx3_ledger_add_range(ledger, range.first, range.count, range.step, &cli->err);
	if (rc != CX3_OK)
		return rc;
	json_number(cli->json, "imported", range.count);
	say(cli, "-I- %" PRIu64 " identities are added, from %016" PRIx64 " to %016" PRIx64 ".\n",
	    range.count, range.first, range.first + (range.count - 1) * range.step);
	return CX3_OK;
}

/* Without the word before that of a withdrawn one. */
static const char *card_of(const struct cx3_ledger_entry *entry)
{
	return shown(cx3_ledger_is_withdrawn(entry) ? strchr(entry->card, ':') + 1 : entry->card);
}

/* What a person has to look after: all that is neither free nor burnt. */
static bool tell_entry(void *user, const struct cx3_ledger_entry *entry)
{
	struct cli *cli = user;
	char guid[20], mac[16];

	if (entry->elsewhere ||
	    (entry->state != CX3_LEDGER_RESERVED && entry->state != CX3_LEDGER_BEGUN))
		return true;
	cx3_fs2_guid_text(entry->identity.guid[0], guid);
	cx3_fs2_mac_text(entry->identity.mac[0], mac);
	if (cx3_ledger_is_withdrawn(entry)) {
		say(cli, "withdrawn %-16s  since %s, for it was seen on the card %s\n",
		    provision_name(guid, mac, "-"), entry->time, card_of(entry));
		return true;
	}
	say(cli, "%-9s %-16s  since %s, for the card %s%s%s\n", cx3_ledger_state_name(entry->state),
	    provision_name(guid, mac, "-"), entry->time, card_of(entry),
	    entry->station[0] ? ", on " : "", shown(entry->station));
	return true;
}

static bool entry_json(void *user, const struct cx3_ledger_entry *entry)
{
	cJSON *item = json_append(user);
	char guid[20], mac[16];

	cx3_fs2_guid_text(entry->identity.guid[0], guid);
	cx3_fs2_mac_text(entry->identity.mac[0], mac);
	json_text(item, "state", cx3_ledger_state_name(entry->state));
	json_flag(item, "elsewhere", entry->elsewhere);
	json_flag(item, "found", entry->found);
	json_text(item, "guid", guid[0] ? guid : NULL);
	json_text(item, "mac", mac[0] ? mac : NULL);
	json_text(item, "label", entry->label[0] ? entry->label : NULL);
	json_text(item, "card", entry->card[0] ? entry->card : NULL);
	json_text(item, "station", entry->station[0] ? entry->station : NULL);
	json_text(item, "since", entry->time);
	return true;
}

static bool tell_result(void *user, const struct cx3_ledger_result *r)
{
	struct cli *cli = user;

	say(cli, "%s  %-11s %-16s  %s%s%s\n", r->time, cx3_ledger_outcome_name(r->outcome),
	    provision_name(r->guid, r->mac, "-"), shown(r->device), r->label[0] ? "  " : "",
	    r->label[0] ? shown(r->label) : "");
	if (r->outcome == CX3_LEDGER_FAILED)
		say(cli, "%20s  %s\n", "", shown(r->text));
	return true;
}

static bool result_json(void *user, const struct cx3_ledger_result *result)
{
	provision_result_json(json_append(user), result);
	return true;
}

static int report(struct cli *cli, struct cx3_ledger *ledger)
{
	int rc;

	if (cli->json) {
		rc = cx3_ledger_each_entry(ledger, entry_json, json_array(cli->json, "ledger"),
					   &cli->err);
		return rc == CX3_OK
			       ? cx3_ledger_each_result(ledger, result_json,
							json_array(cli->json, "results"), &cli->err)
			       : rc;
	}
	rc = cx3_ledger_each_result(ledger, tell_result, cli, &cli->err);
	return rc == CX3_OK ? cx3_ledger_each_entry(ledger, tell_entry, cli, &cli->err) : rc;
}

static int export(struct cli *cli, struct cx3_ledger *ledger)
{
	const char *path = cli->argv[1], *ending = strrchr(path, '.');
	bool lines = ending && strcmp(ending, ".jsonl") == 0;
	char *text;
	size_t len;
	int rc = keep_backup(cli, path);

	if (rc == CX3_OK)
		rc = keep_content(cli, path);
	if (rc == CX3_OK)
		rc = output_allowed(cli, path);
	if (rc == CX3_OK)
		rc = cx3_ledger_text(ledger, lines ? CX3_LEDGER_JSON_LINES : CX3_LEDGER_CSV, &text,
				     &len, &cli->err);
	if (rc != CX3_OK)
		return rc;
	rc = cx3_file_write(path, text, len, cli->options.yes, &cli->err);
	free(text);
	json_text(cli->json, "file", path);
	if (rc == CX3_OK)
		say(cli, "-I- What was done is in %s\n", shown(path));
	return rc;
}

/* The words that settle a double. */
static void say_how_to_settle(struct cli *cli)
{
	static const char *const words[][2] = {
		{"retire", "To retire a free one"},
		{"replaced", "To say that the card of one has another"},
	};

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct advice advice = {.count = 0};

		advice_push(&advice, "cx3flash");
		advice_push(&advice, "--ledger");
		advice_push(&advice, cli->options.ledger);
		advice_push(&advice, "provision");
		advice_push(&advice, words[i][0]);
		advice_push(&advice, "GUID");
		advice_tell(cli, &advice, NULL, words[i][1]);
	}
}

static int merge(struct cli *cli, struct cx3_ledger *ledger)
{
	struct cx3_ledger_merged merged;
	cJSON *item;
	int rc;

	json_array(cli->json, "problems");
	rc = cx3_ledger_merge(ledger, cli->argv[1], tell, cli, &merged, &cli->err);
	if (rc == CX3_E_IDENTITY)
		say_how_to_settle(cli);
	if (rc != CX3_OK)
		return rc;
	say(cli, "-I- New or changed: %u identities, %u cards, %u backups, %u results.\n",
	    merged.identities, merged.cards, merged.backups, merged.results);
	item = json_object(cli->json, "merged");
	json_number(item, "identities", merged.identities);
	json_number(item, "cards", merged.cards);
	json_number(item, "backups", merged.backups);
	json_number(item, "results", merged.results);
	return CX3_OK;
}

static int release(struct cli *cli, struct cx3_ledger *ledger)
{
	struct cx3_ledger_entry entry;
	uint64_t guid;
	int rc = parse_guid_text(cli->argv[1], &guid, &cli->err);

	if (rc == CX3_OK)
		rc = cx3_ledger_release(ledger, guid, &entry, &cli->err);
	if (rc != CX3_OK)
		return rc;
	say(cli, "-I- %016" PRIx64 " is free again. It was %s the card %s.\n", guid,
	    cx3_ledger_is_withdrawn(&entry) ? "seen on" : "kept for", card_of(&entry));
	return CX3_OK;
}

static int retire(struct cli *cli, struct cx3_ledger *ledger)
{
	struct cx3_ledger_entry entry;
	uint64_t guid;
	int rc = parse_guid_text(cli->argv[1], &guid, &cli->err);

	if (rc == CX3_OK)
		rc = cx3_ledger_retire(ledger, guid, &entry, &cli->err);
	if (rc == CX3_OK)
		say(cli, "-I- %016" PRIx64 " is retired: no card gets it.\n", guid);
	return rc;
}

/* What cards have is not given up by a slip of the hand. */
static int replaced(struct cli *cli, struct cx3_ledger *ledger)
{
	struct cx3_ledger_entry entry;
	uint64_t guid;
	int rc = parse_guid_text(cli->argv[1], &guid, &cli->err);

	if (rc != CX3_OK)
		return rc;
	say(cli,
	    "%016" PRIx64 " is taken from its card in the ledger. Right only if that card has "
	    "another identity by now, or gets one, or is gone.\n",
	    guid);
	rc = ask_continue(cli, &cli->err);
	if (rc == CX3_OK)
		rc = cx3_ledger_replaced(ledger, guid, &entry, &cli->err);
	if (rc == CX3_OK)
		say(cli, "-I- %016" PRIx64 " is retired. The card was %s.\n", guid,
		    card_of(&entry));
	return rc;
}

static const struct {
	const char *name;
	int min, max;			     /* arguments, the word itself included */
	enum { READS, WRITES, CREATES } way; /* CREATES: a ledger where there is none */
	int (*run)(struct cli *cli, struct cx3_ledger *ledger);
} words[] = {
	{"import", 2, 2, CREATES, import}, {"range", 2, 3, CREATES, add_range},
	{"report", 1, 1, READS, report},   {"export", 2, 2, READS, export},
	{"merge", 2, 2, CREATES, merge},   {"release", 2, 2, WRITES, release},
	{"retire", 2, 2, WRITES, retire},  {"replaced", 2, 2, WRITES, replaced},
};

static bool is_empty(struct cx3_ledger *ledger)
{
	struct cx3_ledger_counts n;

	return cx3_ledger_count(ledger, &n, NULL) == CX3_OK && n.elsewhere == 0 && n.cards == 0 &&
	       n.state[CX3_LEDGER_FREE] == 0 && n.state[CX3_LEDGER_RETIRED] == 0;
}

int provision_book(struct cli *cli, const char *word)
{
	const char *path = cli->options.ledger;
	struct cx3_ledger *ledger = NULL;
	bool fresh;
	size_t i = 0;
	int rc;

	while (i < sizeof(words) / sizeof(words[0]) && strcmp(words[i].name, word) != 0)
		i++;
	if (i == sizeof(words) / sizeof(words[0]))
		return CX3_E_NOT_MINE;
	if (cli->argc < words[i].min || cli->argc > words[i].max)
		return cx3_fail(
			&cli->err, CX3_E_USAGE, word,
			"It takes another number of arguments; see cx3flash provision --help.");
	fresh = words[i].way == CREATES && access(path, F_OK) != 0;
	if (words[i].way == READS)
		rc = cx3_ledger_open_to_read(path, &ledger, &cli->err);
	else
		rc = cx3_ledger_open(path, word, words[i].way == CREATES, &ledger, &cli->err);
	if (rc == CX3_OK)
		rc = words[i].run(cli, ledger);
	if (rc == CX3_OK)
		tell_counts(cli, ledger);
	/* nobody asked for an empty one */
	if (rc != CX3_OK && fresh && ledger && is_empty(ledger))
		(void)unlink(path);
	cx3_ledger_close(ledger);
	return rc;
}
