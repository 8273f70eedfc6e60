/* SPDX-License-Identifier: BSD-2-Clause */
#include "../flash/flash.h"
#include "cli.h"

/*
 * The tail that every change of a card shares: the question, the backup, the
 * plan. One bar for backup and plan, weighed by the time each should take.
 */

/* Before the plan: prepare refuses a flash that is protected where it must write. */
int unprotect_if_asked(struct cli *cli)
{
	struct cx3_flash_status status;
	int rc;

	if (!cli->options.unprotect)
		return CX3_OK;
	rc = cx3_flash_status(cli->session.flash, &status, &cli->err);
	if (rc != CX3_OK || status.protected_len == 0)
		return rc;
	say(cli, "The flash protects 0x%08x..0x%08x against writing; this is cleared first.\n",
	    status.protected_start, status.protected_start + status.protected_len - 1);
	if (cli->options.dry_run)
		return cx3_fail(
			&cli->err, CX3_E_PROTECTED, "--dry-run",
			"The protection would be cleared first, and a dry run writes nothing: "
			"without that the plan can't be made.");
	rc = ask_continue(cli);
	if (rc == CX3_OK)
		rc = cx3_flash_unprotect(cli->session.flash, &cli->err);
	return rc;
}

/* The same image again: no question, no backup, no wear. */
static bool nothing_to_do(const struct cx3_plan *plan)
{
	size_t count;

	cx3_plan_steps(plan, &count);
	return count == 0;
}

/* Into the automatic folder; what was read for the plan is not read again. */
static int take_backup(struct cli *cli)
{
	struct cx3_backup backup;
	int rc = cx3_backup_auto(cli->session.shadow, &backup, &cli->err);

	if (rc == CX3_OK)
		backup_tell(cli, &backup);
	return rc;
}

static int backup_and_run(struct cli *cli, struct cx3_plan *plan)
{
	struct session *session = &cli->session;
	uint32_t missing = cx3_shadow_missing(session->shadow);
	uint64_t weight[2] = {cx3_flash_read_cost(session->flash, missing).us,
			      cx3_plan_summary(plan)->us};
	int rc = CX3_OK;

	if (cli->options.no_backup)
		weight[0] = 0;
	progress_begin(&cli->progress, weight, 2);
	if (!cli->options.no_backup)
		rc = take_backup(cli);
	progress_next_stage(&cli->progress);
	if (rc == CX3_OK)
		rc = cx3_plan_run(plan, session->shadow, &cli->watch, &cli->err);
	progress_end(&cli->progress);
	return rc;
}

int plan_carry_out(struct cli *cli, struct cx3_plan *plan, const char *done)
{
	bool write = !cli->options.dry_run && !nothing_to_do(plan);
	int rc = CX3_OK;

	plan_show(cli, plan);
	json_flag(cli->json, "dry_run", cli->options.dry_run);
	if (cli->options.dry_run)
		say(cli, "\n-I- Dry run: nothing was written.\n");
	else if (!write)
		say(cli, "\n-I- The flash holds exactly this already; nothing was written.\n");
	else
		rc = ask_continue(cli);
	if (rc == CX3_OK && write)
		rc = backup_and_run(cli, plan);
	if (rc == CX3_OK && write)
		say(cli, "-I- %s\n", done);
	json_flag(cli->json, "written", rc == CX3_OK && write);
	return rc;
}
