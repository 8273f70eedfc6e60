/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A look at a card, told layer by layer: the adapter, the card, its flash, the images. Where a
 * layer does not answer, that is where the trouble is. At the end stands the diagnosis.
 */
#include "look_show.h"

#include <stdlib.h>

#include "cx3flash/adapterops.h"
#include "cx3flash/waiting.h"
#include "exit_code.h"
#include "facts_text.h"
#include "next.h"
#include "waiting_text.h"
#include "ways_text.h"
#include "wires.h"

/* Bytes of the flash, read twice: long enough that the set-up of a batch does not count. */
#define RATE_SAMPLE 2048u

static void show_adapter(struct cli *cli)
{
	const struct cx3_adapter *adapter = cli->session.adapter;
	cJSON *item = json_object(cli->json, "adapter");
	char clock[40] = "its clock is chosen with the card";

	if (!adapter->auto_hz)
		format_clock(clock, sizeof(clock), adapter->clock_hz);
	say(cli, "Adapter:               %s, %s\n", adapter->label, clock);
	json_text(item, "label", adapter->label);
	json_text(item, "kind", adapter->ops->name);
	json_hex(item, "address", 2, adapter->addr);
	json_number(item, "max_read", adapter->max_read);
	json_number(item, "max_write", adapter->max_write);
}

/* Measured here and now: a dongle's clock is often not what one thinks. */
static int show_rate(struct cli *cli)
{
	uint64_t us;
	double rate;
	char time[32];
	int rc = wires_read(cli, RATE_SAMPLE, &us);

	if (rc != CX3_OK)
		return rc;
	rate = us ? RATE_SAMPLE * 1e6 / (double)us : 0;
	format_time(time, sizeof(time),
		    us * (cx3_flash_part(cli->session.flash)->size / RATE_SAMPLE));
	say(cli, "Rate:                  %.1f KiB/s: the whole flash takes about %s\n", rate / 1024,
	    time);
	json_number(cli->json, "bytes_per_second", (uint64_t)rate);
	speed_hint(cli);
	return CX3_OK;
}

static int look_at_card(struct cli *cli, struct cx3_facts *facts)
{
	int rc = cx3_look_card(cli->session.device, facts, &cli->err);

	/* what is open now is the session's */
	if (rc == CX3_OK)
		rc = session_open(cli, CX3_OPEN_CARD);
	json_number(cJSON_GetObjectItem(cli->json, "adapter"), "clock_hz",
		    cli->session.adapter->clock_hz);
	if (rc == CX3_OK)
		facts_show_card(cli, facts);
	return rc;
}

static int look_at_flash(struct cli *cli, struct cx3_facts *facts)
{
	int rc = cx3_look_flash(cli->session.device, facts, &cli->err);

	facts_show_semaphores(cli, facts);
	if (rc == CX3_OK)
		rc = session_open(cli, CX3_OPEN_SHADOW);
	if (rc == CX3_OK) {
		facts_show_flash(cli, facts);
		rc = show_rate(cli);
	}
	/* after the rate: reading may have shown more */
	if (rc == CX3_OK)
		rc = ways_show(cli);
	/* where the flash does not answer, this may say why */
	link_tell(cli);
	return rc;
}

static int look_at_content(struct cli *cli, struct cx3_facts *facts)
{
	int rc;

	progress_begin_one(&cli->progress);
	rc = cx3_look_content(cli->session.device, cli->options.quick, cli->options.backup_dir,
			      facts, &cli->err);
	progress_end(&cli->progress);
	if (rc != CX3_OK)
		return rc;
	facts_show_content(cli, facts);
	return waiting_show(cli);
}

static int look(struct cli *cli, struct cx3_facts *facts)
{
	struct cx3_diagnosis diagnosis = {.size = sizeof(diagnosis)};
	struct cx3_run run;
	int rc = look_at_card(cli, facts);

	if (rc == CX3_OK)
		rc = look_at_flash(cli, facts);
	if (rc == CX3_OK)
		rc = look_at_content(cli, facts);
	/* whoever stops it wants no diagnosis of half a look */
	if (rc == CX3_E_INTERRUPTED)
		return rc;
	facts_secure_host_json(cli, facts);
	facts->failed = (enum cx3_code)rc;
	facts->run_over = cx3_waiting_run(&facts->id, cli->options.backup_dir, &run) && run.here &&
			  !run.alive;
	facts->part_said = cli->options.part != NULL;
	cx3_diagnose(facts, &diagnosis, NULL);
	/* what is wrong first: the way out stands at the end */
	if (rc != CX3_OK)
		report_error(cli);
	diagnosis_show(cli, facts, &diagnosis);
	cli->diagnosed = true;
	if (rc == CX3_OK && diagnosis.needs_doing)
		cli->answer = EXIT_NEEDS;
	return rc;
}

int look_show(struct cli *cli)
{
	struct cx3_facts *facts = NULL;
	int rc = session_open(cli, CX3_OPEN_ADAPTER);

	if (rc != CX3_OK)
		return rc;
	show_adapter(cli);
	rc = cx3_facts_new(&facts, &cli->err);
	if (rc == CX3_OK)
		rc = look(cli, facts);
	cx3_facts_free(facts);
	return rc;
}
