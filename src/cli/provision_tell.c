/* SPDX-License-Identifier: BSD-2-Clause */
/* What a station says of a card: OK or FAIL, to be seen from across the room; a label; JSON. */
#include "provision.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice.h"
#include "printable.h"

static const char *const big_ok[] = {
	"  #####   ##   ##", " ##   ##  ##  ##",  " ##   ##  #####",
	" ##   ##  ##  ##",  "  #####   ##   ##",
};
static const char *const big_fail[] = {
	" #######   #####   ##  ##", " ##       ##   ##  ##  ##",     " #####    #######  ##  ##",
	" ##       ##   ##  ##  ##", " ##       ##   ##  ##  ######",
};
#define ROWS 5u

/* A terminal rings, too. */
static void say_big(struct provision *p, bool ok)
{
	const char *const *rows = ok ? big_ok : big_fail;

	if (p->cli->options.json || !isatty(STDOUT_FILENO))
		return;
	say(p->cli, "\n");
	for (unsigned i = 0; i < ROWS; i++)
		say(p->cli, "%s%s%s\n", bold(), rows[i], plain());
	say(p->cli, "\n\a");
}

const char *provision_name(const char *guid, const char *mac, const char *none)
{
	if (guid[0])
		return guid;
	return mac[0] ? mac : none;
}

/* One line for a printer: a word, the node GUID, both MACs, the PSID, the list's label. A blank
 * one is a "-", so that each word stays in its place. */
static void say_label(struct provision *p, const struct provision_card *c)
{
	const struct cx3_identity *id = &c->entry.identity;
	char guid[20], mac[2][16];

	cx3_fs2_guid_text(id->guid[0], guid);
	for (unsigned i = 0; i < 2; i++)
		cx3_fs2_mac_text(id->mac[i], mac[i]);
	say(p->cli, "LABEL %s %s %s %s%s%s\n", guid[0] ? guid : "-", mac[0][0] ? mac[0] : "-",
	    mac[1][0] ? mac[1] : "-", shown(p->image->info.psid), c->entry.label[0] ? " " : "",
	    shown(c->entry.label));
}

static const char *word_of(enum cx3_ledger_outcome outcome)
{
	static const char *const words[] = {[CX3_LEDGER_OK] = "OK",
					    [CX3_LEDGER_DONE] = "DONE",
					    [CX3_LEDGER_FAILED] = "FAIL",
					    [CX3_LEDGER_INTERRUPTED] = "STOP"};

	return words[outcome];
}

void provision_result_json(cJSON *item, const struct cx3_ledger_result *r)
{
	cJSON *health;

	json_text(item, "time", r->time);
	json_text(item, "device", r->device);
	json_text(item, "result", cx3_ledger_outcome_name(r->outcome));
	json_text(item, "card", r->card[0] ? r->card : NULL);
	json_text(item, "guid", r->guid[0] ? r->guid : NULL);
	json_text(item, "mac", r->mac[0] ? r->mac : NULL);
	json_text(item, "label", r->label[0] ? r->label : NULL);
	json_text(item, "cause", r->cause[0] ? r->cause : NULL);
	json_text(item, "text", r->text);
	json_text(item, "image", r->image);
	json_text(item, "psid", r->image_psid);
	json_text(item, "image_sha256", r->image_sha256);
	json_text(item, "backup", r->backup[0] ? r->backup : NULL);
	json_text(item, "station", r->station);
	if (item)
		cJSON_AddNumberToObject(item, "seconds", r->seconds);
	health = json_object(item, "health");
	json_number(health, "pages", r->pages);
	json_number(health, "pages_again", r->pages_again);
	json_number(health, "reads_repeated", r->reads_repeated);
	json_number(health, "differences", r->differences);
}

/* The line of this run, which burns it anew. */
static void say_burn_again(struct provision *p)
{
	static const char *const of_this_run[] = {"yes",      "silent", "json",
						  "progress", "cards",	NULL};
	struct advice advice;

	advice_own_line(p->cli, of_this_run, "--burn-again", &advice);
	advice_tell(p->cli, &advice, NULL, "To burn it anew");
}

void provision_guids_word(const uint64_t guid[4], char text[GUIDS_WORD])
{
	snprintf(text, GUIDS_WORD,
		 "--guids=%016" PRIx64 ",%016" PRIx64 ",%016" PRIx64 ",%016" PRIx64, guid[0],
		 guid[1], guid[2], guid[3]);
}

void provision_macs_word(const uint64_t mac[2], char text[MACS_WORD])
{
	snprintf(text, MACS_WORD, "--macs=%012" PRIx64 ",%012" PRIx64, mac[0], mac[1]);
}

/* The identity that lies beside the image that boots, for who knows that it is this card's. */
static void say_set_identity(struct provision *p, const struct cx3_identity *own)
{
	char guids[GUIDS_WORD], macs[MACS_WORD], guid[20], mac[16];
	struct advice advice;

	advice_begin(p->cli, &advice);
	provision_guids_word(own->guid, guids);
	provision_macs_word(own->mac, macs);
	cx3_fs2_guid_text(own->guid[0], guid);
	cx3_fs2_mac_text(own->mac[0], mac);
	if (own->guid_count && guid[0])
		advice_push(&advice, guids);
	if (own->mac_count && mac[0])
		advice_push(&advice, macs);
	advice_push(&advice, "sg");
	advice_tell(p->cli, &advice, NULL, "If no other card has it");
}

/* A card whose burn was cut, or that may be one of those: status has the line that goes on. */
static void say_next(struct provision *p, const struct provision_card *c)
{
	struct advice advice;

	if (c->other_image && !c->entry.elsewhere && c->code == CX3_E_IMAGE) {
		say_burn_again(p);
		return;
	}
	if (c->card.blank && c->result.outcome == CX3_LEDGER_FAILED && !c->job.touched) {
		say_set_identity(p, &c->card.own);
		return;
	}
	if (c->result.outcome == CX3_LEDGER_OK || c->result.outcome == CX3_LEDGER_DONE ||
	    (!c->job.touched && c->code != CX3_E_IDENTITY))
		return;
	advice_begin(p->cli, &advice);
	advice_push(&advice, "status");
	advice_tell(p->cli, &advice, NULL, "With this card alone");
}

void provision_tell(struct provision *p, const struct provision_card *c)
{
	const struct cx3_ledger_result *r = &c->result;
	bool ok = r->outcome == CX3_LEDGER_OK || r->outcome == CX3_LEDGER_DONE;

	progress_clear(&p->cli->progress);
	if (r->outcome != CX3_LEDGER_INTERRUPTED)
		say_big(p, ok);
	say(p->cli, "%-4s  %s  %s  %s\n", word_of(r->outcome), shown(p->cli->options.device),
	    provision_name(r->guid, r->mac, "no identity"), shown(r->text));
	if (r->outcome == CX3_LEDGER_OK)
		say_label(p, c);
	say_next(p, c);
	provision_result_json(json_append(p->cards), r);
}

/* Neither large nor with a label: as long as the ledger does not have it, it is not done. */
void provision_tell_unlogged(struct provision *p, struct provision_card *c)
{
	const struct cx3_identity *id = &c->entry.identity;
	struct cx3_ledger_result *r = &c->result;

	progress_clear(&p->cli->progress);
	if (c->known) {
		cx3_fs2_guid_text(id->guid[0], r->guid);
		cx3_fs2_mac_text(id->mac[0], r->mac);
	}
	if (r->outcome == CX3_LEDGER_OK)
		snprintf(
			r->text, sizeof(r->text), "%s",
			"The card is burnt and read back, but the ledger could not take its result, "
			"and has its burn as begun. Put it on again when the ledger can be written.");
	say(p->cli, "-W- %s: %s: %s\n", shown(p->cli->options.device),
	    provision_name(r->guid, r->mac, "no identity"), shown(r->text));
	say(p->cli, "-W- %s: The ledger does not have this result.\n",
	    shown(p->cli->options.device));
	provision_result_json(json_append(p->cards), r);
}

void provision_sum_up(struct provision *p)
{
	struct cx3_ledger_counts counts;
	cJSON *item;

	say(p->cli, "-I- %s: %u burnt, %u done before, %u failed, %u interrupted.\n",
	    shown(p->cli->options.device), p->outcome[CX3_LEDGER_OK], p->outcome[CX3_LEDGER_DONE],
	    p->outcome[CX3_LEDGER_FAILED], p->outcome[CX3_LEDGER_INTERRUPTED]);
	if (cx3_ledger_count(p->ledger, &counts, NULL) == CX3_OK)
		say(p->cli, "-I- Free identities left: %u.\n", counts.state[CX3_LEDGER_FREE]);
	item = json_object(p->cli->json, "summary");
	for (unsigned i = CX3_LEDGER_OK; i < CX3_LEDGER_OUTCOMES; i++)
		json_number(item, cx3_ledger_outcome_name((enum cx3_ledger_outcome)i),
			    p->outcome[i]);
}
