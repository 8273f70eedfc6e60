/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who holds a semaphore of the card. The registers do not tell: what is known is which of the two
 * is taken, for how long this look has seen it so, whether firmware runs, and which run of this
 * program has not come to its end.
 */
#include <inttypes.h>

#include "cx3flash/waiting.h"
#include "facts_text.h"
#include "printable.h"

static bool flash_held(const struct cx3_facts *f)
{
	return f->failed == CX3_E_SEMAPHORE || f->failed == CX3_E_SEMAPHORE_OURS;
}

/* For programs: stable. */
static const char *holder_word(const struct cx3_facts *f, bool run)
{
	if (run)
		return "run";
	return f->tools_held || f->id.state == CX3_CARD_LIVEFISH ? "tool" : "firmware";
}

static const char *holder_text(const struct cx3_facts *f)
{
	if (f->id.state == CX3_CARD_LIVEFISH)
		return "nobody that is known: a tool, at work or stopped (no firmware runs)";
	if (f->tools_held)
		return "nobody that is known: a flash tool, at work or stopped";
	return "nobody that is known: the firmware, the host's driver, or a tool that was stopped";
}

static void say_run(struct cli *cli, const struct cx3_run *run)
{
	say(cli, "Held by:               most likely %s, process %" PRIu32 " %s%s, since %s;\n",
	    shown(run->job), run->pid, run->here ? "of this machine" : "on ",
	    run->here ? "" : shown(run->host), run->date[0] ? shown(run->date) : "an unknown date");
	say(cli, "                       it has not come to its end%s\n",
	    run->alive	? ", and a process with this number runs"
	    : run->here ? ", and runs no more"
			: "");
	say(cli, "                       (journal %s)\n", shown(run->journal));
}

/* The name of this machine is nobody's business: a report has this document. */
static void run_json(cJSON *item, const struct cx3_run *run)
{
	json_text(item, "job", run->job);
	json_text(item, "date", run->date[0] ? run->date : NULL);
	json_number(item, "pid", run->pid);
	json_text(item, "host", run->here || !run->host[0] ? NULL : run->host);
	json_flag(item, "here", run->here);
	json_flag(item, "alive", run->alive);
	json_text(item, "journal", run->journal);
}

static void show_holder(struct cli *cli, const struct cx3_facts *facts)
{
	struct cx3_run run;
	bool known = cx3_waiting_run(&facts->id, cli->options.backup_dir, &run);
	cJSON *item = json_object(cli->json, "semaphore_holder");

	if (known)
		say_run(cli, &run);
	else
		say(cli, "Held by:               %s\n", holder_text(facts));
	json_text(item, "who", holder_word(facts, known));
	json_flag(item, "flash", flash_held(facts));
	json_flag(item, "tools", facts->tools_held);
	json_number(item, "watched_ms", facts->semaphore_watched_ms);
	if (known)
		run_json(json_object(item, "run"), &run);
	else
		json_text(item, "run", NULL);
}

/* "taken, for at least 5.0 s" */
static void say_taken(struct cli *cli, const char *name, const struct cx3_facts *facts)
{
	say(cli, "%-23staken, for at least %" PRIu32 ".%" PRIu32 " s\n", name,
	    facts->semaphore_watched_ms / 1000, facts->semaphore_watched_ms % 1000 / 100);
}

/* Known only now: to look at a free semaphore is to take it. */
void facts_show_semaphores(struct cli *cli, const struct cx3_facts *facts)
{
	bool was_taken = facts->id.semaphore_taken, held = flash_held(facts);

	if (!held && !facts->has_flash)
		return;
	if (held)
		say_taken(cli, "Flash semaphore:", facts);
	else
		say(cli, "Flash semaphore:       %s\n",
		    was_taken ? "was held by somebody for a while" : "free");
	if (facts->tools_held)
		say_taken(cli, "Tools' semaphore:", facts);
	json_flag(cli->json, "semaphore_was_held", was_taken);
	if (facts->tools_asked)
		json_flag(cli->json, "tools_semaphore_held", facts->tools_held);
	else
		json_text(cli->json, "tools_semaphore_held", NULL);
	if (held || facts->tools_held)
		show_holder(cli, facts);
	else
		json_text(cli->json, "semaphore_holder", NULL);
}
