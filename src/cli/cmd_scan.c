/* SPDX-License-Identifier: BSD-2-Clause */
/* scan: the I2C buses of this machine, and the cards on them. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "cx3flash/scan.h"
#include "screen.h"

#define WATCH_MS 1000

static const char *state_word(enum cx3_card_state state)
{
	return state == CX3_CARD_LIVEFISH ? "livefish" : "functional";
}

static void show_json(struct cli *cli, const struct cx3_bus *bus, cJSON *array)
{
	cJSON *item = json_append(array);
	cJSON *card;

	json_text(item, "device", bus->device);
	json_text(item, "device_by_port", bus->by_name[0] ? bus->by_name : NULL);
	json_text(item, "adapter", bus->name);
	json_text(item, "driver", bus->driver[0] ? bus->driver : NULL);
	json_text(item, "usb_port", bus->usb[0] ? bus->usb : NULL);
	json_number(item, "clock_hz", bus->clock_hz);
	json_flag(item, "plain_i2c", bus->plain_i2c);
	json_text(item, "finding", cx3_bus_finding_name(bus->finding));
	json_text(item, "cause", bus->code ? cx3_code_name(bus->code) : NULL);
	json_text(item, "text", bus->words);
	if (bus->finding != CX3_BUS_CARD || !cli->json)
		return;
	card = json_object(item, "card");
	json_text(card, "name", bus->id.name);
	json_hex(card, "hw_id", 4, bus->id.hw_id);
	json_hex(card, "hw_rev", 2, bus->id.hw_rev);
	json_text(card, "state", state_word(bus->id.state));
}

static void show_text(const struct cli *cli, const struct cx3_bus *bus)
{
	say(cli, "%-14s %s%s%s\n", bus->device, bus->name, bus->usb[0] ? ", USB port " : "",
	    bus->usb);
	say(cli, "%-14s %s\n", "", bus->words);
}

struct found {
	struct cx3_bus *bus;
	size_t count;
};

static unsigned count_of(const struct found *found, enum cx3_bus_finding finding)
{
	unsigned count = 0;

	for (size_t i = 0; i < found->count; i++)
		count += found->bus[i].finding == finding;
	return count;
}

static unsigned cards_of(const struct found *found)
{
	return count_of(found, CX3_BUS_CARD);
}

static int look(struct cli *cli, struct found *found)
{
	const struct cx3_scan_options options = {.device = cli->options.device,
						 .ask_boards = cli->options.ask};

	return cx3_scan(&options, &cli->log, &found->bus, &found->count, &cli->err);
}

static void list_json(struct cli *cli, const struct found *found)
{
	cJSON *array = json_array(cli->json, "buses");

	for (size_t i = 0; i < found->count; i++)
		show_json(cli, &found->bus[i], array);
	json_number(cli->json, "cards", cards_of(found));
}

static void tell_all(struct cli *cli, const struct found *found)
{
	unsigned failures = count_of(found, CX3_BUS_FAILED);

	for (size_t i = 0; i < found->count; i++)
		show_text(cli, &found->bus[i]);
	if (found->count == 0)
		say(cli, "This machine has no I2C bus: plug an adapter in, or load its driver and "
			 "the module i2c-dev.\n");
	else if (cards_of(found) == 0 && failures > 0)
		say(cli, "No card was found, but %u of these could not be asked.\n", failures);
	else if (cards_of(found) == 0)
		/* others may be cards whose registers are locked */
		say(cli, "No card was found%s.\n",
		    count_of(found, CX3_BUS_OTHER) > 0 ? " that can be used" : "");
	list_json(cli, found);
}

/* Whether a card is there is not known then. */
static int named_failed(struct cli *cli, const struct cx3_bus *bus)
{
	return cx3_fail(&cli->err, bus->code, bus->device, "%s", bus->words);
}

/* The card that stood on this device at the look before; NULL: none. */
static const struct cx3_bus *card_before(const struct found *before, const char *device)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct cx3_bus *bus = &before->bus[i];

		if (bus->finding == CX3_BUS_CARD && strcmp(bus->device, device) == 0)
			return bus;
	}
	return NULL;
}

/* Cards that have come, and those that have gone. */
static void tell_changes(struct cli *cli, const struct found *before, const struct found *now)
{
	for (size_t i = 0; i < now->count; i++) {
		const struct cx3_bus *bus = &now->bus[i];
		const struct cx3_bus *old = card_before(before, bus->device);

		if (bus->finding == CX3_BUS_CARD && (!old || old->id.state != bus->id.state))
			show_text(cli, bus);
	}
	for (size_t i = 0; i < before->count; i++) {
		if (before->bus[i].finding == CX3_BUS_CARD &&
		    !card_before(now, before->bus[i].device))
			say(cli, "%-14s the card has gone\n", before->bus[i].device);
	}
	fflush(screen_out());
}

/* A device that is not there yet is waited for as a card is: told once. */
static void tell_missing(struct cli *cli, bool *told)
{
	char words[sizeof(cli->err.cause) + sizeof(cli->err.next)];

	if (!*told)
		say(cli, "-W- %s: waiting for it. %s\n", cli->options.device,
		    cx3_error_text(&cli->err, words, sizeof(words)));
	fflush(screen_out());
	*told = true;
}

static int watch(struct cli *cli)
{
	struct found before = {NULL, 0}, now = {NULL, 0};
	int rc = CX3_OK;
	bool found = false, told = false;

	signals_catch();
	while (rc == CX3_OK && !found && !cli->watch.cancelled(cli->watch.user)) {
		rc = look(cli, &now);
		if (rc == CX3_E_NO_DEVICE && cli->options.device) {
			tell_missing(cli, &told);
			rc = CX3_OK;
		}
		if (rc != CX3_OK)
			break;
		tell_changes(cli, &before, &now);
		free(before.bus);
		before = now;
		now = (struct found){NULL, 0};
		found = cli->options.once && cards_of(&before) > 0;
		if (!found)
			(void)poll(NULL, 0, WATCH_MS);
	}
	if (rc == CX3_OK && cli->json)
		tell_all(cli, &before);
	free(before.bus);
	return rc;
}

static int run(struct cli *cli)
{
	struct found found = {NULL, 0};
	int rc;

	if (cli->options.once && !cli->options.watch)
		return cx3_fail(&cli->err, CX3_E_USAGE, "--once",
				"scan looks once anyway.\nLeave it out, or write --watch as well.");
	if (cli->options.watch && cli->json && !cli->options.once)
		return cx3_fail(&cli->err, CX3_E_USAGE, "--watch",
				"One JSON document can't be of a scan without an end.\n"
				"Write --once as well: it ends with the first card.");
	if (cli->options.watch)
		return watch(cli);
	rc = look(cli, &found);
	if (rc == CX3_OK && cli->options.device && count_of(&found, CX3_BUS_FAILED) > 0) {
		list_json(cli, &found);
		rc = named_failed(cli, &found.bus[0]);
	} else if (rc == CX3_OK) {
		tell_all(cli, &found);
	}
	free(found.bus);
	return rc;
}

const struct command cmd_scan = {
	.name = "scan",
	.args = "",
	.summary = "lists the I2C buses and the cards on them; reads ids only",
	.help = "Buses on which a read may do harm (displays, the mainboard's SMBus, an address\n"
		"that a kernel driver serves) are left alone. Name one with -d to ask it too. USB\n"
		"boards are asked with --ask. --watch looks each second, and tells which cards\n"
		"come and go, until Ctrl-C.",
	.example = "scan",
	.group = GROUP_LOOK,
	.target = TARGET_NONE,
	.scope = SCOPE_SCAN,
	.run = run,
};
