/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One table of the steps of a recovery. A step that the job can do without names the member of
 * struct cx3_job_choice that leaves it out, what that costs, and the option that says the same.
 */
#include "recover_steps.h"

#include <stddef.h>

#include "carry_out.h"
#include "request.h"

/* --- Which steps there are --- */

static bool freed_semaphore(const struct cx3_job_view *view)
{
	return view->semaphore_freed;
}

static bool frees_tools(const struct cx3_job_view *view)
{
	return view->tools_held;
}

static bool keeps_link(const struct cx3_job_view *view)
{
	return view->may->leave_link;
}

static bool backs_up(const struct cx3_job_view *view)
{
	return view->may->no_backup;
}

static bool lifts(const struct cx3_job_view *view)
{
	return view->step_count && view->step[0].kind == CX3_STEP_UNPROTECT;
}

static bool writes(const struct cx3_job_view *view)
{
	return view->plan->program_bytes || view->plan->erase_bytes;
}

static bool sets_boot_address(const struct cx3_job_view *view)
{
	return view->may->leave_boot_address;
}

static bool puts_back(const struct cx3_job_view *view)
{
	return view->may->leave_unprotected;
}

static bool always(const struct cx3_job_view *view)
{
	(void)view;
	return true;
}

/* Left out by an option of this line. */
static bool no_backup(const struct cli *cli, const struct cx3_job_view *view)
{
	(void)view;
	return cli->options.no_backup;
}

static bool no_boot_address(const struct cli *cli, const struct cx3_job_view *view)
{
	return cli->options.leave_boot_address && writes(view);
}

static bool no_protection(const struct cli *cli, const struct cx3_job_view *view)
{
	return cli->options.leave_unprotected && lifts(view);
}

enum kind {
	DONE,  /* nothing can be shown without it */
	MUST,  /* without it nothing can be done */
	MAY,   /* no: its choice is set */
	ASKED, /* yes: its choice is set; it is not done unless somebody says so */
	YOURS  /* done by hand, afterwards */
};

static const struct row {
	const char *key; /* for programs: stable */
	bool (*has)(const struct cx3_job_view *view);
	bool (*left_out)(const struct cli *cli, const struct cx3_job_view *view); /* or NULL */
	const char *text, *cost;
	const char *option; /* for the journal: resume leaves it out as well */
	size_t choice;	    /* offset in struct cx3_job_choice */
	enum kind kind;
} rows[] = {
	{"flash_semaphore", freed_semaphore, NULL,
	 "the flash semaphore (0xf03fc) is taken from whoever holds it: done already", NULL, NULL,
	 0, DONE},
	{"free_semaphore", frees_tools, NULL,
	 "the semaphore of the flash tools (0xf03a0) is taken from whoever holds it",
	 "It is waited for 20 s then; if it is still taken after that, nothing is written.", NULL,
	 offsetof(struct cx3_job_choice, free_tools), ASKED},
	{"link", keeps_link, NULL,
	 "a lost PCIe link is kept from resetting the chip (0xf3834; set already)",
	 "If a host's PCIe link drops while this runs, the chip is reset, perhaps in the middle of "
	 "a page. On a bench without a host there is no link.",
	 "--assume=livefish-link=no", offsetof(struct cx3_job_choice, leave_link), MAY},
	{"backup", backs_up, no_backup, "what is on the flash is kept in a backup",
	 "No backup is made: unless an older one is kept somewhere, there is no way back to what "
	 "the flash holds now.",
	 "--no-backup", offsetof(struct cx3_job_choice, no_backup), MAY},
	{"unprotect", lifts, NULL, "the write protection is lifted", NULL, NULL, 0, MUST},
	{"write", writes, NULL, "the image is written, and each page read back", NULL, NULL, 0,
	 MUST},
	{"check", writes, NULL, "every CRC of it is checked, then it gets its signature", NULL,
	 NULL, 0, MUST},
	{"boot_address", sets_boot_address, no_boot_address, "the boot address is set to it",
	 "The boot address stays: until the power was off, the chip may look for its image where "
	 "it was before.",
	 "--leave-boot-address", offsetof(struct cx3_job_choice, leave_boot_address), MAY},
	{"protect", puts_back, no_protection, "the write protection is put back",
	 "The flash stays writable for every tool, until wp on protects it.", "--leave-unprotected",
	 offsetof(struct cx3_job_choice, leave_unprotected), MAY},
	{"by_hand", always, NULL, "then, by you: jumper off, power off and on, status", NULL, NULL,
	 0, YOURS},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool *choice_of(struct cx3_job_choice *choice, const struct row *row)
{
	return (bool *)((char *)choice + row->choice);
}

/* --- Shown --- */

static void step_json(cJSON *array, const struct row *row, bool left_out)
{
	cJSON *item = json_append(array);

	json_text(item, "key", row->key);
	json_text(item, "text", row->text);
	json_flag(item, "optional", row->kind == MAY || row->kind == ASKED);
	json_flag(item, "left_out", left_out);
	json_text(item, "cost", row->cost);
}

/* Not done without a word for it: who is asked may say it, an option has said it. */
static bool waits_only(const struct row *row, const struct cx3_job_view *view)
{
	return row->kind == ASKED && view->may->free_tools;
}

void recover_steps_show(struct cli *cli, const struct cx3_job_view *view)
{
	cJSON *array = json_array(cli->json, "steps");
	unsigned n = 0;

	say(cli, "\n    Step by step:\n");
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &rows[i];
		bool waits = waits_only(row, view);

		if (!row->has(view))
			continue;
		say(cli, "    %u. %s\n", ++n,
		    waits ? "whoever holds the semaphore of the flash tools (0xf03a0) is waited for, "
			    "at most 20 s; the answer s offers to take it"
			  : row->text);
		step_json(array, row, waits);
	}
	for (size_t i = 0; i < ROWS; i++) {
		if (!rows[i].left_out || !rows[i].left_out(cli, view))
			continue;
		say(cli, "-W- %s\n", rows[i].cost);
		step_json(array, &rows[i], true);
	}
}

/* --- Refused one by one --- */

static int refused(const struct row *row, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_REFUSED, NULL,
			"Without this step nothing can be done (%s); nothing was written.",
			row->text);
}

static int ask_row(struct cli *cli, const struct row *row, unsigned n,
		   const struct cx3_job_view *view, struct cx3_error *err)
{
	char question[200];
	bool yes;
	int rc;

	snprintf(question, sizeof(question), "%u. %s ? (y/n) [stop] : ", n, row->text);
	rc = ask_step(question, &yes, err);
	if (rc != CX3_OK)
		return rc;
	if (!yes && row->kind == MUST)
		return refused(row, err);
	if (!yes)
		say(cli, "-W- %s\n", row->cost);
	if (row->kind == MUST || yes != (row->kind == ASKED))
		return CX3_OK;
	*choice_of(view->choice, row) = true;
	if (row->option)
		request_add(cli->request, row->option);
	return CX3_OK;
}

static int ask_each(struct cli *cli, const struct cx3_job_view *view, struct cx3_error *err)
{
	unsigned n = 0;
	int rc = CX3_OK;

	for (size_t i = 0; i < ROWS && rc == CX3_OK; i++) {
		const struct row *row = &rows[i];

		if (!row->has(view))
			continue;
		n++;
		/* what an option of the line has said already is not asked */
		if (row->kind == DONE || row->kind == YOURS ||
		    (row->kind == ASKED && !view->may->free_tools))
			continue;
		rc = ask_row(cli, row, n, view, err);
	}
	return rc;
}

int recover_steps_confirm(void *user, const struct cx3_job_view *view, struct cx3_error *err)
{
	struct cli *cli = user;
	bool steps;
	int rc;

	if (!view->choice)
		return carry_out_confirm(user, view, err);
	progress_clear(&cli->progress);
	rc = ask_continue_or_steps(cli, &steps, err);
	return rc == CX3_OK && steps ? ask_each(cli, view, err) : rc;
}
