/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of ways, in words and as JSON: see ways_text.h. */
#include "ways_text.h"

#include <stdio.h>

static void show_row(struct cli *cli, cJSON *array, const struct cx3_way_row *row)
{
	const char *state = cx3_way_state_name(row->state);
	cJSON *item = json_append(array);

	say(cli, "  %-20s %-9s %s\n", row->name, state, row->why);
	json_text(item, "name", row->name);
	json_text(item, "state", state);
	json_text(item, "why", row->why);
	json_text(item, "what", row->what);
	json_text(item, "without", row->plain);
}

static int show_second(struct cli *cli)
{
	uint8_t id[3];
	char text[8];
	int rc = cx3_flash_second_id(cli->session.flash, id, &cli->err);
	bool none = (id[0] & id[1] & id[2]) == 0xff || (id[0] | id[1] | id[2]) == 0;

	if (rc != CX3_OK)
		return rc;
	snprintf(text, sizeof(text), "%02x%02x%02x", id[0], id[1], id[2]);
	json_text(cli->json, "second_flash", none ? NULL : text);
	if (!none)
		say(cli,
		    "Second flash:          JEDEC id %s answers on chip select 1. It is left "
		    "alone: please report this card.\n",
		    text);
	return CX3_OK;
}

int ways_show(struct cli *cli)
{
	const struct cx3_way_row *rows = cx3_flash_ways(cli->session.flash);
	cJSON *array = json_array(cli->json, "ways");

	say(cli, "Behaviour of this card and adapter:\n");
	for (unsigned i = 0; i < CX3_WAYS; i++)
		show_row(cli, array, &rows[i]);
	return show_second(cli);
}
