/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several devices on one command line: a thread for each, which runs the same work with a struct
 * cli of its own. A failure of one stops none of the others.
 */
#ifndef CX3_CLI_FLEET_H
#define CX3_CLI_FLEET_H

#include "cli.h"

/* The line names several devices, or all boards of a kind ("all:ft232h"). */
bool fleet_wanted(const struct cli *cli);

/*
 * What can be known to be wrong with such a line before anything opens: a command that works on
 * one card at a time, a question that nobody could answer, one identity for several cards, one
 * output file. CX3_OK for any other line; CX3_E_USAGE, CX3_E_REFUSED.
 */
int fleet_check(struct cli *cli);

/* Runs the line's command on each device. Answers as fleet_run. */
int fleet_command(struct cli *cli);

/*
 * What is done with one device, in a thread of its own. `cli` is that thread's: its options name
 * this device alone, say() and the log go to streams of its own, `json` is its object in the
 * document, `progress` and `watch` work as with one device. All that was opened must be closed
 * when it returns (session_close). It answers CX3_OK, or a code with cli->err filled;
 * cli->answer as for a command.
 */
typedef int (*fleet_work)(struct cli *cli, void *user);

/*
 * Does `work` on each device of cli->options side by side, draws their progress, prints what each
 * has said when it ends, and adds "devices", "failed" and "exit_code" to the document. `user` is
 * shared by all threads. CX3_OK if all could begin: then cli->answer is the exit code. CX3_E_USAGE
 * if a device is named twice or malformed, CX3_E_NO_DEVICE if there is no board of a kind,
 * CX3_E_NO_MEMORY.
 */
int fleet_run(struct cli *cli, fleet_work work, void *user);

/* In such a thread: what it has said until now is printed now, under its device's name. */
void fleet_tell(struct cli *cli);

/* In such a thread, with the card's semaphore free: waits until the process, which Ctrl-Z has
 * stopped when all threads had come to such a point, is continued. */
void fleet_pause(struct cli *cli);

#endif
