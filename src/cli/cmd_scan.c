/* SPDX-License-Identifier: BSD-2-Clause */
/* scan: the I2C buses of this machine, and the cards on them. */
#include <stdlib.h>

#include "commands.h"
#include "cx3flash/scan.h"

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

static int run(struct cli *cli)
{
	const struct cx3_scan_options options = {.device = cli->options.device};
	struct cx3_bus *buses;
	unsigned cards = 0;
	cJSON *array;
	size_t count;
	int rc = cx3_scan(&options, &cli->log, &buses, &count, &cli->err);

	if (rc != CX3_OK)
		return rc;
	array = json_array(cli->json, "buses");
	for (size_t i = 0; i < count; i++) {
		show_text(cli, &buses[i]);
		show_json(cli, &buses[i], array);
		cards += buses[i].finding == CX3_BUS_CARD;
	}
	free(buses);
	if (count == 0)
		say(cli, "This machine has no I2C bus: plug an adapter in, or load its driver and "
			 "the module i2c-dev.\n");
	else if (cards == 0)
		say(cli, "No card was found.\n");
	json_number(cli->json, "cards", cards);
	return CX3_OK;
}

const struct command cmd_scan = {
	.name = "scan",
	.args = "",
	.summary = "lists the I2C buses and the cards on them; reads ids only",
	.help = "Buses on which a read may do harm (displays, the mainboard's SMBus, an address\n"
		"that a kernel driver serves) are left alone. Name one with -d to ask it too.\n",
	.example = "scan",
	.group = GROUP_LOOK,
	.target = TARGET_NONE,
	.run = run,
};
