/* SPDX-License-Identifier: BSD-2-Clause */
/* A station's loop: wait for a card, do it, wait until it has gone. */
#include "provision.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/scan.h"
#include "exit_code.h"
#include "fleet.h"
#include "printable.h"

/* Nobody changes a card faster; and a look costs two milliseconds of the bus. */
#define LOOK_MS 200

/* What is said between cards is seen between cards. */
static void settle(struct cli *cli)
{
	if (cli->worker)
		fleet_tell(cli);
	else
		fflush(cli_out(cli));
}

static void show_waiting(struct cli *cli)
{
	const struct progress_mark mark = {.now = {.phase = "waiting for a card"}};

	progress_end(&cli->progress);
	if (cli->progress.note)
		cli->progress.note(cli->progress.user, &mark);
}

/* True: time to stop. */
static bool rest(struct cli *cli)
{
	if (cli->watch.pause_wanted(cli->watch.user))
		cli->watch.pause(cli->watch.user);
	if (cli->watch.cancelled(cli->watch.user))
		return true;
	(void)poll(NULL, 0, LOOK_MS);
	return cli->watch.cancelled(cli->watch.user);
}

/*
 * What is behind the adapter. An adapter that is not there is as one without a card, and
 * waited for: somebody may have pulled its plug. What can't get right by waiting is an error.
 */
static int look(struct cli *cli, struct cx3_bus *bus)
{
	const struct cx3_scan_options options = {.device = cli->options.device, .ask_boards = true};
	struct cx3_bus *found = NULL;
	size_t count = 0;
	int rc = cx3_scan(&options, NULL, &found, &count, &cli->err);

	memset(bus, 0, sizeof(*bus));
	bus->finding = CX3_BUS_NOTHING;
	if (rc == CX3_OK && count > 0)
		*bus = found[0];
	free(found);
	if (rc != CX3_E_NO_DEVICE)
		return rc;
	bus->finding = CX3_BUS_FAILED;
	bus->code = rc;
	cx3_error_text(&cli->err, bus->words, sizeof(bus->words));
	return CX3_OK;
}

/* A card that answers, or something in its place that does not answer as one. */
static bool is_there(const struct cx3_bus *bus)
{
	return bus->finding == CX3_BUS_CARD || bus->finding == CX3_BUS_OTHER;
}

/* Why it waits, each time it is another reason. */
static void tell_trouble(struct cli *cli, const struct cx3_bus *bus, char told[512])
{
	if (bus->finding != CX3_BUS_FAILED || strcmp(told, bus->words) == 0)
		return;
	snprintf(told, 512, "%s", bus->words);
	say(cli, "-W- %s: %s\n", shown(cli->options.device), shown(bus->words));
	settle(cli);
}

/* Waits until there is a card (or, with `gone`, none any more). *stop: a signal came. */
static int await(struct cli *cli, bool gone, bool *stop)
{
	char told[512] = "";
	struct cx3_bus bus;
	int rc = CX3_OK;
	unsigned others = 0;

	*stop = cli->watch.cancelled(cli->watch.user);
	while (rc == CX3_OK && !*stop) {
		rc = look(cli, &bus);
		if (rc != CX3_OK)
			break;
		/* one that is just being put on may say anything for a moment */
		others = bus.finding == CX3_BUS_OTHER ? others + 1 : 0;
		if (gone ? !is_there(&bus) : bus.finding == CX3_BUS_CARD || others > 2)
			return CX3_OK;
		if (!gone)
			tell_trouble(cli, &bus, told);
		*stop = rest(cli);
	}
	return rc;
}

static bool all_done(const struct provision *p)
{
	unsigned count = 0;

	for (unsigned i = 0; i < CX3_LEDGER_OUTCOMES; i++)
		count += p->outcome[i];
	return p->cli->options.cards > 0 && count >= p->cli->options.cards;
}

static void count(struct provision *p, const struct provision_card *c, int code)
{
	p->outcome[c->result.outcome]++;
	if (c->result.outcome != CX3_LEDGER_FAILED)
		return;
	if (p->first == CX3_OK)
		p->first = (enum cx3_code)code;
	if (p->cli->answer == EXIT_DONE)
		p->cli->answer = (int)exit_code_of(code);
	else if (p->cli->answer != (int)exit_code_of(code))
		p->cli->answer = EXIT_SEVERAL;
}

static int one_card(struct provision *p)
{
	struct provision_card c;
	int code = CX3_OK;
	int rc = provision_card(p, &c, &code);

	session_close(p->cli);
	if (rc == CX3_OK || rc == CX3_E_INTERRUPTED) {
		count(p, &c, code);
		provision_tell(p, &c);
		settle(p->cli);
	} else if (c.result.outcome != CX3_LEDGER_NONE) {
		provision_tell_unlogged(p, &c);
		settle(p->cli);
	}
	return rc;
}

static int loop(struct provision *p)
{
	struct cli *cli = p->cli;
	bool stop = false;
	int rc = CX3_OK;

	while (rc == CX3_OK) {
		say(cli, "-I- %s: waiting for a card.\n", shown(cli->options.device));
		settle(cli);
		show_waiting(cli);
		rc = await(cli, false, &stop);
		if (rc != CX3_OK || stop)
			break;
		rc = one_card(p);
		if (rc != CX3_OK || all_done(p))
			break;
		show_waiting(cli);
		rc = await(cli, true, &stop);
		if (stop)
			break;
	}
	return rc;
}

/*
 * Another process has the ledger. A station that gave up would leave a card without its line in it,
 * so it waits until a person stops it, and says so; and a lock that lasts no longer than 20 s is
 * waited for even then.
 */
static bool wait_for_ledger(void *user, unsigned seconds)
{
	struct provision *p = user;

	if (seconds == 2) {
		progress_clear(&p->cli->progress);
		say(p->cli, "-W- %s: another process keeps the ledger locked; waiting for it.\n",
		    shown(p->cli->options.device));
		settle(p->cli);
	}
	return seconds < 20 || !p->cli->watch.cancelled(p->cli->watch.user);
}

/* With several devices -y or --no has answered it: see fleet_check. */
static int ask(struct cli *cli)
{
	say(cli, "Each card that is put on %s is burnt with %s, until Ctrl-C.\n",
	    shown(cli->options.device), shown(cli->options.image));
	return ask_continue(cli, &cli->err);
}

int provision_run(struct cli *cli)
{
	struct provision p = {.cli = cli};
	int rc = cx3_image_open(cli->options.image, cli->options.psid, false, &p.image, &cli->err);

	/* with --keep-identity there may be none to give */
	if (rc == CX3_OK)
		rc = cx3_ledger_open(cli->options.ledger, cli->options.device,
				     cli->options.keep_identity, &p.ledger, &cli->err);
	if (rc == CX3_OK)
		rc = ask(cli);
	if (rc == CX3_OK) {
		if (!cli->worker)
			signals_catch();
		p.cards = json_array(cli->json, "cards");
		cx3_ledger_patience(p.ledger, wait_for_ledger, &p);
		rc = loop(&p);
		provision_sum_up(&p);
	}
	cx3_ledger_close(p.ledger);
	cx3_image_free(p.image);
	return rc;
}
