/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine: look, show, back up, plan again, begin, run, end. See cx3flash/job.h. */
#include "flash/flash.h"
#include "job_priv.h"
#include "look.h"
#include "records/backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Look and show --- */

int cx3_job_draft(struct cx3_job *job, struct cx3_error *err)
{
	int rc;

	cx3_draft_free(&job->draft);
	rc = job->kind->draft(job, err);
	if (rc != CX3_OK)
		return rc;
	cx3_job_doubt_kept(job);
	cx3_job_put_back(job);
	cx3_job_leave_out(job);
	return CX3_OK;
}

/* The first draft; of a job that goes on, from what the flash held before it. */
static int look(struct cx3_job *job, struct cx3_error *err)
{
	int rc = cx3_job_resume(job, err);

	if (rc != CX3_OK)
		return rc;
	if (!job->resumes)
		rc = cx3_job_draft(job, err);
	if (rc == CX3_OK)
		return cx3_job_draft_again(job, err);
	if (rc == CX3_E_NO_IMAGE || rc == CX3_E_IDENTITY || rc == CX3_E_IMAGE)
		cx3_job_resume_hint(job, err);
	return rc;
}

/* What the flash held before an interrupted job is in a backup already. */
bool cx3_job_makes_backup(const struct cx3_job *job)
{
	return !job->choice.no_backup &&
	       !(job->resumes && job->resumed.backup[0] && !job->resumed.own_copy);
}

static struct cx3_flash_cost backup_cost(const struct cx3_job *job)
{
	if (!cx3_job_makes_backup(job) || job->result->backup)
		return (struct cx3_flash_cost){0, 0};
	return cx3_backup_cost(job->shadow, &job->draft.homes, job->options->read_once);
}

/* What is read between the question and the plan's run: for the backup, or without one
 * at least the image that stays. */
static struct cx3_flash_cost reading_cost(const struct cx3_job *job)
{
	uint32_t missing;

	if (!job->choice.no_backup)
		return backup_cost(job);
	missing = cx3_job_unread_of_kept(job);
	return missing ? cx3_flash_read_cost(job->shadow->flash, missing)
		       : (struct cx3_flash_cost){0, 0};
}

static void fill_view(struct cx3_job *job, struct cx3_home home[CX3_FS2_MAX_STARTS],
		      struct cx3_job_view *view)
{
	const struct cx3_draft *draft = &job->draft;
	struct cx3_flash_cost backup = backup_cost(job), reading = reading_cost(job);

	job->may = cx3_job_may_choose(job);
	for (unsigned i = 0; i < draft->homes.count; i++)
		home[i] = draft->homes.home[i].home;
	*view = (struct cx3_job_view){
		.job = job->kind->noun,
		.change = draft->change,
		.change_count = draft->change_count,
		.note = draft->note,
		.note_count = draft->note_count,
		.home = home,
		.home_count = draft->homes.count,
		.old_info = draft->has_old ? &draft->old_info : NULL,
		.new_info = draft->has_new ? &draft->new_info : NULL,
		.identity = draft->identity[0] ? draft->identity : NULL,
		.plan = cx3_plan_summary(draft->plan),
		.backup_us = backup.us,
		.total_us = reading.us + cx3_plan_summary(draft->plan)->us,
		.total_wire_bytes = reading.wire_bytes + cx3_plan_summary(draft->plan)->wire_bytes,
		.resumes = job->resumes ? job->resumed.backup : NULL,
		.worse = job->worse[0] ? job->worse : NULL,
		.worse_code = job->worse_code,
		.tools_held = job->tools_held,
		.semaphore_freed = cx3_card_identity(cx3_device_card(job->device))->semaphore_freed,
		.may = &job->may,
	};
	view->step = cx3_plan_steps(draft->plan, &view->step_count);
}

static void show(struct cx3_job *job, bool again)
{
	struct cx3_home home[CX3_FS2_MAX_STARTS];
	struct cx3_job_view view;

	fill_view(job, home, &view);
	if (job->caller->show)
		job->caller->show(job->caller->user, &view, again);
}

/* `choice`: what the caller may leave out yet; NULL: nothing. */
static int confirm(struct cx3_job *job, struct cx3_job_choice *choice, struct cx3_error *err)
{
	struct cx3_home home[CX3_FS2_MAX_STARTS];
	struct cx3_job_view view;

	if (!job->caller->confirm)
		return cx3_fail(
			err, CX3_E_REFUSED, job->kind->noun,
			"The program gave no way to confirm the %s, so nothing was written.\n"
			"This is a fault of the program: it has to ask its user.",
			job->kind->noun);
	fill_view(job, home, &view);
	view.choice = choice;
	return job->caller->confirm(job->caller->user, &view, err);
}

static bool nothing_to_do(const struct cx3_job *job)
{
	return job->draft.plan->count == 0;
}

/* --- Back up, and plan again --- */

static int back_up(struct cx3_job *job, struct cx3_error *err)
{
	const struct cx3_backup_options options = {.size = sizeof(options),
						   .folder = job->options->backup_folder,
						   .once = job->options->read_once};
	struct cx3_backup *backup = cx3_device_backup(job->device);
	int rc;

	if (!cx3_job_makes_backup(job))
		return CX3_OK;
	*backup = (struct cx3_backup){.size = sizeof(*backup)};
	rc = cx3_backup_auto(job->shadow, &options, backup, err);
	if (rc != CX3_OK)
		return rc;
	job->result->backup = backup;
	cx3_job_count_backup(job);
	if (job->caller->backed_up)
		job->caller->backed_up(job->caller->user, backup);
	return CX3_OK;
}

/* Where the image that was to stay turns out to be damaged, another may take its place:
 * that one is read too, and so checked, before anything counts on it. */
static int draft_checked(struct cx3_job *job, struct cx3_error *err)
{
	int rc;

	do {
		rc = cx3_job_read_more(job, err);
		if (rc == CX3_OK)
			rc = cx3_job_draft(job, err);
	} while (rc == CX3_OK && cx3_job_unread_of_kept(job) > 0);
	return rc;
}

static int plan_again(struct cx3_job *job, struct cx3_error *err)
{
	struct cx3_agreed agreed;
	int rc;

	cx3_job_remember(job, &agreed);
	rc = draft_checked(job, err);
	if (rc != CX3_OK)
		return rc;
	cx3_job_compare(job, &agreed);
	show(job, true);
	if (!job->worse[0] ||
	    (job->worse_code == CX3_E_UNBOOTABLE && job->options->allow_unbootable))
		return CX3_OK;
	/* perhaps it was only read wrong */
	rc = cx3_flash_watch(cx3_device_flash(job->device), err);
	return rc == CX3_OK ? confirm(job, NULL, err) : rc;
}

/* --- Run --- */

static void tell_stages(const struct cx3_job *job)
{
	uint64_t us[2] = {reading_cost(job).us, cx3_plan_summary(job->draft.plan)->us};

	if (job->caller->stages)
		job->caller->stages(job->caller->user, us, 2);
}

static int change_card(struct cx3_job *job, struct cx3_error *err)
{
	int rc;

	tell_stages(job);
	/* whoever was asked may have taken minutes: no backup of two cards in one file */
	rc = cx3_job_recheck(job, true, err);
	if (rc == CX3_OK)
		rc = back_up(job, err);
	if (rc == CX3_OK)
		rc = plan_again(job, err);
	if (rc != CX3_OK)
		return rc == CX3_E_REFUSED ? rc : cx3_job_before_writing(job, rc, err);
	if (nothing_to_do(job)) {
		job->result->unchanged = true;
		cx3_journal_end(job);
		return CX3_OK;
	}
	/* the backup's second readings have told more of the wires */
	rc = cx3_job_check_link(job, true, err);
	if (rc == CX3_OK)
		rc = cx3_job_check_halves(job, err);
	if (rc == CX3_OK)
		rc = cx3_flash_watch(cx3_device_flash(job->device), err);
	if (rc != CX3_OK)
		return cx3_job_before_writing(job, rc, err);
	if (job->caller->next_stage)
		job->caller->next_stage(job->caller->user);
	return cx3_job_write(job, err);
}

/* From the backup to the last write no other flash tool is let in. */
static int change_alone(struct cx3_job *job, struct cx3_error *err)
{
	struct cx3_card *card = cx3_device_card(job->device);
	int rc = cx3_card_lock_tools(card, err), rc_free;

	if (rc == CX3_E_INTERRUPTED)
		cx3_fail_next(
			err,
			"Nothing was written. The command can be run again when that is done.");
	if (rc != CX3_OK)
		return rc;
	rc = change_card(job, err);
	rc_free = cx3_card_unlock_tools(card, rc == CX3_OK ? err : NULL);
	return rc == CX3_OK ? cx3_job_freed(job, rc_free, err) : rc;
}

/* A caller that goes on with an interrupted job must not begin another one instead. */
static int check_waiting(struct cx3_job *job, struct cx3_error *err)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_journal j;

	if (!job->options->journal)
		return CX3_OK;
	while (cx3_journal_next(job, name, &j)) {
		if (cx3_job_is_named(job, &j))
			return CX3_OK;
	}
	job->result->none_waits = true;
	return cx3_fail(
		err, CX3_E_FILE, job->kind->noun,
		"What this %s would write is not what the interrupted one wrote: its file has "
		"changed since.\n"
		"Nothing was written. If the file of that time lies elsewhere, give the command "
		"with that one: it goes on. If this one is right, begin anew with it.",
		job->kind->noun);
}

/*
 * What the job was told of GUIDs would go onto another card. An image with others says that it is
 * one. Of blank and of damaged cards nothing tells which one a journal is of; but a job that has
 * written anything has left something there.
 */
static int check_traces(struct cx3_job *job, struct cx3_error *err)
{
	bool fits;
	int rc;

	if (!job->options->journal || !(job->no_image || job->draft.has_new) || job->resumes)
		return CX3_OK;
	if (cx3_job_holds_other_card(job))
		return cx3_fail(
			err, CX3_E_IDENTITY, job->kind->noun,
			"The image on this flash has GUIDs and MACs that the interrupted %s "
			"knows nothing of: it was on another card.\n"
			"Nothing was written. If it was this card, give the command itself "
			"again, with this card's GUIDs and MACs.",
			job->kind->noun);
	rc = cx3_job_may_be_its(job, &fits, err);
	if (rc != CX3_OK || fits)
		return rc;
	return cx3_fail(
		err, CX3_E_IDENTITY, "flash",
		"Nothing on this flash is of the interrupted %s: it was on another card, or had "
		"not written its first page yet.\n"
		"Nothing was written. If it was this card, give the command itself again%s.",
		job->kind->noun,
		job->gives_identity ? ": its GUIDs and MACs are then given to this card" : "");
}

/* What is to be read for minutes is to be kept, too. */
static int try_backup(struct cx3_job *job, struct cx3_error *err)
{
	return cx3_job_before_writing(
		job, cx3_backup_try(job->shadow, job->options->backup_folder, err), err);
}

static int ask_and_change(struct cx3_job *job, struct cx3_error *err)
{
	struct cx3_job_choice before = job->choice;
	int rc = CX3_OK;

	/* nobody is asked for what can't be done then */
	if (cx3_job_makes_backup(job))
		rc = try_backup(job, err);
	if (rc == CX3_OK)
		rc = confirm(job, &job->choice, err);
	if (rc == CX3_OK)
		rc = cx3_job_take_choice(job, &before, err);
	return rc == CX3_OK ? change_alone(job, err) : rc;
}

/* What is wrong is an image or a ROM that somebody brings: the flash has nothing to do with it. */
static bool is_of_the_request(const struct cx3_error *err)
{
	static const char *const places[] = {"image", "ROM", "VSD"};
	bool any = false;

	for (size_t i = 0; err && i < sizeof(places) / sizeof(places[0]); i++)
		any = any || strcmp(err->place, places[i]) == 0;
	return any;
}

/* Of a job that reads all before it asks. One that goes on may have its backup. */
static bool reads_all_for_backup(const struct cx3_job *job)
{
	char name[CX3_JOURNAL_NAME] = "";
	struct cx3_journal j;

	return job->kind->reads_all && !job->choice.no_backup && !cx3_journal_next(job, name, &j);
}

static int run(struct cx3_job *job, struct cx3_error *err)
{
	int rc = CX3_OK;

	if (!job->options->dry_run && reads_all_for_backup(job))
		rc = try_backup(job, err);
	if (rc == CX3_OK && !job->options->dry_run)
		rc = cx3_job_check_link(job, false, err);
	if (rc == CX3_OK)
		rc = cx3_job_check_size(job, look(job, err), err);
	if (rc == CX3_OK)
		rc = check_traces(job, err);
	if (rc == CX3_OK)
		rc = cx3_job_find_protection(job, err);
	if (rc == CX3_OK || !is_of_the_request(err))
		rc = cx3_device_verdict(job->device, rc, err);
	if (rc != CX3_OK)
		return rc;
	cx3_job_put_back(job);
	cx3_job_leave_out(job);
	cx3_journal_note(job);
	/* a bus that fails here is told of by what comes */
	if (job->recovery)
		(void)cx3_card_ask_tools(cx3_device_card(job->device), &job->tools_held, NULL);
	show(job, false);
	job->result->unchanged = nothing_to_do(job);
	if (job->options->dry_run)
		return CX3_OK;
	if (job->result->unchanged) {
		cx3_journal_end(job);
		return CX3_OK;
	}
	return ask_and_change(job, err);
}

static int open_and_run(struct cx3_job *job, struct cx3_error *err)
{
	int rc = cx3_device_deepen(job->device, CX3_OPEN_SHADOW, err);

	if (rc != CX3_OK)
		return rc;
	job->shadow = cx3_device_shadow(job->device);
	cx3_flash_set_secret(job->shadow->flash, job->kind->secret);
	job->input.shadow = job->shadow;
	job->input.unprotect = job->options->unprotect;
	job->choice.no_backup = job->input.no_backup = job->options->no_backup;
	job->choice.leave_boot_address = job->options->leave_boot_address;
	job->choice.leave_unprotected = job->options->leave_unprotected;
	job->input.backup_folder = job->options->backup_folder;
	rc = check_waiting(job, err);
	return rc == CX3_OK ? run(job, err) : rc;
}

int cx3_job_run(struct cx3_job *job, struct cx3_error *err)
{
	int rc;

	*job->result = (struct cx3_job_result){0};
	job->repeats_before = cx3_device_repeats(job->device);
	rc = open_and_run(job, err);
	job->result->reads_repeated = cx3_device_repeats(job->device) - job->repeats_before;
	if (job->claims)
		cx3_journal_unclaim(job->journal.path);
	cx3_draft_free(&job->draft);
	cx3_job_resume_free(job);
	free(job->found);
	return rc;
}
