/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One table: which command line belongs to which action of a diagnosis. The library names no
 * command, since other programs use it too.
 */
#include "next.h"

#include <stdlib.h>
#include <string.h>

#include "printable.h"

#define COLUMNS 80u
#define WORDS 8u

static const struct row {
	const char *word[WORDS];
	bool device; /* they come behind it */
} rows[] = {
	[CX3_ACTION_NONE] = {.device = false},
	[CX3_ACTION_LOOK_AGAIN] = {{"status"}, true},
	[CX3_ACTION_TEST_WIRES] = {{"selftest"}, true},
	[CX3_ACTION_SCAN] = {{"scan"}, false},
	[CX3_ACTION_POWER_CYCLE] = {{"status"}, true},
	[CX3_ACTION_FREE_SEMAPHORES] = {{"clear_semaphore"}, true},
	[CX3_ACTION_REPORT] = {{"report"}, true},
	[CX3_ACTION_RESUME] = {{"resume"}, true},
	[CX3_ACTION_RECOVER] = {{"-i", "IMAGE", "recover"}, true},
	[CX3_ACTION_RESET_CONFIG] = {{"reset_config"}, true},
	[CX3_ACTION_SET_GUIDS] = {{"-guid", "GUID", "-mac", "MAC", "sg"}, true},
	[CX3_ACTION_BURN] = {{"-i", "IMAGE", "-allow_psid_change", "--dry-run", "burn"}, true},
	[CX3_ACTION_UNPROTECT] = {{"wp", "off"}, true},
	[CX3_ACTION_QUERY_PROTECTION] = {{"wp", "query"}, true},
	[CX3_ACTION_SAY_PART] = {{"--flash-params", "TYPE,LOG2SIZE,1", "status"}, true},
};

/* What scan lists are this machine's I2C buses: no other adapter has one beside it. */
static enum cx3_action for_device(const struct cli *cli, enum cx3_action action)
{
	const char *device = cli->options.device;
	bool i2c = strncmp(device, "/dev/", strlen("/dev/")) == 0 ||
		   strncmp(device, "i2c:", strlen("i2c:")) == 0;

	return action == CX3_ACTION_SCAN && !i2c ? CX3_ACTION_LOOK_AGAIN : action;
}

/* The job would be refused without: it lifts the protection itself, and puts it back. */
static bool has_to_unprotect(const struct cx3_facts *facts, enum cx3_action action)
{
	bool writes = action == CX3_ACTION_RECOVER || action == CX3_ACTION_RESET_CONFIG ||
		      action == CX3_ACTION_SET_GUIDS || action == CX3_ACTION_BURN;

	return writes && facts->has_flash && facts->status->protected_len > 0 &&
	       facts->status->protection.register_lock == CX3_REGISTER_FREE;
}

void next_find(const struct cli *cli, const struct cx3_facts *facts, enum cx3_action action,
	       struct advice *advice)
{
	const struct row *row = &rows[for_device(cli, action)];

	memset(advice, 0, sizeof(*advice));
	if (!row->word[0])
		return;
	/* what was said of the part is said anew */
	if (action == CX3_ACTION_SAY_PART)
		advice_device(cli, advice);
	else if (row->device)
		advice_begin(cli, advice);
	else
		advice_push(advice, "cx3flash");
	if (action == CX3_ACTION_RESUME && cli->options.backup_dir) {
		advice_push(advice, "--backup-dir");
		advice_push(advice, cli->options.backup_dir);
	}
	if (has_to_unprotect(facts, action))
		advice_push(advice, "--unprotect");
	for (unsigned i = 0; i < WORDS && row->word[i]; i++)
		advice_push(advice, row->word[i]);
	if (action == CX3_ACTION_RESUME && facts->waiting_journal[0])
		advice_push(advice, facts->waiting_journal);
}

/* Words of a text, in lines that begin with `indent` blanks. */
static void say_wrapped(struct cli *cli, unsigned indent, unsigned column, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		if (column > indent && column + 1 + len > COLUMNS) {
			say(cli, "\n%*s", (int)indent, "");
			column = indent;
		}
		say(cli, "%s%.*s", column > indent ? " " : "", (int)len, text);
		column += (unsigned)len + (column > indent);
		text += len + strspn(text + len, " ");
	}
	say(cli, "\n");
}

static void line_json(cJSON *item, const struct advice *advice, const char *line)
{
	cJSON *words = json_array(item, "words");

	json_text(item, "line", advice->count ? line : NULL);
	for (size_t i = 0; words && i < advice->count; i++)
		cJSON_AddItemToArray(words, json_string(advice->word[i]));
}

static void say_watched(struct cli *cli, uint32_t ms)
{
	if (ms)
		say(cli, "  It was taken all the time that this look has watched it: %u.%u s.\n",
		    (unsigned)(ms / 1000), (unsigned)(ms % 1000 / 100));
}

/* Whoever holds a semaphore may be at work: that shows with time, before anything is freed. */
static void say_lines(struct cli *cli, const struct cx3_finding *finding, bool first,
		      const char *line, const char *again)
{
	const char *when = first ? "Next" : "Then";

	if (again)
		say(cli, "-I- In a minute, once more: %s\n", shown(again));
	if (line)
		say(cli, "-I- %s%s: %s\n", when,
		    finding->action == CX3_ACTION_FREE_SEMAPHORES
			    ? ", if it is still taken and no tool runs"
			    : "",
		    shown(line));
}

static char *look_again_line(const struct cli *cli, const struct cx3_facts *facts,
			     const struct cx3_finding *finding)
{
	struct advice advice;

	if (finding->action != CX3_ACTION_FREE_SEMAPHORES)
		return NULL;
	next_find(cli, facts, CX3_ACTION_LOOK_AGAIN, &advice);
	return advice_line(&advice);
}

static void show_one(struct cli *cli, const struct cx3_facts *facts, cJSON *array,
		     const struct cx3_finding *finding, bool first)
{
	cJSON *item = json_append(array);
	struct advice advice;
	char *line, *again = look_again_line(cli, facts, finding);

	next_find(cli, facts, finding->action, &advice);
	line = advice.count ? advice_line(&advice) : NULL;
	say(cli, "\n%s%c %s%s\n  ", bold(), finding->needs_doing ? '*' : '-', finding->key,
	    plain());
	say_wrapped(cli, 2, 2, finding->meaning);
	say_watched(cli, finding->watched_ms);
	if (finding->next[0]) {
		say(cli, "  ");
		say_wrapped(cli, 2, 2, finding->next);
	}
	say_lines(cli, finding, first, line, again);
	json_text(item, "key", finding->key);
	json_flag(item, "needs_doing", finding->needs_doing);
	json_text(item, "meaning", finding->meaning);
	json_text(item, "next", finding->next[0] ? finding->next : NULL);
	json_text(item, "action", cx3_action_name(finding->action));
	if (finding->watched_ms)
		json_number(item, "watched_ms", finding->watched_ms);
	line_json(item, &advice, line);
	json_text(item, "look_again", again);
	free(again);
	free(line);
}

void diagnosis_show(struct cli *cli, const struct cx3_facts *facts,
		    const struct cx3_diagnosis *diagnosis)
{
	cJSON *item = json_object(cli->json, "diagnosis");
	cJSON *findings;

	json_text(item, "state", diagnosis->finding[0].key);
	json_flag(item, "needs_doing", diagnosis->needs_doing);
	findings = json_array(item, "findings");
	for (unsigned i = 0; i < diagnosis->count; i++)
		show_one(cli, facts, findings, &diagnosis->finding[i], i == 0);
}
