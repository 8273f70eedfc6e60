/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects that the documents of several commands have: each has one shape, whoever prints it.
 * Every key is always there; what is not known is null. hardware-notes/json.md has them as tables.
 * A NULL object is allowed and nothing is done then.
 */
#ifndef CX3_CLI_SHAPES_H
#define CX3_CLI_SHAPES_H

#include "cli.h"
#include "cx3flash/knowledge.h"
#include "cx3flash/salvage.h"

/* One of `changes`: `key` is one word, `what` the same for people. `before` may be "": null. */
void change_json(cJSON *changes, const char *key, const char *what, const char *before,
		 const char *after, bool differs);

/* A row of the table of boards, into `item`. NULL: every key is null. */
void known_board_json(cJSON *item, const struct cx3_board *board);
/* "board" in `object`: what an image says of its board (may be NULL), and the row of the table. */
void board_json(cJSON *object, const struct cx3_fs2_board *said, const struct cx3_board *known);

/* GUIDs and MACs with where they are from, into `item`. NULL: none were found. */
void identity_json(cJSON *item, const struct cx3_salvaged *found);

/* "write_protection" of the document, from what the registers say. */
void protection_json(struct cli *cli, const struct cx3_flash_status *status);
/* ... from a plan, which knows only what it lifts: `len` bytes, 0 for nothing. */
void protection_lifted_json(struct cli *cli, uint32_t start, uint32_t len);
/* The line that lifts it: malloc'd; NULL where nothing is protected or no line helps. */
char *protection_line(const struct cli *cli, const struct cx3_flash_protection *protection);

#endif
