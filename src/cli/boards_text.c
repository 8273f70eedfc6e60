/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of boards as `help boards` prints it: see boards_text.h. */
#include "boards_text.h"

#include <stdio.h>
#include <string.h>

#include "boards_near.h"
#include "shapes.h"

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static const char *chip_name(const struct cx3_board *board)
{
	return board->hw_id == 0x1f7 ? "CX3 Pro" : "CX3";
}

/* "2 x QSFP" */
static const char *ports_text(const struct cx3_board *board, char *buf, size_t size)
{
	if (board->ports)
		snprintf(buf, size, "%u x %s", board->ports, or_dash(board->connector));
	else
		snprintf(buf, size, "%s", or_dash(board->connector));
	return buf;
}

static void line(struct cli *cli, const struct cx3_board *board)
{
	char ports[32];

	say(cli, "  %-13s  %-7s  %-16s  %s%s%s\n", or_dash(board->psid), chip_name(board),
	    ports_text(board, ports, sizeof(ports)), board->part_number ? board->part_number : "",
	    board->part_number ? ": " : "", board->name[0] ? board->name : "-");
}

/* All that the row has. */
static void whole(struct cli *cli, const struct cx3_board *board)
{
	char ports[32];

	say(cli, "\nPSID:                  %s\n", or_dash(board->psid));
	say(cli, "Vendor:                %s\n", board->vendor);
	say(cli, "Part number:           %s\n", or_dash(board->part_number));
	say(cli, "Board:                 %s\n", board->name[0] ? board->name : "-");
	say(cli, "Chip:                  %s\n", chip_name(board));
	say(cli, "Ports:                 %s, %s\n", ports_text(board, ports, sizeof(ports)),
	    or_dash(board->protocol));
	say(cli, "Form:                  %s\n", or_dash(board->form_factor));
	say(cli, "PCI subsystem:         %s\n", or_dash(board->pci_subsystem));
	say(cli, "Name in images:        %s\n", or_dash(board->image));
	say(cli, "Known from:            %s (%s)\n", board->source, cx3_grade_name(board->grade));
}

static int tell_one(struct cli *cli, cJSON *array, const char *wanted)
{
	const struct cx3_board *board = cx3_board_by_psid(wanted);
	const struct cx3_board *next = NULL;
	char near[200];

	if (board) {
		whole(cli, board);
		known_board_json(json_append(array), board);
		return CX3_OK;
	}
	while ((next = cx3_board_by_part(wanted, next))) {
		whole(cli, next);
		known_board_json(json_append(array), next);
		board = next;
	}
	if (board)
		return CX3_OK;
	boards_near(wanted, near, sizeof(near));
	return cx3_fail(&cli->err, CX3_E_USAGE, wanted,
			"No board of the table has this PSID or part number;%s\n"
			"All of them: cx3flash help boards.",
			*near ? near : " none is close to it.");
}

int boards_tell(struct cli *cli, const char *wanted)
{
	cJSON *array = json_array(cli->json, "boards");
	const struct cx3_board *board;
	size_t count;

	if (wanted)
		return tell_one(cli, array, wanted);
	board = cx3_boards(&count);
	say(cli,
	    "  %sPSID           Chip     Ports             Part number: board%s\n"
	    "  \"-\": not known. A board with its source: cx3flash help boards PSID, or a part "
	    "number.\n",
	    bold(), plain());
	for (size_t i = 0; i < count; i++) {
		line(cli, &board[i]);
		known_board_json(json_append(array), &board[i]);
	}
	return CX3_OK;
}
