/* SPDX-License-Identifier: BSD-2-Clause */
/* The card of a command, opened as far as the command needs it; and the library's log. */
#include <stdio.h>

#include "cli.h"
#include "log_file.h"
#include "printable.h"

void session_log(void *user, enum cx3_log_level level, const char *line)
{
	struct cli *cli = user;

	log_line(cli, level, line);
	if (level > cli->log_shown)
		return;
	/* to standard error even with --json: it is not part of the document */
	progress_clear(&cli->progress);
	fprintf(cli_err(cli), "%s%s\n", log_mark(level), shown(line));
	fflush(cli_err(cli));
}

struct cx3_flash_options session_flash_options(const struct cli *cli)
{
	struct cx3_flash_options options = {.assume = cli->options.assume,
					    .part = cli->options.part};

	if (cli->options.plain_read)
		options.reading = CX3_READ_PLAIN;
	return options;
}

static int open_device(struct cli *cli)
{
	const struct cx3_card_options card = {
		/* a dry run changes nothing on the card */
		.break_semaphore = cli->options.clear_semaphore && !cli->options.dry_run,
		.accept_locked = cli->command->locked_too,
	};
	const struct cx3_flash_options flash = session_flash_options(cli);
	struct cx3_device_options options = {
		.log = &cli->log, .watch = &cli->watch, .card = &card, .flash = &flash};

	/* who waits for a bench or a backup anyway gets the whole proof of the clock */
	options.short_proof = cli->command->group == GROUP_LOOK;
	/* as status waits, so that what it advises does not fail where it did not */
	options.patient = cli->command->group == GROUP_CHANGE;
	return cx3_device_open(cli->options.device, &options, &cli->session.device, &cli->err);
}

static bool is_held(int rc)
{
	return rc == CX3_E_SEMAPHORE || rc == CX3_E_SEMAPHORE_OURS;
}

static int tell_dry_run(struct cli *cli, int rc)
{
	char cause[sizeof(cli->err.cause)];

	if (!is_held(rc) || !cli->options.dry_run)
		return rc;
	snprintf(cause, sizeof(cause), "%s", cli->err.cause);
	snprintf(cli->err.cause, sizeof(cli->err.cause),
		 "%.400s A dry run takes it from nobody, so the flash was not looked at.", cause);
	return rc;
}

/*
 * A command that tells what it finds (status, selftest) comes back with a greater
 * depth: what is open is kept.
 */
int session_open(struct cli *cli, enum cx3_device_depth depth)
{
	struct session *session = &cli->session;
	int rc = CX3_OK;

	/* several threads: their starter has done so */
	if (!cli->worker)
		signals_catch();
	if (!session->device)
		rc = open_device(cli);
	if (rc == CX3_OK)
		rc = cx3_device_deepen(session->device, depth, &cli->err);
	rc = tell_dry_run(cli, rc);
	if (!session->device)
		return rc;
	session->adapter = cx3_device_adapter(session->device);
	session->card = cx3_device_card(session->device);
	session->flash = cx3_device_flash(session->device);
	session->shadow = cx3_device_shadow(session->device);
	return rc;
}

void session_close(struct cli *cli)
{
	cx3_device_close(cli->session.device);
	cli->session = (struct session){0};
}
