/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "cli.h"
#include "cx3flash/scan.h"
#include "screen.h"

void session_log(void *user, enum cx3_log_level level, const char *line)
{
	static const char *const marks[] = {"-W- ", "-I- ", "-D- ", "-D- "};
	struct cli *cli = user;

	/* to standard error even with --json: it is not part of the document */
	progress_clear(&cli->progress);
	fprintf(screen_err(), "%s%s\n", marks[level], line);
	fflush(screen_err());
}

static int open_card(struct cli *cli)
{
	struct cx3_card_options options = {.break_semaphore = cli->options.clear_semaphore};

	return cx3_card_open(cli->session.adapter, &options, &cli->session.card, &cli->err);
}

/* Probes the ways of reading, unless --plain-read forces the slow one. */
static int open_flash(struct cli *cli)
{
	struct cx3_flash_options options = {0};

	if (cli->options.plain_read)
		options.reading = CX3_READ_PLAIN;
	return cx3_flash_open(cli->session.card, &options, &cli->session.flash, &cli->err);
}

/*
 * Each depth needs the one before it. A command that tells what it finds (status,
 * selftest) comes back with a greater depth: what is open is kept.
 */
int session_open(struct cli *cli, enum session_depth depth)
{
	struct session *session = &cli->session;
	int rc = CX3_OK;

	signals_catch();
	if (!session->adapter)
		rc = cx3_adapter_open(cli->options.device, &cli->log, &session->adapter, &cli->err);
	if (rc == CX3_OK && depth >= OPEN_CARD && !session->card)
		rc = open_card(cli);
	if (rc == CX3_OK && depth >= OPEN_FLASH && !session->flash)
		rc = open_flash(cli);
	if (rc == CX3_OK && depth >= OPEN_SHADOW && !session->shadow)
		rc = cx3_shadow_open(session->flash, &cli->watch, &session->shadow, &cli->err);
	return rc;
}

void speed_hint(struct cli *cli)
{
	char words[512];

	if (!cx3_scan_speed_hint(cli->session.adapter, words, sizeof(words)))
		return;
	say(cli, "-I- %s\n", words);
	json_text(cli->json, "speed_hint", words);
}

/* From the top down: a flash must not outlive its card, nor a card its adapter. */
void session_close(struct cli *cli)
{
	struct session *session = &cli->session;

	cx3_shadow_close(session->shadow);
	cx3_flash_close(session->flash);
	cx3_card_close(session->card);
	cx3_adapter_close(session->adapter);
	*session = (struct session){0};
}
