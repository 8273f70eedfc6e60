/* SPDX-License-Identifier: BSD-2-Clause */
/* selftest: the adapter, its lines and the wire to the card. */
#include <inttypes.h>

#include "commands.h"
#include "cx3flash/adapterops.h"
#include "wires.h"

/*
 * From the adapter outwards: its own lines and clock, then the card's answer, then
 * the wire between them. I2C has no checksum: noise shows in no other way.
 */

#define READINGS 100u /* between two looks at signals and bar */

/* The adapter's report, a line at a time, as it gets on. */
static void print_line(void *user, const char *text)
{
	struct cli *cli = user;
	cJSON *lines = cJSON_GetObjectItem(cli->json, "adapter_test");

	say(cli, "%s\n", text);
	if (lines)
		cJSON_AddItemToArray(lines, json_string(text));
}

static int test_adapter(struct cli *cli)
{
	struct cx3_adapter *adapter = cli->session.adapter;

	json_array(cli->json, "adapter_test");
	say(cli, "Adapter:               %s\n", adapter->label);
	if (!adapter->ops->selftest) {
		print_line(cli, "This adapter has no lines of its own that could be tested.");
		return CX3_OK;
	}
	return adapter->ops->selftest(adapter, print_line, cli, &cli->err);
}

static int stopped(struct cli *cli)
{
	return cx3_fail(&cli->err, CX3_E_INTERRUPTED, NULL,
			"Stopped; selftest only reads, so nothing has changed.");
}

/* Reads on to a whole proof. Takes 12 s at 100 kHz, and longer where a reading takes more than
 * its bits. */
static int read_proof(struct cli *cli, struct cx3_link *link)
{
	struct cx3_adapter *adapter = cli->session.adapter;
	uint64_t begun = link->bits, started = adapter->ops->now_us(adapter);
	int rc = CX3_OK;

	progress_begin_one(&cli->progress);
	while (rc == CX3_OK && link->bits < CX3_LINK_PROOF) {
		struct cx3_progress now = {.phase = "reading", .total = CX3_LINK_PROOF - begun};

		if (signals_seen(NULL)) {
			rc = stopped(cli);
			break;
		}
		rc = cx3_link_read(cli->session.card, READINGS, link, &cli->err);
		now.done = link->bits - begun < now.total ? link->bits - begun : now.total;
		now.elapsed_us = adapter->ops->now_us(adapter) - started;
		now.left_us = now.done ? now.elapsed_us * (now.total - now.done) / now.done : 0;
		progress_update(&cli->progress, &now);
	}
	progress_end(&cli->progress);
	return rc;
}

/* A wire that flips a bit now and then shows here, before it spoils a flash. */
static int test_wire(struct cli *cli)
{
	struct cx3_link *link = cx3_device_link(cli->session.device);
	int rc = read_proof(cli, link);

	link_tell(cli);
	if (rc == CX3_OK && link->wrong > 0)
		rc = cx3_fail(&cli->err, CX3_E_NOISE, cli->session.adapter->label,
			      "The wires are noisy: of %" PRIu64 " bits %" PRIu64
			      " were read wrong.\n"
			      "Shorten the wires, check ground and pull-ups, or lower the clock "
			      "before anything is written.",
			      link->bits, link->wrong);
	return rc;
}

static int run(struct cli *cli)
{
	int rc = session_open(cli, CX3_OPEN_ADAPTER);

	if (rc == CX3_OK)
		rc = test_adapter(cli);
	if (rc == CX3_OK)
		rc = session_open(cli, CX3_OPEN_CARD);
	if (rc != CX3_OK)
		return rc;
	say(cli, "Card:                  %s\n", cx3_card_identity(cli->session.card)->name);
	json_text(cli->json, "card", cx3_card_identity(cli->session.card)->name);
	return test_wire(cli);
}

const struct command cmd_selftest = {
	.name = "selftest",
	.args = "",
	.summary = "test the adapter, its wiring and the bus",
	.help = "First the adapter's own lines, where it has some; then the card's id, over a million\n"
		"bits of it, and how many of them were wrong. Nothing is written.",
	.example = "-d ft232h selftest",
	.group = GROUP_BENCH,
	.target = TARGET_DEVICE,
	.run = run,
};
