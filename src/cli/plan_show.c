/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a user agrees to: what changes on the card, what will be written, how
 * long it takes, and whether a power cut would leave a card that boots.
 */
#include <inttypes.h>

#include "carry_out.h"
#include "printable.h"
#include "shapes.h"

static void show_changes(struct cli *cli, const struct cx3_job_view *view)
{
	cJSON *changes = json_array(cli->json, "changes");

	say(cli, "\n      %-20s  %-36s  %s\n", "", "On the card", "After it");
	for (unsigned i = 0; i < view->change_count; i++) {
		const struct cx3_change *change = &view->change[i];

		change_json(changes, change->key, change->what, change->before, change->after,
			    change->differs);
		say(cli, "%s    %c %-20s  %-36s  %s%s\n", change->differs ? bold() : "",
		    change->differs ? '*' : ' ', change->what,
		    change->before[0] ? shown(change->before) : "-", shown(change->after),
		    change->differs ? plain() : "");
	}
}

/* What one should know before one says yes. */
static void show_notes(struct cli *cli, const struct cx3_job_view *view)
{
	cJSON *notes = json_array(cli->json, "notes");

	if (view->note_count)
		say(cli, "\n");
	for (unsigned i = 0; i < view->note_count; i++) {
		cJSON *item = json_append(notes);

		json_text(item, "key", view->note[i].key);
		json_text(item, "text", view->note[i].text);
		say(cli, "-W- %s\n", shown(view->note[i].text));
	}
}

static const char *step_name(enum cx3_step_kind kind)
{
	static const char *const names[] = {
		[CX3_STEP_UNPROTECT] = "unprotect", [CX3_STEP_ERASE] = "erase",
		[CX3_STEP_PROGRAM] = "program",	    [CX3_STEP_VERIFY] = "verify",
		[CX3_STEP_QUAD] = "quad enable",    [CX3_STEP_PROTECT] = "protect",
		[CX3_STEP_SETTING] = "setting",	    [CX3_STEP_BOOT_ADDRESS] = "boot address"};

	return names[kind];
}

/* Each erase, program, verify and boot address in order: --verbose --dry-run. */
static void show_steps(struct cli *cli, const struct cx3_job_view *view, cJSON *object)
{
	cJSON *array = json_array(object, "steps");
	const struct cx3_step *step = view->step;

	for (size_t i = 0; i < view->step_count; i++) {
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

/* From data sheet times and the clock (100 kHz if it is not known). */
static void say_times(struct cli *cli, const struct cx3_job_view *view)
{
	char total[32];
	char backup[32];
	char plan[32];
	char bytes[32];
	char clock[32];

	format_time(total, sizeof(total), view->total_us);
	format_time(backup, sizeof(backup), view->backup_us);
	format_time(plan, sizeof(plan), view->plan->us);
	format_bytes(bytes, sizeof(bytes), view->total_wire_bytes);
	format_clock(clock, sizeof(clock), cli->session.adapter->clock_hz);
	say(cli, "    About %s at %s, %s on the wire", total, clock, bytes);
	if (view->backup_us)
		say(cli, ": %s for the backup, %s for the %s", backup, plan, view->job);
	say(cli, ".\n");
}

/* Lifting the protection is the plan's first step. */
static void say_protection(struct cli *cli, const struct cx3_job_view *view)
{
	bool lifted = view->step_count > 1 && view->step[0].kind == CX3_STEP_UNPROTECT;
	bool put_back = lifted && view->step[view->step_count - 1].kind == CX3_STEP_PROTECT;

	protection_lifted_json(cli, lifted ? view->step[0].addr : 0,
			       lifted ? view->step[0].len : 0);
	if (lifted)
		say(cli,
		    "\n    The write protection of 0x%08" PRIx32 "-0x%08" PRIx32
		    " is lifted first%s.\n",
		    view->step[0].addr, view->step[0].addr + view->step[0].len - 1,
		    put_back ? ", and put back at the end" : "");
}

static void say_amounts(struct cli *cli, const struct cx3_plan_summary *summary)
{
	char erased[32];
	char programmed[32];
	char verified[32];
	char skipped[32];

	/* a job that changes no byte */
	if (!summary->erase_bytes && !summary->program_bytes && !summary->skipped_bytes)
		return;
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

static void summary_json(cJSON *object, const struct cx3_job_view *view)
{
	const struct cx3_plan_summary *summary = view->plan;

	json_number(object, "erase_bytes", summary->erase_bytes);
	json_number(object, "program_bytes", summary->program_bytes);
	json_number(object, "verify_bytes", summary->verify_bytes);
	json_number(object, "skipped_bytes", summary->skipped_bytes);
	json_number(object, "sector_erases", summary->sector_erases);
	json_number(object, "block_erases", summary->block_erases);
	json_number(object, "pages", summary->pages);
	json_number(object, "wire_bytes", view->total_wire_bytes);
	json_number(object, "microseconds", view->total_us);
	json_number(object, "backup_microseconds", view->backup_us);
	json_flag(object, "bootable_throughout", summary->bootable_throughout);
	json_flag(object, "bootable_checked", summary->bootable_checked);
	json_text(object, "warning", summary->warning[0] ? summary->warning : NULL);
}

/* Said of an image only if its CRCs were checked in this run. */
static void say_bootable(struct cli *cli, const struct cx3_plan_summary *summary)
{
	if (summary->bootable_throughout && summary->bootable_checked)
		say(cli,
		    "    The card stays bootable at every moment. The image at 0x%08" PRIx32
		    " was checked in this run, and stays while anything is not complete.\n",
		    summary->bootable_start);
	else if (summary->bootable_throughout)
		say(cli,
		    "    The image at 0x%08" PRIx32
		    " stays while anything is not complete. Whether "
		    "it is whole is checked before anything is written.\n",
		    summary->bootable_start);
	if (summary->warning[0])
		say(cli, "-W- %s\n", summary->warning);
}

/* mstflint's two lines, which people look for first. */
static void show_versions(struct cli *cli, const struct cx3_job_view *view)
{
	char before[32] = "N/A";
	char after[32];

	if (!view->new_info)
		return;
	if (view->old_info)
		version_text(before, sizeof(before), view->old_info->fw_version);
	version_text(after, sizeof(after), view->new_info->fw_version);
	say(cli, "\n    Current FW version on flash:  %s\n", before);
	say(cli, "    New FW version:               %s\n", after);
}

void plan_show(struct cli *cli, const struct cx3_job_view *view)
{
	cJSON *object;

	show_versions(cli, view);
	show_changes(cli, view);
	show_notes(cli, view);
	object = json_object(cli->json, "plan");
	if (view->resumes)
		say(cli, "\n-I- An interrupted %s goes on; what the flash held before is in %s\n",
		    view->job, view->resumes);
	if (view->identity)
		say(cli, "\n    GUIDs and MACs:  %s\n", view->identity);
	say_protection(cli, view);
	say_amounts(cli, view->plan);
	say_times(cli, view);
	say_bootable(cli, view->plan);
	summary_json(object, view);
	if (cli->options.verbose > 0)
		show_steps(cli, view, object);
}

void plan_show_again(struct cli *cli, const struct cx3_job_view *view)
{
	cJSON *object = json_object(cli->json, "plan_after_backup");

	if (view->worse)
		say(cli, "-W- %s\n", view->worse);
	say_bootable(cli, view->plan);
	if (view->plan->skipped_bytes > 0 || view->worse)
		say_amounts(cli, view->plan);
	summary_json(object, view);
	json_text(object, "worse", view->worse);
}
