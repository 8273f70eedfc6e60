/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>

#include "cli.h"

/*
 * What a user agrees to: what changes on the card, what will be written, how
 * long it takes, and whether a power cut would leave a card that boots.
 */

void changes_show(struct cli *cli, const struct cx3_burn *burn)
{
	cJSON *changes = json_array(cli->json, "changes");

	say(cli, "\n      %-20s  %-36s  %s\n", "", "On the card", "After it");
	for (unsigned i = 0; i < burn->change_count; i++) {
		const struct cx3_change *change = &burn->change[i];
		cJSON *item = json_append(changes);

		json_text(item, "what", change->what);
		json_text(item, "before", change->before[0] ? change->before : NULL);
		json_text(item, "after", change->after);
		json_flag(item, "differs", change->differs);
		say(cli, "%s    %c %-20s  %-36s  %s%s\n", change->differs ? bold() : "",
		    change->differs ? '*' : ' ', change->what,
		    change->before[0] ? change->before : "-", change->after,
		    change->differs ? plain() : "");
	}
}

static const char *step_name(enum cx3_step_kind kind)
{
	static const char *const names[] = {"erase", "program", "verify", "boot address"};

	return names[kind];
}

/* Each erase, program, verify and boot address in order: --verbose --dry-run. */
static void show_steps(struct cli *cli, const struct cx3_plan *plan, cJSON *object)
{
	cJSON *array = json_array(object, "steps");
	const struct cx3_step *step;
	size_t count;

	step = cx3_plan_steps(plan, &count);
	for (size_t i = 0; i < count; i++) {
		cJSON *item = json_append(array);

		json_text(item, "kind", step_name(step[i].kind));
		json_hex(item, "address", 8, step[i].addr);
		json_number(item, "size", step[i].len);
		json_text(item, "purpose", step[i].purpose);
		say(cli, "    %5zu  %-12s  0x%08" PRIx32 "  %8" PRIu32 "  %s\n", i + 1,
		    step_name(step[i].kind), step[i].addr, step[i].len,
		    step[i].purpose ? step[i].purpose : "");
	}
}

/* The plan's own estimate, from data sheet times and the clock (100 kHz if not known). */
static void say_times(struct cli *cli, const struct cx3_plan_summary *summary)
{
	char time[32];
	char bytes[32];
	char clock[32];

	format_time(time, sizeof(time), summary->us);
	format_bytes(bytes, sizeof(bytes), summary->wire_bytes);
	format_clock(clock, sizeof(clock), cli->session.adapter->clock_hz);
	say(cli, "    About %s at %s, %s on the wire.\n", time, clock, bytes);
}

static void say_amounts(struct cli *cli, const struct cx3_plan_summary *summary)
{
	char erased[32];
	char programmed[32];
	char verified[32];
	char skipped[32];

	format_bytes(erased, sizeof(erased), summary->erase_bytes);
	format_bytes(programmed, sizeof(programmed), summary->program_bytes);
	format_bytes(verified, sizeof(verified), summary->verify_bytes);
	format_bytes(skipped, sizeof(skipped), summary->skipped_bytes);
	say(cli,
	    "\n    Erases %s (%u of 64 KiB, %u of 4 KiB), programs %s (%u pages), reads back %s;\n"
	    "    %s are right already.\n",
	    erased, summary->block_erases, summary->sector_erases, programmed, summary->pages,
	    verified, skipped);
}

static void summary_json(cJSON *object, const struct cx3_plan_summary *summary)
{
	json_number(object, "erase_bytes", summary->erase_bytes);
	json_number(object, "program_bytes", summary->program_bytes);
	json_number(object, "verify_bytes", summary->verify_bytes);
	json_number(object, "skipped_bytes", summary->skipped_bytes);
	json_number(object, "sector_erases", summary->sector_erases);
	json_number(object, "block_erases", summary->block_erases);
	json_number(object, "pages", summary->pages);
	json_number(object, "wire_bytes", summary->wire_bytes);
	json_number(object, "microseconds", summary->us);
	json_flag(object, "bootable_throughout", summary->bootable_throughout);
	json_text(object, "warning", summary->warning[0] ? summary->warning : NULL);
}

void plan_show(struct cli *cli, const struct cx3_plan *plan)
{
	const struct cx3_plan_summary *summary = cx3_plan_summary(plan);
	cJSON *object = json_object(cli->json, "plan");

	say_amounts(cli, summary);
	say_times(cli, summary);
	if (summary->bootable_throughout)
		say(cli, "    The card stays bootable at every moment.\n");
	if (summary->warning[0])
		say(cli, "-W- %s\n", summary->warning);
	summary_json(object, summary);
	if (cli->options.verbose > 0)
		show_steps(cli, plan, object);
}
