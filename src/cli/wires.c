/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of the wires, and how fast they are: see wires.h. */
#include "wires.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cx3flash/adapterops.h"
#include "cx3flash/scan.h"

static unsigned given_up(const struct cli *cli)
{
	const struct cx3_way_row *rows = cx3_flash_ways(cli->session.flash);
	unsigned n = 0;

	for (unsigned i = 0; i < CX3_WAYS; i++)
		n += rows[i].state == CX3_WAY_GIVEN_UP;
	return n;
}

/* `buf` has room for both readings. */
static int read_twice(struct cli *cli, uint8_t *buf, uint32_t len, uint64_t *us)
{
	struct cx3_adapter *adapter = cli->session.adapter;
	struct cx3_flash *flash = cli->session.flash;
	unsigned before;
	int rc;

	do {
		uint64_t started;

		before = given_up(cli);
		rc = cx3_flash_read(flash, 0, buf, len, &cli->err);
		started = adapter->ops->now_us(adapter);
		if (rc == CX3_OK)
			rc = cx3_flash_read(flash, 0, buf + len, len, &cli->err);
		*us = adapter->ops->now_us(adapter) - started;
	} while (rc == CX3_OK && given_up(cli) != before);
	if (rc == CX3_OK)
		cx3_link_compare(buf, buf + len, len, cx3_device_link(cli->session.device));
	return rc;
}

int wires_read(struct cli *cli, uint32_t len, uint64_t *us)
{
	uint8_t *buf = malloc(2 * (size_t)len);
	int rc;

	if (!buf)
		return cx3_fail(&cli->err, CX3_E_NO_MEMORY, "wires",
				"There is no memory for two readings.\n"
				"Close other programs and try again.");
	rc = read_twice(cli, buf, len, us);
	free(buf);
	return rc;
}

void speed_hint(struct cli *cli)
{
	char words[512];

	if (!cx3_scan_speed_hint(cli->session.adapter, words, sizeof(words))) {
		json_text(cli->json, "speed_hint", NULL);
		return;
	}
	say(cli, "-I- %s\n", words);
	json_text(cli->json, "speed_hint", words);
}

void link_tell(struct cli *cli)
{
	const struct cx3_adapter *adapter = cli->session.adapter;
	const struct cx3_link *link = cx3_device_link(cli->session.device);
	cJSON *item = json_object(cli->json, "link");
	char clock[32];

	format_clock(clock, sizeof(clock), adapter->clock_hz);
	say(cli, "Link:                  %" PRIu64 " of %" PRIu64 " bits wrong at %s%s\n",
	    link->wrong, link->bits, clock, adapter->auto_hz ? " (clock=auto)" : "");
	json_number(item, "bits", link->bits);
	json_number(item, "wrong", link->wrong);
	json_number(item, "clock_hz", adapter->clock_hz);
	json_flag(item, "clock_auto", adapter->auto_hz != NULL);
}
