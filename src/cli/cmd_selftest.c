/* SPDX-License-Identifier: BSD-2-Clause */
/* selftest: the adapter, its lines and the wire to the card. */
#include "commands.h"

/*
 * From the adapter outwards: its own lines and clock, then the card's answer, then
 * the wire between them. I2C has no checksum: noise shows in no other way.
 */

#define REG_ID 0xf0014u /* hardware id and revision: the one register that never changes */
#define ID_READS 256u

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

/* A wire that flips a bit now and then shows here, before it spoils a flash. */
static int test_wire(struct cli *cli)
{
	uint32_t first;
	unsigned wrong = 0;
	int rc = cx3_card_read(cli->session.card, REG_ID, &first, &cli->err);

	for (unsigned i = 1; rc == CX3_OK && i < ID_READS; i++) {
		uint32_t word = 0;

		rc = cx3_card_read(cli->session.card, REG_ID, &word, &cli->err);
		wrong += word != first;
	}
	if (rc != CX3_OK)
		return rc;
	json_number(cli->json, "id_reads", ID_READS);
	json_number(cli->json, "id_reads_wrong", wrong);
	say(cli, "Wire:                  the id was read %u times, %u of them wrong\n", ID_READS,
	    wrong);
	if (wrong)
		return cx3_fail(
			&cli->err, CX3_E_IO, cli->session.adapter->label,
			"%u of %u reads differ: shorten the wires, check ground and pull-ups, "
			"or lower the clock before anything is written.",
			wrong, ID_READS);
	return CX3_OK;
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
	.help = "First the adapter's own lines, where it has some; then the card's id, many times.\n"
		"Nothing is written.",
	.example = "-d ft232h selftest",
	.group = GROUP_BENCH,
	.target = TARGET_DEVICE,
	.run = run,
};
